"""Knows ambiguities: which readings a spec offers, and what a document looks like under one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockvoice.core.errors import SettingsError
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.pointer import remove, replace
from mockvoice.openapi.vocabulary import Path


def with_readings(
    document: dict[str, Any], chosen: Mapping[str, str], report: Callable[[Path, str], None]
) -> dict[str, Any] | None:
    """Return the document with readings applied (row → reading), or None after reporting a pointer that leads nowhere.

    What any of them takes out stays out, whatever another sets there or below it: all are set before one is taken out.
    """
    rows = document["x-voice-ambiguities"] if chosen else {}
    changed = document
    gone: dict[str, Path] = {}
    for row, reading in chosen.items():
        place: Path = ("x-voice-ambiguities", row, "readings", reading)
        for pointer, value in rows[row]["readings"][reading].get("set", {}).items():
            try:
                changed = replace(changed, pointer, value)
            except (KeyError, ValueError):
                report((*place, "set", pointer), "leads nowhere: only the last part of the pointer may be new")
                return None
        gone |= dict.fromkeys(rows[row]["readings"][reading].get("unset", ()), (*place, "unset"))
    # What lies deeper first: another reading may take out what it lies in.
    for pointer in sorted(gone, key=len, reverse=True):
        try:
            changed = remove(changed, pointer)
        except (KeyError, ValueError):
            report(gone[pointer], f"{pointer} leads nowhere")
            return None
    return changed


def readings(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the default reading of every row."""
    return {row: ambiguity["default"] for row, ambiguity in document.get("x-voice-ambiguities", {}).items()}


def choose(document: dict[str, Any], choices: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Apply the default readings, replaced by `choices` (row → reading); return the document and all readings.

    What is chosen comes after what is not, so it wins where two readings set the same place.
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

    first_defaults = sorted(chosen, key=lambda row: row in choices)
    changed = with_readings(document, {row: chosen[row] for row in first_defaults}, fail)
    assert changed is not None  # noqa: S101 - else `fail` has raised
    return changed, chosen
