"""What a packet says of the times of its words."""

from __future__ import annotations

from itertools import accumulate, chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.audio.modem.moments import HEAD_BYTES, MOST_STEPS, Span, pack, steps_of, stretches, unpack
from mockvoice.audio.modem.packets import PIECE_BYTES
from mockvoice.audio.modem.spelling import pieces

texts = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), st.text("a ,.你。", min_size=1, max_size=70)
)


@st.composite
def spoken(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """A text, and spans of its characters: white space is spoken between the words, others one after the other."""
    text = draw(texts)
    lengths = draw(st.lists(st.integers(0, 300), min_size=len(text), max_size=len(text)))
    ends = list(accumulate(lengths, initial=draw(st.integers(0, 20_000))))
    return text, [Span(begin, end) for begin, end in pairwise(ends)]


@given(texts)
def test_stretches_are_the_text_and_none_is_long(text: str) -> None:
    found = list(stretches(text))

    assert "".join(part for part, _ in found) == text
    assert all(len(part.encode()) <= 9 or len(part) == 1 or part.isspace() for part, _ in found)


def test_white_space_has_a_step_only_where_a_speaker_pauses() -> None:
    assert list(stretches("Well, extraordinarily good.  Yes")) == [
        ("Well,", True), (" ", True), ("extraordi", True), ("narily", True), (" ", False), ("good.", True),
        ("  ", True), ("Yes", True),
    ]  # fmt: skip


@given(st.text(st.sampled_from("ab,. 你"), max_size=300))
def test_no_piece_of_a_text_has_more_steps_than_can_be_told(text: str) -> None:
    assert all(steps_of(piece.decode()) <= min(MOST_STEPS, 48) for piece in pieces(text, PIECE_BYTES))


@given(spoken(), st.integers(0, 20_000))
def test_the_times_of_stretches_come_back_to_a_unit(said: tuple[str, list[Span]], begin: int) -> None:
    text, spans = said

    data = pack(text, spans, begin)
    found = unpack(data, text)

    assert found is not None
    assert len(data) == HEAD_BYTES + steps_of(text)
    place = 0
    for stretch, has_step in stretches(text):
        if has_step:
            assert abs(begin + found[place].begin - spans[place].begin) <= 5 + data[3]
        place += len(stretch)
    times = list(chain.from_iterable(found))
    assert times == sorted(times)


@given(texts, st.binary(max_size=60))
def test_steps_that_are_amiss_are_no_times(text: str, data: bytes) -> None:
    found = unpack(data, text)

    assert (found is None) == (len(data) != HEAD_BYTES + steps_of(text))


@pytest.mark.parametrize(("first", "said"), [(-500_000, -327_680), (500_000, 327_670)])
def test_a_begin_far_away_is_cut_to_what_can_be_told(first: int, said: int) -> None:
    found = unpack(pack("a", [Span(first, first + 100)], 0), "a")

    assert found == [Span(said, said + 100)]
