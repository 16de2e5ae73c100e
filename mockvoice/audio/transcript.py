"""Knows what was said, when and by whom: words and segments with times in milliseconds."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

# Words a second in a text made up for audio nobody knows the words of.
WORDS_PER_SECOND = 2.5
_WORDS_PER_SEGMENT = 10
# Languages that put no space between words, and a letter of their scripts; others may stand among them.
_JOINED = frozenset({"zh", "ja", "th"})
_PACKED = "\u0e00-\u1dff\u2e80-\U0001efff"
_RUN = re.compile(f"[{_PACKED}]{{1,2}}|[^{_PACKED}]+")
_AT_BORDER = re.compile(f"[{_PACKED}]")

_VOCABULARY = {
    "en": "the call was about a new order and we talk over each point before they agree on some more time to plan it",
    "zh": "我们 今天 讨论 新的 计划 然后 决定 下一步 工作 时间 客户 需要 知道 结果",
    "ja": "今日 会議 新しい 計画 話し 次の 仕事 時間 お客様 結果 確認 します",
    "ko": "오늘 회의 새로운 계획 다음 작업 시간 고객 결과 확인 합니다",
    "fr": "nous avons parlé du nouveau plan et de la suite avec le client pour cette semaine",
    "de": "wir haben über den neuen Plan und die nächsten Schritte mit dem Kunden gesprochen",
    "es": "hemos hablado del nuevo plan y de los próximos pasos con el cliente esta semana",
    "ar": "تحدثنا اليوم عن الخطة الجديدة والخطوات التالية مع العميل هذا الأسبوع",
    "ru": "мы сегодня говорили о новом плане и следующих шагах с клиентом на этой неделе",
}


class Word(NamedTuple):
    """One word and when it is spoken."""

    text: str
    start_milliseconds: int
    end_milliseconds: int


class Segment(NamedTuple):
    """A stretch of speech by one speaker; `speaker` is empty when unknown."""

    text: str
    start_milliseconds: int
    end_milliseconds: int
    speaker: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said. The texts of the segments, `joined`, are the text; so are the words'.

    Where the text is known to the letter, it keeps its own white space, and only that may differ.
    """

    text: str
    language: str
    milliseconds: int
    words: tuple[Word, ...]
    segments: tuple[Segment, ...]


def to_wire(transcript: Transcript) -> dict[str, Any]:
    """Return a transcript as JSON can hold it."""
    return {
        "text": transcript.text,
        "language": transcript.language,
        "milliseconds": transcript.milliseconds,
        "words": transcript.words,
        "segments": transcript.segments,
    }


def from_wire(found: dict[str, Any]) -> Transcript:
    """Undo `to_wire`."""
    words = tuple(Word(*one) for one in found["words"])
    segments = tuple(Segment(*one) for one in found["segments"])
    return Transcript(found["text"], found["language"], found["milliseconds"], words, segments)


def gap_between(before: str, after: str, language: str) -> str:
    """Return what stands between two texts that are said one after the other: a space, or nothing."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    is_packed = language in _JOINED and (_AT_BORDER.match(before[-1]) or _AT_BORDER.match(after[0]))
    return "" if is_packed else " "


def joined(texts: Iterable[str], language: str) -> str:
    """Join what is said one after the other."""
    whole: list[str] = []
    for text in filter(None, texts):
        whole += (gap_between(whole[-1] if whole else "", text, language), text)
    return "".join(whole)


def assembled(
    lines: Iterable[tuple[str, Sequence[Word]]], language: str, milliseconds: int, text: str | None = None
) -> Transcript:
    """Return the transcript of (speaker, words) lines; its text is that of the words, unless it is given."""
    words: list[Word] = []
    segments: list[Segment] = []
    for speaker, spoken in lines:
        words += spoken
        for index in range(0, len(spoken), _WORDS_PER_SEGMENT):
            piece = spoken[index : index + _WORDS_PER_SEGMENT]
            said = joined((word.text for word in piece), language)
            segments.append(Segment(said, piece[0].start_milliseconds, piece[-1].end_milliseconds, speaker))
    if text is None:
        text = joined((segment.text for segment in segments), language)
    return Transcript(text, language, milliseconds, tuple(words), tuple(segments))


def spread(parts: Sequence[tuple[str, str]], language: str, milliseconds: int) -> Transcript:
    """Lay (speaker, text) parts out evenly over the duration, each word as long as its letters.

    The words of a text are what stands between its spaces; in a language without spaces, its characters
    stay together in runs of two, and those of other scripts in words.
    """
    lines = [(speaker, words_of(text, language)) for speaker, text in parts]
    total = sum(len(word) + 1 for _, words in lines for word in words)
    passed = 0

    def timed(word: str) -> Word:
        nonlocal passed
        start = milliseconds * passed // total
        passed += len(word) + 1
        return Word(word, start, max(start, milliseconds * passed // total - 1))

    return assembled([(speaker, [timed(word) for word in words]) for speaker, words in lines], language, milliseconds)


def at_times_of(heard: Transcript, parts: Sequence[tuple[str, str]], language: str) -> Transcript | None:
    """Return (speaker, text) parts at the times at which their letters were heard; None where others were heard."""
    lines = [(speaker, words_of(text, language)) for speaker, text in parts]
    times = [(letter, *span) for word in heard.words for letter, span in zip(word.text, letters_of(word), strict=True)]
    if [letter for letter, *_ in times] != [letter for _, words in lines for word in words for letter in word]:
        return None
    rest = iter(times)

    def timed(word: str) -> Word:
        spans = list(islice(rest, len(word)))
        return Word(word, spans[0][1], spans[-1][2])

    laid_out = [(speaker, [timed(word) for word in words]) for speaker, words in lines]
    return assembled(laid_out, language, heard.milliseconds)


def letters_of(word: Word) -> list[tuple[int, int]]:
    """Return when each letter of a word begins and ends: its time, shared out evenly."""
    start, length = word.start_milliseconds, word.end_milliseconds - word.start_milliseconds
    count = len(word.text)
    return [(start + length * index // count, start + length * (index + 1) // count) for index in range(count)]


def words_of(text: str, language: str) -> list[str]:
    """Return what stands between the spaces of a text; in a language without spaces, runs of two of its characters."""
    words = text.split()
    return [run for word in words for run in _RUN.findall(word)] if language in _JOINED else words


def made_up(seed: str, milliseconds: int, language: str) -> Transcript:
    """Return a text of plausible length for audio whose words nobody knows; the same for the same seed."""
    known = language if language in _VOCABULARY else "en"
    vocabulary = _VOCABULARY[known].split()
    count = max(1, round(milliseconds * WORDS_PER_SECOND / 1000))
    source = random.Random(f"{seed}/{milliseconds}/{known}")
    return spread([("", " ".join(source.choices(vocabulary, k=count)))], known, milliseconds)


def silence(milliseconds: int, language: str) -> Transcript:
    """Return the transcript of audio in which nothing is said."""
    return Transcript("", language, milliseconds, (), ())
