"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, TEXT, TEXTS, Needs, snake_record
from mockvoice.service.voice_needs import CONDITIONS, ERRORS, FIGURES, IDS

NEEDS = Needs(
    figures={
        **FIGURES,
        "model-messages": snake_record(created=TEXT, deleted=TEXT),
        "speech-to-text-tiers": TEXTS,
        "audio-extensions": TEXTS,
        "audio-file-bytes": COUNT,
    },
    conditions={*BY_URL, *CONDITIONS},
    ids=IDS,
    attributes=("user_id", "tier", "credits"),
    errors=("forbidden", *ERRORS),
    readings={"ignore-timestamps": ("empty",)},
    fields={
        "speechToText": ("audio_url",),
        "createModel": ("name", "visibility", "audioFiles"),
        "listModels": ("modelType", "includePersonal", "page", "pageSize"),
        "deleteModel": ("modelId",),
    },
    accounts=("speechToText", "getProfile", "postProfile", "createModel", "listModels", "deleteModel"),
)
