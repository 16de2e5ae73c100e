"""A walk along links keeps to its operations, to documented links and to its plan; what is too dear is not sent."""

from __future__ import annotations

import copy
from typing import Any, cast

import pytest

from contract_tests import test_schema
from contract_tests.kit.amounts import Amounts
from contract_tests.kit.bounds import Allowance, PlanExceeded
from contract_tests.kit.claims import Claim
from contract_tests.kit.clips import Clips
from contract_tests.kit.errors.statuses import content_statuses
from contract_tests.kit.facts import Facts, load
from contract_tests.kit.fuzzing.fuzzer import Fuzzer
from contract_tests.kit.fuzzing.generated import Case
from contract_tests.kit.fuzzing.scratch import no_traces
from contract_tests.kit.planning import Planner
from contract_tests.kit.recipes import Writer
from contract_tests.kit.run import Run
from tests.contract.singer import singer
from tests.contract.thing import DOCUMENT, ROOT, TARGET, StubRun, facts, run_against
from tests.harness.live import serving

pytestmark = pytest.mark.slow

SING, HEAR = facts().operations.values()


def songs_that(changed: dict[str, Any], example: str = "la") -> Facts:
    """Return the documents of songs with more paths, and another text in the example."""
    document = copy.deepcopy(DOCUMENT)
    for path, operations in changed.items():
        document["paths"].setdefault(path, {}).update(operations)
    content = document["paths"]["/songs"]["post"]["requestBody"]["content"]
    content["application/json"]["examples"]["documented"]["value"]["text"] = example
    return Facts(document)


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
