"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service import video_input
from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, LIP_SYNC_FIGURES, TEXT, TEXTS, Needs, snake_record, table_of
from mockvoice.service.speech import SPEECH_FORMATS
from mockvoice.service.voice_needs import CONDITIONS, ERRORS, FIGURES, IDS

NEEDS = Needs(
    figures={
        **FIGURES,
        **LIP_SYNC_FIGURES,
        "model-messages": snake_record(created=TEXT, deleted=TEXT),
        "speech-to-text-tiers": TEXTS,
        "audio-extensions": TEXTS,
        "audio-file-bytes": COUNT,
        "lip-sync-list-most": COUNT,
        "v3-versions": TEXTS,
        "engine-families": table_of(TEXT),
        "family-members": table_of(TEXTS),
    },
    conditions={*BY_URL, *CONDITIONS, "too-long"},
    video_conditions=video_input.BY_URL,
    ids=IDS,
    machines=("lip-sync",),
    files=("lip-sync",),
    attributes=("user_id", "tier", "credits"),
    errors=(
        "forbidden",
        "job_not_found",
        "unknown_voice",
        "wrong_version",
        "v2_engine_member",
        "v2_unknown_voice",
        *ERRORS,
    ),
    readings={
        "ignore-timestamps": ("empty",),
        "absent-members": ("absent",),
        "v3-members": ("refused",),
        "v2-members": ("refused",),
    },
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
        "createLipSync": ("video_url", "audio_url"),
        "queryLipSync": ("id",),
        "postQueryLipSync": ("id",),
        "listLipSync": ("page", "limit"),
        "postListLipSync": ("page", "limit"),
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
        *("createLipSync", "queryLipSync", "postQueryLipSync", "listLipSync", "postListLipSync"),
    ),
    priced=("textToSpeech", "textToSpeechV2", "createLipSync"),
    forms={"textToSpeech": SPEECH_FORMATS, "textToSpeechV2": SPEECH_FORMATS},
)
