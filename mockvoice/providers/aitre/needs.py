"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_UPLOAD
from mockvoice.service.needs import ANY_TABLE, COUNT, NUMBER, TEXT, TEXTS, Needs, record, table_of
from mockvoice.service.speech import SPEECH_FORMATS
from mockvoice.service.transcription_formats import TRANSCRIPT_FORMS

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
        "models": table_of(TEXT),
        "mapped-models": table_of(TEXT),
        "model-created": COUNT,
        "model-permission": ANY_TABLE,
    },
    conditions=(*BY_UPLOAD, "extension", "too-short"),
    other_attributes=("group",),
    errors=("text_too_long", "model_not_found"),
    readings={
        "input-length": ("bytes",),
        "models-list": ("success",),
        "speech-answer": ("json",),
        "verbose-extras": ("passed-on",),
    },
    fields={
        "createSpeech": ("input", "voice", "response_format", "speed"),
        "createTranscription": ("file", "response_format"),
        "createTranslation": ("file", "response_format"),
        "getModel": ("model",),
    },
    forms={"createSpeech": SPEECH_FORMATS, "createTranscription": _FORMS, "createTranslation": _FORMS},
)
