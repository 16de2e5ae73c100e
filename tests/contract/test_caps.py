"""What would exceed a cap is never sent: counted where it would arrive."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest.outcomes import Exit

from contract_tests.kit.options import refuse_several
from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from tests.contract.suite import Counting, run_suite
from tests.harness.live import serving
from tests.harness.specs import PROVIDERS

PROVIDER = "hadrian"


def counted(spec_cache: Path) -> Counting:
    return Counting(create_app(Settings(providers=(PROVIDER,), cache=spec_cache)))


@pytest.mark.slow
def test_not_one_request_more_than_the_cap_arrives(spec_cache: Path, tmp_path: Path) -> None:
    app = counted(spec_cache)
    with serving(app) as base:  # type: ignore[arg-type]
        outcome = run_suite(PROVIDER, base, tmp_path, "--max-requests", "12")

    assert app.count == 12
    assert outcome.code == 3
    assert "the budget of 12 requests is used up" in outcome.events[-1]["exit_reason"]


@pytest.mark.slow
def test_a_cap_that_ends_amid_what_schemathesis_sends_holds_as_well(spec_cache: Path, tmp_path: Path) -> None:
    app = counted(spec_cache)
    words = ("-k", "preflight or schemathesis", "--max-requests", "30")
    with serving(app) as base:  # type: ignore[arg-type]
        outcome = run_suite(PROVIDER, base, tmp_path, *words)

    ended = {one["operation"] for one in outcome.records if "the budget ended" in one["reason"]}
    assert (app.count, outcome.code) == (30, 3)
    assert "createTranscription" in ended


@pytest.mark.slow
def test_the_ledger_never_drops_by_more_than_the_cap(spec_cache: Path, tmp_path: Path) -> None:
    app = counted(spec_cache)
    with serving(app) as base:  # type: ignore[arg-type]
        outcome = run_suite(PROVIDER, base, tmp_path, "--max-credits", "1000")

    end = outcome.events[-1]
    assert outcome.code == 3
    assert end["credits"] <= 1000
    assert _charged(app) <= 1000


def _charged(app: Counting) -> int:
    """Return what all accounts together have paid."""
    simulator: Any = app.app
    desk = simulator.mounts[0].desk
    opening = {seed.role: seed.balance for seed in desk.spec.seeds}
    return sum(opening[one.role] - one.ledger.balance for one in desk.roster.everyone())


async def accepts_everything(scope: Any, receive: Any, send: Any) -> None:
    """Answer whatever is asked with success."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_endpoint_that_accepts_everything_costs_no_more_than_was_planned(provider: str, tmp_path: Path) -> None:
    with serving(accepts_everything) as base:  # type: ignore[arg-type]
        outcome = run_suite(provider, base, tmp_path)

    plan, end = outcome.events[0], outcome.events[-1]
    assert outcome.code == 1
    assert 0 < end["credits"] <= plan["credits"] + plan["beyond"]
    assert end["requests"] <= plan["requests"]
    # What was planned is enough to show the fault, wherever there is one member that is wrong.
    members = [one for one in outcome.records if one["claim"].startswith("errors.a_bad_member")]
    stopped = [one["nodeid"] for one in members if one["verdict"] == "unverified" and "spend more" in one["reason"]]
    assert stopped == []


@pytest.mark.slow
def test_without_keys_nothing_is_spent_and_the_run_could_not_look(spec_cache: Path, tmp_path: Path) -> None:
    app = counted(spec_cache)
    with serving(app) as base:  # type: ignore[arg-type]
        outcome = run_suite(PROVIDER, base, tmp_path, keys={"MOCKVOICE_TOKEN": "gw_nobody-at-all"})

    assert outcome.code == 3
    assert "was answered 401" in outcome.events[-1]["exit_reason"]
    assert outcome.findings == []
    assert _charged(app) == 0


@pytest.mark.slow
def test_a_target_elsewhere_is_asked_nothing_before_somebody_agrees(tmp_path: Path) -> None:
    outcome = run_suite(PROVIDER, "http://192.0.2.1", tmp_path)

    assert outcome.code == 2
    assert "say --yes" in outcome.output
    assert [one["event"] for one in outcome.events] == ["plan"]


@pytest.mark.slow
def test_a_target_that_is_not_there_ends_the_run_with_three(tmp_path: Path) -> None:
    outcome = run_suite(PROVIDER, "http://127.0.0.1:9", tmp_path)

    assert outcome.code == 3
    assert "no answer" in outcome.events[-1]["exit_reason"]


def test_a_choice_of_no_claim_ends_with_three(tmp_path: Path) -> None:
    outcome = run_suite(PROVIDER, "http://127.0.0.1:9", tmp_path, "-k", "no_claim_is_called_so")

    assert outcome.code == 3


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--target", "http://name:password@127.0.0.1:9"), "no name or password"),
        (("--target", "http://127.0.0.1:9/?key=1"), "no ? and no #"),
        (("--report", "json=."), "is a folder"),
        (("--report", "json=events.jsonl/result.json"), "is no folder"),
    ],
)
def test_what_cannot_be_meant_ends_with_two_before_anything_is_sent(
    tmp_path: Path, words: tuple[str, str], complaint: str
) -> None:
    (tmp_path / "events.jsonl").touch()
    outcome = run_suite(PROVIDER, "http://127.0.0.1:9", tmp_path, *words)

    assert outcome.code == 2
    assert complaint in outcome.output
    assert "password@" not in outcome.output


def test_several_processes_are_refused() -> None:
    config = SimpleNamespace(option=SimpleNamespace(numprocesses=2))

    with pytest.raises(Exit, match="one process"):
        refuse_several(config)  # type: ignore[arg-type]
