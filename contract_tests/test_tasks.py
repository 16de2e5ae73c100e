"""Tasks are state machines: what an observer may see of one, in whatever order it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from contract_tests.kit.answers import is_answer_of
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange, NotJson
from contract_tests.kit.facts import Facts
from contract_tests.kit.listings import listings, page_of
from contract_tests.kit.machines import ident_in, place_of
from contract_tests.kit.media import JSON_TYPE, bare
from contract_tests.kit.money import settled_balance
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import find, spell
from contract_tests.kit.recipes import NOTHING
from contract_tests.kit.run import LOOKS
from contract_tests.kit.tasks.histories import (
    Look,
    backward_steps,
    histories,
    id_in,
    progress_outside,
    steps_outside,
)
from contract_tests.kit.tasks.watching import watch_tasks

# How often a result is asked for before its task is over, at the most.
EARLY = 20
# A member that is there and empty tells as little as one that is null.
_NOTHING_THERE = (None, "")
# What a walk of the state machine asks at the most, by profile.
STEPS = {"standard": (2, 10), "deep": (6, 30)}


@dataclass(frozen=True)
class Machine:
    """A machine of `x-voice-tasks` and the operations that show it; `result` is None where status holds the result."""

    name: str
    row: Mapping[str, Any] = field(repr=False, compare=False)
    operation: Operation
    status: Operation
    result: Operation | None

    def fact(self, *parts: str) -> str:
        """Where something of the machine stands."""
        return spell(["x-voice-tasks", self.name, *parts])

    @property
    def last(self) -> Operation:
        """The operation that gives the result."""
        return self.result or self.status


def machines(facts: Facts) -> dict[str, Machine]:
    """Return the machines whose operations the spec names."""
    of = facts.operations
    return {
        name: Machine(name, row, of[row["create"]], of[row["status"]], of[row["result"]] if "result" in row else None)
        for name, row in facts.machines.items()
        if "create" in row
    }


def with_result(facts: Facts) -> dict[str, Machine]:
    """Return the machines whose result is an operation of its own."""
    return {name: one for name, one in machines(facts).items() if one.result is not None}


def _finished(claim: Claim, machine: Machine) -> str:
    """Return the id of a task that is over."""
    created = claim.run.good(machine.operation)
    ident = ident_in(machine.row, created)
    if not isinstance(ident, str):
        raise Unverified(f"{machine.operation.id} tells no id")
    if not _seen_over(claim, machine, ident):
        claim.run.wait_for(created)
    return ident


def _looks(claim: Claim, machine: Machine) -> dict[str, list[Look]]:
    log = [one for one in claim.run.log if one.role in {"funded", None}]
    return histories(log, machine.row)


def _seen_over(claim: Claim, machine: Machine, ident: str) -> bool:
    return any(one.state in machine.row["terminal"] for one in _looks(claim, machine).get(ident, []))


def _answers(claim: Claim, operation: Operation, ident: str) -> list[Exchange]:
    """Return the plain answers of an operation for a task, in order: those whose request asked for nothing special."""
    own = [one for one in claim.run.log if one.is_of(operation) and one.role == "funded"]
    plain = urlencode(operation.leading_to(ident).get("query", {}))
    return [one for one in own if one.is_success and urlsplit(one.url).query == plain and id_in(one) == ident]


def _tells_the_result(machine: Machine, exchange: Exchange) -> bool:
    return machine.result is not None or exchange.at(place_of(machine.row, "state", "status")) == machine.row["success"]


# -- walks: these ask ----------------------------------------------------------------------------------


def _walk(claim: Claim, machine: Machine, profile: str) -> None:
    walks, steps = STEPS[profile]
    watch_tasks(claim, machine, walks, steps)
    for looks in _looks(claim, machine).values():
        for one in looks:
            claim.judge(
                one.state in machine.row["edges"] or one.state in machine.row["terminal"],
                rests_on=machine.fact("edges"),
                expected=f"one of {', '.join([*machine.row['edges'], *machine.row['terminal']])}",
                got=f"state {one.state!r}",
                exchange=one.exchange,
            )
        for before, after in steps_outside(machine.row, looks):
            claim.judge(
                False,
                rests_on=machine.fact("edges"),
                expected=f"after {before.state} a state that a path leads to",
                got=f"{before.state}, then {after.state}",
                exchange=after.exchange,
            )


def _most(profile: str) -> int:
    walks, steps = STEPS[profile]
    return walks * (steps + 2)


@claim(over=machines, calls=lambda *_: _most("standard"), paid=2)
def test_a_task_goes_only_along_its_machine(claim: Claim, case: Machine) -> None:
    _walk(claim, case, "standard")


@claim(profile="deep", over=machines, calls=lambda *_: _most("deep"), paid=6)
def test_a_long_watched_task_goes_only_along_its_machine(claim: Claim, case: Machine) -> None:
    _walk(claim, case, "deep")


@claim(over=with_result, calls=EARLY * 2 + 1, paid=1)
def test_a_result_comes_only_after_success(claim: Claim, case: Machine) -> None:
    """The status is asked after the result: what was not over then had no result before."""
    assert case.result is not None
    created = claim.ask(case.operation)
    ident = ident_in(case.row, created)
    if not created.is_success or not isinstance(ident, str):
        raise Unverified(f"{case.operation.id} was answered {created.status}, without an id")
    for _ in range(EARLY):
        early = claim.ask(case.result, **case.result.leading_to(ident))
        status = claim.ask(case.status, **case.status.leading_to(ident))
        state = status.at(place_of(case.row, "state", "status"))
        if state == case.row["success"]:
            return
        claim.judge(
            not early.is_success,
            rests_on=case.result.pointer,
            expected=f"no result while the task is {state}",
            got=f"status {early.status}",
            exchange=early,
        )
        if state in case.row["terminal"]:
            raise Unverified(f"the task ended as {state}")
        claim.run.sleep(0.05)
    raise Unverified("the task was never over")


@claim(over=machines, calls=4)
def test_a_result_is_stable(claim: Claim, case: Machine) -> None:
    """Compared with whatever was answered for this task since it is over, by whichever claim."""
    ident = _finished(claim, case)
    lead = case.last.leading_to(ident)
    claim.ask(case.last, **lead)
    claim.ask(case.last, **lead)
    answers = [one for one in _answers(claim, case.last, ident) if _tells_the_result(case, one)]
    if not answers:
        raise Unverified(f"{case.last.id} gave no result for a task that is over")

    for one in answers[1:]:
        claim.judge(
            (one.media, _content(one)) == (answers[0].media, _content(answers[0])),
            rests_on=case.last.success.pointer,
            expected="the same answer when it is read again",
            got=f"{answers[0].text[:60]!r}, then {one.text[:60]!r}",
            exchange=one,
        )


def _content(exchange: Exchange) -> Any:
    """Return what an answer says: the same members in another order, or otherwise spaced, say the same."""
    if exchange.media == JSON_TYPE:
        with suppress(NotJson):
            return exchange.json()
    return exchange.body


@claim(over=machines, calls=2)
def test_an_unknown_task_is_not_found(claim: Claim, case: Machine) -> None:
    for one in {case.status.id: case.status, case.last.id: case.last}.values():
        answer = claim.ask(one, **one.leading_to(NOTHING))
        _not_found(claim, case, one, answer, "an id that nobody has given out")


@claim(over=machines, calls=4)
def test_a_foreign_task_is_not_found(claim: Claim, case: Machine) -> None:
    claim.run.key("other")
    ident = _finished(claim, case)
    for one in {case.status.id: case.status, case.last.id: case.last}.values():
        answer = claim.ask(one, **one.leading_to(ident), role="other")
        _not_found(claim, case, one, answer, "a task of another account")


def _not_found(claim: Claim, machine: Machine, operation: Operation, answer: Exchange, what: str) -> None:
    rows = [row for row in operation.own_errors if row.status == HTTPStatus.NOT_FOUND]
    if "unknown" in machine.row:
        rows = [row for row in operation.own_errors if row.code == machine.row["unknown"]]
    if not rows:
        raise Unverified(f"no error of {operation.id} says 404, and the machine names none")
    wanted = " or ".join(row.code for row in rows)
    status = rows[0].status
    claim.judge(
        any(is_answer_of(row, answer) for row in rows),
        rests_on=operation.answers[status].pointer if answer.status != status else rows[0].pointer,
        expected=f"{status}, {wanted}, for {what}",
        got=f"status {answer.status}: {answer.text[:120]}",
        exchange=answer,
    )


@claim(over=machines, calls=2, paid=1)
def test_a_created_task_is_readable_at_once(claim: Claim, case: Machine) -> None:
    created = claim.ask(case.operation)
    ident = ident_in(case.row, created)
    if not created.is_success or not isinstance(ident, str):
        raise Unverified(f"{case.operation.id} was answered {created.status}, without an id")

    status = claim.ask(case.status, **case.status.leading_to(ident))

    claim.judge(
        status.is_success,
        rests_on=case.status.success.pointer,
        expected="the status of a task that was just created",
        got=f"status {status.status}",
        exchange=status,
    )
    claim.judge(
        status.at(place_of(case.row, "id", "status")) in {ident, None},
        rests_on=case.status.success.pointer,
        expected=f"the status of {ident}",
        got=f"that of {status.at(place_of(case.row, 'id', 'status'))}",
        exchange=status,
    )


# -- counts, and tasks that fail ------------------------------------------------------------------------


def counting(facts: Facts) -> dict[str, Machine]:
    """Return the machines whose tasks are counted by state."""
    return {name: one for name, one in machines(facts).items() if "counts" in one.row}


def failing(facts: Facts) -> dict[str, Machine]:
    """Return the machines of which it is said what makes a task fail."""
    return {name: one for name, one in machines(facts).items() if "fails" in one.row}


def recipe_of(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of a recipe as arguments for asking."""
    return {"with_" if key == "with" else key: value for key, value in part.items()}


def _counts(claim: Claim, machine: Machine, **recipe: Any) -> tuple[Exchange, dict[str, Any]]:
    """Ask for the counts; return the answer, and state → count (`""`: of all)."""
    row = machine.row["counts"]
    answer = claim.ask(row["operation"], **recipe)
    if not answer.is_success:
        raise Unverified(f"{row['operation']} was answered {answer.status}")
    members = {"": row["total"], **row["states"]}
    return answer, {state: answer.at(f"{row['at']}/{member}") for state, member in members.items()}


def _judge_counts(claim: Claim, machine: Machine, answer: Exchange, found: Mapping[str, Any]) -> None:
    states = {state: count for state, count in found.items() if state}
    if not all(isinstance(count, int) and not isinstance(count, bool) for count in found.values()):
        raise Unverified("a count is no whole number")
    claim.judge(
        sum(states.values()) == found[""],
        rests_on=machine.fact("counts"),
        expected=f"a total of {sum(states.values())}: {', '.join(f'{one} {count}' for one, count in states.items())}",
        got=f"{found['']}",
        exchange=answer,
    )


@claim(over=counting, calls=3, paid=1)
def test_counts_add_up(claim: Claim, case: Machine) -> None:
    """By state to the total, which a new task makes larger by one."""
    answer, before = _counts(claim, case)
    _judge_counts(claim, case, answer, before)
    created = claim.ask(case.operation)
    answer, after = _counts(claim, case)
    _judge_counts(claim, case, answer, after)
    if created.is_success:
        claim.judge(
            after[""] == before[""] + 1,
            rests_on=case.fact("counts", "total"),
            expected=f"one task more than {before['']}",
            got=f"{after['']}",
            exchange=answer,
        )


def _state_filter(facts: Facts, machine: Machine) -> tuple[str, str] | None:
    """Return (parameter that narrows a list of tasks to a state, where the list tells how many it has)."""
    row = facts.operations[machine.row["counts"]["operation"]].node.get("x-voice-collection", {})
    member = machine.row["state"].rpartition("/")[2]
    name = next((name for name, one in row.get("filters", {}).items() if one["at"] == f"/{member}"), None)
    return (name, row["total"]) if name and "total" in row else None


@claim(over=counting, calls=2)
def test_counts_are_those_of_the_lists(claim: Claim, case: Machine) -> None:
    """For each state that no task leaves: as many are listed as are counted."""
    found = _state_filter(claim.facts, case)
    if found is None:
        raise Unverified("no list can be narrowed to a state")
    name, total = found
    for state in case.row["terminal"]:
        answer, counts = _counts(claim, case, query={name: state})
        if counts[state] is None or answer.at(total) is None:
            raise Unverified(f"the answer tells no count of {state}, or not how many are listed")
        claim.judge(
            answer.at(total) == counts[state],
            rests_on=case.fact("counts", "states", state),
            expected=f"{answer.at(total)} that are {state}, as are listed",
            got=f"{counts[state]}",
            exchange=answer,
        )


@claim(over=failing, calls=LOOKS + 3, paid=1)
def test_a_task_that_fails_costs_nothing(claim: Claim, case: Machine) -> None:
    """And says so: there is an error, and no result."""
    before = settled_balance(claim.run)
    created = claim.ask(case.operation, **recipe_of(case.row["fails"]))
    if not created.is_success:
        raise Unverified(f"{case.operation.id} was answered {created.status} at once")
    last = claim.run.finish(created)[-1]
    after = settled_balance(claim.run)
    state = last.at(case.row["state"])
    has_failed = claim.judge(
        state != case.row["success"],
        rests_on=case.fact("fails"),
        expected="a task that fails",
        got=f"{state}",
        exchange=last,
    )
    if not has_failed:
        return
    if "error-at" in case.row:
        claim.judge(
            last.at(case.row["error-at"]) not in _NOTHING_THERE,
            rests_on=case.fact("error-at"),
            expected=f"at {case.row['error-at']} why it failed",
            got="nothing",
            exchange=last,
        )
    if "charged" in (case.operation.billing or {}):
        claim.judge(
            after == before,
            rests_on=f"{case.operation.pointer}/x-voice-billing/charged",
            expected=f"a balance of {before} once more, as the task has failed",
            got=f"{after}",
            exchange=last,
        )


def with_result_in_status(facts: Facts) -> dict[str, Machine]:
    """Return the machines whose status holds the result."""
    return {name: one for name, one in machines(facts).items() if "result-at" in one.row}


@claim(over=with_result_in_status, calls=3, paid=1)
def test_a_result_stands_there_only_after_success(claim: Claim, case: Machine) -> None:
    """And an error only after a failure. A task that was just made is looked at; all that was seen is judged."""
    created = claim.ask(case.operation)
    ident = ident_in(case.row, created)
    if created.is_success and isinstance(ident, str):
        claim.ask(case.status, **case.status.leading_to(ident))
    if "counts" in case.row:
        claim.ask(case.row["counts"]["operation"])
    row = case.row
    for exchange, state, found in _shown(claim, case):
        if state in row["edges"] or state in row["terminal"]:
            is_due = {"result-at": state == row["success"], "error-at": state in {*row["terminal"]} - {row["success"]}}
            for key, due in is_due.items():
                if key in found:
                    claim.judge(
                        (found[key] not in _NOTHING_THERE) == due,
                        rests_on=case.fact(key),
                        expected=f"{'something' if due else 'nothing'} at {row[key]} of a task that is {state}",
                        got=f"{found[key]!r}"[:120],
                        exchange=exchange,
                    )


def _shown(claim: Claim, machine: Machine) -> Iterator[tuple[Exchange, Any, dict[str, Any]]]:
    """Yield every task that was seen, as its status and lists have it: its state, its result and its error.

    What other operations than `create` make may come to nothing that stands there: then there is no result to judge.
    """
    keys = [key for key in ("result-at", "error-at") if key in machine.row]
    others = machine.row.get("others", ())
    made = [one for one in claim.run.log if one.is_success and one.operation and one.operation.id in others]
    by_others = {ident_in(machine.row, one) for one in made}
    for ident, looks in _looks(claim, machine).items():
        for one in looks:
            if one.exchange.is_of(machine.status):
                found = {key: one.exchange.at(machine.row[key]) for key in keys}
                if ident in by_others and one.state == machine.row["success"]:
                    found.pop("result-at", None)
                yield one.exchange, one.state, found
    for listing in listings(claim.facts).values():
        if listing.create is None or listing.create.id != machine.operation.id:
            continue
        for exchange in claim.run.log:
            if exchange.is_of(listing.operation) and exchange.is_success:
                for item in page_of(listing.row, exchange).items:
                    member = {key: find(item, f"/{machine.row[key].rpartition('/')[2]}") for key in keys}
                    yield exchange, find(item, f"/{machine.row['state'].rpartition('/')[2]}"), member


# -- judgements of what was seen: these ask nothing -----------------------------------------------------


@claim(over=machines)
def test_progress_never_falls(claim: Claim, case: Machine) -> None:
    if "progress-at" not in case.row:
        raise Unverified("the spec names no progress")
    for looks in _looks(claim, case).values():
        for one in looks:
            if one.progress is not None:
                claim.saw(one.exchange)
        for before, after in backward_steps(looks):
            claim.judge(
                False,
                rests_on=case.fact("progress"),
                expected=f"{before.progress} or more",
                got=f"{before.progress}, then {after.progress}",
                exchange=after.exchange,
            )
        for one, allowed in progress_outside(case.row, looks):
            claim.judge(
                False,
                rests_on=case.fact("progress", str(one.state)),
                expected=f"one of {', '.join(map(str, allowed))} while {one.state}",
                got=f"{one.progress}",
                exchange=one.exchange,
            )
    if not claim.has_judged:
        raise Unverified("no answer of this run tells how far a task is")


@claim(over=machines, calls=4)
def test_a_terminal_state_is_final(claim: Claim, case: Machine) -> None:
    ident = _finished(claim, case)
    for _ in range(2):
        claim.ask(case.status, **case.status.leading_to(ident))
    for looks in _looks(claim, case).values():
        over = next((place for place, one in enumerate(looks) if one.state in case.row["terminal"]), None)
        for later in looks[over + 1 :] if over is not None else ():
            claim.judge(
                later.state == looks[over or 0].state,
                rests_on=case.fact("terminal"),
                expected=f"still {looks[over or 0].state}",
                got=f"{later.state}",
                exchange=later.exchange,
            )


@claim(over=with_result, calls=4)
def test_a_download_has_its_type_and_name(claim: Claim, case: Machine) -> None:
    assert case.result is not None
    answer = claim.run.good(case.result)
    documented = case.result.success
    claim.judge(
        answer.media in {bare(one) for one in documented.media},
        rests_on=documented.pointer,
        expected=" or ".join(documented.media),
        got=answer.media or "no Content-Type",
        exchange=answer,
    )
    named = {name.lower(): name for name in documented.node.get("headers", {})}
    if "content-disposition" in named:
        ident = id_in(answer)
        value = answer.headers.get("content-disposition", "")
        claim.judge(
            ident in value,
            rests_on=f"{documented.pointer}/headers/{named['content-disposition']}",
            expected=f"a file name with {ident} in it",
            got=value or "no such header",
            exchange=answer,
        )
