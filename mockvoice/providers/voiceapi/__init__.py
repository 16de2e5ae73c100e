"""Voice API behind the RapidAPI gateway: what its operations do. Everything else stands in specs/voiceapi.yaml."""

from __future__ import annotations

from mockvoice.providers.voiceapi import clone, health, models, stt, tts
from mockvoice.providers.voiceapi.validation import words
from mockvoice.service.provider import Provider

PROVIDER = Provider(
    behaviours={
        **models.BEHAVIOURS,
        **tts.BEHAVIOURS,
        **stt.BEHAVIOURS,
        **clone.BEHAVIOURS,
        **health.BEHAVIOURS,
    },
    checks=tts.CHECKS,
    media={**stt.MEDIA, **clone.MEDIA},
    words=words,
)
