"""A live account is not fresh: the second run finds what the first has spent."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from tests.contract.suite import run_suite
from tests.harness.live import serving

CLAIM = "credits.credit_for_one_call_is_good_for_exactly_one"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("provider", "operation", "why"),
    [
        # One tells the balance, the other does not.
        ("fishaudio-org", "createTranscription", "has 0 credits, and the documented example costs"),
        ("hadrian", "createSpeech", "may have no credit left"),
    ],
)
def test_credit_that_an_earlier_run_has_spent_is_asked_for_and_not_held_against_the_endpoint(
    spec_cache: Path, tmp_path: Path, provider: str, operation: str, why: str
) -> None:
    app = create_app(Settings(providers=(provider,), cache=spec_cache))
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    with serving(app) as base:
        outcomes = [
            run_suite(provider, f"{base}/{provider}", folder, "-k", "credit_for_one_call") for folder in folders
        ]

    assert [one.verdict(CLAIM, operation) for one in outcomes] == ["holds", "unverified"]
    assert outcomes[1].code == 0, outcomes[1].output
    assert [why in record["reason"] for record in outcomes[1].records] == [True]
