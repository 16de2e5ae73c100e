"""hadrian as the official OpenAI SDK sees it, over a real port."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from mockvoice.audio import codec
from tests.harness.recipes import FIXTURES

pytestmark = pytest.mark.slow

HELLO = "Hello, how can I help you today?"
DIARIZE = "gpt-4o-transcribe-diarize"
CLIP = FIXTURES / "hello-en.mp3"
DIALOGUE = FIXTURES / "dialogue-en.mp3"


@pytest.fixture
def base_url(serve: Callable[..., str]) -> str:
    return serve("hadrian") + "/hadrian/api/v1"


@pytest.fixture
def client(base_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="gw_mock-funded", base_url=base_url, max_retries=0) as one:
        yield one


def data_url(name: str) -> str:
    return "data:audio/mpeg;base64," + base64.b64encode((FIXTURES / name).read_bytes()).decode()


# -- speech -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "container"),
    [("mp3", "mp3"), ("opus", "ogg"), ("aac", "aac"), ("flac", "flac"), ("wav", "wav"), ("pcm", None)],
)
def test_speech_in_each_format(client: openai.OpenAI, form: Any, container: str | None) -> None:
    response = client.audio.speech.create(model="tts-1", voice="alloy", input=HELLO, response_format=form)

    data = response.content

    if container is None:
        assert len(data) == 24_000 * 2 * 2_352 // 1_000
    else:
        assert codec.examine(data).container == container


def test_speech_streams_to_a_file(client: openai.OpenAI, tmp_path: Any) -> None:
    target = tmp_path / "speech.mp3"

    with client.audio.speech.with_streaming_response.create(
        model="openai/tts-1-hd", voice="nova", input=HELLO, speed=2.0
    ) as response:
        response.stream_to_file(target)
        headers = dict(response.headers)

    assert codec.examine(target.read_bytes()).milliseconds == pytest.approx(1_176, abs=80)
    assert (headers["x-model"], headers["x-cost-microcents"]) == ("tts-1-hd", str(30 * len(HELLO)))


def test_speech_as_events(client: openai.OpenAI) -> None:
    with client.audio.speech.with_streaming_response.create(
        model="gpt-4o-mini-tts", voice="cedar", input=HELLO, stream_format="sse", instructions="Softly."
    ) as response:
        lines = [line for line in response.iter_lines() if line]

    assert all(line.startswith('data: {"type":"speech.audio.') for line in lines)
    assert '"speech.audio.done"' in lines[-1]


# -- transcriptions -----------------------------------------------------------------------------------


def test_transcription_as_json(client: openai.OpenAI) -> None:
    found = client.audio.transcriptions.create(
        model="gpt-4o-transcribe", file=CLIP, language="en", include=["logprobs"]
    )

    assert found.text == HELLO
    assert found.usage is not None
    assert found.usage.type == "tokens"
    assert found.logprobs is not None
    assert "".join(one.token or "" for one in found.logprobs) == HELLO


def test_transcription_with_words_and_segments(client: openai.OpenAI) -> None:
    found = client.audio.transcriptions.create(
        model="whisper-1", file=CLIP, response_format="verbose_json", timestamp_granularities=["word", "segment"]
    )

    assert (found.language, found.duration) == ("english", 2.352)
    assert found.words is not None
    assert " ".join(one.word for one in found.words) == HELLO
    assert found.segments is not None
    assert found.segments[0].text == HELLO


@pytest.mark.parametrize(
    ("form", "start"), [("text", HELLO), ("srt", "1\n00:00:00,099 --> "), ("vtt", "WEBVTT\n\n00:00:00.099 --> ")]
)
def test_transcription_as_text(client: openai.OpenAI, form: Any, start: str) -> None:
    found: Any = client.audio.transcriptions.create(model="whisper-1", file=CLIP, response_format=form)

    assert found.startswith(start)


def test_transcription_with_speakers(client: openai.OpenAI) -> None:
    found = client.audio.transcriptions.create(
        model=DIARIZE,
        file=DIALOGUE,
        response_format="diarized_json",
        chunking_strategy="auto",
        known_speaker_names=["agent"],
        known_speaker_references=[data_url("speaker-agent.mp3")],
    )

    assert [one.speaker for one in found.segments] == ["agent", "A", "agent"]


def test_transcription_in_chunks_by_an_object(serve: Callable[..., str]) -> None:
    url = serve("hadrian", choices={"hadrian.chunking-strategies": "server-vad"})

    with openai.OpenAI(base_url=f"{url}/hadrian/api/v1", api_key="gw_mock-funded", max_retries=0) as client:
        found = client.audio.transcriptions.create(
            model=DIARIZE,
            file=FIXTURES / "reference-long.flac",
            chunking_strategy={"type": "server_vad", "threshold": 0.5, "silence_duration_ms": 300},
        )

    assert found.usage is not None
    assert found.usage.type == "duration"
    assert found.usage.seconds == 301


def test_transcription_as_a_stream(client: openai.OpenAI) -> None:
    with client.audio.transcriptions.create(model="gpt-4o-mini-transcribe", file=CLIP, stream=True) as stream:
        events = list(stream)

    assert [one.type for one in events] == ["transcript.text.delta"] * 7 + ["transcript.text.done"]
    assert "".join(one.delta for one in events if one.type == "transcript.text.delta") == HELLO


def test_transcription_of_a_dialogue_as_a_stream(client: openai.OpenAI) -> None:
    with client.audio.transcriptions.create(
        model=DIARIZE, file=DIALOGUE, response_format="diarized_json", stream=True
    ) as stream:
        speakers = [one.speaker for one in stream if one.type == "transcript.text.segment"]

    assert speakers == ["A", "B", "A"]


# -- translations, models -----------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")  # the SDK calls its own method so
@pytest.mark.parametrize("form", ["json", "verbose_json"])
def test_translation(client: openai.OpenAI, form: Any) -> None:
    found = client.audio.translations.create(model="whisper-1", file=CLIP, response_format=form)

    assert found.text == HELLO


def test_models(client: openai.OpenAI) -> None:
    ids = [one.id for one in client.models.list()]

    assert "openai/whisper-1" in ids
    assert all("/" in one for one in ids)


# -- refusals -----------------------------------------------------------------------------------------


def test_a_bad_key_is_an_authentication_error(base_url: str) -> None:
    with (
        openai.OpenAI(api_key="gw_nobody", base_url=base_url, max_retries=0) as client,
        pytest.raises(openai.AuthenticationError) as caught,
    ):
        client.models.list()

    assert (caught.value.status_code, caught.value.code) == (401, "invalid_api_key")


def test_a_bad_value_is_a_bad_request(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.transcriptions.create(model="gpt-4o-transcribe", file=CLIP, response_format="srt")

    assert (caught.value.code, caught.value.param) == ("unsupported_value", "response_format")


def test_a_member_that_is_missing_is_unprocessable(client: openai.OpenAI) -> None:
    broken: Any = {"voice": None, "model": "tts-1", "input": HELLO}

    with pytest.raises(openai.UnprocessableEntityError) as caught:
        client.audio.speech.create(**broken)

    assert str(caught.value.body).startswith("Failed to deserialize the JSON body into the target type: voice")


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        client.audio.speech.create(model="no-such-model", voice="alloy", input=HELLO)

    assert caught.value.code == "model_not_found"


@pytest.mark.parametrize(
    ("role", "kind", "code"),
    [
        ("mock-forbidden", openai.PermissionDeniedError, "insufficient_scope"),
        ("mock-revoked", openai.AuthenticationError, "invalid_api_key"),
        ("mock-empty", openai.APIStatusError, "budget_exceeded"),
    ],
)
def test_accounts_that_may_not_call(base_url: str, role: str, kind: type[openai.APIStatusError], code: str) -> None:
    with (
        openai.OpenAI(api_key=f"gw_{role}", base_url=base_url, max_retries=0) as client,
        pytest.raises(kind) as caught,
    ):
        client.audio.speech.create(model="tts-1", voice="alloy", input=HELLO)

    assert caught.value.code == code


def test_too_many_calls_are_a_rate_limit_error_that_says_when_to_come_back(base_url: str) -> None:
    with openai.OpenAI(api_key="gw_mock-limited", base_url=base_url, max_retries=0) as client:
        client.models.list()
        with pytest.raises(openai.RateLimitError) as caught:
            client.models.list()

    assert caught.value.code == "rate_limit_exceeded"
    assert 0 < int(caught.value.response.headers["retry-after"]) <= 60


@pytest.mark.parametrize("code", ["upstream_server_error", "provider_error", "upstream_unavailable"])
def test_failures_inside_are_internal_server_errors(client: openai.OpenAI, code: str) -> None:
    with pytest.raises(openai.InternalServerError):
        client.audio.speech.create(model="tts-1", voice="alloy", input=HELLO, extra_headers={"x-mockvoice-fault": code})


def test_the_request_id_is_the_sdks_to_show(client: openai.OpenAI) -> None:
    raw = client.audio.transcriptions.with_raw_response.create(
        model="whisper-1", file=CLIP, extra_headers={"X-Request-Id": "mine-1"}
    )

    assert raw.headers["x-request-id"] == "mine-1"


def test_the_asynchronous_client_works_as_well(base_url: str) -> None:
    async def run() -> list[str]:
        async with openai.AsyncOpenAI(api_key="gw_mock-funded", base_url=base_url, max_retries=0) as client:
            calls = [
                client.audio.transcriptions.create(model="whisper-1", file=CLIP),
                client.audio.transcriptions.create(model="gpt-4o-transcribe", file=CLIP),
            ]
            return [one.text for one in await asyncio.gather(*calls)]

    assert asyncio.run(run()) == [HELLO, HELLO]
