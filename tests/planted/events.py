"""Plants whose server-sent events do not come as they should. All of hadrian, the only provider with events."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any

import orjson

from tests.planted.plant import Build, Kind, Plant
from tests.planted.wrapping import EVENTS, Answer, Asked, changing

PROVIDER = "hadrian"
AUDIO = "speech.audio.delta"
TEXT = "transcript.text.delta"
JOINED = "audio.events_joined_are_the_plain_file"
IN_ORDER = "audio.events_come_in_order_and_end"
SPEECH = "/paths/~1api~1v1~1audio~1speech/post/responses/200/description"

Event = dict[str, Any]


def events_of(body: bytes) -> list[Event]:
    """Return the payloads of bare `data:` events; what is no JSON, such as a last line, as a text."""
    return [_read(one.removeprefix(b"data: ")) for one in body.split(b"\n\n") if one]


def _read(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return data.decode()


def body_of(events: Iterable[Any]) -> bytes:
    lines = (one.encode() if isinstance(one, str) else orjson.dumps(one) for one in events)
    return b"".join(b"data: " + one + b"\n\n" for one in lines)


def _halves(events: list[Event]) -> list[Event]:
    """Return the events with a single piece of audio cut in two, so that there is an order to be wrong."""
    pieces = [one for one in events if one["type"] == AUDIO]
    if len(pieces) != 1:
        return events
    audio = base64.b64decode(pieces[0]["audio"])
    halves = (audio[: len(audio) // 2], audio[len(audio) // 2 :])
    cut = [{**pieces[0], "audio": base64.b64encode(half).decode()} for half in halves]
    at = events.index(pieces[0])
    return [*events[:at], *cut, *events[at + 1 :]]


def _places(events: list[Event], kind: str) -> list[int]:
    return [index for index, one in enumerate(events) if one["type"] == kind]


def _swapped(events: list[Event]) -> list[Event]:
    events = _halves(events)
    first, second, *_ = _places(events, AUDIO)
    events[first], events[second] = events[second], events[first]
    return events


def _dropped(events: list[Event]) -> list[Event]:
    events = _halves(events)
    del events[_places(events, AUDIO)[-1]]
    return events


def _not_done(events: list[Event]) -> list[Event]:
    return [one for one in events if one["type"] != "speech.audio.done"]


def _word_dropped(events: list[Event]) -> list[Event]:
    words = _places(events, TEXT)
    if words:
        del events[words[len(words) // 2]]
    return events


def _with_events(change: Callable[[list[Event]], list[Event]], operation: str) -> Build:
    def changed(_asked: Asked, answer: Answer) -> None:
        answer.body = body_of(change(events_of(answer.body)))

    return changing(changed, (operation,), (200,), EVENTS)


PLANTS = (
    Plant(
        name="hadrian-events-swapped",
        provider=PROVIDER,
        kind=Kind.EVENT_ORDER,
        summary="the first two pieces of a speech in events come in the wrong order",
        build=_with_events(_swapped, "createSpeech"),
        found_by=(JOINED, IN_ORDER),
        fact=SPEECH,
    ),
    Plant(
        name="hadrian-event-dropped",
        provider=PROVIDER,
        kind=Kind.EVENT_DROPPED,
        summary="the last piece of a speech in events never comes",
        build=_with_events(_dropped, "createSpeech"),
        found_by=(JOINED,),
        fact=SPEECH,
    ),
    Plant(
        name="hadrian-events-without-end",
        provider=PROVIDER,
        kind=Kind.NO_DONE_EVENT,
        summary="a speech in events ends without speech.audio.done",
        build=_with_events(_not_done, "createSpeech"),
        found_by=(IN_ORDER,),
        fact=SPEECH,
    ),
    Plant(
        name="hadrian-word-dropped",
        provider=PROVIDER,
        kind=Kind.EVENT_DROPPED,
        summary="a streamed transcript lacks one of its deltas",
        build=_with_events(_word_dropped, "createTranscription"),
        found_by=("transcripts.a_stream_ends_with_the_whole_text",),
        fact="/components/schemas/TranscriptEvent",
    ),
)
