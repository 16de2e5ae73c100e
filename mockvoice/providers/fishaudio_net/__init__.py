"""Fish Audio's legacy Open API: what its operations do. Everything else stands in specs/fishaudio-net.yaml."""

from __future__ import annotations

from mockvoice.providers.fishaudio_net import lip_sync, models, profile, speech_to_text, text_to_speech
from mockvoice.service.provider import Provider

PROVIDER = Provider(
    behaviours={
        **speech_to_text.BEHAVIOURS,
        **text_to_speech.BEHAVIOURS,
        **profile.BEHAVIOURS,
        **models.BEHAVIOURS,
        **lip_sync.BEHAVIOURS,
    },
    checks={**speech_to_text.CHECKS, **text_to_speech.CHECKS, **models.CHECKS},
    media={**speech_to_text.MEDIA, **models.MEDIA, **lip_sync.MEDIA},
)
