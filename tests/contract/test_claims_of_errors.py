"""The claims about refusals: the faithful simulator keeps each, and a server with one fault breaks the right one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests import test_errors, test_forms
from contract_tests.kit.recipes import Draft
from contract_tests.kit.roles import ROLES
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.in_process import Change, cases_of, make_run, perform
from tests.harness.recipes import Kitchen
from tests.harness.specs import PROVIDERS
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
CLAIMS = {
    f"{module.__name__.rpartition('_')[2]}.{name.removeprefix('test_')}": test
    for module in (test_errors, test_forms)
    for name, test in vars(module).items()
    if hasattr(test, "announcement") and name.startswith("test_")
}
QUICK = {name: test for name, test in CLAIMS.items() if test.announcement.profile != "deep"}
REST = "errors.the_rest_cannot_be_provoked_from_outside"


def all_of(kitchen: Kitchen, name: str, change: Change | None = None) -> list[Record]:
    """Perform a claim for all its cases in one run."""
    run = make_run(kitchen, change)
    return [perform(run, CLAIMS[name], case) for case in cases_of(run.facts, CLAIMS[name]).values()]


def one_of(kitchen: Kitchen, name: str, case: str, change: Change | None = None) -> Record:
    """Perform a claim for one case."""
    run = make_run(kitchen, change)
    return perform(run, CLAIMS[name], cases_of(run.facts, CLAIMS[name])[case])


def every_quick_one(kitchen: Kitchen, roles: frozenset[str]) -> list[Record]:
    """Perform all claims of the profile standard in one run; none sends more than it announces."""
    run = make_run(kitchen, roles=roles)
    return [perform(run, test, case) for test in QUICK.values() for case in cases_of(run.facts, test).values()]


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_faithful_simulator_keeps_every_claim(kitchen: MakeKitchen, provider: str) -> None:
    records = every_quick_one(kitchen(provider), frozenset(ROLES))

    assert [finding.id for record in records for finding in record.findings] == []
    assert {record.claim for record in records if record.verdict is not Verdict.HOLDS} == {REST}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_cannot_be_provoked_is_counted_and_named(kitchen: MakeKitchen, provider: str) -> None:
    (record,) = all_of(kitchen(provider), REST)

    assert record.verdict is Verdict.UNVERIFIED
    assert "documented errors cannot be provoked from outside: " in record.reason


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
def test_without_other_keys_than_one_nothing_breaks(kitchen: MakeKitchen, provider: str) -> None:
    records = every_quick_one(kitchen(provider), frozenset({"funded"}))

    assert {record.verdict for record in records} == {Verdict.HOLDS, Verdict.UNVERIFIED}
    reasons = {record.reason for record in records if record.claim != REST and record.verdict is Verdict.UNVERIFIED}
    assert all(reason.startswith("needs the role ") for reason in reasons)


# -- answers that are wrong in one thing --------------------------------------------------------------


def accepts(_: Any, answer: Answer) -> None:
    answer.status, answer.body, answer.header_list = 200, b"{}", [("content-type", "application/json")]


def with_status(status: int) -> Change:
    def change(_: Any, answer: Answer) -> None:
        answer.status = status

    return change


def with_body(body: bytes) -> Change:
    def change(_: Any, answer: Answer) -> None:
        answer.body = body

    return change


def with_header(name: str, value: str | None) -> Change:
    def change(_: Any, answer: Answer) -> None:
        answer.header_list = [one for one in answer.header_list if one[0] != name]
        if value is not None:
            answer.header_list.append((name, value))

    return change


ROW = "errors.an_error_is_answered_as_documented"
FIRST = "errors.the_documented_fault_speaks_first"
METHOD = "errors.a_wrong_method_is_refused_and_names_the_right_ones"
PROFILE = "/api/open/profile"
PAGE = b"<h1>Not found</h1>"


@pytest.mark.parametrize(
    ("name", "provider", "case", "change", "got"),
    [
        (ROW, "fishaudio-net", "no-token-getProfile", accepts, "200"),
        (ROW, "fishaudio-net", "no-token-getProfile", with_status(403), "403"),
        (ROW, "fishaudio-net", "no-token-getProfile", with_body(b'{"message": "no"}'), "members message"),
        (ROW, "fishaudio-net", "no-token-getProfile", with_body(PAGE), "no JSON"),
        (ROW, "fishaudio-net", "no-token-getProfile", with_header("content-type", "text/plain"), "text/plain"),
        (ROW, "aitre", "no-key-listModels", with_header("x-oneapi-request-id", None), "no such header"),
        (ROW, "aitre", "no-key-listModels", with_header("x-oneapi-request-id", "7"), "X-Oneapi-Request-Id: 7"),
        (ROW, "hadrian", "wrong-method-getHealth", with_body(b"no"), "2 bytes"),
        ("errors.a_bad_member_is_refused_as_documented", "fishaudio-org", "createTranscription-missing-audioUrl",
         accepts, "200"),
        ("errors.a_bad_member_is_refused_as_documented", "aitre", "createSpeech-bound-speed", with_status(500), "500"),
        ("errors.malformed_json_is_refused", "fishaudio-org", "createTranscription", accepts, "200"),
        ("errors.a_missing_key_is_refused", "voiceapi", "tts_status", accepts, "200"),
        ("errors.a_wrong_key_is_refused", "voiceapi", "tts_status", accepts, "200"),
        ("errors.a_key_counts_in_every_documented_header", "hadrian", "listModels", with_status(401), "401"),
        ("errors.a_key_in_the_body_counts_only_where_documented", "fishaudio-net", "postProfile", with_status(401),
         "401"),
        ("errors.a_key_in_the_body_counts_only_where_documented", "fishaudio-org", "createTranscription", accepts,
         "200"),
        ("errors.an_unknown_path_is_refused", "fishaudio-net", "", with_body(PAGE), "no JSON"),
        ("errors.an_unknown_path_is_refused", "voiceapi", "", accepts, "200"),
        (METHOD, "fishaudio-net", PROFILE, accepts, "200"),
        (METHOD, "fishaudio-net", PROFILE, with_header("allow", None), "Allow: absent"),
        (METHOD, "fishaudio-net", PROFILE, with_header("allow", "GET"), "Allow: GET"),
        (METHOD, "fishaudio-net", PROFILE, with_header("allow", "GET, POST, PATCH"), "Allow: GET, POST, PATCH"),
        ("forms.a_form_without_its_file_is_refused", "aitre", "createTranslation", accepts, "200"),
        ("forms.wrong_part_names_are_refused", "voiceapi", "clone_submit", accepts, "200"),
        ("forms.a_broken_form_is_refused", "hadrian", "createTranslation-cut-off-in-the-file", accepts, "200"),
        ("forms.numbers_and_booleans_in_forms_are_strict", "hadrian", "createTranscription-stream", accepts, "200"),
        ("forms.a_text_where_a_file_is_due_is_refused", "voiceapi", "stt_submit", accepts, "200"),
        ("forms.a_file_where_a_text_is_due_is_refused", "voiceapi", "clone_submit", accepts, "200"),
    ],
)  # fmt: skip
def test_an_answer_that_is_wrong_in_one_thing_breaks_the_claim(
    kitchen: MakeKitchen, name: str, provider: str, case: str, change: Change, got: str
) -> None:
    record = one_of(kitchen(provider), name, case, change)

    assert record.verdict in {Verdict.BROKEN, Verdict.DIFFERS}
    assert got in record.findings[0].got


@pytest.mark.parametrize("allow", ["GET, POST", "POST,GET", "GET, HEAD, OPTIONS, POST"])
def test_the_order_of_methods_and_those_of_every_server_are_nobodys_business(kitchen: MakeKitchen, allow: str) -> None:
    record = one_of(kitchen("fishaudio-net"), METHOD, PROFILE, with_header("allow", allow))

    assert record.verdict is Verdict.HOLDS


def test_a_refusal_rests_on_the_less_sure_of_bound_and_status(kitchen: MakeKitchen) -> None:
    """That 5,000 is the longest text is assumed: an endpoint that takes more does not break a document."""
    record = one_of(
        kitchen("voiceapi"), "errors.a_bad_member_is_refused_as_documented", "tts_submit-bound-text", accepts
    )

    assert [finding.verdict for finding in record.findings] == [Verdict.DIFFERS] * len(record.findings)
    assert record.findings[0].fact.pointer.startswith("/components/")


@pytest.mark.parametrize(("age", "verdict"), [(59.0, Verdict.BROKEN), (60.0, Verdict.UNVERIFIED)])
def test_a_window_that_may_have_begun_anew_proves_nothing(kitchen: MakeKitchen, age: float, verdict: Verdict) -> None:
    run = make_run(kitchen("fishaudio-org"), accepts)
    run.guard.clock = lambda: age
    run.guard._turns.first["limited"] = 0.0
    case = cases_of(run.facts, CLAIMS[ROW])["too-often-getProfile"]

    record = perform(run, CLAIMS[ROW], case)

    assert record.verdict is verdict


def test_where_a_fault_is_never_found_nobody_can_say_that_it_speaks_too_late(kitchen: MakeKitchen) -> None:
    """No key is asked for at all: that is found by others, and is no question of precedence."""

    def without_doors(draft: Draft, answer: Answer) -> None:
        if draft.role is None:
            accepts(draft, answer)
            if draft.body == b"unreadable":
                answer.status = 400
                answer.body = (
                    b'{"code": "invalid_request", "message": "The request payload is invalid.", "requestId": "r"}'
                )

    record = one_of(kitchen("fishaudio-org"), FIRST, "createTranscription-auth+body", without_doors)

    assert (record.verdict, record.findings) == (Verdict.UNVERIFIED, [])
    assert record.reason == "the fault of auth is not refused even when it is the only one"


# -- servers that are wrong in one thing --------------------------------------------------------------

_SPEECH = "/components/schemas/SpeechRequest/properties"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("provider", "changes", "unset", "name"),
    [
        ("fishaudio-org",
         {"/x-voice-precedence/order": ["path", "body", "validate", "auth", "limits", "media", "credits"]}, (), FIRST),
        ("fishaudio-org",
         {"/x-voice-precedence/order": ["path", "auth", "body", "validate", "limits", "media", "credits"]}, (), FIRST),
        ("aitre",
         {"/x-voice-precedence/order": ["path", "auth", "limits", "body", "validate", "media", "credits"]}, (), FIRST),
        ("aitre", {"/x-voice-precedence/upstream": []}, (), FIRST),
        ("voiceapi", {"/x-voice-precedence/order":
                      ["path", "auth", "limits", "credits", "body", "validate", "media"]}, (),
         "errors.an_unknown_path_is_refused"),
        ("voiceapi", {"/x-voice-precedence/upstream": []}, (), FIRST),
        ("aitre", {}, (f"{_SPEECH}/speed/maximum",), "errors.a_bad_member_is_refused_as_documented"),
        ("aitre", {"/x-voice-errors/speech_refused/status": 503}, (), ROW),
        ("aitre", {"/components/schemas/TranscriptionRequest/properties/temperature/type": "string"},
         tuple(f"/components/schemas/TranscriptionRequest/properties/temperature/{one}"
               for one in ("minimum", "maximum", "default")), "forms.numbers_and_booleans_in_forms_are_strict"),
        ("fishaudio-org", {"/paths/~1api~1open~1v1~1speech~1transcriptions/post/x-voice-body-credential": "token"}, (),
         "errors.a_key_in_the_body_counts_only_where_documented"),
    ],
)  # fmt: skip
def test_a_server_with_one_fault_breaks_the_claim_about_it(
    edited: MakeKitchen, provider: str, changes: dict[str, Any], unset: tuple[str, ...], name: str
) -> None:
    records = all_of(edited(provider, changes, unset), name)

    assert {record.verdict for record in records} & {Verdict.BROKEN, Verdict.DIFFERS}
