"""Knows when each packet of a speech begins: duration follows from text and speed alone, in ticks of 24 ms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from mockvoice.audio.modem.moments import HEAD_BYTES, Span, pack, steps_of
from mockvoice.audio.modem.packets import PIECE_BYTES, packets_of, reference_to, timed_packets_of
from mockvoice.audio.modem.spelling import pieces

TICK_MILLISECONDS = 24
# A symbol lasts two ticks, or one in fast speech.
SLOW, FAST = 2, 1
# Pauses in ticks: at speed 1 at both ends and between packets, and the least there may be anywhere.
_AT_ENDS, _BETWEEN, _LEAST = 4, 6, 2
# Nobody speaks faster than 16 characters a second at speed 1: ticks for each character.
_CHARACTER = 2.6
# However short the text, at speed 1 it takes so long; and no speed makes anything shorter than the second figure.
_SHORTEST, _BRIEFEST = 17, 5


# Hums in hertz, by which voices differ to the ear.
_LOWEST_HUM, _HUM_STEP, _HUMS = 100, 5, 37


def hum_of(voice: int) -> int:
    """Return the hum of a voice in hertz, 100 to 280."""
    return _LOWEST_HUM + _HUM_STEP * (voice % _HUMS)


class Schedule(NamedTuple):
    """Packets and the pauses around them: `pauses` has one more entry. A symbol lasts `symbol_ticks`; hum in hertz."""

    packets: tuple[bytes, ...]
    pauses: tuple[int, ...]
    symbol_ticks: int
    hum: int

    @property
    def ticks(self) -> int:
        """How long it lasts."""
        return sum(self.pauses) + self.symbol_ticks * sum(map(len, self.packets))

    @property
    def milliseconds(self) -> int:
        """How long it lasts."""
        return self.ticks * TICK_MILLISECONDS

    def begins(self) -> Iterator[int]:
        """Yield when each packet begins, in milliseconds."""
        now = 0
        for packet, pause in zip(self.packets, self.pauses, strict=False):
            now += pause
            yield now * TICK_MILLISECONDS
            now += self.symbol_ticks * len(packet)


def schedule(text: str, voice: int, language: str, speed: float) -> Schedule:
    """Return the schedule of a text. Twice the speed takes half the time, to the tick.

    Slow speech has longer pauses; speech that is a little faster has shorter ones, then shorter symbols. Where even
    these take too long, a reference to the text is spoken; where that takes too long, as much of it as fits.
    """
    packets = tuple(packets_of(text, voice, language))
    wanted = wanted_ticks(text, packets, speed)
    found = fitted(packets, wanted, voice)
    if found is not None:
        return found
    reference = reference_to(text, voice, language)[: wanted - 2 * _LEAST]
    return Schedule((reference,), _spread(wanted - len(reference), 2), FAST, hum_of(voice))


def timed_schedule(
    text: str, voice: int, language: str, speed: float, spans: Sequence[Span], milliseconds: int
) -> Schedule:
    """Return a schedule whose packets tell when each character is spoken, for a speech that lasts so long.

    It lasts as long as that of `schedule`, or as the speech. Where the times find no room, it is that of `schedule`.
    """
    texts = [piece.decode() for piece in pieces(text, PIECE_BYTES)]
    blank = [bytes([steps_of(one)]).ljust(HEAD_BYTES + steps_of(one), b"\0") for one in texts]
    wanted = max(wanted_ticks(text, tuple(packets_of(text, voice, language)), speed), milliseconds // TICK_MILLISECONDS)
    draft = fitted(tuple(timed_packets_of(text, voice, language, blank)), wanted, voice)
    if draft is None:
        return schedule(text, voice, language, speed)
    # It begins at once, as the speech does, so that the two are side by side, and what is left over lies in one place.
    pauses = (_LEAST, *_spread(sum(draft.pauses) - _LEAST, len(texts))) if texts else draft.pauses
    draft = draft._replace(pauses=pauses)
    rest = iter(spans)
    moments = [pack(one, list(islice(rest, len(one))), begin) for one, begin in zip(texts, draft.begins(), strict=True)]
    return draft._replace(packets=tuple(timed_packets_of(text, voice, language, moments)))


def wanted_ticks(text: str, packets: Sequence[bytes], speed: float) -> int:
    """Return how long a text takes that is spoken in these packets."""
    return max(_BRIEFEST, round(_at_rest(text, packets) / speed))


def fitted(packets: tuple[bytes, ...], wanted: int, voice: int) -> Schedule | None:
    """Return the schedule of packets in so many ticks, in slow symbols if possible; None where they do not fit."""
    for ticks in (SLOW, FAST):
        spoken = ticks * sum(map(len, packets))
        if spoken + _LEAST * (len(packets) + 1) <= wanted:
            return Schedule(packets, _spread(wanted - spoken, len(packets) + 1), ticks, hum_of(voice))
    return None


def _at_rest(text: str, packets: Sequence[bytes]) -> int:
    """Return how long a text takes at speed 1: as long as its symbols and pauses, or as its characters, need."""
    symbols = SLOW * sum(map(len, packets)) + 2 * _AT_ENDS + _BETWEEN * max(0, len(packets) - 1)
    return max(_SHORTEST, symbols, math.ceil(_CHARACTER * len(text)))


def _spread(ticks: int, places: int) -> tuple[int, ...]:
    """Share ticks out evenly."""
    each, rest = divmod(ticks, places)
    return (each + 1,) * rest + (each,) * (places - rest)
