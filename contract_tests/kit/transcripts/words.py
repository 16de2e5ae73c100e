"""Compares texts by what is said in them: letters and words, without case, spaces and punctuation."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# First code point of the scripts whose words stand together without spaces, roughly: CJK, kana, Hangul.
_EAST_ASIAN = 0x2E80
# A letter of theirs is a syllable; a syllable of an alphabet has about so many letters.
LETTERS_IN_A_SYLLABLE = 3


def letters_of(text: str) -> str:
    """Return letters and digits alone, in one case: two texts that agree in them say the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if one.isalnum() or unicodedata.category(one).startswith("M"))


def words_of(text: str) -> list[str]:
    """Return words in one case without punctuation; where words stand together, each letter is one."""
    spread = "".join(f" {one} " if ord(one) >= _EAST_ASIAN else one for one in unicodedata.normalize("NFKC", text))
    return [found for found in (letters_of(one) for one in spread.split()) if found]


def length_in_letters(text: str) -> int:
    """Return how many letters of an alphabet a text takes to say; a syllable written as one letter counts as three."""
    return sum(LETTERS_IN_A_SYLLABLE if ord(one) >= _EAST_ASIAN else 1 for one in letters_of(text))


def error_rate(right: str, heard: str) -> float:
    """Return the word error rate: words to change, add or leave out, as a part of the words that are right."""
    wanted, got = words_of(right), words_of(heard)
    if not wanted:
        return float(bool(got))
    return _distance(wanted, got) / len(wanted)


def _distance(wanted: Sequence[str], got: Sequence[str]) -> int:
    row = list(range(len(got) + 1))
    for place, word in enumerate(wanted, start=1):
        corner, row[0] = row[0], place
        for column, other in enumerate(got, start=1):
            best = min(row[column] + 1, row[column - 1] + 1, corner + (word != other))
            corner, row[column] = row[column], best
    return row[-1]
