"""Tasks are state machines: what an observer may see of one, in whatever order it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from contract_tests.kit.answers import is_answer_of
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange, NotJson
from contract_tests.kit.machines import ident_in, place_of
from contract_tests.kit.media import JSON_TYPE, bare
from contract_tests.kit.money import settled_balance
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import NOTHING
from contract_tests.kit.tasks.counts import counts_of, judge_counts, state_filter
from contract_tests.kit.tasks.histories import backward_steps, id_in, progress_outside, steps_outside
from contract_tests.kit.tasks.shown import (
    Machine,
    answers_in,
    counting,
    failing,
    finished,
    looks_in,
    machines,
    shown_in,
    tells_the_result,
    with_result,
    with_result_in_status,
)
from contract_tests.kit.tasks.waiting import LOOKS
from contract_tests.kit.tasks.watching import watch_tasks

# How often a result is asked for before its task is over, at the most.
EARLY = 20
# A member that is there and empty tells as little as one that is null.
_NOTHING_THERE = (None, "")
# What a walk of the state machine asks at the most, by profile.
STEPS = {"standard": (2, 10), "deep": (6, 30)}


# -- walks: these ask ----------------------------------------------------------------------------------


def _walk(claim: Claim, machine: Machine, profile: str) -> None:
    walks, steps = STEPS[profile]
    watch_tasks(claim, machine, walks, steps)
    for looks in looks_in(claim, machine).values():
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
    ident = finished(claim, case)
    lead = case.last.leading_to(ident)
    claim.ask(case.last, **lead)
    claim.ask(case.last, **lead)
    answers = [one for one in answers_in(claim, case.last, ident) if tells_the_result(case, one)]
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
    ident = finished(claim, case)
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


def recipe_of(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a part of a recipe as arguments for asking."""
    return {"with_" if key == "with" else key: value for key, value in part.items()}


@claim(over=counting, calls=3, paid=1)
def test_counts_add_up(claim: Claim, case: Machine) -> None:
    """By state to the total, which a new task makes larger by one."""
    answer, before = counts_of(claim, case)
    judge_counts(claim, case, answer, before)
    created = claim.ask(case.operation)
    answer, after = counts_of(claim, case)
    judge_counts(claim, case, answer, after)
    if created.is_success:
        claim.judge(
            after[""] == before[""] + 1,
            rests_on=case.fact("counts", "total"),
            expected=f"one task more than {before['']}",
            got=f"{after['']}",
            exchange=answer,
        )


@claim(over=counting, calls=2)
def test_counts_are_those_of_the_lists(claim: Claim, case: Machine) -> None:
    """For each state that no task leaves: as many are listed as are counted."""
    found = state_filter(claim.facts, case)
    if found is None:
        raise Unverified("no list can be narrowed to a state")
    name, total = found
    for state in case.row["terminal"]:
        answer, counts = counts_of(claim, case, query={name: state})
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
    for exchange, state, found in shown_in(claim, case):
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


# -- judgements of what was seen: these ask nothing -----------------------------------------------------


@claim(over=machines)
def test_progress_never_falls(claim: Claim, case: Machine) -> None:
    if "progress-at" not in case.row:
        raise Unverified("the spec names no progress")
    for looks in looks_in(claim, case).values():
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
    ident = finished(claim, case)
    for _ in range(2):
        claim.ask(case.status, **case.status.leading_to(ident))
    for looks in looks_in(claim, case).values():
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
