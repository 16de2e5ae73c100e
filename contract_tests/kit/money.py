"""What answers tell of money and limits, and which operations can be asked about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from contract_tests.kit.facts import Facts, every_property
from contract_tests.kit.machines import ident_in, makers_of
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import below, look, parts_of
from contract_tests.kit.tasks.histories import histories

if TYPE_CHECKING:
    from contract_tests.kit.exchanges import Exchange
    from contract_tests.kit.run import Run

# Words of `x-voice-value` that tell what a call cost.
COSTS = ("charged", "price")


def priced(facts: Facts) -> dict[str, Operation]:
    """Operations whose calls cost an amount of something: not one request each."""
    return {
        name: one
        for name, one in facts.operations.items()
        if one.billing is not None and one.billing["measure"] not in {"calls", "tasks"} and one.billing["steps"]
    }


def measured(facts: Facts) -> dict[str, Operation]:
    """Priced operations whose answers tell what was measured."""
    return {
        name: one
        for name, one in priced(facts).items()
        if any(word.startswith("measured:") for word in words_of(facts, one))
    }


def balance_operation(facts: Facts) -> Operation | None:
    """Return a free operation whose answer tells the balance, or what was used; None where the provider has none."""
    for one in facts.operations.values():
        if one.method == "GET" and one.billing is None and "{" not in one.path and balance_word(facts, one):
            return one
    return None


def balance_word(facts: Facts, operation: Operation) -> str:
    """Return the word by which an operation tells what an account has left, or what it has used; empty for none."""
    words = words_of(facts, operation)
    return next((one for one in ("balance", "spent") if one in words), "")


def accountable(facts: Facts) -> dict[str, Operation]:
    """Priced operations of a provider that tells the balance."""
    return priced(facts) if balance_operation(facts) else {}


def settled_balance(run: Run) -> int:
    """Return what the account has left when no task is under way that is paid for at its end. Raises Unverified."""
    for one in _owed(run):
        run.wait_for(one)
    return run.balance()


def _owed(run: Run) -> list[Exchange]:
    """Return what made tasks that are paid for when they succeed, of those that were not seen to be over."""
    found = []
    for machine in run.facts.machines.values():
        makers = {name for name in makers_of(machine) if is_charged_later(run.facts.operations[name])}
        over = {
            ident
            for ident, looks in histories(run.log, machine).items()
            if any(one.state in machine["terminal"] for one in looks)
        }
        made = [one for one in run.log if one.is_success and one.operation is not None and one.operation.id in makers]
        found += [one for one in made if ident_in(machine, one) not in over]
    return found


def is_charged_later(operation: Operation) -> bool:
    """Say whether the tasks of an operation are paid for when they succeed."""
    return (operation.billing or {}).get("charged") == "on-success"


def charged(facts: Facts) -> dict[str, Operation]:
    """Operations whose calls cost anything at all."""
    return {name: one for name, one in facts.operations.items() if one.billing is not None and "{" not in one.path}


def first_charged(facts: Facts) -> dict[str, Operation]:
    """The first operation of the spec that costs anything: what an account with credit for one call can pay."""
    return dict(list(charged(facts).items())[:1])


def words_of(facts: Facts, operation: Operation) -> dict[str, str]:
    """Return word → pointer of everything an operation's success tells by `x-voice-value`."""
    answer = operation.success
    found = {}
    for _, node, pointer in facts.headers_of(answer):
        if "x-voice-value" in node:
            found[node["x-voice-value"]] = pointer
    for media in answer.media:
        pointer = below(answer.pointer, "content", media, "schema")
        if "schema" not in answer.media[media]:
            continue
        schema = look(facts.document, pointer)
        place = facts.place(schema, pointer)
        for at, node in every_property(facts, schema):
            if "x-voice-value" in node:
                found[node["x-voice-value"]] = below(place, "properties", parts_of(at)[-1])
    return found


@dataclass(frozen=True)
class Counter:
    """A window whose remaining calls an operation's headers tell. `cost` is what one call takes of it."""

    operation: Operation
    word: str
    cost: int
    seconds: int
    pointer: str = field(compare=False)


def counters(facts: Facts) -> dict[str, Counter]:
    """Return the windows that answers count down, one operation for each: the cheapest to ask."""
    limits = facts.document.get("x-voice-limits", {})
    windows = limits.get("windows", {})
    found: dict[str, Counter] = {}
    for one in sorted(facts.operations.values(), key=lambda one: (one.billing is not None, one.method != "GET")):
        if "{" in one.path or not one.ways_in:
            continue
        for word, pointer in words_of(facts, one).items():
            kind, _, window = word.partition(":")
            if kind == "rate-remaining" and window in one.windows:
                row = windows[window]
                found.setdefault(window, Counter(one, word, row.get("cost", 1), row["seconds"], pointer))
            elif kind == "quota-remaining":
                found.setdefault("quota", Counter(one, word, 1, limits["quota"]["seconds"], pointer))
    return found


def drops(values: Iterable[int]) -> Iterator[int]:
    """Yield by how much each value is below the one before."""
    for before, after in pairwise(values):
        yield before - after


def told_cost(run: Run, exchange: Exchange) -> tuple[str, int] | None:
    """Return (word, units) of what an answer says it cost; None if it says nothing."""
    told: dict[str, Any] = run.told(exchange)
    return next(((word, told[word]) for word in COSTS if isinstance(told.get(word), int)), None)
