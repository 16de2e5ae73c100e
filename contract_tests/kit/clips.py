"""The suite's own clips (`fixtures/`): their bytes, words and length, and where an endpoint finds them by URL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from contract_tests.kit.audio.sound import Sound, decode

# The simulator knows the clips under this address; see docs/using.md.
LOOPBACK_CLIPS = "https://clips.mock.test/"
# Clips that an endpoint needs seconds to decode.
LONG = frozenset({"lecture.flac"})


class NoClips(Exception):
    """A clip is wanted by URL, and nobody said where the clips are hosted."""


@dataclass(frozen=True)
class Clip:
    """One file of `fixtures/`."""

    name: str
    path: Path = field(repr=False)
    sidecar: Mapping[str, Any] = field(repr=False)

    @cached_property
    def data(self) -> bytes:
        """The bytes."""
        return self.path.read_bytes()

    @cached_property
    def sound(self) -> Sound:
        """What it decodes to. Raises NotAudio."""
        return decode(self.data)

    @property
    def text(self) -> str | None:
        """What is said in it; None where no sidecar says so."""
        if "text" in self.sidecar:
            return str(self.sidecar["text"])
        parts = self.sidecar.get("parts")
        return " ".join(part["text"] for part in parts) if parts else None

    @property
    def language(self) -> str:
        """The language of its words, as ISO 639-1; empty where nobody says so."""
        return str(self.sidecar.get("language", ""))

    @property
    def speakers(self) -> list[str]:
        """Who speaks, in order of the parts; empty where there is one voice only."""
        return [part["speaker"] for part in self.sidecar.get("parts", ())]


@dataclass(frozen=True)
class Clips:
    """A folder of clips, and the address it is hosted at (None: nowhere the endpoint could reach)."""

    folder: Path
    base: str | None = None

    def get(self, name: str) -> Clip:
        """Return a clip by its file name. Raises FileNotFoundError."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    @cached_property
    def _known(self) -> dict[str, Clip]:
        return {}

    def _read(self, name: str) -> Clip:
        path = self.folder / name
        if not path.is_file():
            raise FileNotFoundError(f"no clip {name!r} in {self.folder}")
        beside = path.with_suffix(".json")
        sidecar = json.loads(beside.read_text(encoding="utf-8")) if beside.is_file() else {}
        return Clip(name, path, sidecar)

    def url(self, name: str) -> str:
        """Return the address of a clip. Raises NoClips."""
        if self.base is None:
            raise NoClips("needs --clips: the address where the folder fixtures/ is hosted for the endpoint")
        return f"{self.base.rstrip('/')}/{name}"

    def behind(self, url: str) -> Clip | None:
        """Return the clip that an address stands for; None if it is none of ours."""
        if self.base is None or not url.startswith(self.base.rstrip("/") + "/"):
            return None
        try:
            return self.get(url.rsplit("/", 1)[-1])
        except FileNotFoundError:
            return None
