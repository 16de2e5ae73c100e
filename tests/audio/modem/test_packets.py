"""A packet is read whole or not at all."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mockvoice.audio.modem.moments import HEAD_BYTES, steps_of
from mockvoice.audio.modem.packets import (
    HEADER_SYMBOLS,
    LANGUAGES,
    PIECE_BYTES,
    SYNC,
    Header,
    digest_of,
    packets_of,
    payload_symbols,
    read_header,
    read_payload,
    reference_to,
    timed_packets_of,
)
from mockvoice.audio.modem.spelling import pieces

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=120)
voices = st.integers(0, 0xFFFFFF)
FIRST = len(SYNC) + HEADER_SYMBOLS


def read(packet: bytes) -> tuple[Header, bytes, bytes] | None:
    """Read a packet as the ear does: what lies behind its end is silence."""
    header = read_header(packet[len(SYNC) : FIRST])
    if header is None or header.length > PIECE_BYTES:
        return None
    count = payload_symbols(header.length)
    found = read_payload(header, packet[FIRST : FIRST + count].ljust(count, b"\0"))
    return None if found is None else (header, found.raw, found.digest)


@given(texts, voices, st.sampled_from(LANGUAGES))
def test_packets_give_back_text_voice_and_language(text: str, voice: int, language: str) -> None:
    found = [read(packet) for packet in packets_of(text, voice, language)]

    assert b"".join(one[1] for one in found if one is not None).decode() == text
    assert {(one[0].voice, one[0].language) for one in found if one is not None} == {(voice, language)}
    assert [one is not None and one[0].is_first for one in found] == [True] + [False] * (len(found) - 1)


@given(texts, voices)
def test_a_packet_begins_with_the_sync_and_is_as_long_as_its_header_says(text: str, voice: int) -> None:
    for packet in packets_of(text, voice, "en"):
        header = read_header(packet[len(SYNC) : FIRST])
        assert packet.startswith(SYNC)
        assert header is not None
        assert len(packet) == FIRST + payload_symbols(header.length)
        assert header.length <= PIECE_BYTES


def test_a_language_without_a_number_is_none() -> None:
    found = read(next(packets_of("a", 1, "tlh")))

    assert found is not None
    assert found[0].language == ""


@given(texts, voices)
def test_a_reference_names_its_text(text: str, voice: int) -> None:
    found = read(reference_to(text, voice, "en"))

    assert found is not None
    assert found[1:] == (b"", digest_of(text))


@given(texts, voices, st.randoms(use_true_random=False))
def test_a_timed_packet_gives_back_its_text_and_its_moments(text: str, voice: int, source: object) -> None:
    moments = [
        bytes([steps_of(piece.decode())]) + source.randbytes(HEAD_BYTES - 1 + steps_of(piece.decode()))  # type: ignore[attr-defined]
        for piece in pieces(text, PIECE_BYTES)
    ]

    found = []
    for packet in timed_packets_of(text, voice, "en", moments):
        header = read_header(packet[len(SYNC) : FIRST])
        assert header is not None
        assert header.is_possible
        found.append(read_payload(header, packet[FIRST:]))

    assert b"".join(one.raw for one in found if one is not None).decode() == text
    assert [one.moments for one in found if one is not None] == moments


@settings(max_examples=400)
@given(texts, st.integers(1, 60), st.randoms(use_true_random=False))
def test_a_damaged_packet_says_the_same_or_nothing(text: str, damage: int, source: object) -> None:
    packet = next(packets_of(text, 0x123456, "en"))
    word = bytearray(packet)
    for place in source.sample(range(len(SYNC), len(word)), min(damage, len(word) - len(SYNC))):  # type: ignore[attr-defined]
        word[place] ^= source.randrange(1, 256)  # type: ignore[attr-defined]

    assert read(bytes(word)) in {None, read(packet)}


@given(texts, st.randoms(use_true_random=False))
def test_damage_within_the_bound_does_no_harm(text: str, source: object) -> None:
    packet = next(packets_of(text, 0x123456, "en"))
    header = read_header(packet[len(SYNC) : FIRST])
    assert header is not None
    word = bytearray(packet)
    payload_parity = payload_symbols(header.length) - header.length - 3
    for places, errors in ((range(len(SYNC), FIRST), 2), (range(FIRST, len(word)), payload_parity // 2)):
        for place in source.sample(places, errors):  # type: ignore[attr-defined]
            word[place] ^= source.randrange(1, 256)  # type: ignore[attr-defined]

    assert read(bytes(word)) == read(packet)


@given(st.binary(min_size=FIRST, max_size=150))
def test_foreign_symbols_say_nothing(word: bytes) -> None:
    assert read(word) is None
