"""Knows how to let espeak-ng speak: intelligible speech with word times, by ctypes. The worker's business.

The library and its data come from the wheel espeakng-loader (GPL-3.0-or-later): an extra, never vendored, and imported
only when something is to be spoken. espeak-ng keeps state from one utterance to the next, so each gets a fresh copy of
the library, and with it the same samples for the same text, language, voice and speed on one machine.
"""

from __future__ import annotations

import ctypes
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from mockvoice.audio.modem.packets import voice_number
from mockvoice.audio.timing import Mark, tightened, words_of
from mockvoice.audio.transcript import Word
from mockvoice.core.errors import Missing, MockvoiceError

RATE = 24_000
SLOWEST, FASTEST = 0.25, 4.0
# Words a minute at speed 1, and what espeak-ng can do; beyond that the sound is stretched.
_PACE, _LEAST_PACE, _MOST_PACE = 175, 80, 450
# At speed 1 nothing is shorter than this.
_SHORTEST_SECONDS = 0.24
# Where our name of a language is not espeak-ng's.
_LANGUAGES = {"en": "en-us", "zh": "cmn", "no": "nb", "iw": "he", "tl": "en-us"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
# Variants that speak the same each time. Those with `breath` (f2, f3, f5, victor, whisper …) do not: measured over 40
# utterances between other allocations, in two processes.
_VARIANTS = (
    "m1", "f1", "m3", "f4", "m7", "Annie", "edward", "belinda", "m4", "linda", "michael", "steph", "Lee", "anika",
    "Gene", "m8",
)  # fmt: skip
# Pitch in espeak-ng's units of 0 to 99; 50 is that of the variant.
_PITCHES = (50, 42, 58, 46, 54, 38, 62, 66)
# espeak-ng keeps the path of its data in 160 bytes, and adds names of files to it.
_LONGEST_PATH = 100
_SYNCHRONOUS, _DONT_EXIT, _UTF_8 = 2, 0x8000, 1
_RATE, _PITCH = 1, 3
_WORD = 1
# The library draws from the process's random numbers, which are seeded before each utterance.
_ONE_AT_A_TIME = threading.Lock()


class Utterance(NamedTuple):
    """Mono 16-bit samples at RATE, and when each word of the text is spoken."""

    pcm: bytes
    words: tuple[Word, ...]

    @property
    def milliseconds(self) -> int:
        """How long it lasts."""
        return len(self.pcm) * 500 // RATE


class _Take(NamedTuple):
    """What espeak-ng said: mono 16-bit samples at `rate`, and where words begin."""

    pcm: bytes
    rate: int
    marks: list[Mark]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.pcm) / 2 / self.rate


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int), ("unique", ctypes.c_uint), ("text_position", ctypes.c_int), ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int), ("sample", ctypes.c_int), ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )  # fmt: skip


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


def say(text: str, language: str, voice: str, speed: float = 1.0) -> Utterance:
    """Speak a text. Twice the speed takes half the time, to the sample.

    `language` is a tag such as "en" or "pt-BR", English where espeak-ng has no such voice; `voice` is any name, which
    chooses variant and pitch; `speed` is 0.25 to 4. Raises Missing without the extra, ValueError for another speed.
    """
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(f"speed {speed} is not within {SLOWEST} to {FASTEST}")
    loader = _loader()
    spoken = text.replace("\0", " ").encode(errors="replace").decode()
    if not spoken.strip():
        return Utterance(bytes(2 * round(RATE * _SHORTEST_SECONDS / speed)), ())
    pace = min(_MOST_PACE, max(_LEAST_PACE, round(_PACE * speed)))
    with _ONE_AT_A_TIME:
        take = _take(loader, spoken, language, voice, pace)
        at_rest = take if pace == _PACE else _take(loader, spoken, language, voice, _PACE)
    return _finished(spoken, take, at_rest.seconds / speed, _SHORTEST_SECONDS / speed)


def _finished(text: str, take: _Take, wanted: float, least: float) -> Utterance:
    """Return a take with the duration that is wanted, in seconds, and silence behind it if that is too short."""
    from mockvoice.audio import stretch  # noqa: PLC0415 - PyAV, loaded with the first utterance

    tempo = take.seconds / wanted
    pcm = take.pcm if tempo == 1 else stretch.at_tempo(take.pcm, take.rate, tempo)
    pcm = stretch.fitted(stretch.resampled(pcm, take.rate, RATE), round(max(wanted, least) * RATE))
    words = words_of(text, take.marks, len(pcm) * 500 // RATE, 1 / tempo)
    return Utterance(pcm, tightened(words, pcm, RATE))


def _loader() -> Any:
    try:
        import espeakng_loader  # noqa: PLC0415 - GPL, only when it is asked for
    except ImportError:
        raise Missing("the espeak voice needs", "espeak") from None
    return espeakng_loader


def _take(loader: Any, text: str, language: str, voice: str, pace: int) -> _Take:
    """Return what a fresh copy of the library says, at a pace in words a minute."""
    chunks: list[bytes] = []
    marks: list[Mark] = []

    def receive(samples: int | None, count: int, events: Any) -> int:
        index = 0
        while events[index].type:
            event = events[index]
            if event.type == _WORD:
                marks.append(Mark(event.text_position - 1, event.audio_position))
            index += 1
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, 2 * count))
        return 0

    number = voice_number(voice)
    with _fresh(loader) as (library, rate):
        # Named, so that it lives as long as the library does.
        callback = _Callback(receive)
        library.espeak_SetSynthCallback(callback)
        _choose(library, language, _VARIANTS[number % len(_VARIANTS)])
        library.espeak_SetParameter(_RATE, pace, 0)
        library.espeak_SetParameter(_PITCH, _PITCHES[number // len(_VARIANTS) % len(_PITCHES)], 0)
        _libc().srand(1)
        data = text.encode() + b"\0"
        library.espeak_Synth(data, len(data), 0, 1, 0, _UTF_8, None, None)
        library.espeak_Synchronize()
    return _Take(b"".join(chunks), rate, marks)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)


def _choose(library: ctypes.CDLL, language: str, variant: str) -> None:
    for name in names_of(language):
        if library.espeak_SetVoiceByName(f"{name}+{variant}".encode()) == 0:
            return
    raise MockvoiceError(f"espeak-ng has no voice for {language!r} and no English one; reinstall espeakng-loader")


def names_of(language: str) -> list[str]:
    """Return the names by which espeak-ng may know a language, the closest first, English last."""
    tag = language.lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(tag):
        return ["en-us"]
    base = tag.partition("-")[0]
    return [_LANGUAGES.get(tag, tag), _LANGUAGES.get(base, base), "en-us"]


@contextmanager
def _fresh(loader: Any) -> Iterator[tuple[ctypes.CDLL, int]]:
    """Load a copy of the library that nobody spoke with, and give its rate; unload and delete it afterwards."""
    source = Path(loader.get_library_path())
    with tempfile.TemporaryDirectory(prefix="mockvoice-") as folder:
        data = loader.get_data_path()
        if len(data.encode()) > _LONGEST_PATH and sys.platform != "win32":
            short = Path(folder) / "data"
            short.symlink_to(data, target_is_directory=True)
            data = str(short)
        library = ctypes.CDLL(str(shutil.copyfile(source, Path(folder) / source.name)))
        try:
            library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
            library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
            library.espeak_Synth.argtypes = [
                ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
                ctypes.c_void_p, ctypes.c_void_p,
            ]  # fmt: skip
            rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT)
            if rate <= 0:
                raise MockvoiceError(f"espeak-ng did not start with its data in {data}; reinstall espeakng-loader")
            yield library, rate
        finally:
            library.espeak_Terminate()
            _unload(library)


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes  # noqa: PLC0415 - ctypes itself cannot unload

    if sys.platform == "win32":
        _ctypes.FreeLibrary(library._handle)
    else:
        _ctypes.dlclose(library._handle)
