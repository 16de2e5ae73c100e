"""Knows ambiguities: which readings a spec offers, and what a document looks like under one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockvoice.core.errors import SettingsError
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.pointer import remove, replace
from mockvoice.openapi.vocabulary import Path


def with_reading(
    document: dict[str, Any], row: str, reading: str, report: Callable[[Path, str], None]
) -> dict[str, Any] | None:
    """Return the document with one reading applied, or None after reporting a pointer that leads nowhere."""
    chosen = document["x-voice-ambiguities"][row]["readings"][reading]
    place: Path = ("x-voice-ambiguities", row, "readings", reading)
    changed = document
    for pointer, value in chosen.get("set", {}).items():
        try:
            changed = replace(changed, pointer, value)
        except (KeyError, ValueError):
            report((*place, "set", pointer), "leads nowhere: only the last part of the pointer may be new")
            return None
    for pointer in chosen.get("unset", ()):
        try:
            changed = remove(changed, pointer)
        except (KeyError, ValueError):
            report((*place, "unset"), f"{pointer} leads nowhere")
            return None
    return changed


def readings(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the default reading of every row."""
    return {row: ambiguity["default"] for row, ambiguity in document.get("x-voice-ambiguities", {}).items()}


def choose(document: dict[str, Any], choices: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Apply the default readings, replaced by `choices` (row → reading); return the document and all readings.

    Raises SettingsError for an unknown row or reading, naming the nearest.
    """
    provider = document["x-voice-provider"]["id"]
    rows = document.get("x-voice-ambiguities", {})
    chosen = readings(document)
    for row, reading in choices.items():
        if row not in rows:
            raise SettingsError(f"--choose {provider}.{row}: no such row{did_you_mean(row, rows)}")
        if reading not in rows[row]["readings"]:
            known = rows[row]["readings"]
            raise SettingsError(f"--choose {provider}.{row}={reading}: no such reading{did_you_mean(reading, known)}")
        chosen[row] = reading

    def fail(path: Path, message: str) -> None:
        raise SettingsError(f"{provider}: {path}: {message}")

    for row, reading in chosen.items():
        changed = with_reading(document, row, reading, fail)
        if changed is not None:
            document = changed
    return document, chosen
