"""The claims about transcripts: a faithful endpoint passes all of them, each fault is noticed by the right one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests import test_transcripts as transcripts
from contract_tests.kit.verdicts import Verdict
from tests.contract.endpoint import Answer, conclude, events, faithful, run_against, twisted, verdict

CLAIMS = (
    (transcripts.test_formats_of_one_clip_agree, "hear"),
    (transcripts.test_granularities_are_honoured, "hear"),
    (transcripts.test_a_stream_ends_with_the_whole_text, "hear"),
    (transcripts.test_timestamps_can_be_left_out, "hear"),
    (transcripts.test_plain_text_is_the_text, "send"),
    (transcripts.test_speakers_are_among_the_known, "hear"),
    (transcripts.test_speakers_are_told_apart, "hear"),
    (transcripts.test_translations_are_in_the_documented_language, "translate"),
    (transcripts.test_words_are_ordered_and_inside, "hear"),
    (transcripts.test_words_are_ordered_and_inside, "send"),
    (transcripts.test_words_join_to_the_text, "hear"),
    (transcripts.test_words_join_to_the_text, "send"),
    (transcripts.test_the_duration_is_that_of_the_clip, "hear"),
    (transcripts.test_the_words_of_a_known_clip_are_right, "hear"),
    (transcripts.test_the_words_of_a_known_clip_are_right, "send"),
    (transcripts.test_the_words_of_a_known_clip_are_right, "translate"),
    (transcripts.test_language_codes_are_valid, "hear"),
    (transcripts.test_language_codes_are_valid, "translate"),
)
Twist = Callable[[Any, Answer], None]


def broken_by(twist: Twist) -> dict[str, Verdict]:
    """Return what claims came to that do not hold: name and operation → verdict."""
    run = run_against(twisted(twist))
    found = {(test, case): verdict(run, test, case) for test, case in CLAIMS}
    return {
        f"{test.__name__.removeprefix('test_')} {case}": one
        for (test, case), one in found.items()
        if one is not Verdict.HOLDS
    }


def edited(change: Callable[[dict[str, Any]], Any], operation: str = "hear") -> Twist:
    """Change JSON transcripts of an operation in place."""

    def twist(draft: Any, answer: Answer) -> None:
        if draft.operation == operation and answer.media == "application/json":
            body = json.loads(answer.body)
            change(body)
            answer.body = json.dumps(body).encode()

    return twist


def as_text(form: str, change: Callable[[str], str]) -> Twist:
    """Change transcripts that are no JSON."""

    def twist(draft: Any, answer: Answer) -> None:
        if draft.operation == "hear" and draft.fields.get("form") == form:
            answer.body = change(answer.body.decode()).encode()

    return twist


# -- a faithful endpoint -----------------------------------------------------------------------------


def test_a_faithful_endpoint_passes_every_claim() -> None:
    assert broken_by(lambda *_: None) == {}


def test_a_claim_that_judges_the_log_sends_no_more_than_the_example() -> None:
    run = run_against(faithful())

    conclude(run, transcripts.test_the_words_of_a_known_clip_are_right, "hear")

    assert run.guard.sent == 1


# -- one transcript ----------------------------------------------------------------------------------


def swap_words(body: dict[str, Any]) -> None:
    words = body.get("words", [])
    words[:2] = reversed(words[:2])


def lose_word(body: dict[str, Any]) -> None:
    del body.get("words", [])[-1:]


def late(body: dict[str, Any]) -> None:
    for word in body.get("words", [])[-1:]:
        word["end"] += 0.5


def shorten(body: dict[str, Any]) -> None:
    if "segments" in body:
        body["text"] = body["text"].rpartition(" ")[0]


def lengthen(body: dict[str, Any]) -> None:
    if "duration" in body:
        body["duration"] = round(body["duration"] * 1.1, 3)


def forget_duration(body: dict[str, Any]) -> None:
    body.pop("duration", None)


def speak(language: str) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        if "language" in body:
            body["language"] = language

    return change


def everybody_is(speaker: str) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        for segment in body.get("segments", []):
            segment["speaker"] = speaker

    return change


@pytest.mark.parametrize(
    ("change", "claims"),
    [
        (swap_words, {"words_are_ordered_and_inside", "words_join_to_the_text"}),
        (lose_word, {"words_join_to_the_text"}),
        (late, {"words_are_ordered_and_inside"}),
        (lengthen, {"the_duration_is_that_of_the_clip"}),
        (speak("xx"), {"language_codes_are_valid"}),
        (speak("en"), {"language_codes_are_valid"}),
        (speak("german"), {"language_codes_are_valid"}),
        (lambda body: body.pop("words", None), {"granularities_are_honoured"}),
        (lambda body: body.update(words=[{}]) if "segments" in body else None, {"granularities_are_honoured"}),
    ],
)
def test_a_fault_in_a_transcript_is_noticed(change: Any, claims: set[str]) -> None:
    found = {name.partition(" ")[0] for name, one in broken_by(edited(change)).items() if one is Verdict.BROKEN}

    assert claims <= found
    assert found <= {*claims, "words_join_to_the_text"}


def test_a_duration_that_is_missing_is_noticed() -> None:
    assert broken_by(edited(forget_duration))["the_duration_is_that_of_the_clip hear"] is Verdict.BROKEN


def test_a_text_of_one_form_that_is_shorter_is_noticed() -> None:
    found = {name for name, one in broken_by(edited(shorten)).items() if one is Verdict.BROKEN}

    assert {"formats_of_one_clip_agree hear", "words_join_to_the_text hear"} <= found
    assert "the_words_of_a_known_clip_are_right hear" in found


def test_words_of_another_clip_are_noticed() -> None:
    def nonsense(body: dict[str, Any]) -> None:
        body["text"] = "some a call about some the time"

    found = broken_by(edited(nonsense, "result"))

    assert found["the_words_of_a_known_clip_are_right send"] is Verdict.BROKEN


def test_a_result_without_its_words_is_unverified_elsewhere() -> None:
    run = run_against(twisted(edited(lambda body: body.pop("text"), "result")))

    record = conclude(run, transcripts.test_words_join_to_the_text, "send")

    assert record.verdict is Verdict.UNVERIFIED
    assert record.reason == "no answer of this run is a transcript that can be read"


# -- speakers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("speaker", ["nobody", "agent", "A", ""])
def test_one_speaker_for_everybody_is_noticed(speaker: str) -> None:
    found = broken_by(edited(everybody_is(speaker)))

    assert found["speakers_are_among_the_known hear"] is Verdict.BROKEN
    assert found["speakers_are_told_apart hear"] is Verdict.BROKEN


def test_what_a_real_engine_hears_in_tones_is_observed() -> None:
    serve = twisted(edited(everybody_is("A")))
    run = run_against(serve, is_loopback=False)

    assert verdict(run, transcripts.test_speakers_are_among_the_known, "hear") is Verdict.OBSERVED


def test_the_word_error_rate_of_a_real_engine_is_observed() -> None:
    serve = twisted(edited(lambda body: body.update(text="hello how can I help")))
    run = run_against(serve, is_loopback=False)

    record = conclude(run, transcripts.test_the_words_of_a_known_clip_are_right, "hear")

    assert record.verdict is Verdict.OBSERVED
    assert record.reason == "a word error rate of 29% on hello-en.mp3"


# -- several forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "change"),
    [
        ("srt", lambda text: text.replace(" today?", "")),
        ("vtt", lambda text: text.replace(" today?", "")),
        ("text", lambda text: text.replace(" today?", "")),
        ("srt", lambda text: text.replace("00:00:02,352", "00:00:01,000")),
        ("vtt", lambda text: text.replace("00:00:00.000", "00:00:01.000")),
        ("srt", lambda text: text.replace(",", ".")),
        ("vtt", lambda text: text.removeprefix("WEBVTT\n\n")),
        ("srt", lambda _: '{"text": "Hello, how can I help you today?"}'),
    ],
)
def test_a_form_that_tells_something_else_is_noticed(form: str, change: Callable[[str], str]) -> None:
    found = broken_by(as_text(form, change))

    assert found["formats_of_one_clip_agree hear"] is Verdict.BROKEN


def test_a_form_that_is_refused_is_noticed() -> None:
    def refuse(draft: Any, answer: Answer) -> None:
        if draft.fields.get("form") == "vtt":
            answer.status = 400

    assert broken_by(refuse) == {"formats_of_one_clip_agree hear": Verdict.BROKEN}


def test_an_endpoint_that_never_hears_the_same_twice_is_not_blamed_for_it() -> None:
    count = 0

    def vary(body: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        body["text"] += f" take {count}"

    run = run_against(twisted(edited(vary)))

    assert verdict(run, transcripts.test_formats_of_one_clip_agree, "hear") is Verdict.OBSERVED


# -- streams, options, translations ------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found[1:],
        lambda found: [found[1], found[0], *found[2:]],
        lambda found: found[:-1],
        lambda found: [*found, found[0]],
        lambda found: [*found[:-1], {**found[-1], "text": "Hello"}],
        lambda found: [{**one, "delta": "um", "text": "um " * (len(found) - 1)} for one in found],
    ],
)
def test_a_stream_that_does_not_add_up_is_noticed(change: Any) -> None:
    def twist(_: Any, answer: Answer) -> None:
        if answer.media == "text/event-stream":
            found = [json.loads(one.removeprefix(b"data: ")) for one in answer.body.split(b"\n\n") if one]
            answer.body = events(*change(found))

    assert broken_by(twist) == {"a_stream_ends_with_the_whole_text hear": Verdict.BROKEN}


def test_times_that_are_kept_although_nobody_wants_them_are_noticed() -> None:
    def keep(draft: Any, answer: Answer) -> None:
        if draft.fields.get("bare"):
            body = json.loads(answer.body)
            body["segments"] = [{**one, "start": 0.0, "end": 1.0} for one in body["segments"]]
            answer.body = json.dumps(body).encode()

    assert broken_by(keep)["timestamps_can_be_left_out hear"] is Verdict.BROKEN


@pytest.mark.parametrize(
    "change", [lambda body: body.update(text="Hello"), lambda body: body.update(segments=[{"text": body["text"]}])]
)
def test_a_plain_text_that_is_not_the_text_alone_is_noticed(change: Any) -> None:
    def twist(draft: Any, answer: Answer) -> None:
        if "plain" in draft.path:
            body = json.loads(answer.body)
            change(body)
            answer.body = json.dumps(body).encode()

    assert broken_by(twist)["plain_text_is_the_text send"] is Verdict.BROKEN


def test_a_translation_that_tells_the_language_that_was_spoken_is_noticed() -> None:
    found = broken_by(edited(speak("french"), "translate"))

    assert found["translations_are_in_the_documented_language translate"] is Verdict.BROKEN


def test_a_translation_that_says_what_was_spoken_is_noticed() -> None:
    def repeat(body: dict[str, Any]) -> None:
        if "may" in body["text"]:
            body["text"] = body["segments"][0]["text"] = "Bonjour, comment puis-je vous aider ?"

    found = broken_by(edited(repeat, "translate"))

    assert found["translations_are_in_the_documented_language translate"] is Verdict.BROKEN
