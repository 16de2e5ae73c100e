"""Judges what comes as server-sent events: the order of events, their end, and what the pieces come to."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_tests.kit.events import events_of
from contract_tests.kit.exchanges import NotJson, read_json
from contract_tests.kit.flaws import Flaw
from contract_tests.kit.pointers import find

# The members of `events`, in x-voice-speech and x-voice-transcript.
Table = Mapping[str, Any]


class BadStream(Exception):
    """Events that cannot be read; the message says why."""


def read(body: bytes) -> list[Any]:
    """Return the data of every event. Raises BadStream for data that is no JSON."""
    try:
        return [read_json(one.data.encode()) for one in events_of(body)]
    except NotJson as error:
        raise BadStream(f"an event whose data is {error}") from None


def kind_of(event: Any, table: Table) -> str:
    """Return the type of an event; empty where it tells none."""
    return str(find(event, table["type"]) or "")


def disorder(events: Sequence[Any], table: Table) -> Iterator[Flaw]:
    """Yield what is wrong with the order: pieces first, then one event that ends them, and nothing behind it."""
    kinds = [kind_of(one, table) for one in events]
    delta, done = table["delta"], table["done"]
    if done not in kinds:
        yield Flaw(f"a last event {done}", f"{len(kinds)} events, the last {kinds[-1] if kinds else 'none'}")
    elif kinds[-1] != done:
        yield Flaw(f"nothing behind {done}", f"{kinds[kinds.index(done) + 1]} behind it")
    elif kinds.count(done) > 1:
        yield Flaw(f"{done} once", f"{kinds.count(done)} times")
    if delta not in kinds:
        yield Flaw(f"at least one {delta}", f"none among {len(kinds)} events")
    for one, kind in zip(events, kinds, strict=True):
        if kind == delta and not isinstance(find(one, table["piece"]), str):
            yield Flaw(f"a text at {table['piece']} of each {delta}", repr(one)[:120])


def pieces(events: Sequence[Any], table: Table) -> list[str]:
    """Return the pieces in the order in which they came."""
    found = [find(one, table["piece"]) for one in events if kind_of(one, table) == table["delta"]]
    return [one for one in found if isinstance(one, str)]


def joined_bytes(events: Sequence[Any], table: Table) -> bytes:
    """Return what pieces in base64 come to. Raises BadStream for what is no base64."""
    try:
        return b"".join(base64.b64decode(one, validate=True) for one in pieces(events, table))
    except (binascii.Error, ValueError) as error:
        raise BadStream(f"a piece that is no base64: {error}") from None


def whole(events: Sequence[Any], table: Table) -> str | None:
    """Return the text that the last event tells as a whole; None where it tells none."""
    last = [one for one in events if kind_of(one, table) == table["done"]]
    told = find(last[-1], table["whole"]) if last and "whole" in table else None
    return told if isinstance(told, str) else None


def without_events(table: Table, example: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of `with` that does not ask for events: members that the example has as well, such as a model."""
    return {name: value for name, value in table["with"].items() if name in example}
