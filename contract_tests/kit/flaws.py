"""What a judging function finds: what was to be expected, and what came instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Flaw(NamedTuple):
    """One thing that is not as it should be, in words."""

    expected: str
    got: str


# What a judgement that finds nothing says.
NONE = Flaw("nothing amiss", "nothing amiss")


def first_of(flaws: Iterable[Flaw]) -> Flaw | None:
    """Return the first flaw; None where there is none."""
    return next(iter(flaws), None)
