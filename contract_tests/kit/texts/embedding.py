"""Operations that turn texts into vectors (`x-voice-embedding`): what came, and how near vectors are."""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.flaws import Flaw
from contract_tests.kit.numbers import whole
from contract_tests.kit.pointers import below, find
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.tables import Tabled
from contract_tests.kit.texts.asking import EMBEDS

# How far a length may be from one, and how near two vectors of one text have to be: real engines compute in parallel.
LENGTH_OFF = 1e-3
ALIKE = 0.999
TEXTS = ("The quick brown fox.", "Blue is the sea.", "The quick brown fox.", "Bread and butter.")

Vector = Sequence[float]


@dataclass(frozen=True)
class Embedder(Tabled):
    """An operation that turns texts into vectors."""

    table_name = EMBEDS

    @property
    def lengths(self) -> Mapping[str, Mapping[str, Any]]:
        """Model → how many numbers its vectors have, and whether fewer can be asked for."""
        lengths: Mapping[str, Mapping[str, Any]] = self.operation.facts.figures[self.table["lengths"]]
        return lengths

    @property
    def lengths_pointer(self) -> str:
        """Where that stands."""
        return below("/x-voice-figures", self.table["lengths"])

    def texts(self, *texts: str, **members: Any) -> Recipe:
        """Return the recipe of several texts."""
        return {"with": {self.table["text"]: list(texts), **members}}

    @property
    def shortening(self) -> list[str]:
        """The models whose vectors can be asked for with fewer numbers."""
        taken = self.operation.member(self.table["model"])[0].get("enum", ())
        return [one for one in taken if self.lengths.get(one, {}).get("shortens")] if "shorter" in self.table else []

    def shorter(self, model: str, length: int) -> Recipe:
        """Return the recipe of the example as a vector of fewer numbers."""
        return {"with": {self.table["model"]: model, self.table["shorter"]: length}}

    # -- what came -----------------------------------------------------------------------------------

    def vectors(self, exchange: Exchange) -> list[Vector]:
        """Return the vectors of an answer, in the order in which they came; empty ones for what is no vector."""
        return [_numbers(find(one, self.table["vectors"]["vector"])) for one in self._items(exchange)]

    def indices(self, exchange: Exchange) -> list[Any]:
        """Return the numbers that an answer gives to its vectors."""
        return [find(one, self.table["vectors"]["index"]) for one in self._items(exchange)]

    def _items(self, exchange: Exchange) -> list[Any]:
        found = exchange.at(self.table["vectors"]["at"])
        return found if isinstance(found, list) else []

    def expected_length(self, exchange: Exchange) -> int | None:
        """Return how many numbers each vector of an answer is to have; None where nobody says so."""
        wanted = whole(exchange.fields.get(self.table.get("shorter", "")))
        if wanted is not None:
            return wanted
        model = exchange.fields.get(self.table["model"])
        row = self.lengths.get(model) if isinstance(model, str) else None
        return None if row is None else int(row["length"])


def _numbers(value: Any) -> Vector:
    """Return the numbers of a vector: a list, or floats of four bytes in base64; empty for anything else."""
    if isinstance(value, str):
        try:
            data = base64.b64decode(value, validate=True)
            return struct.unpack(f"<{len(data) // 4}f", data)
        except (binascii.Error, ValueError, struct.error):
            return ()
    numbers = value if isinstance(value, list) else []
    return numbers if all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers) else ()


def norm(vector: Vector) -> float:
    """Return the length of a vector."""
    return math.sqrt(math.fsum(one * one for one in vector))


def likeness(one: Vector, other: Vector) -> float:
    """Return the cosine of the angle between two vectors; 0 for two that cannot be compared."""
    size = norm(one) * norm(other)
    if len(one) != len(other) or not size:
        return 0.0
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / size


def wrong_lengths(embedder: Embedder, exchange: Exchange) -> Iterator[Flaw]:
    """Yield that a vector has more or fewer numbers than it is to have, or that there is none."""
    wanted = embedder.expected_length(exchange)
    vectors = embedder.vectors(exchange)
    if not vectors:
        yield Flaw("vectors", "none")
    for vector in vectors:
        if wanted is not None and len(vector) != wanted:
            yield Flaw(f"{wanted} numbers in each vector", f"{len(vector)}")


def not_of_unit_length(embedder: Embedder, exchange: Exchange) -> Iterator[Flaw]:
    """Yield that a vector is not of length one, or that there is none."""
    vectors = embedder.vectors(exchange)
    if not vectors:
        yield Flaw("vectors of length 1", "no vector")
    for vector in vectors:
        if abs(norm(vector) - 1) > LENGTH_OFF:
            yield Flaw("vectors of length 1", f"one of length {norm(vector):.4f}")


def embedders(facts: Facts) -> dict[str, Embedder]:
    """What turns texts into vectors."""
    return Embedder.every(facts)
