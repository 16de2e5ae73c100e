"""Speech to text as a task: the upload is heard when it is submitted, the transcript shows when the task is done."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockvoice.audio.transcript import Segment
from mockvoice.core.errors import ApiError
from mockvoice.providers.voiceapi import tasks
from mockvoice.providers.voiceapi.validation import is_set
from mockvoice.service.audio_input import hear_upload
from mockvoice.service.call import Call, Reply
from mockvoice.service.transcription_formats import seconds

_TEXT = b"text/plain; charset=utf-8"


def _listen(call: Call) -> Awaitable[None] | None:
    if call.chosen("bad-upload") == "fails-later":
        return _listen_to_anything(call)
    return hear_upload(call, "file")


async def _listen_to_anything(call: Call) -> None:
    """Hear the upload; one that cannot be used is noted, and the task made for it will fail."""
    try:
        waiting = hear_upload(call, "file")
        if waiting is not None:
            await waiting
    except ApiError:
        call.notes["unusable"] = True


def _submit(call: Call) -> Reply:
    if "unusable" in call.notes:
        last_before_success = call.desk.spec.machines["stt"].way_to_success()[-2]
        return tasks.accepted(tasks.start(call, "stt", {}, last_before_success))
    request = {"recording": call.recording, "language": call.fields.get("language")}
    return tasks.accepted(tasks.start(call, "stt", request))


def _status(call: Call) -> Reply:
    return tasks.status(call, tasks.find(call, "stt"), {"result": None})


def _result(call: Call) -> Reply:
    request = tasks.finished(call, "stt").request
    transcript = request["recording"].transcript(request["language"])
    if is_set(call, "plain_text"):
        if call.chosen("plain-text-form") == "text":
            return Reply(transcript.text.encode(), _TEXT)
        return Reply.json({"text": transcript.text})
    return Reply.json({"text": transcript.text, "segments": _segments(call, transcript.segments)})


def _segments(call: Call, segments: tuple[Segment, ...]) -> list[dict[str, Any]]:
    """Return the segments; speakers are numbered in order of appearance, for nobody has told their names."""
    label = call.figure("speaker-label")
    speakers = dict.fromkeys(one.speaker for one in segments)
    labels = {speaker: label.format(number=number) for number, speaker in enumerate(speakers)}
    return [
        {
            "start": seconds(one.start_milliseconds),
            "end": seconds(one.end_milliseconds),
            "text": one.text,
            "speaker": labels[one.speaker],
        }
        for one in segments
    ]


MEDIA = {"stt_submit": _listen}
BEHAVIOURS = {"stt_submit": _submit, "stt_status": _status, "stt_result": _result}
