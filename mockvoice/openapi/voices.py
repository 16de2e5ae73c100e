"""Knows where the names of voices stand in a spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def voice_names(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of voices that a document knows: enums of a field `voice`, ids and titles of a catalogue."""
    yield from _named(document)
    made = document.get("x-mock-figures", {}).get("made-voices")
    if made is not None:
        from mockvoice.openapi.catalogue import made_voices  # noqa: PLC0415 - when a strange voice is heard, not before

        for one in made_voices(made["value"]):
            yield from (one["_id"], one["title"])


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        voice = node.get("voice")
        if isinstance(voice, Mapping):
            yield from (str(name) for name in voice.get("enum", ()))
        if isinstance(node.get("_id"), str) and isinstance(node.get("title"), str):
            yield from (node["_id"], node["title"])
    if isinstance(node, Mapping | list):
        for one in node.values() if isinstance(node, Mapping) else node:
            yield from _named(one)
