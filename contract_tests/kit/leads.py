"""What leads an operation to something that the endpoint knows: ids that answers told, and what is done before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from contract_tests.kit.claims import Unverified
from contract_tests.kit.exchanges import Exchange, pointer_in
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import NO_ID, Recipe

if TYPE_CHECKING:
    from contract_tests.kit.run import Run


class Leads:
    """The ids of one run, each asked for once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        # What ids were led to, by operation and role, and waited for.
        self._ids: set[tuple[str, str]] = set()
        # By operation: the answer that fills its members, once what comes before it was done.
        self._before: dict[str, Exchange] = {}

    def values(self, operation: Operation, recipe: Mapping[str, Any], before: list[Exchange]) -> Mapping[str, str]:
        """Return the parameters that a recipe leaves open, from what was asked `before`, else from `identity`."""
        link = operation.source_link
        if link is None or "path" in recipe or "url" in recipe or {*link[1]} <= {*recipe.get("query", ())}:
            return {}
        if not before:
            return self.identity(operation, recipe.get("role", "funded") or "funded")
        return _evaluated(link[1], before[-1])

    def identity(self, operation: Operation | str, role: str = "funded") -> dict[str, str]:
        """Return path parameters that lead an operation to something finished: made once for each role."""
        one = self._run.operation(operation)
        link = one.source_link
        if link is None:
            raise Unverified(f"nothing in the spec leads to an id for {one.id}")
        key = (link[0].id, role)
        if key not in self._ids:
            source = self._run.golden(link[0]) if role == "funded" else self._run.ask(link[0], role=role)
            if not source.is_success:
                raise Unverified(f"{link[0].id} gave no id: status {source.status}")
            self._run.wait_for(source)
            self._ids.add(key)
        source = self._source(link[0], role)
        return _evaluated(link[1], source)

    def stand_ins(self, operation: Operation, recipe: Recipe, before: Sequence[Exchange] = ()) -> Mapping[str, str]:
        """Return ids that the endpoint knows, by those that an operation's examples name in their place.

        They come from what was asked `before`, if that links here, else from the documented example; where a recipe
        names ids of its own, nobody is asked.
        """
        if operation.before:
            return self._made_ready(operation)
        link = operation.fill_link
        if link is None:
            return {}
        named = {member: _named(operation, member) for member in link[1]}
        given = recipe.get("with", {})
        if all(name in given and not any(one in ids for one in _as_list(given[name])) for name, ids in named.items()):
            return {}
        source = next((one for one in reversed(before) if one.is_of(link[0])), None) or self._run.golden(link[0])
        found: dict[str, str] = {}
        for member, expressions in link[1].items():
            pointer = pointer_in(_as_list(expressions)[0])
            for place, value in enumerate(named[member]):
                ident = source.at(pointer.replace("/0", f"/{place}", 1))
                if isinstance(ident, str):
                    found[value] = ident
        return found

    def _made_ready(self, operation: Operation) -> Mapping[str, str]:
        """Return what the members of an operation's example are to be, once what comes before it was done."""
        if operation.id not in self._before:
            with self._run.on_shared_account():
                self._before[operation.id] = self._steps(operation)
        return self._filled(operation, self._before[operation.id])

    def _steps(self, operation: Operation | str) -> Exchange:
        """Do what comes before an operation (`x-voice-before`), and return the answer that fills its members.

        A step that is its operation's documented example, come to in the same way, is not paid for again.
        Raises Unverified where a step is refused.
        """
        one = self._run.operation(operation)
        last: Exchange | None = None
        steps = one.before["steps"]
        for number, step in enumerate(steps):
            fill = {name: last.at(pointer) for name, pointer in step.get("fill", {}).items()} if last else {}
            own = self._run.operation(step["operation"]).before
            is_example = (own.get("steps", []), own.get("fill", {})) == (steps[:number], step.get("fill", {}))
            last = self._run.golden(step["operation"]) if is_example else self._run.ask(step["operation"], with_=fill)
            if not last.is_success:
                raise Unverified(f"{step['operation']}, which comes before {one.id}, was answered {last.status}")
            last = self._run.finish(last)[-1] if step.get("over") else last
        assert last is not None
        return last

    def _filled(self, operation: Operation, handed_on: Exchange) -> dict[str, str]:
        """Return the ids that an answer hands on to an operation, by those that its example names in their place."""
        fill = operation.before["fill"]
        found = {operation.example[name]: handed_on.at(pointer) for name, pointer in fill.items()}
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def known_identity(self, operation: Operation | str) -> dict[str, str]:
        """Return parameters that lead to something finished if there is one already, else texts that are no id.

        For requests that are refused whatever the id is: nothing is sent to find one.
        """
        one = self._run.operation(operation)
        link = one.source_link
        known = link is not None and (link[0].id, "funded") in self._ids
        names = one.path_parameters or (link[1] if link is not None else ())
        return self.identity(one) if known else dict.fromkeys(names, NO_ID)

    def _source(self, operation: Operation, role: str) -> Exchange:
        if role == "funded":
            return self._run.golden(operation)
        return next(one for one in self._run.log if one.is_of(operation) and one.role == role and one.is_success)


def linked(facts: Facts, operation: Operation, exchange: Exchange) -> dict[str, str]:
    """Return the path parameters by which an answer links to an operation; none where it does not."""
    source = facts.present(exchange.operation)
    answer = source.answers.get(exchange.status) if source else None
    for link in answer.node.get("links", {}).values() if answer else ():
        if link["operationId"] == operation.id:
            return _evaluated(link.get("parameters", {}), exchange)
    return {}


def linked_members(facts: Facts, operation: Operation, exchange: Exchange) -> dict[str, str]:
    """Return the members of a body by which an answer links to an operation; none where it does not."""
    source = facts.present(exchange.operation)
    answer = source.answers.get(exchange.status) if source else None
    expressions = {
        name: expression
        for link in (answer.node.get("links", {}).values() if answer else ())
        if link["operationId"] == operation.id
        for name, expression in link.get("requestBody", {}).items()
        if isinstance(expression, str)
    }
    return _evaluated(expressions, exchange)


def is_ready(operation: Operation, recipe: Recipe) -> bool:
    """Say whether a recipe gives itself what else would come from what is done before."""
    fill = operation.before.get("fill", {})
    return bool(fill) and fill.keys() <= recipe.get("with", {}).keys()


def _named(operation: Operation, member: str) -> list[Any]:
    """Return the ids that the examples of an operation have in a member, each once."""
    return list(dict.fromkeys(one for example in operation.examples.values() for one in _as_list(example.get(member))))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _evaluated(expressions: Mapping[str, str], exchange: Exchange) -> dict[str, str]:
    """Evaluate the runtime expressions of a link; of an answer that has no such member, a text that is no id."""
    found = {name: exchange.at(pointer_in(expression)) for name, expression in expressions.items()}
    return {name: NO_ID if value is None else str(value) for name, value in found.items()}
