"""Starts a simulator of our own as a program of its own, and stops it whatever happens."""

from __future__ import annotations

import contextlib
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple

from mockvoice.check import children
from mockvoice.check.mailbox import Closed, Interrupted, Line, Mailbox
from mockvoice.check.options import CheckOptions

_SOURCE = "simulator"
_READY = re.compile(r"mockvoice is ready at (http://\S+)")
_START_SECONDS = 60.0
_STOP_SECONDS = 5.0


class CouldNotLook(Exception):
    """The run came to nothing; `output` is what the child that failed wrote, not yet masked."""

    def __init__(self, reason: str, output: str = "") -> None:
        super().__init__(reason)
        self.output = output


class OwnSimulator(NamedTuple):
    """A simulator that serves one provider."""

    target: str
    process: subprocess.Popen[bytes]
    errors: IO[bytes]


def command(options: CheckOptions) -> list[str]:
    """Return how the simulator is started."""
    words = ["-m", "mockvoice", "serve", options.provider, "--port=0", "--quiet", f"--seed={options.seed}"]
    words += [f"--choose={one}" for one in options.readings]
    words += [] if options.specs is None else [f"--specs={options.specs}"]
    return children.python(*words)


@contextlib.contextmanager
def own_simulator(options: CheckOptions, mailbox: Mailbox, environ: Mapping[str, str]) -> Iterator[OwnSimulator]:
    """Serve the provider on a free port of the loopback. Raises CouldNotLook when it does not start."""
    with tempfile.TemporaryFile() as errors, contextlib.ExitStack() as stack:
        process = children.start(command(options), environ, subprocess.PIPE, errors)
        stack.callback(children.stop, process, _STOP_SECONDS)
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        mailbox.listen(_SOURCE, process.stdout)
        base = _wait_until_ready(process, mailbox, errors)
        yield OwnSimulator(f"{base}/{options.provider}", process, errors)


def _wait_until_ready(process: subprocess.Popen[bytes], mailbox: Mailbox, errors: IO[bytes]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        match mailbox.take(left):
            case Line(_, text) if found := _READY.match(text):
                return found[1]
            case Interrupted():
                raise CouldNotLook("interrupted before the first request")
            case Closed():
                status = process.wait()
                raise CouldNotLook(f"the simulator did not start: status {status}", children.last_lines(errors))
    raise CouldNotLook(f"the simulator was not ready after {_START_SECONDS:g} seconds", children.last_lines(errors))


def past_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Return variables that keep requests to the loopback away from a proxy of the user's."""
    former = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    both = ",".join(filter(None, (former, "127.0.0.1")))
    return {"no_proxy": both, "NO_PROXY": both}
