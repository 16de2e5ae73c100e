"""Knows what time it is in the simulation. The only module that may ask the system for the hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from mockvoice.core.errors import SettingsError

# Where a manual clock starts: 2026-01-01T00:00:00Z, so that a run under it is the same every day.
MANUAL_START = 1_767_225_600.0


class Clock(Protocol):
    """Seconds since the epoch, as the simulated provider sees them."""

    def now(self) -> float:
        """Return the simulated time in seconds since 1970-01-01T00:00:00Z."""
        ...

    def seconds_until(self, moment: float) -> float | None:
        """Return how many real seconds it takes until a simulated moment; None where only somebody can bring it."""
        ...

    def watch(self, moved: Callable[[], None]) -> None:
        """Call `moved` whenever somebody moves the clock, if anybody can."""
        ...


class RealClock:
    """The machine's own time."""

    name = "real"

    def now(self) -> float:
        """Return the system's time in seconds since the epoch."""
        return time.time()

    def seconds_until(self, moment: float) -> float:
        """Return the seconds until then, at least 0."""
        return max(0.0, moment - self.now())

    def watch(self, moved: Callable[[], None]) -> None:
        """Nobody moves this clock."""


class ScaledClock:
    """Time that runs `factor` times faster than the machine's, starting now."""

    def __init__(self, factor: float) -> None:
        self.name = f"x{factor:g}"
        self._factor = factor
        self._start = time.time()
        self._origin = time.monotonic()

    def now(self) -> float:
        """Return the start plus `factor` times the seconds that really passed."""
        return self._start + (time.monotonic() - self._origin) * self._factor

    def seconds_until(self, moment: float) -> float:
        """Return the real seconds until then, at least 0."""
        return max(0.0, (moment - self.now()) / self._factor)

    def watch(self, moved: Callable[[], None]) -> None:
        """Nobody moves this clock."""


class ManualClock:
    """Time that stands still until somebody moves it forward."""

    name = "manual"

    def __init__(self, start: float = MANUAL_START) -> None:
        self._now = start
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> float:
        """Return the time the clock was last moved to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move forward by `seconds` (≥ 0). Raises SettingsError for a step backwards."""
        if not 0 <= seconds < 1e10:
            raise SettingsError(f"a manual clock moves forward only; got {seconds} seconds, expected 0 to 1e10")
        self._now += seconds
        for moved in self._watchers:
            moved()

    def seconds_until(self, moment: float) -> None:
        """Nobody knows: this clock stands still until it is moved."""

    def watch(self, moved: Callable[[], None]) -> None:
        """Call `moved` after each move."""
        self._watchers.append(moved)


def make_clock(name: str) -> RealClock | ScaledClock | ManualClock:
    """Make the clock a `--clock` flag asks for: `real`, `manual`, or `xN` such as `x60`."""
    if name == "real":
        return RealClock()
    if name == "manual":
        return ManualClock()
    if name.startswith("x"):
        try:
            factor = float(name[1:])
        except ValueError:
            factor = 0.0
        if 0 < factor <= 1_000_000:
            return ScaledClock(factor)
    raise SettingsError(f"--clock {name}: expected 'real', 'manual' or a factor such as 'x60' (0 < N ≤ 1000000)")
