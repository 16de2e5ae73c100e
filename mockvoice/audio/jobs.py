"""What a worker does: speak, make frames, listen. Runs in the worker process; whatever is heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mockvoice.audio.languages import language_of
from mockvoice.audio.recognition import Packet
from mockvoice.audio.script import Line
from mockvoice.audio.sound import BadAudio
from mockvoice.audio.transcript import Transcript, silence, spread, to_wire

if TYPE_CHECKING:
    from mockvoice.audio.modem.ear import Found

Answer = tuple[dict[str, Any], bytes]
# A plug-in gets at most half an hour of samples.
_PLUG_IN_BYTES = 30 * 60 * 16_000 * 2
# Beyond this speed not every text can be heard again (see modem.schedule).
_FASTEST = 2.0


def _speak(job: dict[str, Any], _payload: bytes) -> Answer:
    """Return an audio file: `lines` (voice, text), `speed`, `volume`, `format`, and `engine` (tones or espeak)."""
    from mockvoice.audio import codec, voice  # noqa: PLC0415

    pcm, milliseconds, comment = _spoken(job)
    return {"milliseconds": milliseconds}, codec.encode(pcm, voice.RATE, job["format"], comment)


def speak_in_pieces(job: dict[str, Any]) -> Iterator[Answer]:
    """Yield an audio file as it is made: pieces marked `more`, then an answer that has no bytes."""
    from mockvoice.audio import voice  # noqa: PLC0415
    from mockvoice.audio.passage import encode_pieces  # noqa: PLC0415

    pcm, milliseconds, comment = _spoken(job)
    for piece in encode_pieces(pcm, voice.RATE, job["format"], comment):
        yield {"more": True}, piece
    yield {"milliseconds": milliseconds}, b""


def _spoken(job: dict[str, Any]) -> tuple[bytes, int, str]:
    """Return the samples of a job's lines, how many milliseconds they last, and the comment of the file."""
    from mockvoice.audio import voice  # noqa: PLC0415
    from mockvoice.audio.tags import comment_of  # noqa: PLC0415

    lines = tuple(Line(*line) for line in job["lines"])
    pcm = (_human if job["engine"] == "espeak" else voice.speak_lines)(lines, job["speed"])
    if job.get("volume"):
        from mockvoice.audio.loudness import amplify  # noqa: PLC0415

        pcm = amplify(pcm, job["volume"])
    milliseconds = len(pcm) * 500 // voice.RATE
    return pcm, milliseconds, comment_of(lines, milliseconds)


def _human(lines: tuple[Line, ...], speed: float) -> bytes:
    """Return mono 16-bit samples of espeak-ng, with the words and their times hidden above the voice."""
    return b"".join(_human_line(line, speed) for line in lines)


def _human_line(line: Line, speed: float) -> bytes:
    from mockvoice.audio import espeak, voice  # noqa: PLC0415
    from mockvoice.audio.modem.highband import mix  # noqa: PLC0415
    from mockvoice.audio.modem.schedule import schedule, timed_schedule  # noqa: PLC0415
    from mockvoice.audio.timing import spans_of  # noqa: PLC0415

    language, number = language_of(line.text), voice.number_of(line.voice)
    spoken = espeak.say(line.text, language, line.voice, speed)
    spans = spans_of(line.text, spoken.words)
    if spans is None:
        return mix(spoken.pcm, schedule(line.text, number, language, speed))
    return mix(spoken.pcm, timed_schedule(line.text, number, language, speed, spans, spoken.milliseconds))


def _frames(job: dict[str, Any], _payload: bytes) -> Answer:
    """Return the MP3 frames of all symbols of a hum: `hum` in hertz, `ticks` of 24 ms."""
    from mockvoice.audio.modem.frames import encode_symbols  # noqa: PLC0415
    from mockvoice.audio.modem.schedule import TICK_MILLISECONDS  # noqa: PLC0415
    from mockvoice.audio.modem.tones import symbols  # noqa: PLC0415

    return {}, encode_symbols(symbols(job["hum"], job["ticks"] * TICK_MILLISECONDS))


def _listen(job: dict[str, Any], payload: bytes) -> Answer:
    """Decode everything; return what was found, the packets heard, the file's comment, and what a plug-in hears."""
    from mockvoice.audio import codec  # noqa: PLC0415
    from mockvoice.audio.hearing import Hearing  # noqa: PLC0415

    hearing = Hearing(keep_bytes=_PLUG_IN_BYTES if job["transcriber"] else 0)
    sound, comment = codec.listen(payload, hearing.take, job.get("max_seconds", codec.MAX_SECONDS))
    heard = hearing.finish()
    own = None
    if job["transcriber"] and not heard.packets and not sound.is_silent:
        own = to_wire(_ask_plug_in(job["transcriber"], hearing.kept, sound.milliseconds))
    packets = [_packet(one)._asdict() for one in heard.packets]
    sound = sound._replace(level=heard.level, active_share=heard.active_share)
    return {"sound": sound._asdict(), "packets": packets, "comment": comment, "transcript": own}, b""


def _packet(found: Found) -> Packet:
    head = found.header
    return Packet(
        start=found.start,
        symbol=found.symbol,
        voice=head.voice,
        language=head.language,
        is_first=head.is_first,
        is_squeezed=head.is_squeezed,
        text=found.raw.decode(),
        digest=found.digest.hex(),
        moments=found.moments.hex(),
    )


def _ask_plug_in(name: str, pcm: bytes, milliseconds: int) -> Transcript:
    """Return what a user's own function hears in mono 16-bit samples at 16 kHz. It may return a text, too."""
    module, _, function = name.partition(":")
    found = getattr(import_module(module), function)(pcm)
    if isinstance(found, Transcript):
        return found
    if not isinstance(found, str):
        raise TypeError(f"--transcriber {name}: expected a text or a Transcript, got {type(found).__name__}")
    return spread([("", found)], language_of(found), milliseconds) if found.strip() else silence(milliseconds, "en")


def _film(job: dict[str, Any], payload: bytes) -> Answer:
    """Return a film of somebody who says the audio in the payload; without one, a `text` in `milliseconds`.

    No more than `max_seconds` of audio are taken.
    """
    from mockvoice.audio import codec, film, voice  # noqa: PLC0415

    if payload:
        blocks, _ = codec.decode(payload, voice.RATE, job["max_seconds"])
        return {}, film.film(b"".join(blocks), voice.RATE)
    return {}, film.film(_spoken_within(job["text"], job["milliseconds"]), voice.RATE)


def _spoken_within(text: str, milliseconds: int) -> bytes:
    """Return samples of a text that last exactly so long: words too many are left out, silence fills the rest."""
    from mockvoice.audio import voice  # noqa: PLC0415

    speed = min(max(voice.spoken_milliseconds(text) / milliseconds, 1.0), _FASTEST)
    words = text.split()
    while words and voice.spoken_milliseconds(" ".join(words), speed) > milliseconds:
        words.pop()
    pcm = voice.speak(" ".join(words), "stand-in", speed) if words else b""
    return pcm.ljust(2 * voice.RATE * milliseconds // 1000, b"\0")


def _look(_job: dict[str, Any], payload: bytes) -> Answer:
    """Say what a video is."""
    from mockvoice.audio import film  # noqa: PLC0415

    return {"seen": film.look(payload)._asdict()}, b""


JOBS: dict[str, Callable[[dict[str, Any], bytes], Answer]] = {
    "speak": _speak, "frames": _frames, "listen": _listen, "film": _film, "look": _look,
}  # fmt: skip


def answers(job: dict[str, Any], payload: bytes) -> Iterator[Answer]:
    """Do one job; a piece of bad audio is an answer, too. Only a job that asks for pieces has more than one."""
    try:
        if job.get("in_pieces"):
            yield from speak_in_pieces(job)
        else:
            yield JOBS[job["job"]](job, payload)
    except BadAudio as error:
        yield {"bad": error.reason, "message": str(error)}, b""
    except Exception as error:
        yield {"failed": f"{type(error).__name__}: {error}"}, b""
