"""What the verbs of this provider read of its spec."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_URL
from mockvoice.service.needs import COUNT, TEXT, TEXTS, Needs
from mockvoice.service.voice_needs import CONDITIONS, ERRORS, FIGURES

NEEDS = Needs(
    figures={**FIGURES, "voice-deleted-message": TEXT, "audio-extensions": TEXTS, "audio-file-bytes": COUNT},
    conditions={*BY_URL, *CONDITIONS},
    ids=("voice",),
    attributes=("user_id", "tier", "credits"),
    errors=ERRORS,
    readings={"segments": ("filled",), "charged-balance": ("both",), "webhook": ("told",)},
    fields={
        "createTranscription": ("audioUrl",),
        "createVoice": ("name", "visibility", "audioFiles"),
        "listVoices": ("limit", "offset"),
        "deleteVoice": ("voiceId",),
    },
    accounts=("createTranscription", "getProfile", "updateProfile", "createVoice", "listVoices", "deleteVoice"),
)
