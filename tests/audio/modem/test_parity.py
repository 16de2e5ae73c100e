"""Our table encodes as the library reedsolo does, and what it made can be repaired up to the bound."""

from __future__ import annotations

from typing import Any

import reedsolo
from hypothesis import assume, given
from hypothesis import strategies as st

from mockvoice.audio.modem.parity import parity, repair

words = st.binary(min_size=1, max_size=120)
counts = st.sampled_from((4, 6, 8, 12, 26, 34))


@given(words, counts)
def test_parity_is_that_of_the_reference(data: bytes, count: int) -> None:
    reference: Any = reedsolo.RSCodec(count)

    assert data + parity(data, count) == bytes(reference.encode(data))


@given(words, counts, st.data())
def test_any_errors_and_erasures_within_the_bound_are_repaired(data: bytes, count: int, draw: st.DataObject) -> None:
    word = bytearray(data + parity(data, count))
    erasures = draw.draw(st.integers(0, min(count, len(word))))
    errors = draw.draw(st.integers(0, (count - erasures) // 2))
    assume(erasures + errors <= len(word))
    places = draw.draw(st.permutations(range(len(word))))[: erasures + errors]
    for place in places:
        word[place] ^= draw.draw(st.integers(1, 255))

    assert repair(bytes(word), count, places[:erasures]) == data


@given(words, counts)
def test_what_was_not_damaged_needs_no_repair(data: bytes, count: int) -> None:
    assert repair(data + parity(data, count), count) == data
