"""A file that was cut, or lost something in its middle, is known by its own frames and sizes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from contract_tests.kit.audio.framing import lack_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
FRAMED = ("mp3", "wav", "aac", "opus", "m4a", "webm")


def clip(form: str) -> bytes:
    return (FIXTURES / f"hello-en.{form}").read_bytes()


@pytest.mark.parametrize("form", FRAMED)
def test_a_whole_file_lacks_nothing(form: str) -> None:
    assert lack_of(clip(form)) == ""


@pytest.mark.parametrize("form", FRAMED)
@pytest.mark.parametrize("part", [0.3, 0.5, 0.61, 0.9, 0.999])
def test_a_cut_file_is_known_as_one(form: str, part: float) -> None:
    data = clip(form)

    assert lack_of(data[: int(len(data) * part)]) != ""


@pytest.mark.parametrize("size", [0, 0x7FFFFFDB, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0xFFFFFFDB, 0xFFFFFFFF])
def test_a_wav_whose_size_nobody_knew_yet_is_whole(size: int) -> None:
    data = clip("wav")
    streamed = data[:40] + struct.pack("<I", size) + data[44:]

    assert lack_of(streamed) == ""


def test_half_a_sample_at_the_end_of_a_wav_is_noticed() -> None:
    data = clip("wav")
    streamed = data[:40] + struct.pack("<I", 0xFFFFFFFF) + data[44:-1]

    assert lack_of(streamed) == "the last sample breaks off: 112,895 bytes are no multiple of 2"


def test_an_mp3_with_fewer_frames_than_its_index_announces_is_cut() -> None:
    data = clip("mp3")
    frame = 72_000 * 64 // 24_000

    assert lack_of(data[: -3 * frame]) == "its index announces 100 frames, 97 came"


def test_a_tag_behind_the_last_frame_is_no_lack() -> None:
    assert lack_of(clip("mp3") + b"TAG" + bytes(125)) == ""


def test_bytes_between_two_frames_are_noticed() -> None:
    data = clip("mp3")
    middle = len(data) // 2

    assert lack_of(data[:middle] + b"lost" + data[middle:]).startswith("no frame begins at byte")


def pages(data: bytes) -> list[bytes]:
    return [b"OggS" + one for one in data.split(b"OggS")[1:]]


def test_an_ogg_file_without_its_last_page_has_no_end() -> None:
    assert lack_of(b"".join(pages(clip("opus"))[:-1])) == "no page is marked as the last one"


def test_a_page_that_is_missing_is_noticed() -> None:
    first, *rest = pages(clip("opus"))

    assert lack_of(b"".join([first, rest[0], *rest[2:]])) == "page 3 comes behind page 1"


def test_two_pages_in_the_wrong_order_are_noticed() -> None:
    found = pages(clip("opus"))
    found[2], found[3] = found[3], found[2]

    assert lack_of(b"".join(found)) == "page 3 comes behind page 1"


def test_a_page_with_another_byte_has_a_wrong_checksum() -> None:
    data = bytearray(clip("opus"))
    data[-1] ^= 1

    assert lack_of(bytes(data)).endswith("has a wrong checksum")


def test_an_mp4_without_its_index_is_not_whole() -> None:
    data = clip("m4a")
    at = data.index(b"moov") - 4
    size = int.from_bytes(data[at : at + 4], "big")

    assert lack_of(data[:at] + data[at + size :]) == "there is no box 'moov'"


def test_a_webm_of_a_length_nobody_knew_is_followed_element_by_element() -> None:
    data = clip("webm")
    at = data.index(bytes.fromhex("18538067")) + 4
    size = 9 - data[at].bit_length()
    streamed = data[:at] + b"\x01" + b"\xff" * 7 + data[at + size :]

    assert lack_of(streamed) == ""
    assert "came" in lack_of(streamed[: len(streamed) * 6 // 10])


def test_what_has_no_frames_is_not_judged() -> None:
    assert lack_of(b'{"audio_url": "https://cdn.example.com/a.mp3"}') == ""
