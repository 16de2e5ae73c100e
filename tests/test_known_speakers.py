"""Names of voices that spoke elsewhere: read from every provider's spec, of which nobody waits for the checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockvoice import app
from mockvoice.audio.clips import ClipLibrary
from mockvoice.core.settings import Settings


def no_check(*_: object) -> list[str]:
    raise AssertionError("a spec is checked that is not served")


def test_names_come_from_all_specs_without_a_check_of_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where nothing is in the cache, to check all five takes ten seconds, in which an upload had no answer."""
    monkeypatch.setattr(app, "_check", no_check)

    found = list(app._known_speakers(Settings(providers=("fishaudio-org",), cache=tmp_path), ClipLibrary([])))

    assert {"alloy", "shimmer", "Emma", "59da1ffe242e29e87339873da9df9cc0"} <= {*found}
    assert len(found) > 600


@pytest.mark.parametrize(
    "broken",
    [
        "x-mock-figures: []",
        "x-mock-figures: {made-voices: {}}",
        "x-mock-figures: {made-voices: {value: 1}}",
        "[",
        "",
        "1",
    ],
)
def test_a_broken_spec_names_nobody(tmp_path: Path, broken: str) -> None:
    (tmp_path / "voiceapi.yaml").write_text(broken, encoding="utf-8")

    found = list(app._known_speakers(Settings(specs=tmp_path, cache=None), ClipLibrary([])))

    assert "Emma" in found
    assert len(found) < 100
