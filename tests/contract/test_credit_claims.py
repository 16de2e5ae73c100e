"""The claims about credits and limits: what a slow endpoint or a used account does is no broken promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests import test_credits
from contract_tests.kit.recipes import Draft
from contract_tests.kit.roles import Keys
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.in_process import Change, cases_of, make_run, perform
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
ONE_CALL = test_credits.test_credit_for_one_call_is_good_for_exactly_one
OVER = test_credits.test_a_call_over_the_limit_is_refused
COUNT_DOWN = test_credits.test_limit_headers_count_down


def run_with(kitchen: Kitchen, change: Change | None = None, seconds: float = 0.0) -> Run:
    """Return a run whose every answer takes so many seconds, at the endpoint and for the run."""
    now = [0.0]

    def slowly(draft: Draft, answer: Answer) -> None:
        now[0] += seconds
        kitchen.client.advance(seconds)
        if change is not None:
            change(draft, answer)

    run = make_run(kitchen, slowly)
    run.guard.clock = lambda: now[0]
    return run


def performed(run: Run, test: Any, case: str = "") -> Record:
    """Perform a claim for a case, or for its only one."""
    cases = cases_of(run.facts, test)
    return perform(run, test, cases[case] if case else next(iter(cases.values())))


def stuck(_: Draft, answer: Answer) -> None:
    answer.header_list = [
        (name, "59" if name.lower() == "x-ratelimit-remaining" else value) for name, value in answer.header_list
    ]


# -- windows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.0, 20.0])
def test_a_window_counts_down(kitchen: MakeKitchen, seconds: float) -> None:
    record = performed(run_with(kitchen("hadrian"), seconds=seconds), COUNT_DOWN, "requests-per-minute")

    assert (record.verdict, record.judged) == (Verdict.HOLDS, 2)


@pytest.mark.parametrize("seconds", [31.0, 61.0])
def test_calls_each_in_a_window_of_its_own_break_nothing(kitchen: MakeKitchen, seconds: float) -> None:
    """As with --rate 1/m: each finds 59 of 60 left."""
    record = performed(run_with(kitchen("hadrian"), seconds=seconds), COUNT_DOWN, "requests-per-minute")

    assert (record.findings, record.verdict is Verdict.UNVERIFIED) == ([], seconds > 60)


def test_a_header_that_never_falls_is_found(kitchen: MakeKitchen) -> None:
    record = performed(run_with(kitchen("hadrian"), stuck, 1.0), COUNT_DOWN, "requests-per-minute")

    assert record.verdict is Verdict.BROKEN


@pytest.mark.parametrize("provider", ["fishaudio-net", "fishaudio-org", "hadrian", "aitre"])
def test_a_window_that_began_anew_while_it_was_counted_breaks_nothing(kitchen: MakeKitchen, provider: str) -> None:
    quick = performed(run_with(kitchen(provider)), OVER)
    slow = performed(run_with(kitchen(provider), seconds=61.0), OVER)

    assert (quick.verdict, slow.verdict, slow.findings) == (Verdict.HOLDS, Verdict.UNVERIFIED, [])
    assert "a window lasts 60 s" in slow.reason


def test_a_window_that_lets_everybody_through_is_found(kitchen: MakeKitchen) -> None:
    record = performed(run_with(kitchen("aitre"), _let_through, 1.0), OVER)

    assert record.verdict is Verdict.BROKEN


def _let_through(_: Draft, answer: Answer) -> None:
    answer.status = 200


# -- prices --------------------------------------------------------------------------------------------------


def test_what_was_paid_before_a_reading_was_known_is_priced_by_it(kitchen: MakeKitchen) -> None:
    """The documented example is asked first of all."""
    run = run_with(kitchen("fishaudio-net", choices={"fishaudio-net.price": "started-minute"}))
    run.golden("speechToText")
    run.learn("price", "started-minute")
    test = test_credits.test_the_price_is_that_of_the_real_amount

    record = perform(run, test, run.present(cases_of(run.facts, test)["speechToText"]))

    assert (record.verdict, record.findings) == (Verdict.HOLDS, [])


# -- accounts that are used ------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["fishaudio-net", "fishaudio-org", "hadrian", "aitre", "voiceapi"])
def test_credit_that_an_earlier_run_has_spent_breaks_nothing(kitchen: MakeKitchen, provider: str) -> None:
    made = kitchen(provider)

    first, second = (performed(run_with(made), ONE_CALL) for _ in range(2))

    assert (first.verdict, second.verdict, second.findings) == (Verdict.HOLDS, Verdict.UNVERIFIED, [])
    assert "the account low " in second.reason


def test_credit_for_several_calls_is_no_credit_for_one(kitchen: MakeKitchen) -> None:
    run = run_with(kitchen("fishaudio-net"))
    run.keys = Keys({**run.keys.by_role, "low": run.keys.of("other")})

    record = performed(run, ONE_CALL)

    assert record.verdict is Verdict.UNVERIFIED
    assert "and the documented example costs 3" in record.reason


def test_a_key_that_is_nobodys_breaks_nothing(kitchen: MakeKitchen) -> None:
    run = run_with(kitchen("hadrian"))
    run.keys = Keys({**run.keys.by_role, "low": "gw_nobodys-key", "limited": "gw_nobodys-key"})

    records = [performed(run, one) for one in (ONE_CALL, OVER)]

    assert [one.verdict for one in records] == [Verdict.UNVERIFIED] * 2
    assert records[0].reason == "the key of the account low is nobody's: 401 (invalid_api_key)"
