"""Knows how packets become a transcript: utterances, words with their times, who speaks, in which language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mockvoice.audio.modem.packets import HEADER_SYMBOLS, SYNC
from mockvoice.audio.modem.spelling import ends
from mockvoice.audio.transcript import Transcript, Word, assembled, joined, separator_of, words_of

_BEFORE_TEXT = len(SYNC) + HEADER_SYMBOLS


class Packet(NamedTuple):
    """What the worker heard: see packets.Header; `start` and the length of a `symbol` in seconds, `digest` in hex."""

    start: float
    symbol: float
    voice: int
    language: str
    is_first: bool
    is_squeezed: bool
    text: str
    digest: str


class _Utterance(NamedTuple):
    """Packets of one voice that belong together, as text with the time at which each character ends."""

    speaker: str
    text: str
    start: float
    ends: list[float]


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
    text = joined((one.text for one in utterances), separator_of(language))
    return assembled(lines, language, milliseconds, text)


def _utterances(
    packets: Sequence[Packet], name_of: Callable[[int], str], text_of: Callable[[str], str | None]
) -> Iterator[_Utterance]:
    current: _Utterance | None = None
    voice = -1
    for packet in packets:
        begin = packet.start + _BEFORE_TEXT * packet.symbol
        if packet.digest:
            known = text_of(packet.digest)
            if known is None:
                continue
            span = len(packet.digest) / 2 * packet.symbol
            text, times = known, [begin + span * (index + 1) / len(known) for index in range(len(known))]
        else:
            text, times = packet.text, _times(packet, begin)
        if current is not None and (packet.is_first or packet.voice != voice):
            yield current
            current = None
        if current is None:
            current = _Utterance(name_of(packet.voice), "", packet.start, [])
        voice = packet.voice
        current = current._replace(text=current.text + text, ends=current.ends + times)
    if current is not None:
        yield current


def _times(packet: Packet, begin: float) -> list[float]:
    """Return when each character of a packet ends, in seconds."""
    raw = packet.text.encode()
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
        start = one.start if place == 0 else one.ends[place - 1]
        place += len(text)
        begin = max(last, min(milliseconds, round(start * 1000)))
        last = max(begin, min(milliseconds, round(one.ends[place - 1] * 1000)))
        yield Word(text, begin, last)
