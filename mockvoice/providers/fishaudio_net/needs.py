"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service import video_input
from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, LIP_SYNC_FIGURES, TEXT, TEXTS, Needs, snake_record
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
    },
    conditions={*BY_URL, *CONDITIONS, "too-long"},
    video_conditions=video_input.BY_URL,
    ids=IDS,
    machines=("lip-sync",),
    files=("lip-sync",),
    attributes=("user_id", "tier", "credits"),
    errors=("forbidden", "job_not_found", *ERRORS),
    readings={"ignore-timestamps": ("empty",), "absent-members": ("absent",)},
    fields={
        "speechToText": ("audio_url",),
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
        *("speechToText", "getProfile", "postProfile", "createModel", "listModels", "deleteModel"),
        *("createLipSync", "queryLipSync", "postQueryLipSync", "listLipSync", "postListLipSync"),
    ),
    priced=("createLipSync",),
)
