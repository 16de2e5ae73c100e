"""One run of the suite against one endpoint: what it knows, what it has asked, what it has to clean up."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

import requests

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.answers import told
from contract_tests.kit.claims import Unverified
from contract_tests.kit.clips import Clips, NoClips
from contract_tests.kit.exchanges import Exchange, pointer_in
from contract_tests.kit.facts import Facts
from contract_tests.kit.guard import Allowance, Guard, Strayed
from contract_tests.kit.machines import ident_in, makers_of, place_of
from contract_tests.kit.money import balance_operation, balance_word
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import NO_ID, Recipe, Writer, in_place
from contract_tests.kit.roles import Keys, NoRole
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.shapes import Shapes
from contract_tests.kit.sockets.gate import Gate
from contract_tests.kit.verdicts import Record

# Answers that say "you may not", not "this is how I answer".
NOT_LET_IN = frozenset({401, 402, 403, 429})
# A task is given up after so many looks, each a little later than the one before.
LOOKS = 60
# Seconds; a server on this machine has no reason to take long.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 3.0
FIRST_LOCAL_PAUSE, LONGEST_LOCAL_PAUSE = 0.02, 0.2
# At smoke a task is looked at once, after so long, since each look may be a paid call.
ONE_LOOK_AFTER, ONE_LOCAL_LOOK_AFTER = 10.0, 1.2


@dataclass(frozen=True)
class Settings:
    """What a run was asked for."""

    provider: str
    target: str
    profile: str = "standard"
    strict: bool = False
    seed: int = 0
    is_loopback: bool = True
    # Where conversations over a WebSocket are held; empty: where the target is, if that is this machine.
    socket: str = ""


@dataclass
class Run:
    """The state of one run."""

    settings: Settings
    facts: Facts
    keys: Keys
    clips: Clips
    guard: Guard
    secrets: Secrets
    sleep: Callable[[float], None] = time.sleep
    records: list[Record] = field(default_factory=list)
    observed: dict[str, str] = field(default_factory=dict)
    leftovers: list[str] = field(default_factory=list)
    could_not_look: str = ""
    # Documented examples, and waiting for their tasks: planned once for the whole run, whichever claim comes first.
    _shared: Allowance = field(default_factory=lambda: Allowance("shared"))
    # What creates tasks that were never over: nobody waits for another of them.
    _endless: set[str] = field(default_factory=set)
    _golden: dict[tuple[str, str], Exchange] = field(default_factory=dict)
    # What was behind addresses that answers told.
    _files: dict[str, Exchange] = field(default_factory=dict)
    # What ids were led to, by operation and role, and waited for.
    _ids: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._local = threading.local()

    @property
    def amounts(self) -> Amounts:
        """Measures and prices."""
        return self.guard.amounts

    @property
    def log(self) -> list[Exchange]:
        """Every exchange so far."""
        return self.guard.log

    @cached_property
    def gate(self) -> Gate:
        """What holds conversations over a WebSocket."""
        return Gate(self)

    @cached_property
    def _by_facts(self) -> dict[int, tuple[Writer, Shapes]]:
        return {}

    def _tools(self) -> tuple[Writer, Shapes]:
        key = id(self.facts)
        if key not in self._by_facts:
            self._by_facts[key] = Writer(self.facts, self.keys, self.clips), Shapes(self.facts)
        return self._by_facts[key]

    @property
    def shapes(self) -> Shapes:
        """Compiled schemas under the present readings."""
        return self._tools()[1]

    def learn(self, row: str, reading: str) -> None:
        """Go on with the reading that the endpoint was seen to follow."""
        self.observed[row] = reading
        if self.facts.readings[row] != reading:
            self.facts = self.facts.read_as({row: reading})
            self.guard.facts = self.facts

    # -- asking --------------------------------------------------------------------------------------

    @property
    def session(self) -> requests.Session:
        """A connection pool of this thread."""
        if not hasattr(self._local, "session"):
            self._local.session = _new_session(past_proxies=self.settings.is_loopback)
        found: requests.Session = self._local.session
        return found

    def operation(self, operation: Operation | str) -> Operation:
        """Return an operation under the present readings."""
        return self.facts.operations[operation if isinstance(operation, str) else operation.id]

    def key(self, role: str) -> str:
        """Return the key of a role. Raises Unverified where it was not given."""
        try:
            return self.keys.of(role)
        except NoRole as error:
            raise Unverified(str(error)) from None

    def present(self, case: Any) -> Any:
        """Return a case with its operations under the present readings: cases are made before any is known."""
        if isinstance(case, Operation):
            return self.operation(case)
        if is_dataclass(case) and not isinstance(case, type):
            known = {one.name: getattr(case, one.name) for one in fields(case) if one.init}
            changed = {name: self.operation(one) for name, one in known.items() if isinstance(one, Operation)}
            return replace(case, **changed) if changed else case
        return case

    def ask(self, operation: Operation | str, **recipe: Any) -> Exchange:
        """Send an operation's documented example, changed by a recipe, and return the exchange.

        Recipes as in specs/README.md; `with_` stands for `with`. Path parameters that a recipe leaves open come from
        the operation that links here. Raises Unverified where a key or a hosted clip is missing.
        """
        one = self.operation(operation)
        if "with_" in recipe:
            recipe["with"] = recipe.pop("with_")
        try:
            before = [self.ask(step.get("operation", one.id), **_plain(step)) for step in recipe.get("first", ())]
            if "wait" in recipe:
                for exchange in before:
                    self.finish(exchange)
            values = self._values(one, recipe, before)
            stand_ins = {} if _is_ready(one, recipe) else self._stand_ins(one, recipe, before)
            draft = self._tools()[0].write(one, recipe, values, stand_ins)
        except (NoRole, NoClips) as error:
            raise Unverified(str(error)) from None
        exchange = self.guard.ask(draft, self.session)
        for _ in range(recipe.get("times", 1) - 1):
            exchange = self.guard.ask(draft, self.session)
        return exchange

    def members(self, operation: Operation | str, recipe: Recipe) -> dict[str, Any]:
        """Return the members that the body of a recipe has, with ids that the endpoint knows. Raises NoClips."""
        one = self.operation(operation)
        return in_place(self._tools()[0].fields(one, recipe), self._stand_ins(one, recipe))

    def _values(self, operation: Operation, recipe: Mapping[str, Any], before: list[Exchange]) -> Mapping[str, str]:
        link = operation.source_link
        if link is None or "path" in recipe or "url" in recipe or {*link[1]} <= {*recipe.get("query", ())}:
            return {}
        if not before:
            return self.identity(operation, recipe.get("role", "funded") or "funded")
        return _evaluated(link[1], before[-1])

    def identity(self, operation: Operation | str, role: str = "funded") -> dict[str, str]:
        """Return path parameters that lead an operation to something finished: made once for each role."""
        one = self.operation(operation)
        link = one.source_link
        if link is None:
            raise Unverified(f"nothing in the spec leads to an id for {one.id}")
        key = (link[0].id, role)
        if key not in self._ids:
            source = self.golden(link[0]) if role == "funded" else self.ask(link[0], role=role)
            if not source.is_success:
                raise Unverified(f"{link[0].id} gave no id: status {source.status}")
            self.wait_for(source)
            self._ids.add(key)
        source = self._sources(link[0], role)
        return _evaluated(link[1], source)

    def _stand_ins(self, operation: Operation, recipe: Recipe, before: Sequence[Exchange] = ()) -> Mapping[str, str]:
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
        source = next((one for one in reversed(before) if one.is_of(link[0])), None) or self.golden(link[0])
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
        key = (operation.id, "before")
        if key not in self._golden:
            with self.on_shared_account():
                self._golden[key] = self.steps(operation)
        return self.filled(operation, self._golden[key])

    def steps(self, operation: Operation | str) -> Exchange:
        """Do what comes before an operation (`x-voice-before`), and return the answer that fills its members.

        A step that is its operation's documented example, come to in the same way, is not paid for again.
        Raises Unverified where a step is refused.
        """
        one = self.operation(operation)
        last: Exchange | None = None
        steps = one.before["steps"]
        for number, step in enumerate(steps):
            fill = {name: last.at(pointer) for name, pointer in step.get("fill", {}).items()} if last else {}
            own = self.operation(step["operation"]).before
            is_example = (own.get("steps", []), own.get("fill", {})) == (steps[:number], step.get("fill", {}))
            last = self.golden(step["operation"]) if is_example else self.ask(step["operation"], with_=fill)
            if not last.is_success:
                raise Unverified(f"{step['operation']}, which comes before {one.id}, was answered {last.status}")
            last = self.finish(last)[-1] if step.get("over") else last
        assert last is not None
        return last

    def filled(self, operation: Operation, handed_on: Exchange) -> dict[str, str]:
        """Return the ids that an answer hands on to an operation, by those that its example names in their place."""
        fill = operation.before["fill"]
        found = {operation.example[name]: handed_on.at(pointer) for name, pointer in fill.items()}
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def linked(self, operation: Operation, exchange: Exchange) -> dict[str, str]:
        """Return the path parameters by which an answer links to an operation; none where it does not."""
        source = self.facts.present(exchange.operation)
        answer = source.answers.get(exchange.status) if source else None
        for link in answer.node.get("links", {}).values() if answer else ():
            if link["operationId"] == operation.id:
                return _evaluated(link.get("parameters", {}), exchange)
        return {}

    def linked_members(self, operation: Operation, exchange: Exchange) -> dict[str, str]:
        """Return the members of a body by which an answer links to an operation; none where it does not."""
        return _evaluated(body_links(self.facts.present(exchange.operation), exchange.status, operation.id), exchange)

    def known_identity(self, operation: Operation | str) -> dict[str, str]:
        """Return parameters that lead to something finished if there is one already, else texts that are no id.

        For requests that are refused whatever the id is: nothing is sent to find one.
        """
        one = self.operation(operation)
        link = one.source_link
        known = link is not None and (link[0].id, "funded") in self._ids
        names = one.path_parameters or (link[1] if link is not None else ())
        return self.identity(one) if known else dict.fromkeys(names, NO_ID)

    def _sources(self, operation: Operation, role: str) -> Exchange:
        if role == "funded":
            return self.golden(operation)
        return next(one for one in self.log if one.is_of(operation) and one.role == role and one.is_success)

    def golden(self, operation: Operation | str) -> Exchange:
        """Return the answer to the documented example; asked once in a run, whoever wants it."""
        one = self.operation(operation)
        key = (one.id, "")
        if key not in self._golden and self.looks == 1 and self._is_status(one):
            # The one look at the task of the example is the answer.
            with suppress(Unverified):
                self.identity(one)
        if key not in self._golden:
            with self.on_shared_account():
                self._golden[key] = self.ask(one)
        return self._golden[key]

    @property
    def looks(self) -> int:
        """How often a task is looked at until it is given up."""
        return looks_at(self.settings.profile)

    def _is_status(self, operation: Operation) -> bool:
        return any(row.get("status") == operation.id for row in self.facts.machines.values())

    def forget(self, operation: Operation) -> None:
        """Ask the documented example anew when it is wanted next."""
        self._golden.pop((operation.id, ""), None)

    def allow_shared(self, calls: int, credits: int) -> None:
        """Bound what is sent for all claims by what was planned for it."""
        self._shared = Allowance("shared", calls, credits)

    def on_shared_account(self) -> AbstractContextManager[None]:
        """Count what is sent in the block for all claims, whichever comes first. Raises PlanExceeded."""
        return self.guard.on_account(self._shared)

    def good(self, operation: Operation | str) -> Exchange:
        """Return the golden answer if it is a success. Raises Unverified if not; the preflight tells why."""
        exchange = self.golden(operation)
        if not exchange.is_success:
            raise Unverified(f"the documented example of {self.operation(operation).id} was answered {exchange.status}")
        return exchange

    def once(self, operation: Operation | str, name: str, **recipe: Any) -> Exchange:
        """Return the answer to a recipe that several claims want; `name` tells it from others of the operation."""
        key = (self.operation(operation).id, name)
        if key not in self._golden:
            self._golden[key] = self.ask(operation, **recipe)
        return self._golden[key]

    def file(self, url: str) -> Exchange:
        """Return what is behind an address that an answer told; fetched once in a run, without a key."""
        if url not in self._files:
            self._files[url] = self.fetch(url)
        return self._files[url]

    def fetch(self, url: str) -> Exchange:
        """Fetch an address that an answer told once more. Raises Unverified for one that is not to be fetched."""
        try:
            return self.guard.fetch(url, self.session)
        except Strayed as error:
            raise Unverified(str(error)) from None

    # -- what answers tell ---------------------------------------------------------------------------

    def told(self, exchange: Exchange) -> dict[str, str | int | float]:
        """Return what an answer tells by `x-voice-value`."""
        return told(self.facts, exchange)

    def number(self, exchange: Exchange, word: str) -> int | None:
        """Return a whole number that an answer tells; None where it does not."""
        value = self.told(exchange).get(word)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def balance(self, role: str = "funded") -> int:
        """Return what an account has left, to be held against what it had before.

        Where only what it used is told, that is taken for a debt. Raises Unverified where the provider tells neither.
        """
        one = balance_operation(self.facts)
        if one is None:
            raise Unverified("no free operation of this provider tells the balance")
        word = balance_word(self.facts, one)
        found = self.number(self.ask(one, role=role), word)
        if found is None:
            raise Unverified(f"{one.id} does not tell a balance")
        return found if word == "balance" else -found

    # -- tasks ---------------------------------------------------------------------------------------

    def machine_of(self, operation: Operation | None) -> Mapping[str, Any] | None:
        """Return the machine whose tasks an operation creates; None if it creates none."""
        if operation is None:
            return None
        machines = self.facts.machines.values()
        return next((row for row in machines if "create" in row and operation.id in makers_of(row)), None)

    def wait_for(self, created: Exchange) -> list[Exchange]:
        """Wait until a task of a documented example is over, on the account of all claims; return every look."""
        with self.on_shared_account():
            return self.finish(created)

    def finish(self, created: Exchange) -> list[Exchange]:
        """Look at a task until it is over; return every look. Raises Unverified if it never is."""
        machine = self.machine_of(created.operation)
        if machine is None or not created.is_success:
            return []
        maker = created.operation.id if created.operation else ""
        if maker in self._endless:
            raise Unverified(f"tasks of {maker} were seen to have no end")
        ident = ident_in(machine, created)
        if ident is None:
            raise Unverified(f"{maker} tells no id at {place_of(machine, 'id', 'create')}")
        looks: list[Exchange] = []
        lead = self.facts.operations[machine["status"]].leading_to(str(ident))
        for pause in self._pauses():
            if pause:
                self.sleep(pause)
            looks.append(self.ask(machine["status"], **lead, role=created.role or "funded"))
            state = state_of(machine, looks[-1])
            if self.looks == 1:
                self._golden.setdefault((machine["status"], ""), looks[-1])
            if state in machine["terminal"]:
                return looks
            if state not in machine["edges"]:
                break
        self._endless.add(maker)
        raise Unverified(f"the task {ident} was {state!r} after {len(looks)} looks, and not over")

    def _pauses(self) -> Iterator[float]:
        """Yield the seconds before each look at a task; on a target elsewhere each may be charged as a request."""
        is_local = self.settings.is_loopback
        if self.looks == 1:
            yield ONE_LOCAL_LOOK_AFTER if is_local else ONE_LOOK_AFTER
            return
        pause, longest = (FIRST_LOCAL_PAUSE, LONGEST_LOCAL_PAUSE) if is_local else (FIRST_PAUSE, LONGEST_PAUSE)
        yield 0.0
        for _ in range(self.looks - 1):
            yield pause
            pause = min(pause * 1.5, longest)


def looks_at(profile: str) -> int:
    """Return how often a task is looked at in a profile until it is given up."""
    return 1 if profile == "smoke" else LOOKS


def _new_session(past_proxies: bool) -> requests.Session:
    """Return a session that follows no redirect, sends no password of a .netrc, and heeds the user's certificates."""
    session = requests.Session()
    session.trust_env = not past_proxies
    # Whoever is to be asked next is told by nobody; and a Location may be anything.
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
    # With an auth of our own, requests looks for none in a .netrc, which would replace the key.
    session.auth = lambda request: request
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    return session


def _named(operation: Operation, member: str) -> list[Any]:
    """Return the ids that the examples of an operation have in a member, each once."""
    return list(dict.fromkeys(one for example in operation.examples.values() for one in _as_list(example.get(member))))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def state_of(machine: Mapping[str, Any], exchange: Exchange) -> Any:
    """Return the state that an answer tells; None where it tells none, or something that is no text."""
    state = exchange.at(place_of(machine, "state", "status"))
    return state if isinstance(state, str) else None


def _is_ready(operation: Operation, recipe: Recipe) -> bool:
    """Say whether a recipe gives itself what else would come from what is done before."""
    fill = operation.before.get("fill", {})
    return bool(fill) and fill.keys() <= recipe.get("with", {}).keys()


def _plain(step: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in step.items() if key != "operation"}


def body_links(source: Operation | None, status: int, target: str = "") -> dict[str, str]:
    """Return member → runtime expression of what an answer links into the body of an operation, or of any."""
    answer = source.answers.get(status) if source else None
    return {
        name: expression
        for link in (answer.node.get("links", {}).values() if answer else ())
        if target in {"", link["operationId"]}
        for name, expression in link.get("requestBody", {}).items()
        if isinstance(expression, str)
    }


def _evaluated(expressions: Mapping[str, str], exchange: Exchange) -> dict[str, str]:
    """Evaluate the runtime expressions of a link; of an answer that has no such member, a text that is no id."""
    found = {name: exchange.at(pointer_in(expression)) for name, expression in expressions.items()}
    return {name: NO_ID if value is None else str(value) for name, value in found.items()}
