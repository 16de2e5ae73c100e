"""Knows the clips that come with their words: audio files beside a .json or .txt with the transcript."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mockvoice.audio.transcript import Transcript, Word, assembled, at_times_of, made_up, silence, spread
from mockvoice.core.errors import SettingsError

AUDIO_SUFFIXES = frozenset({
    ".mp3", ".wav", ".flac", ".ogg", ".opus", ".m4a", ".mp4", ".webm", ".aac", ".wma", ".aiff", ".bin",
})  # fmt: skip
# A recording that no one else may read into memory unbounded.
MAX_CLIP_BYTES = 200 << 20


@dataclass(frozen=True)
class Clip:
    """One audio file and its sidecar.

    The sidecar may give `text` or `parts` (speaker, text), with them `words` (text, begin, end in milliseconds),
    `language`, and by file name `milliseconds`, `late` (how much later than the words say) and `urls`, the public
    addresses the file answers for.
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

    @property
    def has_words(self) -> bool:
        """Whether the sidecar says what is said."""
        return bool(self._parts)

    @property
    def has_times(self) -> bool:
        """Whether the sidecar says when: then nobody needs to listen."""
        spoken = [part for part in self._parts if part["text"].strip()]
        return self.has_words and all("words" in part for part in spoken)

    @property
    def speakers(self) -> list[str]:
        """The names of those who speak, each once."""
        return list(dict.fromkeys(part["speaker"] for part in self._parts if part.get("speaker")))

    @property
    def _parts(self) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = self.sidecar.get("parts") or ([self.sidecar] if "text" in self.sidecar else [])
        return parts

    def transcript(self, milliseconds: int, heard: Transcript | None = None) -> Transcript:
        """Return the words, at the times that the sidecar gives; else at those of what was heard, if it is the same.

        Else they are spread over the duration. A sidecar without words gives a made-up text.
        """
        parts = [(part.get("speaker", ""), part["text"]) for part in self._parts]
        if not parts:
            return made_up(self.name, milliseconds, self.language)
        if not any(text.strip() for _, text in parts):
            return silence(milliseconds, self.language)
        if self.has_times:
            lines = [(part.get("speaker", ""), self._words_of(part)) for part in self._parts]
            return assembled(lines, self.language, milliseconds)
        found = at_times_of(heard, parts, self.language) if heard is not None else None
        return found or spread(parts, self.language, milliseconds)

    def _words_of(self, part: dict[str, Any]) -> list[Word]:
        late = self.sidecar.get("late", {}).get(self.name, 0)
        return [Word(text, begin + late, end + late) for text, begin, end in part.get("words", ())]


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

    def speakers(self) -> list[str]:
        """Return the names of those who speak in any clip."""
        return list(dict.fromkeys(name for clip in self._clips.values() for name in clip.speakers))

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
            found: dict[str, Any] = json.loads(_text(words))
        except ValueError as error:
            raise SettingsError(f"fixture {words}: no valid JSON: {error}") from None
        _check_sidecar(words, found)
        return found
    plain = path.with_suffix(".txt")
    if plain.is_file():
        return {"text": _text(plain).strip()}
    return {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsError(f"fixture {path}: not in UTF-8") from None
    except OSError as error:
        raise SettingsError(f"fixture {path}: {error.strerror}") from None


def _check_sidecar(path: Path, sidecar: Any) -> None:
    """Raise SettingsError for what is no object, for parts without text, and for words that are not the text's."""
    if not isinstance(sidecar, dict):
        raise SettingsError(f"fixture {path}: expected an object with 'text' or 'parts', got {type(sidecar).__name__}")
    parts = sidecar.get("parts", [])
    if not isinstance(parts, list) or not all(isinstance(part, dict) and "text" in part for part in parts):
        raise SettingsError(f"fixture {path}: 'parts': expected a list of objects with 'text'")
    for part in (sidecar, *parts):
        if not isinstance(part.get("text", ""), str):
            raise SettingsError(f"fixture {path}: 'text': expected a string, got {type(part['text']).__name__}")
        if "words" in part:
            _check_words(path, part["words"], part.get("text", ""))


def _check_words(path: Path, words: Any, text: str) -> None:
    """Raise SettingsError unless words are those of the text, in order, with times that do not go back."""
    try:
        said = "".join(word for word, _, _ in words)
        times = [time for _, *span in words for time in span]
        is_whole = all(isinstance(time, int) for time in times)
    except (TypeError, ValueError):
        is_whole = False
    if not is_whole:
        raise SettingsError(f"fixture {path}: 'words': expected [[text, begin, end in milliseconds], …]")
    if "".join(said.split()) != "".join(text.split()):
        raise SettingsError(f"fixture {path}: 'words' say {said[:40]!r}…, not what 'text' says")
    if times != sorted(times) or min(times, default=0) < 0:
        raise SettingsError(f"fixture {path}: 'words': times must not be negative, nor go back")
