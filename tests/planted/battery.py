"""The requests by which a plant is compared with the faithful simulator, provider by provider."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgpack

from mockvoice.openapi.plans import PACKED_TYPE
from mockvoice.openapi.pointer import read
from mockvoice.openapi.recipes import build, provocations_of
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.specs import spec
from tests.harness.wire import Answer
from tests.providers.test_every_provider import meant_for

# Provocations send bodies of many megabytes to be refused; these are left out.
_TOO_BIG = "padding"
# How the names of steps begin that are provocations, and the account that is near its limit.
PROVOKED = "error: "
_LIMITED = "mock-limited"
# Longer than any task takes.
WAIT = 60
# In a recipe, `answer-of:<step>:<pointer>` is what stood there in the answer to an earlier step.
ANSWER_OF = "answer-of:"


@dataclass(frozen=True)
class Step:
    """One request, by name; `at_once` of it are sent at the same time.

    With `packed` it goes out as MessagePack. With `fetches` it is no request of an operation: it gets the file whose
    address stood in an earlier answer (`answer-of:<step>:<pointer>`).
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


def _net_speech() -> Iterator[Step]:
    def say(name: str, packed: bool = False, **members: Any) -> Step:
        return Step(name, "textToSpeech", {"with": members}, packed=packed)

    yield say("spoken")
    yield say("spoken in Greek letters", text="Καλημέρα.")
    yield say("spoken as loud as may be", format="wav", volume=20)
    yield say("packed", packed=True)
    yield say("packed without a text", packed=True, text="")
    yield say("told where", cache=True)
    yield Step("file", "", fetches=f"{ANSWER_OF}told where:/audio_url")
    yield Step("file again", "", fetches=f"{ANSWER_OF}told where:/audio_url")
    yield say("told where in Greek letters", text="Καλημέρα.", cache=True)
    yield Step("spoken by the newer call", "textToSpeechV2")
    yield Step("profile after speech", "getProfile")


def _jobs(create: str, status: str, listing: str, video: str) -> Iterator[Step]:
    """Yield what is asked of lip-sync jobs; those of a video without a face fail."""
    made, faceless = [{"operation": create}], [{"operation": create, "with": {video: "clip-url:no-face.mp4"}}]
    yield Step("job made", create)
    yield Step("job made by another account", create, {"role": "mock-other"})
    yield Step("job at once", status, {"first": made, "wait": 0})
    yield Step("job done", status, {"first": made, "wait": WAIT})
    yield Step("film", "", fetches=f"{ANSWER_OF}job done:/data/result_url")
    yield Step("job of somebody else", status, {"first": made, "role": "mock-other"})
    yield Step("balance before a failure", "getProfile")
    yield Step("job failed", status, {"first": faceless, "wait": WAIT})
    yield Step("balance after a failure", "getProfile")
    yield Step("jobs listed", listing)
    yield Step("second page of jobs", listing, {"query": {"page": 2, "limit": 2}})
    yield Step("failed jobs", listing, {"query": {"status": "failed"}})
    yield Step("jobs of another account", listing, {"role": "mock-other"})
    yield Step("jobs with a new one", listing, {"first": made})


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
    yield Step("speech of a job", "", fetches=f"{ANSWER_OF}speech job done:/audioUrl")
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
    yield Step("budget nearly spent", "listModels", {"role": "mock-warned"})


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
    foreign = {"taskId": f"{ANSWER_OF}drawing:/id", "customId": f"{ANSWER_OF}drawing, twice:/buttons/0/customId"}
    yield Step("button of another drawing", "submitAction", {"with": foreign})


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
    searches: dict[str, dict[str, Any]] = {
        "by count": {"sort_by": "task_count"},
        "tagged": {"tag": ["male", "news"]},
        "misspelt": {"title": "Emma Claer Naratr"},
        "fresh": {"refresh": "true"},
    }
    for name, query in searches.items():
        yield Step(f"models {name}", "models_list", {"query": {"page_size": 3, **query}})
    yield Step("models of another", "models_list", {"role": "mock-other", "query": {"refresh": "true"}})
    clone = {"model_ids": [f"{ANSWER_OF}clone done, twice:/result/model_id"]}
    yield Step("clone speaks", "tts_submit", {"with": clone})
    yield Step("clone speaks for another", "tts_submit", {"with": clone, "role": "mock-other"})
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
                yield Step(f"{PROVOKED}{name} {operation}", operation, row["request"])


def battery(provider: str) -> list[Step]:
    """Return the steps in their order: what is right, then what is wrong."""
    return [*_OWN[provider](), *_provoked(provider)]


def run(kitchen: Kitchen, steps: list[Step]) -> dict[str, Answer]:
    """Return the answers by step; of several at once by step and number."""
    found: dict[str, Answer] = {}
    limited = next(one for one in kitchen.desk.roster.everyone() if one.role == _LIMITED)
    used = {name: one.used for name, one in limited.windows.items()}
    for step in steps:
        if step.name.startswith(PROVOKED) and step.recipe.get("role") == _LIMITED:
            # A task that was waited for may have let its windows pass: it is near its limit again.
            for name, window in limited.windows.items():
                window.used, window.ends = used[name], 0.0
        if step.fetches:
            url = urlsplit(_filled(step.fetches, found))
            found[step.name] = kitchen.client.send("GET", url.path)
            continue
        if step.at_once == 1 and not step.packed:
            found[step.name] = kitchen.cook(_filled(step.recipe, found), step.operation)
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


def _filled(node: Any, answers: Mapping[str, Answer]) -> Any:
    """Return a recipe in which texts that mean a part of an earlier answer are that part."""
    if isinstance(node, str) and node.startswith(ANSWER_OF):
        step, _, pointer = node.removeprefix(ANSWER_OF).partition(":")
        try:
            return read(answers[step].json(), pointer)
        except LookupError:
            return "none"
    if isinstance(node, Mapping):
        return {name: _filled(one, answers) for name, one in node.items()}
    return [_filled(one, answers) for one in node] if isinstance(node, list) else node
