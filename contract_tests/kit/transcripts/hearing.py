"""Asks operations that hear (`x-voice-transcript`), and finds what they have heard in the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.clips import Clip
from contract_tests.kit.exchanges import Exchange, NotJson
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import EVENTS_TYPE, JSON_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.places import ITEM, place_of
from contract_tests.kit.pointers import below, spell
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.run import Run
from contract_tests.kit.tables import Tabled
from contract_tests.kit.tasks.results import answering, fetches, looks, pairs_in, result_of
from contract_tests.kit.transcripts.heard import Heard, NoTranscript, of_json, of_subtitles, of_text

TABLE = "x-voice-transcript"
# The shape of an operation that has one form only.
ONLY = "*"


@dataclass(frozen=True)
class Hearer(Tabled):
    """An operation that hears."""

    table_name = TABLE

    @property
    def shapes(self) -> Mapping[str, Mapping[str, Any]]:
        """Form → shape of a transcript."""
        shapes: Mapping[str, Mapping[str, Any]] = self.table["shapes"]
        return shapes

    @property
    def events(self) -> Mapping[str, Any]:
        """How it tells what it hears in server-sent events; empty where it does not."""
        events: Mapping[str, Any] = self.table.get("events", {})
        return events

    @property
    def takes_uploads(self) -> bool:
        """Whether audio is uploaded to it, not fetched from an address."""
        return self.operation.is_form

    # -- forms ---------------------------------------------------------------------------------------

    @property
    def _field(self) -> str:
        return str(self.operation.node.get("x-voice-formats", {}).get("field", ""))

    @property
    def form(self) -> str:
        """The form of the documented example."""
        return self.form_in(self.operation.example)

    def form_in(self, fields: Mapping[str, Any]) -> str:
        """Return the form that a request asks for."""
        if ONLY in self.shapes:
            return ONLY
        return str(fields.get(self._field) or self.operation.member(self._field)[0].get("default", ""))

    def as_form(self, name: str, part: str = "") -> Recipe:
        """Return the recipe that asks for the example's audio in a form, with a part that comes only if asked for."""
        shape = self.shapes[name]
        more = {**shape.get("with", {}), **(shape[part].get("with", {}) if part else {})}
        asked = {} if name in {self.form, ONLY} else {self._field: name}
        return {"with": {**asked, **more}} if asked or more else {}

    def on_the_wire(self, field: str) -> str:
        """Return the name under which a list is sent: that with brackets if there is one, which everybody reads."""
        names = self.operation.member(field)[0].get("x-voice-wire-names", ())
        return next((name for name in names if name.endswith("[]")), field)

    def with_part(self, part: str) -> list[str]:
        """Return the forms that tell something: duration, language, segments, words."""
        return [name for name, shape in self.shapes.items() if part in shape]

    def form_pointer(self, name: str) -> str:
        """Where the media type of a form stands; of an operation with one form only, where its shape does."""
        if name in self.operation.node.get("x-voice-formats", {}).get("types", {}):
            return below(self.operation.pointer, "x-voice-formats", "types", name)
        return f"{self.pointer}/shapes{spell([name])}"

    def place(self, name: str, *parts: str) -> str:
        """Where a part of the answer in a form is described: `text`, `duration`, `language at`, `words start`."""
        shape = self.shapes[name]
        if parts[0] not in shape:
            return self.form_pointer(name)
        pointers = dict(_pointers(shape))
        return place_of(answering(self.operation, TABLE), JSON_TYPE, pointers[parts], list(pointers.values()))

    # -- what it costs to ask ------------------------------------------------------------------------

    def asks(self, *recipes: Recipe) -> list[tuple[Operation, Recipe]]:
        """Return what asking for some transcripts sends, besides looks."""
        return [one for recipe in recipes for one in ((self.operation, recipe), *fetches(self.operation, TABLE))]

    @property
    def looks(self) -> int:
        """How many requests it may take to wait for one transcript."""
        return looks(self.operation, TABLE)


def _pointers(shape: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the parts of a shape with pointers into the answer; an item of a list is an asterisk."""
    for name, value in shape.items():
        if name in {"text", "duration"}:
            yield (name,), value
        elif name == "language":
            yield (name,), value["at"]
        elif name in {"segments", "words"}:
            yield (name,), value["at"]
            inside = ((key, value[key]) for key in ("text", "start", "end", "speaker") if key in value)
            yield from (((name, key), f"{value['at']}/{ITEM}{pointer}") for key, pointer in inside)


@dataclass(frozen=True)
class Take:
    """What was heard in a clip, with the request and the answer."""

    hearer: Hearer
    fields: Mapping[str, Any]
    exchange: Exchange
    heard: Heard
    clip: Clip | None

    @property
    def hint(self) -> str:
        """The language that the request named; empty where it named none, or left it to the service."""
        hint = str(self.fields.get(self.hearer.table.get("language", ""), "") or "")
        return "" if hint == "auto" else hint

    @property
    def language(self) -> str:
        """The language that the text should be in (ISO 639-1); empty where nobody knows."""
        return str(self.hearer.table.get("into", "") or (self.clip.language if self.clip else ""))

    @property
    def words(self) -> str | None:
        """What the text should be; None where nobody knows, or where another language was named than is spoken."""
        if self.clip is None or self.clip.language != self.language or self.hint not in {"", self.clip.language}:
            return None
        return self.clip.text

    def place(self, *parts: str) -> str:
        """Where a part of it is described."""
        return self.hearer.place(self.heard.form, *parts)


def hearers(facts: Facts) -> dict[str, Hearer]:
    """What hears."""
    return Hearer.every(facts)


def ask(
    run: Run, hearer: Hearer, name: str, recipe: Recipe, query: Mapping[str, Any] | None = None
) -> tuple[Exchange, Exchange]:
    """Ask for a transcript once in a run; return the request, and the answer that holds it. Raises Unverified."""
    asked = run.once(hearer.operation, name, **recipe) if recipe else run.good(hearer.operation)
    return asked, result_of(run, asked, TABLE, query)


def take_of(run: Run, hearer: Hearer, asked: Exchange, answer: Exchange) -> Take:
    """Read an answer. Raises NoTranscript."""
    form = hearer.form_in(asked.fields)
    return Take(hearer, asked.fields, answer, read(hearer, form, answer), clip_of(run, hearer, asked))


def read(hearer: Hearer, form: str, answer: Exchange) -> Heard:
    """Read a transcript in a form. Raises NoTranscript."""
    shape = hearer.shapes.get(form, {})
    kind = shape.get("is")
    if kind in {"srt", "vtt"}:
        return of_subtitles(form, answer.text)
    # An operation with a switch for the text alone may answer it bare.
    if kind == "text" or (answer.media == "text/plain" and "text-only" in hearer.table):
        return of_text(form, answer.text)
    if "text" not in shape:
        raise NoTranscript(f"nothing says what a {form} transcript looks like")
    try:
        return of_json(form, shape, answer.json())
    except NotJson as error:
        raise NoTranscript(f"a {form} transcript that is {error}") from None


def clip_of(run: Run, hearer: Hearer, asked: Exchange) -> Clip | None:
    """Return the clip of ours that a request sent, or named by its address; None if it was none."""
    field = hearer.table["audio"]
    upload = asked.draft.files.get(field) if asked.draft else None
    if upload is None:
        value = asked.fields.get(field)
        return run.clips.behind(value) if isinstance(value, str) else None
    try:
        clip = run.clips.get(upload.name)
    except (FileNotFoundError, IsADirectoryError):
        return None
    return clip if clip.data == upload.data else None


def takes_in(run: Run, hearer: Hearer) -> Iterator[Take]:
    """Yield every transcript in the log that can be read."""
    for asked, answer in pairs_in(run, hearer.operation, TABLE):
        if answer.media == EVENTS_TYPE:
            continue
        try:
            yield take_of(run, hearer, asked, answer)
        except NoTranscript:
            continue
