"""AITRE API: what its operations do. Everything else stands in specs/aitre.yaml."""

from __future__ import annotations

from mockvoice.providers.aitre import models, speech, transcriptions, wording
from mockvoice.service.provider import Provider

PROVIDER = Provider(
    behaviours={**speech.BEHAVIOURS, **transcriptions.BEHAVIOURS, **models.BEHAVIOURS},
    checks=speech.CHECKS,
    media=transcriptions.MEDIA,
    words=wording.words,
)
