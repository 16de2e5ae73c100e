"""Reads server-sent events out of a body (HTML standard, section 9.2)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One event: its type (`message` where none is given) and its data, lines joined."""

    kind: str
    data: str


def events_of(body: bytes) -> list[Event]:
    """Return the events of a body; what breaks off without an empty line is no event."""
    found: list[Event] = []
    kind = "message"
    data: list[str] = []
    for line in body.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line:
            if data:
                found.append(Event(kind, "\n".join(data)))
            kind, data = "message", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data.append(value)
        elif name == "event":
            kind = value
    return found
