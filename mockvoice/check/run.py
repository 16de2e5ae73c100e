"""What `mockvoice check` does: looks over its options, starts what is needed, shows the run, tells the exit status."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from rich.console import Console
from rich.text import Text

from mockvoice.check import children
from mockvoice.check.closing import close
from mockvoice.check.ending import COULD_NOT_LOOK, USAGE, Ending, judge
from mockvoice.check.events import Tally
from mockvoice.check.keys import Masker, keys_of_simulator, keys_of_user, without_keys
from mockvoice.check.mailbox import Mailbox
from mockvoice.check.options import CheckOptions, look_over
from mockvoice.check.screen import LiveScreen, Screen
from mockvoice.check.simulator import CouldNotLook, OwnSimulator, own_simulator, past_proxies
from mockvoice.check.suite import Outcome, Suite, find_suite, run
from mockvoice.check.texts import visible
from mockvoice.terminal import make_console

_ADVICE = "To go on, add --yes, or a cap: --max-credits N, --max-requests N."


@dataclass(frozen=True, slots=True)
class _Job:
    """What was asked for, and with what it is done."""

    options: CheckOptions
    suite: Suite
    keys: Mapping[str, str]
    masker: Masker
    console: Console

    def say(self, text: str) -> None:
        """Print a line, without keys."""
        self.console.print(Text(visible(self.masker.text(text))), soft_wrap=True)

    def shown(self, output: str) -> str:
        """Return the end of what a child wrote, as it may be shown."""
        return children.shorten(self.masker.text(output))


def check(options: CheckOptions, suite: Suite | None = None) -> int:
    """Run the suite against the target, or against a simulator of its own; return the exit status.

    0 nothing is broken, 1 something is, 2 usage, 3 could not look. Raises SettingsError, SpecError and Missing for
    what the user can mend before anything is sent. `suite` stands in for the shipped one.
    """
    spec = look_over(options)
    keys = keys_of_user(options.tokens, os.environ) if options.target else keys_of_simulator(spec)
    job = _Job(options, suite or find_suite(), keys, Masker(keys.values()), make_console())
    try:
        return _on_target(job) if options.target else _on_own_simulator(job)
    except CouldNotLook as error:
        ending = Ending(COULD_NOT_LOOK, str(error), is_breakdown=True)
        close(job.console, Tally(), ending, (), job.shown(error.output))
        return ending.code


def _on_own_simulator(job: _Job) -> int:
    with Mailbox() as mailbox, own_simulator(job.options, mailbox, without_keys(os.environ)) as simulator:
        tally, outcome = _run(job, mailbox, simulator.target, past_proxies(os.environ))
        _tell_if_gone(job, simulator)
    return _finish(job, tally, outcome)


def _on_target(job: _Job) -> int:
    target = job.options.target.rstrip("/")
    with Mailbox() as mailbox:
        tally, outcome = _run(job, mailbox, target, {})
    if _wants_consent(job.options, tally, outcome):
        if not _agrees():
            job.say(_ADVICE)
            return _finish(job, tally, outcome)
        job = replace(job, options=job.options._replace(yes=True))
        with Mailbox() as mailbox:
            tally, outcome = _run(job, mailbox, target, {}, is_plan_known=True)
    return _finish(job, tally, outcome)


def _run(
    job: _Job, mailbox: Mailbox, target: str, variables: Mapping[str, str], is_plan_known: bool = False
) -> tuple[Tally, Outcome]:
    """Run the suite once and show it; return what it told and how its program ended."""
    if not is_plan_known:
        whose = "" if job.options.target else " (a simulator of its own)"
        job.say(f"{job.options.provider} at {target}{whose}, profile {job.options.profile}, seed {job.options.seed}")
    environment = job.suite.environment(job.keys, {**os.environ, **variables})
    tally = Tally()
    make = partial(LiveScreen, now=time.monotonic) if job.console.is_terminal else Screen
    with make(job.console, tally, is_plan_known=is_plan_known) as screen:
        command = partial(job.suite.command, job.options, target)
        outcome = run(command, environment, mailbox, job.masker, screen.show)
    return tally, outcome


def _finish(job: _Job, tally: Tally, outcome: Outcome) -> int:
    ending = judge(tally, outcome, job.options.plan)
    ending = replace(ending, reason=job.masker.text(ending.reason))
    close(job.console, tally, ending, job.options.reports, job.shown(outcome.output))
    return ending.code


def _tell_if_gone(job: _Job, simulator: OwnSimulator) -> None:
    status = simulator.process.poll()
    if status is not None:
        job.say(f"The simulator ended by itself, with status {status}.")
        job.say(job.shown(children.last_lines(simulator.errors)))


def _wants_consent(options: CheckOptions, tally: Tally, outcome: Outcome) -> bool:
    """Whether the suite stopped after its plan because nobody said yes and nothing is capped."""
    is_agreed = options.yes or options.plan or options.is_capped
    return not is_agreed and outcome.status == USAGE and tally.plan is not None and not tally.records


def _agrees() -> bool:
    """Ask the user on the terminal; nobody there, and anything but a yes, is a no."""
    if not sys.stdin.isatty():
        return False
    try:
        print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in {"y", "yes"}
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return False
