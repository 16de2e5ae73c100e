"""Speech to text, in the language that is spoken or in English."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockvoice.audio.transcript import Transcript, made_up
from mockvoice.core.money import divide
from mockvoice.service.audio_input import check_length, hear_upload
from mockvoice.service.call import Call, Reply
from mockvoice.service.transcription_formats import plain_text, verbose_json


def _listen(call: Call) -> Awaitable[None] | None:
    return hear_upload(call, "file", call.figure("audio-extensions"), _check_length)


def _check_length(call: Call) -> None:
    check_length(call, call.recording, call.figure("shortest-seconds"), None, "file")


def _transcribe(call: Call) -> Reply:
    return _answer(call, call.recording.transcript(call.fields.get("language")), "transcribe")


def _translate(call: Call) -> Reply:
    wanted = call.figure("translation-language")
    transcript = call.recording.transcript(wanted)
    if transcript.language != wanted:
        # Nobody wrote down what a clip in another language means; a text of its length stands in.
        transcript = made_up(call.recording.seed, call.recording.milliseconds, wanted)
    return _answer(call, transcript, "translate")


def _answer(call: Call, transcript: Transcript, task: str) -> Reply:
    form = call.fields["response_format"]
    is_passed_on = call.chosen("verbose-extras") == "passed-on"
    body: dict[str, Any]
    if form == "json":
        body = {"text": transcript.text}
    elif form == "verbose_json":
        asked = call.fields.get("timestamp_granularities") if is_passed_on else None
        body = verbose_json(transcript, task, asked or call.figure("timestamp-granularities"), None)
    else:
        return Reply(plain_text(transcript, form).encode(), call.operation.format_types[form].encode())
    if is_passed_on:
        body["usage"] = {"type": "duration", "seconds": divide(transcript.milliseconds, 1000, "up")}
    return Reply.json(body)


MEDIA = {"createTranscription": _listen, "createTranslation": _listen}
BEHAVIOURS = {"createTranscription": _transcribe, "createTranslation": _translate}
