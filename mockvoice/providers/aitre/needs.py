"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_UPLOAD
from mockvoice.service.needs import ANY_TABLE, COUNT, FLAG, NUMBER, TEXT, TEXTS, Needs, record, table_of
from mockvoice.service.speech import SPEECH_FORMATS
from mockvoice.service.transcription_formats import TRANSCRIPT_FORMS

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
            "context-too-long",
            "input-too-long",
            "input-mixed",
            "dimensions-fixed",
            "dimensions-beyond",
        ),
        "context-tokens": table_of(COUNT),
        "embedding-lengths": table_of(record(length=COUNT, shortens=FLAG)),
        "units-to-the-dollar": COUNT,
        "token-rule": record(code_points=COUNT, each_message=COUNT, each_answer=COUNT, each_image=COUNT),
        "system-fingerprint": TEXT,
        "image-models": table_of(
            record(size=TEXT, quality=TEXT, background=TEXT, answer=TEXT, revises=FLAG, tells=FLAG)
        ),
        "image-style": TEXT,
        "image-tokens": table_of(table_of(COUNT)),
        "revised-prompt": TEXT,
        "relay-reasons": table_of(TEXT),
        "models-when-missing": table_of(TEXT),
        "models": table_of(TEXT),
        "mapped-models": table_of(TEXT),
        "model-created": COUNT,
        "model-permission": ANY_TABLE,
    },
    conditions=(*BY_UPLOAD, "extension", "too-short"),
    ids=("chat", "completion", "tool-call"),
    other_attributes=("group",),
    errors=("text_too_long", "model_not_found", "text_refused"),
    readings={
        "input-length": ("bytes",),
        "forced-tool-ends": ("tool-calls",),
        "models-list": ("success",),
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
    },
    accounts=("getSubscription", "getUsage"),
    forms={"createSpeech": SPEECH_FORMATS, "createTranscription": _FORMS, "createTranslation": _FORMS},
)
