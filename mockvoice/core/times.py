"""Knows how a time is written in answers, and when a day or a month of the calendar ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

DAY, MONTH = "day", "month"


# Who looks at a job again is told the same times again: a page of ten has thirty of them.
@lru_cache(maxsize=1_024)
def rfc3339(at: float) -> str:
    """Return a time (epoch seconds) in UTC, to the millisecond: `2026-01-01T00:00:00.000Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def end_of(period: int | str, now: float) -> float:
    """Return when a period ends (epoch seconds) that begins at `now`: seconds later, or with the DAY or MONTH in UTC.

    The first second of the next day or month is no longer of this one.
    """
    if isinstance(period, int):
        return now + period
    midnight = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == DAY:
        return (midnight + timedelta(days=1)).timestamp()
    # No month has more than 31 days: so many after its first are in the next.
    return (midnight.replace(day=1) + timedelta(days=31)).replace(day=1).timestamp()
