"""What a provider speaks, a provider hears: text to audio to text over the wire, with who said it and when."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from mockvoice.audio import codec
from mockvoice.audio.bare import wav_header
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]

TEXTS = [
    "Thank you for calling. Your account number is 4711-0815, and the balance is $1,234.56.",
    "你好，今天我能帮你什么忙？",
    "Grüße aus München!",
    "안녕하세요, 오늘 회의는 세 시에 시작합니다.",
    "👩‍👩‍👧‍👦 all of us",
]


class Upload:
    """Audio that was made in the test, sent as a file."""

    def __init__(self, cook: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
        self._cook = cook
        self._monkeypatch = monkeypatch

    def transcribe(self, operation: str, name: str, data: bytes, **fields: Any) -> Answer:
        self._monkeypatch.setattr("tests.harness.recipes.read_clip", lambda _name: data)
        return self._cook.cook({"clips": {"file": name}, "with": fields}, operation)


@pytest.fixture
def upload(monkeypatch: pytest.MonkeyPatch) -> Callable[[Kitchen], Upload]:
    return lambda cook: Upload(cook, monkeypatch)


def speak(cook: Kitchen, text: str, voice: str) -> bytes:
    """A wav file of hadrian's."""
    recipe = {"with": {"input": text, "voice": voice, "response_format": "wav"}}
    return cook.cook(recipe, "createSpeech").body


def converted(data: bytes, form: str) -> bytes:
    """The same sound through another codec, at another rate."""
    blocks, _ = codec.decode(data, 16_000)
    return codec.encode(b"".join(blocks), 16_000, form)


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("form", ["mp3", "opus", "flac", "wav"])
def test_what_is_spoken_in_any_format_is_heard(
    kitchen: MakeKitchen, upload: Callable[[Kitchen], Upload], text: str, form: str
) -> None:
    cook = kitchen("hadrian")
    recipe = {"model": "gpt-4o-mini-tts", "input": text, "voice": "nova", "response_format": form}
    spoken = cook.cook({"with": recipe}, "createSpeech").body

    name = f"a.{'ogg' if form == 'opus' else form}"
    assert upload(cook).transcribe("createTranscription", name, spoken).json()["text"] == text
    if form != "opus":  # its last page holds a whole second
        assert upload(cook).transcribe("createTranscription", name, spoken[:-200]).json()["text"] == text


@pytest.mark.slow
@pytest.mark.parametrize("provider", ["hadrian", "aitre"])
@pytest.mark.parametrize("form", ["opus", "mp3", "flac"])
def test_a_converted_speech_is_heard_word_by_word_in_another_simulator(
    kitchen: MakeKitchen, upload: Callable[[Kitchen], Upload], provider: str, form: str
) -> None:
    spoken = kitchen(provider).cook({"with": {"input": TEXTS[0]}}, "createSpeech").body
    other = kitchen(provider)

    name = f"a.{'ogg' if form == 'opus' else form}"
    answer = (
        upload(other)
        .transcribe(
            "createTranscription", name, converted(spoken, form), model="whisper-1", response_format="verbose_json"
        )
        .json()
    )

    times = [time for one in answer["segments"] for time in (one["start"], one["end"])]
    assert (answer["text"], answer["language"]) == (TEXTS[0], "english")
    assert times == sorted(times)
    assert times[-1] <= answer["duration"]


@pytest.mark.slow
def test_speakers_of_a_script_are_told_apart(kitchen: MakeKitchen, upload: Callable[[Kitchen], Upload]) -> None:
    cook = kitchen("voiceapi")
    models = [one["_id"] for one in cook.cook({}, "models_list").json()["items"][:2]]
    script = "<|speaker:0|>[cheerful] Good morning! <|speaker:1|>Good morning to you. <|speaker:0|>How are you?"
    submitted = cook.cook({"with": {"text": script, "model_ids": models}}, "tts_submit").json()
    cook.client.advance(60)
    audio = cook.cook({"path": {"task_id": submitted["task_id"]}}, "tts_audio").body

    heard = upload(cook).transcribe("stt_submit", "a.ogg", converted(audio, "opus")).json()
    cook.client.advance(60)
    segments = cook.cook({"path": {"task_id": heard["task_id"]}}, "stt_result").json()["segments"]

    assert [one["text"] for one in segments] == ["Good morning!", "Good morning to you.", "How are you?"]
    labels = [one["speaker"] for one in segments]
    assert labels[0] == labels[2] != labels[1]


@pytest.mark.slow
def test_a_known_speaker_is_known_by_the_voice(kitchen: MakeKitchen, upload: Callable[[Kitchen], Upload]) -> None:
    cook = kitchen("hadrian")
    nova, echo = (speak(cook, f"This is {one}.", one) for one in ("nova", "echo"))
    both = wav_header(len(nova[44:] + echo[44:]), 24_000) + nova[44:] + echo[44:]

    answer = (
        upload(cook)
        .transcribe(
            "createTranscription", "a.wav", both, model="gpt-4o-transcribe-diarize", response_format="diarized_json"
        )
        .json()
    )

    assert [one["text"] for one in answer["segments"]] == ["This is nova.", "This is echo."]
    assert [one["speaker"] for one in answer["segments"]] == ["A", "B"]

    references = [
        "data:audio/wav;base64," + base64.b64encode(speak(cook, f"A longer reference of {one}.", one)).decode()
        for one in ("echo", "nova")
    ]
    known = (
        upload(cook)
        .transcribe(
            "createTranscription",
            "a.wav",
            both,
            model="gpt-4o-transcribe-diarize",
            response_format="diarized_json",
            **{"known_speaker_names[]": ["Ed", "Nora"], "known_speaker_references[]": references},
        )
        .json()
    )

    assert [one["speaker"] for one in known["segments"]] == ["Nora", "Ed"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("provider", "operation", "clip", "status"),
    [
        ("hadrian", "createTranscription", "truncated.mp3", 400),
        ("aitre", "createTranscription", "truncated.mp3", 400),
        ("voiceapi", "stt_submit", "truncated.mp3", 400),
        ("voiceapi", "clone_submit", "truncated.mp3", 400),
    ],
)
def test_a_file_that_claims_more_than_it_has_is_refused(
    kitchen: MakeKitchen, provider: str, operation: str, clip: str, status: int
) -> None:
    answer = kitchen(provider).cook({"clips": {"file": clip}}, operation)

    assert (answer.status, "a whole file" in answer.headers["x-mockvoice-hint"]) == (status, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "clip"), [("a.mp3", "hello-en.flac"), ("a.wav", "hello-en.mp3"), ("a.ogg", "hello-en.wav")]
)
def test_content_must_agree_with_the_name(
    kitchen: MakeKitchen, upload: Callable[[Kitchen], Upload], name: str, clip: str
) -> None:
    cook = kitchen("voiceapi")
    data = read_clip(clip)

    wrong = upload(cook).transcribe("stt_submit", name, data)
    right = upload(cook).transcribe("stt_submit", clip, data)

    assert (wrong.status, right.status // 100) == (400, 2)
    assert "content that agrees with the name" in wrong.headers["x-mockvoice-hint"]


@pytest.mark.slow
def test_a_reference_that_is_mostly_silence_is_refused(
    kitchen: MakeKitchen, upload: Callable[[Kitchen], Upload]
) -> None:
    cook = kitchen("voiceapi")
    spoken, _ = codec.decode(read_clip("hello-en.wav"), 16_000)
    quiet = b"".join(spoken).ljust(2 * 16_000 * 20, b"\0")

    answer = upload(cook).transcribe("clone_submit", "a.wav", codec.encode(quiet, 16_000, "wav"), title="Mine")

    assert (answer.status, "x-voice-audio/silent" in answer.headers["x-mockvoice-hint"]) == (400, True)
