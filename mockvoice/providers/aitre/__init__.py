"""AITRE API: what its operations do. Everything else stands in specs/aitre.yaml."""

from __future__ import annotations

from mockvoice.providers.aitre import (
    billing,
    buttons,
    chat,
    completions,
    embeddings,
    images,
    midjourney,
    models,
    speech,
    transcriptions,
    wording,
)
from mockvoice.service.provider import Provider

PROVIDER = Provider(
    behaviours={
        **speech.BEHAVIOURS,
        **transcriptions.BEHAVIOURS,
        **models.BEHAVIOURS,
        **chat.BEHAVIOURS,
        **completions.BEHAVIOURS,
        **embeddings.BEHAVIOURS,
        **billing.BEHAVIOURS,
        **images.BEHAVIOURS,
        **midjourney.BEHAVIOURS,
        **buttons.BEHAVIOURS,
    },
    checks={**speech.CHECKS, **chat.CHECKS, **completions.CHECKS, **embeddings.CHECKS, **buttons.CHECKS},
    media={**transcriptions.MEDIA, **midjourney.MEDIA},
    words=wording.words,
    counts={**chat.COUNTS, **completions.COUNTS, **embeddings.COUNTS},
)
