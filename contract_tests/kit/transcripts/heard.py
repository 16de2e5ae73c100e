"""What an endpoint heard, in whatever form it tells it, and the judges of it. Times are in milliseconds.

Knows texts and times; no exchange and no spec. Each judge yields flaws; where there are none, all is well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contract_tests.kit.flaws import Flaw
from contract_tests.kit.pointers import find
from contract_tests.kit.transcripts.languages import is_code, is_name, same_language
from contract_tests.kit.transcripts.subtitles import BadSubtitles, Cue, read
from contract_tests.kit.transcripts.words import error_rate, letters_of

# An MP3 is some 50 ms longer to whoever counts its padding; what else a decoder differs by is less.
DURATION_MILLISECONDS = 150
# Times of one word in two forms differ by rounding alone; forms of subtitles know no more than milliseconds.
SAME_MILLISECONDS = 50
# The last word may end as much behind the sound as a time is rounded.
BEHIND_MILLISECONDS = 100
# More than half of the words wrong, and it is another text.
WORST_ERROR_RATE = 0.5


class NoTranscript(Exception):
    """An answer is no transcript of its kind; the message says why."""


@dataclass(frozen=True)
class Span:
    """A word or a segment. Times are None where none are told, the speaker is empty where nobody is named."""

    text: str
    start: int | None = None
    end: int | None = None
    speaker: str = ""

    @property
    def has_times(self) -> bool:
        """Whether both times are told."""
        return self.start is not None and self.end is not None


@dataclass(frozen=True)
class Heard:
    """A transcript. What a form does not tell is None."""

    form: str
    text: str | None
    words: tuple[Span, ...] | None = None
    segments: tuple[Span, ...] | None = None
    milliseconds: int | None = None
    # Told in whole seconds: to be taken for any duration that may be rounded so.
    is_in_seconds: bool = False
    language: str | None = None
    # How a text is written that names who speaks; empty where it is the words alone.
    lines: str = ""

    @property
    def said(self) -> str:
        """The words alone, without the names of speakers; from segments or words where no text is told."""
        if self.text is None or self.lines:
            return _joined(self.segments or self.words or ())
        return self.text

    @property
    def name(self) -> str:
        """What the form is called; one that has no name is the transcript as it is."""
        return "the transcript" if self.form == "*" else self.form

    @property
    def spans(self) -> tuple[tuple[str, tuple[Span, ...]], ...]:
        """What has times, with the words for it."""
        told = (("words", self.words), ("segments", self.segments))
        return tuple((what, spans) for what, spans in told if spans)

    @property
    def speakers(self) -> list[str]:
        """Who speaks, once each, in order of appearance."""
        return list(dict.fromkeys(one.speaker for one in self.segments or () if one.speaker))


def _joined(spans: Sequence[Span]) -> str:
    return " ".join(one.text for one in spans)


# -- reading -----------------------------------------------------------------------------------------


def of_json(form: str, shape: Mapping[str, Any], body: Any) -> Heard:
    """Read a JSON transcript by a shape of `x-voice-transcript`. Raises NoTranscript for what has no text."""
    text, duration = find(body, shape["text"]), find(body, shape.get("duration"))
    language = find(body, shape.get("language", {}).get("at"))
    if not isinstance(text, str):
        raise NoTranscript(f"a {form} transcript without a text at {shape['text']}")
    return Heard(
        form,
        text,
        _spans(body, shape.get("words")),
        _spans(body, shape.get("segments")),
        _thousandths(duration),
        isinstance(duration, int),
        language if isinstance(language, str) else None,
        shape.get("lines", ""),
    )


def of_subtitles(form: str, text: str) -> Heard:
    """Read an srt or a vtt. Raises NoTranscript."""
    try:
        cues: Sequence[Cue] = read(form, text)
    except BadSubtitles as error:
        raise NoTranscript(f"no {form}: {error}") from None
    return Heard(form, None, None, tuple(Span(one.text, one.start, one.end) for one in cues))


def of_text(form: str, text: str) -> Heard:
    """Read a plain text."""
    return Heard(form, text.strip())


def _spans(body: Any, pieces: Mapping[str, str] | None) -> tuple[Span, ...] | None:
    items = find(body, pieces["at"]) if pieces else None
    return tuple(_span(one, pieces) for one in items) if pieces and isinstance(items, list) else None


def _span(item: Any, pieces: Mapping[str, str]) -> Span:
    text, speaker = (find(item, pieces.get(name)) for name in ("text", "speaker"))
    start, end = (_thousandths(find(item, pieces.get(name))) for name in ("start", "end"))
    return Span(text if isinstance(text, str) else "", start, end, speaker if isinstance(speaker, str) else "")


def _thousandths(seconds: Any) -> int | None:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return round(seconds * 1000) if is_number else None


# -- judging one -------------------------------------------------------------------------------------


def disorders(what: str, spans: Sequence[Span], milliseconds: int | None) -> Iterator[Flaw]:
    """Yield words, or segments, that end before they begin, stand in the wrong order, or are not inside the sound."""
    timed = [one for one in spans if one.start is not None and one.end is not None]
    for one in timed:
        assert one.start is not None and one.end is not None
        if not 0 <= one.start <= one.end:
            yield Flaw(f"{what} that end after they begin", _shown(one))
        if milliseconds is not None and one.end > milliseconds + BEHIND_MILLISECONDS:
            yield Flaw(f"{what} inside the {milliseconds:,} ms of the sound", _shown(one))
    for one, after in pairwise(timed):
        assert one.start is not None and after.start is not None
        if after.start < one.start:
            yield Flaw(f"{what} in the order in which they are said", f"{_shown(after)} behind {_shown(one)}")


def _shown(one: Span) -> str:
    return f"{one.text.strip()[:40]!r} from {one.start} to {one.end} ms"


def differing_parts(heard: Heard) -> Iterator[tuple[str, Flaw]]:
    """Yield words or segments that, joined, do not say what the text says; each with what it is called."""
    if heard.text is None:
        return
    for what, spans in heard.spans:
        # Words are never written in lines; what the text says besides them are names.
        line = heard.lines if what == "segments" else ""
        told = heard.text if line or not heard.lines else heard.said
        joined = "\n".join(line.format(text=one.text, speaker=one.speaker) for one in spans) if line else _joined(spans)
        if letters_of(told) != letters_of(joined):
            yield what, Flaw(f"{what} that say {told[:120]!r}", repr(joined[:120]))


def wrong_duration(heard: Heard, milliseconds: int) -> Iterator[Flaw]:
    """Yield that the duration told is not that of the clip."""
    told = heard.milliseconds
    if told is None:
        return
    allowed = 1000 if heard.is_in_seconds else DURATION_MILLISECONDS
    if abs(told - milliseconds) > allowed:
        yield Flaw(f"a duration of {milliseconds / 1000:.3f} s, give or take {allowed} ms", f"{told / 1000:.3f} s")


def misheard(heard: Heard, right: str, is_exact: bool) -> Iterator[Flaw]:
    """Yield that other words were heard than those of a known clip; `is_exact` allows no error at all."""
    rate = error_rate(right, heard.said)
    if rate > (0 if is_exact else WORST_ERROR_RATE):
        yield Flaw(f"{right!r}", f"{heard.said[:200]!r} as {heard.name}, a word error rate of {rate:.0%}")


def unknown_language(told: str, kind: str, spoken: str) -> Iterator[Flaw]:
    """Yield that a language is told as none, or in another way than by `kind` (code or name), or that it is another.

    `spoken` is the one it should be (ISO 639-1), empty where nobody knows.
    """
    if not (is_name(told) if kind == "name" else is_code(told)):
        yield Flaw(f"the {'English name' if kind == 'name' else 'code'} of a language (ISO 639)", repr(told))
    elif spoken and not same_language(told, spoken):
        yield Flaw(f"the language {spoken}", repr(told))


def mixed_up(heard: Heard, parts: Sequence[Mapping[str, str]], known: Sequence[str]) -> Iterator[Flaw]:
    """Yield that the speakers of a clip are not told apart as its parts have them, or a known one not by name.

    `parts` have `speaker` and `text`. Segments are matched to parts by their words; a part may be several segments.
    """
    labels: dict[str, str] = {}
    for one in heard.segments or ():
        said = letters_of(one.text)
        speaker = next((part["speaker"] for part in parts if said and said in letters_of(part["text"])), None)
        if speaker is None:
            continue
        label = labels.setdefault(speaker, one.speaker)
        wanted = speaker if speaker in known else label
        if one.speaker != wanted or not one.speaker:
            yield Flaw(f"{wanted or 'a label'} for {speaker}, who says {one.text[:60]!r}", repr(one.speaker))
    for speaker, label in labels.items():
        others = [name for name, other in labels.items() if other == label and name != speaker]
        if others and label:
            yield Flaw(f"another label for {speaker} than for {others[0]}", repr(label))
            return


def strangers(heard: Heard, known: Sequence[str], label: str) -> Iterator[Flaw]:
    """Yield speakers who are none of the known ones and have no label.

    `label` is a pattern of the labels that the endpoint makes up, empty where nobody says what they look like.
    """
    for one in heard.speakers:
        if one not in known and label and not re.fullmatch(label, one):
            expected = f"one of {', '.join(known)}, or a label such as {label}" if known else f"a label such as {label}"
            yield Flaw(expected, repr(one))


def kept_times(heard: Heard) -> Iterator[Flaw]:
    """Yield spans that have times although none were wanted."""
    for one in (*(heard.segments or ()), *(heard.words or ())):
        if one.start is not None or one.end is not None:
            yield Flaw("no times", _shown(one))
            return


# -- judging several ---------------------------------------------------------------------------------


def differing_texts(one: Heard, other: Heard) -> Iterator[Flaw]:
    """Yield that two forms of one clip do not say the same."""
    if letters_of(one.said) != letters_of(other.said):
        yield Flaw(f"{one.said[:160]!r}, as {one.name} has it", f"{other.said[:160]!r} as {other.name}")


def differing_times(one: Heard, other: Heard) -> Iterator[Flaw]:
    """Yield segments of two forms of one clip that do not have the same times."""
    if not one.segments or not other.segments or len(one.segments) != len(other.segments):
        return
    for first, second in zip(one.segments, other.segments, strict=True):
        if first.has_times and second.has_times and not _same_times(first, second):
            yield Flaw(f"{_shown(first)}, as {one.name} has it", f"{_shown(second)} as {other.name}")


def _same_times(one: Span, other: Span) -> bool:
    pairs = ((one.start, other.start), (one.end, other.end))
    return all(a is not None and b is not None and abs(a - b) <= SAME_MILLISECONDS for a, b in pairs)
