"""Knows how packets become a transcript: utterances, words with their times, who speaks, in which language."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from mockvoice.audio.modem.moments import Span, unpack
from mockvoice.audio.modem.packets import HEADER_SYMBOLS, SYNC
from mockvoice.audio.modem.spelling import ends
from mockvoice.audio.transcript import Transcript, Word, assembled, joined, words_of

_BEFORE_TEXT = len(SYNC) + HEADER_SYMBOLS
# Seconds of a symbol as it is made.
_SYMBOLS = (0.024, 0.048)


class Packet(NamedTuple):
    """What the worker heard: see packets.Header and packets.Payload, bytes in hex.

    `start` and the length of a `symbol` are in seconds.
    """

    start: float
    symbol: float
    voice: int
    language: str
    is_first: bool
    is_squeezed: bool
    text: str
    digest: str
    moments: str = ""


class _Utterance(NamedTuple):
    """Packets of one voice that belong together, as text with the times of its characters, in milliseconds."""

    speaker: str
    text: str
    spans: list[Span]


def transcript_of(
    packets: Sequence[Packet], milliseconds: int, name_of: Callable[[int], str], text_of: Callable[[str], str | None]
) -> Transcript | None:
    """Return what packets say; None where they say nothing that can be known.

    `name_of` gives the name of a voice by its number, `text_of` the text of a digest if it was spoken here.
    """
    utterances = list(_utterances(packets, name_of, text_of))
    if not utterances:
        return None
    language = Counter(packet.language for packet in packets).most_common(1)[0][0] or "en"
    lines = [(one.speaker, list(_words(one, language, milliseconds))) for one in utterances]
    text = joined((one.text for one in utterances), language)
    return assembled(lines, language, milliseconds, text)


def _utterances(
    packets: Sequence[Packet], name_of: Callable[[int], str], text_of: Callable[[str], str | None]
) -> Iterator[_Utterance]:
    current: _Utterance | None = None
    voice = -1
    for packet in packets:
        text = text_of(packet.digest) if packet.digest else packet.text
        if text is None:
            continue
        if current is not None and (packet.is_first or packet.voice != voice):
            yield current
            current = None
        if current is None:
            current = _Utterance(name_of(packet.voice), "", [])
        voice = packet.voice
        current = current._replace(text=current.text + text, spans=current.spans + _spans(packet, text))
    if current is not None:
        yield current


def _spans(packet: Packet, text: str) -> list[Span]:
    """Return when each character of a packet is spoken, by what it says of that, or else by its symbols."""
    start = packet.start * 1000
    moments = unpack(bytes.fromhex(packet.moments), text) if packet.moments else None
    if moments is not None:
        # What it says was true when its symbols lasted as long as they were made to.
        made = min(_SYMBOLS, key=lambda seconds: abs(math.log(packet.symbol / seconds)))
        pace = packet.symbol / made
        return [Span(start + pace * one.begin, start + pace * one.end) for one in moments]
    # The first word begins with the packet.
    ends = [start, *(1000 * end for end in _ends(packet, text))]
    return [Span(begin, end) for begin, end in pairwise(ends)]


def _ends(packet: Packet, text: str) -> list[float]:
    """Return when the symbols of each character end, in seconds; those of a reference are shared out evenly."""
    begin = packet.start + _BEFORE_TEXT * packet.symbol
    if packet.digest:
        span = len(packet.digest) / 2 * packet.symbol
        return [begin + span * (index + 1) / len(text) for index in range(len(text))]
    raw = text.encode()
    by_byte = ends(raw, packet.is_squeezed)
    return [
        begin + by_byte[index] * packet.symbol
        for index in range(len(raw))
        if index + 1 == len(raw) or raw[index + 1] & 0xC0 != 0x80
    ]


def _words(one: _Utterance, language: str, milliseconds: int) -> Iterator[Word]:
    place = 0
    last = 0
    for text in words_of(one.text, language):
        place = one.text.index(text, place)
        begin = max(last, min(milliseconds, round(one.spans[place].begin)))
        place += len(text)
        last = max(begin, min(milliseconds, round(one.spans[place - 1].end)))
        yield Word(text, begin, last)
