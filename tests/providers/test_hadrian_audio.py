"""hadrian, the audio behind the gateway: formats, models, events, speakers, what the upstream refuses."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockvoice.audio import codec
from mockvoice.audio.voice import spoken_milliseconds
from mockvoice.openapi.recipes import BOUNDARY, form_body
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.specs import spec
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
SPEAK = "createSpeech"
TRANSCRIBE = "createTranscription"
TRANSLATE = "createTranslation"
HELLO = "Hello, how can I help you today?"
DIARIZE = "gpt-4o-transcribe-diarize"
MAXIMUM = 26_214_400
VOICES = [
    "alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin", "cedar",
]  # fmt: skip


def error(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    return found


def rule(answer: Answer) -> str:
    return answer.headers["x-mockvoice-hint"].partition(";")[0].removeprefix("rule ")


def transcribe(cook: Kitchen, clip: str = "hello-en.mp3", operation: str = TRANSCRIBE, **changes: Any) -> Answer:
    """Send a clip; the names of arrays in `changes` get their brackets."""
    fields = {f"{name}[]" if isinstance(value, list) else name: value for name, value in changes.items()}
    return cook.cook({"with": fields, "clips": {"file": clip}}, operation)


def upload(cook: Kitchen, operation: str, filename: str, data: bytes, **fields: str) -> Answer:
    path = cook.prefix + cook.spec.place(operation)[1]
    headers = [
        ("authorization", "Bearer gw_mock-funded"),
        ("content-type", f"multipart/form-data; boundary={BOUNDARY}"),
    ]
    body = form_body({"model": "whisper-1", **fields}, {"file": (filename, data)})
    return cook.client.send("POST", path, headers, body)


def events(answer: Answer) -> list[dict[str, Any]]:
    """Return the events of a stream; each is a bare data line and an empty line, and none says [DONE]."""
    pieces = answer.body.decode().split("\n\n")
    assert pieces.pop() == ""
    assert all(piece.startswith("data: {") and "\n" not in piece for piece in pieces)
    return [json.loads(piece.removeprefix("data: ")) for piece in pieces]


# -- speech -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "media", "container", "rate"),
    [
        ("mp3", "audio/mpeg", "mp3", 24_000),
        ("opus", "audio/opus", "ogg", 48_000),
        ("aac", "audio/aac", "aac", 24_000),
        ("flac", "audio/flac", "flac", 24_000),
        ("wav", "audio/wav", "wav", 24_000),
    ],
)
def test_each_format_is_real_audio_of_its_kind(
    kitchen: MakeKitchen, name: str, media: str, container: str, rate: int
) -> None:
    answer = kitchen("hadrian").cook({"with": {"response_format": name}}, SPEAK)

    sound = codec.examine(answer.body)

    assert (answer.status, answer.media) == (200, media)
    assert (sound.container, sound.sample_rate, sound.channels) == (container, rate, 1)
    assert sound.milliseconds == pytest.approx(spoken_milliseconds(HELLO), abs=80)


def test_pcm_is_the_wav_without_its_header(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    pcm, wav = (cook.cook({"with": {"response_format": name}}, SPEAK) for name in ("pcm", "wav"))

    assert (pcm.status, pcm.media) == (200, "audio/pcm")
    assert wav.body[44:] == pcm.body
    assert len(pcm.body) == 24_000 * 2 * spoken_milliseconds(HELLO) // 1000


def test_speed_shortens_the_speech_and_not_its_price(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    slow, plain, fast = (
        cook.cook({"with": {"response_format": "pcm", "speed": speed}}, SPEAK) for speed in (0.5, 1.0, 4.0)
    )

    tick = 24_000 * 2 * 24 // 1000
    assert len(slow.body) == pytest.approx(2 * len(plain.body), abs=tick)
    assert len(fast.body) == pytest.approx(len(plain.body) / 4, abs=tick)
    assert {one.headers["x-cost-microcents"] for one in (slow, plain, fast)} == {"480"}


def test_voices_sound_different_and_instructions_do_not_matter_to_tts_1(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    alloy, echo, instructed = (
        cook.cook({"with": {"response_format": "pcm", **one}}, SPEAK).body
        for one in ({}, {"voice": "echo"}, {"instructions": "Whisper."})
    )

    assert alloy != echo
    assert alloy == instructed


@pytest.mark.parametrize("voice", VOICES)
def test_the_old_models_may_have_nine_voices_and_the_new_one_all(kitchen: MakeKitchen, voice: str) -> None:
    cook = kitchen("hadrian", choices={"hadrian.newer-voices-on-tts-1": "refused"})
    status = 400 if voice in {"ballad", "verse", "marin", "cedar"} else 200

    answers = [cook.cook({"with": {"voice": voice, "model": name}}, SPEAK) for name in ("tts-1", "tts-1-hd")]
    newer = cook.cook({"with": {"voice": voice, "model": "gpt-4o-mini-tts"}}, SPEAK)

    assert [answer.status for answer in answers] == [status, status]
    assert newer.status == 200


def test_a_voice_the_model_lacks_is_refused_in_the_upstreams_own_words(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian", choices={"hadrian.newer-voices-on-tts-1": "refused"})

    answer = cook.cook({"with": {"voice": "cedar"}}, SPEAK)

    found = error(answer)

    assert (found["type"], found["param"], found["code"]) == ("invalid_request_error", None, None)
    assert found["message"] == (
        "[{'type': 'enum', 'loc': ('body', 'voice'), 'msg': \"Input should be 'nova', 'shimmer', 'echo', 'onyx', "
        "'fable', 'alloy', 'ash', 'sage' or 'coral'\"}]"
    )


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_of_the_page_speaks_with_every_model(kitchen: MakeKitchen, voice: str) -> None:
    cook = kitchen("hadrian")

    answers = [
        cook.cook({"with": {"voice": voice, "model": name, "input": "Hi."}}, SPEAK) for name in ("tts-1", "tts-1-hd")
    ]

    assert [answer.status for answer in answers] == [200, 200]


def test_the_page_does_not_stream_whisper(kitchen: MakeKitchen) -> None:
    answer = transcribe(kitchen("hadrian"), stream="true")

    assert (answer.status, error(answer)["param"]) == (400, "stream")


def test_an_empty_text_is_refused_by_the_upstream(kitchen: MakeKitchen) -> None:
    answer = kitchen("hadrian").cook({"with": {"input": ""}}, SPEAK)

    assert (answer.status, answer.headers["x-character-count"]) == (400, "0")
    assert "'string_too_short'" in error(answer)["message"]


@pytest.mark.parametrize("delivery", ["whole", "incremental"])
@pytest.mark.parametrize("name", ["mp3", "wav", "pcm"])
def test_the_events_of_speech_carry_the_same_file(kitchen: MakeKitchen, name: str, delivery: str) -> None:
    cook = kitchen("hadrian", choices={"hadrian.sse-delivery": delivery})
    recipe = {"model": "gpt-4o-mini-tts", "response_format": name}

    whole = cook.cook({"with": recipe}, SPEAK)
    streamed = cook.cook({"with": {**recipe, "stream_format": "sse"}}, SPEAK)

    *deltas, done = events(streamed)
    assert streamed.media == "text/event-stream"
    assert b"".join(base64.b64decode(one["audio"]) for one in deltas) == whole.body
    assert {one["type"] for one in deltas} == {"speech.audio.delta"}
    # 32 code points are 8 tokens; 2,352 ms at 37 tokens for 4 s are 21.8.
    assert done == {
        "type": "speech.audio.done",
        "usage": {"input_tokens": 8, "output_tokens": 22, "total_tokens": 30},
    }
    assert streamed.headers["x-cost-microcents"] == whole.headers["x-cost-microcents"]


@pytest.mark.parametrize("model", ["tts-1", "tts-1-hd"])
def test_the_old_models_do_not_stream_events(kitchen: MakeKitchen, model: str) -> None:
    cook = kitchen("hadrian")

    answer = cook.cook({"with": {"model": model, "stream_format": "sse"}}, SPEAK)

    assert (answer.status, error(answer)["param"]) == (400, "stream_format")
    assert cook.cook({"with": {"model": model, "stream_format": "audio"}}, SPEAK).status == 200


@pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-mini-tts-2026-01-01", "TTS-1"])
def test_a_model_that_does_not_speak_does_not_exist(kitchen: MakeKitchen, model: str) -> None:
    answer = kitchen("hadrian").cook({"with": {"model": model}}, SPEAK)

    assert (answer.status, error(answer)["code"]) == (404, "model_not_found")
    assert error(answer)["message"] == f"The model `{model}` does not exist or you do not have access to it."


# -- transcriptions: formats and models ---------------------------------------------------------------


def test_json_has_text_and_usage_and_nothing_null(kitchen: MakeKitchen) -> None:
    answer = transcribe(kitchen("hadrian"))

    assert answer.json() == {"text": HELLO, "usage": {"type": "duration", "seconds": 3}}


@pytest.mark.parametrize(
    ("model", "usage"),
    [
        ("whisper-1", {"type": "duration", "seconds": 3}),
        (DIARIZE, {"type": "duration", "seconds": 3}),
        ("gpt-transcribe", {"type": "duration", "seconds": 3}),
        *[
            (
                model,
                {
                    "type": "tokens",
                    "input_tokens": 22,
                    "input_token_details": {"text_tokens": 0, "audio_tokens": 22},
                    "output_tokens": 8,
                    "total_tokens": 30,
                },
            )
            for model in ("gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-mini-transcribe-2025-12-15")
        ],
    ],
)
def test_usage_is_told_as_the_model_tells_it(kitchen: MakeKitchen, model: str, usage: dict[str, Any]) -> None:
    assert transcribe(kitchen("hadrian"), model=model).json() == {"text": HELLO, "usage": usage}


def test_a_prompt_counts_as_tokens_of_text(kitchen: MakeKitchen) -> None:
    usage = transcribe(kitchen("hadrian"), model="gpt-4o-transcribe", prompt="A call to a shop.").json()["usage"]

    assert usage["input_token_details"] == {"text_tokens": 5, "audio_tokens": 22}
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] == 35


def test_text_is_the_bare_text(kitchen: MakeKitchen) -> None:
    answer = transcribe(kitchen("hadrian"), response_format="text")

    assert (answer.media, answer.body.decode()) == ("text/plain", HELLO + "\n")


def test_srt_numbers_its_cues(kitchen: MakeKitchen) -> None:
    answer = transcribe(kitchen("hadrian"), "dialogue-en.mp3", response_format="srt")

    cues = answer.body.decode().split("\n\n")[:-1]

    assert answer.media == "text/plain"
    assert [cue.split("\n")[0] for cue in cues] == ["1", "2", "3"]
    assert cues[0].split("\n")[1].startswith("00:00:00,099 --> 00:00:02,0")
    assert cues[2].endswith("\nOf course, let me look it up.")


def test_vtt_has_its_head(kitchen: MakeKitchen) -> None:
    answer = transcribe(kitchen("hadrian"), response_format="vtt")

    assert answer.media == "text/plain"
    assert answer.body.startswith(b"WEBVTT\n\n00:00:00.099 --> 00:00:01.")


@pytest.mark.parametrize(
    ("asked", "members"),
    [
        (None, {"segments"}),
        (["segment"], {"segments"}),
        (["word"], {"words"}),
        (["word", "segment"], {"words", "segments"}),
    ],
)
def test_verbose_json_carries_what_was_asked_for(
    kitchen: MakeKitchen, asked: list[str] | None, members: set[str]
) -> None:
    changes: dict[str, Any] = {} if asked is None else {"timestamp_granularities": asked}

    body = transcribe(kitchen("hadrian"), response_format="verbose_json", **changes).json()

    assert set(body) == {"task", "language", "duration", "text", "usage", *members}
    assert (body["task"], body["language"], body["text"]) == ("transcribe", "english", HELLO)


@pytest.mark.parametrize(
    ("clip", "language"), [("hello-en.mp3", "english"), ("hello-fr.mp3", "french"), ("hello-zh.mp3", "chinese")]
)
def test_words_and_segments_lie_inside_the_audio_and_join_to_the_text(
    kitchen: MakeKitchen, clip: str, language: str
) -> None:
    both = ["word", "segment"]

    body = transcribe(
        kitchen("hadrian"), clip, response_format="verbose_json", timestamp_granularities=both, language="en"
    ).json()

    gap = "" if language == "chinese" else " "
    assert body["language"] == language
    assert gap.join(one["word"] for one in body["words"]) == body["text"]
    assert gap.join(one["text"] for one in body["segments"]) == body["text"]
    for timed in (body["words"], body["segments"]):
        times = [time for one in timed for time in (one["start"], one["end"])]
        assert times == sorted(times)
        assert times[0] >= 0
        assert times[-1] <= body["duration"]


def test_a_plain_array_name_counts_as_one_with_brackets(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")
    mixed = {"timestamp_granularities": ["word"], "timestamp_granularities[]": ["segment"]}

    both = cook.cook({"with": {"response_format": "verbose_json", **mixed}}, TRANSCRIBE)

    assert {"words", "segments"} <= set(both.json())


def test_diarized_json_tells_speakers_apart(kitchen: MakeKitchen) -> None:
    body = transcribe(kitchen("hadrian"), "dialogue-en.mp3", model=DIARIZE, response_format="diarized_json").json()

    said = [(one["id"], one["speaker"], one["text"]) for one in body["segments"]]
    assert said == [
        ("seg_001", "A", "Thank you for calling, what can I do for you?"),
        ("seg_002", "B", "I would like to change my order, please."),
        ("seg_003", "A", "Of course, let me look it up."),
    ]
    assert body["text"] == "\n".join(f"{speaker}: {text}" for _, speaker, text in said)
    assert (body["task"], body["duration"], body["usage"]) == ("transcribe", 7.824, {"type": "duration", "seconds": 8})


def test_known_speakers_get_their_names(kitchen: MakeKitchen) -> None:
    answer = transcribe(
        kitchen("hadrian"),
        "dialogue-en.mp3",
        model=DIARIZE,
        response_format="diarized_json",
        known_speaker_names=["agent"],
        known_speaker_references=["data-url:speaker-agent.mp3"],
    )

    assert [one["speaker"] for one in answer.json()["segments"]] == ["agent", "A", "agent"]


@pytest.mark.parametrize(
    ("names", "references", "message"),
    [
        (["agent"], [], "1 names, 0 references"),
        (["agent"], ["data-url:speaker-too-short.mp3"], "1.2 s"),
        (["agent"], ["data-url:speaker-too-long.mp3"], "11 s"),
        (["agent"], ["https://example.com/agent.mp3"], "no data URL in base64"),
        (["agent"], ["data:audio/mpeg;base64,***"], ""),
        (["agent", "customer"], ["data-url:speaker-agent.mp3"], "2 names, 1 references"),
        (
            ["agent", "customer"],
            ["data-url:speaker-agent.mp3", "data-url:speaker-too-short.mp3"],
            "1.2 s",
        ),
    ],
)
def test_a_reference_has_to_be_two_to_ten_seconds_of_audio_with_a_name(
    kitchen: MakeKitchen, names: list[str], references: list[str], message: str
) -> None:
    answer = transcribe(
        kitchen("hadrian"), model=DIARIZE, known_speaker_names=names, known_speaker_references=references
    )

    assert (answer.status, rule(answer)) == (400, "upstream_bad_reference")
    assert message in error(answer)["message"]


def test_a_reference_is_really_decoded(kitchen: MakeKitchen) -> None:
    answer = transcribe(
        kitchen("hadrian"),
        model=DIARIZE,
        known_speaker_names=["agent"],
        known_speaker_references=["data-url:not-audio.mp3"],
    )

    assert (answer.status, error(answer)["param"]) == (400, "known_speaker_references")
    assert error(answer)["message"] == "Audio file might be corrupted or unsupported"


def test_five_speakers_are_too_many(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    def known(count: int) -> Answer:
        names = [f"speaker {number}" for number in range(count)]
        references = ["data-url:speaker-agent.mp3"] * count
        return transcribe(cook, model=DIARIZE, known_speaker_names=names, known_speaker_references=references)

    assert (known(4).status, known(5).status) == (200, 400)


@pytest.mark.parametrize("model", spec("hadrian").figure("transcription-models"))
@pytest.mark.parametrize("form", ["json", "text", "srt", "verbose_json", "vtt", "diarized_json"])
def test_each_model_gives_its_formats_and_refuses_the_others(kitchen: MakeKitchen, model: str, form: str) -> None:
    gives = {
        "whisper-1": {"json", "text", "srt", "verbose_json", "vtt"},
        DIARIZE: {"json", "text", "diarized_json"},
    }.get(model, {"json", "text"})

    answer = transcribe(kitchen("hadrian"), model=model, response_format=form)

    assert answer.status == (200 if form in gives else 400)
    if form not in gives:
        assert (error(answer)["code"], error(answer)["param"]) == ("unsupported_value", "response_format")


def test_an_incompatible_format_is_refused_with_what_would_do(kitchen: MakeKitchen) -> None:
    answer = transcribe(kitchen("hadrian"), model="gpt-4o-transcribe", response_format="verbose_json")

    assert error(answer)["message"] == (
        "response_format 'verbose_json' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead."
    )


# -- transcriptions: events and probabilities ---------------------------------------------------------


@pytest.mark.parametrize("model", ["gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-transcribe", DIARIZE])
def test_streamed_deltas_join_to_the_text(kitchen: MakeKitchen, model: str) -> None:
    cook = kitchen("hadrian")

    answer = transcribe(cook, model=model, stream="true")

    *deltas, done = events(answer)
    assert answer.media == "text/event-stream"
    assert {one["type"] for one in deltas} == {"transcript.text.delta"}
    assert "".join(one["delta"] for one in deltas) == done["text"] == HELLO
    assert done["usage"] == transcribe(cook, model=model).json()["usage"]
    assert (answer.headers["x-model"], answer.headers["x-cost-microcents"]) == (model, "100")


def test_a_streamed_dialogue_has_its_speakers_between_the_deltas(kitchen: MakeKitchen) -> None:
    answer = transcribe(
        kitchen("hadrian"), "dialogue-en.mp3", model=DIARIZE, response_format="diarized_json", stream="true"
    )

    *body, done = events(answer)

    assert [one["type"] for one in body] == ["transcript.text.delta", "transcript.text.segment"] * 3
    assert [one["segment_id"] for one in body[::2]] == [one["id"] for one in body[1::2]]
    assert [one["speaker"] for one in body[1::2]] == ["A", "B", "A"]
    assert done["type"] == "transcript.text.done"
    assert "".join(one["delta"] for one in body[::2]) == done["text"]


def test_stream_false_is_no_stream(kitchen: MakeKitchen) -> None:
    assert transcribe(kitchen("hadrian"), model="gpt-4o-transcribe", stream="false").media == "application/json"


@pytest.mark.parametrize("model", ["gpt-4o-transcribe", "gpt-4o-mini-transcribe"])
def test_probabilities_are_given_for_each_token(kitchen: MakeKitchen, model: str) -> None:
    cook = kitchen("hadrian")

    whole = transcribe(cook, model=model, include=["logprobs"]).json()["logprobs"]
    streamed = events(transcribe(cook, model=model, include=["logprobs"], stream="true"))

    assert "".join(one["token"] for one in whole) == HELLO
    assert all(one["logprob"] < 0 and bytes(one["bytes"]).decode() == one["token"] for one in whole)
    assert [one["logprobs"][0] for one in streamed[:-1]] == streamed[-1]["logprobs"] == whole


def test_without_include_there_are_none(kitchen: MakeKitchen) -> None:
    assert "logprobs" not in transcribe(kitchen("hadrian"), model="gpt-4o-transcribe").json()


@pytest.mark.parametrize(
    ("name", "value"),
    [("include[]", "entropy"), ("stream", "yes"), ("chunking_strategy", "smart"), ("temperature", "-1")],
)
def test_values_the_upstream_does_not_take_are_its_to_refuse(kitchen: MakeKitchen, name: str, value: str) -> None:
    answer = kitchen("hadrian").cook({"with": {"model": "gpt-4o-transcribe", name: value}}, TRANSCRIBE)

    assert (answer.status, rule(answer)) == (400, "upstream_invalid_value")
    assert error(answer)["param"] == name.removesuffix("[]")


class TestDroppedFields:
    """`--choose hadrian.dropped-fields=drop`: what the handler does not read never reaches the upstream."""

    @pytest.fixture
    def cook(self, kitchen: MakeKitchen) -> Kitchen:
        return kitchen("hadrian", choices={"hadrian.dropped-fields": "drop"})

    @pytest.mark.parametrize("stream", ["true", "yes", ""])
    def test_nothing_is_streamed(self, cook: Kitchen, stream: str) -> None:
        answer = transcribe(cook, model="gpt-4o-transcribe", stream=stream)

        assert (answer.status, answer.media) == (200, "application/json")

    @pytest.mark.parametrize("name", ["include", "include[]"])
    def test_there_are_no_probabilities(self, cook: Kitchen, name: str) -> None:
        answer = cook.cook({"with": {"model": "gpt-4o-transcribe", name: "logprobs"}}, TRANSCRIBE)

        assert set(answer.json()) == {"text", "usage"}

    def test_known_speakers_stay_unknown_and_unjudged(self, cook: Kitchen) -> None:
        answer = transcribe(
            cook,
            "dialogue-en.mp3",
            model=DIARIZE,
            response_format="diarized_json",
            known_speaker_names=["agent"],
            known_speaker_references=["no data URL"],
        )

        assert [one["speaker"] for one in answer.json()["segments"]] == ["A", "B", "A"]

    def test_long_audio_cannot_be_diarized_at_all(self, cook: Kitchen) -> None:
        answer = transcribe(cook, "reference-long.flac", model=DIARIZE, chunking_strategy="auto")

        assert rule(answer) == "upstream_chunking_required"

    def test_what_the_handler_reads_still_counts(self, cook: Kitchen) -> None:
        answer = transcribe(cook, response_format="verbose_json", timestamp_granularities=["word"])

        assert answer.json()["words"][0]["word"] == "Hello,"


# -- what the upstream refuses about audio ------------------------------------------------------------


@pytest.mark.parametrize("name", ["mp3", "wav", "flac", "ogg", "m4a", "webm"])
@pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-transcribe"])
def test_the_documented_file_types_are_taken(kitchen: MakeKitchen, name: str, model: str) -> None:
    answer = transcribe(kitchen("hadrian"), f"hello-en.{name}", model=model)

    assert (answer.status, answer.json()["text"]) == (200, HELLO)


@pytest.mark.parametrize(
    ("model", "code", "message", "has_usage"),
    [
        ("gpt-4o-transcribe", "unsupported_value", "Unsupported file format bin", False),
        (DIARIZE, "unsupported_value", "Unsupported file format bin", False),
        (
            "whisper-1",
            None,
            "Invalid file format. Supported formats: "
            "['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']",
            True,
        ),
    ],
)
def test_the_extension_decides_not_the_content(
    kitchen: MakeKitchen, model: str, code: str | None, message: str, has_usage: bool
) -> None:
    cook = kitchen("hadrian")
    data = read_clip("hello-en.mp3")

    renamed = upload(cook, TRANSCRIBE, "audio.bin", data, model=model)
    other_kind = upload(cook, TRANSCRIBE, "audio.WAV", data, model=model)

    assert (renamed.status, error(renamed)["code"], error(renamed)["message"]) == (400, code, message)
    assert ("usage" in renamed.json()) == has_usage
    assert other_kind.status == 200


@pytest.mark.parametrize("clip", ["not-audio.mp3", "corrupt.flac", "empty.wav"])
@pytest.mark.parametrize("operation", [TRANSCRIBE, TRANSLATE])
def test_audio_that_does_not_decode_is_refused(kitchen: MakeKitchen, operation: str, clip: str) -> None:
    answer = transcribe(kitchen("hadrian"), clip, operation)

    found = error(answer)
    assert answer.status == 400
    assert found["message"] == "Audio file might be corrupted or unsupported"
    assert (found["code"], found["param"]) == ("invalid_value", "file")


def test_a_file_that_breaks_off_is_refused(kitchen: MakeKitchen) -> None:
    assert transcribe(kitchen("hadrian"), "truncated.mp3").status == 400


def test_silence_has_no_text(kitchen: MakeKitchen) -> None:
    body = transcribe(kitchen("hadrian"), "silence.wav", response_format="verbose_json").json()

    assert (body["text"], body["segments"], body["duration"]) == ("", [], 2.0)


@pytest.mark.parametrize(("milliseconds", "status"), [(99, 400), (100, 200)])
@pytest.mark.parametrize("operation", [TRANSCRIBE, TRANSLATE])
def test_a_tenth_of_a_second_is_enough(kitchen: MakeKitchen, operation: str, milliseconds: int, status: int) -> None:
    pcm = b"\x10\x20" * (24 * milliseconds)

    answer = upload(kitchen("hadrian"), operation, "a.wav", codec.encode(pcm, 24_000, "wav"))

    assert answer.status == status
    if status == 400:
        assert error(answer)["message"] == "Audio file is too short. Minimum audio length is 0.1 seconds."


def long_silence(seconds: int) -> bytes:
    return codec.encode(bytes(2 * 8_000 * seconds), 8_000, "flac")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "rule_at_1401"),
    [
        ("whisper-1", None),
        ("gpt-transcribe", None),
        ("gpt-4o-transcribe", "upstream_too_long"),
        (DIARIZE, "upstream_too_long"),
        ("gpt-4o-mini-transcribe", "upstream_input_too_large"),
    ],
)
def test_some_models_take_1400_seconds_and_no_more(kitchen: MakeKitchen, model: str, rule_at_1401: str | None) -> None:
    cook = kitchen("hadrian")

    at_most = upload(cook, TRANSCRIBE, "a.flac", long_silence(1_400), model=model, chunking_strategy="auto")
    beyond = transcribe(cook, "lecture.flac", model=model, chunking_strategy="auto")

    assert at_most.status == 200
    assert (beyond.status == 200) == (rule_at_1401 is None)
    if rule_at_1401 is not None:
        assert rule(beyond) == rule_at_1401
    if rule_at_1401 == "upstream_too_long":
        assert error(beyond)["message"] == (
            "audio duration 1401.0 seconds is longer than 1400 seconds which is the maximum for this model"
        )


def test_audio_a_hundredth_of_a_second_too_long_is_shown_as_longer(kitchen: MakeKitchen) -> None:
    data = codec.encode(bytes(2 * (8_000 * 1_400 + 80)), 8_000, "flac")

    answer = upload(kitchen("hadrian"), TRANSCRIBE, "a.flac", data, model="gpt-4o-transcribe")

    assert error(answer)["message"].startswith("audio duration 1400.01 seconds is longer than 1400 seconds ")


PARTS = {"chunking_strategy[type]": "server_vad", "chunking_strategy[threshold]": "0.5"}


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        (PARTS, 200),
        ({**PARTS, "chunking_strategy[threshold]": "1.5"}, 400),
        ({**PARTS, "chunking_strategy[type]": "another"}, 400),
        ({"chunking_strategy[silence_duration_ms]": "200"}, 400),
        ({"chunking_strategy[": "server_vad"}, 400),
    ],
)
def test_a_strategy_in_parts_is_an_object_where_objects_are_taken(
    kitchen: MakeKitchen, parts: dict[str, str], status: int
) -> None:
    cook = kitchen("hadrian", choices={"hadrian.chunking-strategies": "server-vad"})

    assert transcribe(cook, "reference-long.flac", model=DIARIZE, **parts).status == status


def test_a_strategy_in_parts_is_refused_where_auto_is_the_only_one(kitchen: MakeKitchen) -> None:
    answer = transcribe(kitchen("hadrian"), model=DIARIZE, **PARTS)

    assert (answer.status, error(answer)["param"]) == (400, "chunking_strategy")


def test_a_strategy_that_is_dropped_is_dropped_in_parts_too(kitchen: MakeKitchen) -> None:
    choices = {"hadrian.chunking-strategies": "server-vad", "hadrian.dropped-fields": "drop"}

    answer = transcribe(kitchen("hadrian", choices=choices), "reference-long.flac", model=DIARIZE, **PARTS)

    assert rule(answer) == "upstream_chunking_required"


@pytest.mark.parametrize(
    ("seconds", "changes", "status"),
    [(30, {}, 200), (31, {}, 400), (31, {"chunking_strategy": "auto"}, 200), (31, {"model": "gpt-4o-transcribe"}, 200)],
)
def test_speakers_are_told_apart_in_thirty_seconds_or_in_chunks(
    kitchen: MakeKitchen, seconds: int, changes: dict[str, str], status: int
) -> None:
    answer = upload(kitchen("hadrian"), TRANSCRIBE, "a.flac", long_silence(seconds), **{"model": DIARIZE, **changes})

    assert answer.status == status
    if status == 400:
        assert error(answer)["param"] == "chunking_strategy"
        assert error(answer)["message"] == "chunking_strategy is required for diarization models"


def test_a_prompt_goes_with_every_model_but_one(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    answers = {
        model: transcribe(cook, model=model, prompt="A call.") for model in cook.desk.figure("transcription-models")
    }

    assert {model for model, answer in answers.items() if answer.status != 200} == {DIARIZE}
    assert error(answers[DIARIZE])["message"] == "Prompt is not supported for diarization models"


@pytest.mark.slow
@pytest.mark.parametrize("operation", [TRANSCRIBE, TRANSLATE])
def test_the_upstream_takes_25_mebibytes_and_the_gateway_more(kitchen: MakeKitchen, operation: str) -> None:
    cook = kitchen("hadrian")

    just_right = upload(cook, operation, "a.mp3", b"x" * MAXIMUM)
    too_large = upload(cook, operation, "a.mp3", b"x" * (MAXIMUM + 1))

    assert rule(just_right) == "upstream_corrupt"
    assert (too_large.status, error(too_large)["type"]) == (413, "server_error")
    said = f"413: Maximum content size limit ({MAXIMUM}) exceeded ({MAXIMUM + 1} bytes read)"
    assert error(too_large)["message"] == said
    assert too_large.json()["usage"] == {"type": "duration", "seconds": 0}
    assert too_large.headers["x-audio-seconds"] == str((MAXIMUM + 1) // 16_000)


@pytest.mark.parametrize("model", ["tts-1", "whisper-2", "gpt-4o"])
def test_a_model_that_does_not_listen_does_not_exist(kitchen: MakeKitchen, model: str) -> None:
    assert transcribe(kitchen("hadrian"), model=model).status == 404


def test_audio_nobody_knows_gets_words_in_the_language_asked_for(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")
    data = codec.encode(b"\x10\x20" * 24_000 * 4, 24_000, "wav")

    english, french, again = (
        upload(cook, TRANSCRIBE, "a.wav", data, response_format="verbose_json", language=language).json()
        for language in ("en", "fr", "fr")
    )

    assert (english["language"], french["language"]) == ("english", "french")
    assert english["text"] != french["text"] == again["text"]


# -- translations -------------------------------------------------------------------------------------


def test_english_audio_keeps_its_words(kitchen: MakeKitchen) -> None:
    assert transcribe(kitchen("hadrian"), operation=TRANSLATE).json() == {"text": HELLO}


@pytest.mark.parametrize("clip", ["hello-fr.mp3", "hello-zh.mp3"])
def test_other_audio_becomes_english_the_same_each_time(kitchen: MakeKitchen, clip: str) -> None:
    first, second = (transcribe(kitchen("hadrian"), clip, TRANSLATE).json()["text"] for _ in range(2))

    assert first == second
    assert set(first.split()) <= {*"the call was about a new order and we talk over each point before they agree on some more time to plan it".split()}  # noqa: E501, SIM905  # fmt: skip


def test_a_verbose_translation_is_english_and_tells_no_task(kitchen: MakeKitchen) -> None:
    body = transcribe(kitchen("hadrian"), "hello-fr.mp3", TRANSLATE, response_format="verbose_json").json()

    assert set(body) == {"language", "duration", "text", "segments"}
    assert (body["language"], body["duration"]) == ("english", 2.688)
    assert " ".join(one["text"] for one in body["segments"]) == body["text"]


@pytest.mark.parametrize(("form", "start"), [("text", b""), ("srt", b"1\n00:00:00,099"), ("vtt", b"WEBVTT\n\n")])
def test_translations_come_as_text_too(kitchen: MakeKitchen, form: str, start: bytes) -> None:
    answer = transcribe(kitchen("hadrian"), operation=TRANSLATE, response_format=form)

    assert (answer.status, answer.media) == (200, "text/plain")
    assert answer.body.startswith(start)
    assert HELLO.encode() in answer.body


def test_silence_in_another_language_is_silence_in_english(kitchen: MakeKitchen, tmp_path: Path) -> None:
    quiet = codec.encode(bytes(48_000), 24_000, "wav")
    (tmp_path / "quiet.wav").write_bytes(quiet)
    (tmp_path / "quiet.json").write_text('{"language": "zh", "text": ""}', encoding="utf-8")
    cook = kitchen("hadrian", fixtures=(tmp_path,))

    body = upload(cook, TRANSLATE, "quiet.wav", quiet, response_format="verbose_json").json()

    assert (body["language"], body["text"], body["segments"]) == ("english", "", [])


@pytest.mark.parametrize("model", ["gpt-4o-transcribe", "gpt-transcribe", "tts-1"])
def test_only_whisper_translates(kitchen: MakeKitchen, model: str) -> None:
    assert transcribe(kitchen("hadrian"), operation=TRANSLATE, model=model).status == 404


def test_the_gateway_takes_diarized_json_for_a_translation_and_the_upstream_does_not(kitchen: MakeKitchen) -> None:
    answer = transcribe(kitchen("hadrian"), operation=TRANSLATE, response_format="diarized_json")

    assert rule(answer) == "upstream_format_incompatible"


@pytest.mark.slow
class TestTheSpecDrivesTheAudio:
    """A changed copy of the spec changes the wire; no Python is touched."""

    def test_the_models_and_their_formats(self, edited: MakeKitchen) -> None:
        models = "/x-voice-figures/transcription-models/value"
        cook = edited("hadrian", {f"{models}/gpt-4o-transcribe/formats": ["json", "text", "srt"]})

        assert transcribe(cook, model="gpt-4o-transcribe", response_format="srt").status == 200

    def test_a_media_type(self, edited: MakeKitchen) -> None:
        pointer = "/paths/~1api~1v1~1audio~1transcriptions/post/x-voice-formats/types/srt"
        cook = edited("hadrian", {pointer: "text/plain; charset=utf-8"})

        assert transcribe(cook, response_format="srt").media == "text/plain; charset=utf-8"

    def test_the_length_of_a_reference(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/x-voice-figures/reference-seconds/value": {"shortest": 1, "longest": 10}})
        reference = ["data-url:speaker-too-short.mp3"]

        answer = transcribe(cook, model=DIARIZE, known_speaker_names=["a"], known_speaker_references=reference)

        assert answer.status == 200

    def test_how_many_speakers_may_be_known(self, edited: MakeKitchen) -> None:
        pointer = "/components/schemas/TranscriptionRequest/properties/known_speaker_names/maxItems"
        cook = edited("hadrian", {pointer: 1})

        answer = transcribe(cook, model=DIARIZE, known_speaker_names=["a", "b"])

        assert (answer.status, error(answer)["param"]) == (400, "known_speaker_names")

    def test_the_rate_of_tokens(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/x-voice-figures/audio-tokens/value": {"tokens": 100, "milliseconds": 1_000}})

        usage = transcribe(cook, model="gpt-4o-transcribe").json()["usage"]

        assert usage["input_token_details"]["audio_tokens"] == 235

    def test_a_word_of_the_upstream(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/x-voice-errors/upstream_corrupt/body/error/message": "Cannot hear {field}"})

        assert error(transcribe(cook, "not-audio.mp3"))["message"] == "Cannot hear file"
