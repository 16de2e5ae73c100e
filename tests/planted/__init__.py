"""Servers that are deliberately wrong in one thing each, and some that are different and right."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tests.planted import (
    answers,
    benign,
    collections,
    errors,
    events,
    files,
    jobs,
    limits,
    money,
    sound,
    tasks,
    transcripts,
)
from tests.planted.plant import Kind, Plant

__all__ = ["PLANTS", "Kind", "Plant"]

_ALL = [
    *answers.PLANTS,
    *errors.PLANTS,
    *money.PLANTS,
    *limits.PLANTS,
    *tasks.PLANTS,
    *collections.PLANTS,
    *jobs.PLANTS,
    *sound.PLANTS,
    *events.PLANTS,
    *transcripts.PLANTS,
    *files.PLANTS,
    *benign.PLANTS,
]
PLANTS: Mapping[str, Plant] = MappingProxyType({one.name: one for one in _ALL})
assert len(PLANTS) == len(_ALL), "two plants have the same name"
