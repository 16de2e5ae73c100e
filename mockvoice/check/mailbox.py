"""Everything the command waits for, in one queue: lines from its children, and what the user does to end it.

A signal raises nothing here, so that no place in the code can be torn apart by it: whoever waits reads it as a letter.
"""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
from collections.abc import Generator
from types import FrameType, TracebackType
from typing import IO, Any, NamedTuple

# A terminal that is closed and a service that is stopped are told like Ctrl-C: clean up, then end.
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


Lines = IO[bytes] | Generator[bytes]


class Line(NamedTuple):
    """A line that a child wrote."""

    source: str
    text: str


class Closed(NamedTuple):
    """A child will write no more lines."""

    source: str


class Interrupted(NamedTuple):
    """The user, or the machine, wants an end."""

    number: int


Letter = Line | Closed | Interrupted


class Mailbox:
    """Collects letters while it is open; to be opened in the main thread, where signals arrive."""

    def __init__(self) -> None:
        # SimpleQueue alone may be filled by a signal handler while the same thread waits for it.
        self._letters: queue.SimpleQueue[Letter] = queue.SimpleQueue()
        self._former: dict[int, Any] = {}

    def __enter__(self) -> Mailbox:
        for number in _SIGNALS:
            self._former[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self._letters.put(Interrupted(number))

    def listen(self, source: str, lines: Lines) -> None:
        """Collect the lines of a child in the background until there are no more, then close where they came from."""
        threading.Thread(target=self._collect, args=(source, lines), daemon=True).start()

    def _collect(self, source: str, lines: Lines) -> None:
        try:
            with contextlib.closing(lines):
                for line in lines:
                    self._letters.put(Line(source, line.decode("utf-8", "replace").rstrip("\r\n")))
        finally:
            self._letters.put(Closed(source))

    def take(self, seconds: float) -> Letter | None:
        """Return the next letter, or None when none came in this time."""
        try:
            return self._letters.get(timeout=seconds)
        except queue.Empty:
            return None
