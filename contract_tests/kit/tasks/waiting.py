"""How long a task is waited for: how often it is looked at, and how long between two looks."""

from __future__ import annotations

from collections.abc import Iterator

# A task is given up after so many looks, each a little later than the one before.
LOOKS = 60
# Seconds; a server on this machine has no reason to take long.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 3.0
FIRST_LOCAL_PAUSE, LONGEST_LOCAL_PAUSE = 0.02, 0.2
# At smoke a task is looked at once, after so long, since each look may be a paid call.
ONE_LOOK_AFTER, ONE_LOCAL_LOOK_AFTER = 10.0, 1.2


def looks_at(profile: str) -> int:
    """Return how often a task is looked at in a profile until it is given up."""
    return 1 if profile == "smoke" else LOOKS


def pauses(looks: int, is_local: bool) -> Iterator[float]:
    """Yield the seconds before each look at a task; on a target elsewhere each may be charged as a request."""
    if looks == 1:
        yield ONE_LOCAL_LOOK_AFTER if is_local else ONE_LOOK_AFTER
        return
    pause, longest = (FIRST_LOCAL_PAUSE, LONGEST_LOCAL_PAUSE) if is_local else (FIRST_PAUSE, LONGEST_PAUSE)
    yield 0.0
    for _ in range(looks - 1):
        yield pause
        pause = min(pause * 1.5, longest)
