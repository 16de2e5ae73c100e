"""Faults of transcripts are made from faithful ones, and each is noticed by the judge that is there for it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.kit.flaws import Flaw, first_of
from contract_tests.kit.transcripts.heard import (
    Heard,
    NoTranscript,
    Span,
    differing_parts,
    differing_texts,
    differing_times,
    disorders,
    kept_times,
    misheard,
    mixed_up,
    of_json,
    of_subtitles,
    of_text,
    strangers,
    unknown_language,
    wrong_duration,
)

TEXT = "Hello, how can I help?"
WORDS = [
    ("Hello,", 0.0, 0.497),
    ("how", 0.498, 0.783),
    ("can", 0.784, 1.068),
    ("I", 1.069, 1.21),
    ("help?", 1.211, 1.9),
]
PIECES = {"start": "/start", "end": "/end"}
SHAPE: dict[str, Any] = {
    "text": "/text",
    "duration": "/duration",
    "language": {"at": "/language", "as": "name"},
    "words": {"at": "/words", "text": "/word", **PIECES},
    "segments": {"at": "/segments", "text": "/text", "speaker": "/speaker", **PIECES},
}
VERBOSE: dict[str, Any] = {
    "text": TEXT,
    "duration": 2.352,
    "language": "english",
    "words": [{"word": word, "start": start, "end": end} for word, start, end in WORDS],
    "segments": [{"text": TEXT, "start": 0.0, "end": 1.9}],
}
SRT = f"1\n00:00:00,000 --> 00:00:01,900\n{TEXT}\n\n"
VTT = f"WEBVTT\n\n00:00:00.000 --> 00:00:01.900\n{TEXT}\n\n"
PARTS = [
    {"speaker": "agent", "text": "Thank you for calling."},
    {"speaker": "customer", "text": "I would like to change my order."},
    {"speaker": "agent", "text": "Of course."},
]


def verbose(change: Callable[[dict[str, Any]], Any] = lambda _: None) -> Heard:
    body = copy.deepcopy(VERBOSE)
    change(body)
    return of_json("verbose_json", SHAPE, body)


def spoken_by(*speakers: str, lines: str = "") -> Heard:
    segments = [
        {"text": part["text"], "speaker": speaker, "start": place, "end": place + 1}
        for place, (part, speaker) in enumerate(zip(PARTS, speakers, strict=True))
    ]
    form = lines or "{text}"
    text = "\n".join(form.format(**one) for one in segments)
    return of_json("diarized_json", {**SHAPE, "lines": lines}, {"text": text, "segments": segments})


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        node: Any = body
        for part in path[:-1]:
            node = node[part]
        node[path[-1]] = value

    return change


# -- reading -----------------------------------------------------------------------------------------


def test_a_transcript_is_read_where_its_shape_says() -> None:
    heard = verbose()

    assert (heard.text, heard.milliseconds, heard.language) == (TEXT, 2_352, "english")
    assert heard.words is not None
    assert heard.words[1] == Span("how", 498, 783)
    assert heard.segments == (Span(TEXT, 0, 1_900),)


def test_what_a_shape_does_not_name_is_not_told() -> None:
    heard = of_json("json", {"text": "/text"}, VERBOSE)

    assert heard == Heard("json", TEXT)


@pytest.mark.parametrize("body", [{}, {"text": None}, [], "Hello", None])
def test_what_has_no_text_is_no_transcript(body: Any) -> None:
    with pytest.raises(NoTranscript):
        of_json("json", SHAPE, body)


def test_json_as_srt_is_no_transcript() -> None:
    with pytest.raises(NoTranscript):
        of_subtitles("srt", '{"text": "Hello"}')


# -- words and segments ------------------------------------------------------------------------------


def flaws(heard: Heard) -> list[Flaw]:
    return [one for what, spans in heard.spans for one in disorders(what, spans, 2_352)]


def test_words_in_order_and_inside_are_well() -> None:
    assert flaws(verbose()) == []


def swap(body: dict[str, Any]) -> None:
    body["words"][:2] = reversed(body["words"][:2])


@pytest.mark.parametrize(
    "change",
    [
        swap,
        put("words", 2, "end", value=0.5),
        put("words", 0, "start", value=-0.1),
        put("words", 4, "end", value=2.6),
        put("segments", 0, "end", value=2_352.0),
        put("segments", 0, "start", value=2.0),
    ],
)
def test_words_out_of_order_or_outside_are_noticed(change: Callable[[dict[str, Any]], None]) -> None:
    assert first_of(flaws(verbose(change)))


def test_words_that_overlap_in_time_may_be_right() -> None:
    assert flaws(verbose(put("words", 1, "start", value=0.4))) == []


def parts(heard: Heard) -> list[str]:
    return [what for what, _ in differing_parts(heard)]


def test_words_and_segments_join_to_the_text() -> None:
    assert parts(verbose()) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda body: body["words"].pop(), ["words"]),
        (lambda body: body["words"].insert(1, {"word": "there", "start": 0.4, "end": 0.5}), ["words"]),
        (put("words", 0, "word", value="Hallo"), ["words"]),
        (put("segments", 0, "text", value="Hello, how can I"), ["segments"]),
        (put("text", value="Hello, how can I"), ["words", "segments"]),
    ],
)
def test_words_that_say_something_else_are_noticed(change: Callable[[dict[str, Any]], Any], what: list[str]) -> None:
    assert parts(verbose(change)) == what


def test_words_without_punctuation_are_the_same_words() -> None:
    assert parts(verbose(put("words", 0, "word", value="hello"))) == []


def test_a_text_in_lines_names_who_speaks() -> None:
    heard = spoken_by("A", "B", "A", lines="{speaker}: {text}")

    assert parts(heard) == []
    assert heard.said == " ".join(part["text"] for part in PARTS)


def test_a_text_in_lines_that_names_somebody_else_is_noticed() -> None:
    heard = spoken_by("A", "B", "A", lines="{speaker}: {text}")
    changed = Heard(heard.form, "B: " + (heard.text or "")[3:], segments=heard.segments, lines=heard.lines)

    assert parts(changed) == ["segments"]


# -- duration, language, words of a known clip -------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "is_well"),
    [(2.352, True), (2.4, True), (2.3, True), (3, True), (2, True), (2.587, False), (2352.0, False), (2.117, False)],
)
def test_a_duration_is_that_of_the_clip(told: float, is_well: bool) -> None:
    heard = verbose(put("duration", value=told))

    assert (first_of(wrong_duration(heard, 2_352)) is None) is is_well


def test_a_duration_that_is_not_told_is_not_judged() -> None:
    assert list(wrong_duration(of_text("text", TEXT), 2_352)) == []


@pytest.mark.parametrize(
    ("told", "kind", "is_well"),
    [
        ("english", "name", True),
        ("English", "name", True),
        ("en", "name", False),
        ("en", "code", True),
        ("en-US", "code", True),
        ("english", "code", False),
        ("xx", "name", False),
        ("xx", "code", False),
        ("german", "name", False),
        ("de", "code", False),
    ],
)
def test_a_language_is_one_and_the_right_one(told: str, kind: str, is_well: bool) -> None:
    assert (first_of(unknown_language(told, kind, "en")) is None) is is_well


def test_a_language_nobody_knows_may_be_any() -> None:
    assert list(unknown_language("german", "name", "")) == []


def test_the_words_of_a_known_clip_are_exact_or_near() -> None:
    near = of_text("text", "hello how can we help")

    assert list(misheard(verbose(), TEXT, is_exact=True)) == []
    assert first_of(misheard(near, TEXT, is_exact=True))
    assert list(misheard(near, TEXT, is_exact=False)) == []
    assert first_of(misheard(of_text("text", "some a call about the time"), TEXT, is_exact=False))


# -- speakers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("speakers", [("agent", "A", "agent"), ("agent", "B", "agent")])
def test_a_known_speaker_goes_by_name_and_others_by_label(speakers: tuple[str, str, str]) -> None:
    heard = spoken_by(*speakers)

    assert list(mixed_up(heard, PARTS, ["agent"])) == []
    assert list(strangers(heard, ["agent"], "[A-Z]")) == []


@pytest.mark.parametrize(
    "speakers",
    [
        ("nobody", "nobody", "nobody"),
        ("A", "B", "A"),
        ("agent", "A", "B"),
        ("A", "agent", "A"),
        ("agent", "agent", "agent"),
        ("agent", "", "agent"),
    ],
)
def test_speakers_that_are_mixed_up_are_noticed(speakers: tuple[str, str, str]) -> None:
    assert first_of(mixed_up(spoken_by(*speakers), PARTS, ["agent"]))


@pytest.mark.parametrize("speakers", [("A", "A", "A"), ("A", "B", "B"), ("A", "B", "C")])
def test_speakers_nobody_knows_are_told_apart_all_the_same(speakers: tuple[str, str, str]) -> None:
    assert first_of(mixed_up(spoken_by(*speakers), PARTS, []))


def test_a_label_of_another_kind_is_a_stranger() -> None:
    heard = spoken_by("agent", "nobody", "agent")

    assert list(strangers(heard, ["agent"], "[A-Z]")) == [Flaw("one of agent, or a label such as [A-Z]", "'nobody'")]
    assert list(strangers(heard, ["agent"], "")) == []


# -- several forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [of_text("text", f"{TEXT}\n"), of_subtitles("srt", SRT), of_subtitles("vtt", VTT)])
def test_forms_of_one_clip_agree(other: Heard) -> None:
    assert list(differing_texts(verbose(), other)) == []
    assert list(differing_times(verbose(), other)) == []


@pytest.mark.parametrize(
    "other",
    [
        of_text("text", "Hello, how can I"),
        of_subtitles("srt", SRT.replace(" help?", "")),
        of_subtitles("vtt", VTT.replace("Hello", "Hallo")),
        verbose(put("text", value="Hello, how can I")),
    ],
)
def test_a_form_that_says_something_else_is_noticed(other: Heard) -> None:
    assert first_of(differing_texts(of_json("json", {"text": "/text"}, {"text": TEXT}), other))


@pytest.mark.parametrize("stamp", ["00:00:02,000", "00:00:01,000"])
def test_a_form_with_other_times_is_noticed(stamp: str) -> None:
    other = of_subtitles("srt", SRT.replace("00:00:01,900", stamp))

    assert first_of(differing_times(verbose(), other))


def test_times_may_differ_by_their_rounding() -> None:
    other = of_subtitles("srt", SRT.replace("00:00:01,900", "00:00:01,910"))

    assert list(differing_times(verbose(), other)) == []


def test_speakers_before_each_line_are_no_words() -> None:
    heard = spoken_by("A", "B", "A", lines="{speaker}: {text}")

    assert list(differing_texts(heard, of_text("text", " ".join(part["text"] for part in PARTS)))) == []


# -- times left out ----------------------------------------------------------------------------------


def test_segments_that_lost_their_times_have_none() -> None:
    without = {"text": TEXT, "segments": [{"text": TEXT}], "words": []}

    assert list(kept_times(of_json("*", SHAPE, without))) == []
    assert list(kept_times(of_json("*", SHAPE, {"text": TEXT, "segments": []}))) == []
    assert first_of(kept_times(verbose()))
