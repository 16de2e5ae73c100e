"""Hadrian Gateway, audio: what its operations do. Everything else stands in specs/hadrian.yaml."""

from __future__ import annotations

from mockvoice.providers.hadrian import catalogue, gateway, keys, speech, transcriptions, translations, wording
from mockvoice.service.provider import Provider

PROVIDER = Provider(
    behaviours={
        **speech.BEHAVIOURS,
        **transcriptions.BEHAVIOURS,
        **translations.BEHAVIOURS,
        **catalogue.BEHAVIOURS,
    },
    checks={**speech.CHECKS, **transcriptions.CHECKS, **translations.CHECKS},
    media={**transcriptions.MEDIA, **translations.MEDIA},
    words=wording.words,
    after=gateway.after,
    admit=keys.admit,
)
