"""Operations whose answers hold pictures or tell where they are (`x-voice-pictures`), and what is asked of them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.numbers import positive
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import find
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.run import Run
from contract_tests.kit.tables import Tabled

TABLE = "x-voice-pictures"
_SIZE = re.compile(r"[0-9]+x[0-9]+")
# Where nothing is said about the format.
DEFAULT_FORMAT = "png"
Asked = list[tuple[Operation, Recipe]]


@dataclass(frozen=True)
class Drawer(Tabled):
    """An operation that draws."""

    table_name = TABLE

    @property
    def recipes(self) -> dict[str, Recipe]:
        """Name → recipe of every documented example but the first, and of every way in the table."""
        first = self.operation.example
        others = list(self.operation.examples.items())[1:]
        examples = {name: {"with": one, "without": sorted(first.keys() - one.keys())} for name, one in others}
        ways = {name: {**one, "without": _missing(first, one)} for name, one in self.table.get("as", {}).items()}
        return {**examples, **{f"as {name}": one for name, one in ways.items()}}

    def wanted(self, fields: Mapping[str, Any], key: str) -> Any:
        """Return the value of the member that asks for the number, the size or the format; its default if left out.

        None where it does not count, as for models that know no formats.
        """
        name = self.table.get(key)
        where: Mapping[str, list[Any]] = self.table.get(f"{key}-where", {})
        if name is None or any(fields.get(other) not in values for other, values in where.items()):
            return None
        value = fields.get(name)
        return self.operation.member(name)[0].get("default") if value is None else value

    def count(self, fields: Mapping[str, Any]) -> int:
        """How many pictures are asked for; none is one."""
        return positive(self.wanted(fields, "count"), 1)

    def size(self, fields: Mapping[str, Any]) -> str:
        """The size that is asked for; empty where it is left to the server."""
        value = self.wanted(fields, "size")
        return value if isinstance(value, str) and _SIZE.fullmatch(value) else ""

    def format(self, fields: Mapping[str, Any]) -> str:
        """The format that is asked for; empty where the operation offers none."""
        return str(self.wanted(fields, "format") or DEFAULT_FORMAT) if "format" in self.table else ""

    def items(self, answer: Exchange) -> list[Any]:
        """Return the pictures in an answer, each as it is told."""
        found = answer.at(self.table["at"]) if "at" in self.table else answer.at("")
        return found if isinstance(found, list) else [found] if "at" not in self.table else []

    def told(self, item: Any, key: str) -> str:
        """Return what an item says as `url` or `base64`; empty where it says nothing."""
        value = find(item, self.table[key]) if key in self.table else None
        return value if isinstance(value, str) else ""


def _missing(first: Mapping[str, Any], recipe: Recipe) -> list[str]:
    """Return the members of the example that are not of a recipe's: they are another model's."""
    return sorted(first.keys() - recipe["with"].keys() - {"prompt"})


def drawers(facts: Facts) -> dict[str, Drawer]:
    """Operations that draw when they are asked."""
    return {name: one for name, one in Drawer.every(facts).items() if "at" in one.table}


def both_ways(facts: Facts) -> dict[str, Drawer]:
    """Operations that tell a picture by its address or in base64, as one likes."""
    return {name: one for name, one in drawers(facts).items() if {"url", "base64"} <= one.table.get("as", {}).keys()}


def every_way(_: Facts, case: Drawer) -> Asked:
    """Every documented example, and every way in the table."""
    return [(case.operation, recipe) for recipe in case.recipes.values()]


def downloads(facts: Facts, case: Drawer) -> int:
    """How many pictures that comes to, if all are told by addresses."""
    fields = [{**case.operation.example, **recipe.get("with", {})} for _, recipe in every_way(facts, case)]
    return sum(case.count(one) for one in [case.operation.example, *fields])


class BadBase64(Exception):
    """What was to be base64 is none."""


def bytes_of(text: str) -> bytes:
    """Return the bytes of base64. Raises BadBase64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadBase64(f"{text[:40]!r}: {error}") from None


def answers_in(run: Run, drawer: Drawer) -> Iterator[Exchange]:
    """Yield every answer of ours so far that is to hold pictures."""
    for one in run.log:
        if one.draft and one.is_success and one.is_of(drawer.operation):
            yield one
