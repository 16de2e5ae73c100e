"""Operations that answer with a text (`x-voice-chat`): what they said, whole or in events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.events import events_of
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.flaws import Flaw
from contract_tests.kit.media import EVENTS_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import find
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.tables import Tabled
from contract_tests.kit.texts.asking import EMBEDS, TALKS
from contract_tests.kit.tokens import answers_in, tokens_told


@dataclass(frozen=True)
class Choice:
    """One of the answers to a request: its number, what it says, and why it ends there."""

    index: Any
    text: str
    end: Any


@dataclass(frozen=True)
class Talker(Tabled):
    """An operation that answers with a text."""

    table_name = TALKS

    @property
    def steady(self) -> dict[str, Any]:
        """The members that make it answer the same each time; none where nothing does."""
        return dict(self.table.get("steady", {}))

    def asks(self, *names: str, **members: Any) -> Recipe:
        """Return the recipe of the example, steadily answered, with what the parts of the table want to be sent."""
        sent: dict[str, Any] = self.steady
        for name in names:
            part = self.table[name]
            sent |= part["with"]
        return {"with": {**sent, **members}}

    def member(self, name: str, value: Any) -> dict[str, Any]:
        """Return a member that the table names, with a value."""
        return {self.table[name]: value}

    # -- what came -----------------------------------------------------------------------------------

    def choices(self, exchange: Exchange) -> list[Choice]:
        """Return the choices of a whole answer."""
        row = self.table["choices"]
        found = exchange.at(row["at"])
        return [
            Choice(find(one, row["index"]), str(find(one, row["text"]) or ""), find(one, row["end"]))
            for one in (found if isinstance(found, list) else ())
        ]

    def joined(self, exchange: Exchange) -> list[Choice]:
        """Return the choices that events come to, by their numbers."""
        texts: dict[Any, str] = {}
        ends: dict[Any, Any] = {}
        for index, piece, end in self._pieces(exchange):
            texts[index] = texts.get(index, "") + piece
            ends[index] = end if end is not None else ends.get(index)
        return [Choice(index, texts[index], ends[index]) for index in sorted(texts, key=str)]

    def _pieces(self, exchange: Exchange) -> Iterator[tuple[Any, str, Any]]:
        row, piece = self.table["choices"], self.table["events"]["piece"]
        for event in answers_in(exchange):
            found = find(event, row["at"])
            for one in found if isinstance(found, list) else ():
                said = find(one, piece)
                yield find(one, row["index"]), said if isinstance(said, str) else "", find(one, row["end"])

    def disorder(self, exchange: Exchange) -> Iterator[Flaw]:
        """Yield what is wrong with the order of events: each choice ends once and for all, then comes one last line."""
        done = self.table["events"]["done"]
        lines = [one.data for one in events_of(exchange.body)]
        if not lines or lines[-1] != done:
            yield Flaw(f"a last line {done}", repr(lines[-1][:120]) if lines else "no event")
        if lines.count(done) > 1:
            yield Flaw(f"{done} once", f"{lines.count(done)} times")
        ends: Counter[Any] = Counter()
        for index, piece, end in self._pieces(exchange):
            if ends[index] and piece:
                yield Flaw(f"nothing of choice {index} behind its end", repr(piece))
            ends[index] += end is not None
        for index, count in ends.items():
            if count != 1:
                yield Flaw(f"one event that ends choice {index}", f"{count} such events")
        if not ends:
            yield Flaw("at least one choice", f"none among {len(lines)} events")


def talkers(facts: Facts) -> dict[str, Talker]:
    """What answers with a text."""
    return Talker.every(facts)


def counting(facts: Facts) -> dict[str, Operation]:
    """Operations whose answers tell how many tokens they took."""
    return {name: one for name, one in facts.operations.items() if TALKS in one.node or EMBEDS in one.node}


def sums(operation: Operation, exchange: Exchange) -> Iterator[Flaw]:
    """Yield that the total of an answer's tokens is not the sum of its kinds."""
    table = operation.node.get(TALKS) or operation.node[EMBEDS]
    counted = tokens_told(operation, exchange)
    total = next((found for one in answers_in(exchange) if (found := find(one, table["total"])) is not None), None)
    if counted is None:
        if exchange.media != EVENTS_TYPE:
            places = [row["at"] for row in operation.node["x-voice-billing"]["counts"].values()]
            yield Flaw(f"whole numbers at {', '.join(places)}", "none")
    elif total != sum(counted.values()):
        yield Flaw(f"a total of {sum(counted.values())} tokens", f"{total}")


def is_object(text: str) -> bool:
    """Say whether a text is a JSON object."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
