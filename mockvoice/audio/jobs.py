"""What a worker does: speak, make frames, listen. Runs in the worker process; whatever is heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockvoice.audio.sound import BadAudio

Answer = tuple[dict[str, Any], bytes]


def _speak(job: dict[str, Any], _payload: bytes) -> Answer:
    """Return an audio file: `lines` (voice, text), `speed`, `format`, `engine`."""
    from mockvoice.audio import codec, voice  # noqa: PLC0415
    from mockvoice.audio.script import Line  # noqa: PLC0415
    from mockvoice.audio.tags import comment_of  # noqa: PLC0415

    lines = tuple(Line(*line) for line in job["lines"])
    pcm = voice.speak_lines(lines, job["speed"])
    milliseconds = len(pcm) * 500 // voice.RATE
    comment = comment_of(lines, milliseconds)
    return {"milliseconds": milliseconds}, codec.encode(pcm, voice.RATE, job["format"], comment)


def _frames(job: dict[str, Any], _payload: bytes) -> Answer:
    """Return the MP3 frames of all symbols of a hum: `hum` in hertz, `ticks` of 24 ms."""
    from mockvoice.audio.modem.frames import encode_symbols  # noqa: PLC0415
    from mockvoice.audio.modem.schedule import TICK_MILLISECONDS  # noqa: PLC0415
    from mockvoice.audio.modem.tones import symbols  # noqa: PLC0415

    return {}, encode_symbols(symbols(job["hum"], job["ticks"] * TICK_MILLISECONDS))


def _listen(job: dict[str, Any], payload: bytes) -> Answer:
    """Decode everything; return what was found, the packets heard, and the file's comment."""
    from mockvoice.audio import codec  # noqa: PLC0415
    from mockvoice.audio.hearing import Hearing  # noqa: PLC0415

    hearing = Hearing()
    sound, comment = codec.listen(payload, hearing.take, job.get("max_seconds", codec.MAX_SECONDS))
    heard = hearing.finish()
    packets = [
        {
            "start": one.start,
            "symbol": one.symbol,
            "voice": one.header.voice,
            "language": one.header.language,
            "is_first": one.header.is_first,
            "is_squeezed": one.header.is_squeezed,
            "text": one.raw.decode(),
            "digest": one.digest.hex(),
        }
        for one in heard.packets
    ]
    sound = sound._replace(level=heard.level, active_share=heard.active_share)
    return {"sound": sound._asdict(), "packets": packets, "comment": comment}, b""


JOBS: dict[str, Callable[[dict[str, Any], bytes], Answer]] = {"speak": _speak, "frames": _frames, "listen": _listen}


def answer(job: dict[str, Any], payload: bytes) -> Answer:
    """Do one job; a piece of bad audio is an answer, too."""
    try:
        return JOBS[job["job"]](job, payload)
    except BadAudio as error:
        return {"bad": error.reason, "message": str(error)}, b""
