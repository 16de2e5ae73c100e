"""FishSpeech Open API v1: what its operations do. Everything else stands in specs/fishaudio-org.yaml."""

from __future__ import annotations

from mockvoice.providers.fishaudio_org import lip_sync, profile, speech, transcriptions, voices
from mockvoice.service.provider import Provider

PROVIDER = Provider(
    behaviours={
        **transcriptions.BEHAVIOURS,
        **profile.BEHAVIOURS,
        **voices.BEHAVIOURS,
        **speech.BEHAVIOURS,
        **lip_sync.BEHAVIOURS,
    },
    checks={**voices.CHECKS, **speech.CHECKS},
    media={**transcriptions.MEDIA, **voices.MEDIA, **lip_sync.MEDIA},
)
