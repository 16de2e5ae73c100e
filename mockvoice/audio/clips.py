"""Knows the clips that come with their words: audio files beside a .json or .txt with the transcript."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mockvoice.audio.transcript import Transcript, made_up, silence, spread
from mockvoice.core.errors import SettingsError

AUDIO_SUFFIXES = frozenset({
    ".mp3", ".wav", ".flac", ".ogg", ".opus", ".m4a", ".mp4", ".webm", ".aac", ".wma", ".aiff", ".bin",
})  # fmt: skip
# A recording that no one else may read into memory unbounded.
MAX_CLIP_BYTES = 200 << 20


@dataclass(frozen=True)
class Clip:
    """One audio file and its sidecar.

    The sidecar may give `text` or `parts` (speaker, text), `language`, and by file name `milliseconds` and
    `urls`, the public addresses the file answers for.
    """

    path: Path
    sidecar: dict[str, Any]

    @property
    def name(self) -> str:
        """The file name, by which it is served."""
        return self.path.name

    @cached_property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.path.read_bytes()

    @property
    def milliseconds(self) -> int | None:
        """How long the sidecar says it lasts, or None: then decode it. A test keeps the shipped ones true."""
        lengths = self.sidecar.get("milliseconds", {})
        found: int | None = lengths.get(self.name)
        return found

    @property
    def language(self) -> str:
        """The language the sidecar names; English if it names none."""
        language: str = self.sidecar.get("language", "en")
        return language

    def transcript(self, milliseconds: int) -> Transcript:
        """Return the words, spread over the duration; a sidecar without words gives a made-up text."""
        parts = [(one.get("speaker", ""), one["text"]) for one in self.sidecar.get("parts", [])]
        if not parts and "text" in self.sidecar:
            parts = [("", self.sidecar["text"])]
        if not parts:
            return made_up(self.name, milliseconds, self.language)
        if not any(text.strip() for _, text in parts):
            return silence(milliseconds, self.language)
        return spread(parts, self.language, milliseconds)


class ClipLibrary:
    """The clips of some folders; a later folder hides clips of the same name in an earlier one."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)

    @cached_property
    def _clips(self) -> dict[str, Clip]:
        return {clip.name: clip for folder in self._folders for clip in _read_folder(folder)}

    @cached_property
    def _by_size(self) -> dict[int, list[Clip]]:
        found: dict[int, list[Clip]] = {}
        for clip in self._clips.values():
            found.setdefault(clip.path.stat().st_size, []).append(clip)
        return found

    @cached_property
    def _by_url(self) -> dict[str, Clip]:
        return {url: clip for clip in self._clips.values() for url in clip.sidecar.get("urls", {}).get(clip.name, [])}

    def names(self) -> list[str]:
        """Return the file names of all clips."""
        return sorted(self._clips)

    def by_name(self, name: str) -> Clip | None:
        """Return the clip with this file name."""
        return self._clips.get(name)

    def by_url(self, url: str) -> Clip | None:
        """Return the clip a public address stands for."""
        return self._by_url.get(url)

    def by_bytes(self, data: bytes) -> Clip | None:
        """Return the clip with exactly these bytes."""
        return next((clip for clip in self._by_size.get(len(data), ()) if clip.data == data), None)


def _read_folder(folder: Path) -> Iterator[Clip]:
    if not folder.is_dir():
        raise SettingsError(f"fixtures folder {folder}: no such folder")
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file():
            if path.stat().st_size > MAX_CLIP_BYTES:
                raise SettingsError(f"fixture {path}: larger than {MAX_CLIP_BYTES >> 20} MB; use a shorter clip")
            yield Clip(path, _read_sidecar(path))


def _read_sidecar(path: Path) -> dict[str, Any]:
    words = path.with_suffix(".json")
    if words.is_file():
        try:
            found = json.loads(words.read_text(encoding="utf-8"))
        except ValueError as error:
            raise SettingsError(f"fixture {words}: no valid JSON: {error}") from None
        if not isinstance(found, dict):
            raise SettingsError(
                f"fixture {words}: expected an object with 'text' or 'parts', got {type(found).__name__}"
            )
        return found
    plain = path.with_suffix(".txt")
    if plain.is_file():
        return {"text": plain.read_text(encoding="utf-8").strip()}
    return {}
