"""Knows whether a provider meets the sovereignty requirements of a request, and what the first one is that it does not.

Names are compared without regard to capitals, as the gateway does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

# What is wrong, as the figure `sovereignty-reasons` calls it, and the words of its sentence; None where nothing is.
Objection = tuple[str, Mapping[str, str]] | None


def unmet(place: Mapping[str, Any], wanted: Mapping[str, Any], reasons: Mapping[str, str]) -> str | None:
    """Return why a provider does not meet the requirements, in the words of `reasons`; None where it meets them.

    What is absent or null restricts nothing; of several faults the first in the gateway's order counts.
    """
    for name, objects in _RULES.items():
        value = wanted.get(name)
        objection = None if value is None else objects(place, value)
        if objection is not None:
            reason, words = objection
            return reasons[reason].format(**words)
    return None


def _countries(place: Mapping[str, Any], allowed: list[str]) -> Objection:
    own = place["inference_countries"]
    if not allowed:
        return "no-countries", {}
    return None if any(_among(one, allowed) for one in own) else ("countries", _listed(own, allowed))


def _on_prem(place: Mapping[str, Any], required: bool) -> Objection:
    return ("on-prem", {}) if required and not place["on_prem"] else None


def _certifications(place: Mapping[str, Any], required: list[str]) -> Objection:
    missing = next((one for one in required if not _among(one, place["certifications"])), None)
    return None if missing is None else ("certification", {"missing": missing})


def _open_weights(place: Mapping[str, Any], required: bool) -> Objection:
    return ("open-weights", {}) if required and not place["open_weights"] else None


def _headquarters(place: Mapping[str, Any], blocked: list[str]) -> Objection:
    own = place["hq_country"]
    return ("headquarters", {"own": own}) if _among(own, blocked) else None


def _license(place: Mapping[str, Any], allowed: list[str]) -> Objection:
    own = place["license"]
    if not allowed:
        return "no-licenses", {}
    return None if _among(own, allowed) else ("license", _listed(own, allowed))


# Requirement → what speaks against a provider, in the order in which the gateway asks.
_RULES: dict[str, Callable[[Mapping[str, Any], Any], Objection]] = {
    "allowed_inference_countries": _countries,
    "require_on_prem": _on_prem,
    "required_certifications": _certifications,
    "require_open_weights": _open_weights,
    "blocked_hq_countries": _headquarters,
    "allowed_licenses": _license,
}


def _among(name: str, names: Iterable[str]) -> bool:
    return name.lower() in {one.lower() for one in names}


def _listed(own: Any, wanted: list[str]) -> Mapping[str, str]:
    """Return both as the gateway's language shows them: texts in quotes, lists in brackets."""
    return {"own": _shown(own), "wanted": _shown(wanted)}


def _shown(value: str | list[str]) -> str:
    return f"[{', '.join(map(_shown, value))}]" if isinstance(value, list) else orjson.dumps(value).decode()
