"""One run of the suite against one endpoint: what it knows, what it has asked, what it has to clean up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

import requests

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.answers import told
from contract_tests.kit.bounds import Allowance, Strayed
from contract_tests.kit.claims import Unverified
from contract_tests.kit.clips import Clips, NoClips
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.guard import Guard
from contract_tests.kit.leads import Leads, is_ready
from contract_tests.kit.machines import ident_in, machine_of, place_of, state_of
from contract_tests.kit.money import balance_operation, balance_word
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe, Writer, in_place
from contract_tests.kit.roles import Keys, NoRole
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.shapes import Shapes
from contract_tests.kit.sockets.gate import Gate
from contract_tests.kit.tasks.waiting import looks_at, pauses
from contract_tests.kit.verdicts import Record
from contract_tests.kit.wire import new_session

# Answers that say "you may not", not "this is how I answer".
NOT_LET_IN = frozenset({401, 402, 403, 429})


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
    def leads(self) -> Leads:
        """What leads to ids that the endpoint knows."""
        return Leads(self)

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
            self._local.session = new_session(past_proxies=self.settings.is_loopback)
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
        the operation that links here. A `party` is one of threads that ask, all under way at the same time.
        Raises Unverified where a key or a hosted clip is missing.
        """
        one = self.operation(operation)
        if "with_" in recipe:
            recipe["with"] = recipe.pop("with_")
        try:
            before = [self.ask(step.get("operation", one.id), **_plain(step)) for step in recipe.get("first", ())]
            if "wait" in recipe:
                for exchange in before:
                    self.finish(exchange)
            values = self.leads.values(one, recipe, before)
            stand_ins = {} if is_ready(one, recipe) else self.leads.stand_ins(one, recipe, before)
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
        return in_place(self._tools()[0].fields(one, recipe), self.leads.stand_ins(one, recipe))

    def golden(self, operation: Operation | str) -> Exchange:
        """Return the answer to the documented example; asked once in a run, whoever wants it."""
        one = self.operation(operation)
        key = (one.id, "")
        if key not in self._golden and self.looks == 1 and self._is_status(one):
            # The one look at the task of the example is the answer.
            with suppress(Unverified):
                self.leads.identity(one)
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

    def wait_for(self, created: Exchange) -> list[Exchange]:
        """Wait until a task of a documented example is over, on the account of all claims; return every look."""
        with self.on_shared_account():
            return self.finish(created)

    def finish(self, created: Exchange) -> list[Exchange]:
        """Look at a task until it is over; return every look. Raises Unverified if it never is."""
        machine = machine_of(self.facts, created.operation)
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
        for pause in pauses(self.looks, self.settings.is_loopback):
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


def _plain(step: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in step.items() if key != "operation"}
