"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, TEXTS, Needs

NEEDS = Needs(
    figures={"audio-extensions": TEXTS, "audio-file-bytes": COUNT},
    conditions=BY_URL,
    attributes=("user_id", "tier", "credits"),
    readings={"segments": ("filled",), "charged-balance": ("both",)},
    fields={"createTranscription": ("audioUrl",)},
    accounts=("createTranscription", "getProfile"),
)
