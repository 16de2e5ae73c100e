"""What a judging function finds: what was to be expected, and what came instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from contract_tests.kit.claims import Claim
    from contract_tests.kit.exchanges import Exchange


class Flaw(NamedTuple):
    """One thing that is not as it should be, in words."""

    expected: str
    got: str


def first_of(flaws: Iterable[Flaw]) -> Flaw | None:
    """Return the first flaw; None where there is none."""
    return next(iter(flaws), None)


def judge(claim: Claim, flaws: Iterable[Flaw], rests_on: str, exchange: Exchange) -> bool:
    """Judge an answer by the first of its flaws; say whether it has none. `rests_on` is a pointer into the spec."""
    expected, got = first_of(flaws) or ("", "")
    return claim.judge(not expected, rests_on=rests_on, expected=expected, got=got, exchange=exchange)
