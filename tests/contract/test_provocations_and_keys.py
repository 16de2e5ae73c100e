"""What is sent to be refused: provocations under every reading, wrong keys, unknown paths; and what that may cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.kit.bounds import Allowance
from contract_tests.kit.errors.forms import broken, forms
from contract_tests.kit.errors.provocations import is_barred_everywhere, provocations, unprovoked
from contract_tests.kit.errors.routing import paths, unknown_paths
from contract_tests.kit.errors.two_faults import pairs
from contract_tests.kit.errors.wrong_keys import wrong_keys
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import FORM_TYPE
from contract_tests.kit.recipes import BOUNDARY
from tests.contract.in_process import CLIPS, facts_of, make_run
from tests.harness.recipes import Kitchen
from tests.harness.specs import PROVIDERS

MakeKitchen = Callable[..., Kitchen]


def provoked_code(facts: Facts, name: str) -> str | None:
    row = provocations(facts)[name].row(facts)
    return row.code if row else None


def test_a_provocation_that_only_another_reading_has_is_tried_under_it() -> None:
    facts = facts_of("fishaudio-net").read_as({"v3-members": "refused"})

    assert provoked_code(facts, "emotion-before-v3-textToSpeech") == "wrong_version"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_by_default_every_provocation_leads_to_its_own_code(provider: str) -> None:
    facts = facts_of(provider)
    table = facts.document["x-voice-provocations"]

    assert {name: provoked_code(facts, name) for name in provocations(facts)} == {
        name: table[case.name]["code"] for name, case in provocations(facts).items()
    }


@pytest.mark.parametrize(
    ("provider", "readings", "name", "code"),
    [
        ("fishaudio-net", {"other-language": "taken"}, "language-unknown-speechToText", None),
        ("fishaudio-net", {"corrupt-audio": "500"}, "file-corrupt-speechToText", "server_error"),
        ("fishaudio-net", {"not-found": "unknown-path"}, "url-gone-speechToText", "invalid_audio_url"),
        ("fishaudio-org", {"unsupported-audio": "422"}, "url-not-audio-createTranscription", "unprocessable_audio"),
        ("fishaudio-org", {"rate-limit": "own-table"}, "too-often-createTranscription", None),
        ("fishaudio-org", {"rate-limit": "own-table"}, "too-often-getProfile", "rate_limited"),
        ("aitre", {"unreadable-body": "one-api"}, "body-malformed-createSpeech", "invalid_json"),
        ("aitre", {"unreadable-body": "one-api"}, "body-a-list-createSpeech", "invalid_request"),
        ("aitre", {"wrong-method": "404"}, "wrong-method-listModels", "not_found"),
        ("aitre", {"authorization": "optional"}, "no-key-listModels", None),
        ("aitre", {"quota-short": "token-quota"}, "pre-charge-above-the-balance-createTranscription",
         "pre_consume_token_quota_failed"),
        ("hadrian", {"dropped-fields": "drop"}, "reference-too-short-createTranscription", None),
        ("hadrian", {"sse-on-tts-1": "ignored"}, "events-from-tts-1-createSpeech", None),
        ("hadrian", {"flac-and-ogg": "refused"}, "unchunked-createTranscription", None),
        ("voiceapi", {"unknown-key": "403"}, "unknown-key-models_list", "not_subscribed"),
        ("voiceapi", {"missing-host": "served"}, "no-api-models_list", None),
        ("voiceapi", {"marker-beyond": "first-model"}, "marker-beyond-the-list-tts_submit", None),
    ],
)  # fmt: skip
def test_a_reading_changes_what_is_provoked(
    provider: str, readings: dict[str, str], name: str, code: str | None
) -> None:
    facts = facts_of(provider)
    now = facts.read_as(readings)

    row = provocations(facts)[name].row(now)

    assert (row.code if row else None) == code


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_claim_uses_up_the_account_with_credit_for_one_call(provider: str) -> None:
    facts = facts_of(provider)
    recipes = [one.recipe(facts) for one in provocations(facts).values()]

    assert [one for one in recipes if one.get("role") == "mock-low" and one.get("times", 1) > 1] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_errors_are_provoked_or_counted_as_the_rest(provider: str) -> None:
    facts = facts_of(provider)
    provoked = {provoked_code(facts, name) for name in provocations(facts)}

    assert provoked.isdisjoint(unprovoked(facts))
    assert provoked | {*unprovoked(facts)} == {*facts.errors}


# -- keys --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "operation", "codes"),
    [
        ("fishaudio-org", "getProfile", {"unauthorized"}),
        ("aitre", "listModels", {"invalid_token"}),
        ("hadrian", "listModels", {"invalid_api_key", "missing_credentials", "invalid_api_key_format"}),
        ("voiceapi", "tts_status", {"invalid_key"}),
        ("voiceapi", "health", set()),
    ],
)
def test_every_way_in_is_tried_with_wrong_keys(provider: str, operation: str, codes: set[str]) -> None:
    wrong = wrong_keys(facts_of(provider).operations[operation])

    assert {refusal.row.code for _, refusal in wrong.values()} == codes
    assert all(recipe["role"] is None for recipe, _ in wrong.values())


# -- paths -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "without_key"),
    [("fishaudio-org", {"not_found"}), ("voiceapi", {"missing_key"}), ("hadrian", {"not_found"})],
)
def test_an_unknown_path_asks_for_a_key_only_where_that_check_comes_first(provider: str, without_key: set[str]) -> None:
    cases = unknown_paths(facts_of(provider))

    assert {case.refusal.row.code for case in cases if "role" in case.recipe} == without_key
    assert len(cases) == 8


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_method_that_a_path_does_not_have_could_do_harm(provider: str) -> None:
    """If it works after all: nothing is deleted, and no id is anybody's."""
    for case in paths(facts_of(provider)).values():
        for recipe, _ in case.requests:
            assert recipe["method"] not in {*case.methods, "DELETE"}
            assert set(recipe.get("path", {}).values()) <= {"none"}


# -- forms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["aitre", "hadrian", "voiceapi"])
def test_a_form_breaks_off_in_the_middle_of_its_file(provider: str) -> None:
    for operation in forms(facts_of(provider)).values():
        (clip,) = operation.clips.values()
        data = CLIPS.get(clip).data

        body = broken(operation, "cut-off-in-the-file", CLIPS)["body"]

        assert data[:100] in body
        assert data not in body
        assert not body.endswith(f"--{BOUNDARY}--\r\n".encode())


def test_a_form_without_a_boundary_says_that_it_is_a_form() -> None:
    operation = facts_of("hadrian").operations["createTranslation"]

    assert broken(operation, "no-boundary", CLIPS) == {"media": FORM_TYPE}


# -- two faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "name", "first"),
    [
        ("fishaudio-net", "speechToText-auth+body", "auth"),
        ("aitre", "createSpeech-missing-voice+credits", "credits"),
        ("aitre", "createSpeech-missing-model+credits", "missing-model"),
        ("aitre", "createTranscription-credits+media", "credits"),
        ("hadrian", "createSpeech-body+credits", "credits"),
        ("voiceapi", "tts_submit-path+credits", "credits"),
        ("voiceapi", "tts_submit-route+auth", "route"),
    ],
)
def test_who_speaks_first_follows_from_the_spec(provider: str, name: str, first: str) -> None:
    assert pairs(facts_of(provider))[name].first.name == first


def test_where_the_key_in_the_body_wins_the_body_is_read_before_the_key_is_judged() -> None:
    facts = facts_of("fishaudio-net").read_as({"two-tokens": "body"})

    assert pairs(facts)["speechToText-auth+body"].first.name == "body"
    assert pairs(facts)["speechToText-body+limits"].first.name == "body"


# -- what it may cost --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowance", "worst", "covered"),
    [
        (Allowance(credits=0), 0, True),
        (Allowance(credits=0), 5, False),
        (Allowance(credits=10, spent=5), 5, True),
        (Allowance(credits=10, spent=6), 5, False),
        (Allowance(credits=0, beyond=5), 5, True),
        (Allowance(credits=0, beyond=5), 6, False),
        (Allowance(credits=0, beyond=5, spent=5), 5, False),
        (Allowance(credits=10, beyond=5, spent=10), 5, True),
        (Allowance(credits=10, beyond=5, spent=12), 5, False),
    ],
)
def test_of_requests_that_are_to_be_refused_one_may_be_accepted(
    allowance: Allowance, worst: int, covered: bool
) -> None:
    assert allowance.covers(worst) is covered


def test_an_id_is_made_up_where_none_is_known(kitchen: MakeKitchen) -> None:
    run = make_run(kitchen("voiceapi"))

    assert run.leads.known_identity("tts_status") == {"task_id": "none"}
    assert run.guard.log == []


def test_an_id_that_is_known_is_used_and_costs_nothing(kitchen: MakeKitchen) -> None:
    run = make_run(kitchen("aitre"))
    model: dict[str, Any] = run.leads.identity("getModel")
    sent = len(run.guard.log)

    assert run.leads.known_identity("getModel") == model
    assert len(run.guard.log) == sent


READINGS = [
    (provider, row, reading)
    for provider in PROVIDERS
    for row, node in facts_of(provider).ambiguities.items()
    for reading in node["readings"]
]


@pytest.mark.parametrize(("provider", "row", "reading"), READINGS)
def test_what_is_provoked_is_known_under_every_reading(provider: str, row: str, reading: str) -> None:
    """Some readings bring provocations of their own: who finds such a reading goes on."""
    now = facts_of(provider).read_as({row: reading})

    assert {one.operation.id for one in provocations(now).values()} <= {*now.operations}
    assert all(pairs(now).values())


@pytest.mark.parametrize(("reading", "is_barred"), [("blocked", True), ("not-pro", False)])
def test_a_barred_account_is_barred_from_everything_or_from_some(reading: str, is_barred: bool) -> None:
    assert is_barred_everywhere(facts_of("fishaudio-net").read_as({"forbidden": reading})) is is_barred
