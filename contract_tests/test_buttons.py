"""Buttons: what a finished task offers leads on to other tasks, for whoever owns it, and only on that task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.flaws import Flaw, judge
from contract_tests.kit.machines import ident_in, makers_of, place_of, state_of
from contract_tests.kit.operations import Operation
from contract_tests.kit.pictures.drawing import TABLE as PICTURES
from contract_tests.kit.pictures.frames import unlike
from contract_tests.kit.pointers import below, find, spell
from contract_tests.kit.tasks.waiting import LOOKS

TABLE = "x-voice-buttons"


@dataclass(frozen=True)
class Offer:
    """A status that offers buttons, the operation that makes such tasks, and the one that presses a button."""

    operation: Operation
    press: Operation
    status: Operation
    machine: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def table(self) -> Mapping[str, Any]:
        """What the spec says of the buttons."""
        table: Mapping[str, Any] = self.status.node[TABLE]
        return table

    def fact(self, key: str) -> str:
        """Where something of the table stands."""
        return below(self.status.pointer, TABLE, key)

    def buttons(self, status: Exchange) -> list[str]:
        """Return the values of the buttons that a status tells."""
        told = status.at(self.table["at"])
        values = [find(one, self.table["value"]) for one in told] if isinstance(told, list) else []
        return [one for one in values if isinstance(one, str)]


def offers(facts: Facts) -> dict[str, Offer]:
    """The machines whose status offers buttons."""
    of = facts.operations
    return {
        name: Offer(of[row["create"]], of[of[row["status"]].node[TABLE]["press"]], of[row["status"]], row)
        for name, row in facts.machines.items()
        if "create" in row and TABLE in of[row["status"]].node
    }


def _finished(claim: Claim, case: Offer) -> Exchange:
    """Return the status of the documented example once it has succeeded."""
    looks = claim.run.wait_for(claim.run.good(case.operation))
    if state_of(case.machine, looks[-1]) != case.machine["success"]:
        raise Unverified(f"the task ended as {state_of(case.machine, looks[-1])}")
    return looks[-1]


def _offered(claim: Claim, case: Offer) -> tuple[Exchange, list[str]]:
    status = _finished(claim, case)
    buttons = case.buttons(status)
    flaws = [] if buttons else [Flaw("buttons of a finished task", f"none at {case.table['at']}")]
    if not judge(claim, flaws, case.fact("at"), status):
        raise Unverified("there are no buttons")
    return status, buttons


def _pressed(claim: Claim, case: Offer, status: Exchange, button: str, role: str = "funded") -> Exchange:
    ident = status.at(place_of(case.machine, "id", "status"))
    return claim.ask(case.press, with_={case.table["task"]: ident, case.table["field"]: button}, role=role)


def _made(case: Offer, answer: Exchange) -> bool:
    """Say whether an answer tells of a task: a refusal may come under the status of a success, without one."""
    ident = ident_in(case.machine, answer)
    return answer.is_success and isinstance(ident, str) and ident != ""


@claim(over=offers, calls=LOOKS, paid=1, asks=lambda _, case: [(case.press, {})])
def test_a_button_leads_to_another_task(claim: Claim, case: Offer) -> None:
    """The last of the example's buttons, which nobody pressed before; and the task that it leads to succeeds."""
    status, buttons = _offered(claim, case)
    answer = _pressed(claim, case, status, buttons[-1])
    got = f"status {answer.status}: {answer.text[:80]}"
    if claim.judge(_made(case, answer), rests_on=case.fact("press"), expected="a new task", got=got, exchange=answer):
        last = claim.run.finish(answer)[-1]
        state = state_of(case.machine, last)
        flaws = [] if state == case.machine["success"] else [Flaw(case.machine["success"], f"{state}")]
        judge(claim, flaws, case.fact("press"), last)


@claim(over=offers, calls=LOOKS + 1, paid=1, asks=lambda _, case: [(case.press, {})])
def test_a_button_of_another_task_does_not_work(claim: Claim, case: Offer) -> None:
    """Pressed on a second task of the same account."""
    _, buttons = _offered(claim, case)
    other = claim.run.finish(claim.ask(case.operation))[-1]
    foreign = [one for one in buttons if one not in case.buttons(other)]
    if not foreign:
        raise Unverified("two tasks have the same buttons")
    answer = _pressed(claim, case, other, foreign[0])
    _refused(claim, case, answer, "a button of another task")


@claim(over=offers, calls=LOOKS + 1, refuses=lambda _, case, __: [(case.press, {})])
def test_a_button_of_another_account_does_not_work(claim: Claim, case: Offer) -> None:
    claim.run.key("other")
    status, buttons = _offered(claim, case)
    answer = _pressed(claim, case, status, buttons[0], role="other")
    _refused(claim, case, answer, "a button of a task of another account")


def _refused(claim: Claim, case: Offer, answer: Exchange, what: str) -> None:
    if answer.status >= 500:
        raise Unverified(f"{what} was answered {answer.status}, which is no refusal")
    got = f"status {answer.status}: {answer.text[:80]}"
    claim.judge(
        not _made(case, answer), rests_on=case.fact("task"), expected=f"a refusal of {what}", got=got, exchange=answer
    )


# -- whatever makes such tasks ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Maker:
    """An operation that makes tasks of a machine."""

    operation: Operation
    status: Operation
    machine: Mapping[str, Any] = field(repr=False, compare=False)
    name: str = ""


def makers(facts: Facts) -> dict[str, Maker]:
    """Every operation that makes tasks of a machine that several make."""
    return {
        maker: Maker(facts.operations[maker], facts.operations[row["status"]], row, name)
        for name, row in facts.machines.items()
        if "others" in row
        for maker in makers_of(row)
    }


@claim(over=makers, calls=LOOKS)
def test_whatever_makes_a_task_comes_to_an_end(claim: Claim, case: Maker) -> None:
    """The task of the documented example succeeds, and shows a picture that decodes where it tells an address."""
    last = claim.run.finish(claim.run.good(case.operation))[-1]
    state, success = state_of(case.machine, last), case.machine["success"]
    flaws = [] if state == success else [Flaw(f"{success} of the documented example", f"{state}")]
    if not judge(claim, flaws, spell(["x-voice-tasks", case.name, "success"]), last):
        return
    pictures = case.status.node.get(PICTURES, {})
    url = last.at(pictures.get("url"))
    if case.operation.id == case.machine["create"] and "url" in pictures:
        flaws = [] if isinstance(url, str) and url else [Flaw("the address of a picture", f"{url!r}")]
        judge(claim, flaws, below(case.status.pointer, PICTURES, "url"), last)
    if isinstance(url, str) and url:
        file = claim.run.file(url)
        if file.status == 200:
            judge(claim, unlike(file.body, "", "", file.media), below(case.status.pointer, PICTURES, "url"), file)
