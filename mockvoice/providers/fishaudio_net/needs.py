"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service import video_input
from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, LIP_SYNC_FIGURES, TEXTS, Needs

NEEDS = Needs(
    figures={
        "speech-to-text-tiers": TEXTS,
        "audio-extensions": TEXTS,
        "audio-file-bytes": COUNT,
        **LIP_SYNC_FIGURES,
        "lip-sync-list-most": COUNT,
    },
    conditions=(*BY_URL, "too-long"),
    video_conditions=video_input.BY_URL,
    machines=("lip-sync",),
    files=("lip-sync",),
    attributes=("user_id", "tier", "credits"),
    errors=("forbidden", "job_not_found"),
    readings={"ignore-timestamps": ("empty",), "absent-members": ("absent",)},
    fields={
        "speechToText": ("audio_url",),
        "createLipSync": ("video_url", "audio_url"),
        "queryLipSync": ("id",),
        "postQueryLipSync": ("id",),
        "listLipSync": ("page", "limit"),
        "postListLipSync": ("page", "limit"),
    },
    accounts=(
        "speechToText",
        "getProfile",
        "postProfile",
        "createLipSync",
        "queryLipSync",
        "postQueryLipSync",
        "listLipSync",
        "postListLipSync",
    ),
    priced=("createLipSync",),
)
