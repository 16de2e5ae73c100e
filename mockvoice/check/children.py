"""Knows how to start a child that the terminal's Ctrl-C does not reach, and how to end it, by its own id alone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import mockvoice

IS_WINDOWS = os.name == "nt"
_LAST_LINES = 30
_NEW_PROCESS_GROUP = 0x200  # of Windows; the name in subprocess exists only there


def python(*words: str) -> list[str]:
    """Return a command of the same Python; files in the current folder do not pass for its modules."""
    at_home = Path(mockvoice.__file__).parent.parent == Path.cwd()
    return [sys.executable, *(() if at_home else ("-P",)), *words]


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    output: int | IO[bytes],
    errors: IO[bytes],
    pass_fds: Sequence[int] = (),
    own_group: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a child without a standard input, in a group of its own unless told otherwise."""
    return subprocess.Popen(  # noqa: S603 - our own Python with our own words
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        pass_fds=tuple(pass_fds),
        process_group=0 if own_group and not IS_WINDOWS else None,
        creationflags=_NEW_PROCESS_GROUP if own_group and IS_WINDOWS else 0,
    )


def interrupt(child: subprocess.Popen[bytes]) -> None:
    """Tell a child what Ctrl-C tells it. On Windows the console has told it already, for it shares our group."""
    if sys.platform != "win32":
        child.send_signal(signal.SIGINT)


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a child and what it started, at once."""
    if sys.platform == "win32":
        child.kill()
    elif child.poll() is None:
        # The child leads its group, so the group's id is the child's.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def stop(child: subprocess.Popen[bytes], seconds: float, politely: int = signal.SIGTERM) -> None:
    """Ask a child to end, and end it when it has not done so in this time."""
    if child.poll() is None and sys.platform == "win32":
        child.terminate()
    elif child.poll() is None:
        child.send_signal(politely)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        kill(child)


def last_lines(file: IO[bytes]) -> str:
    """Return the end of what a child wrote; some more than is shown, so that a key is masked whole before it is cut."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - 100_000))
    return file.read().decode("utf-8", "replace")


def shorten(text: str) -> str:
    """Return the last lines of a text that was masked."""
    return "\n".join(text.rstrip().splitlines()[-_LAST_LINES:])
