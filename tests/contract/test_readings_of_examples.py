"""An example that is answered otherwise than documented shows which reading is followed, for what was planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract_tests import test_audio, test_collections, test_credits, test_preflight, test_searching
from contract_tests.kit.bounds import PlanExceeded
from contract_tests.kit.claims import Announcement
from contract_tests.kit.facts import Facts
from contract_tests.kit.planning import Planner
from contract_tests.kit.recipes import Draft
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.in_process import CLIPS, Change, announced_calls, cases_of, facts_of, make_run, perform
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
PREFLIGHT = test_preflight.test_every_documented_example_is_answered_as_documented


def looked_at(kitchen: Kitchen, change: Change | None = None, *operations: str) -> tuple[Run, list[Record]]:
    """Perform the preflight for some operations, or all."""
    run = make_run(kitchen, change)
    cases = cases_of(run.facts, PREFLIGHT)
    return run, [perform(run, PREFLIGHT, run.present(cases[name])) for name in operations or cases]


@pytest.mark.parametrize(
    ("provider", "row", "reading", "operation", "answers"),
    [
        # By its own answer, which then is the documented one.
        ("voiceapi", "submit-status", "200", "tts_submit", [200]),
        # By its own answer; by that reading the example is another, which is paid for.
        ("aitre", "example-model", "no-channel", "createSpeech", [503, 200]),
        # By a probe, which costs nothing.
        ("voiceapi", "health-auth", "gateway", "health", [404, 401, 200]),
    ],
)
def test_an_example_is_judged_by_the_reading_that_it_shows(
    kitchen: MakeKitchen, provider: str, row: str, reading: str, operation: str, answers: list[int]
) -> None:
    run, (record,) = looked_at(kitchen(provider, choices={f"{provider}.{row}": reading}), None, operation)

    sent = [one.status for one in run.log if one.operation and one.operation.id == operation]
    assert (record.verdict, run.observed, sent[-1]) == (Verdict.HOLDS, {row: reading}, answers[-1])
    assert sent == answers


@pytest.mark.parametrize("provider", ["hadrian", "aitre"])
def test_an_example_that_fits_no_reading_leads_to_no_probes(kitchen: MakeKitchen, provider: str) -> None:
    """Others about the same operation may be dear, and no plan of `smoke` has them."""

    def changed(_: Draft, answer: Answer) -> None:
        answer.status = 203 if answer.status == 200 else answer.status

    run, (record,) = looked_at(kitchen(provider), changed, "createSpeech")

    assert record.verdict is Verdict.BROKEN
    assert [one.status for one in run.log] == [203]


@pytest.mark.parametrize(
    "choices",
    [
        {"voiceapi": {}},
        {"voiceapi": {"voiceapi.submit-status": "200", "voiceapi.health-auth": "gateway"}},
        {"aitre": {"aitre.example-model": "no-channel"}},
        {"hadrian": {}},
    ],
)
def test_what_all_claims_share_is_within_its_plan(kitchen: MakeKitchen, choices: dict[str, dict[str, str]]) -> None:
    ((provider, chosen),) = choices.items()
    run = make_run(kitchen(provider, choices=chosen))
    run.settings = replace(run.settings, profile="smoke")
    planned: Counter[str] = Counter()
    for share in Planner(run.facts, run.clips, "smoke").shared():
        planned[share.operation] += share.calls

    for case in cases_of(run.facts, PREFLIGHT).values():
        perform(run, PREFLIGHT, run.present(case))

    sent = Counter(one.operation.id for one in run.log if one.operation)
    assert {name: count for name, count in sent.items() if count > planned[name]} == {}


def test_nothing_is_sent_for_all_claims_beyond_what_was_planned(kitchen: MakeKitchen) -> None:
    run = make_run(kitchen("hadrian"))
    run.allow_shared(1, 10_000)
    run.golden("listModels")

    with pytest.raises(PlanExceeded, match="shared announced 1 requests"):
        run.golden("getHealth")


@pytest.mark.parametrize(
    ("provider", "operation", "row", "reading"),
    [
        ("voiceapi", "health", "health-auth", "gateway"),
        ("fishaudio-net", "speechToText", "price", "started-minute"),
    ],
)
def test_the_plan_is_that_of_the_dearest_reading(provider: str, operation: str, row: str, reading: str) -> None:
    """An endpoint may turn out to follow it, and every claim is held to what was told before."""
    facts = facts_of(provider)
    announced = Announcement(calls=1, asks=lambda _, one: [(one, {})])

    def planned(facts: Facts) -> int:
        return sum(one.credits for one in Planner(facts, CLIPS).shares_of(announced, facts.operations[operation]))

    assert planned(facts) == planned(facts.read_as({row: reading})) > 0


@pytest.mark.parametrize(
    ("provider", "row", "reading", "test", "name", "verdict"),
    [
        ("voiceapi", "sort-parameter", "sort", test_searching.test_the_order_asked_for_is_kept, "", Verdict.HOLDS),
        (
            "voiceapi",
            "own-models",
            "public-only",
            test_collections.test_what_is_made_is_listed_at_once,
            "",
            Verdict.UNVERIFIED,
        ),
        (
            "fishaudio-org",
            "job-charge",
            "on-success",
            test_credits.test_what_is_reported_is_what_the_balance_drops,
            "createSpeechJob",
            Verdict.HOLDS,
        ),
        ("aitre", "speech-formats", "six", test_audio.test_formats_agree, "", Verdict.HOLDS),
    ],
)
def test_a_claim_goes_by_the_reading_that_was_found_and_keeps_to_its_plan(
    kitchen: MakeKitchen, provider: str, row: str, reading: str, test: Any, name: str, verdict: Verdict
) -> None:
    """What it is about was worked out, and what it may send was announced, before anything was known."""
    run = make_run(kitchen(provider, choices={f"{provider}.{row}": reading}))
    cases = cases_of(run.facts, test)
    case = cases[name] if name else next(iter(cases.values()))
    announced = announced_calls(run.facts, test, case)
    run.learn(row, reading)

    record = perform(run, test, run.present(case), announced)

    assert (record.verdict, record.findings) == (verdict, [])
