"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, TEXT, TEXTS, Needs, snake_record, table_of
from mockvoice.service.speech import SPEECH_FORMATS
from mockvoice.service.voice_needs import CONDITIONS, ERRORS, FIGURES, IDS

NEEDS = Needs(
    figures={
        **FIGURES,
        "model-messages": snake_record(created=TEXT, deleted=TEXT),
        "speech-to-text-tiers": TEXTS,
        "audio-extensions": TEXTS,
        "audio-file-bytes": COUNT,
        "v3-versions": TEXTS,
        "engine-families": table_of(TEXT),
        "family-members": table_of(TEXTS),
    },
    conditions={*BY_URL, *CONDITIONS},
    ids=IDS,
    attributes=("user_id", "tier", "credits"),
    errors=("forbidden", "unknown_voice", "wrong_version", "v2_engine_member", "v2_unknown_voice", *ERRORS),
    readings={"ignore-timestamps": ("empty",), "v3-members": ("refused",), "v2-members": ("refused",)},
    fields={
        "speechToText": ("audio_url",),
        "textToSpeech": (
            "reference_id",
            "text",
            "speed",
            "volume",
            "version",
            "format",
            "emotion",
            "language",
            "cache",
        ),
        "textToSpeechV2": ("voiceId", "text", "speed", "volume", "format"),
        "createModel": ("name", "visibility", "audioFiles"),
        "listModels": ("modelType", "includePersonal", "page", "pageSize"),
        "deleteModel": ("modelId",),
    },
    accounts=(
        "speechToText",
        "textToSpeech",
        "textToSpeechV2",
        "getProfile",
        "postProfile",
        "createModel",
        "listModels",
        "deleteModel",
    ),
    priced=("textToSpeech", "textToSpeechV2"),
    forms={"textToSpeech": SPEECH_FORMATS, "textToSpeechV2": SPEECH_FORMATS},
)
