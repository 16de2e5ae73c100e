"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, TEXT, TEXTS, Needs, table_of
from mockvoice.service.speech import SPEECH_FORMATS

NEEDS = Needs(
    figures={
        "speech-to-text-tiers": TEXTS,
        "audio-extensions": TEXTS,
        "audio-file-bytes": COUNT,
        "v3-versions": TEXTS,
        "engine-families": table_of(TEXT),
        "family-members": table_of(TEXTS),
    },
    conditions=BY_URL,
    attributes=("user_id", "tier", "credits"),
    errors=("forbidden", "unknown_voice", "wrong_version", "v2_engine_member", "v2_unknown_voice"),
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
    },
    accounts=("speechToText", "textToSpeech", "textToSpeechV2", "getProfile", "postProfile"),
    priced=("textToSpeech", "textToSpeechV2"),
    forms={"textToSpeech": SPEECH_FORMATS, "textToSpeechV2": SPEECH_FORMATS},
)
