"""What a provider's spec says as a whole, under the readings in force, and where each fact was seen.

Everything under `x-mock-*` is taken out before anybody can look at it: that is the simulator's, not the provider's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml

from contract_tests.kit.operations import Answer, ErrorRow, Operation
from contract_tests.kit.pointers import below, drop, holds, look, parts_of, put, spell
from contract_tests.kit.verdicts import Fact

METHODS = ("get", "post", "put", "delete", "patch")
# The less sure it is that a fact is true, the smaller.
_SURENESS = {"assumed": 0, "published": 1, "recorded": 1, "document": 2}
_TELLING = ("when", "question", "means", "what", "fact", "description", "summary", "title", "name")
Kept = TypeVar("Kept")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SpecMissing(Exception):
    """There is no such spec; the message names the folder and what is there."""


class NoSuchReading(Exception):
    """A row or reading was chosen that the spec does not have."""


def without_mock(node: Any) -> Any:
    """Return a copy of a document without anything that is true of the simulator alone."""
    if isinstance(node, dict):
        return {key: without_mock(value) for key, value in node.items() if not str(key).startswith("x-mock")}
    if isinstance(node, list):
        return [without_mock(one) for one in node]
    return node


def load(provider: str, folder: Path) -> Facts:
    """Read `<folder>/<provider>.yaml`. Raises SpecMissing."""
    path = folder / f"{provider}.yaml"
    if not path.is_file():
        there = ", ".join(sorted(one.stem for one in folder.glob("*.yaml"))) or "no spec at all"
        raise SpecMissing(f"no spec of a provider {provider!r} in {folder}; there is {there}")
    # The loader is a safe one: CSafeLoader, or SafeLoader where PyYAML has no C part.
    return Facts(without_mock(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)))  # noqa: S506


@dataclass(frozen=True)
class Facts:
    """A spec under certain readings."""

    original: dict[str, Any]
    chosen: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The spec with its readings applied: all are set before anything is taken out, chosen ones after defaults."""
        changed = self.original
        gone: list[str] = []
        for row, reading in sorted(self.readings.items(), key=lambda item: item[0] in self.chosen):
            node = self.ambiguities[row]["readings"][reading]
            for pointer, value in node.get("set", {}).items():
                if not pointer.startswith("/x-mock"):
                    changed = put(changed, pointer, value)
            gone += [pointer for pointer in node.get("unset", ()) if not pointer.startswith("/x-mock")]
        for pointer in sorted(set(gone), key=len, reverse=True):
            if holds(changed, spell(parts_of(pointer)[:-1])):
                changed = drop(changed, pointer)
        return changed

    @property
    def ambiguities(self) -> Mapping[str, Any]:
        """Row → question, default, probe and readings."""
        rows: Mapping[str, Any] = self.original.get("x-voice-ambiguities", {})
        return rows

    @cached_property
    def readings(self) -> dict[str, str]:
        """The reading of every row: what was chosen, else the default."""
        return {row: self.chosen.get(row, node["default"]) for row, node in self.ambiguities.items()}

    def read_as(self, choices: Mapping[str, str]) -> Facts:
        """Return the facts under other readings. Raises NoSuchReading."""
        for row, reading in choices.items():
            if row not in self.ambiguities:
                raise NoSuchReading(f"no row {row!r}; there is {', '.join(self.ambiguities)}")
            known = self.ambiguities[row]["readings"]
            if reading not in known:
                raise NoSuchReading(f"row {row!r} has no reading {reading!r}; there is {', '.join(known)}")
        return Facts(self.original, {**self.chosen, **choices})

    # -- what there is -------------------------------------------------------------------------------

    @property
    def provider(self) -> str:
        """The provider's id."""
        return str(self.document["x-voice-provider"]["id"])

    @property
    def unit(self) -> str:
        """What the ledger counts."""
        return str(self.document["x-voice-provider"]["unit"])

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Every operation by its id, in the order of the spec."""
        return {
            node["operationId"]: Operation(self, node["operationId"], method.upper(), path)
            for path, item in self.document["paths"].items()
            for method, node in item.items()
            if method in METHODS
        }

    @cached_property
    def errors(self) -> dict[str, ErrorRow]:
        """Every documented error by its code."""
        return {code: ErrorRow(code, node) for code, node in self.document["x-voice-errors"].items()}

    def present(self, operation: Operation | None) -> Operation | None:
        """Return an operation under these readings: an answer may have come before it was known which are followed."""
        return self.operations[operation.id] if operation else None

    @property
    def figures(self) -> dict[str, Any]:
        """Name → value of `x-voice-figures`."""
        return {name: row["value"] for name, row in self.document.get("x-voice-figures", {}).items()}

    @property
    def machines(self) -> Mapping[str, Any]:
        """Name → machine of `x-voice-tasks`."""
        machines: Mapping[str, Any] = self.document.get("x-voice-tasks") or {}
        return machines

    @property
    def audio(self) -> Mapping[str, Any]:
        """What may be wrong with audio → how it is refused (`x-voice-audio`)."""
        audio: Mapping[str, Any] = self.document.get("x-voice-audio", {})
        return audio

    @property
    def video(self) -> Mapping[str, Any]:
        """What may be wrong with video → how it is refused (`x-voice-video`)."""
        video: Mapping[str, Any] = self.document.get("x-voice-video", {})
        return video

    def resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """Follow local references to the object they mean."""
        while "$ref" in node:
            node = look(self.document, node["$ref"])
        return node

    def place(self, node: Mapping[str, Any], pointer: str) -> str:
        """Return the pointer of what a node at a pointer means, through references."""
        while "$ref" in node:
            pointer = node["$ref"].removeprefix("#")
            node = look(self.document, pointer)
        return pointer

    def headers_of(self, answer: Answer) -> Iterator[tuple[str, Mapping[str, Any], str]]:
        """Yield (name, header object, where it stands) of an answer, through references."""
        for name, header in answer.node.get("headers", {}).items():
            yield name, self.resolve(header), self.place(header, below(answer.pointer, "headers", name))

    def operation_at(self, method: str, path: str) -> Operation | None:
        """Return the operation a request is for; its path is without query and without what stands before it."""
        found = [one for one in self.operations.values() if one.method == method and one.fits(path)]
        return min(found, key=lambda one: one.path.count("{")) if found else None

    @cached_property
    def _kept(self) -> dict[str, Any]:
        return {}

    def keep(self, name: str, make: Callable[[], Kept]) -> Kept:
        """Return what somebody works out of these facts, made once and known by a name."""
        if name not in self._kept:
            self._kept[name] = make()
        found: Kept = self._kept[name]
        return found

    # -- sources -------------------------------------------------------------------------------------

    def weakest(self, *pointers: str) -> str:
        """Return the pointer of several that is the least sure; the first of those that are equally so."""
        return min(pointers, key=lambda one: _SURENESS[self.fact(one).seen])

    def fact(self, pointer: str) -> Fact:
        """Return what stands at a pointer and where it was seen: by the nearest source on the way down."""
        parts = parts_of(pointer)
        source: Mapping[str, Any] = {"seen": "assumed", "source": "nobody says so"}
        telling = ""
        node: Any = self.document
        for depth in range(len(parts) + 1):
            if isinstance(node, dict):
                own = node.get("x-voice-source", node if "seen" in node and "source" in node else None)
                if isinstance(own, dict):
                    source = own.get("parts", {}).get(parts[depth] if depth < len(parts) else "", own)
                telling = next((str(node[key]) for key in _TELLING if isinstance(node.get(key), str)), telling)
            if depth < len(parts):
                try:
                    node = look(node, spell([parts[depth]]))
                except LookupError:
                    break
        last = f": {node}" if isinstance(node, str | int | float | bool) else ""
        text = f"{telling} ({parts[-1]}{last})" if parts else telling
        return Fact(pointer, text, str(source["seen"]), str(source["source"]))


def every_property(
    facts: Facts, schema: Mapping[str, Any], pointer: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (pointer into an answer, schema) of all properties of an object schema, through references and lists."""
    schema = facts.resolve(schema)
    for branch in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from every_property(facts, branch, pointer)
    for name, one in schema.get("properties", {}).items():
        here = f"{pointer}{spell([name])}"
        yield here, facts.resolve(one)
        yield from every_property(facts, one, here)
