"""Knows the last requests that were answered. Holds no bodies and no credentials."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple


class Line(NamedTuple):
    """One answered request. `code` is the error row when it was refused, else empty."""

    at: float
    provider: str
    operation: str
    method: str
    path: str
    account: str
    status: int
    code: str
    charged: int


class Journal:
    """A bounded list of the newest requests."""

    def __init__(self, size: int = 1_000) -> None:
        self._lines: deque[tuple[Any, ...]] = deque(maxlen=size)
        # Takes the members of a Line as a plain tuple: it is called for every request.
        self.note: Callable[[tuple[Any, ...]], None] = self._lines.append

    @property
    def lines(self) -> list[Line]:
        """The newest requests, oldest first."""
        return [Line(*one) for one in self._lines]
