"""The voices anybody may use, and how a voice is found: by language, tags, and a title that need not be spelt right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from mockvoice.core.cache import ByteBoundedCache
from mockvoice.openapi.catalogue import made_voices
from mockvoice.service.world import Desk

# What was looked for before is kept: of three hundred voices some 20 KB.
_FOUND_BYTES = 4_000_000
_BYTES_A_VOICE = 64
# So many words of a title are compared; what a client may send could hold a hundred.
_WORDS = 12

Trigrams = frozenset[str]


@dataclass(frozen=True)
class Voice:
    """One model as the list shows it."""

    item: Mapping[str, Any]

    @cached_property
    def json(self) -> bytes:
        """The item as it is sent."""
        return orjson.dumps(self.item)

    @cached_property
    def words(self) -> tuple[Trigrams, ...]:
        """What its title is compared by."""
        return words_of(self.item["title"])


# What a list is ordered by, highest first, and the voice: likeness to a title, a count, a date.
Ranked = tuple[Any, Voice]
by_rank = itemgetter(0)


class Wish(NamedTuple):
    """What is looked for. `order` is the member that is sorted by; empty: the likest to the title, then the best."""

    title: str
    language: str
    tags: frozenset[str]
    order: str


class Catalogue:
    """The public voices, best first. `likeness` is the share of a wanted title that a title has to have."""

    def __init__(self, items: Iterable[Mapping[str, Any]], likeness: float) -> None:
        self.voices = tuple(Voice(item) for item in items)
        self.ids = frozenset(one.item["_id"] for one in self.voices)
        self._likeness = likeness
        self._found: ByteBoundedCache[tuple[Ranked, ...]] = ByteBoundedCache(_FOUND_BYTES)

    @cached_property
    def _places(self) -> Mapping[Trigrams, list[int]]:
        """Word → the places of the voices that have it in their titles."""
        found: dict[Trigrams, list[int]] = {}
        for place, voice in enumerate(self.voices):
            for word in voice.words:
                found.setdefault(word, []).append(place)
        return found

    @cached_property
    def _by_trigram(self) -> Mapping[str, list[Trigrams]]:
        """Run of three letters → the words that have it."""
        found: dict[str, list[Trigrams]] = {}
        for word in self._places:
            for one in word:
                found.setdefault(one, []).append(word)
        return found

    def find(self, wish: Wish) -> tuple[Ranked, ...]:
        """Return the public voices that fit, in the order that is wished."""
        found = self._found.get(wish)
        if found is None:
            found = self._ranked(wish, self._alike(wish.title) if wish.title else ((0, one) for one in self.voices))
            size = len(wish.title) + len(wish.language) + sum(map(len, wish.tags)) + _BYTES_A_VOICE * (len(found) + 8)
            self._found.put(wish, found, size)
        return found

    def among(self, voices: Iterable[Voice], wish: Wish) -> tuple[Ranked, ...]:
        """Return those of some other voices that fit, in the order that is wished."""
        if not wish.title:
            return self._ranked(wish, ((0, one) for one in voices))
        wanted = words_of(wish.title)
        return self._ranked(wish, ((likeness(wanted, one.words), one) for one in voices))

    def _alike(self, title: str) -> Iterator[tuple[int, Voice]]:
        """Yield (likeness, voice) of the public voices whose titles have anything of a title, in their order."""
        total: Counter[int] = Counter()
        for wanted in words_of(title):
            best: dict[int, int] = {}
            for word, common in Counter(chain.from_iterable(self._by_trigram.get(one, ()) for one in wanted)).items():
                for place in self._places[word]:
                    best[place] = max(common, best.get(place, 0))
            total.update(best)
        return ((total[place], self.voices[place]) for place in sorted(total))

    def _ranked(self, wish: Wish, voices: Iterable[tuple[int, Voice]]) -> tuple[Ranked, ...]:
        enough = self._likeness * sum(map(len, words_of(wish.title)))
        found: list[Ranked] = [
            (one.item.get(wish.order, 0) if wish.order else common, one)
            for common, one in voices
            if common >= enough
            and (not wish.language or wish.language in one.item["languages"])
            and wish.tags.issubset(one.item["tags"])
        ]
        # Equals stay as they came.
        found.sort(key=by_rank, reverse=True)
        return tuple(found)


def public_catalogue(desk: Desk) -> Catalogue:
    """Return the catalogue of a spec: what is written out, then what is made of words. For `Desk.once`."""
    common = desk.figure("voice-defaults")
    items = [*desk.figure("voices"), *made_voices(desk.figure("made-voices"))]
    whole = ({**common, "updated_at": one["created_at"], **one} for one in items)
    return Catalogue(whole, desk.figure("title-likeness"))


def words_of(title: str) -> tuple[Trigrams, ...]:
    """Return each word as its runs of three letters, the ends padded: what survives a slip of the pen."""
    padded = [f"  {word} " for word in dict.fromkeys(title.casefold().split())][:_WORDS]
    return tuple(frozenset(word[at : at + 3] for at in range(len(word) - 2)) for word in padded)


def likeness(wanted: tuple[Trigrams, ...], words: tuple[Trigrams, ...]) -> int:
    """Return how much of some words a title has: of each what the word of the title has that is likest to it."""
    return sum(max((len(one & word) for word in words), default=0) for one in wanted)
