"""Schemathesis finds what is wrong with a server, nothing else, and what it says is told by a fact of the spec.

What is used of it without being documented for users is pinned here: a new version that changes it fails loudly.
"""

from __future__ import annotations

import copy
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
from contract_tests.kit.amounts import Amounts
from contract_tests.kit.bounds import Allowance, PlanExceeded, Throttled
from contract_tests.kit.claims import Claim
from contract_tests.kit.clips import Clips
from contract_tests.kit.errors.statuses import content_statuses
from contract_tests.kit.facts import Facts, load
from contract_tests.kit.fuzzing import failures, generated
from contract_tests.kit.fuzzing.fuzzer import Fuzzer
from contract_tests.kit.fuzzing.generated import NEGATIVE, POSITIVE, Case
from contract_tests.kit.fuzzing.scratch import _CARRIED, no_traces
from contract_tests.kit.planning import Planner
from contract_tests.kit.recipes import Writer
from contract_tests.kit.run import Run
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.singer import singer, without
from tests.contract.suite import App
from tests.contract.thing import DOCUMENT, KEY, ROOT, SONG, TARGET, StubRun, answer, facts, run_against
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


def walked(documented: Facts, seed: int) -> Claim:
    """Walk along the links of a song at a right server, held to what was planned for it; return the claim."""
    test = test_schema.test_schemathesis_finds_nothing_along_links
    song = documented.operations["sing"]
    with serving(singer()) as base, no_traces():  # type: ignore[arg-type]
        run = run_against(f"{base}/prefix", seed, documented)
        shares = Planner(documented, run.clips, "deep").shares_of(test.announcement, song)  # type: ignore[attr-defined]
        run.guard.allowance = Allowance("n", sum(one.calls for one in shares), sum(one.credits for one in shares))
        claim = Claim(run, "schema.schemathesis", "n", song)
        with run.guard.installed():
            try:
                test(claim, song, {})
            except PlanExceeded as error:
                pytest.fail(str(error.msg))
    return claim


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


def songs_that(changed: dict[str, Any], example: str = "la") -> Facts:
    """Return the documents of songs with more paths, and another text in the example."""
    document = copy.deepcopy(DOCUMENT)
    for path, operations in changed.items():
        document["paths"].setdefault(path, {}).update(operations)
    content = document["paths"]["/songs"]["post"]["requestBody"]["content"]
    content["application/json"]["examples"]["documented"]["value"]["text"] = example
    return Facts(document)


@pytest.mark.parametrize("seed", range(3))
def test_a_walk_asks_nothing_but_what_it_is_about(seed: int) -> None:
    """The other operations have links, too, and cost something; each has a claim of its own."""
    paths = DOCUMENT["paths"]
    choir = {**paths["/songs"]["post"], "operationId": "gather"}
    linked = {"meet": {"operationId": "meet", "parameters": {"id": "$response.body#/id"}}}
    choir["responses"] = {**choir["responses"], "200": {**choir["responses"]["200"], "links": linked}}
    member = {**paths["/songs/{id}"]["get"], "operationId": "meet"}
    documented = songs_that({"/choirs": {"post": choir}, "/choirs/{id}": {"get": member}})

    claim = walked(documented, seed)

    assert {one.operation and one.operation.id for one in claim.run.log} == {"sing", "hear"}


@pytest.mark.parametrize("seed", range(3))
def test_a_walk_follows_no_link_that_no_document_has(seed: int) -> None:
    """What Schemathesis makes of names and paths is a guess: from a list it deletes what is not of the run."""
    forget = {**DOCUMENT["paths"]["/songs/{id}"]["get"], "operationId": "forget"}
    documented = songs_that({"/songs/{id}": {"delete": forget}})
    operations = list(documented.operations.values())

    with serving(singer()) as base, no_traces():  # type: ignore[arg-type]
        run = run_against(f"{base}/prefix", seed, documented)
        with run.guard.installed():
            Fuzzer(run).along_links(operations, 6, 6, lambda _: None)

    assert {one.method for one in run.log} == {"GET", "POST"}


@pytest.mark.parametrize("seed", range(3))
def test_a_walk_costs_no_more_than_was_planned_for_it(seed: int) -> None:
    """The documented example has one note, a song that is made up mostly has more; links are walked all the same."""
    documented = songs_that({}, example="l")

    claim = walked(documented, seed)

    used = claim.run.guard.allowance
    sung, heard = ([one for one in claim.run.log if one.is_success and one.is_of(each)] for each in (SING, HEAR))
    assert (used.calls, used.credits, used.sent) == (36, 36, 36)
    assert used.spent == sum(len(one.fields["text"]) for one in sung) <= 36
    assert len(heard) > 2
    assert claim.findings == []


def test_a_walk_that_can_pay_for_nothing_sends_nothing() -> None:
    documented = songs_that({})
    documented.document["paths"]["/songs"]["post"]["x-voice-billing"]["measure"] = "calls"
    run = run_against(TARGET, documented=documented)
    run.guard.allowance = Allowance("n", 36, 0)

    with no_traces(), run.guard.installed():
        Fuzzer(run).along_links(list(documented.operations.values()), 6, 6, lambda _: None)

    assert run.guard.sent == 0


def fuzzer_of(provider: str, clips: str | None = "https://clips.test") -> Fuzzer:
    """Return Schemathesis for a provider that is asked nothing; `clips` is where they are hosted."""
    run = StubRun()
    run.facts = load(provider, ROOT / "specs")
    run.clips = Clips(ROOT / "fixtures", clips)
    run.members = Writer(run.facts, run.keys, run.clips).fields
    run.guard.amounts = Amounts(run.clips)
    with no_traces():
        return Fuzzer(cast(Run, run))


def lip_sync(fuzzer: Fuzzer) -> Case:
    """Return a legal request for a film of any address."""
    wish: dict[str, Any] = {"audioUrl": "https://0.com", "videoUrl": "https://0.com", "mood": "gay"}
    operation = fuzzer.operation(fuzzer.facts.operations["createLipSyncJob"])
    return operation.Case(body=wish, media_type="application/json")


def test_an_address_that_nobody_knows_gives_way_to_the_clip_of_the_example() -> None:
    """It may be a minute of audio, or an hour: what a walk makes is to be heard in a few seconds."""
    fuzzer = fuzzer_of("fishaudio-org")
    case = lip_sync(fuzzer)

    fuzzer.run.guard.allowance = Allowance("n", 36, 36 * 24)

    assert fuzzer.makes_cheap(case)
    assert case.body == {
        "audioUrl": "https://clips.test/hello-en.mp3",
        "videoUrl": "https://clips.test/face.mp4",
        "mood": "gay",
    }


@pytest.mark.parametrize(("credits", "can"), [(599, False), (600, True)])
def test_without_clips_an_address_that_nobody_knows_is_sent_if_it_can_be_paid(credits: int, can: bool) -> None:
    fuzzer = fuzzer_of("fishaudio-org", clips=None)
    case = lip_sync(fuzzer)

    fuzzer.run.guard.allowance = Allowance("n", 36, credits)

    assert fuzzer.makes_cheap(case) is can
    assert isinstance(case.body, dict)
    assert case.body["audioUrl"] == "https://0.com"


def test_what_the_guard_would_hold_back_is_dear() -> None:
    """Signs that take many bytes are few characters."""
    documented = songs_that({})
    billing = {"measure": "audio-milliseconds", "field": "text", "steps": []}
    documented.document["paths"]["/songs"]["post"]["x-voice-billing"].update(billing)
    run = run_against(TARGET, documented=documented)
    with no_traces():
        fuzzer = Fuzzer(run)
    run.guard.allowance = Allowance("n", 1, 5_000)
    case = fuzzer.operation(SING).Case(body=["\N{MUSICAL NOTE}" * 2_000], media_type="application/json")

    assert fuzzer.is_dear(documented.operations["sing"], case)
    with run.guard.installed(), pytest.raises(PlanExceeded):
        fuzzer.send(case)


@pytest.mark.parametrize("provider", ["fishaudio-org", "hadrian", "voiceapi"])
def test_a_form_is_not_judged_by_types_that_were_drawn_by_chance(provider: str) -> None:
    """All of it arrives as text, or not at all; the coverage phase tells which type is wrong."""
    fuzzer = fuzzer_of(provider)
    forms = [fuzzer.operation(one) for one in fuzzer.facts.operations.values() if one.is_form]

    def judged_in(phase: str) -> set[bool]:
        settings = fuzzer.schema.config
        return {settings.checks_config_for(operation=one, phase=phase).negative_data_rejection.enabled for one in forms}

    assert [judged_in(phase) for phase in ("coverage", "fuzzing", "stateful")] == [{True}, {False}, {False}]


def test_an_id_that_fits_its_schema_may_be_that_of_no_task() -> None:
    """aitre refuses it with the status of an id that is none; elsewhere it has one of its own."""
    look = load("aitre", ROOT / "specs").operations["fetchTask"]

    assert 400 in content_statuses(look)


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
