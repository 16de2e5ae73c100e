"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, TEXTS, Needs

NEEDS = Needs(
    figures={"speech-to-text-tiers": TEXTS, "audio-extensions": TEXTS, "audio-file-bytes": COUNT},
    conditions=BY_URL,
    attributes=("user_id", "tier", "credits"),
    errors=("forbidden",),
    readings={"ignore-timestamps": ("empty",)},
    fields={"speechToText": ("audio_url",)},
    accounts=("speechToText", "getProfile", "postProfile"),
)
