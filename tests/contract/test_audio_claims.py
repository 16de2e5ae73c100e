"""The claims about speech: a faithful endpoint passes all of them, and each fault is noticed by the right one."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from contract_tests import test_audio as audio
from contract_tests.kit.verdicts import Verdict
from tests.contract.endpoint import (
    Answer,
    conclude,
    encoded,
    events,
    faithful,
    run_against,
    samples,
    spoken,
    twisted,
    verdict,
    wav,
)
from tests.contract.speaking_spec import AUDIO, TEXT

ASKING = (
    (audio.test_formats_agree, "say"),
    (audio.test_longer_texts_last_longer, "say"),
    (audio.test_longer_texts_last_longer, "submit"),
    (audio.test_speed_halves_the_duration, "say"),
    (audio.test_events_come_in_order_and_end, "say"),
    (audio.test_events_joined_are_the_plain_file, "say"),
    (audio.test_what_is_spoken_is_heard, "say"),
    (audio.test_what_is_spoken_is_heard, "submit"),
)
JUDGING = tuple(
    (test, case)
    for test in (
        audio.test_audio_is_what_its_type_says,
        audio.test_audio_is_whole,
        audio.test_audio_is_not_silence,
        audio.test_the_duration_suits_the_text,
    )
    for case in ("say", "submit")
)
Twist = Callable[[Any, Answer], None]


def broken_by(twist: Twist) -> dict[str, Verdict]:
    """Return what claims came to that do not hold: name and operation → verdict."""
    run = run_against(twisted(twist))
    found = {(test, case): verdict(run, test, case) for test, case in (*ASKING, *JUDGING)}
    return {
        f"{test.__name__.removeprefix('test_')} {case}": one
        for (test, case), one in found.items()
        if one is not Verdict.HOLDS
    }


def only_broken(twist: Twist) -> set[str]:
    """Return the names of claims that are broken."""
    return {name for name, one in broken_by(twist).items() if one is Verdict.BROKEN}


# -- a faithful endpoint -----------------------------------------------------------------------------


def test_a_faithful_endpoint_passes_every_claim() -> None:
    assert broken_by(lambda *_: None) == {}


def test_how_a_speech_is_delivered_is_only_observed() -> None:
    record = conclude(run_against(faithful()), audio.test_delivery_is_observed, "say")

    assert (record.verdict, record.reason) == (Verdict.OBSERVED, "audio/mpeg comes whole")


def test_a_speech_in_pieces_is_observed_as_such() -> None:
    def chunked(_: Any, answer: Answer) -> None:
        answer.headers = {"transfer-encoding": "chunked"}

    record = conclude(run_against(twisted(chunked)), audio.test_delivery_is_observed, "say")

    assert record.reason == "audio/mpeg comes in pieces"


@pytest.mark.parametrize(("test", "case"), JUDGING)
def test_claims_that_judge_the_log_send_no_more_than_the_example(test: Any, case: str) -> None:
    run = run_against(faithful())
    conclude(run, test, case)
    sent = run.guard.sent

    conclude(run, test, case)

    assert run.guard.sent == sent
    assert sent == (1 if case == "say" else 4)


# -- what it is, whether it is whole -----------------------------------------------------------------


def is_file(answer: Answer, *forms: str) -> bool:
    """Say whether an answer is a speech as a file, in one of some formats."""
    return answer.media in ({AUDIO[form] for form in forms} or set(AUDIO.values()))


def cut(part: float) -> Twist:
    def twist(_: Any, answer: Answer) -> None:
        if is_file(answer):
            answer.body = answer.body[: int(len(answer.body) * part)]

    return twist


@pytest.mark.parametrize("part", [0.5, 0.61, 0.95])
def test_audio_that_breaks_off_is_not_whole(part: float) -> None:
    assert {"audio_is_whole say", "audio_is_whole submit"} <= only_broken(cut(part))


def link(_: Any, answer: Answer) -> None:
    if is_file(answer):
        answer.body = b'{"audio_url": "https://cdn.example.com/speech.mp3"}'


def test_a_link_is_no_audio() -> None:
    found = broken_by(link)

    assert {name for name, one in found.items() if one is Verdict.BROKEN} == {
        "audio_is_what_its_type_says say",
        "audio_is_what_its_type_says submit",
        "audio_is_whole say",
        "audio_is_whole submit",
    }
    assert found["audio_is_not_silence say"] is Verdict.UNVERIFIED
    assert found["longer_texts_last_longer submit"] is Verdict.UNVERIFIED


def other_codec(draft: Any, answer: Answer) -> None:
    if is_file(answer, "flac"):
        answer.body = spoken(draft.fields["text"], "mp3")


def test_another_codec_under_the_right_type_is_noticed() -> None:
    assert only_broken(other_codec) == {"audio_is_what_its_type_says say"}


def other_type(_: Any, answer: Answer) -> None:
    if is_file(answer, "wav"):
        answer.media = "audio/mpeg"


def test_the_right_codec_under_another_type_is_noticed() -> None:
    assert only_broken(other_type) == {"audio_is_what_its_type_says say"}


def silence(_: Any, answer: Answer) -> None:
    if is_file(answer, "mp3"):
        answer.body = encoded(np.zeros(len(samples())), "libmp3lame", "mp3")


def test_silence_is_noticed() -> None:
    found = only_broken(silence)

    assert {"audio_is_not_silence say", "audio_is_not_silence submit"} <= found
    assert not any(name.startswith(("audio_is_whole", "audio_is_what")) for name in found)


def frames_left_out(_: Any, answer: Answer) -> None:
    """Leave out the last frames of an MP3 without an index: what is left is a whole file."""
    if is_file(answer, "mp3"):
        frames = [b"\xff\xf3" + one for one in answer.body.split(b"\xff\xf3")[2:]]
        answer.body = b"".join(frames[: len(frames) * 6 // 10])


def test_a_speech_that_ends_too_early_at_the_end_of_a_frame_is_noticed_by_its_words() -> None:
    found = only_broken(frames_left_out)

    assert "what_is_spoken_is_heard submit" in found
    assert "audio_is_whole submit" not in found


# -- how long it lasts -------------------------------------------------------------------------------


def twice_the_rate(_: Any, answer: Answer) -> None:
    if is_file(answer, "wav"):
        answer.body = wav(np.frombuffer(answer.body[44:], "<i2"), 48_000)


def test_a_header_with_another_rate_is_noticed() -> None:
    assert only_broken(twice_the_rate) == {"formats_agree say", "audio_is_what_its_type_says say"}


def slower(draft: Any, answer: Answer) -> None:
    """Let a format last a tenth longer."""
    if is_file(answer, "flac"):
        sound = np.tile(samples(), round(len(draft.fields["text"]) / len(TEXT)))
        places = np.arange(0, len(sound), 1 / 1.1).astype(int)
        answer.body = encoded(sound[places[places < len(sound)]], "flac", "flac")


def test_a_format_that_lasts_a_tenth_longer_is_noticed() -> None:
    assert only_broken(slower) == {"formats_agree say"}


def test_formats_of_which_no_two_agree_are_noticed() -> None:
    def disagree(_: Any, answer: Answer) -> None:
        made = {"audio/mpeg": 1, "audio/flac": 2, "audio/wav": 4, "audio/pcm": 6}
        if answer.media in made:
            sound = np.tile(samples(), made[answer.media])
            form = next(name for name, media in AUDIO.items() if media == answer.media)
            codecs = {"mp3": ("libmp3lame", "mp3"), "flac": ("flac", "flac")}
            answer.body = encoded(sound, *codecs[form]) if form in codecs else wav(sound)[0 if form == "wav" else 44 :]

    assert "formats_agree say" in only_broken(disagree)


def other_words(_: Any, answer: Answer) -> None:
    if is_file(answer, "wav"):
        answer.body = wav(samples()[::-1])


def test_a_format_that_says_something_else_is_noticed() -> None:
    assert only_broken(other_words) == {"formats_agree say"}


def test_a_format_that_is_refused_is_noticed() -> None:
    def refuse(_: Any, answer: Answer) -> None:
        if is_file(answer, "flac"):
            answer.status, answer.media, answer.body = 400, "application/json", b"{}"

    assert only_broken(refuse) == {"formats_agree say"}


def test_an_endpoint_that_never_speaks_twice_alike_is_not_blamed_for_it() -> None:
    count = 0

    def vary(_: Any, answer: Answer) -> None:
        nonlocal count
        if is_file(answer, "mp3", "wav", "flac"):
            count += 1
            factor = 1 + 0.1 * (count % 4)
            places = np.arange(0, len(samples()), factor).astype(int)
            form = next(name for name, media in AUDIO.items() if media == answer.media)
            made = {"mp3": ("libmp3lame", "mp3"), "flac": ("flac", "flac"), "wav": ("pcm_s16le", "wav")}[form]
            answer.body = encoded(samples()[places], *made)

    run = run_against(twisted(vary))

    assert verdict(run, audio.test_formats_agree, "say") is Verdict.OBSERVED


@pytest.mark.parametrize("case", ["say", "submit"])
def test_a_speech_that_always_ends_at_the_same_time_is_noticed(case: str) -> None:
    def first_seconds(_: Any, answer: Answer) -> None:
        if is_file(answer, "mp3"):
            answer.body = spoken(TEXT, "mp3")

    assert f"longer_texts_last_longer {case}" in only_broken(first_seconds)


def test_speed_that_changes_nothing_is_noticed() -> None:
    def steady(draft: Any, answer: Answer) -> None:
        if is_file(answer, "mp3") and "speed" in draft.fields:
            answer.body = spoken(draft.fields["text"], "mp3")

    assert only_broken(steady) == {"speed_halves_the_duration say"}


def test_a_speech_nobody_could_follow_does_not_suit_its_text() -> None:
    def rushed(_: Any, answer: Answer) -> None:
        if is_file(answer, "mp3"):
            answer.body = encoded(samples()[::5], "libmp3lame", "mp3")

    found = only_broken(rushed)

    assert {"the_duration_suits_the_text say", "the_duration_suits_the_text submit"} <= found


# -- events ------------------------------------------------------------------------------------------


def reordered(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Twist:
    def twist(_: Any, answer: Answer) -> None:
        if answer.media == "text/event-stream":
            found = [json.loads(one.removeprefix(b"data: ")) for one in answer.body.split(b"\n\n") if one]
            answer.body = events(*change(found))

    return twist


@pytest.mark.parametrize(
    "change",
    [
        lambda found: [found[1], found[0], *found[2:]],
        lambda found: [found[0], found[2], found[1], found[3]],
        lambda found: found[1:],
        lambda found: [*found[:2], found[3]],
        lambda found: [*found[:3], found[2], found[3]],
        lambda found: [{**found[0], "audio": "no base64!"}, *found[1:]],
    ],
)
def test_pieces_that_do_not_join_to_the_file_are_noticed(change: Any) -> None:
    assert only_broken(reordered(change)) == {"events_joined_are_the_plain_file say"}


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found[:-1],
        lambda found: [found[-1], *found[:-1]],
        lambda found: [*found, found[-1]],
        lambda found: [*found[:-1], {"type": "finished"}],
    ],
)
def test_events_that_do_not_end_as_documented_are_noticed(change: Any) -> None:
    assert only_broken(reordered(change)) == {"events_come_in_order_and_end say"}


def test_events_without_a_piece_are_noticed() -> None:
    assert "events_come_in_order_and_end say" in only_broken(reordered(lambda found: found[-1:]))


def test_a_file_instead_of_events_is_noticed() -> None:
    def file(draft: Any, answer: Answer) -> None:
        if answer.media == "text/event-stream":
            answer.media, answer.body = "audio/mpeg", spoken(draft.fields["text"], "mp3")

    assert "events_come_in_order_and_end say" in only_broken(file)


def test_pieces_may_be_cut_anywhere() -> None:
    def finer(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        data = b"".join(base64.b64decode(one["audio"]) for one in found[:-1])
        parts = [data[at : at + 777] for at in range(0, len(data), 777)]
        return [*({"type": "delta", "audio": base64.b64encode(part).decode()} for part in parts), found[-1]]

    assert broken_by(reordered(finer)) == {}
