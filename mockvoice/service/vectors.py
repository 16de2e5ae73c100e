"""Makes the vector of a text: of unit length, the same for the same text and model, another for any other.

A shorter vector of the same text is the beginning of the longer one, brought to unit length again.
"""

from __future__ import annotations

import sys
from array import array
from hashlib import shake_256
from math import sqrt
from operator import mul


def vector_of(key: bytes, length: int) -> array[float]:
    """Return `length` numbers of four bytes each, drawn from a hash of the key; their squares sum to one."""
    drawn = array("h", shake_256(key).digest(2 * length))
    if sys.byteorder == "big":
        drawn.byteswap()
    # Nothing but zeros is drawn once in 65,536 vectors of a single number.
    norm = sqrt(sum(map(mul, drawn, drawn)))
    if not norm:
        drawn[0], norm = 1, 1.0
    shrink = 1 / norm
    return array("f", [one * shrink for one in drawn])


def in_base64(vector: array[float]) -> str:
    """Return the bytes of the numbers, the lowest of each first, in base64."""
    from base64 import b64encode  # noqa: PLC0415 - only where vectors are asked for like this

    if sys.byteorder == "big":
        vector = vector[:]
        vector.byteswap()
    return b64encode(vector.tobytes()).decode()
