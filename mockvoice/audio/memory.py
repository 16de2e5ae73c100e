"""Remembers names of voices and texts that were spoken too fast to be in the sound. Bounded; gone with the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import cached_property

from mockvoice.audio.modem.packets import digest_of, voice_number
from mockvoice.audio.script import Script

_TEXTS_KEPT = 5_000
_VOICES_KEPT = 20_000
# Beyond this speed a text may not fit into its time (see modem.schedule).
_FAST = 2.0


class Memory:
    """What was spoken here. `known_speakers` gives names of voices that need not have spoken here."""

    def __init__(self, known_speakers: Callable[[], Iterable[str]] = tuple) -> None:
        self._known_speakers = known_speakers
        self._voices: OrderedDict[int, str] = OrderedDict()
        self._texts: OrderedDict[str, str] = OrderedDict()

    def remember(self, script: Script) -> None:
        """Remember the voices of a script, and its texts if it is fast."""
        self.introduce(line.voice for line in script.lines)
        if script.speed > _FAST:
            for line in script.lines:
                self._texts[digest_of(line.text).hex()] = line.text
                if len(self._texts) > _TEXTS_KEPT:
                    self._texts.popitem(last=False)

    def introduce(self, names: Iterable[str]) -> None:
        """Remember names of voices."""
        for name in names:
            self._voices[voice_number(name)] = name
            if len(self._voices) > _VOICES_KEPT:
                self._voices.popitem(last=False)

    @cached_property
    def _known(self) -> dict[int, str]:
        return {voice_number(name): name for name in self._known_speakers()}

    def has_to_read(self, numbers: Iterable[int]) -> bool:
        """Say whether names of voices have to be read first, as one is among these that did not speak here."""
        return "_known" not in vars(self) and any(number not in self._voices for number in numbers)

    def read(self) -> None:
        """Read the names of voices that need not have spoken here: from files, so not in an event loop."""
        _ = self._known

    def name_of(self, number: int) -> str:
        """Return the name of a voice; of one that nobody here knows, a name made of its number."""
        return self._voices.get(number) or self._known.get(number) or f"voice-{number:06x}"

    def text_of(self, digest: str) -> str | None:
        """Return the text of a digest, if it was spoken here."""
        return self._texts.get(digest)
