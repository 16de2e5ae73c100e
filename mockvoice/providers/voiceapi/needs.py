"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_UPLOAD
from mockvoice.service.needs import (
    ANY_TABLE,
    COUNT,
    NUMBER,
    TEXT,
    TEXTS,
    Needs,
    list_of,
    one_of,
    record,
    snake_record,
    table_of,
)
from mockvoice.service.speech import SPEECH_FORMATS

POSITIVE = {"type": "integer", "minimum": 1}
MANNER = snake_record(**{"is": TEXT, "tags": TEXTS})
USE = snake_record(**{"for": TEXT, "tags": TEXTS})

NEEDS = Needs(
    figures={
        "speaker-marker": TEXT,
        "first-marker": COUNT,
        "emotion-cue": TEXT,
        "audio-format": one_of(SPEECH_FORMATS),
        "download-name": TEXT,
        "disposition": TEXT,
        "reference-shortest-seconds": NUMBER,
        "reference-longest-seconds": NUMBER,
        "reference-least-active-share": NUMBER,
        "speaker-label": TEXT,
        "true-words": TEXTS,
        "sort-parameter": TEXT,
        "unsorted": TEXT,
        "health-body": ANY_TABLE,
        "failure-reasons": table_of(TEXT),
        "validation-words": table_of(record(type=TEXT, msg=TEXT), "otherwise"),
        "models-cache-seconds": NUMBER,
        "title-likeness": NUMBER,
        "voice-defaults": ANY_TABLE,
        "own-voice-defaults": ANY_TABLE,
        "models-kept": COUNT,
        "made-voices": record(
            names=table_of(table_of(TEXTS)),
            manners=table_of(MANNER),
            uses=table_of(USE),
            bilingual=record(every=POSITIVE, also=TEXT),
            likes=record(best=COUNT, step=COUNT),
            tasks=record(least=COUNT, spread=COUNT),
            created=record(first=TEXT, days=POSITIVE),
        ),
        "voices": list_of(snake_record(_id=TEXT, title=TEXT, created_at=TEXT, languages=TEXTS, tags=TEXTS)),
    },
    conditions=(*BY_UPLOAD, "too-short", "too-long", "silent"),
    ids=("model",),
    machines=("tts", "stt", "clone"),
    errors=("unknown_model", "marker_without_model", "unknown_task", "not_ready", "task_failed"),
    readings={
        "no-marker": ("refused",),
        "one-model-many-markers": ("422",),
        "marker-beyond": ("422",),
        "tts-result": ("absent",),
        "plain-text-form": ("text",),
        "own-models": ("listed",),
        "bad-upload": ("fails-later",),
        "origin-errors": ("engine",),
    },
    fields={
        "models_list": ("page_size", "page_number", "refresh", "self"),
        "tts_submit": ("text", "model_ids"),
        "tts_status": ("task_id",),
        "tts_audio": ("task_id",),
        "stt_submit": ("file",),
        "stt_status": ("task_id",),
        "stt_result": ("task_id", "plain_text"),
        "clone_submit": ("title", "file"),
        "clone_status": ("task_id",),
    },
    accounts=(
        "models_list",
        "tts_submit",
        "tts_status",
        "tts_audio",
        "stt_submit",
        "stt_status",
        "stt_result",
        "clone_submit",
        "clone_status",
    ),
)
