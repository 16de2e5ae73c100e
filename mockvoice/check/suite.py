"""Runs the contract suite as a program of its own and reads what it tells. The keys go by the environment alone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from mockvoice.check import children
from mockvoice.check.channels import Channel, open_channel
from mockvoice.check.events import Event, Note, read_event
from mockvoice.check.keys import Masker, without_keys
from mockvoice.check.mailbox import Closed, Interrupted, Line, Mailbox
from mockvoice.check.options import CheckOptions
from mockvoice.core.errors import Missing, SettingsError
from mockvoice.openapi.documents import data_folder

_SOURCE = "suite"
_NEEDED = ("pytest", "schemathesis", "hypothesis")
_POLL_SECONDS = 0.2
# A grandchild may hold the channel open: such a silence after the child's end is an end as well.
_SILENCE_SECONDS = 1.0
# Once our side has failed, the suite has this long to delete what it created.
_CLEANING_SECONDS = 60.0
# Plugins and options that the user's own tests need have no business here.
_FOREIGN = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
_INTERRUPTIONS = (
    (children.interrupt, "Interrupted: waiting until what was created is deleted. Once more ends it at once."),
    (children.kill, "Interrupted again: ended at once."),
)


@dataclass(frozen=True, slots=True)
class Suite:
    """Where the suite is, and which of the installed pytest plugins it runs with."""

    folder: Path
    plugins: tuple[str, ...] = ("schemathesis", "hypothesispytest")

    def command(self, options: CheckOptions, target: str, events: str) -> list[str]:
        """Return how the suite is started; no key is in it."""
        words = ["-m", "pytest", f"--config-file={self.folder / 'pytest.ini'}", str(self.folder), "--color=no"]
        words += [word for plugin in ("no:cacheprovider", *self.plugins) for word in ("-p", plugin)]
        # With `=`, for pytest takes a lonely word for a file before it knows the suite's options.
        words += [f"{name}={value}" for name, value in _values(options, target)]
        words += [name for name, is_set in _flags(options) if is_set]
        return children.python(*words, f"--events={events}")

    def environment(self, keys: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
        """Return the suite's variables: those of the user, the keys of this run, where the suite is."""
        kept = {name: value for name, value in without_keys(environ).items() if name not in _FOREIGN}
        found = [str(self.folder.parent), *filter(None, [environ.get("PYTHONPATH")])]
        return {**kept, **keys, "PYTHONPATH": os.pathsep.join(found), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the suite's program ended: its status, how often the user interrupted, what it wrote (not yet masked)."""

    status: int
    interruptions: int
    output: str


def find_suite() -> Suite:
    """Return the shipped suite. Raises Missing without the extra, SettingsError when the suite is not there."""
    if any(find_spec(name) is None for name in _NEEDED):
        raise Missing("`mockvoice check` needs", "check")
    folder = data_folder("contract_tests")
    if not (folder / "pytest.ini").is_file():
        raise SettingsError(f"no contract suite in {folder}; is the installation complete?")
    return Suite(folder)


def _values(options: CheckOptions, target: str) -> Iterator[tuple[str, str]]:
    yield from (("--provider", options.provider), ("--target", target))
    yield from (("--profile", options.profile), ("--seed", str(options.seed)))
    optional = {
        "--max-credits": options.max_credits,
        "--max-requests": options.max_requests,
        "--rate": options.rate or None,
        "--clips": options.clips or None,
        "--socket": options.socket or None,
        "--baseline": options.baseline,
        "--specs": _specs(options),
    }
    yield from ((name, str(value)) for name, value in optional.items() if value is not None)
    yield from (("--report", f"{kind}={path}") for kind, path in options.reports)
    yield from (("--choose", one) for one in options.readings)


def _specs(options: CheckOptions) -> Path | None:
    """Return the folder of edited specs if it holds this provider's; others stay as shipped."""
    folder = options.specs
    return folder if folder is not None and (folder / f"{options.provider}.yaml").is_file() else None


def _flags(options: CheckOptions) -> Iterator[tuple[str, bool]]:
    yield from (("--strict", options.strict), ("--plan", options.plan), ("--yes", options.yes))


def run(
    command: Callable[[str], list[str]],
    environment: Mapping[str, str],
    mailbox: Mailbox,
    masker: Masker,
    tell: Callable[[Event], None],
    channel: Callable[[], Channel] = open_channel,
) -> Outcome:
    """Run the suite to its end and tell every event.

    `command` makes the command line from the file for events. The first interruption is passed on, for then the
    suite deletes what it created; the second kills it.
    """
    with tempfile.TemporaryFile() as output, contextlib.closing(channel()) as events:
        words = command(events.file)
        child = children.start(words, environment, output, output, events.pass_fds, own_group=not children.IS_WINDOWS)
        try:
            events.started(child)
            mailbox.listen(_SOURCE, events.lines)
            interruptions = _follow(child, mailbox, masker, tell)
        finally:
            children.stop(child, _CLEANING_SECONDS, signal.SIGINT)
        return Outcome(child.returncode, interruptions, children.last_lines(output))


def _follow(child: subprocess.Popen[bytes], mailbox: Mailbox, masker: Masker, tell: Callable[[Event], None]) -> int:
    """Tell events until the child has ended; return how often the user interrupted; the second time kills it."""
    interruptions = 0
    while True:
        has_ended = child.poll() is not None
        letter = mailbox.take(_SILENCE_SECONDS if has_ended else _POLL_SECONDS)
        if isinstance(letter, Line) and letter.source == _SOURCE:
            _tell(letter.text, masker, tell)
        elif isinstance(letter, Interrupted):
            interruptions += 1
            act, note = _INTERRUPTIONS[min(interruptions, len(_INTERRUPTIONS)) - 1]
            act(child)
            tell(Note(note))
        elif letter == Closed(_SOURCE):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(_SILENCE_SECONDS)
                return interruptions
        elif letter is None and has_ended:
            return interruptions


def _tell(line: str, masker: Masker, tell: Callable[[Event], None]) -> None:
    try:
        event = read_event(line, masker)
    except ValueError as error:
        event = Note(f"The suite told something that cannot be read: {masker.text(str(error))}")
    if event is not None:
        tell(event)
