"""What is asked of operations that hear: recipes, and what claims announce of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.streams import without_events
from contract_tests.kit.transcripts.hearing import Hearer, hearers

# A conversation of two, one of whom is known by a reference.
DIALOGUE, REFERENCE = "dialogue-en.mp3", "speaker-agent.mp3"
# What is spoken in a language that is not the one translated into.
FOREIGN = "hello-fr.mp3"
Asked = Sequence[tuple[Operation, Recipe]]
Over = Callable[[Facts], Mapping[str, Hearer]]


def having(told: Callable[[Hearer], object], what: str) -> Over:
    """Those that hear and have something; `what` says what, for the list of claims."""

    def over(facts: Facts) -> Mapping[str, Hearer]:
        return {name: one for name, one in hearers(facts).items() if told(one)}

    over.__doc__ = f"What hears, and {what}"
    return over


def looks(_: Facts, case: Hearer) -> int:
    """How many looks it takes to wait for a transcript."""
    return case.looks


def two_looks(_: Facts, case: Hearer) -> int:
    """How many looks it takes to wait for two transcripts."""
    return 2 * case.looks


def other_forms(_: Facts, case: Hearer) -> Asked:
    """Every other form than the example's, and the example once more if they differ."""
    return case.asks({}, *(case.as_form(name) for name in case.shapes if name != case.form))


def looks_at_forms(_: Facts, case: Hearer) -> int:
    """How many looks it takes to wait for all that."""
    return case.looks * len(case.shapes)


def optional_words(case: Hearer) -> list[str]:
    """Forms that tell words only if asked to."""
    return [name for name in case.with_part("words") if "with" in case.shapes[name]["words"]]


def with_words(_: Facts, case: Hearer) -> Asked:
    """The forms that tell words, without and with them."""
    return case.asks(
        *(recipe for name in optional_words(case) for recipe in (case.as_form(name), case.as_form(name, "words")))
    )


def plain(case: Hearer) -> Recipe:
    """Return the recipe of the same transcript as a whole."""
    return {"with": without_events(case.events, case.operation.example)}


def in_events_and_plain(_: Facts, case: Hearer) -> Asked:
    """The transcript in events, and as a whole."""
    return case.asks({"with": case.events["with"]}, plain(case))


def without_times(_: Facts, case: Hearer) -> Asked:
    """The example without times."""
    return case.asks(case.table["without-times"])


def text_only(_: Facts, case: Hearer) -> Asked:
    """The result of the example, as its text alone."""
    recipe = case.table["text-only"]
    fetched = [(operation, {"query": recipe["query"]}) for operation, _ in case.asks({})[1:] if "query" in recipe]
    return fetched or case.asks(recipe)


def naming(case: Hearer) -> list[str]:
    """Forms that tell who speaks."""
    return [name for name in case.with_part("segments") if "speaker" in case.shapes[name]["segments"]]


def dialogue(case: Hearer, known: Sequence[str]) -> Recipe:
    """Return the recipe of the conversation in the first form that tells who speaks, with known speakers."""
    fields = dict(case.as_form(naming(case)[0]).get("with", {}))
    if known:
        names = case.table["speakers"]
        fields[case.on_the_wire(names["names"])] = list(known)
        fields[case.on_the_wire(names["references"])] = [f"data-url:{REFERENCE}"]
    return {"with": fields, "clips": {case.table["audio"]: DIALOGUE}}


def with_known(_: Facts, case: Hearer) -> Asked:
    """The conversation, with a known speaker."""
    return case.asks(dialogue(case, ["anybody"]))


def with_nobody(_: Facts, case: Hearer) -> Asked:
    """The conversation."""
    return case.asks(dialogue(case, []))


def foreign(case: Hearer) -> Recipe:
    """Return the recipe of a translation of a foreign clip, in a form that tells the language if there is one."""
    form = next(iter(case.with_part("language")), case.form)
    return {**case.as_form(form), "clips": {case.table["audio"]: FOREIGN}}


def native(case: Hearer) -> Recipe:
    """Return the recipe of a clip that needs no translation."""
    return {"clips": {case.table["audio"]: f"hello-{case.table['into']}.mp3"}}


def translated(_: Facts, case: Hearer) -> Asked:
    """A clip that is to be translated, and one that needs it not."""
    return case.asks(foreign(case), native(case))
