"""Plants whose answers do not have the documented shape."""

from __future__ import annotations

from typing import Any

from tests.planted.claims import DURATION, EXAMPLES, READINGS, SHAPE
from tests.planted.plant import Kind, Plant
from tests.planted.wrapping import Answer, Asked, changing_heads, editing


def _no_duration(body: dict[str, Any]) -> None:
    del body["duration"]


def _no_segments(body: dict[str, Any]) -> None:
    body["segments"] = None


def _camel_case(body: dict[str, Any]) -> None:
    body["quotaRemaining"] = body.pop("quota_remaining")


def _duration_as_text(body: dict[str, Any]) -> None:
    body["duration"] = str(body["duration"])


def _milliseconds(body: dict[str, Any]) -> None:
    body["duration"] *= 1000


def _other_task(body: dict[str, Any]) -> None:
    if body.get("task") == "transcribe":
        body["task"] = "transcription"


def _completed(body: dict[str, Any]) -> None:
    if body["status"] == "succeeded":
        body["status"] = "completed"


def _no_request_id(_asked: Asked, answer: Answer) -> None:
    answer.put(b"x-request-id", None)


def _octet_stream(_asked: Asked, answer: Answer) -> None:
    answer.put(b"content-type", b"application/octet-stream")


PLANTS = (
    Plant(
        name="net-duration-missing",
        provider="fishaudio-net",
        kind=Kind.FIELD_MISSING,
        summary="a transcription does not tell its duration",
        build=editing(_no_duration, ("speechToText",)),
        found_by=(*EXAMPLES, DURATION),
        fact="/components/schemas/Transcription/required",
    ),
    Plant(
        name="net-segments-null",
        provider="fishaudio-net",
        kind=Kind.FIELD_NULL,
        summary="the segments of a transcription are null instead of a list",
        build=editing(_no_segments, ("speechToText",)),
        found_by=(*EXAMPLES, "transcripts.timestamps_can_be_left_out", READINGS),
        fact="/components/schemas/Transcription/properties/segments",
    ),
    Plant(
        name="org-quota-renamed",
        provider="fishaudio-org",
        kind=Kind.FIELD_RENAMED,
        summary="quota_remaining is called quotaRemaining",
        build=editing(_camel_case, ("createTranscription",)),
        found_by=(*EXAMPLES, "credits.what_is_reported_is_what_the_balance_drops"),
        fact="/components/schemas/Transcription/required",
    ),
    Plant(
        name="org-duration-as-text",
        provider="fishaudio-org",
        kind=Kind.WRONG_TYPE,
        summary="the duration is a text instead of a number",
        build=editing(_duration_as_text, ("createTranscription",)),
        found_by=(*EXAMPLES, DURATION),
        fact="/components/schemas/Transcription/properties/duration",
    ),
    Plant(
        name="org-duration-in-milliseconds",
        provider="fishaudio-org",
        kind=Kind.OFF_BY_A_FACTOR,
        summary="the duration is in milliseconds instead of seconds",
        build=editing(_milliseconds, ("createTranscription",)),
        found_by=(DURATION,),
        fact="/components/schemas/Transcription/properties/duration",
    ),
    Plant(
        name="hadrian-other-task",
        provider="hadrian",
        kind=Kind.ENUM_VALUE,
        summary="the task of a verbose or diarised transcript is transcription instead of transcribe",
        build=editing(_other_task, ("createTranscription",)),
        found_by=SHAPE,
        fact="/components/schemas/VerboseTranscription/properties/task",
    ),
    Plant(
        name="voiceapi-state-completed",
        provider="voiceapi",
        kind=Kind.ENUM_VALUE,
        summary="a task that has succeeded is called completed",
        build=editing(_completed, ("tts_status", "stt_status", "clone_status")),
        found_by=(*SHAPE, "tasks.a_task_goes_only_along_its_machine"),
        fact="/components/schemas/TaskStatus/enum",
    ),
    Plant(
        name="hadrian-request-id-missing",
        provider="hadrian",
        kind=Kind.MISSING_HEADER,
        summary="the list of models comes without X-Request-Id",
        build=changing_heads(_no_request_id, ("listModels",), (200,)),
        found_by=EXAMPLES,
        fact="/components/headers/RequestId/required",
    ),
    Plant(
        name="aitre-speech-as-octets",
        provider="aitre",
        kind=Kind.CONTENT_TYPE,
        summary="speech is sent as application/octet-stream, whatever format was asked for",
        build=changing_heads(_octet_stream, ("createSpeech",), (200,)),
        found_by=(*EXAMPLES, "audio.audio_is_what_its_type_says", "audio.formats_agree"),
        fact="/paths/~1v1~1audio~1speech/post/x-voice-formats/types",
    ),
)
