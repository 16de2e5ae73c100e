"""Knows how a run ended: the exit status and its reason. Zero means that claims were looked at and none is broken."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass

from mockvoice.check.events import End, Tally
from mockvoice.check.suite import Outcome

CLEAN, BROKEN, USAGE, COULD_NOT_LOOK = range(4)
# pytest's own status for options it does not take.
_PYTEST_USAGE = 4
# A usage error ends pytest before the suite has its last word; this is how pytest shows it.
_COMPLAINT = re.compile(r"Exit: mockvoice: (.+?)[ !]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ending:
    """What the command ends with. `is_breakdown` says that the suite itself failed, so that its output is of use."""

    code: int
    reason: str
    is_breakdown: bool = False


def judge(tally: Tally, outcome: Outcome, is_plan: bool) -> Ending:
    """Return how a run ended. The suite's word counts when its program ended with the same status."""
    end = tally.end
    if outcome.interruptions:
        return _interrupted(end, outcome)
    if end is None:
        return _without_a_last_word(tally, outcome, is_plan)
    if end.exit_code not in range(4) or end.exit_code != outcome.status:
        code = BROKEN if end.exit_code == BROKEN else COULD_NOT_LOOK
        said = f": {end.exit_reason}" if end.exit_reason else ""
        reason = f"the suite said {end.exit_code}{said}; then its program {_how(outcome.status)}"
        return Ending(code, reason, is_breakdown=True)
    if end.exit_code == CLEAN and not is_plan and not tally.records:
        return Ending(COULD_NOT_LOOK, "no claim was looked at", is_breakdown=True)
    return Ending(end.exit_code, end.exit_reason)


def _interrupted(end: End | None, outcome: Outcome) -> Ending:
    """Return how a run ended that was not let finish: never clean, whatever the suite says of the part it saw."""
    if end is not None:
        code = BROKEN if end.exit_code == BROKEN else COULD_NOT_LOOK
        reason = end.exit_reason if "interrupted" in end.exit_reason else f"interrupted; {end.exit_reason}"
        return Ending(code, reason)
    if outcome.interruptions > 1:
        return Ending(COULD_NOT_LOOK, "interrupted twice; what the run created may still be there")
    return Ending(COULD_NOT_LOOK, f"interrupted; the suite {_how(outcome.status)} before its last word")


def _without_a_last_word(tally: Tally, outcome: Outcome, is_plan: bool) -> Ending:
    if is_plan and tally.plan and outcome.status == CLEAN:
        return Ending(CLEAN, "only the plan was asked for")
    complaint = _COMPLAINT.search(outcome.output)
    if outcome.status == USAGE and complaint:
        return Ending(USAGE, complaint[1])
    if outcome.status == _PYTEST_USAGE:
        return Ending(USAGE, "the suite does not take these options", is_breakdown=True)
    return Ending(COULD_NOT_LOOK, f"the suite {_how(outcome.status)} before its last word", is_breakdown=True)


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
