"""The comment of a file: believed only where it is ours and the duration agrees; foreign ones do no harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.audio import codec
from mockvoice.audio.modem.packets import voice_number
from mockvoice.audio.script import Line
from mockvoice.audio.tags import comment_of, id3, lines_of, voices_of

plain = st.text(st.characters(codec="utf-8"), max_size=60)
scripts = st.lists(st.builds(Line, plain, plain), max_size=4).map(tuple)
LINES = (Line("a", "Hello."), Line("b", "你好 👨‍👩‍👧"))


@given(scripts, st.integers(0, 10_000_000))
def test_a_comment_gives_back_its_lines(lines: tuple[Line, ...], milliseconds: int) -> None:
    assert lines_of(comment_of(lines, milliseconds), milliseconds) == lines


@pytest.mark.parametrize(
    ("claimed", "decoded", "is_believed"),
    [
        (1_000, 1_150, True), (1_000, 850, True), (1_000, 1_151, False), (1_000, 849, False),
        (60_000, 61_200, True), (60_000, 61_201, False), (60_000, 58_799, False),
    ],
)  # fmt: skip
def test_a_comment_is_believed_only_where_the_duration_agrees(claimed: int, decoded: int, is_believed: bool) -> None:
    assert lines_of(comment_of(LINES, claimed), decoded) == (LINES if is_believed else ())


def test_a_comment_names_its_voices_whatever_became_of_the_file() -> None:
    assert voices_of(comment_of(LINES, 5)) == {voice_number("a"): "a", voice_number("b"): "b"}
    assert voices_of("by a friend") == {}


def ours(**changes: object) -> str:
    return json.dumps({"mockvoice": 1, "milliseconds": 1_000, "lines": [["a", "b"]], **changes})


@pytest.mark.parametrize(
    "comment",
    [
        "", "made with love", "5", "[]", "null", "{}", '"a"', "[" * 100_000, ours(mockvoice=2), ours(lines=5),
        ours(lines=[["a"]]), ours(lines=[5]), ours(milliseconds="x"), ours(milliseconds=[]),
        ours(lines=[["a", "\ud800"]]), ours(lines=[["\udfff", "b"]]), ours(lines=[["a", "b" * 400_000]]),
        '{"mockvoice": 1, "milliseconds": 1e999, "lines": [["a", "b"]]}',
        '{"milliseconds": 1000, "lines": [["a", "b"]]}',
    ],
    ids=lambda comment: comment[:30],
)  # fmt: skip
def test_a_foreign_comment_says_nothing(comment: str) -> None:
    assert lines_of(comment, 1_000) == ()


def test_a_text_that_is_too_long_has_no_comment() -> None:
    assert comment_of([Line("a", "b" * 20_000)], 1_000)
    assert comment_of([Line("a", "b" * 20_001)], 1_000) == ""
    assert id3("") == b""


def test_the_longest_comment_is_read_again() -> None:
    lines = (Line("a", "👨" * 20_000),)

    assert lines_of(comment_of(lines, 1_000), 1_000) == lines


@pytest.mark.parametrize("form", ["mp3", "opus", "ogg", "m4a", "webm", "flac"])
def test_a_comment_is_found_in_every_format_that_has_a_place_for_it(form: str) -> None:
    _, found = codec.listen(codec.encode(bytes(24_000), 24_000, form, comment_of(LINES, 500)), lambda _block: None)

    assert lines_of(found, 500) == LINES
