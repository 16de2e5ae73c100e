"""Speech to text by URL."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockvoice.audio.transcript import Transcript
from mockvoice.core.errors import ApiError
from mockvoice.service.audio_input import hear_url
from mockvoice.service.call import Call, Reply

# The `language` that leaves the choice to the service.
_DETECT = "auto"


def _check_tier(call: Call) -> None:
    """Refuse an account whose tier does not include speech to text. Raises ApiError."""
    tiers = call.figure("speech-to-text-tiers")
    tier = call.account.attributes["tier"]
    if tier not in tiers:
        pointer = "/x-voice-figures/speech-to-text-tiers"
        raise ApiError("forbidden", pointer=pointer, expected="an account of tier " + " or ".join(tiers), got=tier)


def _listen(call: Call) -> Awaitable[None] | None:
    return hear_url(call, "audio_url", call.fields.get("file_name"))


def _segments(call: Call, transcript: Transcript) -> list[dict[str, Any]]:
    if not call.fields.get("ignore_timestamps"):
        return [
            {"text": one.text, "start": one.start_milliseconds / 1000, "end": one.end_milliseconds / 1000}
            for one in transcript.segments
        ]
    if call.chosen("ignore-timestamps") == "empty":
        return []
    return [{"text": one.text} for one in transcript.segments]


def _transcribe(call: Call) -> Reply:
    language = call.fields.get("language")
    transcript = call.recording.transcript(None if language == _DETECT else language)
    return Reply.json({
        "text": transcript.text,
        "duration": call.recording.milliseconds / 1000,
        "segments": _segments(call, transcript),
        "credits_used": call.price,
        "quota_remaining": call.remaining,
    })  # fmt: skip


CHECKS = {"speechToText": _check_tier}
MEDIA = {"speechToText": _listen}
BEHAVIOURS = {"speechToText": _transcribe}
