"""An endpoint made of a function, so that claims can be shown to notice what it does wrong; no socket is opened."""

from __future__ import annotations

import base64
import io
import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.audio.sound import decode
from contract_tests.kit.bounds import Allowance
from contract_tests.kit.claims import Announcement, Claim, Unverified
from contract_tests.kit.clips import LOOPBACK_CLIPS, Clips
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.guard import Guard
from contract_tests.kit.recipes import Draft
from contract_tests.kit.roles import Keys
from contract_tests.kit.run import Run, Settings
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.speaking_spec import AUDIO, TEXT, spec
from tests.contract.unsent import taken

FIXTURES = Path(__file__).parents[2] / "fixtures"
# -- the endpoint ------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What an endpoint sends back."""

    media: str
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Serve = Callable[[Draft], Answer]
Twist = Callable[[Draft, Answer], None]


class Endpoint(Guard):
    """Answers drafts by a function, and counts and logs them as the guard does."""

    serve: Serve

    def ask(self, draft: Draft, session: Any) -> Exchange:
        answer = self.serve(draft)
        headers = {"content-type": answer.media, **answer.headers}
        pieces = tuple((0.01, 100) for _ in range(3))
        return taken(self, draft, answer.status, headers, answer.body, seconds=0.01, pieces=pieces)


def run_against(serve: Serve, *, is_loopback: bool = True) -> Run:
    """Return a run against an endpoint."""
    facts, clips = Facts(spec()), Clips(FIXTURES, LOOPBACK_CLIPS)
    keys = Keys({"funded": "the-key"})
    secrets = Secrets({})
    endpoint = Endpoint(facts, "http://127.0.0.1", keys, Amounts(clips), secrets)
    endpoint.serve = serve
    settings = Settings("tiny", "http://127.0.0.1", is_loopback=is_loopback)
    return Run(settings, facts, keys, clips, endpoint, secrets, sleep=lambda _: None)


def conclude(run: Run, test: Any, case: str) -> Record:
    """Run one claim on one of its cases, as the session does, and return what it came to."""
    announcement: Announcement = test.announcement
    assert announcement.over is not None
    one = announcement.over(run.facts)[case]
    claim = Claim(run, test.__name__.removeprefix("test_"), test.__name__, one.operation)
    asked = announcement.asks(run.facts, one) if announcement.asks else ()
    calls = announcement.counted("calls", run.facts, one) + len(asked)
    run.guard.allowance = Allowance(claim.name, calls)
    try:
        test(claim, one)
    except Unverified as error:
        claim.reason = str(error.msg)
    return claim.close(0.0)


def verdict(run: Run, test: Any, case: str) -> Verdict:
    """Return what one claim came to."""
    return conclude(run, test, case).verdict


# -- a faithful one ----------------------------------------------------------------------------------


@cache
def samples() -> Any:
    """Return the samples of the short clip, at 24 kHz."""
    return np.frombuffer((FIXTURES / "hello-en.wav").read_bytes()[44:], "<i2")


def wav(sound: Any, rate: int = 24_000) -> bytes:
    """Return a wav of mono samples."""
    data = np.asarray(sound, "<i2").tobytes()
    head = struct.pack("<4sI4s4sIHHII", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, rate, 2 * rate)
    return head + struct.pack("<HH4sI", 2, 16, b"data", len(data)) + data


def encoded(sound: Any, codec: str, muxer: str, rate: int = 24_000) -> bytes:
    """Return mono samples in any format."""
    sink = io.BytesIO()
    with av.open(sink, "w", format=muxer) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout="mono")
        whole = np.ascontiguousarray(sound, "<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate = rate
        fitting = av.AudioResampler(stream.format, "mono", rate, stream.frame_size or None)
        for one in [*fitting.resample(frame), *fitting.resample(None)]:
            file.mux(stream.encode(one))
        file.mux(stream.encode(None))
    return sink.getvalue()


@cache
def spoken(text: str, form: str, speed: float = 1.0) -> bytes:
    """Return a speech that lasts as its text does."""
    sound = np.tile(samples(), max(1, round(len(text) / len(TEXT))))[:: round(speed)]
    if form == "mp3":
        return encoded(sound, "libmp3lame", "mp3")
    if form == "flac":
        return encoded(sound, "flac", "flac")
    return wav(sound) if form == "wav" else wav(sound)[44:]


def events(*members: Mapping[str, Any]) -> bytes:
    """Return server-sent events."""
    return b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in members)


def _say(draft: Draft) -> Answer:
    fields = draft.fields
    form = fields.get("format", "mp3")
    data = spoken(fields["text"], form, fields.get("speed", 1.0))
    if fields.get("as") != "events":
        return Answer(AUDIO[form], data)
    cut = len(data) // 3
    parts = (data[:cut], data[cut : 2 * cut], data[2 * cut :])
    deltas = [{"type": "delta", "audio": base64.b64encode(part).decode()} for part in parts]
    return Answer("text/event-stream", events(*deltas, {"type": "done"}))


def _lines(clip: str) -> list[tuple[str, str]]:
    """Return who says what in a clip."""
    sidecar = json.loads((FIXTURES / clip).with_suffix(".json").read_text())
    return [(one["speaker"], one["text"]) for one in sidecar.get("parts", [{"speaker": "A", **sidecar}])]


def _words_in(data: bytes) -> str:
    """Return as many words of the text as a speech of it has time for."""
    words = TEXT.split()
    count = round(decode(data).milliseconds / (len(samples()) / 24) * len(words))
    return " ".join((words * (count // len(words) + 1))[:count])


def _hear(draft: Draft) -> Answer:
    fields, clip = draft.fields, draft.files["file"].name
    if clip.startswith("speech"):
        return _json(text=_words_in(draft.files["file"].data))
    lines = _lines(clip)
    text = " ".join(said for _, said in lines)
    if "stream" in fields:
        deltas = [
            {"type": "delta", "delta": f"{' ' if place else ''}{word}"} for place, word in enumerate(text.split())
        ]
        return Answer("text/event-stream", events(*deltas, {"type": "done", "text": text}))
    form = fields.get("form", "json")
    body = _verbose(clip, lines, fields)
    texts = {
        "text": text + "\n",
        "srt": "".join(
            f"{place}\n{_stamp(one['start'], ',')} --> {_stamp(one['end'], ',')}\n{one['text']}\n\n"
            for place, one in enumerate(body["segments"], start=1)
        ),
        "vtt": "WEBVTT\n\n"
        + "".join(
            f"{_stamp(one['start'], '.')} --> {_stamp(one['end'], '.')}\n{one['text']}\n\n" for one in body["segments"]
        ),
    }
    if form in texts:
        return Answer("text/plain", texts[form].encode())
    if form == "json":
        body = {"text": text}
    if fields.get("bare"):
        body["segments"] = [{"text": one["text"]} for one in body["segments"]]
    if form == "diarized_json":
        body["text"] = "\n".join(f"{one['speaker']}: {one['text']}" for one in body["segments"])
    return Answer("application/json", json.dumps(body).encode())


def _verbose(clip: str, lines: list[tuple[str, str]], fields: Mapping[str, Any]) -> dict[str, Any]:
    sidecar = json.loads((FIXTURES / clip).with_suffix(".json").read_text())
    seconds = sidecar["milliseconds"][clip] / 1000
    each = seconds / len(lines)
    labels = {name: name if name in fields.get("names", ()) else "AB"[place] for place, name in enumerate(dict(lines))}
    segments: list[dict[str, Any]] = [
        {"text": said, "speaker": labels[name], "start": place * each, "end": (place + 1) * each}
        for place, (name, said) in enumerate(lines)
    ]
    words = " ".join(said for _, said in lines).split()
    step = seconds / len(words)
    told: dict[str, Any] = {
        "text": " ".join(words),
        "duration": seconds,
        "language": "english",
        "segments": segments,
    }
    if "granularities[]" in fields:
        told["words"] = [
            {"word": word, "start": place * step, "end": (place + 1) * step} for place, word in enumerate(words)
        ]
    return told


def _stamp(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    return f"00:00:{thousandths // 1000:02}{point}{thousandths % 1000:03}"


def _translate(draft: Draft) -> Answer:
    clip = draft.files["file"].name
    text = TEXT if clip == "hello-en.mp3" else "Hello, how may I help you?"
    body = _verbose(clip, [("", text)], {})
    return Answer("application/json", json.dumps(body).encode())


def _json(**members: Any) -> Answer:
    return Answer("application/json", json.dumps(members).encode())


def faithful() -> Serve:
    """Return an endpoint that does everything as documented; its tasks are done at the second look."""
    tasks: dict[str, list[Draft]] = {}

    def create(draft: Draft) -> Answer:
        ident = f"{draft.operation}-{len(tasks)}"
        tasks[ident] = [draft]
        return _json(id=ident, state="new")

    def look(draft: Draft) -> Answer:
        asked = tasks[draft.path.split("/")[2]]
        asked.append(draft)
        return _json(state="done" if len(asked) > 2 else "new")

    def result(draft: Draft) -> Answer:
        asked = tasks[draft.path.split("/")[2]][0]
        if draft.operation == "audio":
            return Answer("audio/mpeg", spoken(asked.fields["text"], "mp3"))
        body = _verbose(asked.files["file"].name, [("A", TEXT)], {})
        plain = {"text": body["text"]}
        return _json(**plain) if "plain" in draft.path else _json(**plain, segments=body["segments"])

    serves: dict[str, Serve] = {
        "say": _say,
        "hear": _hear,
        "translate": _translate,
        "submit": create,
        "send": create,
        "look": look,
        "ask": look,
        "audio": result,
        "result": result,
    }
    return lambda draft: serves[draft.operation](draft)


def twisted(twist: Twist) -> Serve:
    """Return a faithful endpoint with a twist: a function that changes answers."""
    serve = faithful()

    def changed(draft: Draft) -> Answer:
        answer = serve(draft)
        twist(draft, answer)
        return answer

    return changed
