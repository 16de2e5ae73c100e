"""Operations whose answers tell the addresses of files (`x-voice-file`), and what they have told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.audio.speaking import TABLE, Said, Speaker, speakers
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.machines import machine_of
from contract_tests.kit.money import accountable
from contract_tests.kit.operations import Operation
from contract_tests.kit.places import ITEM, place_of
from contract_tests.kit.pointers import below, look, parts_of, spell
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.run import Run

# So many addresses of one operation are fetched.
MOST = 3
# The answer with an address that several claims want.
AS_A_FILE = "as a file"
Asked = list[tuple[Operation, Recipe]]


@dataclass(frozen=True)
class Told:
    """An address in an answer. `place` is that of the member in the spec, `kind` that of x-voice-files."""

    url: str
    kind: str
    place: str
    exchange: Exchange


def _members(facts: Facts, schema: Mapping[str, Any], pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield (pointer into an answer, kind) of all members of a schema that tell addresses; `*` stands for an item."""
    schema = facts.resolve(schema)
    for branch in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _members(facts, branch, pointer)
    below_it = {spell([name]): one for name, one in schema.get("properties", {}).items()}
    if isinstance(schema.get("items"), Mapping):
        below_it[f"/{ITEM}"] = schema["items"]
    for step, one in below_it.items():
        if "x-voice-file" in facts.resolve(one):
            yield f"{pointer}{step}", facts.resolve(one)["x-voice-file"]
        yield from _members(facts, one, f"{pointer}{step}")


def _values_at(value: Any, parts: Sequence[str]) -> Iterator[Any]:
    """Yield what a pointer leads to, where `*` stands for every item of a list."""
    if not parts:
        yield value
    elif parts[0] == ITEM:
        for one in value if isinstance(value, list) else ():
            yield from _values_at(one, parts[1:])
    elif isinstance(value, Mapping) and parts[0] in value:
        yield from _values_at(value[parts[0]], parts[1:])


def members_of(facts: Facts, operation: Operation) -> dict[str, tuple[str, str]]:
    """Return pointer into a success → (kind of file, place of the member in the spec)."""
    answer, found = operation.success, dict[str, tuple[str, str]]()
    for media, node in answer.media.items():
        if "schema" in node:
            schema = look(facts.document, below(answer.pointer, "content", media, "schema"))
            found |= {at: (kind, place_of(operation, media, at)) for at, kind in _members(facts, schema)}
    return found


def tellers(facts: Facts) -> dict[str, Operation]:
    """Operations whose answers tell addresses of files."""
    return {name: one for name, one in facts.operations.items() if members_of(facts, one)}


def told_by(run: Run, operation: Operation) -> list[Told]:
    """Return the addresses that an operation has told so far, the newest first, each once, and not too many."""
    members, found = members_of(run.facts, operation), dict[str, Told]()
    for exchange in reversed(run.log):
        if exchange.is_of(operation) and exchange.is_success:
            for at, (kind, place) in members.items():
                for url in _values_at(exchange.at(""), parts_of(at)):
                    # An empty text is no address: nothing is there yet.
                    if isinstance(url, str) and url:
                        found.setdefault(url, Told(url, kind, place, exchange))
    return list(found.values())[:MOST]


def maker_looked_at(operation: Operation) -> Operation | None:
    """Return what makes the task that an operation looks at; None where it looks at none."""
    link = operation.source_link or operation.fill_link
    maker = link[0] if link is not None else None
    makes, is_maker = (machine_of(operation.facts, one) is not None for one in (maker, operation))
    return maker if makes and not is_maker else None


# -- speech behind an address ------------------------------------------------------------------------


def with_files(facts: Facts) -> dict[str, Speaker]:
    """What speaks into a file, if asked to, and tells its address at once."""
    return {name: one for name, one in speakers(facts).items() if "file" in one.table and "task" not in one.table}


def with_files_and_prices(facts: Facts) -> dict[str, Speaker]:
    """The same, where the price is known and the balance is told."""
    priced = accountable(facts)
    return {name: one for name, one in with_files(facts).items() if name in priced}


def file_recipe(speaker: Speaker) -> Recipe:
    """Return the recipe of the example as a file."""
    return {"with": speaker.table["file"]["with"]}


def asks_for_a_file(facts: Facts, case: Operation | Speaker) -> Asked:
    """The example as a file, of what speaks into one if asked to; nothing of what tells addresses anyway."""
    operation = case.operation if isinstance(case, Speaker) else case
    speaker = with_files(facts).get(operation.id)
    return [(operation, file_recipe(speaker))] if speaker else []


def ask_for_a_file(run: Run, operation: Operation) -> Exchange | None:
    """Ask for the example as a file, once in a run; None of what tells addresses anyway."""
    speaker = with_files(run.facts).get(operation.id)
    return run.once(operation, AS_A_FILE, **file_recipe(speaker)) if speaker else None


def spoken_files(run: Run, operation: Operation, told: list[Told]) -> Iterator[tuple[Told, Said]]:
    """Yield the files that hold a speech, as speeches: those whose address stands where the operation's table says."""
    table: Mapping[str, Any] = operation.node.get(TABLE, {})
    at = table.get("file", {}).get("at")
    for one in told:
        if at is not None and one.exchange.at(at) == one.url:
            yield one, Said(Speaker(operation), one.exchange.fields, run.file(one.url))
