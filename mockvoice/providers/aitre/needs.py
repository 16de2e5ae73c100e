"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_UPLOAD
from mockvoice.service.needs import (
    ANY_TABLE,
    COUNT,
    FLAG,
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
from mockvoice.service.transcription_formats import TRANSCRIPT_FORMS

_ACTIONS = (
    "IMAGINE", "VARIATION", "REROLL", "BLEND", "ZOOM", "PAN", "INPAINT", "UPSCALE", "DESCRIBE", "SHORTEN",
)  # fmt: skip
_MJ_ERRORS = (
    "mj_task_unknown", "mj_task_not_found", "mj_task_not_finished", "mj_no_such_button", "mj_not_waiting",
    "mj_bad_picture", "mj_queue_full", "mj_banned_prompt",
)  # fmt: skip
_MAYBE_TEXT = {"type": ["string", "null"]}
_FORMS = tuple(form for form in TRANSCRIPT_FORMS if form != "diarized_json")

NEEDS = Needs(
    figures={
        "voice-aliases": table_of(TEXT),
        "audio-extensions": TEXTS,
        "shortest-seconds": NUMBER,
        "timestamp-granularities": TEXTS,
        "translation-language": TEXT,
        "relay-error-type": TEXT,
        "reason-without-model": TEXT,
        "one-api-input-bytes": COUNT,
        "upstream-problems": table_of(record(type=TEXT, msg=TEXT), "*"),
        "text-problems": table_of(record(code=_MAYBE_TEXT, msg=TEXT), "*"),
        "text-refusals": table_of(
            record(param=TEXT, code=_MAYBE_TEXT, msg=TEXT),
            "json-not-named",
            "schema-missing",
            "tools-missing",
            "tool-unknown",
            "tool-call-id-missing",
            "messages-too-long",
            "context-too-long",
            "completion-too-long",
            "input-too-long",
            "input-mixed",
            "dimensions-fixed",
            "dimensions-beyond",
        ),
        "context-tokens": table_of(COUNT),
        "completion-tokens": table_of(COUNT),
        "embedding-lengths": table_of(record(length=COUNT, shortens=FLAG)),
        "units-to-the-dollar": COUNT,
        "token-rule": record(code_points=COUNT, each_message=COUNT, each_answer=COUNT, each_image=COUNT),
        "system-fingerprint": TEXT,
        "image-models": table_of(
            record(size=TEXT, quality=TEXT, background=TEXT, answer=TEXT, revises=FLAG, tells=FLAG)
        ),
        "drawing-chats": table_of(record(size=TEXT, answer=TEXT)),
        "image-style": TEXT,
        "image-tokens": table_of(table_of(COUNT)),
        "revised-prompt": TEXT,
        "relay-reasons": table_of(table_of(TEXT)),
        "proxy-reasons": table_of(TEXT),
        "models-when-missing": table_of(TEXT),
        "mj-buttons": table_of(
            list_of(snake_record(customId=TEXT, label=TEXT, emoji=TEXT, action=TEXT)),
            "grid",
            "single",
            "described",
            "shortened",
        ),
        "mj-shows": table_of(one_of(("grid", "single", "described", "shortened")), *_ACTIONS),
        "mj-sides": record(grid=COUNT, single=COUNT),
        "mj-shapes": record(PORTRAIT=TEXT, SQUARE=TEXT, LANDSCAPE=TEXT),
        "mj-at-once": record(running=COUNT, waiting=COUNT),
        "mj-banned-words": TEXTS,
        "mj-words": record(taken=TEXT, existing=TEXT, modal=TEXT, queued=TEXT, failed=TEXT, cancelled=TEXT),
        "mj-described": record(words=TEXT, variants=TEXTS),
        "mj-important-letters": COUNT,
        "models": table_of(TEXT),
        "mapped-models": table_of(TEXT),
        "model-created": COUNT,
        "model-permission": ANY_TABLE,
    },
    conditions=(*BY_UPLOAD, "extension", "too-short"),
    ids=("chat", "completion", "tool-call", "mj-hash"),
    machines=("mj",),
    other_attributes=("group",),
    errors=("text_too_long", "model_not_found", "text_refused", *_MJ_ERRORS),
    readings={
        "input-length": ("bytes",),
        "forced-tool-ends": ("tool-calls",),
        "models-list": ("success",),
        "proxy-codes": ("rewritten",),
        "speech-answer": ("json",),
        "verbose-extras": ("passed-on",),
    },
    fields={
        "createSpeech": ("input", "voice", "response_format", "speed"),
        "createTranscription": ("file", "response_format"),
        "createTranslation": ("file", "response_format"),
        "getModel": ("model",),
        "createChatCompletion": ("model", "messages", "stream"),
        "createCompletion": ("model", "prompt", "stream", "echo", "max_tokens"),
        "createEmbedding": ("model", "input", "encoding_format"),
        "createImage": ("model", "prompt", "n"),
        "submitImagine": ("prompt",),
        "submitAction": ("customId", "taskId"),
        "submitBlend": ("base64Array",),
        "submitDescribe": ("base64",),
        "submitModal": ("taskId",),
        "submitShorten": ("prompt",),
        "fetchTask": ("id",),
    },
    accounts=(
        *("getSubscription", "getUsage", "fetchTask"),
        *("submitImagine", "submitAction", "submitBlend", "submitDescribe", "submitModal", "submitShorten"),
    ),
    forms={"createSpeech": SPEECH_FORMATS, "createTranscription": _FORMS, "createTranslation": _FORMS},
)
