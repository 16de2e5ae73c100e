"""Knows whether a provider meets the sovereignty requirements of a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Meets = Callable[[Mapping[str, Any], Any], bool]

# Requirement → whether a provider meets it; a requirement that is absent, null, false or empty restricts nothing.
_RULES: dict[str, Meets] = {
    "allowed_inference_countries": lambda place, allowed: set(place["inference_countries"]) <= set(allowed),
    "allowed_licenses": lambda place, allowed: place["license"] in allowed,
    "blocked_hq_countries": lambda place, blocked: place["hq_country"] not in blocked,
    "require_on_prem": lambda place, _required: place["on_prem"],
    "require_open_weights": lambda place, _required: place["open_weights"],
    "required_certifications": lambda place, required: set(required) <= set(place["certifications"]),
}


def unmet(place: Mapping[str, Any], wanted: Mapping[str, Any]) -> str | None:
    """Return the name of the first requirement the provider does not meet, or None."""
    for name, meets in _RULES.items():
        if wanted.get(name) and not meets(place, wanted[name]):
            return name
    return None
