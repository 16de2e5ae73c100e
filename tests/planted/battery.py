"""The requests by which a plant is compared with the faithful simulator, provider by provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgpack  # type: ignore[import-untyped]

from mockvoice.openapi.plans import PACKED_TYPE
from mockvoice.openapi.recipes import build, provocations_of
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.specs import spec
from tests.harness.wire import Answer
from tests.providers.test_every_provider import meant_for

# Provocations send bodies of many megabytes to be refused; these are left out.
_TOO_BIG = "padding"
# Longer than any task takes.
WAIT = 60


@dataclass(frozen=True)
class Step:
    """One request, by name; `at_once` of it are sent at the same time.

    With `packed` it goes out as MessagePack. With `fetches` it is no request of an operation: it gets the file at the
    address that the step of that name was told as `audio_url`.
    """

    name: str
    operation: str
    recipe: Mapping[str, Any] = field(default_factory=dict)
    at_once: int = 1
    packed: bool = False
    fetches: str = ""


def _net() -> Iterator[Step]:
    def stt(name: str, at_once: int = 1, role: str = "mock-funded", **members: Any) -> Step:
        return Step(name, "speechToText", {"with": members, "role": role}, at_once)

    clip = "https://clips.mock.test/hello-en.mp3"
    yield Step("profile", "getProfile")
    yield stt("example")
    yield Step("profile after", "getProfile")
    yield stt("clip", audio_url=clip)
    yield stt("no times", audio_url=clip, ignore_timestamps=True)
    yield stt("no times as text", audio_url=clip, ignore_timestamps="yes")
    yield stt("four at once", 4, "mock-other", audio_url=clip)
    yield Step("profile after four", "getProfile", {"role": "mock-other"})
    yield stt("two at once on credit for one", 2, "mock-low")
    yield Step("posted profile", "postProfile")
    yield Step("posted profile, key in the body", "postProfile", {"role": None, "with": {"token": "mock-low"}})
    made = [{"operation": "createModel"}]
    yield Step("second page of voices", "listModels", {"with": {"page": 2, "pageSize": 3}})
    yield Step("voice made", "createModel")
    personal = {"with": {"includePersonal": True}}
    yield Step("voices with a new one", "listModels", personal)
    yield Step("voices of another account", "listModels", {**personal, "role": "mock-other"})
    yield Step("voice deleted", "deleteModel", {"first": made})
    yield Step("voice deleted twice", "deleteModel", {"first": made, "times": 2})
    yield Step("voice deleted by another account", "deleteModel", {"first": made, "role": "mock-other"})
    yield Step("voices after deletions", "listModels", personal)
    yield from _net_speech()
    yield from _jobs("createLipSync", "queryLipSync", "listLipSync", "video_url")
    yield Step(
        "task done, asked by body", "postQueryLipSync", {"first": [{"operation": "createLipSync"}], "wait": WAIT}
    )
    yield Step("listed by body", "postListLipSync", {"with": {"limit": 2}})


def _jobs(create: str, status: str, listing: str, video: str) -> Iterator[Step]:
    """Yield what is asked of lip-sync jobs; those of a video without a face fail."""
    made, faceless = [{"operation": create}], [{"operation": create, "with": {video: "clip-url:no-face.mp4"}}]
    yield Step("job made", create)
    yield Step("job made by another account", create, {"role": "mock-other"})
    yield Step("job at once", status, {"first": made, "wait": 0})
    yield Step("job done", status, {"first": made, "wait": WAIT})
    yield Step("job of somebody else", status, {"first": made, "role": "mock-other"})
    yield Step("balance before a failure", "getProfile")
    yield Step("job failed", status, {"first": faceless, "wait": WAIT})
    yield Step("balance after a failure", "getProfile")
    yield Step("jobs listed", listing)
    yield Step("second page of jobs", listing, {"query": {"page": 2, "limit": 2}})
    yield Step("failed jobs", listing, {"query": {"status": "failed"}})
    yield Step("jobs of another account", listing, {"role": "mock-other"})
    yield Step("jobs with a new one", listing, {"first": made})


def _net_speech() -> Iterator[Step]:
    def say(name: str, packed: bool = False, **members: Any) -> Step:
        return Step(name, "textToSpeech", {"with": members}, packed=packed)

    yield say("spoken")
    yield say("spoken in Greek letters", text="Καλημέρα.")
    yield say("spoken as loud as may be", format="wav", volume=20)
    yield say("packed", packed=True)
    yield say("packed without a text", packed=True, text="")
    yield say("told where", cache=True)
    yield Step("file", "", fetches="told where")
    yield Step("file again", "", fetches="told where")
    yield say("told where in Greek letters", text="Καλημέρα.", cache=True)
    yield Step("spoken by the newer call", "textToSpeechV2")
    yield Step("profile after speech", "getProfile")


def _org() -> Iterator[Step]:
    def stt(name: str, role: str | None = "mock-funded", at_once: int = 1, **members: Any) -> Step:
        return Step(name, "createTranscription", {"with": members, "role": role}, at_once)

    yield Step("profile", "getProfile")
    yield stt("example")
    yield Step("profile after", "getProfile")
    yield Step("profile again", "getProfile")
    yield stt("clip", audioUrl="https://clips.mock.test/hello-en.mp3")
    yield stt("four at once", "mock-other", 4)
    yield Step("profile after four", "getProfile", {"role": "mock-other"})
    yield stt("credit for one", "mock-low")
    yield stt("one more on credit for one", "mock-low")
    yield stt("a third on credit for one", "mock-low")
    yield stt("key in the body", None, token="mock-funded")
    yield Step("no key and a bad body", "createTranscription", {"role": None, "without": ["audioUrl"]})
    made = [{"operation": "createVoice"}]
    yield Step("second page of voices", "listVoices", {"query": {"offset": 3, "limit": 3}})
    yield Step("voices called Emma", "listVoices", {"query": {"search": "emma"}})
    yield Step("voice made", "createVoice")
    yield Step("voices with a new one", "listVoices")
    yield Step("voices of another account", "listVoices", {"role": "mock-other"})
    yield Step("voice deleted", "deleteVoice", {"first": made})
    yield Step("voice deleted twice", "deleteVoice", {"first": made, "times": 2})
    yield Step("voice deleted by another account", "deleteVoice", {"first": made, "role": "mock-other"})
    yield Step("voices after deletions", "listVoices")
    yield Step("spoken", "createSpeech")
    yield Step("spoken into a file", "createSpeech", {"with": {"cache": True}})
    yield Step("speech job", "createSpeechJob")
    yield Step("speech job done", "getSpeechJob", {"first": [{"operation": "createSpeechJob"}], "wait": WAIT})
    yield from _jobs("createLipSyncJob", "getLipSyncJob", "listLipSyncJobs", "videoUrl")


def _hadrian() -> Iterator[Step]:
    def say(name: str, role: str = "mock-funded", **members: Any) -> Step:
        return Step(name, "createSpeech", {"with": members, "role": role})

    def hear(name: str, members: Mapping[str, Any], clip: str = "hello-en.mp3") -> Step:
        return Step(name, "createTranscription", {"with": members, "clips": {"file": clip}})

    yield Step("models", "listModels")
    yield Step("models again", "listModels")
    yield say("mp3")
    for form in ("wav", "pcm", "flac", "opus", "aac"):
        yield say(form, response_format=form)
    yield say("fast wav", response_format="wav", speed=2.0)
    yield say("too fast", speed=4.5)
    yield say("fastest", speed=4.0)
    yield say("text of two-byte letters", input="Déjà vu.")
    yield say("credit for one", "mock-low")
    yield say("one more on credit for one", "mock-low")
    yield say("events", model="gpt-4o-mini-tts", stream_format="sse")
    yield say("events of a word", model="gpt-4o-mini-tts", stream_format="sse", input="Hi.")
    for form in ("json", "text", "srt", "vtt", "verbose_json"):
        yield hear(f"heard as {form}", {"response_format": form})
    yield hear("heard with words", {"response_format": "verbose_json", "timestamp_granularities[]": ["word"]})
    yield hear("heard in events", {"model": "gpt-4o-transcribe", "stream": "true"})
    yield hear("several segments as srt", {"response_format": "srt"}, "dialogue-en.mp3")
    diarised = {"model": "gpt-4o-transcribe-diarize", "response_format": "diarized_json"}
    yield hear("heard with speakers", diarised, "dialogue-en.mp3")
    yield Step("translated", "createTranslation")
    yield Step("spent budget and a bad body", "createSpeech", {"role": "mock-empty", "raw": "{"})


def _aitre() -> Iterator[Step]:
    def say(name: str, role: str | None = "mock-funded", **members: Any) -> Step:
        return Step(name, "createSpeech", {"with": members, "role": role})

    yield say("mp3")
    for form in ("opus", "aac", "flac"):
        yield say(form, response_format=form)
    yield say("fast mp3", speed=2.0)
    yield say("credit for one", "mock-low")
    yield say("one more on credit for one", "mock-low")
    yield say("a third on credit for one", "mock-low")
    yield say("key in the body", None, token="sk-mock-funded")
    yield say("last call of the window", "mock-limited")
    yield say("call over the limit", "mock-limited")
    for form in ("json", "text", "srt", "vtt", "verbose_json"):
        yield Step(f"heard as {form}", "createTranscription", {"with": {"response_format": form}})
    words = {"response_format": "json", "temperature": "warm"}
    yield Step("temperature of words", "createTranscription", {"with": words})
    yield Step("translated", "createTranslation")
    yield Step("models", "listModels")
    yield Step("model", "getModel", {"path": {"model": "tts-1"}})


def _voiceapi() -> Iterator[Step]:
    def of_task(name: str, operation: str, submit: str, wait: int = WAIT, **more: Any) -> Step:
        return Step(name, operation, {"first": [{"operation": submit}], "wait": wait, **more})

    yield Step("models", "models_list")
    yield Step("models again", "models_list")
    yield Step("health", "health")
    for kind in ("tts", "stt", "clone"):
        yield Step(f"{kind} submitted", f"{kind}_submit")
        yield of_task(f"{kind} at once", f"{kind}_status", f"{kind}_submit", 0)
        yield of_task(f"{kind} at once, twice", f"{kind}_status", f"{kind}_submit", 0, times=2)
        yield of_task(f"{kind} done", f"{kind}_status", f"{kind}_submit")
        yield of_task(f"{kind} done, twice", f"{kind}_status", f"{kind}_submit", times=2)
        yield of_task(f"{kind} done, three times", f"{kind}_status", f"{kind}_submit", times=3)
        yield of_task(f"{kind} of somebody else", f"{kind}_status", f"{kind}_submit", role="mock-other")
    yield of_task("audio", "tts_audio", "tts_submit", times=2)
    yield of_task("audio early", "tts_audio", "tts_submit", 0, times=2)
    yield of_task("transcript", "stt_result", "stt_submit")
    yield of_task("transcript twice", "stt_result", "stt_submit", times=2)
    yield of_task("transcript early", "stt_result", "stt_submit", 0)
    yield of_task("plain text", "stt_result", "stt_submit", times=2, query={"plain_text": "true"})


_OWN = {"fishaudio-net": _net, "fishaudio-org": _org, "hadrian": _hadrian, "aitre": _aitre, "voiceapi": _voiceapi}


def _provoked(provider: str) -> Iterator[Step]:
    """Yield every provocation of the spec, for every operation it is meant for."""
    one = spec(provider)
    for (_, name), row in provocations_of(one.document):
        for operation in meant_for(one, row):
            if _TOO_BIG not in row["request"]:
                yield Step(f"error: {name} {operation}", operation, row["request"])


def battery(provider: str) -> list[Step]:
    """Return the steps in their order: what is right, then what is wrong."""
    return [*_OWN[provider](), *_provoked(provider)]


def run(kitchen: Kitchen, steps: list[Step]) -> dict[str, Answer]:
    """Return the answers by step; of several at once by step and number."""
    found: dict[str, Answer] = {}
    for step in steps:
        if step.fetches:
            url = urlsplit(found[step.fetches].json()["audio_url"])
            found[step.name] = kitchen.client.send("GET", url.path)
            continue
        if step.at_once == 1 and not step.packed:
            found[step.name] = kitchen.cook(step.recipe, step.operation)
            continue
        one = build(kitchen.spec, step.operation, step.recipe, {}, read_clip)
        if step.packed:
            headers = [(name, value) for name, value in one.headers if name != "content-type"]
            headers.append(("content-type", PACKED_TYPE))
            body = msgpack.packb(one.fields)
            found[step.name] = kitchen.client.send(one.method, kitchen.prefix + one.path, headers, body)
            continue
        asked = [(one.method, kitchen.prefix + one.path, one.headers, one.body)] * step.at_once
        for number, answer in enumerate(kitchen.client.send_all(asked), start=1):
            found[f"{step.name} #{number}"] = answer
    return found
