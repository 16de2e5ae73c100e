"""Schemathesis finds what is wrong with a server, nothing else, and what it says is told by a fact of the spec.

What is used of it without being documented for users is pinned here: a new version that changes it fails loudly.
"""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis.core.failures
import schemathesis.openapi.checks
from hypothesis.internal.charmap import intervals_from_codec
from schemathesis.core.failures import Failure
from schemathesis.generation.drivers import CoverageGenerator

from contract_tests import test_schema
from contract_tests.kit.bounds import Throttled
from contract_tests.kit.claims import Claim
from contract_tests.kit.fuzzing import failures, generated
from contract_tests.kit.fuzzing.fuzzer import Fuzzer
from contract_tests.kit.fuzzing.generated import NEGATIVE, POSITIVE
from contract_tests.kit.fuzzing.scratch import _CARRIED, no_traces
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.singer import singer, without
from tests.contract.suite import App
from tests.contract.thing import KEY, ROOT, SONG, StubRun, answer, facts, run_against
from tests.harness.live import serving

pytestmark = pytest.mark.slow

SING, HEAR = facts().operations.values()
WISH_AT = "/components/schemas/Wish"
REFUSED_AT = "/paths/~1songs/post/responses/400"
ANSWER_AT = "/paths/~1songs/post/responses/200"


@pytest.fixture(scope="module")
def fuzzer() -> Iterator[Fuzzer]:
    with no_traces():
        yield Fuzzer(cast(Run, StubRun()))


def ran(app: App, claim_test: Any, operation: str = "sing", seed: int = 0) -> Record:
    """Run a claim against a server and return what it came to."""
    with serving(app) as base, no_traces():  # type: ignore[arg-type]
        run = run_against(f"{base}/prefix", seed)
        claim = Claim(run, "schema.schemathesis", "n", run.facts.operations[operation])
        with run.guard.installed():
            claim_test(claim, claim.operation, {})
    return claim.close(0.0)


# -- what is made ------------------------------------------------------------------------------------------


def test_requests_that_break_the_schema_break_every_part_of_it(fuzzer: Fuzzer) -> None:
    cases = fuzzer.covering(SING, NEGATIVE, 60)

    found = [generated.fault_of(SING, one) for one in cases]
    assert {(one.kind, one.place, one.member) for one in found if one} >= {
        ("missing", "body", "text"),
        ("missing", "body", ""),
        ("missing", "header", "Authorization"),
        ("missing", "header", "X-Hall"),
        ("enum", "header", "X-Hall"),
        ("type", "body", "text"),
        ("type", "body", "pitch"),
        ("bound", "body", "text"),
        ("bound", "body", "pitch"),
        ("media-type", "header", "Content-Type"),
    }


def test_legal_requests_are_made_as_well(fuzzer: Fuzzer) -> None:
    cases = fuzzer.covering(SING, POSITIVE, 60)

    assert len(cases) > 5
    assert {generated.fault_of(SING, one) for one in cases} == {None}


def test_the_same_seed_makes_the_same_requests_and_keeps_one_of_each_kind(fuzzer: Fuzzer) -> None:
    def bodies(at_most: int) -> list[Any]:
        return [(one.body, dict(one.headers)) for one in fuzzer.covering(SING, NEGATIVE, at_most)]

    every = fuzzer.covering(SING, NEGATIVE, 999)
    few = fuzzer.covering(SING, NEGATIVE, 20)

    assert bodies(20) == bodies(20)
    assert len(few) == 20 < len(every)
    assert {generated._group(one) for one in few} == {generated._group(one) for one in every}
    assert generated.sampled(every, 20, seed=1) != generated.sampled(every, 20, seed=2)


def test_a_request_gets_the_key_and_the_headers_unless_it_is_about_them(fuzzer: Fuzzer) -> None:
    seen = {}
    for one in fuzzer.covering(SING, NEGATIVE, 60):
        fault = generated.fault_of(SING, one)
        draft = fuzzer.aim.draft(SING, one)
        assert fault is not None
        about = fault.parameter if fault.place == "header" else "body"
        seen[about, fault.kind] = one.headers.get("Authorization"), one.headers.get("X-Hall"), draft.role

    assert seen["body", "type"] == (f"Bearer {KEY}", "big", "funded")
    assert seen["Content-Type", "media-type"] == (f"Bearer {KEY}", "big", "funded")
    assert seen["Authorization", "missing"] == (None, "big", None)
    assert seen["X-Hall", "missing"] == (f"Bearer {KEY}", None, "funded")
    assert seen["X-Hall", "enum"][1] not in {None, "big"}


# -- what is found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["sing", "hear"])
@pytest.mark.parametrize(
    "test",
    [
        test_schema.test_schemathesis_finds_nothing,
        test_schema.test_schemathesis_finds_nothing_in_legal_requests,
        test_schema.test_schemathesis_finds_nothing_by_chance,
    ],
)
def test_nothing_is_found_at_a_right_server(test: Any, operation: str) -> None:
    record = ran(singer(), test, operation)

    assert (record.findings, record.verdict) == ([], Verdict.HOLDS)


@pytest.mark.parametrize(("unknown", "seed"), [(404, 0), (400, 0), (400, 1), (400, 5), (400, 7)])
def test_nothing_is_found_along_the_links_of_a_right_server(unknown: int, seed: int) -> None:
    """Whatever status an unknown id has: Schemathesis makes some up."""
    record = ran(singer(changed={404: unknown}), test_schema.test_schemathesis_finds_nothing_along_links, seed=seed)

    assert (record.findings, record.verdict) == ([], Verdict.HOLDS)
    assert record.judged > 5


@pytest.mark.parametrize(
    ("wrong", "fact", "verdict"),
    [
        ({"wish": without("required")}, f"{WISH_AT}/required/0", Verdict.BROKEN),
        ({"wish": without("text/type")}, f"{WISH_AT}/properties/text/type", Verdict.BROKEN),
        ({"wish": without("text/maxLength")}, f"{WISH_AT}/properties/text/maxLength", Verdict.BROKEN),
        ({"wish": without("pitch/maximum")}, f"{WISH_AT}/properties/pitch/maximum", Verdict.DIFFERS),
        ({"needs_key": False}, "/paths/~1songs/post/responses/401", Verdict.BROKEN),
        ({"fails_on_nulls": True}, REFUSED_AT, Verdict.BROKEN),
        ({"changed": {400: 404}}, "/paths/~1songs/post/responses", Verdict.BROKEN),
        ({"changed": {400: 405}}, REFUSED_AT, Verdict.BROKEN),
        ({"wish": without("required"), "notes": ""}, f"{ANSWER_AT}/headers/X-Notes", Verdict.BROKEN),
    ],
)
def test_a_server_that_does_not_refuse_is_found_by_what_it_lets_through(
    wrong: dict[str, Any], fact: str, verdict: Verdict
) -> None:
    record = ran(singer(**wrong), test_schema.test_schemathesis_finds_nothing)

    assert fact in [one.fact.pointer for one in record.findings]
    assert record.verdict is verdict
    assert all(KEY not in one.curl + one.reply for one in record.findings)


@pytest.mark.parametrize(
    ("wrong", "fact", "verdict"),
    [
        ({"song": {"id": "s1"}}, "/components/schemas/Song/required", Verdict.BROKEN),
        ({"song": {"id": 1, "mood": "gay"}}, "/components/schemas/Song/properties/id/type", Verdict.BROKEN),
        ({"song": {**SONG, "mood": "wild"}}, "/components/schemas/Song/properties/mood/enum", Verdict.ADDED),
        ({"notes": ""}, f"{ANSWER_AT}/headers/X-Notes", Verdict.DIFFERS),
        ({"changed": {200: 201}}, "/paths/~1songs/post/responses", Verdict.BROKEN),
        ({"refuses_high_notes": True}, ANSWER_AT, Verdict.BROKEN),
    ],
)
def test_a_server_whose_answers_stray_is_found_by_legal_requests(
    wrong: dict[str, Any], fact: str, verdict: Verdict
) -> None:
    record = ran(singer(**wrong), test_schema.test_schemathesis_finds_nothing_in_legal_requests)

    assert fact in [one.fact.pointer for one in record.findings]
    assert record.verdict is verdict


def test_a_link_that_leads_nowhere_is_found() -> None:
    record = ran(singer(forgets=True), test_schema.test_schemathesis_finds_nothing_along_links)

    assert f"{ANSWER_AT}/links" in [one.fact.pointer for one in record.findings]


def test_an_account_at_its_end_tells_nothing() -> None:
    record = ran(singer(changed={400: 402, 401: 402, 503: 402}), test_schema.test_schemathesis_finds_nothing)

    assert (record.findings, record.verdict) == ([], Verdict.UNVERIFIED)


def test_an_account_that_is_to_come_later_ends_the_claim() -> None:
    with pytest.raises(Throttled, match="too many requests"):
        ran(singer(changed={400: 429, 401: 429, 503: 429}), test_schema.test_schemathesis_finds_nothing)


# -- pins --------------------------------------------------------------------------------------------------


def test_the_driver_of_the_coverage_phase_takes_what_it_is_given() -> None:
    taken = inspect.signature(CoverageGenerator).parameters

    given = {"operation", "generation_modes", "generation_config", "auth_storage", "override", "feedback"}
    assert given <= taken.keys()
    assert {name for name, one in taken.items() if one.default is inspect.Parameter.empty} <= given


def test_every_failure_that_schemathesis_knows_is_tied_to_a_fact_or_asked_for_elsewhere() -> None:
    modules = (schemathesis.core.failures, schemathesis.openapi.checks)
    there = {
        name
        for module in modules
        for name, one in vars(module).items()
        if inspect.isclass(one) and issubclass(one, Failure) and one is not Failure
    }

    assert there - failures.known() == {
        "CustomFailure",
        "ResponseTimeExceeded",
        # The error family asks for wrong methods and for missing and wrong keys, tasks for those of others.
        "AllowHeaderMismatch",
        "IgnoredAuth",
        "ObjectLevelAuthorizationViolation",
        "UnsupportedMethodResponse",
    }
    assert failures.known() <= there


def test_a_failure_nobody_knows_rests_on_the_operation() -> None:
    class Strange(Exception):
        pass

    run = StubRun()

    found = list(failures.deviations(facts(), run.shapes, answer(), None, Strange("odd")))

    assert [(one.rests_on, one.got) for one in found] == [(SING.pointer, "odd")]


@pytest.mark.parametrize("codec", list(_CARRIED))
def test_what_a_codec_carries_is_what_hypothesis_finds_by_trying(codec: str, tmp_path: Path) -> None:
    from hypothesis.configuration import set_hypothesis_home_dir

    intervals_from_codec.cache_clear()
    set_hypothesis_home_dir(tmp_path)
    try:
        tried = [[list(map(list, one.intervals)) for one in intervals_from_codec(codec)]]
    finally:
        set_hypothesis_home_dir(None)
        intervals_from_codec.cache_clear()

    assert tried == [_CARRIED[codec]]


def test_nothing_of_hypothesis_is_left_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fuzzer: Fuzzer
) -> None:
    monkeypatch.chdir(tmp_path)
    with no_traces():
        fuzzer.by_chance(HEAR, POSITIVE, 3, lambda _: None)

    assert list(tmp_path.iterdir()) == []


def test_who_only_looks_does_not_wait_for_schemathesis() -> None:
    seen = "import sys, contract_tests.conftest, contract_tests.test_schema, contract_tests.test_forward; "
    seen += "print([one for one in ('hypothesis', 'schemathesis') if one in sys.modules])"

    done = subprocess.run([sys.executable, "-c", seen], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
