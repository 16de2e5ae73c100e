"""aitre: what the document, the other pages and the relay's code say beyond what holds for every provider."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from mockvoice.audio import codec
from mockvoice.core.ledger import Ledger
from mockvoice.openapi.recipes import BOUNDARY, form_body
from tests.harness.recipes import FIXTURES, Kitchen
from tests.harness.specs import spec
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
SPEAK = "createSpeech"
TRANSCRIBE = "createTranscription"
TRANSLATE = "createTranslation"
EXAMPLE_PRICE = 338  # 45 code points at 7.5 units, rounded


def ledger(cook: Kitchen, role: str = "mock-funded") -> Any:
    account = cook.desk.roster.find(f"sk-{role}")
    assert account is not None
    return account.ledger


def with_balance(cook: Kitchen, balance: int) -> Kitchen:
    """Give mock-low another balance."""
    account = cook.desk.roster.find("sk-mock-low")
    assert account is not None
    account.ledger = Ledger(balance)
    return cook


def charged(cook: Kitchen, operation: str, recipe: dict[str, Any]) -> int:
    """Return what one call costs that succeeds."""
    before = ledger(cook).charged
    answer = cook.cook(recipe, operation)
    assert answer.status == 200, answer.body
    cost: int = ledger(cook).charged - before
    return cost


def rule(answer: Answer) -> str:
    return answer.headers["x-mockvoice-hint"].partition(";")[0].removeprefix("rule ")


def error(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    return found


# -- speech -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "media", "container", "rate"),
    [
        ("mp3", "audio/mpeg", "mp3", 24_000),
        ("opus", "audio/opus", "ogg", 48_000),
        ("aac", "audio/aac", "aac", 24_000),
        ("flac", "audio/flac", "flac", 24_000),
    ],
)
def test_each_format_is_real_audio_of_its_kind(
    kitchen: MakeKitchen, name: str, media: str, container: str, rate: int
) -> None:
    answer = kitchen("aitre").cook({"with": {"response_format": name}}, SPEAK)

    sound = codec.examine(answer.body)

    assert (answer.status, answer.media) == (200, media)
    assert (sound.container, sound.sample_rate) == (container, rate)
    assert sound.milliseconds == pytest.approx(45 * 66, rel=0.05)


def test_mp3_is_the_default_and_speed_one(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    plain = cook.cook({}, SPEAK)
    spelled_out = cook.cook({"with": {"response_format": "mp3", "speed": 1}}, SPEAK)

    assert plain.body == spelled_out.body


def test_twice_the_speed_takes_half_the_time(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    slow, fast = (
        codec.examine(cook.cook({"with": {"speed": speed, "response_format": "flac"}}, SPEAK).body).milliseconds
        for speed in (1.0, 2.0)
    )

    assert fast == pytest.approx(slow / 2, abs=2)


@pytest.mark.parametrize(("speed", "status"), [(0.25, 200), (0.2499, 400), (4.0, 200), (4.0001, 400)])
def test_speed_is_bounded_as_documented(kitchen: MakeKitchen, speed: float, status: int) -> None:
    answer = kitchen("aitre").cook({"with": {"speed": speed, "input": "Hello."}}, SPEAK)

    assert answer.status == status


@pytest.mark.parametrize("text", ["a", "é", "中", "😀"])
def test_input_is_counted_in_code_points(kitchen: MakeKitchen, text: str) -> None:
    """The fault comes after all checks, so that nobody has to speak four thousand letters."""
    cook = kitchen("aitre")
    fault = {"headers": {"x-mockvoice-fault": "do_request_failed"}}

    whole = cook.cook({**fault, "with": {"input": f"repeat:4096:{text}"}}, SPEAK)
    longer = cook.cook({**fault, "with": {"input": f"repeat:4097:{text}"}}, SPEAK)

    assert rule(whole) == "do_request_failed"
    assert (rule(longer), "string_too_long" in error(longer)["message"]) == ("speech_refused", True)


@pytest.mark.parametrize("voice", ["alloy", "echo", "fable", "onyx", "nova", "shimmer", "shim"])
def test_every_documented_voice_speaks(kitchen: MakeKitchen, voice: str) -> None:
    assert kitchen("aitre").cook({"with": {"voice": voice, "input": "Hi."}}, SPEAK).status == 200


def test_shim_is_shimmer_and_nobody_else(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    shim, shimmer, alloy = (cook.cook({"with": {"voice": voice}}, SPEAK).body for voice in ("shim", "shimmer", "alloy"))

    assert shim == shimmer != alloy


def test_members_the_relay_does_not_know_are_lost_on_the_way(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    plain = cook.cook({}, SPEAK)
    decorated = cook.cook({"with": {"instructions": "Whisper.", "stream_format": "sse", "x": [1]}}, SPEAK)

    assert (decorated.media, decorated.body) == ("audio/mpeg", plain.body)


def test_openais_list_of_problems_stands_in_the_message(kitchen: MakeKitchen) -> None:
    answer = kitchen("aitre").cook({"with": {"voice": "bob", "speed": 5}}, SPEAK)

    told = error(answer)["message"].removesuffix(f" (request id: {answer.headers['x-oneapi-request-id']})")

    assert told == (
        "[{'type': 'enum', 'loc': ('body', 'voice'), 'msg': \"Input should be 'nova', 'shimmer', 'echo', 'onyx', "
        "'fable' or 'alloy'\"}, {'type': 'less_than_equal', 'loc': ('body', 'speed'), "
        "'msg': 'Input should be less than or equal to 4'}]"
    )


def test_a_voice_is_refused_in_openais_own_words(kitchen: MakeKitchen) -> None:
    answer = kitchen("aitre", choices={"aitre.voices": "nine"}).cook({"with": {"voice": "cedar"}}, SPEAK)

    assert error(answer)["message"].startswith(
        "[{'type': 'enum', 'loc': ('body', 'voice'), 'msg': \"Input should be 'nova', 'shimmer', 'echo', 'onyx', "
        "'fable', 'alloy', 'ash', 'sage' or 'coral'\"}]"
    )


def test_a_text_too_long_is_told_with_its_limit(kitchen: MakeKitchen) -> None:
    answer = kitchen("aitre").cook({"with": {"input": "repeat:4097:a"}}, SPEAK)

    assert error(answer)["message"].startswith(
        "[{'type': 'string_too_long', 'loc': ('body', 'input'), 'msg': 'String should have at most 4096 characters', "
        "'ctx': {'max_length': 4096}}]"
    )


def test_a_misprint_stays_one_among_nine_voices(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre", choices={"aitre.shim": "misprint", "aitre.voices": "nine"})

    answers = [cook.cook({"with": {"voice": voice}}, SPEAK) for voice in ("shim", "shimmer", "ash")]

    assert [answer.status for answer in answers] == [400, 200, 200]


def test_null_counts_as_left_out(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    nulls = cook.cook({"with": {"speed": None, "response_format": None}}, SPEAK)

    assert (nulls.status, nulls.media, nulls.body) == (200, "audio/mpeg", cook.cook({}, SPEAK).body)


def test_one_api_counts_bytes_before_it_looks_at_the_quota(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre", choices={"aitre.input-length": "bytes"})

    fits = cook.cook({"role": "mock-empty", "with": {"input": "repeat:2048:é"}}, SPEAK)
    too_long = cook.cook({"role": "mock-empty", "with": {"input": "repeat:2049:é"}}, SPEAK)

    assert rule(fits) == "insufficient_user_quota"
    assert error(too_long)["code"] == "text_too_long"


def test_the_documents_empty_object_costs_as_much_as_audio(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre", choices={"aitre.speech-answer": "json"})

    assert charged(cook, SPEAK, {}) == EXAMPLE_PRICE


# -- transcriptions and translations ------------------------------------------------------------------


def test_every_transcript_format_has_its_shape(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    said = "Hello, how can I help you today?"

    answers = {
        form: cook.cook({"with": {"response_format": form}}, TRANSCRIBE)
        for form in ("json", "text", "srt", "vtt", "verbose_json")
    }

    assert answers["json"].json() == {"text": said}
    assert answers["text"].body.decode() == said + "\n"
    assert answers["srt"].body.decode() == f"1\n00:00:00,099 --> 00:00:01,719\n{said}\n\n"
    assert answers["vtt"].body.decode() == f"WEBVTT\n\n00:00:00.099 --> 00:00:01.719\n{said}\n\n"
    verbose = answers["verbose_json"].json()
    assert set(verbose) == {"task", "language", "duration", "text", "segments"}
    assert (verbose["task"], verbose["language"], verbose["duration"]) == ("transcribe", "english", 2.352)
    assert [one["text"] for one in verbose["segments"]] == [said]
    assert {form: answer.media for form, answer in answers.items()} == {
        "json": "application/json",
        "verbose_json": "application/json",
        **dict.fromkeys(("text", "srt", "vtt"), "text/plain; charset=utf-8"),
    }


def test_usage_reaches_the_client_only_if_the_body_passes_as_it_is(kitchen: MakeKitchen) -> None:
    dropped = kitchen("aitre").cook({}, TRANSCRIBE).json()
    passed_on = kitchen("aitre", choices={"aitre.verbose-extras": "passed-on"}).cook({}, TRANSCRIBE).json()

    assert "usage" not in dropped
    assert passed_on["usage"] == {"type": "duration", "seconds": 3}


@pytest.mark.parametrize(
    ("reading", "asked", "members"),
    [
        ("passed-on", ["word"], {"words"}),
        ("passed-on", ["word", "segment"], {"words", "segments"}),
        ("passed-on", [], {"segments"}),
        ("dropped", ["word"], {"segments"}),
    ],
)
def test_times_of_words_come_if_the_body_passes_as_it_is(
    kitchen: MakeKitchen, reading: str, asked: list[str], members: set[str]
) -> None:
    cook = kitchen("aitre", choices={"aitre.verbose-extras": reading})

    answer = cook.cook({"with": {"response_format": "verbose_json", "timestamp_granularities[]": asked}}, TRANSCRIBE)

    assert answer.json().keys() & {"words", "segments"} == members


def test_a_transcription_above_the_balance_takes_what_is_left(kitchen: MakeKitchen) -> None:
    """The last answer comes, and costs no more than there is: nobody says what becomes of a shortfall."""
    cook = with_balance(kitchen("aitre"), 8_000)

    answer = cook.cook({"role": "mock-low", "clips": {"file": "reference-long.flac"}}, TRANSCRIBE)

    assert (answer.status, ledger(cook, "mock-low").balance, ledger(cook, "mock-low").charged) == (200, 0, 8_000)


def test_a_translation_is_english_whatever_was_said(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    verbose = {"with": {"response_format": "verbose_json"}}

    french = cook.cook(verbose, TRANSLATE).json()
    english = cook.cook({**verbose, "clips": {"file": "hello-en.mp3"}}, TRANSLATE).json()
    original = cook.cook({**verbose, "clips": {"file": "hello-fr.mp3"}}, TRANSCRIBE).json()

    assert original["language"] == "french"
    assert (french["task"], french["language"]) == ("translate", "english")
    assert french["text"] not in {"", original["text"]}
    assert english["text"] == "Hello, how can I help you today?"


@pytest.mark.parametrize("clip", ["hello-en.flac", "hello-en.mp3", "hello-en.m4a", "hello-en.ogg", "hello-en.webm"])
def test_a_file_of_each_listed_kind_is_heard(kitchen: MakeKitchen, clip: str) -> None:
    answer = kitchen("aitre").cook({"clips": {"file": clip}}, TRANSCRIBE)

    assert answer.json() == {"text": "Hello, how can I help you today?"}


def upload(cook: Kitchen, filename: str, data: bytes) -> Answer:
    """Send a file of any name to be transcribed."""
    body = form_body({"model": "whisper-1"}, {"file": (filename, data)})
    headers = [
        ("authorization", "Bearer sk-mock-funded"),
        ("content-type", f"multipart/form-data; boundary={BOUNDARY}"),
    ]
    return cook.client.send("POST", "/aitre/v1/audio/transcriptions", headers, body)


@pytest.mark.parametrize(
    ("filename", "status"),
    [("a.MP3", 200), ("a.mpga", 200), ("a.oga", 200), ("a.opus", 400), ("a.mp3.exe", 400), ("a", 400), ("", 400)],
)
def test_the_extension_decides_not_the_content(kitchen: MakeKitchen, filename: str, status: int) -> None:
    answer = upload(kitchen("aitre"), filename, (FIXTURES / "hello-en.mp3").read_bytes())

    assert answer.status == status
    if status == 400:
        assert error(answer)["message"].startswith("Invalid file format. Supported formats: ['flac', 'm4a', 'mp3',")


@pytest.mark.parametrize(("milliseconds", "status"), [(100, 200), (99, 400)])
def test_audio_of_a_tenth_of_a_second_is_long_enough(kitchen: MakeKitchen, milliseconds: int, status: int) -> None:
    samples = b"\0\1" * (16 * milliseconds)

    answer = upload(kitchen("aitre"), "short.wav", codec.encode(samples, 16_000, "wav"))

    assert answer.status == status
    if status == 400:
        assert error(answer)["message"].startswith("Audio file is too short. Minimum audio length is 0.1 seconds.")


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("temperature", "0", 200),
        ("temperature", "1", 200),
        ("temperature", "1.01", 400),
        ("temperature", "-0.01", 400),
        ("language", "en", 200),
        ("language", "EN", 400),
        ("response_format", "diarized_json", 400),
        ("prompt", "Names: Kitta, Hadrian", 200),
        ("stream", "true", 200),
        ("timestamp_granularities[]", "word", 200),
    ],
)
def test_form_fields_are_bounded_and_unknown_ones_ignored(
    kitchen: MakeKitchen, field: str, value: str, status: int
) -> None:
    assert kitchen("aitre").cook({"with": {field: value}}, TRANSCRIBE).status == status


# -- credits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "text", "price"),
    [
        ("tts-1", "a", 8),
        ("tts-1", "ab", 15),
        ("tts-1", "中文", 15),
        ("tts-1", "😀", 8),
        ("tts-1-hd", "a", 15),
        ("tts-1-hd", "ab", 30),
        ("tts", "ab", 15),
    ],
)
def test_speech_costs_its_code_points_times_the_ratio(kitchen: MakeKitchen, model: str, text: str, price: int) -> None:
    assert charged(kitchen("aitre"), SPEAK, {"with": {"model": model, "input": text}}) == price


@pytest.mark.parametrize("operation", [TRANSCRIBE, TRANSLATE])
@pytest.mark.parametrize(
    ("clip", "price"),
    [
        ("silence.wav", 33 * 15),  # 2 s are 33.33 tokens
        ("hello-en.mp3", 50 * 15),  # 2.352 s are 3 s: 50 tokens
        ("reference-10s.wav", 167 * 15),  # 10 s to the millisecond: 166.67 tokens
        ("example.mp3", 217 * 15),  # 12.4 s are 13 s: 216.67 tokens
        ("reference-long.flac", 5_017 * 15),  # 301 s
    ],
)
def test_audio_costs_by_the_started_second(kitchen: MakeKitchen, operation: str, clip: str, price: int) -> None:
    assert charged(kitchen("aitre"), operation, {"clips": {"file": clip}}) == price


def test_by_the_comment_a_minute_costs_a_fifth(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre", choices={"aitre.minute-price": "comment"})

    assert charged(cook, TRANSCRIBE, {}) == 50 * 3


@pytest.mark.slow
def test_a_price_that_rounds_to_nothing_is_one_unit(edited: MakeKitchen) -> None:
    cook = edited("aitre", {"/paths/~1v1~1audio~1speech/post/x-voice-billing/steps/0/per": 100_000})

    assert charged(cook, SPEAK, {}) == 1


def test_credit_for_exactly_one_example_pays_for_one(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    first = cook.cook({"role": "mock-low"}, SPEAK)
    second = cook.cook({"role": "mock-low"}, SPEAK)

    assert (first.status, ledger(cook, "mock-low").balance) == (200, 0)
    assert (second.status, error(second)["code"]) == (403, "insufficient_user_quota")


def test_one_unit_less_than_the_price_is_too_little(kitchen: MakeKitchen) -> None:
    cook = with_balance(kitchen("aitre"), EXAMPLE_PRICE - 1)

    answer = cook.cook({"role": "mock-low"}, SPEAK)

    assert (answer.status, ledger(cook, "mock-low").balance) == (403, EXAMPLE_PRICE - 1)


@pytest.mark.parametrize("operation", [TRANSCRIBE, TRANSLATE])
@pytest.mark.parametrize(("balance", "status"), [(7_500, 200), (7_499, 403)])
def test_five_hundred_tokens_are_charged_before_audio_is_heard(
    kitchen: MakeKitchen, operation: str, balance: int, status: int
) -> None:
    cook = with_balance(kitchen("aitre"), balance)

    answer = cook.cook({"role": "mock-low", "clips": {"file": "hello-en.mp3"}}, operation)

    assert answer.status == status
    assert ledger(cook, "mock-low").balance == (balance - 750 if status == 200 else balance)


@pytest.mark.parametrize(
    ("operation", "balance", "kinds", "price"),
    [
        (SPEAK, 33_800, ["hold"], EXAMPLE_PRICE),
        (SPEAK, 33_801, ["settle"], EXAMPLE_PRICE),
        (TRANSCRIBE, 750_000, ["hold", "settle"], 750),
        (TRANSCRIBE, 750_001, ["settle"], 750),
    ],
)
def test_nothing_is_charged_beforehand_above_a_hundred_times_as_much(
    kitchen: MakeKitchen, operation: str, balance: int, kinds: list[str], price: int
) -> None:
    cook = with_balance(kitchen("aitre"), balance)

    cook.cook({"role": "mock-low"}, operation)

    assert [kind for _, kind, _, _ in ledger(cook, "mock-low").entries[1:]] == kinds
    assert ledger(cook, "mock-low").balance == balance - price


@pytest.mark.parametrize(
    "recipe",
    [
        {"clips": {"file": "corrupt.flac"}},
        {"clips": {"file": "blip.wav"}},
        {"with": {"response_format": "xml"}},
        {"headers": {"x-mockvoice-fault": "upstream_failed"}},
    ],
)
def test_what_was_charged_beforehand_comes_back_on_failure(kitchen: MakeKitchen, recipe: dict[str, Any]) -> None:
    cook = with_balance(kitchen("aitre"), 7_500)

    answer = cook.cook({"role": "mock-low", **recipe}, TRANSCRIBE)

    assert answer.status in {400, 500}
    assert [kind for _, kind, _, _ in ledger(cook, "mock-low").entries[1:]] == ["hold", "release"]
    assert (ledger(cook, "mock-low").balance, ledger(cook, "mock-low").charged) == (7_500, 0)


def test_two_hundred_at_once_never_overspend(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    body = b'{"model": "tts", "input": "The quick brown fox jumped over the lazy dog.", "voice": "alloy"}'
    headers = [("authorization", "Bearer sk-mock-low"), ("content-type", "application/json")]

    answers = cook.client.send_all([("POST", "/aitre/v1/audio/speech", headers, body)] * 200)

    assert sorted(answer.status for answer in answers) == [200] + [403] * 199
    assert ledger(cook, "mock-low").balance == 0


@pytest.mark.parametrize(("balance", "served"), [(7_500, 1), (14_999, 1), (15_000, 2), (750_001, 200)])
def test_two_hundred_uploads_at_once_are_never_charged_more_than_there_is(
    kitchen: MakeKitchen, balance: int, served: int
) -> None:
    """Above a hundred times the pre-charge the relay trusts: it may serve more than is paid for, and stops at zero."""
    cook = with_balance(kitchen("aitre"), balance)
    clip = (FIXTURES / "reference-long.flac").read_bytes()
    body = form_body({"model": "whisper-1"}, {"file": ("long.flac", clip)})
    headers = [("authorization", "Bearer sk-mock-low"), ("content-type", f"multipart/form-data; boundary={BOUNDARY}")]

    answers = cook.client.send_all([("POST", "/aitre/v1/audio/transcriptions", headers, body)] * 200)

    assert sorted(answer.status for answer in answers) == [200] * served + [403] * (200 - served)
    assert (ledger(cook, "mock-low").balance, ledger(cook, "mock-low").charged) == (0, balance)


def test_models_cost_nothing(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    answers = [cook.cook({"role": "mock-empty"}, operation) for operation in ("listModels", "getModel")]

    assert [answer.status for answer in answers] == [200, 200]


# -- limits -------------------------------------------------------------------------------------------


def test_the_window_opens_again(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    inside = [cook.cook({"role": "mock-limited"}, SPEAK).status for _ in range(2)]
    cook.client.advance(60)

    assert inside == [200, 429]
    assert cook.cook({"role": "mock-limited"}, SPEAK).status == 200


def test_the_last_of_a_thousand_requests_is_served_and_no_header_tells_of_them(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    account = cook.desk.roster.find("sk-mock-limited")
    assert account is not None
    account.windows["per-minute"].used = 0
    recipe = {"role": "mock-limited", "with": {"voice": "nobody"}}

    answers = [cook.cook(recipe, SPEAK) for _ in range(1_001)]

    assert [rule(answer) for answer in answers[998:]] == ["speech_refused", "speech_refused", "too_many_requests"]
    assert not [name for answer in answers[999:] for name in answer.headers if "rate" in name or "retry" in name]


def test_the_message_tells_the_limit(kitchen: MakeKitchen) -> None:
    answer = kitchen("aitre").cook({"role": "mock-limited", "times": 2}, SPEAK)

    assert error(answer)["message"].startswith("You have reached the limit of 1000 requests in 60 seconds (")
    assert set(error(answer)) == {"message", "type"}


def test_models_are_not_limited(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    cook.cook({"role": "mock-limited", "times": 2}, SPEAK)

    assert cook.cook({"role": "mock-limited", "times": 5}, "listModels").status == 200


def test_the_limiter_by_address_answers_with_an_empty_body(kitchen: MakeKitchen) -> None:
    answer = kitchen("aitre").cook({"headers": {"x-mockvoice-fault": "address_limited"}}, "listModels")

    assert (answer.status, answer.body, answer.media) == (429, b"", "")
    assert "x-oneapi-request-id" in answer.headers


# -- who speaks first ---------------------------------------------------------------------------------

BAD_VOICE = {"with": {"voice": "nobody"}}


@pytest.mark.parametrize(
    ("operation", "recipe", "first"),
    [
        (SPEAK, {"role": None, "method": "PATCH"}, "method_not_allowed"),
        (SPEAK, {"token": "sk-nobody", "raw": "{"}, "invalid_token"),
        (SPEAK, {"role": "mock-limited", "first": [{"operation": SPEAK, "role": "mock-limited"}], "raw": "{"},
         "too_many_requests"),
        (SPEAK, {"role": "mock-empty", "raw": "{"}, "invalid_request"),
        (SPEAK, {"role": "mock-empty", "without": ["model"]}, "invalid_audio_request"),
        (SPEAK, {"role": "mock-empty", "with": {"model": "tts-9"}}, "no_channel"),
        (SPEAK, {"role": "mock-empty", "with": {"speed": "fast"}}, "invalid_audio_request"),
        (SPEAK, {"with": {"speed": "fast", "voice": "nobody"}}, "invalid_audio_request"),
        (SPEAK, {"with": {"model": "tts-9", "voice": "nobody"}, "without": ["input"]}, "no_channel"),
        (SPEAK, {"role": "mock-empty", **BAD_VOICE}, "insufficient_user_quota"),
        (SPEAK, {"role": "mock-empty", "without": ["input"]}, "insufficient_user_quota"),
        (SPEAK, {"role": "mock-low", "with": {"input": "repeat:4097:a"}}, "insufficient_user_quota"),
        (SPEAK, {"role": "mock-low", **BAD_VOICE}, "speech_refused"),
        (SPEAK, {"headers": {"x-mockvoice-fault": "upstream_failed"}, **BAD_VOICE}, "speech_refused"),
        (TRANSCRIBE, {"role": "mock-empty", "without": ["model", "file"]}, "invalid_audio_request"),
        (TRANSCRIBE, {"role": "mock-empty", "with": {"model": "whisper-9"}}, "no_channel"),
        (TRANSCRIBE, {"role": "mock-empty", "without": ["file"]}, "insufficient_user_quota"),
        (TRANSCRIBE, {"role": "mock-empty", "with": {"response_format": "xml"}}, "insufficient_user_quota"),
        (TRANSCRIBE, {"role": "mock-empty", "clips": {"file": "not-audio.mp3"}}, "insufficient_user_quota"),
        (TRANSCRIBE, {"with": {"temperature": 9}, "clips": {"file": "not-audio.mp3"}}, "form_refused"),
        (TRANSCRIBE, {"with": {"model": "whisper-9", "temperature": 9}}, "no_channel"),
    ],
)  # fmt: skip
def test_the_relay_speaks_before_openai(
    kitchen: MakeKitchen, operation: str, recipe: dict[str, Any], first: str
) -> None:
    """Key, limiter, body, model and quota are the relay's; voices, lengths, formats and files OpenAI's."""
    assert rule(kitchen("aitre").cook(recipe, operation)) == first


def test_a_refusal_by_openai_leaves_the_balance_alone(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    cook.cook({"role": "mock-low", **BAD_VOICE}, SPEAK)

    assert ledger(cook, "mock-low").balance == EXAMPLE_PRICE


# -- keys, ids and envelopes --------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["Bearer sk-mock-funded", "bearer sk-mock-funded", "Bearer mock-funded"])
def test_a_key_counts_with_or_without_its_prefix(kitchen: MakeKitchen, value: str) -> None:
    assert kitchen("aitre").cook({"headers": {"authorization": value}}, "listModels").status == 200


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "sk-mock-funded", "Basic c2s6bW9jaw==", "Bearer sk-sk-mock-funded"]
)
def test_anything_else_is_no_key(kitchen: MakeKitchen, value: str) -> None:
    answer = kitchen("aitre").cook({"headers": {"authorization": value}}, "listModels")

    assert (answer.status, error(answer)["type"]) == (401, "new_api_error")


def test_every_answer_carries_an_id_and_its_message_ends_with_it(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    good = cook.cook({}, SPEAK)
    bad = [
        cook.cook({"role": None}, SPEAK),
        cook.cook({"role": "mock-empty"}, SPEAK),
        cook.cook(BAD_VOICE, SPEAK),
        cook.cook({"clips": {"file": "corrupt.flac"}}, TRANSCRIBE),
        cook.cook({"with": {"model": "tts-9"}}, SPEAK),
    ]

    ids = [answer.headers["x-oneapi-request-id"] for answer in (good, *bad)]
    assert len(set(ids)) == 6
    assert all(one.startswith("20260101000000000000000") and len(one) == 31 for one in ids)
    assert [error(answer)["message"].rpartition(" (request id: ")[2] for answer in bad] == [
        f"{one})" for one in ids[1:]
    ]


@pytest.mark.parametrize(("fault", "members"), [
    ("token_expired", {"message", "type"}),
    ("group_disabled", {"message", "type"}),
    ("internal_error", {"message", "type"}),
    ("get_channel_failed", {"message", "type", "param", "code"}),
    ("upstream_saturated", {"message", "type", "param", "code"}),
])  # fmt: skip
def test_the_door_and_the_inside_have_an_envelope_each(kitchen: MakeKitchen, fault: str, members: set[str]) -> None:
    answer = kitchen("aitre").cook({"headers": {"x-mockvoice-fault": fault}}, SPEAK)

    assert set(error(answer)) == members


def test_a_status_that_is_not_openais_is_handed_on_with_itself_as_param(kitchen: MakeKitchen) -> None:
    answer = kitchen("aitre").cook({"headers": {"x-mockvoice-fault": "bad_response_status_code"}}, SPEAK)

    told = error(answer)
    assert (answer.status, told["type"], told["param"], told["code"]) == (
        502, "upstream_error", "502", "bad_response_status_code",
    )  # fmt: skip


def test_a_spent_key_is_shown_with_its_middle_hidden(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre", choices={"aitre.quota-short": "token-spent"})

    answer = cook.cook({"role": "mock-empty"}, TRANSCRIBE)

    assert answer.status == 401
    assert "sk-moc***pty" in error(answer)["message"]
    assert "sk-mock-empty" not in answer.body.decode()


@pytest.mark.parametrize("operation", [SPEAK, TRANSCRIBE, TRANSLATE])
def test_an_empty_model_is_a_missing_one(kitchen: MakeKitchen, operation: str) -> None:
    cook = kitchen("aitre")

    missing, empty = (error(cook.cook(one, operation)) for one in ({"without": ["model"]}, {"with": {"model": ""}}))

    assert missing["message"].startswith("model is required (request id: ")
    assert {**missing, "message": ""} == {**empty, "message": ""}
    assert empty["message"].startswith("model is required (request id: ")


def test_one_api_takes_whatever_model_is_named_or_not(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre", choices={"aitre.missing-model": "whisper-1", "aitre.model-spelling": "exact"})

    recipes: list[dict[str, Any]] = [{"without": ["model"]}, *({"with": {"model": name}} for name in ("", "gpt-5"))]

    assert [cook.cook(one, operation).status for one in recipes for operation in (TRANSCRIBE, TRANSLATE)] == [200] * 6


@pytest.mark.parametrize(
    ("row", "reading", "recipe"),
    [
        ("input-length", "bytes", {"operation": SPEAK, "with": {"input": "repeat:4097:a"}}),
        ("unreadable-body", "one-api", {"operation": SPEAK, "raw": "{"}),
        ("stt-upstream-errors", "wrapped", {"operation": TRANSCRIBE, "clips": {"file": "not-audio.mp3"}}),
        ("missing-model", "whisper-1", {"operation": TRANSCRIBE, "role": None}),
    ],
)
@pytest.mark.parametrize("software", [None, "one-api", "new-api"])
def test_the_type_of_an_error_follows_the_software(
    kitchen: MakeKitchen, row: str, reading: str, recipe: dict[str, Any], software: str | None
) -> None:
    """A reading that only One-API has makes the relay One-API, unless somebody says otherwise."""
    named = {} if software is None else {"aitre.relay-software": software}

    answer = kitchen("aitre", choices={**named, f"aitre.{row}": reading}).cook(recipe)

    assert error(answer)["type"] == ("new_api_error" if software == "new-api" else "one_api_error")


def test_a_model_is_listed_as_far_as_it_is_mapped(kitchen: MakeKitchen) -> None:
    mapped, bare = (kitchen("aitre", choices={"aitre.example-model": one}) for one in ("mapped", "no-channel"))

    shown = [cook.cook({"path": {"model": "tts"}}, "getModel").json() for cook in (mapped, bare)]
    listed = [{one["id"] for one in cook.cook({}, "listModels").json()["data"]} for cook in (mapped, bare)]

    assert [one.get("id") for one in shown] == ["tts", None]
    assert ["tts" in one for one in listed] == [True, False]


def test_every_model_of_the_list_can_be_looked_up(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    listed = cook.cook({}, "listModels").json()["data"]

    assert {"tts-1", "tts-1-hd", "whisper-1"} <= {one["id"] for one in listed}
    assert [cook.cook({"path": {"model": one["id"]}}, "getModel").json() for one in listed] == listed
    assert {one["created"] for one in listed} == {1626777600}


# -- the spec drives ----------------------------------------------------------------------------------


@pytest.mark.slow
# The same is asked of the other providers in every run; a change of this spec takes longest to check.
@pytest.mark.long
class TestTheSpecDrives:
    """A changed copy of the spec changes the wire; no Python is touched."""

    def test_an_enum(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/components/schemas/SpeechRequest/properties/voice/enum": ["alloy", "zoe"]})

        assert cook.cook({"with": {"voice": "zoe"}}, SPEAK).status == 200
        assert cook.cook({"with": {"voice": "echo"}}, SPEAK).status == 400

    def test_the_models_that_have_a_channel(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/components/schemas/SpeechRequest/properties/model/enum": ["tts", "tts-9"]})

        assert cook.cook({"with": {"model": "tts-9"}}, SPEAK).status == 200
        assert cook.cook({"with": {"model": "tts-1"}}, SPEAK).status == 503

    def test_a_bound(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/components/schemas/SpeechRequest/properties/input/maxLength": 45})

        assert cook.cook({}, SPEAK).status == 200
        assert cook.cook({"with": {"input": "repeat:46:a"}}, SPEAK).status == 400

    def test_a_default(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/components/schemas/SpeechRequest/properties/response_format/default": "flac"})

        answer = cook.cook({}, SPEAK)

        assert (answer.media, answer.body[:4]) == ("audio/flac", b"fLaC")

    def test_a_price(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/paths/~1v1~1audio~1speech/post/x-voice-billing/steps/0/give/values/tts-1": 4})

        assert charged(cook, SPEAK, {"with": {"model": "tts-1", "input": "abc"}}) == 6

    def test_a_pre_charge(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/paths/~1v1~1audio~1transcriptions/post/x-voice-billing/hold": 338})

        assert cook.cook({"role": "mock-low"}, TRANSCRIBE).status == 200

    def test_an_error_status(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/x-voice-errors/insufficient_user_quota/status": 429})

        assert cook.cook({"role": "mock-empty"}, SPEAK).status == 429

    def test_a_header(self, edited: MakeKitchen) -> None:
        pointer = "/paths/~1v1~1audio~1speech/post/responses/200/headers"
        cook = edited("aitre", {pointer: {"X-Relay-Id": {"$ref": "#/components/headers/RequestId"}}})

        headers = cook.cook({}, SPEAK).headers

        assert len(headers["x-relay-id"]) == 31
        assert "x-oneapi-request-id" not in headers

    def test_a_limit(self, edited: MakeKitchen) -> None:
        changes = {"/x-voice-limits/windows/per-minute/allowances/*": 3, "/x-mock-accounts/mock-limited/used": {}}
        cook = edited("aitre", changes)

        assert [cook.cook({"role": "mock-limited"}, SPEAK).status for _ in range(4)] == [200, 200, 200, 429]

    def test_who_speaks_first(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/x-voice-precedence/upstream": []})

        assert rule(cook.cook({"role": "mock-empty", **BAD_VOICE}, SPEAK)) == "speech_refused"

    def test_the_shortest_audio(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/x-voice-figures/shortest-seconds/value": 0.05})

        assert cook.cook({"clips": {"file": "blip.wav"}}, TRANSCRIBE).status == 200

    def test_the_catalogue(self, edited: MakeKitchen) -> None:
        cook = edited("aitre", {"/x-mock-figures/models/value": {"flux": "black-forest"}})

        assert cook.cook({}, "getModel").json()["owned_by"] == "black-forest"


# -- the official client ------------------------------------------------------------------------------


@pytest.fixture
def client(serve: Callable[..., str]) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{serve('aitre')}/aitre/v1", api_key="sk-mock-funded", max_retries=0) as one:
        yield one


@pytest.mark.parametrize(("form", "container"), [("mp3", "mp3"), ("opus", "ogg"), ("aac", "aac"), ("flac", "flac")])
def test_the_client_gets_speech_in_each_format(client: openai.OpenAI, form: Any, container: str) -> None:
    answer = client.audio.speech.create(model="tts-1", voice="alloy", input="Hello there.", response_format=form)

    assert codec.examine(answer.content).container == container


def test_the_client_streams_speech_into_a_file(client: openai.OpenAI, tmp_path: Path) -> None:
    whole = client.audio.speech.create(model="tts-1-hd", voice="nova", input="Hello there.").content

    with client.audio.speech.with_streaming_response.create(
        model="tts-1-hd", voice="nova", input="Hello there."
    ) as answer:
        answer.stream_to_file(tmp_path / "speech.mp3")

    assert (tmp_path / "speech.mp3").read_bytes() == whole
    assert answer.headers["openai-version"] == "2020-10-01"


def test_the_client_gets_each_form_of_a_transcript(client: openai.OpenAI) -> None:
    said = "Hello, how can I help you today?"

    def transcribe(form: Any) -> Any:
        clip = ("hello.mp3", (FIXTURES / "hello-en.mp3").read_bytes())
        return client.audio.transcriptions.create(model="whisper-1", file=clip, response_format=form, language="en")

    assert transcribe("json").text == said
    assert transcribe("text") == said + "\n"
    assert transcribe("srt").startswith("1\n00:00:00,099 --> ")
    assert transcribe("vtt").startswith("WEBVTT\n\n")
    verbose = transcribe("verbose_json")
    assert (verbose.language, verbose.duration, verbose.segments[0].text) == ("english", 2.352, said)


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")  # the client's own, of this very call
def test_the_client_gets_translations(client: openai.OpenAI) -> None:
    def translate(form: Any) -> Any:
        clip = ("hello.mp3", (FIXTURES / "hello-en.mp3").read_bytes())
        return client.audio.translations.create(model="whisper-1", file=clip, response_format=form)

    assert translate("json").text == "Hello, how can I help you today?"
    assert translate("verbose_json").language == "english"
    assert translate("srt").startswith("1\n")


def test_the_client_lists_and_retrieves_models(client: openai.OpenAI) -> None:
    listed = [model.id for model in client.models.list()]

    assert listed == [*spec("aitre").figure("models"), *spec("aitre").figure("mapped-models")]
    assert client.models.retrieve("whisper-1").owned_by == "openai"


def test_the_client_lists_models_in_the_relays_form_as_well(serve: Callable[..., str]) -> None:
    url = serve("aitre", choices={"aitre.models-list": "success"})

    with openai.OpenAI(base_url=f"{url}/aitre/v1", api_key="sk-mock-funded", max_retries=0) as client:
        listed = [model.id for model in client.models.list()]

    assert "tts-1" in listed


def test_the_client_takes_a_missing_model_for_a_model(client: openai.OpenAI) -> None:
    """An error under status 200 raises nothing: whoever uses the relay has to look."""
    found = client.models.retrieve("nothing-of-the-kind")

    assert found.model_extra is not None
    assert found.model_extra["error"]["code"] == "model_not_found"


@pytest.mark.parametrize(
    ("key", "changes", "raised", "code"),
    [
        ("sk-nobody", {}, openai.AuthenticationError, None),
        ("sk-mock-forbidden", {}, openai.PermissionDeniedError, None),
        ("sk-mock-empty", {}, openai.PermissionDeniedError, "insufficient_user_quota"),
        ("sk-mock-funded", {"voice": "nobody"}, openai.BadRequestError, None),
        ("sk-mock-funded", {"model": ""}, openai.BadRequestError, "invalid_audio_request"),
        ("sk-mock-funded", {"model": "tts-9"}, openai.InternalServerError, None),
        ("sk-mock-funded", {"extra_headers": {"x-mockvoice-fault": "upstream_saturated"}}, openai.RateLimitError,
         "rate_limit_exceeded"),
    ],
)  # fmt: skip
def test_the_client_raises_its_own_error_for_each(
    client: openai.OpenAI, key: str, changes: dict[str, Any], raised: type[openai.APIStatusError], code: str | None
) -> None:
    request = {"model": "tts-1", "voice": "alloy", "input": "Hello.", **changes}

    with pytest.raises(raised) as caught:
        client.with_options(api_key=key).audio.speech.create(**request)

    assert caught.value.code == code
    assert caught.value.response.headers["x-oneapi-request-id"] in caught.value.message


def test_the_control_plane_shows_what_a_call_cost(client: openai.OpenAI) -> None:
    client.audio.speech.create(model="tts-1", voice="alloy", input="ab")

    with urllib.request.urlopen(str(client.base_url).replace("/aitre/v1/", "/_mock/accounts")) as answer:
        shown = json.load(answer)

    assert shown["aitre"]["accounts"]["mock-funded"]["charged"] == 15


def test_the_documents_own_request_is_the_example(kitchen: MakeKitchen) -> None:
    """Word for word the curl of the page."""
    cook = kitchen("aitre")
    text = """{
    "model": "tts",
    "input": "The quick brown fox jumped over the lazy dog.",
    "voice": "alloy"
  }"""

    answer = cook.cook({"raw": text}, SPEAK)

    assert (
        json.loads(text)
        == spec("aitre").place(SPEAK)[2]["requestBody"]["content"]["application/json"]["examples"]["documented"][
            "value"
        ]
    )
    assert (answer.status, answer.media) == (200, "audio/mpeg")
