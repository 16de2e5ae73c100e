"""Asks operations that speak (`x-voice-speech`), and finds what they have said in the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.answers import media_pointer
from contract_tests.kit.audio.sound import Sound
from contract_tests.kit.audio.speech import BARE, form_of, heard
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import EVENTS_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import below
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.run import Run
from contract_tests.kit.tables import Tabled
from contract_tests.kit.tasks.results import answering, fetches, looks, machine_named, pairs_in, result_of

TABLE = "x-voice-speech"
# Texts that are longer are not decoded again by claims that judge whatever was said.
LONGEST_TEXT = 500


@dataclass(frozen=True)
class Speaker(Tabled):
    """An operation that speaks."""

    table_name = TABLE

    @property
    def text(self) -> str:
        """The text of the documented example."""
        return str(self.operation.example[self.table["text"]])

    @property
    def events(self) -> Mapping[str, Any]:
        """How it speaks in server-sent events; empty where it does not."""
        events: Mapping[str, Any] = self.table.get("events", {})
        return events

    @property
    def answers_audio(self) -> bool:
        """Whether the documented answer is audio at all."""
        return any(media.startswith("audio/") for media in answering(self.operation, TABLE).success.media)

    @property
    def leads_to_a_file(self) -> bool:
        """Whether it makes a task that tells an address, where its speech is, and no operation gives it."""
        machine = machine_named(self.operation, TABLE)
        return machine is not None and "result" not in machine

    # -- formats -------------------------------------------------------------------------------------

    @property
    def _formats(self) -> Mapping[str, Any]:
        formats: Mapping[str, Any] = self.operation.node.get("x-voice-formats", {})
        return formats

    @property
    def formats(self) -> dict[str, str]:
        """Format → media type, of those that may be asked for; none where there is no choice."""
        schema, _ = self.operation.member(self._formats.get("field", ""))
        listed = schema.get("enum")
        types: Mapping[str, str] = self._formats.get("types", {})
        return {name: media for name, media in types.items() if listed is None or name in listed}

    @property
    def format(self) -> str:
        """The format of the documented example; empty where there is no choice."""
        return self._format_in(self.operation.example)

    def _format_in(self, fields: Mapping[str, Any]) -> str:
        field = self._formats.get("field", "")
        default = self.operation.member(field)[0].get("default")
        return str(fields.get(field) or default or "")

    def format_pointer(self, name: str) -> str:
        """Where the media type of a format stands; of a speech without a choice, where its media type does."""
        if name in self.formats:
            return below(self.operation.pointer, "x-voice-formats", "types", name)
        return answering(self.operation, TABLE).success.pointer

    def rate_of(self, name: str) -> int | None:
        """Return the documented sample rate of a format, in hertz; None where none is documented."""
        rates = self._formats.get("rates", {})
        rate: int | None = rates.get(name, rates.get("*"))
        return rate

    def rate_pointer(self, name: str) -> str:
        """Where that rate stands."""
        key = name if name in self._formats.get("rates", {}) else "*"
        return below(self.operation.pointer, "x-voice-formats", "rates", key)

    def as_format(self, name: str) -> Recipe:
        """Return the recipe that asks for the example's text in a format."""
        return {} if name == self.format else {"with": {self._formats["field"]: name}}

    # -- speed ---------------------------------------------------------------------------------------

    def takes_speed(self, speed: float) -> bool:
        """Say whether a speed may be asked for."""
        schema, _ = self.operation.member(self.table.get("speed", ""))
        return "speed" in self.table and schema.get("minimum", 0) <= speed <= schema.get("maximum", speed)

    def at_speed(self, speed: float) -> Recipe:
        """Return the recipe that asks for the example's text at a speed."""
        return {"with": {self.table["speed"]: speed}}

    # -- volume --------------------------------------------------------------------------------------

    @property
    def volumes(self) -> tuple[float, ...]:
        """The least and the greatest volume that may be asked for; none where there is none, or no bounds are known."""
        schema, _ = self.operation.member(self.table.get("volume", ""))
        bounds = (schema.get("minimum"), schema.get("maximum"))
        return tuple(one for one in bounds if one is not None) if "volume" in self.table and None not in bounds else ()

    def at_volume(self, volume: float) -> Recipe:
        """Return the recipe that asks for the example's text at a volume."""
        return {"with": {self.table["volume"]: volume}}

    # -- what it costs to ask ------------------------------------------------------------------------

    def asks(self, *recipes: Recipe) -> list[tuple[Operation, Recipe]]:
        """Return what asking for some speeches sends, besides looks."""
        return [one for recipe in recipes for one in ((self.operation, recipe), *fetches(self.operation, TABLE))]

    @property
    def looks(self) -> int:
        """How many requests it may take to wait for one speech."""
        return looks(self.operation, TABLE)


@dataclass(frozen=True)
class Said:
    """A speech: what was asked for, and the answer with the audio."""

    speaker: Speaker
    fields: Mapping[str, Any]
    exchange: Exchange

    @property
    def text(self) -> str:
        """The text that was to be spoken; empty for what is no text."""
        text = self.fields.get(self.speaker.table["text"])
        return text if isinstance(text, str) else ""

    @property
    def format(self) -> str:
        """The format that was asked for; empty where there is no choice."""
        return self.speaker._format_in(self.fields)

    @property
    def documented(self) -> str:
        """The media type that the documents give to it; empty where they give several."""
        types = list(answering(self.speaker.operation, TABLE).success.media)
        return self.speaker.formats.get(self.format, types[0] if len(types) == 1 else "")

    @property
    def has_own_pace(self) -> bool:
        """Whether no other speed than the ordinary one was asked for."""
        field = self.speaker.table.get("speed")
        return field is None or self.fields.get(field) in {
            None,
            1,
            self.speaker.operation.member(field)[0].get("default"),
        }

    @property
    def is_bare(self) -> bool:
        """Whether the audio is samples without a container."""
        form = form_of(self.format)
        return form.container == BARE if form else self.exchange.media == "audio/pcm"

    @property
    def is_elsewhere(self) -> bool:
        """Whether a file was asked for, so that the answer tells where it is."""
        wanted = self.speaker.table.get("file", {}).get("with", {})
        return bool(wanted) and all(self.fields.get(name) == value for name, value in wanted.items())

    def sound(self) -> Sound:
        """Decode it. Raises NotAudio."""
        rate = self.speaker.rate_of(self.format)
        return heard(self.exchange.body, self.is_bare, rate or 24_000)

    @property
    def pointer(self) -> str:
        """Where its media type stands among the documented answers."""
        answer = answering(self.speaker.operation, TABLE).success
        return media_pointer(answer, self.exchange.media) or answer.pointer


def speakers(facts: Facts) -> dict[str, Speaker]:
    """What speaks.

    These answer with the audio, at once or as the result of a task; where a task tells an address, see files.jobs.
    """
    return {name: one for name, one in Speaker.every(facts).items() if not one.leads_to_a_file}


def say(run: Run, speaker: Speaker, name: str, recipe: Recipe) -> Said:
    """Ask for a speech once in a run, and wait for it where it is a task. Raises Unverified where none is given."""
    asked = run.once(speaker.operation, name, **recipe) if recipe else run.good(speaker.operation)
    return Said(speaker, asked.fields, result_of(run, asked, TABLE))


def said_in(run: Run, speaker: Speaker) -> Iterator[Said]:
    """Yield every speech in the log that is the answer itself and no stream, of a text that is not too long."""
    for asked, answer in pairs_in(run, speaker.operation, TABLE):
        said = Said(speaker, asked.fields, answer)
        if answer.media != EVENTS_TYPE and len(said.text) <= LONGEST_TEXT and not said.is_elsewhere:
            yield said
