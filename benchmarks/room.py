"""Specs with room: what a load makes is not stopped by how many voices or waiting tasks an account may have.

Only knobs of the simulation (`x-mock-*`) are other ones. What is asked and answered, and what it costs, stays.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from mockvoice.openapi.documents import find_spec, parse_yaml
from mockvoice.providers import REGISTRY

# A state that lasts longer waits for somebody, who has time to come.
_LONGEST_PACE_SECONDS = 60
_VOICES = 1_000_000


def write_roomy_specs(folder: Path) -> None:
    """Write every provider's spec into a folder, with tasks that are over at once and no limit of own voices."""
    for provider in REGISTRY:
        path = find_spec(provider, None)
        document = parse_yaml(path.read_bytes(), path.name)
        _make_room(document)
        # JSON is YAML, too, if characters stand for themselves.
        (folder / path.name).write_bytes(orjson.dumps(document))


def _make_room(document: dict[str, Any]) -> None:
    """Change a document in place."""
    for pace in document.get("x-mock-pace", {}).values():
        pace.update({state: 0 for state, seconds in pace.items() if seconds < _LONGEST_PACE_SECONDS})
    most = document.get("x-mock-figures", {}).get("own-voices-most")
    if most is not None:
        most["value"] = _VOICES
