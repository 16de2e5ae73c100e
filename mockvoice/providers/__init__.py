"""The registry: one line a provider. Nothing else in mockvoice names one."""

from __future__ import annotations

from importlib import import_module

from mockvoice.service.provider import Provider

# Provider id (its spec is specs/<id>.yaml) → the package with its verbs.
REGISTRY = {
    "fishaudio-net": "mockvoice.providers.fishaudio_net",
    "fishaudio-org": "mockvoice.providers.fishaudio_org",
    "hadrian": "mockvoice.providers.hadrian",
    "aitre": "mockvoice.providers.aitre",
    "voiceapi": "mockvoice.providers.voiceapi",
}


def load(provider_id: str) -> Provider:
    """Import a provider's verbs. Raises KeyError for an id that is not registered."""
    found: Provider = import_module(REGISTRY[provider_id]).PROVIDER
    return found
