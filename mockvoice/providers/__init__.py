"""The registry: one line a provider. Nothing else in mockvoice names one."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mockvoice.service.provider import Provider

if TYPE_CHECKING:
    from mockvoice.service.needs import Needs

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


def load_needs(provider_id: str) -> Needs:
    """Import what a provider's verbs need of its spec. Raises KeyError for an id that is not registered."""
    found: Needs = import_module(f"{REGISTRY[provider_id]}.needs").NEEDS
    return found
