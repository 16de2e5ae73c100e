"""What `mockvoice hear` does: tells what is heard in an audio file, and how it came to be known, without a server."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.markup import escape
from rich.table import Table

from mockvoice.app import make_world
from mockvoice.audio.listening import MADE_UP, PLUG_IN, Recording
from mockvoice.audio.sniff import sniff
from mockvoice.audio.sound import BadAudio, Sound
from mockvoice.audio.transcript import Transcript
from mockvoice.core.errors import SettingsError
from mockvoice.core.settings import Settings
from mockvoice.openapi.documents import cache_folder
from mockvoice.terminal import make_console

if TYPE_CHECKING:
    from mockvoice.audio.listening import Listener

# Headerless samples are taken for what `say` writes.
_PCM_RATE = 24_000
_PLOT_RATE = 16_000


class HearOptions(NamedTuple):
    """What `mockvoice hear` may be told, with the defaults."""

    file: Path
    plot: Path | None = None
    as_json: bool = False
    fixtures: tuple[Path, ...] = ()
    transcriber: str = ""


def hear(options: HearOptions) -> None:
    """Print what is heard in a file, and draw it if asked to. Raises SettingsError, Missing."""
    data = _read(options.file)
    recording = _listen(data, options)
    transcript, sound = recording.transcript(), recording.sound
    assert sound is not None  # noqa: S101 - only --lenient-audio has recordings without
    found = report(options.file, recording, transcript, sound)
    if options.plot is not None:
        _draw(data, transcript, options.plot, options.file.name)
    if options.as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _show(found, transcript)
        if options.plot is not None:
            make_console().print(f"picture: {escape(str(options.plot))}", soft_wrap=True)


def _read(path: Path) -> bytes:
    """Return the bytes of a file; headerless samples get the header of what `say` writes. Raises SettingsError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; expected an audio file") from None
    if path.suffix.lower() == ".pcm" and data and sniff(data) is None:
        from mockvoice.audio.bare import wav_header  # noqa: PLC0415 - loads PyAV

        return wav_header(len(data), _PCM_RATE) + data
    return data


def _listen(data: bytes, options: HearOptions) -> Recording:
    settings = Settings(fixtures=options.fixtures, transcriber=options.transcriber, cache=cache_folder())
    listener: Listener = make_world(settings).listener
    try:
        return asyncio.run(listener.hear_upload(data))
    except BadAudio as error:
        raise SettingsError(f"{options.file}: no audio that can be heard: {error} ({error.reason})") from None
    except RuntimeError as error:
        if not options.transcriber:
            raise
        raise SettingsError(f"--transcriber {options.transcriber}: {error}") from None
    finally:
        listener.studio.close()


def report(path: Path, recording: Recording, transcript: Transcript, sound: Sound) -> dict[str, Any]:
    """Return all that was heard, as `--json` prints it: times in seconds, level in dB of full scale or None."""
    return {
        "file": str(path),
        "text": transcript.text,
        "recognised_by": recording.source,
        "language": transcript.language,
        "speakers": list(dict.fromkeys(one.speaker for one in transcript.segments if one.speaker)),
        "words": [
            {"word": one.text, "start": one.start_milliseconds / 1000, "end": one.end_milliseconds / 1000}
            for one in transcript.words
        ],
        "segments": [
            {
                "text": one.text,
                "start": one.start_milliseconds / 1000,
                "end": one.end_milliseconds / 1000,
                "speaker": one.speaker,
            }
            for one in transcript.segments
        ],
        "duration": sound.milliseconds / 1000,
        "container": sound.container,
        "codec": sound.codec,
        "sample_rate": sound.sample_rate,
        "channels": sound.channels,
        "level_decibels": _decibels(sound.level),
        "silent_share": round(1 - sound.active_share, 3),
        "header_duration": None if sound.header_milliseconds is None else sound.header_milliseconds / 1000,
        "damaged_packets": sound.errors,
        "is_truncated": sound.is_truncated,
    }


def _decibels(level: float) -> float | None:
    return round(20 * math.log10(level), 1) if level > 0 else None


def _show(found: dict[str, Any], transcript: Transcript) -> None:
    console = make_console()
    level = "silent" if found["level_decibels"] is None else f"{found['level_decibels']:g} dB"
    length = f"{found['duration']:g} s"
    if found["is_truncated"]:
        length += f", truncated: its header says {found['header_duration']:g} s"
    if found["damaged_packets"]:
        length += f", {found['damaged_packets']} packets do not decode"
    how = found["recognised_by"]
    notes = {MADE_UP: " (nobody knows the words of this audio)", PLUG_IN: " (your transcriber)"}
    rows = {
        "text": found["text"] or "(nothing is said)",
        "recognised by": how + notes.get(how, ""),
        "language": found["language"],
        "speakers": ", ".join(found["speakers"]) or "unknown",
        "duration": length,
        "audio": f"{found['container']}, {found['codec']}, {found['sample_rate']:,} Hz, {_channels(found['channels'])}",
        "level": f"{level}, {found['silent_share']:.0%} silence",
    }
    for name, value in rows.items():
        console.print(f"[bold]{name + ':':<15}[/bold]{escape(value)}", soft_wrap=True)
    if found["words"]:
        table = Table("start", "end", "word", "speaker")
        for word, speaker in zip(found["words"], _speakers(transcript), strict=True):
            table.add_row(f"{word['start']:.3f}", f"{word['end']:.3f}", escape(word["word"]), escape(speaker))
        console.print(table)


def _channels(count: int) -> str:
    return {1: "mono", 2: "stereo"}.get(count, f"{count} channels")


def _speakers(transcript: Transcript) -> Sequence[str]:
    """Return who speaks each word: that of the segment that holds it."""
    return [
        next((one.speaker for one in transcript.segments if one.end_milliseconds >= word.end_milliseconds), "")
        for word in transcript.words
    ]


def _draw(data: bytes, transcript: Transcript, target: Path, title: str) -> None:
    import numpy as np  # noqa: PLC0415 - heavy, and only for a picture

    from mockvoice.audio import codec, plot  # noqa: PLC0415

    if not target.parent.is_dir():
        raise SettingsError(f"--plot {target}: no such folder {target.parent}")
    blocks, _ = codec.decode(data, _PLOT_RATE)
    samples = np.frombuffer(b"".join(blocks), "<i2").astype(np.float32) / np.float32(32_768)
    words = [(one.text, one.start_milliseconds / 1000, one.end_milliseconds / 1000) for one in transcript.words]
    try:
        plot.plot(samples, _PLOT_RATE, words, target, title)
    except OSError as error:
        raise SettingsError(f"--plot {target}: {error.strerror}; expected a file that can be written") from None
