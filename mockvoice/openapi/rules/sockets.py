"""Knows when a conversation over a WebSocket is sound: its messages, their order, what it speaks, what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.pointer import split
from mockvoice.openapi.rules.common import Document, members_at, options_of
from mockvoice.openapi.vocabulary import Path, Report, resolve

TABLE = "x-voice-websockets"
SIDES = ("client", "server")


def check_sockets(document: Document, report: Report) -> None:
    """Messages have their type, the order can be followed, and what is named is there."""
    for name, row in document.get(TABLE, {}).items():
        place: Path = (TABLE, name)
        if not row["url"].endswith(row["path"]):
            report((*place, "path"), f"expected the path of {row['url']!r}, got {row['path']!r}")
        for side in SIDES:
            for message in row[side]:
                _check_message(document, row, (*place, side, message), report)
        _check_order(row, (*place, "order"), report)
        _check_members(document, row, place, report)
        windows = document.get("x-voice-limits", {}).get("windows", {})
        for index, window in enumerate(row["limits"]["windows"]):
            if window not in windows:
                report((*place, "limits", "windows", index), f"no window {window!r}{did_you_mean(window, windows)}")
    known = document.get(TABLE, {})
    for name, ambiguity in document.get("x-voice-ambiguities", {}).items():
        asked = ambiguity.get("talk", {}).get("socket", next(iter(known), None))
        if asked is not None and asked not in known:
            place = ("x-voice-ambiguities", name, "talk", "socket")
            report(place, f"no row {asked!r} in {TABLE}{did_you_mean(asked, known)}")


def schema_of(document: Document, message: Document) -> Document:
    """Return the schema of a message, references followed."""
    return resolve(document, message["schema"])


def _check_message(document: Document, row: Document, place: Path, report: Report) -> None:
    """A message is an object that names its type; what is sent as an example, or said, are members of it."""
    *_, side, name = place
    message = row[str(side)][name]
    schema = schema_of(document, message)
    properties = schema.get("properties", {})
    kind = split(row["type"])[0]
    if resolve(document, properties.get(kind, {})).get("const") != name or kind not in schema.get("required", ()):
        report((*place, "schema"), f"expected an object with a required member {kind!r} that is always {name!r}")
    if side == "client":
        for member, one in properties.items():
            if "$ref" not in one and "x-voice-source" not in one:
                report((*place, "schema"), f"x-voice-source of the member {member!r} is missing")
        _check_example(document, (*place, "example"), message, report)
    for member in message.get("says", {}):
        if member not in properties:
            report((*place, "says", member), f"no such member of the message{did_you_mean(member, properties)}")
    for member in schema.get("required", ()) if side == "server" else ():
        if member != kind and member not in message["says"]:
            report((*place, "says"), f"{member!r} is required and never said")


def _check_example(document: Document, place: Path, message: Document, report: Report) -> None:
    import jsonschema_rs  # noqa: PLC0415 - only for a spec that is new

    schemas = {"components": {"schemas": document.get("components", {}).get("schemas", {})}}
    error = next(
        iter(jsonschema_rs.validator_for({**message["schema"], **schemas}).iter_errors(message["example"])), None
    )
    if error is not None:
        report(place, f"does not satisfy its schema: {error.message}")


def _check_order(row: Document, place: Path, report: Report) -> None:
    """Edges are messages, lead to states, every state can be reached, and every message is somewhere in order."""
    order = row["order"]
    states, known = order["states"], [*row["client"], *row["server"]]
    for name in (one for one in row["client"] if one in row["server"]):
        report((*place, "states"), f"{name!r} is a message of both sides, so its edges cannot be told apart")
    if order["initial"] not in states:
        report((*place, "initial"), f"no such state{did_you_mean(order['initial'], states)}")
        return
    used = set(order["anywhere"])
    for index, name in enumerate(order["anywhere"]):
        if name not in known:
            report((*place, "anywhere", index), f"no message {name!r}{did_you_mean(name, known)}")
    for state, edges in states.items():
        used |= set(edges)
        for name, following in edges.items():
            if name not in known:
                report((*place, "states", state, name), f"no message {name!r}{did_you_mean(name, known)}")
            if following not in states:
                report((*place, "states", state, name), f"no state {following!r}{did_you_mean(following, states)}")
    for name in known:
        if name not in used:
            report((*place, "states"), f"{name!r} never comes in this order")
    for state in sorted(set(states) - _reached(order["initial"], states)):
        report((*place, "states", state), f"cannot be reached from {order['initial']!r}")


def _reached(initial: str, states: Document) -> set[str]:
    found, todo = {initial}, [initial]
    while todo:
        following = {one for one in states[todo.pop()].values() if one in states} - found
        found |= following
        todo += following
    return found


def _pointers(row: Document) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (where it is said, message, pointer into it)."""
    yield ("token", "member"), row["token"]["of"], row["token"]["member"]
    yield ("speech", "text"), row["speech"]["of"], row["speech"]["text"]
    yield ("speech", "voice"), "start", row["speech"]["voice"]
    yield ("speech", "format"), "start", row["speech"]["format"]
    yield ("billing", "field"), row["speech"]["of"], f"/{row['billing']['field']}"


def _check_members(document: Document, row: Document, place: Path, report: Report) -> None:
    """What is said of members leads to members of client messages; formats are those that may be asked for."""
    for said, name, pointer in _pointers(row):
        if name not in row["client"]:
            report((*place, said[0], "of"), f"no message {name!r} of the client{did_you_mean(name, row['client'])}")
            continue
        found: list[Any] = members_at(document, row["client"][name]["schema"], pointer)
        if not found:
            report((*place, *said), f"the message {name!r} has nothing at {pointer}")
        if said == ("speech", "format") and found:
            asked = {value for one in found for _, value in options_of((), one)}
            for form in sorted(asked ^ set(row["speech"]["types"])):
                report(
                    (*place, "speech", "types"), f"{form!r} is a format of the message or of this table, not of both"
                )
