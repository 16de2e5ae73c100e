from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.web.multipart import MAX_HEADER_BYTES, MAX_PARTS, Part, split_form

BOUNDARY = b"xYzZY"


def form(*parts: tuple[str, bytes]) -> bytes:
    pieces = [b"--" + BOUNDARY + b"\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head, data in parts]
    return b"".join(pieces) + b"--" + BOUNDARY + b"--\r\n"


def field(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"'


@given(st.lists(st.tuples(st.from_regex(r"[a-z_\[\]]{1,8}", fullmatch=True), st.binary(max_size=200)), max_size=8))
def test_what_was_put_in_comes_out(pairs: list[tuple[str, bytes]]) -> None:
    pairs = [(name, data) for name, data in pairs if BOUNDARY not in data]

    parts = split_form(form(*[(field(name), data) for name, data in pairs]), BOUNDARY)

    assert [(part.name, part.data) for part in parts] == pairs


@given(st.binary(max_size=400))
def test_any_bytes_are_either_split_or_refused(body: bytes) -> None:
    """A ValueError is an answer; anything else would be a crash."""
    for candidate in (body, b"--" + BOUNDARY + b"\r\n" + body, form((field("a"), b"b"))[: len(body)]):
        try:
            assert all(isinstance(part, Part) for part in split_form(candidate, BOUNDARY))
        except ValueError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (field("a") + '; filename="b c.mp3"\r\nContent-Type: audio/mpeg', ("a", "b c.mp3", "audio/mpeg")),
        ('content-disposition: FORM-DATA; NAME="a"', ("a", None, "")),
        ("Content-Disposition: form-data; name=a; filename=b.wav", ("a", "b.wav", "")),
        ("Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''%e4%bd%a0.wav", ("a", "你.wav", "")),
        ('Content-Disposition: form-data; name="a"; filename=""', ("a", "", "")),
        ('Content-Disposition: form-data; name="q\\"uote"; filename="你.wav"', ('q"uote', "你.wav", "")),
        ('Content-Type: a/b\r\nContent-Disposition: form-data; filename="f;n=x"; name="a"', ("a", "f;n=x", "a/b")),
    ],
)  # fmt: skip
def test_the_headers_of_a_part_are_understood(head: str, part: tuple[str, str | None, str]) -> None:
    assert split_form(form((head, b"data")), BOUNDARY) == [Part(*part, b"data")]


def test_text_before_the_first_boundary_is_passed_over() -> None:
    assert split_form(b"preamble\r\n" + form((field("a"), b"1")), BOUNDARY)[0].data == b"1"


def test_data_may_hold_line_ends_and_almost_boundaries() -> None:
    data = b"\r\n--xYzZ\r\n--\r\n\r\n" + bytes(range(256))

    assert split_form(form((field("a"), data)), BOUNDARY)[0].data == data


def test_the_number_of_parts_is_bounded() -> None:
    parts = [(field("a"), b"")] * MAX_PARTS

    assert len(split_form(form(*parts), BOUNDARY)) == MAX_PARTS
    with pytest.raises(ValueError, match=f"more than {MAX_PARTS} parts"):
        split_form(form(*parts, parts[0]), BOUNDARY)


def test_the_headers_of_a_part_are_bounded() -> None:
    fits = field("a") + "\r\nX: " + "x" * (MAX_HEADER_BYTES - len(field("a")) - 5)

    assert split_form(form((fits, b"1")), BOUNDARY) == [Part("a", None, "", b"1")]
    with pytest.raises(ValueError, match=f"more than {MAX_HEADER_BYTES} bytes"):
        split_form(form((fits + "x", b"1")), BOUNDARY)


def test_reading_many_different_headers_does_not_fill_the_memory() -> None:
    bodies = (form((field(f"a{number}") + "\r\nX: " + "x" * 16_000, b"1")) for number in range(1_000))
    tracemalloc.start()

    for body in bodies:
        split_form(body, BOUNDARY)

    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000


@pytest.mark.parametrize("boundary", [b"", b"x" * 201])
def test_an_unusable_boundary_is_refused(boundary: bytes) -> None:
    with pytest.raises(ValueError, match="names no usable boundary"):
        split_form(form(), boundary)
