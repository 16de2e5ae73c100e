"""How the suite's events reach us: through a pipe, or through a file where children inherit no pipes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import IO

_POLL_SECONDS = 0.05


class Pipe:
    """Events through a pipe that the child inherits."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        self.file = f"/dev/fd/{self._write}"
        self.pass_fds: tuple[int, ...] = (self._write,)

    def started(self, _: subprocess.Popen[bytes]) -> None:
        """Leave the writing end to the child, so that the pipe ends with it."""
        os.close(self._write)
        self._write = -1

    @property
    def lines(self) -> IO[bytes]:
        """What the child writes; the reader closes it."""
        read, self._read = self._read, -1
        return os.fdopen(read, "rb")

    def close(self) -> None:
        """Close what nobody took over."""
        for number in (self._read, self._write):
            if number >= 0:
                os.close(number)


class Tail:
    """Events through a file that is read while it grows, where children inherit no pipes."""

    pass_fds: tuple[int, ...] = ()

    def __init__(self) -> None:
        number, self.file = tempfile.mkstemp(prefix="mockvoice-", suffix=".jsonl")
        os.close(number)
        self._child: subprocess.Popen[bytes] | None = None

    def started(self, child: subprocess.Popen[bytes]) -> None:
        """Remember whose end is the end of the file."""
        self._child = child

    @property
    def lines(self) -> Generator[bytes]:
        """What the child writes, line by line, until it has ended."""
        with Path(self.file).open("rb") as file:
            begun = b""
            while True:
                has_ended = self._child is not None and self._child.poll() is not None
                begun += file.readline()
                if begun.endswith(b"\n"):
                    yield begun
                    begun = b""
                elif has_ended:
                    return
                else:
                    time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """Delete the file."""
        with contextlib.suppress(OSError):
            Path(self.file).unlink()


Channel = Pipe | Tail


def open_channel() -> Channel:
    """Return the best way this system has."""
    return Tail() if sys.platform == "win32" else Pipe()
