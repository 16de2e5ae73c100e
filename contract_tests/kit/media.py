"""Knows media types: those that the suite calls by name, and any type without its parameters."""

from __future__ import annotations

JSON_TYPE = "application/json"
FORM_TYPE = "multipart/form-data"
PACKED_TYPE = "application/msgpack"
EVENTS_TYPE = "text/event-stream"


def bare(media: str) -> str:
    """Return a media type without parameters, in small letters; empty where there is none."""
    return media.partition(";")[0].strip().lower()
