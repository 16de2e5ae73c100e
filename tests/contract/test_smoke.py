"""Smoke pays for each operation once at the most, also where a look at a task is a paid call."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from mockvoice.providers import REGISTRY
from tests.contract.suite import run_suite
from tests.harness.live import serving


@pytest.mark.slow
@pytest.mark.parametrize("provider", REGISTRY)
def test_smoke_pays_for_each_operation_once_at_the_most(provider: str, spec_cache: Path, tmp_path: Path) -> None:
    app = create_app(Settings(providers=(provider,), cache=spec_cache))
    with serving(app) as base:
        outcome = run_suite(provider, base, tmp_path, "--profile", "smoke")
    lines = app.world.journal.lines

    paid = Counter(line.operation for line in lines if line.charged)
    assert (outcome.code, outcome.events[-1]["exit_reason"]) == (0, "nothing is broken")
    assert [name for name, count in paid.items() if count > 1] == []
