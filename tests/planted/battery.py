"""The requests by which a plant is compared with the faithful simulator, provider by provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

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
    """One request, by name; `at_once` of it are sent at the same time."""

    name: str
    operation: str
    recipe: Mapping[str, Any] = field(default_factory=dict)
    at_once: int = 1


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
    several = {"model": "flux", "size": "512x1024", "n": 2, "response_format": "b64_json"}
    yield Step("picture", "createImage")
    yield Step("picture in base64", "createImage", {"with": {"response_format": "b64_json"}})
    yield Step("pictures in base64", "createImage", {"with": several})
    task = {"first": [{"operation": "submitImagine"}], "wait": WAIT}
    yield Step("drawing submitted", "submitImagine")
    yield Step("drawing at once", "fetchTask", {**task, "wait": 0})
    yield Step("drawing", "fetchTask", task)
    yield Step("drawing, twice", "fetchTask", {**task, "times": 2})
    yield Step("drawing of somebody else", "fetchTask", {**task, "role": "mock-other"})
    yield Step("button", "submitAction")
    yield Step("confirmation", "submitModal")
    yield from _aitre_texts()


def _aitre_texts() -> Iterator[Step]:
    def chat(name: str, **members: Any) -> Step:
        return Step(name, "createChatCompletion", {"with": members})

    def embed(name: str, **members: Any) -> Step:
        return Step(name, "createEmbedding", {"with": {"model": "text-embedding-3-small", "dimensions": 4, **members}})

    tool = {"type": "function", "function": {"name": "look", "parameters": {"properties": {"at": {"type": "string"}}}}}
    yield Step("used", "getUsage", {"role": "mock-other"})
    yield chat("chat")
    yield chat("chat in events", stream=True)
    yield chat("chat of two tokens", max_tokens=2)
    yield chat("chat with a tool", tools=[tool], tool_choice="required")
    yield chat("chat as json", messages=[{"role": "user", "content": "json"}], response_format={"type": "json_object"})
    yield Step("dear chat", "createChatCompletion", {"role": "mock-other", "with": {"model": "gpt-4o"}})
    yield Step("used by chat", "getUsage", {"role": "mock-other"})
    yield Step("given", "getSubscription", {"role": "mock-other"})
    yield Step("completion", "createCompletion")
    yield Step("completion up to a stop", "createCompletion", {"with": {"stop": "a"}})
    yield embed("vector")
    yield embed("shorter vector", dimensions=2)
    yield embed("two vectors", input=["a", "b"])
    yield embed("vector in base64", encoding_format="base64")


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
        if step.at_once == 1:
            found[step.name] = kitchen.cook(step.recipe, step.operation)
            continue
        one = build(kitchen.spec, step.operation, step.recipe, {}, read_clip)
        asked = [(one.method, kitchen.prefix + one.path, one.headers, one.body)] * step.at_once
        for number, answer in enumerate(kitchen.client.send_all(asked), start=1):
            found[f"{step.name} #{number}"] = answer
    return found
