"""Speech answers: a script becomes an audio file, at once when it was spoken before."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any

import orjson

from mockvoice.audio.script import Script, Speech
from mockvoice.service.call import Call, Reply

# The formats that can be made: those of audio/codec.py, which is not imported where nothing is made.
SPEECH_FORMATS = ("mp3", "opus", "ogg", "aac", "m4a", "webm", "flac", "wav", "pcm")

# Bytes of audio in one server-sent event.
_EVENT_BYTES = 12_000


def speak(call: Call, script: Script, answer: Callable[[Speech], Reply]) -> Reply | Awaitable[Reply]:
    """Return the answer made from the speech; only a new script is worth waiting for."""
    known = call.desk.studio.known_speech(script)
    return answer(known) if known is not None else _speak_new(call, script, answer)


async def _speak_new(call: Call, script: Script, answer: Callable[[Speech], Reply]) -> Reply:
    return answer(await call.desk.studio.speak(script))


def given(call: Call, name: str) -> Any:
    """Return a member of a request that has a default; null counts as left out."""
    value = call.fields[name]
    if value is None:
        body = call.operation.body
        assert body is not None  # noqa: S101 - what has members has a body
        value = body.defaults[name]
    return value


def event(payload: Mapping[str, Any]) -> bytes:
    """Return one server-sent event: a bare `data:` line and an empty line."""
    return b"data: " + orjson.dumps(payload) + b"\n\n"


def speech_events(speech: Speech, usage: Mapping[str, int]) -> Iterable[bytes]:
    """Yield `speech.audio.delta` events with base64 audio, then `speech.audio.done` with the usage."""
    for start in range(0, len(speech.data), _EVENT_BYTES):
        piece = base64.b64encode(speech.data[start : start + _EVENT_BYTES]).decode()
        yield event({"type": "speech.audio.delta", "audio": piece})
    yield event({"type": "speech.audio.done", "usage": usage})


async def one_by_one(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Yield pieces as a stream."""
    for piece in pieces:
        yield piece


def event_reply(events: Iterable[bytes], values: Mapping[str, Any], incremental: bool) -> Reply:
    """Return a text/event-stream answer, sent event by event or as a whole."""
    media = b"text/event-stream"
    if incremental:
        return Reply(b"", media, values, stream=one_by_one(events))
    return Reply(b"".join(events), media, values)
