"""What x-voice-speech and x-voice-transcript say of an answer is found there, whichever provider it is."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import av
import orjson
import pytest

from mockvoice.openapi.pointer import read
from tests.harness.recipes import LONG, Kitchen
from tests.harness.specs import PROVIDERS, spec
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
TALK = "dialogue-en.mp3"


def told(table: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(provider, operation, table) for every operation that has the table."""
    for provider in PROVIDERS:
        for _, _, operation_id in spec(provider).routes:
            node = spec(provider).place(operation_id)[2]
            if table in node:
                yield provider, operation_id, node[table]


SPEECHES = list(told("x-voice-speech"))
TRANSCRIPTS = list(told("x-voice-transcript"))
SHAPES = [(provider, operation_id, form) for provider, operation_id, one in TRANSCRIPTS for form in one["shapes"]]


def ask(
    cook: Kitchen, operation_id: str, table: str, fields: Mapping[str, Any], query: Mapping[str, Any] | None = None
) -> Answer:
    """Send the shortest request with these fields; return the answer, or the result of the task that was made.

    The audio is TALK; the query is that of who answers.
    """
    node = cook.spec.place(operation_id)[2]
    recipe = {**node.get("x-voice-shortest", {})}
    recipe["with"] = {**recipe.get("with", {}), **fields}
    recipe["without"] = [name for name in recipe.get("without", ()) if name not in fields]
    if table == "x-voice-transcript":
        audio = node[table]["audio"]
        by_upload = cook.spec.operation(operation_id).form is not None
        recipe |= {"clips": {audio: TALK}} if by_upload else {"with": {**recipe["with"], audio: f"clip-url:{TALK}"}}
    if "task" not in node[table]:
        return cook.cook({**recipe, "query": query or {}}, operation_id)
    result = cook.spec.document["x-voice-tasks"][node[table]["task"]]["result"]
    made = {"operation": operation_id, **recipe}
    return cook.cook({"operation": result, "first": [made], "wait": LONG, "query": query or {}})


def asked_for(cook: Kitchen, operation_id: str, form: str) -> dict[str, Any]:
    """The fields that ask for a form of the answer."""
    return {} if form == "*" else {cook.spec.place(operation_id)[2]["x-voice-formats"]["field"]: form}


def data_of(answer: Answer) -> list[Any]:
    """The data of every event."""
    return [orjson.loads(one.removeprefix("data: ")) for one in answer.body.decode().split("\n\n") if one]


@pytest.mark.parametrize(("provider", "operation_id", "form"), SHAPES)
def test_a_transcript_stands_where_its_shape_says(
    kitchen: MakeKitchen, provider: str, operation_id: str, form: str
) -> None:
    cook = kitchen(provider)
    shape = spec(provider).place(operation_id)[2]["x-voice-transcript"]["shapes"][form]

    answer = ask(
        cook, operation_id, "x-voice-transcript", {**asked_for(cook, operation_id, form), **shape.get("with", {})}
    )

    assert answer.status == 200, answer.body[:300]
    if "is" in shape:
        assert (answer.media.partition(";")[0], len(answer.body) > 40) == ("text/plain", True)
        return
    body = answer.json()
    assert len(read(body, shape["text"])) > 40
    if "duration" in shape:
        assert read(body, shape["duration"]) == pytest.approx(7.824)
    if "language" in shape:
        assert (shape["language"]["as"], read(body, shape["language"]["at"])) == ("name", "english")
    if "segments" in shape:
        told_of = {key: pointer for key, pointer in shape["segments"].items() if key != "at"}
        segments = [{key: read(one, at) for key, at in told_of.items()} for one in read(body, shape["segments"]["at"])]
        assert all(0 <= one["start"] < one["end"] <= 7.824 for one in segments)
        assert all(one["text"] in read(body, shape["text"]) for one in segments)
        if "lines" in shape:
            assert "\n".join(shape["lines"].format(**one) for one in segments) == read(body, shape["text"])


@pytest.mark.parametrize(
    ("provider", "operation_id", "form"),
    [one for one in SHAPES if "words" in spec(one[0]).place(one[1])[2]["x-voice-transcript"]["shapes"][one[2]]],
)
def test_words_stand_where_their_shape_says(kitchen: MakeKitchen, provider: str, operation_id: str, form: str) -> None:
    cook = kitchen(provider)
    words = spec(provider).place(operation_id)[2]["x-voice-transcript"]["shapes"][form]["words"]
    fields = {**asked_for(cook, operation_id, form), **words["with"]}

    body = ask(cook, operation_id, "x-voice-transcript", fields).json()

    found = [read(one, words["text"]) for one in read(body, words["at"])]
    assert found[:4] == ["Thank", "you", "for", "calling,"]


@pytest.mark.parametrize(
    ("provider", "operation_id"), [(one, other) for one, other, table in TRANSCRIPTS if "events" in table]
)
def test_the_events_of_a_transcript_are_its_text(kitchen: MakeKitchen, provider: str, operation_id: str) -> None:
    events = spec(provider).place(operation_id)[2]["x-voice-transcript"]["events"]

    found = data_of(ask(kitchen(provider), operation_id, "x-voice-transcript", events["with"]))

    pieces = [read(one, events["piece"]) for one in found if read(one, events["type"]) == events["delta"]]
    assert read(found[-1], events["type"]) == events["done"]
    assert "".join(pieces) == read(found[-1], events["whole"])


@pytest.mark.parametrize(
    ("provider", "operation_id"), [(one, other) for one, other, table in SPEECHES if "events" in table]
)
def test_the_events_of_a_speech_are_its_audio(kitchen: MakeKitchen, provider: str, operation_id: str) -> None:
    events = spec(provider).place(operation_id)[2]["x-voice-speech"]["events"]

    found = data_of(ask(kitchen(provider), operation_id, "x-voice-speech", events["with"]))

    pieces = [read(one, events["piece"]) for one in found if read(one, events["type"]) == events["delta"]]
    assert read(found[-1], events["type"]) == events["done"]
    assert rate_of(b"".join(base64.b64decode(one) for one in pieces)) > 0


def rate_of(audio: bytes) -> int:
    """Samples a second of an audio file."""
    with av.open(io.BytesIO(audio)) as file:
        return file.streams.audio[0].rate


def rates() -> Iterator[tuple[str, str, str, int]]:
    """(provider, operation, format, samples a second) for every format whose rate is known, with a header."""
    for provider, operation_id, _ in SPEECHES:
        formats = spec(provider).place(operation_id)[2].get("x-voice-formats", {})
        check = spec(provider).operation(operation_id).body
        assert check is not None
        for form in formats.get("types", ()):
            if "rates" in formats and form in check.properties[formats["field"]]["enum"] and form != "pcm":
                yield provider, operation_id, form, formats["rates"].get(form, formats["rates"]["*"])


@pytest.mark.parametrize(("provider", "operation_id", "form", "rate"), list(rates()))
def test_a_speech_has_the_rate_of_its_format(
    kitchen: MakeKitchen, provider: str, operation_id: str, form: str, rate: int
) -> None:
    cook = kitchen(provider)

    answer = ask(cook, operation_id, "x-voice-speech", asked_for(cook, operation_id, form))

    assert rate_of(answer.body) == rate


@pytest.mark.parametrize(
    ("provider", "operation_id", "key"),
    [(one, other, key) for one, other, table in TRANSCRIPTS for key in ("without-times", "text-only") if key in table],
)
def test_what_can_be_left_out_is_left_out(kitchen: MakeKitchen, provider: str, operation_id: str, key: str) -> None:
    table = spec(provider).place(operation_id)[2]["x-voice-transcript"]
    (shape,) = table["shapes"].values()
    change = table[key]

    body = ask(
        kitchen(provider), operation_id, "x-voice-transcript", change.get("with", {}), change.get("query")
    ).json()

    assert len(read(body, shape["text"])) > 40
    segments = body.get(shape["segments"]["at"].removeprefix("/"), [])
    assert not any(shape["segments"]["start"].removeprefix("/") in one for one in segments)
    if key == "text-only":
        assert segments == []
