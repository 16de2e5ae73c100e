"""What one looks up beside the server says something on every line, and says what it depends on."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mockvoice.cli import app
from mockvoice.lookup import facts_of
from mockvoice.providers import REGISTRY
from tests.harness.specs import spec


@pytest.mark.parametrize("provider", REGISTRY)
def test_every_fact_says_what_it_is(provider: str) -> None:
    assert [fact.pointer for fact in facts_of(spec(provider)) if not fact.text.strip()] == []


def test_a_command_that_depends_on_what_was_used_before_says_so(
    monkeypatch: pytest.MonkeyPatch, spec_cache: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec_cache))
    monkeypatch.setenv("COLUMNS", "200")

    lines = CliRunner().invoke(app, ["errors", "hadrian"], catch_exceptions=False).output.splitlines()

    (told,) = [number for number, line in enumerate(lines) if "429 token_rate_limit_exceeded" in line]
    assert "on a fresh server" in lines[told + 2]
    assert "seq 6" in lines[told + 3]
