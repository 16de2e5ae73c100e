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

EVENTS = b"text/event-stream"
# Bytes of audio in one server-sent event.
_EVENT_BYTES = 12_000


def speak(call: Call, script: Script, answer: Callable[[Speech], Reply]) -> Reply | Awaitable[Reply]:
    """Return the answer made from the speech; only a new script is worth waiting for."""
    known = call.desk.studio.known_speech(script)
    return answer(known) if known is not None else _speak_new(call, script, answer)


async def _speak_new(call: Call, script: Script, answer: Callable[[Speech], Reply]) -> Reply:
    return answer(await call.desk.studio.speak(script))


def speak_file(
    call: Call, script: Script, media: bytes, values: Mapping[str, Any] | None = None
) -> Reply | Awaitable[Reply]:
    """Return the speech itself as the answer. The way of one that is known is short: most calls go it."""
    known = call.desk.studio.known_speech(script)
    if known is not None:
        return Reply(known.data, media, values)
    return _speak_new(call, script, lambda speech: Reply(speech.data, media, values))


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
        yield _delta(speech.data[start : start + _EVENT_BYTES])
    yield event({"type": "speech.audio.done", "usage": usage})


async def streamed_events(
    call: Call, script: Script, usage_of: Callable[[Speech], Mapping[str, int]]
) -> AsyncIterator[bytes]:
    """Yield the events of `speech_events`, the first before the last bytes of the speech are made."""
    studio = call.desk.studio
    held = b""
    async for piece in studio.stream(script):
        held += piece
        while len(held) >= _EVENT_BYTES:
            yield _delta(held[:_EVENT_BYTES])
            held = held[_EVENT_BYTES:]
    if held:
        yield _delta(held)
    yield event({"type": "speech.audio.done", "usage": usage_of(await studio.speak(script))})


def _delta(data: bytes) -> bytes:
    return event({"type": "speech.audio.delta", "audio": base64.b64encode(data).decode()})


async def one_by_one(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Yield pieces as a stream."""
    for piece in pieces:
        yield piece


def event_reply(events: Iterable[bytes], values: Mapping[str, Any], incremental: bool) -> Reply:
    """Return a text/event-stream answer, sent event by event or as a whole."""
    if incremental:
        return Reply(b"", EVENTS, values, stream=one_by_one(events))
    return Reply(b"".join(events), EVENTS, values)
