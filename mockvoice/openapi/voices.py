"""Knows where the names of voices stand in a spec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def voice_names(node: Any) -> Iterator[str]:
    """Yield the names of voices that a document knows: enums of a field `voice`, ids and titles of a catalogue."""
    if isinstance(node, dict):
        voice = node.get("voice")
        if isinstance(voice, dict):
            yield from (str(name) for name in voice.get("enum", ()))
        if isinstance(node.get("_id"), str) and isinstance(node.get("title"), str):
            yield from (node["_id"], node["title"])
    if isinstance(node, dict | list):
        for one in node.values() if isinstance(node, dict) else node:
            yield from voice_names(one)
