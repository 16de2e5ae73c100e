"""What a provider's spec says, as the suite reads it: operations, errors, prices, and where each fact was seen.

Everything under `x-mock-*` is taken out before anybody can look at it: that is the simulator's, not the provider's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml

from contract_tests.kit.media import FORM_TYPE, JSON_TYPE
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
class Answer:
    """A documented answer of an operation: one status."""

    status: int
    node: Mapping[str, Any]
    pointer: str

    @property
    def media(self) -> Mapping[str, Any]:
        """Media type → media object."""
        content: Mapping[str, Any] = self.node.get("content", {})
        return content


@dataclass(frozen=True)
class ErrorRow:
    """A row of `x-voice-errors`."""

    code: str
    node: Mapping[str, Any]

    @property
    def pointer(self) -> str:
        """Where the row stands."""
        return spell(["x-voice-errors", self.code])

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.node["status"])

    @property
    def body(self) -> Any:
        """The template of the body; None is an empty body, a text is plain text."""
        return self.node.get("body")

    @property
    def media(self) -> str:
        """The media type of the body; empty where there is none."""
        if "media" in self.node:
            return str(self.node["media"])
        return "" if self.body is None else "text/plain; charset=utf-8" if isinstance(self.body, str) else JSON_TYPE

    def is_of(self, operation: Operation) -> bool:
        """Say whether an operation may answer it."""
        if "operations" in self.node:
            return operation.id in self.node["operations"]
        return "response" not in self.node


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

    @property
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


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    facts: Facts = field(repr=False, compare=False)
    id: str
    method: str
    path: str

    @property
    def pointer(self) -> str:
        """Where the operation stands."""
        return spell(["paths", self.path, self.method.lower()])

    @cached_property
    def node(self) -> Mapping[str, Any]:
        """The operation object."""
        node: Mapping[str, Any] = look(self.facts.document, self.pointer)
        return node

    @cached_property
    def parameters(self) -> list[Mapping[str, Any]]:
        """The parameters, resolved."""
        return [self.facts.resolve(one) for one in self.node.get("parameters", ())]

    @property
    def path_parameters(self) -> list[str]:
        """The names that stand in braces in the path."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def example_headers(self) -> dict[str, str]:
        """The headers without which nothing reaches the operation, with their documented values; not that of a key."""
        return {
            one["name"]: str(one["example"])
            for one in self.parameters
            if one["in"] == "header" and one.get("required") and "example" in one
        }

    def parameter_pointer(self, name: str) -> str:
        """Return where the parameter of a name stands, through references."""
        for place, one in enumerate(self.node.get("parameters", ())):
            if self.facts.resolve(one)["name"] == name:
                return self.facts.place(one, below(self.pointer, "parameters", place))
        return self.pointer

    # -- request -------------------------------------------------------------------------------------

    @property
    def media(self) -> str:
        """The media type of the body; empty where there is none."""
        return next(iter(self.node.get("requestBody", {}).get("content", {})), "")

    @property
    def is_form(self) -> bool:
        """Whether the body is a form."""
        return self.media == FORM_TYPE

    @cached_property
    def body_pointer(self) -> str:
        """Where the schema of the body stands, through references; empty where there is none."""
        if not self.media:
            return ""
        pointer = below(self.pointer, "requestBody", "content", self.media, "schema")
        return self.facts.place(look(self.facts.document, pointer), pointer)

    @property
    def body_schema(self) -> Mapping[str, Any]:
        """The schema of the body; empty where there is none."""
        schema: Mapping[str, Any] = look(self.facts.document, self.body_pointer) if self.media else {}
        return schema

    def member(self, name: str) -> tuple[Mapping[str, Any], str]:
        """Return the schema of a body member and where it stands, through references; an empty one if there is none."""
        pointer = below(self.body_pointer, "properties", name)
        if not self.media or not holds(self.facts.document, pointer):
            return {}, self.body_pointer or self.pointer
        node = look(self.facts.document, pointer)
        return self.facts.resolve(node), self.facts.place(node, pointer)

    @property
    def examples(self) -> Mapping[str, Mapping[str, Any]]:
        """Name → members of the documented examples of the body."""
        content = self.node.get("requestBody", {}).get("content", {})
        return {
            name: example["value"] for media in content.values() for name, example in media.get("examples", {}).items()
        }

    @property
    def example(self) -> dict[str, Any]:
        """The members of the first documented example; none where the operation has no body."""
        return dict(next(iter(self.examples.values()), {}))

    @property
    def shortest(self) -> Mapping[str, Any]:
        """What makes the example the shortest legal and cheapest request, as a part of a recipe."""
        recipe: Mapping[str, Any] = self.node.get("x-voice-shortest", {})
        return {key: recipe[key] for key in ("with", "without", "clips", "query") if key in recipe}

    @property
    def clips(self) -> Mapping[str, str]:
        """Form field → clip that an example uploads."""
        clips: Mapping[str, str] = self.node.get("x-voice-clips", {})
        return clips

    @cached_property
    def ways_in(self) -> list[Mapping[str, Any]]:
        """The security schemes that let a key in, by header; empty for an open operation."""
        wanted = self.node.get("security", self.facts.document.get("security", ()))
        schemes = self.facts.document["components"].get("securitySchemes", {})
        return [schemes[name] for one in wanted for name in one]

    @property
    def body_key(self) -> str:
        """The body member that may carry the key; empty where none may."""
        return str(self.node.get("x-voice-body-credential", ""))

    @property
    def order(self) -> list[str]:
        """Which check speaks first."""
        root = self.facts.document["x-voice-precedence"]
        order: list[str] = self.node.get("x-voice-precedence", root).get("order", root["order"])
        return order

    def fits(self, path: str) -> bool:
        """Say whether a path is this operation's."""
        own, given = self.path.split("/"), path.split("/")
        return len(own) == len(given) and all(a == b or (a[:1] == "{" and b) for a, b in zip(own, given, strict=True))

    # -- answers -------------------------------------------------------------------------------------

    @cached_property
    def answers(self) -> dict[int, Answer]:
        """Status → documented answer."""
        found = {}
        for status, node in self.node["responses"].items():
            pointer = self.facts.place(node, below(self.pointer, "responses", status))
            found[int(status)] = Answer(int(status), self.facts.resolve(node), pointer)
        return found

    def answer_pointer(self, status: int) -> str:
        """Return where the answer of a status stands; where all answers do, if that one is not documented."""
        return self.answers[status].pointer if status in self.answers else below(self.pointer, "responses")

    @property
    def success(self) -> Answer:
        """The documented success."""
        return self.answers[min(status for status in self.answers if status < 300)]

    @property
    def refusals(self) -> Mapping[str, Any]:
        """Kind of fault → code, or member → code (`x-voice-refusals`)."""
        return {**self.facts.document.get("x-voice-refusals", {}), **self.node.get("x-voice-refusals", {})}

    def refusal(self, kind: str, member: str = "") -> ErrorRow | None:
        """Return the error that refuses a kind of fault (`x-voice-refusals`); None where the spec does not say."""
        code = self.refusals.get(kind)
        if isinstance(code, Mapping):
            code = code.get(member, code.get("*"))
        return self.facts.errors.get(code) if code else None

    @property
    def own_errors(self) -> list[ErrorRow]:
        """The errors this operation may answer."""
        return [row for row in self.facts.errors.values() if row.is_of(self)]

    # -- money, limits -------------------------------------------------------------------------------

    @property
    def billing(self) -> Mapping[str, Any] | None:
        """The price table; None for an operation that costs nothing."""
        table: Mapping[str, Any] | None = self.node.get("x-voice-billing")
        return table

    @property
    def windows(self) -> dict[str, Mapping[str, Any]]:
        """Name → rate window that counts this operation."""
        every = self.facts.document.get("x-voice-limits", {}).get("windows", {})
        applied = self.node.get("x-voice-limits", {}).get("apply", list(every))
        return {name: row for name, row in every.items() if name in applied}

    @cached_property
    def fill_link(self) -> tuple[Operation, Mapping[str, Any]] | None:
        """The operation whose answer tells what to put into the body here, and member → expressions; None if none."""
        for one in self.facts.operations.values():
            for answer in one.answers.values():
                for link in answer.node.get("links", {}).values():
                    if link["operationId"] == self.id and "requestBody" in link:
                        return one, link["requestBody"]
        return None

    @cached_property
    def source_link(self) -> tuple[Operation, Mapping[str, str]] | None:
        """The operation whose answer links here, and parameter → runtime expression; None where none does."""
        for one in self.facts.operations.values():
            for answer in one.answers.values():
                for link in answer.node.get("links", {}).values():
                    if link["operationId"] == self.id and link.get("parameters"):
                        return one, link["parameters"]
        return None


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
