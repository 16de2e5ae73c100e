"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, TEXT, TEXTS, Needs, list_of, snake_record

NEEDS = Needs(
    figures={
        "speech-to-text-tiers": TEXTS,
        "audio-extensions": TEXTS,
        "audio-file-bytes": COUNT,
        "live-voices": {**list_of(snake_record(_id=TEXT, title=TEXT)), "minItems": 1},
    },
    conditions=BY_URL,
    attributes=("user_id", "tier", "credits"),
    errors=("forbidden",),
    readings={"ignore-timestamps": ("empty",)},
    fields={"speechToText": ("audio_url",)},
    accounts=("speechToText", "getProfile", "postProfile"),
)
