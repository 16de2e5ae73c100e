"""Runs the recipes of a spec against a simulator: what comes first, links, repeats, waiting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import read
from mockvoice.openapi.recipes import build, example_fields, ids_needed, look_at, maker_of
from tests.harness.wire import Answer, Client

FIXTURES = Path(__file__).parents[2] / "fixtures"
# Long enough for any task of any provider to end.
LONG = 600.0


def read_clip(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


class Kitchen:
    """A client of one provider and its spec."""

    def __init__(self, client: Client, provider: str) -> None:
        self.client = client
        self.prefix = f"/{provider}"
        mounts = {mount.desk.spec.id: mount.desk for mount in client.app.mounts}
        self.desk = mounts[provider]
        self.spec: Spec = self.desk.spec
        # What the first of the requests was answered that came before the last one.
        self.opening: Answer | None = None

    def cook(self, recipe: Mapping[str, Any], operation: str | None = None) -> Answer:
        """Run a recipe and return its last answer."""
        operation_id = recipe.get("operation", operation)
        assert operation_id is not None, "a recipe without an operation needs one from outside"
        before = [self.cook(one) for one in recipe.get("first", ())]
        self.opening = before[0] if before else None
        values = self._path_values(operation_id, recipe, before)
        recipe = self._with_what_was_made(operation_id, recipe, before)
        if "wait" in recipe:
            self.client.advance(recipe["wait"])
        recipe = {**recipe, "with": {**self._made_ready(operation_id, recipe), **recipe.get("with", {})}}
        request = build(self.spec, operation_id, recipe, values, read_clip)
        answer: Answer | None = None
        for _ in range(recipe.get("times", 1)):
            answer = self.client.send(request.method, self.prefix + request.path, request.headers, request.body)
        assert answer is not None
        return answer

    def _made_ready(self, operation_id: str, recipe: Mapping[str, Any]) -> dict[str, str]:
        """Do what comes before an operation (`x-voice-before`) and return the members that are filled by it.

        Nothing is done for a request that nobody reads as far as that.
        """
        _, _, node = self.spec.place(operation_id)
        table = node.get("x-voice-before")
        if table is None or recipe.get("role", "") is None or {"raw", "token", "url", "method"} & set(recipe):
            return {}
        if table["fill"].keys() <= recipe.get("with", {}).keys():
            return {}
        return self.steps(operation_id)

    def steps(self, operation_id: str) -> dict[str, str]:
        """Do what comes before an operation as the funded account, and return what it fills."""
        table = self.spec.place(operation_id)[2]["x-voice-before"]
        answer: Answer | None = None
        # Whatever was begun before is over then, and nothing has to wait for it.
        self.client.advance(LONG)
        for step in table["steps"]:
            filled = _filled(step.get("fill", {}), answer) if answer is not None else {}
            path, method = self.spec.place(step["operation"])[1], self.spec.place(step["operation"])[0]
            request = build(self.spec, step["operation"], {"with": filled}, {}, read_clip)
            answer = self.client.send(method, self.prefix + path, request.headers, request.body)
            if step.get("over"):
                self.client.advance(LONG)
                answer = self._status_of(step["operation"], answer)
        assert answer is not None
        return _filled(table["fill"], answer)

    def _status_of(self, maker: str, made: Answer) -> Answer:
        """Return the status of the task that an operation made."""
        status, name, pointer = look_at(self.spec, maker)
        request = build(self.spec, status, {}, {name: str(read(made.json(), pointer))}, read_clip)
        return self.client.send(request.method, self.prefix + request.path, request.headers, request.body)

    def _path_values(self, operation_id: str, recipe: Mapping[str, Any], before: list[Answer]) -> dict[str, str]:
        """Return the ids it needs: from the first steps if there are any, else by the link that leads here."""
        link = ids_needed(self.spec, operation_id, recipe)
        if link is None:
            return {}
        source, parameters = link
        if not before:
            before = [self.cook(_caller(recipe), source)]
            if any(row.get("create") == source for row in self.spec.document.get("x-voice-tasks", {}).values()):
                self.client.advance(LONG)
        return {name: _evaluate(expression, before[-1]) for name, expression in parameters.items()}

    def _with_what_was_made(
        self, operation_id: str, recipe: Mapping[str, Any], before: list[Answer]
    ) -> Mapping[str, Any]:
        """Put the id of something just made where an operation that deletes names one of ours in its example."""
        maker = maker_of(self.spec, operation_id)
        if maker is None:
            return recipe
        source, members = maker
        open_members = {name: one for name, one in members.items() if name not in recipe.get("with", {})}
        if not open_members or example_fields(self.spec, operation_id).keys().isdisjoint(open_members):
            return recipe
        made = before[-1] if before else self.cook(_caller(recipe), source)
        filled = {name: _evaluate(expression, made) for name, expression in open_members.items()}
        return {**recipe, "with": {**recipe.get("with", {}), **filled}}


def _caller(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a recipe that says who calls; nobody is the funded account."""
    return {key: recipe[key] for key in ("role", "token") if recipe.get(key)}


def _filled(fill: Mapping[str, str], answer: Answer) -> dict[str, str]:
    return {name: str(read(answer.json(), pointer)) for name, pointer in fill.items()}


def _evaluate(expression: str, answer: Answer) -> str:
    """Evaluate a runtime expression of an OpenAPI link; of an answer that was refused, nothing."""
    pointer = expression.removeprefix("$response.body#")
    try:
        return str(read(answer.json(), pointer))
    except (KeyError, ValueError):
        return "none"
