"""Knows how a catalogue of voices is made of a few words: `made-voices` of a spec. The same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

_MINUTES_A_DAY = 24 * 60


def made_voices(words: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the voices that the words make, best first: a voice for each given name of each language.

    `words` has `names` (language → sex → given names), `manners` and `uses` (word of the title → what it adds to
    description and tags), `bilingual` (every so many voices speak one language more), and the ranges of `likes`,
    `tasks` and `created`.
    """
    voices = [
        _voice(words, number, language, sex, name)
        for language, given in words["names"].items()
        for number, (sex, name) in enumerate(_in_turn(given))
    ]
    # By a part of the id that nothing else is taken from: so ranks go through all languages, and no list is by id.
    voices.sort(key=lambda one: one["_id"][24:])
    likes, tasks = words["likes"], words["tasks"]
    for rank, voice in enumerate(voices):
        voice["like_count"] = max(0, likes["best"] - likes["step"] * rank)
        # A multiple of the number of voices and the rank: no two have the same.
        turns = _number(voice["_id"], 8) % (tasks["spread"] // len(voices) or 1)
        voice["task_count"] = tasks["least"] + turns * len(voices) + rank
    return voices


def _in_turn(given: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield (sex, name), the sexes in turn."""
    rows = zip_longest(*([(sex, name) for name in names] for sex, names in given.items()))
    return (one for one in chain.from_iterable(rows) if one is not None)


def _voice(words: Mapping[str, Any], number: int, language: str, sex: str, name: str) -> dict[str, Any]:
    digest = hashlib.blake2s(f"{language}/{sex}/{name}".encode(), digest_size=16).hexdigest()
    manner, how = _pick(words["manners"], _number(digest, 0))
    use, what = _pick(words["uses"], _number(digest, 4))
    second = words["bilingual"]
    languages = [language, second["also"]] if number % second["every"] == 0 else [language]
    created = words["created"]
    minutes = _number(digest, 16) % (created["days"] * _MINUTES_A_DAY)
    first = datetime.fromisoformat(created["first"].replace("Z", "+00:00"))
    return {
        "_id": digest,
        "title": f"{name} {manner} {use}",
        "description": f"{how['is']}, {what['for']}",
        "languages": list(dict.fromkeys(languages)),
        "tags": list(dict.fromkeys((sex, *what["tags"], *how["tags"]))),
        "created_at": f"{first + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S.000Z}",
    }


def _number(digest: str, at: int) -> int:
    """Return the number that eight hexadecimal digits of a digest are."""
    return int(digest[at : at + 8], 16)


def _pick(table: Mapping[str, Any], number: int) -> tuple[str, Any]:
    names = list(table)
    name = names[number % len(names)]
    return name, table[name]
