"""Text becomes bytes and is cut into pieces; nothing is lost on the way."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.audio.modem.spelling import ends, pieces, squeeze, unsqueeze

unicode_texts = st.text(st.characters(codec="utf-8"), max_size=300)
spaced_texts = st.text("ab 你。👨", max_size=300)


@given(st.binary(max_size=200))
def test_any_bytes_come_back_from_the_prefix_code(raw: bytes) -> None:
    assert unsqueeze(squeeze(raw)) == raw


@given(st.binary(max_size=40))
def test_foreign_bytes_are_read_or_refused(body: bytes) -> None:
    """They never fail otherwise, and what is read was not invented: it spells the same bytes again."""
    with contextlib.suppress(ValueError):
        assert squeeze(unsqueeze(body)) == body


@pytest.mark.parametrize("body", [b"", b"\0", b"\0\0"])
def test_bytes_without_an_end_mark_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="no end mark"):
        unsqueeze(body)


def test_english_takes_less_than_two_thirds() -> None:
    raw = b"Thank you for calling. Please hold the line while we connect you to the next free agent."

    assert len(squeeze(raw)) < len(raw) * 2 / 3


@given(st.binary(max_size=100), st.booleans())
def test_each_byte_ends_after_the_one_before_and_inside_the_body(raw: bytes, squeezed: bool) -> None:
    found = ends(raw, squeezed)

    assert len(found) == len(raw)
    assert found == sorted(set(found))
    assert not found or found[-1] <= len(squeeze(raw) if squeezed else raw)


@given(st.one_of(unicode_texts, spaced_texts), st.integers(8, 80))
def test_pieces_join_to_the_text_and_none_is_too_long(text: str, limit: int) -> None:
    found = list(pieces(text, limit))

    assert b"".join(found) == text.encode()
    assert all(0 < len(piece) <= limit for piece in found)


@given(st.one_of(unicode_texts, spaced_texts), st.integers(8, 80))
def test_no_cut_goes_through_a_character(text: str, limit: int) -> None:
    assert "".join(piece.decode() for piece in pieces(text, limit)) == text


def test_cuts_are_after_spaces_and_punctuation_where_there_are_any() -> None:
    text = "one two three, four five. six seven eight nine ten " * 4

    assert all(piece.endswith((b" ", b",", b".")) for piece in pieces(text, 24))
    assert [piece.decode() for piece in pieces("你好，世界。今天天气很好。", 24)] == ["你好，世界。", "今天天气很好。"]
