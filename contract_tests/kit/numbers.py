"""Reads numbers as JSON Schema does: 1.0 is an integer there, and true is none."""

from __future__ import annotations

from typing import Any


def whole(value: Any) -> int | None:
    """Return a whole number, also one that was written with a point; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if isinstance(value, int) or value.is_integer() else None


def positive(value: Any, otherwise: int) -> int:
    """Return a whole number above zero; `otherwise` for anything else."""
    number = whole(value)
    return number if number is not None and number > 0 else otherwise
