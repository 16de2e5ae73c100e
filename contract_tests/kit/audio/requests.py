"""What is asked of operations that speak: recipes, and what claims announce of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from contract_tests.kit.audio.speaking import Speaker, speakers
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.streams import without_events
from contract_tests.kit.transcripts.hearing import Hearer, hearers

FAST = 2.0
# What is spoken where the example has marks that are not: all words, so that all of it can be heard.
SENTENCE = "The quick brown fox jumps over the lazy dog."
PLAIN = re.compile(r"[\w\s.,;:?!'’-]+")
# Stands for a speech in the plan: it lasts longer than one.
LONGER = "dialogue-en.mp3"
Asked = Sequence[tuple[Operation, Recipe]]


def with_formats(facts: Facts) -> dict[str, Speaker]:
    """What speaks in more than one format."""
    return {name: one for name, one in speakers(facts).items() if len(one.formats) > 1}


def every_format(_: Facts, case: Speaker) -> Asked:
    """Every other format than the example's, and the example once more if they differ."""
    return case.asks({}, *(case.as_format(name) for name in case.formats if name != case.format))


def looks_at_formats(_: Facts, case: Speaker) -> int:
    """How many looks it takes to wait for all that."""
    return case.looks * len(case.formats)


def example_with(change: Callable[[Speaker], Recipe]) -> Callable[[Facts, Speaker], Asked]:
    """The example with a change."""
    return lambda _, case: case.asks(change(case))


def looks(_: Facts, case: Speaker) -> int:
    """How many looks it takes to wait for a speech."""
    return case.looks


def with_speed(facts: Facts) -> dict[str, Speaker]:
    """What speaks faster if asked to."""
    return {name: one for name, one in speakers(facts).items() if one.takes_speed(FAST)}


def with_volume(facts: Facts) -> dict[str, Speaker]:
    """What speaks louder and quieter if asked to, between bounds that are known."""
    return {name: one for name, one in speakers(facts).items() if one.volumes}


def quiet_and_loud(_: Facts, case: Speaker) -> Asked:
    """The example as quiet and as loud as may be."""
    return case.asks(*(case.at_volume(volume) for volume in case.volumes))


def with_events(facts: Facts) -> dict[str, Speaker]:
    """What speaks in server-sent events."""
    return {name: one for name, one in speakers(facts).items() if one.events}


def plain(case: Speaker) -> Recipe:
    """Return the recipe of the same speech as a file."""
    return {"with": without_events(case.events, case.operation.example)}


def in_events(_: Facts, case: Speaker) -> Asked:
    """The speech in events."""
    return case.asks({"with": case.events["with"]})


def in_events_and_plain(_: Facts, case: Speaker) -> Asked:
    """The speech as a file, and once more where it differs from that in events."""
    return case.asks({"with": case.events["with"]}, plain(case), plain(case))


def ears(facts: Facts) -> Hearer | None:
    """Return what would hear an upload in the language it is spoken in; None where nothing does."""
    every = hearers(facts).values()
    return next((one for one in every if one.takes_uploads and "into" not in one.table), None)


def with_ears(facts: Facts) -> dict[str, Speaker]:
    """What speaks, where something hears as well."""
    return speakers(facts) if ears(facts) else {}


def in_plain_words(case: Speaker) -> Recipe:
    """Return the recipe of a text that is nothing but words: the example, unless it has marks in it."""
    return {} if PLAIN.fullmatch(case.text) else {"with": {case.table["text"]: SENTENCE}}


def twice(case: Speaker) -> Recipe:
    """Return the recipe of that text twice."""
    once = in_plain_words(case)["with"][case.table["text"]] if in_plain_words(case) else case.text
    return {"with": {case.table["text"]: f"{once} {once}"}}


def once_and_twice(_: Facts, case: Speaker) -> Asked:
    """A text in plain words, and the same twice."""
    return case.asks(*(recipe for recipe in (in_plain_words(case), twice(case)) if recipe))


def two_looks(_: Facts, case: Speaker) -> int:
    """How many looks it takes to wait for two speeches."""
    return 2 * case.looks


def spoken_and_heard(facts: Facts, case: Speaker) -> Asked:
    """A text in plain words; and a clip that takes longer to hear than it does."""
    hearer, recipe = ears(facts), in_plain_words(case)
    assert hearer is not None
    heard = hearer.asks({"clips": {hearer.table["audio"]: LONGER}})
    return [*(case.asks(recipe) if recipe else ()), *heard]


def looks_at_both(facts: Facts, case: Speaker) -> int:
    """How many looks it takes to wait for a speech and for its transcript."""
    hearer = ears(facts)
    return case.looks + (hearer.looks if hearer else 0)
