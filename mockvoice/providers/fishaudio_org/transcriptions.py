"""Speech to text by URL."""

from __future__ import annotations

from collections.abc import Awaitable

from mockvoice.service.audio_input import hear_url
from mockvoice.service.call import Call, Reply


def _listen(call: Call) -> Awaitable[None] | None:
    return hear_url(call, "audioUrl")


def _transcribe(call: Call) -> Reply:
    transcript = call.recording.transcript(call.fields.get("language"))
    filled = call.chosen("segments") == "filled"
    return Reply.json({
        "text": transcript.text,
        "duration": call.recording.milliseconds / 1000,
        "segments": [
            {"text": one.text, "start": one.start_milliseconds / 1000, "end": one.end_milliseconds / 1000}
            for one in (transcript.segments if filled else ())
        ],
        "credits_used": call.price,
        "quota_remaining": call.remaining,
    })  # fmt: skip


MEDIA = {"createTranscription": _listen}
BEHAVIOURS = {"createTranscription": _transcribe}
