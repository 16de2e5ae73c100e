"""What the spec says of one operation: its request, its answers, its errors, its price and its limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from contract_tests.kit.media import FORM_TYPE, JSON_TYPE, PACKED_TYPE
from contract_tests.kit.pointers import below, holds, look, spell

if TYPE_CHECKING:
    from contract_tests.kit.facts import Facts


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
        return "response" not in self.node and operation.id not in self.node.get("except", ())


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

    def leading_to(self, ident: str) -> dict[str, dict[str, str]]:
        """Return the part of a recipe that asks for the thing of an id: in the path, the query or the body."""
        if self.path_parameters:
            return {"path": {self.path_parameters[-1]: ident}}
        if self.source_link is not None:
            return {"query": dict.fromkeys(self.source_link[1], ident)}
        return {"with": dict.fromkeys(self.fill_link[1], ident)} if self.fill_link is not None else {}

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
    def takes_packed(self) -> bool:
        """Whether the body may be MessagePack as well as JSON."""
        return PACKED_TYPE in self.node.get("requestBody", {}).get("content", {})

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

    @property
    def before(self) -> Mapping[str, Any]:
        """What has to be done before a call makes sense (`x-voice-before`); empty where nothing has."""
        before: Mapping[str, Any] = self.node.get("x-voice-before", {})
        return before

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

    @property
    def last_line(self) -> str:
        """What the last event says that is no JSON; empty where every event is."""
        return str(self.node.get("x-voice-chat", {}).get("events", {}).get("done", ""))

    @property
    def legal_rules(self) -> Mapping[str, dict[str, Any]]:
        """Name → schema of the body: rules between members, which a request has to keep to be legal beyond doubt."""
        rules: Mapping[str, dict[str, Any]] = self.node.get("x-voice-legal", {}).get("rules", {})
        return rules

    @property
    def doubtful_refusal(self) -> ErrorRow | None:
        """The error of what breaks a rule between members; None where there is no such rule."""
        table = self.node.get("x-voice-legal")
        return self.facts.errors[table["refusal"]] if table else None

    # -- money, limits -------------------------------------------------------------------------------

    @property
    def billing(self) -> Mapping[str, Any] | None:
        """The price table; None for an operation that costs nothing."""
        table: Mapping[str, Any] | None = self.node.get("x-voice-billing")
        return table

    @cached_property
    def windows(self) -> dict[str, Mapping[str, Any]]:
        """Name → rate window that counts this operation for an account; its `refusal` is what this operation answers.

        Windows of addresses are none of them.
        """
        every = self.facts.document.get("x-voice-limits", {}).get("windows", {})
        applied = self.node.get("x-voice-limits", {}).get("apply", list(every))
        return {
            name: {**row, "refusal": _own_code(row["refusal"], self.id)}
            for name, row in every.items()
            if name in applied and row.get("per") != "address"
        }

    @property
    def scope(self) -> str:
        """The scope a key needs here; empty where every key will do."""
        return str(self.node.get("x-voice-scope", {}).get("name", ""))

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


def _own_code(codes: str | Mapping[str, str], operation_id: str) -> str:
    """Return the code of an operation, where one may be given by operation (`*`: every other one)."""
    return codes if isinstance(codes, str) else codes.get(operation_id, codes["*"])
