"""Knows what a user may set, and what is set when nothing is said. Reads no environment, no files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

_NO_CHOICES: Mapping[str, str] = MappingProxyType({})


class Settings(NamedTuple):
    """Everything that can be chosen about a simulator.

    `providers` empty means all. `choices` maps `<provider>.<row>` to a reading. `specs` and `fixtures`
    name folders that stand in for, or are added to, the shipped ones. `fetch` allows real downloads of
    audio by URL; without it nothing leaves the machine. `voice` is the engine that speaks: tones, or espeak (an
    extra). `transcriber` names a function, `module:function`, that hears what no one else here recognises.
    `allow_hooks` names hosts that changes of tasks may be posted to, beside this machine's own addresses.
    `stall_seconds` is how long the rest of a body may keep the server waiting, in real seconds.
    """

    providers: tuple[str, ...] = ()
    seed: int = 0
    clock: str = "real"
    choices: Mapping[str, str] = _NO_CHOICES
    specs: Path | None = None
    fixtures: tuple[Path, ...] = ()
    fetch: bool = False
    accept_any_token: bool = False
    lenient_audio: bool = False
    voice: str = "tones"
    transcriber: str = ""
    allow_hooks: tuple[str, ...] = ()
    cache: Path | None = None
    stall_seconds: float = 30.0
