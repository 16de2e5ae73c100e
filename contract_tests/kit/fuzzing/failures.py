"""Ties what Schemathesis says of an answer to facts of the spec; knows its failures by their names alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.answers import status_fact, strays
from contract_tests.kit.credentials import header_of
from contract_tests.kit.errors.statuses import missing_key_row
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import below, look, parts_of, spell
from contract_tests.kit.shapes import Shapes


@dataclass(frozen=True)
class Fault:
    """What is wrong with a request on purpose.

    `kind` is a word of x-voice-refusals (empty where it is none), `place` one of path, query, header, cookie, body,
    `within` a pointer from the schema of that place to the keyword that is broken, `body` the members that were sent.
    """

    operation: Operation = field(repr=False)
    kind: str
    place: str
    parameter: str
    within: str
    what: str
    body: Mapping[str, Any] | None = field(repr=False, default=None)

    @property
    def member(self) -> str:
        """The body member or parameter that is wrong; empty where it is the body as a whole."""
        if self.place != "body":
            return self.parameter
        parts = parts_of(self.within)
        if parts[-1:] == ("required",):
            missing = self._missing
            return missing[0] if missing else ""
        return parts[1] if parts[:1] == ("properties",) and len(parts) > 1 else ""

    @property
    def _missing(self) -> list[str]:
        required: list[str] = list(self.operation.body_schema.get("required", ()))
        return [name for name in required if self.body is not None and name not in self.body]

    @property
    def is_about_the_key(self) -> bool:
        """Whether the request lacks its key."""
        names = {header_of(one).lower() for one in self.operation.ways_in}
        return self.place == "header" and self.parameter.lower() in names

    @property
    def broken(self) -> str:
        """Where the fact stands that the request breaks: the keyword, through references, as far as there is one."""
        if self.is_about_the_key:
            row = missing_key_row(self.operation)
            return row.pointer if row else self.operation.pointer
        if self.place == "body":
            if not self.within and self.kind == "missing":
                return below(self.operation.pointer, "requestBody")
            start = self.operation.body_pointer or self.operation.pointer
            return self._required or _descend(self.operation.facts, start, self.within)
        if not self.parameter or self.parameter.lower() == "content-type":
            return below(self.operation.pointer, "requestBody") if self.operation.media else self.operation.pointer
        start = self.operation.parameter_pointer(self.parameter)
        return _descend(self.operation.facts, start, f"/schema{self.within}" if self.within else "")

    @property
    def _required(self) -> str:
        missing = self._missing if parts_of(self.within) == ("required",) else []
        if not missing:
            return ""
        place = self.operation.body_schema["required"].index(missing[0])
        return below(self.operation.body_pointer, "required", place)


def _descend(facts: Facts, start: str, within: str) -> str:
    """Return where a pointer from a place leads, through references; the last place there is, where it breaks off."""
    here = facts.place(look(facts.document, start), start)
    for part in parts_of(within):
        further = here + spell([part])
        try:
            node = look(facts.document, further)
        except LookupError:
            return here
        here = facts.place(node, further) if isinstance(node, Mapping) else further
    return here


@dataclass(frozen=True)
class Deviation:
    """One way in which an answer contradicts a fact; `is_new` is a value that an open list lacks."""

    rests_on: str
    expected: str
    got: str
    is_new: bool = False


@dataclass(frozen=True)
class _Scene:
    facts: Facts
    shapes: Shapes
    exchange: Exchange
    operation: Operation
    fault: Fault | None
    message: str

    @property
    def got(self) -> str:
        return f"status {self.exchange.status}"


def _against_its_shape(scene: _Scene) -> Iterator[Deviation]:
    """What Schemathesis says of the shape of an answer, in the words of our own judgement where that sees it too."""
    found = False
    for one in strays(scene.facts, scene.shapes, scene.exchange):
        found = True
        yield Deviation(one.fact, one.expected, one.got, one.is_new)
    if not found:
        pointer = scene.operation.answer_pointer(scene.exchange.status)
        yield Deviation(pointer, "an answer of the documented shape", scene.message)


def _accepted(scene: _Scene) -> Iterator[Deviation]:
    """A request that breaks its schema was not refused, or not as documented."""
    fault = scene.fault
    if fault is None:
        yield Deviation(scene.operation.pointer, "a refusal", scene.got)
        return
    row = scene.operation.refusal(fault.kind, fault.member) if fault.kind else None
    if scene.exchange.status >= 400 and row is not None:
        pointer, wanted = status_fact(scene.operation, row), f"{row.status}"
    else:
        pointer, wanted = fault.broken, f"a refusal{f' ({row.status})' if row else ''}"
    yield Deviation(pointer, f"{wanted}: {fault.what}", scene.got)


def _refused(scene: _Scene) -> Iterator[Deviation]:
    yield Deviation(scene.operation.success.pointer, "no refusal of a request that fits its schema", scene.got)


def _failed(scene: _Scene) -> Iterator[Deviation]:
    """The service failed over a request: what rests on its refusal, or on its success if it was legal."""
    fault = scene.fault
    row = scene.operation.refusal(fault.kind, fault.member) if fault and fault.kind else None
    pointer = status_fact(scene.operation, row) if row else scene.operation.success.pointer
    wanted = f"{row.status}: {fault.what}" if row and fault else "no failure of the service"
    yield Deviation(pointer, wanted, scene.got)


def _header_missing(scene: _Scene) -> Iterator[Deviation]:
    fault = scene.fault
    if fault is None:
        yield Deviation(scene.operation.pointer, "a refusal", scene.got)
        return
    key = missing_key_row(scene.operation) if fault.is_about_the_key else None
    row = key or scene.operation.refusal("missing", fault.member)
    pointer = status_fact(scene.operation, row) if row else fault.broken
    yield Deviation(pointer, f"{row.status if row else 'a refusal'}: {fault.what}", scene.got)


def _link_broken(scene: _Scene) -> Iterator[Deviation]:
    link = scene.operation.source_link
    pointer = below(link[0].success.pointer, "links") if link else scene.operation.success.pointer
    yield Deviation(pointer, "what a link leads to is there", scene.got)


_JUDGES: Mapping[str, Callable[[_Scene], Iterator[Deviation]]] = {
    "AcceptedNegativeData": _accepted,
    "RejectedPositiveData": _refused,
    "ServerError": _failed,
    "ContentTypeServerError": _failed,
    "MissingHeaderNotRejected": _header_missing,
    "EnsureResourceAvailability": _link_broken,
    "UseAfterFree": _link_broken,
    "UndefinedStatusCode": _against_its_shape,
    "MissingHeaders": _against_its_shape,
    "JsonSchemaError": _against_its_shape,
    "MalformedJson": _against_its_shape,
    "ContentDeserializationError": _against_its_shape,
    "DiscriminatorMismatch": _against_its_shape,
    "MissingContentType": _against_its_shape,
    "MalformedMediaType": _against_its_shape,
    "UndefinedContentType": _against_its_shape,
}


def known() -> frozenset[str]:
    """Return the names of the failures that are tied to facts of their own."""
    return frozenset(_JUDGES)


def deviations(
    facts: Facts, shapes: Shapes, exchange: Exchange, fault: Fault | None, failure: BaseException
) -> Iterator[Deviation]:
    """Yield what a failure of Schemathesis amounts to; one that nobody here knows rests on the operation."""
    operation = exchange.operation
    assert operation is not None
    scene = _Scene(facts, shapes, exchange, operation, fault, str(failure).strip().splitlines()[0][:300])
    judge = _JUDGES.get(type(failure).__name__)
    if judge is None:
        yield Deviation(operation.pointer, "nothing that Schemathesis finds", scene.message)
    else:
        yield from judge(scene)
