"""Tells which documented reading an answer shows (`shows` of `x-voice-ambiguities`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.exchanges import Exchange, NotJson
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import bare
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import holds, look, spell

_ABSENT = object()


@dataclass(frozen=True)
class Row:
    """A contradiction that can be asked about from outside."""

    name: str
    operation: Operation
    probe: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def pointer(self) -> str:
        """Where the row stands."""
        return spell(["x-voice-ambiguities", self.name])

    def reading_pointer(self, reading: str) -> str:
        """Where a reading of it stands."""
        return spell(["x-voice-ambiguities", self.name, "readings", reading])


def rows_of(facts: Facts) -> dict[str, Row]:
    """Return the rows with a probe, by name."""
    return {
        name: Row(name, facts.operations[node["probe"]["operation"]], node["probe"])
        for name, node in facts.ambiguities.items()
        if "probe" in node
    }


def fits(shows: Mapping[str, Any], exchange: Exchange, opening: Exchange | None = None) -> bool:
    """Say whether an answer is what a reading shows; `opening` is what the first step before it was answered."""
    changes = shows.get("change", {})
    rest = {word: wanted for word, wanted in shows.items() if word != "change"}
    return all(_JUDGES[word](wanted, exchange) for word, wanted in rest.items()) and all(
        opening is not None and _difference(opening, exchange, place) == wanted for place, wanted in changes.items()
    )


def _difference(before: Exchange, after: Exchange, place: str) -> int | None:
    """Return by how much a number differs, at a pointer or in a header; None where one of them tells none."""
    first, second = _number(before, place), _number(after, place)
    return None if first is None or second is None else second - first


def _number(exchange: Exchange, place: str) -> int | None:
    try:
        value = look(_json_of(exchange), place) if place.startswith("/") else exchange.headers[place.lower()]
        return int(value)
    except (LookupError, ValueError, TypeError):
        return None


def _present_fits(wanted: list[str], exchange: Exchange) -> bool:
    answer = _json_of(exchange)
    return answer is not _ABSENT and all(holds(answer, pointer) for pointer in wanted)


def _patterns_fit(wanted: Mapping[str, str], exchange: Exchange) -> bool:
    return all(re.search(one, exchange.headers.get(name.lower(), "")) is not None for name, one in wanted.items())


def _descending_fits(wanted: Mapping[str, str], exchange: Exchange) -> bool:
    try:
        lists = [[look(item, member) for item in look(_json_of(exchange), place)] for place, member in wanted.items()]
    except (LookupError, TypeError):
        return False
    return all(values == sorted(values, reverse=True) for values in lists)


def _headers_fit(wanted: Mapping[str, Any], exchange: Exchange) -> bool:
    for name, value in wanted.items():
        got = exchange.headers.get(name.lower())
        if (got is None) is not (value is None) or value not in {None, "*", got}:
            return False
    return True


def _json_of(exchange: Exchange) -> Any:
    try:
        return exchange.json()
    except NotJson:
        return _ABSENT


def _json_fits(wanted: Mapping[str, Any], exchange: Exchange) -> bool:
    answer = _json_of(exchange)
    try:
        return all(_same(look(answer, pointer), value) for pointer, value in wanted.items())
    except LookupError:
        return False


def _unlike_fits(wanted: Mapping[str, Any], exchange: Exchange) -> bool:
    answer = _json_of(exchange)
    try:
        return not any(_same(look(answer, pointer), value) for pointer, value in wanted.items())
    except LookupError:
        return False


def _same(got: Any, wanted: Any) -> bool:
    return bool(got == wanted) and isinstance(got, bool) is isinstance(wanted, bool)


def _absent_fits(wanted: list[str], exchange: Exchange) -> bool:
    if not exchange.body:
        return True
    answer = _json_of(exchange)
    return answer is not _ABSENT and not any(holds(answer, pointer) for pointer in wanted)


def _chunks_fit(wanted: str, exchange: Exchange) -> bool:
    """Say whether a body came in pieces: a body of a length known beforehand came whole, however it was read."""
    came_in_pieces = "content-length" not in exchange.headers and len(exchange.pieces) > 1
    return came_in_pieces is (wanted == "many")


_JUDGES: dict[str, Callable[[Any, Exchange], bool]] = {
    "status": lambda wanted, exchange: exchange.status == wanted,
    "media": lambda wanted, exchange: exchange.media == bare(wanted),
    "headers": _headers_fit,
    "json": _json_fits,
    "unlike": _unlike_fits,
    "absent": _absent_fits,
    "present": _present_fits,
    "patterns": _patterns_fit,
    "descending": _descending_fits,
    "text": lambda wanted, exchange: wanted in exchange.text,
    "chunks": _chunks_fit,
}
