"""What the documents say of a conversation over a WebSocket; sends and judges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.facts import Facts
from contract_tests.kit.pointers import below, parts_of, spell
from contract_tests.kit.prices import price_of

TABLE = "x-voice-websockets"


@dataclass(frozen=True)
class Socket:
    """One row of the table."""

    facts: Facts = field(repr=False, compare=False)
    name: str

    @property
    def node(self) -> Mapping[str, Any]:
        """The row."""
        row: Mapping[str, Any] = self.facts.document[TABLE][self.name]
        return row

    @property
    def pointer(self) -> str:
        """Where the row stands."""
        return spell([TABLE, self.name])

    def at(self, *parts: str) -> str:
        """Return a pointer to something in the row."""
        return below(self.pointer, *parts)

    @property
    def type(self) -> str:
        """The member that tells a message's type."""
        return parts_of(self.node["type"])[0]

    def schema(self, name: str) -> str:
        """Return where the schema of a message of the server stands."""
        return str(self.node["server"][name]["schema"]["$ref"]).removeprefix("#")

    def example(self, name: str) -> dict[str, Any]:
        """Return the documented example of a message of the client."""
        return dict(self.node["client"][name]["example"])

    @property
    def text_member(self) -> str:
        """The member of a text message that holds the text."""
        return parts_of(self.node["speech"]["text"])[0]

    @property
    def text(self) -> str:
        """The text of the documented example."""
        return str(self.example(self.node["speech"]["of"])[self.text_member])

    @property
    def formats(self) -> Mapping[str, str]:
        """Format → media type of the joined pieces."""
        types: Mapping[str, str] = self.node["speech"]["types"]
        return types

    @property
    def format(self) -> str:
        """The format of the documented example."""
        node: Any = self.example("start")
        for part in parts_of(self.node["speech"]["format"]):
            node = node.get(part) if isinstance(node, dict) else None
        return node if isinstance(node, str) else next(iter(self.formats))

    def start(self, **asked: str) -> dict[str, Any]:
        """Return the example of `start` with other values for `format` or `voice`."""
        message = self.example("start")
        for name, value in asked.items():
            message = _put(message, parts_of(self.node["speech"][name]), value)
        return message

    def price(self, text: str) -> int:
        """Return what one text costs, in the ledger's unit."""
        return price_of(self.node["billing"], len(text), {})

    def refusal(self, kind: str) -> Mapping[str, Any]:
        """Return how a kind of fault is told."""
        row: Mapping[str, Any] = self.node["errors"][kind]
        return row

    def is_binary(self, name: str) -> bool:
        """Say whether a binary frame follows a message of the server."""
        return bool(self.node["server"].get(name, {}).get("binary"))

    def following(self, state: str, name: str) -> str | None:
        """Return the state after a message of either side; None where it must not come."""
        order = self.node["order"]
        if name in order["anywhere"]:
            return state
        found: str | None = order["states"].get(state, {}).get(name)
        return found


def _put(message: Mapping[str, Any], way: Sequence[str], value: Any) -> dict[str, Any]:
    first, *rest = way
    inner = message.get(first)
    return {**message, first: _put(inner if isinstance(inner, dict) else {}, rest, value) if rest else value}


@dataclass(frozen=True)
class Spoken:
    """A conversation in one of its formats."""

    socket: Socket
    format: str


@dataclass(frozen=True)
class Told:
    """A kind of fault in a conversation."""

    socket: Socket
    kind: str


@dataclass(frozen=True)
class Question:
    """What the documents contradict themselves about, to be asked in a conversation; `row` is the name of it."""

    socket: Socket
    row: str


def questions(facts: Facts) -> dict[str, Question]:
    """Contradictions about conversations over a WebSocket."""
    return {
        name: Question(Socket(facts, node["talk"]["socket"]), name)
        for name, node in facts.ambiguities.items()
        if "talk" in node
    }


def sockets(facts: Facts) -> dict[str, Socket]:
    """Every conversation over a WebSocket, by its name."""
    return {name: Socket(facts, name) for name in facts.document.get(TABLE, {})}


def in_every_format(facts: Facts) -> dict[str, Spoken]:
    """Every conversation over a WebSocket, in each of its formats."""
    return {f"{name} {form}": Spoken(one, form) for name, one in sockets(facts).items() for form in sorted(one.formats)}
