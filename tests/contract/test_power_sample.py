"""A sample of `make power`: the faithful simulator is clean at each provider, faults of every family are found."""

from __future__ import annotations

import pytest

from mockvoice.providers import REGISTRY
from tests.planted import PLANTS
from tests.power import judge_faithful, judge_plant

SAMPLE = (
    "org-quota-renamed",
    "net-message-for-error",
    "hadrian-open-models",
    "org-body-token",
    "aitre-any-temperature",
    "org-double-charge",
    "net-lost-updates",
    "hadrian-remaining-stuck",
    "voiceapi-progress-falls",
    "voiceapi-audio-early",
    "net-deletes-again",
    "aitre-silence",
    "hadrian-events-swapped",
    "hadrian-srt-shorter",
    "net-extra-header",
    "voiceapi-extra-member",
)

# Those that each run of the tests judges; the others are for `make test-long`.
ALWAYS = frozenset({"org-double-charge", "net-extra-header"})
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("provider", REGISTRY)
def test_the_faithful_simulator_has_no_finding(provider: str) -> None:
    row = judge_faithful(provider, 0)

    assert (row.told, row.claims) == ("clean", ())


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[] if one in ALWAYS else [pytest.mark.long]) for one in SAMPLE if one in PLANTS]
)
def test_a_planted_server_is_judged_rightly(name: str) -> None:
    row = judge_plant(PLANTS[name])

    assert row.is_right, row


def test_the_sample_names_plants() -> None:
    assert [name for name in SAMPLE if name not in PLANTS] == []
