"""Knows where a key stands in a request: the header of a security scheme, and its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def header_of(way: Mapping[str, Any]) -> str:
    """Return the header in which a security scheme has its key."""
    return "Authorization" if way["type"] == "http" else str(way["name"])


def value_of(way: Mapping[str, Any], key: str) -> str:
    """Return that header's value for a key."""
    return f"{way['scheme'].title()} {key}" if way["type"] == "http" else key
