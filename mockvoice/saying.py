"""What `mockvoice say` does: a text becomes an audio file, without a server."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape

from mockvoice.app import DEFAULT_SPEAKER, check_voice
from mockvoice.audio.languages import language_of
from mockvoice.audio.modem.packets import HEADER_SYMBOLS, REFERENCE, SYNC, read_header
from mockvoice.audio.script import Script, solo
from mockvoice.audio.sound import BadAudio
from mockvoice.audio.studio import Studio
from mockvoice.audio.voice import plan
from mockvoice.core.errors import SettingsError
from mockvoice.core.nearest import did_you_mean

FORMATS = ("mp3", "wav", "flac", "opus", "ogg", "aac", "m4a", "webm", "pcm")
SLOWEST, FASTEST = 0.25, 4.0
STDIN = "-"


class SayOptions(NamedTuple):
    """What `mockvoice say` may be told, with the defaults. An empty format follows the suffix of the file."""

    text: str
    file: Path
    voice: str = DEFAULT_SPEAKER
    format: str = ""
    speed: float = 1.0
    engine: str = "tones"


def say(options: SayOptions) -> None:
    """Speak a text into a file and print what was written. Raises SettingsError, Missing."""
    script = script_of(options)
    studio = Studio(options.engine)
    try:
        speech = asyncio.run(studio.speak(script))
    except (BadAudio, RuntimeError) as error:
        raise SettingsError(f"could not make the {script.format}: {error}") from None
    finally:
        studio.close()
    try:
        options.file.write_bytes(speech.data)
    except OSError as error:
        raise SettingsError(f"-o {options.file}: {error.strerror}; expected a file that can be written") from None
    seconds, size = speech.milliseconds / 1000, len(speech.data)
    console = Console(highlight=False)
    console.print(
        f"{escape(str(options.file))}: {seconds:g} s, {script.format}, {size:,} bytes, "
        f"voice {escape(options.voice)} ({language_of(script.lines[0].text)}), speed {options.speed:g}",
        soft_wrap=True,
    )
    if _is_reference(script):
        room = "may have" if options.engine == "espeak" else "has"
        console.print(
            f"At this speed the sound {room} no room for the words, only a reference to them: without the comment that "
            "some formats carry, `mockvoice hear` cannot know them. Choose a lower --speed.",
            soft_wrap=True,
        )


def script_of(options: SayOptions) -> Script:
    """Return what is to be spoken. Raises SettingsError for what cannot be, Missing without the extra."""
    check_voice(options.engine, "--engine")
    form = options.format.lower() or options.file.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        where = f"--format {options.format}" if options.format else f"-o {options.file}"
        what = "unknown format" if form else "no suffix that tells the format; name one with --format"
        raise SettingsError(f"{where}: {what}{did_you_mean(form, FORMATS)}")
    if not SLOWEST <= options.speed <= FASTEST:
        raise SettingsError(f"--speed {options.speed:g}: expected {SLOWEST:g} to {FASTEST:g}")
    text = sys.stdin.read().rstrip("\r\n") if options.text == STDIN else options.text
    if not text.strip():
        raise SettingsError("TEXT: nothing to say; expected some words, or - to read them from the standard input")
    for where, said in (("TEXT", text), ("--voice", options.voice)):
        if any("\ud800" <= one <= "\udfff" for one in said):
            raise SettingsError(f"{where}: not valid UTF-8; expected text in the encoding of the terminal")
    return solo(text, options.voice, options.speed, form)


def _is_reference(script: Script) -> bool:
    """Whether the sound names the text and does not hold it."""
    headers = [
        read_header(packet[len(SYNC) : len(SYNC) + HEADER_SYMBOLS]) for one in plan(script) for packet in one.packets
    ]
    return any(header is None or header.kind == REFERENCE for header in headers)
