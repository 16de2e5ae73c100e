"""hadrian, the gateway itself: keys, routes, budget, limits, order of checks. The audio is in test_hadrian_audio."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from mockvoice.core.ledger import Ledger
from mockvoice.openapi.recipes import BOUNDARY, form_body
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.specs import spec
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
SPEAK = "createSpeech"
TRANSCRIBE = "createTranscription"
TRANSLATE = "createTranslation"
MODELS = "listModels"
KEYED = (SPEAK, TRANSCRIBE, TRANSLATE, MODELS)
EXAMPLE = "Hello, how can I help you today?"
SPEECH_PATH = "/hadrian/api/v1/audio/speech"
TRANSCRIPTION_PATH = "/hadrian/api/v1/audio/transcriptions"
FORM = [("authorization", "Bearer gw_mock-funded"), ("content-type", f"multipart/form-data; boundary={BOUNDARY}")]
RESERVED = 100_000
CENT = 10_000
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")


def ledger(cook: Kitchen, role: str = "mock-funded") -> Ledger:
    account = cook.desk.roster.find(f"gw_{role}")
    assert account is not None
    return account.ledger


def with_balance(cook: Kitchen, balance: int, role: str = "mock-low") -> Kitchen:
    account = cook.desk.roster.find(f"gw_{role}")
    assert account is not None
    account.ledger = Ledger(balance)
    return cook


def error(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    return found


# What a full window tells of itself.
WHEN = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")


def rule(answer: Answer) -> str:
    return answer.headers["x-mockvoice-hint"].partition(";")[0].removeprefix("rule ")


# -- keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", KEYED)
@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_a_key_counts_in_either_header(kitchen: MakeKitchen, operation: str, header: str) -> None:
    value = {"Authorization": "Bearer gw_mock-funded", "X-API-Key": "gw_mock-funded"}[header]

    answer = kitchen("hadrian").cook({"role": None, "headers": {header: value}}, operation)

    assert answer.status == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "missing_credentials"),
        ({"Authorization": "Bearer sk-proj-1234"}, "missing_credentials"),
        ({"Authorization": "Bearer"}, "missing_credentials"),
        ({"Authorization": "Basic Z3dfbW9jay1mdW5kZWQ="}, "missing_credentials"),
        ({"Authorization": "Bearer gw_nobody"}, "invalid_api_key"),
        ({"X-API-Key": "gw_nobody"}, "invalid_api_key"),
        ({"X-API-Key": "sk-proj-1234"}, "invalid_api_key_format"),
        ({"X-API-Key": "Bearer gw_mock-funded"}, "invalid_api_key_format"),
        ({"Authorization": "Bearer gw_mock-revoked"}, "invalid_api_key"),
        # Where X-API-Key is there, it alone counts.
        ({"Authorization": "Bearer gw_mock-funded", "X-API-Key": "gw_nobody"}, "invalid_api_key"),
        ({"Authorization": "Bearer gw_mock-funded", "X-API-Key": "sk-proj-1234"}, "invalid_api_key_format"),
        ({"Authorization": "Bearer gw_mock-funded", "X-API-Key": ""}, "invalid_api_key_format"),
    ],
)
def test_each_bad_credential_has_its_code(kitchen: MakeKitchen, headers: dict[str, str], code: str) -> None:
    answer = kitchen("hadrian").cook({"role": None, "headers": headers}, SPEAK)

    assert answer.status == 401
    assert (error(answer)["type"], error(answer)["code"]) == ("authentication_error", code)


@pytest.mark.parametrize("bearer", ["eyJhbGciOiJSUzI1NiJ9.e30.x", "gw_nobody", "gw_mock-revoked"])
def test_whatever_the_bearer_is_the_other_header_has_the_word(kitchen: MakeKitchen, bearer: str) -> None:
    headers = {"Authorization": f"Bearer {bearer}", "X-API-Key": "gw_mock-funded"}

    answers = [kitchen("hadrian").cook({"role": None, "headers": headers}, SPEAK) for _ in range(2)]

    assert [answer.status for answer in answers] == [200, 200]


@pytest.mark.parametrize(
    ("operation", "scope"), [(SPEAK, "audio"), (TRANSCRIBE, "audio"), (TRANSLATE, "audio"), (MODELS, "models")]
)
def test_a_key_without_the_scope_is_told_which(kitchen: MakeKitchen, operation: str, scope: str) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-forbidden"}, operation)

    assert (answer.status, error(answer)["type"]) == (403, "permission_error")
    assert error(answer)["message"] == f"API key lacks required scope '{scope}'"


@pytest.mark.parametrize("operation", ["getHealth", "getLiveness", "getReadiness"])
def test_health_needs_no_key(kitchen: MakeKitchen, operation: str) -> None:
    assert kitchen("hadrian").cook({"role": None}, operation).status == 200


# -- the envelope and the request's id ----------------------------------------------------------------


def test_the_clients_own_request_id_comes_back_in_header_and_error(kitchen: MakeKitchen) -> None:
    recipe = {"without": ["file"], "headers": {"X-Request-Id": "mine-1"}}

    answer = kitchen("hadrian").cook(recipe, TRANSCRIBE)

    assert answer.headers["x-request-id"] == error(answer)["request_id"] == "mine-1"


@pytest.mark.parametrize("operation", [*KEYED, "getHealth", "getLiveness", "getReadiness"])
def test_every_answer_has_a_request_id_of_its_own(kitchen: MakeKitchen, operation: str) -> None:
    cook = kitchen("hadrian")

    ids = {cook.cook({}, operation).headers["x-request-id"] for _ in range(3)}

    assert len(ids) == 3
    assert all(UUID.match(one) for one in ids)


def test_an_error_of_the_gateway_has_all_members_and_no_details(kitchen: MakeKitchen) -> None:
    answer = kitchen("hadrian").cook({"without": ["file"], "headers": {"X-Request-Id": "mine-1"}}, TRANSCRIBE)

    assert answer.json() == {
        "error": {
            "type": "invalid_request_error",
            "message": "Missing required field: file",
            "param": None,
            "code": "missing_file",
            "request_id": "mine-1",
        }
    }


def test_a_plain_text_refusal_has_its_id_in_the_header_only(kitchen: MakeKitchen) -> None:
    answer = kitchen("hadrian").cook({"raw": "{", "headers": {"X-Request-Id": "mine-1"}}, SPEAK)

    assert answer.headers["x-request-id"] == "mine-1"
    assert b"mine-1" not in answer.body


def test_an_upstream_that_does_not_know_the_gateway_answers_json_as_text(kitchen: MakeKitchen) -> None:
    answer = kitchen("hadrian").cook({"headers": {"x-mockvoice-fault": "upstream_bad_key"}}, TRANSCRIBE)

    assert (answer.status, answer.media) == (401, "text/plain")
    assert json.loads(answer.body)["status"] == 401
    assert "request_id" not in json.loads(answer.body)["error"]


# -- what the framework says --------------------------------------------------------------------------


SHAPE = "Failed to deserialize the JSON body into the target type: "


@pytest.mark.parametrize(
    ("recipe", "status", "said"),
    [
        ({"raw": '{"model": '}, 400, "Failed to parse the request body as JSON: "),
        ({"media": "text/plain"}, 415, "Expected request with `Content-Type: application/json`"),
        (
            {"without": ["voice"]},
            422,
            SHAPE + "missing field `voice`",
        ),
        (
            {"with": {"input": 5}},
            422,
            SHAPE + "input: invalid type: integer `5`, expected a string",
        ),
        (
            {"with": {"speed": "fast"}},
            422,
            SHAPE + 'speed: invalid type: string "fast", expected f64',
        ),
        (
            {"with": {"response_format": "ogg"}},
            422,
            SHAPE + "response_format: unknown variant `ogg`, "
            "expected one of `mp3`, `opus`, `aac`, `flac`, `wav`, `pcm`",
        ),
        (
            {"media": "application/json; charset=latin1"},
            400,
            "Failed to parse the request body as JSON: charset=latin1 is not supported",
        ),
        (
            {"with": {"voice": {"id": "voice_1"}}},
            422,
            SHAPE + "voice",
        ),
        (
            {"raw": "[]"},
            422,
            SHAPE + "invalid type: sequence, expected",
        ),
        (
            {"raw": "null"},
            422,
            SHAPE + "invalid type: null, expected",
        ),
        ({"with": {"input": "x" * 4097}}, 400, "input: Validation error: length"),
        ({"with": {"instructions": "x" * 4097}}, 400, "instructions: Validation error: length"),
        ({"with": {"speed": 4.01}}, 400, "speed: Validation error: range"),
        ({"with": {"speed": 0.24}}, 400, "speed: Validation error: range"),
    ],
)
def test_bad_speech_json_is_refused_in_plain_text(
    kitchen: MakeKitchen, recipe: dict[str, Any], status: int, said: str
) -> None:
    answer = kitchen("hadrian").cook(recipe, SPEAK)

    assert (answer.status, answer.media.partition(";")[0]) == (status, "text/plain")
    assert answer.body.decode().startswith(said)


def test_any_kind_of_json_is_json_to_the_framework(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    answers = [cook.cook({"media": media}, SPEAK) for media in ("application/vnd.api+json", "image/svg+xml")]

    assert [answer.status for answer in answers] == [200, 415]


@pytest.mark.parametrize("operation", [TRANSCRIBE, TRANSLATE])
def test_a_form_without_a_boundary_is_refused_by_the_framework(kitchen: MakeKitchen, operation: str) -> None:
    cook = kitchen("hadrian")

    answers = [cook.cook({"media": media}, operation) for media in ("multipart/form-data", "text/plain")]

    assert [answer.status for answer in answers] == [400, 400]
    assert {answer.body for answer in answers} == {b"Invalid `boundary` for `multipart/form-data` request"}
    assert error(cook.cook({"raw": "no form"}, operation))["code"] == "multipart_error"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"input": "x" * 4096, "speed": 4.0}, 200),
        ({"input": "x" * 4097, "speed": 4.0}, 400),
        ({"input": "😀" * 1024, "speed": 4.0}, 200),
        ({"instructions": "x" * 4096}, 200),
        ({"instructions": "x" * 4097}, 400),
        ({"speed": 0.25}, 200),
        ({"speed": 0.2499}, 400),
        ({"speed": 4}, 200),
        ({"speed": 4.0001}, 400),
    ],
)
@pytest.mark.slow
def test_bounds_of_speech_are_exact(kitchen: MakeKitchen, changes: dict[str, Any], status: int) -> None:
    assert kitchen("hadrian").cook({"with": changes}, SPEAK).status == status


def test_a_character_is_a_code_point(kitchen: MakeKitchen) -> None:
    """4096 emojis are 16,384 bytes of UTF-8 and pass; one more is refused."""
    cook = kitchen("hadrian")
    just_right, too_many = ({"with": {"model": "no-such-model", "input": "😀" * n}} for n in (4096, 4097))

    assert cook.cook(just_right, SPEAK).headers["x-character-count"] == "4096"
    assert cook.cook(too_many, SPEAK).status == 400


def test_unknown_members_are_ignored(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    assert cook.cook({"with": {"volume": 11, "language": "en"}}, SPEAK).status == 200
    assert cook.cook({"with": {"diarize": "true", "languages[]": ["en", "fr"]}}, TRANSCRIBE).status == 200


def test_null_counts_as_left_out(kitchen: MakeKitchen) -> None:
    names = ("response_format", "speed", "instructions", "stream_format", "sovereignty_requirements")
    cook = kitchen("hadrian")

    with_nulls = cook.cook({"with": dict.fromkeys(names)}, SPEAK)

    assert with_nulls.body == cook.cook({}, SPEAK).body
    assert (with_nulls.status, with_nulls.media) == (200, "audio/mpeg")


@pytest.mark.parametrize(
    ("recipe", "code", "said"),
    [
        ({"with": {"response_format": "pdf"}}, "invalid_response_format", "Invalid response_format: pdf"),
        ({"with": {"temperature": "warm"}}, "invalid_temperature", "Invalid value for temperature"),
        ({"without": ["model"]}, "missing_model", "Missing required field: model"),
        ({"without": ["file"]}, "missing_file", "Missing required field: file"),
        ({"raw": "--x"}, "multipart_error", "Failed to read multipart field: "),
    ],
)
@pytest.mark.parametrize("operation", [TRANSCRIBE, TRANSLATE])
def test_bad_forms_are_refused_in_the_envelope(
    kitchen: MakeKitchen, operation: str, recipe: dict[str, Any], code: str, said: str
) -> None:
    answer = kitchen("hadrian").cook(recipe, operation)

    assert (answer.status, error(answer)["type"], error(answer)["code"]) == (400, "invalid_request_error", code)
    assert error(answer)["message"].startswith(said)


def test_the_curl_example_of_the_page_lacks_the_file(kitchen: MakeKitchen) -> None:
    """`curl -X POST …/transcriptions -F model="string"`."""
    cook = kitchen("hadrian")

    answer = cook.client.send("POST", TRANSCRIPTION_PATH, FORM, form_body({"model": "string"}, {}))

    assert (answer.status, error(answer)["code"]) == (400, "missing_file")


def test_a_file_part_without_a_name_is_audio_mp3(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")
    body = form_body({"model": "whisper-1"}, {"file": ("NAME", read_clip("hello-en.mp3"))})
    body = body.replace(b'; filename="NAME"', b"")

    answer = cook.client.send("POST", TRANSCRIPTION_PATH, FORM, body)

    assert (answer.status, answer.json()["text"]) == (200, EXAMPLE)


# -- the order of checks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "recipe", "expected"),
    [
        # keys, then the budget, then the rate, then the body
        (SPEAK, {"token": "gw_nobody", "raw": "{"}, "invalid_api_key"),
        (SPEAK, {"role": "mock-empty", "raw": "{"}, "budget_exceeded"),
        (SPEAK, {"role": "mock-empty", "media": "text/plain"}, "budget_exceeded"),
        (TRANSCRIBE, {"role": "mock-empty", "without": ["file"]}, "budget_exceeded"),
        (SPEAK, {"role": "mock-limited", "raw": "{", "times": 2}, "rate_limit_exceeded"),
        # what cannot be read, then what is missing, then bounds, then the route, then requirements, then the upstream
        (SPEAK, {"with": {"input": "x" * 4097}, "without": ["voice"]}, "json_data"),
        (SPEAK, {"with": {"input": "x" * 4097, "stream_format": "tape"}}, "json_data"),
        (SPEAK, {"with": {"input": "x" * 4097, "model": "a b"}}, "failed_length"),
        (SPEAK, {"with": {"speed": 9, "model": "nobody/tts-1"}}, "failed_range"),
        (SPEAK, {"with": {"model": "nobody/no-such-model"}}, "routing_error"),
        (
            SPEAK,
            {
                "with": {
                    "model": "anthropic/claude-sonnet-4-20250514",
                    "sovereignty_requirements": {"require_on_prem": True},
                }
            },
            "sovereignty_violation",
        ),
        (SPEAK, {"with": {"model": "anthropic/tts-1", "voice": "cedar"}}, "unsupported_provider"),
        (SPEAK, {"with": {"model": "no-such-model", "input": ""}}, "upstream_model_not_found"),
        (TRANSCRIBE, {"with": {"response_format": "pdf"}, "without": ["file"]}, "invalid_response_format"),
        (TRANSCRIBE, {"with": {"temperature": "warm"}, "without": ["file", "model"]}, "invalid_temperature"),
        (TRANSCRIBE, {"without": ["file", "model"]}, "missing_file"),
        (TRANSCRIBE, {"with": {"temperature": 5}, "without": ["file"]}, "missing_file"),
        (TRANSCRIBE, {"with": {"temperature": 5, "model": "a b"}}, "model_format"),
        (TRANSCRIBE, {"with": {"model": "nobody/whisper-1"}, "clips": {"file": "hello-en.opus"}}, "routing_error"),
        (
            TRANSCRIBE,
            {"with": {"model": "no-such-model"}, "clips": {"file": "not-audio.mp3"}},
            "upstream_model_not_found",
        ),
        (
            TRANSCRIBE,
            {"with": {"response_format": "diarized_json"}, "clips": {"file": "not-audio.mp3"}},
            "upstream_format_incompatible",
        ),
    ],
)
def test_of_two_faults_the_first_in_the_gateways_order_is_answered(
    kitchen: MakeKitchen, operation: str, recipe: dict[str, Any], expected: str
) -> None:
    assert rule(kitchen("hadrian").cook(recipe, operation)) == expected


def test_a_spent_budget_is_told_before_a_full_window(kitchen: MakeKitchen) -> None:
    cook = with_balance(kitchen("hadrian"), RESERVED, "mock-limited")

    answers = [cook.cook({"role": "mock-limited"}, MODELS).status for _ in range(2)]
    with_balance(cook, RESERVED - 1, "mock-limited")

    assert answers == [200, 429]
    assert cook.cook({"role": "mock-limited"}, MODELS).status == 402


# -- routes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "model"),
    [(SPEAK, "tts-1"), (SPEAK, "tts-1-hd"), (TRANSCRIBE, "gpt-4o-transcribe"), (TRANSLATE, "whisper-1")],
)
def test_the_provider_before_the_slash_is_the_default_one_and_is_taken_off(
    kitchen: MakeKitchen, operation: str, model: str
) -> None:
    cook = kitchen("hadrian")
    shown = ("x-provider", "x-provider-source", "x-model", "x-cost-microcents")

    plain, prefixed = (cook.cook({"with": {"model": name}}, operation) for name in (model, f"openai/{model}"))

    assert prefixed.body == plain.body
    assert [prefixed.headers[name] for name in shown] == [plain.headers[name] for name in shown]
    assert [plain.headers[name] for name in shown[:3]] == ["openai", "static", model]


@pytest.mark.parametrize("operation", [SPEAK, TRANSCRIBE, TRANSLATE])
@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("nobody/tts-1", "routing_error"),
        (":else/tts-1", "routing_error"),
        ("tts 1", "routing_error"),
        ("tts-1\n", "routing_error"),
        ("", "routing_error"),
        ("x" * 513, "routing_error"),
        ("x" * 512, "model_not_found"),
        ("openai/", "model_not_found"),
        ("openai/openai/tts-1", "model_not_found"),
        (":org/acme/openai/tts-1", "provider_resolution_error"),
        (":user/42/mine/tts-1", "provider_resolution_error"),
        ("anthropic/claude-sonnet-4-20250514", "unsupported_provider"),
    ],
)
def test_a_model_that_leads_nowhere_is_refused(kitchen: MakeKitchen, operation: str, model: str, code: str) -> None:
    answer = kitchen("hadrian").cook({"with": {"model": model}}, operation)

    assert answer.status == (404 if code == "model_not_found" else 400)
    assert error(answer)["code"] == code


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("", "No model specified"),
        ("tts 1", "Invalid model format: Model string contains invalid characters"),
        ("x" * 513, "Invalid model format: Model string exceeds maximum length of 512 characters"),
        (" " * 513, "Invalid model format: Model string exceeds maximum length of 512 characters"),
    ],
)
@pytest.mark.parametrize("operation", [SPEAK, TRANSCRIBE])
def test_a_bad_model_is_refused_in_the_gateways_own_words(
    kitchen: MakeKitchen, operation: str, model: str, said: str
) -> None:
    assert error(kitchen("hadrian").cook({"with": {"model": model}}, operation))["message"] == said


def test_every_model_in_the_list_is_known_to_its_provider(kitchen: MakeKitchen) -> None:
    listed = kitchen("hadrian").cook({}, MODELS).json()
    figure = spec("hadrian").figure

    of_openai = {one["id"].removeprefix("openai/") for one in listed["data"] if one["id"].startswith("openai/")}

    assert list(listed) == ["data"]
    assert of_openai == {*figure("speech-models"), *figure("transcription-models"), *figure("translation-models")}
    assert {one["id"].partition("/")[0] for one in listed["data"]} == set(figure("gateway-providers"))


@pytest.mark.parametrize(
    ("requirements", "reason"),
    [
        ({}, None),
        ({"allowed_inference_countries": ["CA", "us"]}, None),
        ({"allowed_inference_countries": ["DE"]}, 'model inference countries ["US"] not in allowed list ["DE"]'),
        ({"allowed_inference_countries": []}, "allowed inference countries list is empty (conflicting requirements)"),
        ({"allowed_licenses": ["Proprietary"]}, None),
        ({"allowed_licenses": ["mit"]}, 'model license Some("proprietary") not in allowed list ["mit"]'),
        ({"allowed_licenses": []}, "allowed licenses list is empty (conflicting requirements)"),
        ({"blocked_hq_countries": ["CN"]}, None),
        ({"blocked_hq_countries": []}, None),
        ({"blocked_hq_countries": ["CN", "us"]}, "provider HQ country 'US' is blocked"),
        ({"require_on_prem": False}, None),
        ({"require_on_prem": True}, "model is not on-prem"),
        ({"require_open_weights": None}, None),
        ({"require_open_weights": True}, "model does not have open weights"),
        ({"required_certifications": ["SOC2", "gdpr"]}, None),
        ({"required_certifications": ["soc2", "c5", "x"]}, "missing required certification 'c5'"),
        # Of two faults the first in the gateway's order.
        ({"allowed_licenses": ["mit"], "require_on_prem": True}, "model is not on-prem"),
    ],
)
def test_sovereignty_requirements_decide_by_the_provider(
    kitchen: MakeKitchen, requirements: dict[str, Any], reason: str | None
) -> None:
    cook = kitchen("hadrian")

    in_json = cook.cook({"with": {"sovereignty_requirements": requirements}}, SPEAK)
    in_form = cook.cook({"with": {"sovereignty_requirements": json.dumps(requirements)}}, TRANSCRIBE)

    assert in_json.status == in_form.status == (200 if reason is None else 403)
    if reason is not None:
        assert (error(in_json)["type"], error(in_json)["code"]) == ("invalid_request_error", "sovereignty_violation")
        assert error(in_json)["message"] == f"Request blocked by sovereignty requirements: {reason}"


# -- money --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        ({}, 15 * 32),
        ({"input": "x"}, 15),
        ({"input": "😀é中"}, 45),
        ({"model": "tts-1-hd"}, 30 * 32),
        ({"model": "openai/tts-1-hd"}, 30 * 32),
        ({"model": "gpt-4o-mini-tts"}, 15 * 32),
    ],
)
def test_speech_costs_by_the_code_point_and_the_model(
    kitchen: MakeKitchen, changes: dict[str, Any], price: int
) -> None:
    cook = kitchen("hadrian")

    answer = cook.cook({"with": changes}, SPEAK)

    assert answer.headers["x-cost-microcents"] == str(price)
    assert answer.headers["x-character-count"] == str(len(changes.get("input", EXAMPLE)))
    assert ledger(cook).charged == price
    assert ledger(cook).balance == 100_000_000 - price


@pytest.mark.parametrize(
    ("clip", "seconds"),
    [
        ("blip.wav", 1),  # 2,444 bytes: at least one
        ("hello-en.mp3", 1),  # 19,412 bytes
        ("hello-fr.mp3", 1),
        ("dialogue-en.mp3", 3),  # 63,188 bytes ÷ 16,000 = 3.9
        ("hello-en.wav", 7),  # 112,940 bytes of 2.4 s: a guess by size, not the length
    ],
)
@pytest.mark.parametrize("operation", [TRANSCRIBE, TRANSLATE])
def test_audio_costs_by_seconds_guessed_from_the_size(
    kitchen: MakeKitchen, operation: str, clip: str, seconds: int
) -> None:
    answer = kitchen("hadrian").cook({"clips": {"file": clip}}, operation)

    assert (answer.headers["x-audio-seconds"], answer.headers["x-cost-microcents"]) == (
        str(seconds),
        str(100 * seconds),
    )
    assert "x-character-count" not in answer.headers


def test_the_list_of_models_is_free(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    answer = cook.cook({}, MODELS)

    assert "x-cost-microcents" not in answer.headers
    assert ledger(cook).balance == 100_000_000


@pytest.mark.parametrize(
    ("operation", "recipe"),
    [
        (SPEAK, {"raw": "{"}),
        (SPEAK, {"with": {"stream_format": "sse"}}),
        (SPEAK, {"with": {"model": "nobody/tts-1"}}),
        (SPEAK, {"headers": {"x-mockvoice-fault": "upstream_server_error"}}),
        (SPEAK, {"headers": {"x-mockvoice-fault": "provider_error"}}),
        (TRANSCRIBE, {"without": ["file"]}),
        (TRANSCRIBE, {"clips": {"file": "not-audio.mp3"}}),
        (TRANSCRIBE, {"with": {"temperature": 5}}),
        (TRANSLATE, {"with": {"model": "tts-1"}}),
        (MODELS, {"headers": {"x-mockvoice-fault": "internal_error"}}),
    ],
)
def test_a_call_that_fails_gives_its_reservation_back(
    kitchen: MakeKitchen, operation: str, recipe: dict[str, Any]
) -> None:
    cook = kitchen("hadrian")

    answer = cook.cook(recipe, operation)

    assert answer.status >= 400
    assert (ledger(cook).balance, ledger(cook).charged) == (100_000_000, 0)


@pytest.mark.parametrize("operation", KEYED)
@pytest.mark.parametrize(("balance", "status"), [(RESERVED, 200), (RESERVED - 1, 402), (0, 402)])
def test_ten_cents_have_to_be_left_whatever_the_call_costs(
    kitchen: MakeKitchen, operation: str, balance: int, status: int
) -> None:
    cook = with_balance(kitchen("hadrian"), balance)

    assert cook.cook({"role": "mock-low"}, operation).status == status


@pytest.mark.parametrize("operation", [SPEAK, TRANSCRIBE, TRANSLATE])
def test_credit_for_exactly_one_request_pays_for_one(kitchen: MakeKitchen, operation: str) -> None:
    cook = kitchen("hadrian")

    first, second = (cook.cook({"role": "mock-low"}, operation) for _ in range(2))

    assert (first.status, second.status) == (200, 402)
    assert (error(second)["type"], error(second)["code"]) == ("budget_error", "budget_exceeded")
    assert ledger(cook, "mock-low").balance == RESERVED - int(first.headers["x-cost-microcents"])


@pytest.mark.parametrize(("role", "period"), [("mock-low", "daily"), ("mock-empty", "monthly")])
def test_a_spent_budget_names_its_period(kitchen: MakeKitchen, role: str, period: str) -> None:
    cook = with_balance(kitchen("hadrian"), 0, role)

    answer = cook.cook({"role": role}, SPEAK)

    assert error(answer)["message"] == f"Budget limit exceeded for {period} period"


def speech_calls(token: str, count: int) -> list[tuple[str, str, list[tuple[str, str]], bytes]]:
    headers = [("authorization", f"Bearer {token}"), ("content-type", "application/json")]
    body = json.dumps({"model": "tts-1", "input": EXAMPLE, "voice": "alloy"}).encode()
    return [("POST", SPEECH_PATH, headers, body)] * count


def test_two_hundred_at_once_never_overspend(kitchen: MakeKitchen) -> None:
    """Each reserves ten cents while it is spoken, so seven such reservations let seven calls through."""
    cook = with_balance(kitchen("hadrian"), 7 * RESERVED + RESERVED // 2)
    account = cook.desk.roster.find("gw_mock-low")
    assert account is not None
    account.windows.clear()

    answers = cook.client.send_all(speech_calls("gw_mock-low", 200))

    statuses = sorted(answer.status for answer in answers)
    assert statuses == [200] * 7 + [402] * 193
    assert ledger(cook, "mock-low").balance == 7 * RESERVED + RESERVED // 2 - 7 * 480


def test_two_hundred_at_once_on_a_low_budget_let_one_through(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    answers = cook.client.send_all(speech_calls("gw_mock-low", 200))

    assert sorted(answer.status for answer in answers) == [200] + [402] * 199
    assert ledger(cook, "mock-low").charged == 480


@pytest.mark.slow
def test_a_price_above_the_reservation_takes_no_more_than_there_is(kitchen: MakeKitchen) -> None:
    """4,096 code points of tts-1-hd cost 122,880, ten cents are 100,000."""
    cook = with_balance(kitchen("hadrian"), RESERVED + 10_000)
    recipe = {"role": "mock-low", "with": {"model": "tts-1-hd", "input": "x" * 4096, "speed": 4.0}}

    answer = cook.cook(recipe, SPEAK)

    assert (answer.status, answer.headers["x-cost-microcents"]) == (200, "122880")
    assert (ledger(cook, "mock-low").balance, ledger(cook, "mock-low").charged) == (0, RESERVED + 10_000)
    assert answer.headers["x-budget-spend-percentage"] == "0.99"


# -- cost headers beside an upstream's error ----------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "recipe", "cost"),
    [
        (SPEAK, {"with": {"stream_format": "sse"}}, "480"),
        (SPEAK, {"with": {"model": "no-such-model"}}, "480"),
        (SPEAK, {"headers": {"x-mockvoice-fault": "upstream_server_error"}}, "480"),
        (SPEAK, {"headers": {"x-mockvoice-fault": "upstream_quota"}}, "480"),
        (SPEAK, {"headers": {"x-mockvoice-fault": "upstream_unavailable"}}, "480"),
        (TRANSCRIBE, {"clips": {"file": "dialogue-en.mp3"}, "with": {"response_format": "diarized_json"}}, "300"),
        (TRANSLATE, {"with": {"model": "gpt-4o-transcribe"}}, "100"),
    ],
)
def test_an_upstreams_error_tells_what_the_call_would_have_cost(
    kitchen: MakeKitchen, operation: str, recipe: dict[str, Any], cost: str
) -> None:
    answer = kitchen("hadrian").cook(recipe, operation)

    assert answer.status >= 400
    assert (answer.headers["x-provider"], answer.headers["x-cost-microcents"]) == ("openai", cost)


@pytest.mark.parametrize(
    ("operation", "recipe"),
    [
        (SPEAK, {"without": ["voice"]}),
        (SPEAK, {"with": {"model": "nobody/tts-1"}}),
        (SPEAK, {"with": {"sovereignty_requirements": {"require_on_prem": True}}}),
        (SPEAK, {"headers": {"x-mockvoice-fault": "provider_error"}}),
        (SPEAK, {"headers": {"x-mockvoice-fault": "internal_error"}}),
        (SPEAK, {"headers": {"x-mockvoice-fault": "cache_required"}}),
        (TRANSCRIBE, {"without": ["model"]}),
    ],
)
def test_the_gateways_own_errors_tell_no_cost(kitchen: MakeKitchen, operation: str, recipe: dict[str, Any]) -> None:
    answer = kitchen("hadrian").cook(recipe, operation)

    assert answer.status >= 400
    assert {"x-provider", "x-model", "x-cost-microcents"} & set(answer.headers) == set()


@pytest.mark.parametrize(
    ("operation", "action"), [(SPEAK, "Speech generation"), (TRANSCRIBE, "Transcription"), (TRANSLATE, "Translation")]
)
def test_an_upstream_out_of_reach_is_told_by_what_was_to_be_done(
    kitchen: MakeKitchen, operation: str, action: str
) -> None:
    answer = kitchen("hadrian").cook({"headers": {"x-mockvoice-fault": "provider_error"}}, operation)

    assert answer.status == 502
    assert error(answer)["message"].startswith(f"{action} failed: ")


# -- the budget's headers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("balance", "shown"),
    [
        # of 100 cents; what is spent counts the ten cents of the call itself
        (300_001, None),
        (300_000, ("0.80", "80")),
        (250_000, ("0.85", "85")),
        (200_100, ("0.90", "89")),
        (100_000, ("1.00", "100")),
    ],
)
def test_budget_headers_are_given_from_eighty_per_cent_on(
    kitchen: MakeKitchen, balance: int, shown: tuple[str, str] | None
) -> None:
    cook = with_balance(kitchen("hadrian"), balance)

    for operation in KEYED:
        answer = cook.cook({"role": "mock-low"}, operation)
        with_balance(cook, balance)

        assert answer.status == 200
        found = {name: value for name, value in answer.headers.items() if name.startswith("x-budget-")}
        assert found == (
            {}
            if shown is None
            else {
                "x-budget-warning": "true",
                "x-budget-spend-percentage": shown[0],
                "x-budget-current-spend-cents": shown[1],
                "x-budget-limit-cents": "100",
                "x-budget-period": "daily",
            }
        )


def test_budget_headers_are_the_same_whether_the_call_fails_or_not(kitchen: MakeKitchen) -> None:
    cook = with_balance(kitchen("hadrian"), 250_000)

    failed = cook.cook({"role": "mock-low", "with": {"stream_format": "sse"}}, SPEAK)
    answered = cook.cook({"role": "mock-low"}, SPEAK)

    assert (failed.status, answered.status) == (400, 200)
    assert failed.headers["x-budget-spend-percentage"] == answered.headers["x-budget-spend-percentage"] == "0.85"


def test_a_key_without_a_budget_has_no_budget_headers(kitchen: MakeKitchen) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-unlimited"}, SPEAK)

    assert answer.status == 200
    assert not any(name.startswith(("x-budget-", "x-ratelimit-", "x-tokenratelimit-")) for name in answer.headers)


# -- limits -------------------------------------------------------------------------------------------


def test_the_headers_of_both_windows_count_down(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")
    names = ("x-ratelimit-remaining", "x-tokenratelimit-remaining", "x-tokenratelimit-used")

    answers = [cook.cook({}, operation) for operation in KEYED]

    assert [[answer.headers[name] for name in names] for answer in answers] == [
        [str(1_000_000 - n), str(1_000_000_000 - 1_000 * n), str(1_000 * n)] for n in (1, 2, 3, 4)
    ]
    assert {answer.headers["x-ratelimit-limit"] for answer in answers} == {"1000000"}


def test_a_refused_call_counts_and_shows_its_windows_too(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    answers = [cook.cook(recipe, SPEAK) for recipe in ({"raw": "{"}, {"with": {"stream_format": "sse"}}, {})]

    assert [answer.status for answer in answers] == [400, 400, 200]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["999999", "999998", "999997"]


def test_the_sixtieth_call_in_a_minute_passes_and_the_next_does_not(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")
    cook.client.advance(0.25)

    inside = cook.cook({"role": "mock-limited"}, SPEAK)
    cook.client.advance(17.5)
    beyond = cook.cook({"role": "mock-limited"}, SPEAK)
    cook.client.advance(42.5)
    after = cook.cook({"role": "mock-limited"}, SPEAK)

    assert [inside.status, beyond.status, after.status] == [200, 429, 200]
    assert [inside.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")] == ["60", "0", "60"]
    assert beyond.headers["retry-after"] == beyond.headers["x-ratelimit-reset"] == "43"
    assert error(beyond)["message"] == "Rate limit exceeded: 60 requests per minute"
    assert (error(beyond)["type"], error(beyond)["code"]) == ("rate_limit_error", "rate_limit_exceeded")
    assert after.headers["x-ratelimit-remaining"] == "59"


def test_the_limits_of_a_plain_key_are_sixty_requests_and_a_hundred_thousand_tokens(kitchen: MakeKitchen) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-limited"}, MODELS)

    assert (answer.headers["x-ratelimit-limit"], answer.headers["x-tokenratelimit-limit"]) == ("60", "100000")


def test_a_window_full_of_tokens_has_the_gateways_odd_sentence_and_its_own_figures(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    answers = [cook.cook({"role": "mock-low"}, MODELS) for _ in range(6)]

    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert error(answers[-1])["message"] == "Rate limit exceeded: 5000 requests per tokens per minute"
    assert error(answers[-1])["code"] == "rate_limit_exceeded"
    assert answers[-1].headers["x-ratelimit-limit"] == "5000"
    assert answers[-1].headers["retry-after"] == "60"


def test_a_window_full_of_tokens_follows_the_readings_about_limits(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian", choices={"hadrian.rate-limit-reset": "unix-time", "hadrian.error-details": "present"})

    answer = cook.cook({"role": "mock-low", "times": 6}, MODELS)

    assert answer.headers["x-ratelimit-reset"] == "1767225660"
    assert error(answer)["details"] == {"limit": 5000, "window": "minute", "retry_after_secs": 60}


@pytest.mark.parametrize("status", ["402", "403", "429"])
@pytest.mark.parametrize("told", ["absent", "present"])
@pytest.mark.parametrize("rates", ["absent", "present"])
def test_a_spent_budget_has_its_own_headers_whatever_the_status(
    kitchen: MakeKitchen, status: str, told: str, rates: str
) -> None:
    choices = {
        "hadrian.budget-status": status,
        "hadrian.budget-headers-on-refusal": told,
        "hadrian.rate-headers-on-a-spent-budget": rates,
    }

    answer = kitchen("hadrian", choices=choices).cook({"role": "mock-empty"}, MODELS)

    assert answer.status == int(status)
    assert ("x-budget-warning" in answer.headers) == (told == "present")
    assert ("x-ratelimit-limit" in answer.headers) == (rates == "present")
    # The page that has 429 has the end of the period beside it: the clock stands at the beginning of a January.
    assert answer.headers.get("retry-after") == (str(31 * 86_400) if status == "429" else None)


@pytest.mark.parametrize(
    ("recipe", "has"),
    [
        ({"role": None}, False),
        ({"token": "gw_nobody"}, False),
        ({"role": "mock-forbidden"}, False),
        ({"headers": {"x-mockvoice-fault": "ip_not_allowed"}}, False),
        ({"headers": {"x-mockvoice-fault": "internal_error"}}, True),
        ({"headers": {"x-mockvoice-fault": "authorization_denied"}}, True),
        ({"headers": {"x-mockvoice-fault": "upstream_bad_key"}}, True),
    ],
)
def test_what_passed_the_limits_of_its_key_tells_them_and_nothing_else_does(
    kitchen: MakeKitchen, recipe: dict[str, Any], has: bool
) -> None:
    answer = kitchen("hadrian").cook(recipe, SPEAK)

    assert answer.status >= 400
    assert ("x-tokenratelimit-limit" in answer.headers) == has
    if has:
        assert int(answer.headers["x-ratelimit-limit"]) == 1_000_000


@pytest.mark.parametrize(
    ("recipe", "limit"),
    [({"role": None}, "1000000"), ({"token": "gw_nobody"}, "1000000"), ({"role": "mock-forbidden"}, None)],
)
def test_without_a_good_key_the_headers_speak_of_the_address(
    kitchen: MakeKitchen, recipe: dict[str, Any], limit: str | None
) -> None:
    answer = kitchen("hadrian").cook(recipe, SPEAK)

    assert answer.headers.get("x-ratelimit-limit") == limit


@pytest.mark.parametrize(
    ("code", "status", "kind", "shown"),
    [
        ("ambiguous_credentials", 400, "authentication_error", "ambiguous_credentials"),
        ("invalid_token", 401, "authentication_error", "invalid_token"),
        ("expired_token", 401, "authentication_error", "expired_token"),
        ("expired_key", 401, "authentication_error", "invalid_api_key"),
        ("ip_not_allowed", 403, "permission_error", "ip_not_allowed"),
        ("model_not_allowed", 403, "permission_error", "model_not_allowed"),
        ("model_not_allowed_here", 403, "invalid_request_error", "model_not_allowed"),
        ("authorization_denied", 403, "invalid_request_error", "authorization_denied"),
    ],
)
def test_what_the_simulator_never_does_by_itself_can_be_asked_for(
    kitchen: MakeKitchen, code: str, status: int, kind: str, shown: str
) -> None:
    answer = kitchen("hadrian").cook({"headers": {"x-mockvoice-fault": code}}, SPEAK)

    assert (answer.status, error(answer)["type"], error(answer)["code"]) == (status, kind, shown)


def test_an_expired_key_has_a_code_of_its_own_where_a_revoked_one_has(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian", choices={"hadrian.revoked-key": "key-revoked"})

    assert error(cook.cook({"headers": {"x-mockvoice-fault": "expired_key"}}, SPEAK))["code"] == "key_expired"


def test_a_key_with_limits_for_the_day_shows_them(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    first, second = (cook.cook({"role": "mock-other"}, MODELS) for _ in range(2))
    funded = cook.cook({}, MODELS)

    assert first.headers["x-tokenratelimit-day-limit"] == "1000000000"
    assert second.headers["x-tokenratelimit-day-remaining"] == str(1_000_000_000 - 2_000)
    assert "x-tokenratelimit-day-limit" not in funded.headers


@pytest.mark.slow
def test_a_full_day_is_told_as_a_day(edited: MakeKitchen) -> None:
    cook = edited("hadrian", {"/x-voice-limits/windows/requests-per-day/allowances/with-day-limits": 1})

    answers = [cook.cook({"role": "mock-other"}, MODELS) for _ in range(2)]
    cook.client.advance(86_400)

    assert error(answers[1])["message"] == "Rate limit exceeded: 1 requests per day"
    assert [answers[1].headers[name] for name in WHEN] == ["1", "0", "86400", "86400"]
    assert cook.cook({"role": "mock-other"}, MODELS).status == 200


@pytest.mark.slow
def test_a_day_full_of_tokens_is_told_as_a_day(edited: MakeKitchen) -> None:
    cook = edited("hadrian", {"/x-voice-limits/windows/tokens-per-day/allowances/with-day-limits": 1_900})

    answers = [cook.cook({"role": "mock-other"}, MODELS) for _ in range(2)]

    assert error(answers[1])["message"] == "Rate limit exceeded: 1900 requests per tokens per day"
    assert [answers[1].headers[name] for name in WHEN] == ["1900", "900", "86400", "86400"]
    assert answers[1].headers["x-tokenratelimit-remaining"] == "999998000"


def test_a_call_the_budget_refuses_does_not_count(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    answer = cook.cook({"role": "mock-empty", "times": 3}, SPEAK)

    assert answer.status == 402
    assert answer.headers["x-ratelimit-remaining"] == "1000000"


# -- health and paths ---------------------------------------------------------------------------------


def test_health_tells_status_version_and_subsystems(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    well = cook.cook({}, "getHealth").json()
    ill = cook.cook({"headers": {"x-mockvoice-fault": "unhealthy"}}, "getHealth")

    assert list(well) == ["status", "version", "subsystems"]
    assert well["status"] == "healthy"
    assert {**well["subsystems"]} == {
        "database": {"healthy": True, "latency_ms": 1},
        "cache": {"healthy": True, "latency_ms": 0},
        "secrets": {"healthy": True, "latency_ms": 0},
    }
    assert (ill.status, ill.json()["status"]) == (503, "unhealthy")
    assert ill.json()["subsystems"] == {
        **well["subsystems"],
        "database": {"healthy": False, "message": "Database connection failed", "latency_ms": 1},
    }


@pytest.mark.parametrize("operation", ["getLiveness", "getReadiness"])
def test_probes_answer_with_nothing(kitchen: MakeKitchen, operation: str) -> None:
    answer = kitchen("hadrian").cook({}, operation)

    assert (answer.status, answer.body, answer.media) == (200, b"", "")


@pytest.mark.parametrize("path", ["/v1/audio/speech", "/api/v1/audio/speech/", "/api/v2/audio/speech"])
def test_other_paths_are_not_there(kitchen: MakeKitchen, path: str) -> None:
    answer = kitchen("hadrian").cook({"url": path}, SPEAK)

    assert (answer.status, answer.body) == (404, b"")


def test_the_short_base_path_can_be_chosen_for_everything(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian", choices={"hadrian.base-path": "both"})

    assert cook.cook({"url": "/v1/models"}, MODELS).body == cook.cook({}, MODELS).body
    assert cook.cook({"url": "/v1/audio/transcriptions"}, TRANSCRIBE).json()["text"] == EXAMPLE


SPEECH_OBJECT = "/paths/~1api~1v1~1audio~1speech/post"


@pytest.mark.slow
class TestTheSpecDrives:
    """A changed copy of the spec changes the wire; no Python is touched."""

    def test_an_enum(self, edited: MakeKitchen) -> None:
        voices = ["alloy", "cedar", "robot"]
        cook = edited("hadrian", {"/components/schemas/SpeechRequest/properties/voice/enum": voices})

        assert cook.cook({}, SPEAK).status == 200
        assert cook.cook({"with": {"voice": "nova"}}, SPEAK).status == 422
        assert cook.cook({"with": {"model": "gpt-4o-mini-tts", "voice": "robot"}}, SPEAK).status == 200

    def test_a_bound(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/components/schemas/SpeechRequest/properties/input/maxLength": len(EXAMPLE)})

        assert cook.cook({}, SPEAK).status == 200
        assert cook.cook({"with": {"input": EXAMPLE + "!"}}, SPEAK).status == 400

    def test_a_default(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/components/schemas/SpeechRequest/properties/response_format/default": "wav"})

        assert cook.cook({}, SPEAK).media == "audio/wav"
        assert cook.cook({"with": {"response_format": None}}, SPEAK).media == "audio/wav"

    def test_a_default_of_a_form(self, edited: MakeKitchen) -> None:
        pointer = "/components/schemas/TranscriptionRequest/properties/response_format/default"
        cook = edited("hadrian", {pointer: "srt"})

        assert cook.cook({"without": ["response_format"]}, TRANSCRIBE).body.startswith(b"1\n00:00:00,099 --> ")

    def test_a_price(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {f"{SPEECH_OBJECT}/x-voice-billing/steps/0/give/values/tts-1": 7})

        assert cook.cook({}, SPEAK).headers["x-cost-microcents"] == str(7 * 32)
        assert ledger(cook).charged == 7 * 32

    def test_a_reservation(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {f"{SPEECH_OBJECT}/x-voice-billing/hold": RESERVED + 1})

        assert cook.cook({"role": "mock-low"}, SPEAK).status == 402
        assert cook.cook({"role": "mock-low"}, TRANSCRIBE).status == 200

    def test_the_guess_of_seconds(self, edited: MakeKitchen) -> None:
        pointer = "/paths/~1api~1v1~1audio~1transcriptions/post/x-voice-billing/steps/0/per"
        cook = edited("hadrian", {pointer: 1_000})

        assert cook.cook({}, TRANSCRIBE).headers["x-audio-seconds"] == "19"

    def test_a_limit(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/x-voice-limits/windows/requests-per-minute/allowances/*": 61})

        statuses = [cook.cook({"role": "mock-limited"}, MODELS).status for _ in range(3)]

        assert statuses == [200, 200, 429]

    def test_an_error_status(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/x-voice-errors/upstream_model_not_found/status": 400})

        assert cook.cook({"with": {"model": "no-such-model"}}, SPEAK).status == 400

    def test_an_error_body(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/x-voice-errors/missing_file/body/error/code": "no_file"})

        assert error(cook.cook({"without": ["file"]}, TRANSCRIBE))["code"] == "no_file"

    def test_a_header_is_renamed(self, edited: MakeKitchen) -> None:
        headers = spec("hadrian").place(SPEAK)[2]["responses"]["200"]["headers"]
        renamed = {name.replace("X-Character-Count", "X-Letters"): header for name, header in headers.items()}
        cook = edited("hadrian", {f"{SPEECH_OBJECT}/responses/200/headers": renamed})

        answer = cook.cook({}, SPEAK)

        assert answer.headers["x-letters"] == "32"
        assert "x-character-count" not in answer.headers

    def test_the_order_of_checks(self, edited: MakeKitchen) -> None:
        order = ["path", "auth", "limits", "body", "validate", "media", "credits"]
        cook = edited("hadrian", {"/x-voice-precedence/order": order})

        assert rule(cook.cook({"role": "mock-empty", "raw": "{"}, SPEAK)) == "json_syntax"
        assert rule(cook.cook({"role": "mock-empty"}, SPEAK)) == "budget_exceeded"

    def test_which_kind_of_fault_speaks_first(self, edited: MakeKitchen) -> None:
        both = {"with": {"response_format": "pdf"}, "without": ["file"]}
        cook = edited("hadrian", {"/x-voice-precedence/kinds": ["missing"]})

        assert rule(cook.cook(both, TRANSCRIBE)) == "missing_file"

    def test_a_prefix_of_keys(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/components/securitySchemes/x_api_key/x-voice-key-prefix/prefix": "hd_"})

        answer = cook.cook({"role": None, "headers": {"X-API-Key": "gw_mock-funded"}}, SPEAK)

        assert error(answer)["code"] == "invalid_api_key_format"

    def test_the_providers_of_the_gateway(self, edited: MakeKitchen) -> None:
        place = spec("hadrian").figure("gateway-providers")["openai"]
        cook = edited("hadrian", {"/x-mock-figures/gateway-providers/value": {"openai": place, "azure": place}})

        answer = cook.cook({"with": {"model": "azure/tts-1"}}, SPEAK)

        assert (answer.status, answer.headers["x-provider"]) == (200, "azure")

    def test_the_threshold_of_the_budget_warning(self, edited: MakeKitchen) -> None:
        cook = edited("hadrian", {"/x-voice-figures/budget-warning-per-cent/value": 0})

        assert cook.cook({}, SPEAK).headers["x-budget-spend-percentage"] == "0.00"

    def test_the_name_of_an_unnamed_upload(self, edited: MakeKitchen) -> None:
        pointer = "/components/schemas/TranscriptionRequest/properties/file/x-voice-file-name"
        cook = edited("hadrian", {pointer: "audio.bin"})
        body = form_body({"model": "whisper-1", "file": "text"}, {})

        answer = cook.client.send("POST", TRANSCRIPTION_PATH, FORM, body)

        assert rule(answer) == "upstream_whisper_file_format"
