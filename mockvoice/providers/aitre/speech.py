"""Text to speech. The relay hands everything on; what is refused about it, the spec says."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass

from mockvoice.audio.script import solo
from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call, Reply
from mockvoice.service.speech import given, speak_file
from mockvoice.service.world import Desk


@dataclass(frozen=True, slots=True)
class _Booth:
    """What of the spec holds for every speech."""

    aliases: Mapping[str, str]
    media: Mapping[str, bytes]
    is_silent: bool


def _booth(desk: Desk) -> _Booth:
    types = desk.spec.operation("createSpeech").format_types
    return _Booth(
        aliases=desk.figure("voice-aliases"),
        media={form: media.encode() for form, media in types.items()},
        is_silent=desk.readings["speech-answer"] == "json",
    )


def _check_bytes(call: Call) -> None:
    """Under one reading the relay itself counts, in bytes. Raises ApiError."""
    if call.chosen("input-length") == "bytes":
        most = call.figure("one-api-input-bytes")
        got = len(call.fields["input"].encode())
        if got > most:
            raise ApiError("text_too_long", field="input", expected=f"at most {most} bytes", got=f"{got} bytes")


def _speak(call: Call) -> Reply | Awaitable[Reply]:
    booth = call.desk.once(_booth)
    if booth.is_silent:
        return Reply.json({})
    fields = call.fields
    voice = fields["voice"]
    form = given(call, "response_format")
    script = solo(fields["input"], booth.aliases.get(voice, voice), given(call, "speed"), form)
    return speak_file(call, script, booth.media[form])


CHECKS = {"createSpeech": _check_bytes}
BEHAVIOURS = {"createSpeech": _speak}
