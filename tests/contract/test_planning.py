"""The plan says what a claim may use at most, by the very requests that it sends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from contract_tests import test_images, test_schema
from contract_tests.kit.clips import LOOPBACK_CLIPS, Clips
from contract_tests.kit.planning import Planner, Share
from contract_tests.kit.prices import price_of
from tests.contract.endpoint import FIXTURES
from tests.contract.in_process import cases_of, facts_of, make_run, perform
from tests.harness.recipes import Kitchen

CLIPS = Clips(FIXTURES, LOOPBACK_CLIPS)


@pytest.mark.parametrize(
    ("provider", "operation"), [("fishaudio-org", "createLipSyncJob"), ("fishaudio-net", "createLipSync")]
)
def test_the_seconds_of_a_film_are_those_of_the_sound_that_is_paid_for(provider: str, operation: str) -> None:
    """Its video lasts, too, and says nothing of what it costs."""
    one = facts_of(provider).operations[operation]
    announced = test_schema.test_schemathesis_finds_nothing_along_links.announcement  # type: ignore[attr-defined]

    (share,) = Planner(one.facts, CLIPS, "deep").shares_of(announced, one)

    assert one.billing is not None
    assert share.calls * price_of(one.billing, share.audio_milliseconds // share.calls, {}) == share.credits


@pytest.mark.parametrize(
    ("provider", "create", "delete"),
    [("fishaudio-org", "createVoice", "deleteVoice"), ("fishaudio-net", "createModel", "deleteModel")],
)
def test_what_is_made_is_planned_to_be_deleted(provider: str, create: str, delete: str) -> None:
    planner = Planner(facts_of(provider), CLIPS, "deep")
    shares = [Share(create, 3, creates=Counter(voice=3)), Share(create, 1, creates=Counter(voice=1)), Share(delete, 9)]

    assert planner.tidying(shares) == [Share(delete, 4)]
    assert planner.tidying([Share(create, 3)]) == []


def test_what_cannot_be_deleted_is_not_planned_to_be() -> None:
    assert Planner(facts_of("aitre"), CLIPS).tidying([Share("submitImagine", 1, creates=Counter(task=1))]) == []


def test_pictures_of_requests_made_by_chance_are_not_fetched(
    kitchen: Callable[..., Kitchen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are judged where they come in base64; behind addresses they are in no plan."""
    run, fetched = make_run(kitchen("aitre")), []
    test = test_images.test_a_picture_is_what_was_asked_for
    (case,) = cases_of(run.facts, test).values()
    planned = test.announcement.counted("calls", run.facts, case)  # type: ignore[attr-defined]
    for number in range(planned):
        run.ask(case.operation, **{"with": {"model": "dall-e-3", "prompt": f"boat {number}"}})

    def fetch(url: str) -> SimpleNamespace:
        fetched.append(url)
        return SimpleNamespace(status=404)

    monkeypatch.setattr(run, "file", fetch)
    perform(run, test, case)

    assert 0 < len(fetched) <= planned
