"""hadrian as a gateway: what keys are good for, who is counted how, where models lead, what fails behind it."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest

from mockvoice.core.limits import ADDRESSES_KEPT
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
SPEAK, TRANSCRIBE, TRANSLATE, MODELS = "createSpeech", "createTranscription", "createTranslation", "listModels"
AUDIO = (SPEAK, TRANSCRIBE, TRANSLATE)
KEYED = (*AUDIO, MODELS)
OPEN = ("getHealth", "getLiveness", "getReadiness")
ELSEWHERE = "198.51.100.9"
DAY = 86_400
SPEECH = {"model": "tts-1", "input": "Hello, how can I help you today?", "voice": "alloy"}
RATES = [
    "x-tokenratelimit-limit",
    "x-tokenratelimit-remaining",
    "x-tokenratelimit-used",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
]


def error(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["error"]
    return found


def told(answer: Answer) -> tuple[int, str, str, str]:
    one = error(answer)
    return answer.status, one["type"], one["code"], one["message"]


# -- what a key is good for ---------------------------------------------------------------------------


@pytest.mark.parametrize(("operation", "status"), [(SPEAK, 403), (TRANSCRIBE, 403), (TRANSLATE, 403), (MODELS, 200)])
def test_a_key_is_good_for_its_scopes_alone(kitchen: MakeKitchen, operation: str, status: int) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-scoped"}, operation)

    assert answer.status == status
    if status == 403:
        said = "API key lacks required scope 'audio'"
        assert told(answer) == (403, "permission_error", "insufficient_scope", said)


@pytest.mark.parametrize("operation", KEYED)
def test_a_key_of_another_address_is_refused_wherever_it_is_used(kitchen: MakeKitchen, operation: str) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-elsewhere"}, operation)

    said = "API key does not allow requests from IP '127.0.0.1'"
    assert told(answer) == (403, "permission_error", "ip_not_allowed", said)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [("mock-scoped", "scopes", 403), ("mock-elsewhere", "addresses", 200), ("mock-bound", "models", 200)],
)
def test_of_lists_that_are_empty_only_that_of_scopes_binds(
    edited: MakeKitchen, role: str, kind: str, status: int
) -> None:
    cook = edited("hadrian", {f"/x-mock-accounts/{role}/attributes/{kind}": []})

    assert cook.cook({"role": role}, SPEAK).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Forwarded-For": "203.0.113.77"}, 200),
        ({"X-Forwarded-For": "2001:db8::1"}, 200),
        ({"X-Real-IP": "203.0.113.77"}, 200),
        ({"X-Forwarded-For": "203.0.113.77, 127.0.0.2"}, 200),  # the last is a proxy of ours
        ({"X-Forwarded-For": "203.0.113.77, 198.51.100.1"}, 403),  # the first is what the second says
        ({"X-Forwarded-For": "198.51.100.1", "X-Real-IP": "203.0.113.77"}, 403),
        ({"X-Forwarded-For": "nonsense"}, 403),
        ({"X-Forwarded-For": ""}, 403),
    ],
)
def test_the_address_is_the_one_that_trusted_proxies_tell(
    kitchen: MakeKitchen, headers: dict[str, str], status: int
) -> None:
    assert kitchen("hadrian").cook({"role": "mock-elsewhere", "headers": headers}, MODELS).status == status


@pytest.mark.parametrize(
    ("model", "status"),
    [
        ("tts-1", 403),
        ("openai/tts-1", 403),
        ("gpt-4o-mini-tts", 200),
        ("openai/gpt-4o-mini-tts", 200),
        ("nobody/gpt-4o-mini-tts", 400),  # there is no way, whatever the key may
    ],
)
def test_a_key_bound_to_models_is_good_for_these(kitchen: MakeKitchen, model: str, status: int) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-bound", "with": {"model": model}}, SPEAK)

    assert answer.status == status
    if status == 403:
        assert told(answer)[:3] == (403, "invalid_request_error", "model_not_allowed")
        assert error(answer)["message"].startswith(f"Model not allowed: '{model}', allowed patterns [")


def test_the_layer_of_keys_may_refuse_a_model_with_another_type(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian", choices={"hadrian.model-not-allowed": "layer"})

    answer = cook.cook({"role": "mock-bound"}, SPEAK)

    said = "API key does not allow access to model 'tts-1'"
    assert told(answer) == (403, "permission_error", "model_not_allowed", said)


@pytest.mark.parametrize(("model", "status"), [("tts-1", 403), ("tts-1-hd", 403), ("gpt-4o-mini-tts", 200)])
def test_a_policy_keeps_models_away(kitchen: MakeKitchen, model: str, status: int) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-denied", "with": {"model": model}}, SPEAK)

    assert answer.status == status
    if status == 403:
        assert told(answer)[1:3] == ("invalid_request_error", "authorization_denied")


@pytest.mark.parametrize("operation", KEYED)
def test_an_expired_key_is_answered_as_an_unknown_one(kitchen: MakeKitchen, operation: str) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-expired"}, operation)

    assert told(answer) == (401, "authentication_error", "invalid_api_key", "Invalid or expired API key")


@pytest.mark.parametrize("operation", KEYED)
def test_a_budget_needs_a_cache(kitchen: MakeKitchen, operation: str) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-uncached"}, operation)

    assert told(answer)[:3] == (503, "server_error", "cache_required")


def test_with_an_identity_provider_two_credentials_are_ambiguous(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian", choices={"hadrian.identity-provider": "tokens"})

    both = cook.cook({"headers": {"X-API-Key": "gw_mock-funded"}}, MODELS)
    alone = [cook.cook({"role": None, "headers": {"X-API-Key": "gw_mock-funded"}}, MODELS), cook.cook({}, MODELS)]
    token = cook.cook({"role": None, "headers": {"Authorization": "Bearer eyJhbGciOiJSUzI1NiJ9.e30.x"}}, MODELS)

    assert told(both)[:3] == (400, "authentication_error", "ambiguous_credentials")
    assert [one.status for one in alone] == [200, 200]
    assert told(token)[:3] == (401, "authentication_error", "invalid_token")


# -- who is counted how -------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", OPEN)
def test_an_address_without_a_key_may_call_so_often_a_minute(kitchen: MakeKitchen, operation: str) -> None:
    cook = kitchen("hadrian")
    recipe = {"headers": {"X-Forwarded-For": ELSEWHERE}}

    answers = [cook.cook(recipe, operation) for _ in range(121)]
    other = cook.cook({"headers": {"X-Forwarded-For": "198.51.100.10"}}, operation)
    cook.client.advance(61)

    assert Counter(answer.status for answer in answers) == {200: 120, 429: 1}
    assert [answers[0].headers[name] for name in RATES[3:]] == ["120", "119", "60"]
    assert told(answers[-1])[1:] == (
        "rate_limit_error",
        "rate_limit_exceeded",
        "Rate limit exceeded: 120 requests per minute (IP)",
    )
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert (other.status, cook.cook(recipe, operation).status) == (200, 200)


def test_an_address_is_one_however_it_is_written(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    spellings = ("2001:db8::1", "2001:DB8:0:0::1", " 2001:0db8::0001 ")
    answers = [cook.cook({"headers": {"X-Forwarded-For": one}}, "getHealth") for one in spellings]

    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["119", "118", "117"]


def test_a_wrong_key_counts_for_its_address_and_a_good_one_does_not(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")
    headers = {"X-Forwarded-For": ELSEWHERE}

    wrong = [cook.cook({"token": "gw_nobody", "headers": headers}, MODELS).status for _ in range(121)]

    assert Counter(wrong) == {401: 120, 429: 1}
    assert cook.cook({"headers": headers}, MODELS).status == 200


def test_addresses_that_are_remembered_are_bounded(kitchen: MakeKitchen) -> None:
    addresses = kitchen("hadrian").desk.addresses

    for number in range(ADDRESSES_KEPT + 10):
        addresses.windows_of(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert len(addresses._known) == ADDRESSES_KEPT


def test_a_fresh_key_has_the_documented_limits(kitchen: MakeKitchen) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-fresh"}, MODELS)

    assert [answer.headers[name] for name in RATES] == ["100000", "99000", "1000", "60", "59", "60"]


def test_a_day_that_is_full_names_the_day(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    first, second = (cook.cook({"role": "mock-daily"}, MODELS) for _ in range(2))

    assert (first.headers["x-tokenratelimit-day-limit"], first.headers["x-tokenratelimit-day-remaining"]) == (
        "1000000000",
        "999999000",
    )
    assert told(second)[3] == "Rate limit exceeded: 100000 requests per day"
    names = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after")
    assert [second.headers[name] for name in names] == ["100000", "0", "86400", "86400"]


# -- budgets ------------------------------------------------------------------------------------------


def test_a_budget_warns_and_is_full_again_in_the_next_period(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    warned = cook.cook({"role": "mock-warned"}, SPEAK)
    cook.client.advance(86_400)
    after = cook.cook({"role": "mock-warned"}, SPEAK)

    assert [value for name, value in warned.header_list if name.startswith("x-budget-")] == [
        "true",
        "0.86",
        "860",
        "1000",
        "daily",
    ]
    assert not [name for name in after.headers if name.startswith("x-budget-")]


@pytest.mark.parametrize(
    ("role", "later", "seconds"),
    [
        # The clock starts with 2026: a January of 31 days, a February of 28.
        ("mock-low", 0, DAY),
        ("mock-low", DAY - 1, 1),
        ("mock-low", 0.5, DAY - 0.5),
        ("mock-empty", 0, 31 * DAY),
        ("mock-empty", 30 * DAY + 17, DAY - 17),
        ("mock-empty", 31 * DAY, 28 * DAY),
        ("mock-empty", 334 * DAY, 31 * DAY),
    ],
)
def test_a_spent_budget_comes_back_with_the_next_day_or_month_and_not_before(
    kitchen: MakeKitchen, role: str, later: float, seconds: float
) -> None:
    cook = kitchen("hadrian")
    cook.client.advance(later)
    refused = [cook.cook({"role": role}, SPEAK).status for _ in range(2)][-1]

    cook.client.advance(seconds - 0.25)
    before = cook.cook({"role": role}, SPEAK).status
    cook.client.advance(0.25)

    assert (refused, before, cook.cook({"role": role}, SPEAK).status) == (402, 402, 200)


def test_what_was_set_aside_yesterday_is_not_given_back_today(serve: Callable[..., str]) -> None:
    """A call is under way while the day ends, and then refused: the new day has no more than its own budget."""
    found = urlsplit(serve("hadrian", clock="manual"))
    place = str(found.hostname), int(found.port or 0)
    headers = {"Authorization": "Bearer gw_mock-warned", "Content-Type": "application/json"}
    slow = http.client.HTTPConnection(*place, timeout=30)
    slow.putrequest("POST", "/hadrian/api/v1/audio/speech")
    for name, value in {**headers, "Content-Length": "2"}.items():
        slow.putheader(name, value)
    slow.endheaders(b"{")
    _until(lambda: _balance(place, "mock-warned"), lambda found: found == 1_400_000)

    _post(place, "/_mock/clock", {"advance_seconds": DAY})
    today = call(place, "gw_mock-warned", json.dumps(SPEECH).encode())
    slow.send(b"x")
    late = slow.getresponse()
    late.read()
    slow.close()

    assert (today[0], late.status) == (200, 400)
    assert dict(late.getheaders())["x-budget-spend-percentage"] == "0.86"  # as it was when the call came in
    assert _balance(place, "mock-warned") == 10_000_000 - 15 * 32


def _post(place: tuple[str, int], path: str, body: Any) -> Any:
    connection = http.client.HTTPConnection(*place, timeout=30)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    found = json.loads(connection.getresponse().read())
    connection.close()
    return found


def _balance(place: tuple[str, int], role: str) -> int:
    connection = http.client.HTTPConnection(*place, timeout=30)
    connection.request("GET", "/_mock/accounts")
    found = json.loads(connection.getresponse().read())["hadrian"]["accounts"][role]["balance"]
    connection.close()
    return int(found)


# -- ways ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        (":org/mock-org/voices/tts-1", "voices"),
        (":org/mock-org/:project/frontend/voices/tts-1", "voices"),
        (":org/mock-org/:team/eng/voices/tts-1", "voices"),
        (":org/mock-org/:user/mock-user/mine/tts-1", "mine"),
        (":user/mock-user/mine/tts-1", "mine"),
    ],
)
def test_a_provider_of_an_owner_answers_its_members(kitchen: MakeKitchen, model: str, provider: str) -> None:
    answer = kitchen("hadrian").cook({"with": {"model": model}}, SPEAK)

    shown = [answer.headers.get(name) for name in ("x-provider", "x-provider-source", "x-model")]
    assert (answer.status, shown) == (200, [provider, "dynamic", "tts-1"])


@pytest.mark.parametrize(
    ("model", "code", "said"),
    [
        (":org/acme/openai/tts-1", "provider_resolution_error", "Invalid scope: Organization 'acme' not found"),
        (":user/nobody/mine/tts-1", "provider_resolution_error", "Invalid scope: User 'nobody' not found"),
        (
            ":org/mock-org/:project/none/voices/tts-1",
            "provider_resolution_error",
            "Invalid scope: Project 'none' not found in org 'mock-org'",
        ),
        (
            ":org/mock-org/:team/none/voices/tts-1",
            "provider_resolution_error",
            "Invalid scope: Team 'none' not found in org 'mock-org'",
        ),
        (
            ":org/mock-org/none/tts-1",
            "provider_resolution_error",
            "Provider 'Provider 'none' not found for org 'mock-org'' not found",
        ),
        (":org/other-org/voices/tts-1", "provider_resolution_error", "Provider 'Provider not found' not found"),
        (":org/mock-org/chat/claude", "unsupported_provider", "This provider does not support text-to-speech"),
        (":org/acme/tts-1", "routing_error", "Missing component: Scoped model requires at least org/provider/model"),
        (":user/42/tts-1", "routing_error", "Missing component: User scope requires user_id/provider/model"),
        (
            ":org/acme/:team/eng/tts-1",
            "routing_error",
            "Missing component: Team scope requires team_slug/provider/model",
        ),
        (":org", "model_not_found", "The model `:org` does not exist or you do not have access to it."),
        (":project/a/b/tts-1", "routing_error", "Provider ':project' not found"),
    ],
)
def test_a_way_that_leads_nowhere_says_why(kitchen: MakeKitchen, model: str, code: str, said: str) -> None:
    answer = kitchen("hadrian").cook({"with": {"model": model}}, SPEAK)

    prefix = "Failed to resolve provider: " if code == "provider_resolution_error" else ""
    assert (answer.status, error(answer)["code"]) == (404 if code == "model_not_found" else 400, code)
    assert error(answer)["message"] == prefix + said


def test_who_is_no_member_of_an_owner_does_not_find_its_provider(kitchen: MakeKitchen) -> None:
    answer = kitchen("hadrian").cook({"role": "mock-other", "with": {"model": ":user/mock-user/mine/tts-1"}}, SPEAK)

    assert told(answer)[2] == "provider_resolution_error"


# -- what fails behind it -----------------------------------------------------------------------------


@pytest.mark.parametrize("operation", AUDIO)
@pytest.mark.parametrize(("status", "said"), [(500, "Internal Server Error"), (429, "Too Many Requests")])
def test_a_failure_of_the_test_provider_passes_as_it_is_with_its_cost(
    kitchen: MakeKitchen, operation: str, status: int, said: str
) -> None:
    answer = kitchen("hadrian").cook({"with": {"model": f"test/error-{status}"}}, operation)

    found = error(answer)
    del found["request_id"]
    assert (answer.status, found) == (status, {"message": said, "type": "test_error", "code": status})
    assert (answer.headers["x-provider"], answer.headers["x-model"]) == ("test", f"error-{status}")
    assert int(answer.headers["x-cost-microcents"]) > 0


@pytest.mark.parametrize(
    ("operation", "action"), [(SPEAK, "Speech generation"), (TRANSCRIBE, "Transcription"), (TRANSLATE, "Translation")]
)
@pytest.mark.parametrize(
    ("model", "said"), [("connection-error", "Connection error: connection refused"), ("timeout", "Request timed out")]
)
def test_a_provider_that_does_not_answer_is_a_bad_gateway_and_free(
    kitchen: MakeKitchen, operation: str, action: str, model: str, said: str
) -> None:
    cook = kitchen("hadrian")

    answer = cook.cook({"with": {"model": f"test/{model}"}}, operation)

    assert told(answer)[:3] == (502, "invalid_request_error", "provider_error")
    assert error(answer)["message"] == f"{action} failed: Internal provider error: {said}"
    assert "x-cost-microcents" not in answer.headers
    account = cook.desk.roster.find("gw_mock-funded")
    assert account is not None
    assert account.ledger.charged == 0


def test_a_model_that_fails_after_some_calls_answers_these(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    answers = [cook.cook({"with": {"model": "test/fail-after-2"}}, SPEAK) for _ in range(4)]

    assert [one.status for one in answers] == [200, 200, 500, 500]
    assert answers[0].headers["x-model"] == "fail-after-2"
    assert error(answers[2])["message"] == "FailAfterN triggered (request 3 of 2)"


def outage(cook: Kitchen, **which: bool) -> Answer:
    return cook.client.send("POST", "/_mock/outages", (), json.dumps({"hadrian": which}).encode())


def test_an_upstream_that_is_out_is_out_for_its_models_alone(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")

    outage(cook, openai=True)
    out = [cook.cook({"with": {"model": model}}, SPEAK).status for model in ("tts-1", "test/test-model")]
    outage(cook, openai=False)

    assert (out, cook.cook({}, SPEAK).status) == ([502, 200], 200)


@pytest.mark.parametrize(
    ("name", "status", "ready"), [("database", 503, 503), ("secrets", 503, 200), ("cache", 200, 200)]
)
def test_health_tells_which_subsystem_is_out(kitchen: MakeKitchen, name: str, status: int, ready: int) -> None:
    cook = kitchen("hadrian")

    listed = outage(cook, **{name: True}).json()
    health, readiness, alive = (cook.cook({}, operation) for operation in ("getHealth", "getReadiness", "getLiveness"))

    assert listed == {"hadrian": [name]}
    assert (health.status, readiness.status, alive.status) == (status, ready, 200)
    assert health.json()["status"] == ("healthy" if status == 200 else "unhealthy")
    assert health.json()["subsystems"][name]["healthy"] is False
    assert health.json()["subsystems"][name]["message"]
    outage(cook, **{name: False})
    assert cook.cook({}, "getHealth").json()["status"] == "healthy"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"[", 400), (b"[1]", 400), (b'{"hadrian": 1}', 400), (b'{"hadrian": {"moon": true}}', 404),
     (b'{"nobody": {"database": true}}', 404), (b'{"hadrian": {"database": "yes"}}', 400)],
)  # fmt: skip
def test_an_outage_of_what_is_not_there_is_refused(kitchen: MakeKitchen, body: bytes, status: int) -> None:
    assert kitchen("hadrian").client.send("POST", "/_mock/outages", (), body).status == status


# -- over a real port ---------------------------------------------------------------------------------


@pytest.fixture
def place(serve: Callable[..., str]) -> Iterator[tuple[str, int]]:
    found = urlsplit(serve("hadrian"))
    assert found.hostname is not None
    assert found.port is not None
    yield found.hostname, found.port


def call(place: tuple[str, int], key: str, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection(*place, timeout=30)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/hadrian/api/v1/audio/speech", body, headers)
    answer = connection.getresponse()
    found = answer.status, [(name.lower(), value) for name, value in answer.getheaders()], answer.read()
    connection.close()
    return found


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [
        ("gw_mock-funded", SPEECH, 200),
        ("gw_mock-warned", SPEECH, 200),
        ("gw_mock-funded", {**SPEECH, "model": "nobody/tts-1"}, 400),
        ("gw_mock-funded", {**SPEECH, "model": "test/error-503"}, 503),
        ("gw_mock-funded", {**SPEECH, "model": "test/timeout"}, 502),
        ("gw_mock-empty", SPEECH, 402),
    ],
)
def test_the_headers_come_in_the_order_in_which_the_gateway_adds_them(
    place: tuple[str, int], key: str, body: dict[str, Any], status: int
) -> None:
    found, headers, _ = call(place, key, json.dumps(body).encode())
    names = [name for name, _ in headers]

    assert found == status
    shown = [name for name in names if "ratelimit" in name]
    assert shown == RATES
    assert names.index("x-request-id") > names.index(RATES[-1])
    budget = [names.index(name) for name in names if name.startswith("x-budget-")]
    assert all(names.index(RATES[-1]) < place < names.index("x-request-id") for place in budget)
    assert bool(budget) == (key == "gw_mock-warned")


def test_ten_calls_under_way_leave_no_place_for_an_eleventh(place: tuple[str, int]) -> None:
    """Ten have sent all but the last byte of their bodies; who ends leaves a place."""
    body = json.dumps(SPEECH).encode()
    open_ones = []
    for _ in range(10):
        one = http.client.HTTPConnection(*place, timeout=30)
        one.putrequest("POST", "/hadrian/api/v1/audio/speech")
        one.putheader("Authorization", "Bearer gw_mock-fresh")
        one.putheader("Content-Type", "application/json")
        one.putheader("Content-Length", str(len(body)))
        one.endheaders(body[:-1])
        open_ones.append(one)
    # Each has its place once its answer to nothing is waited for; the eleventh comes behind them on the wire.
    eleventh = _until(lambda: call(place, "gw_mock-fresh", body), lambda found: found[0] == 429)
    others = call(place, "gw_mock-other", body)
    for one in open_ones:
        one.send(body[-1:])
        assert one.getresponse().read()
        one.close()
    again = call(place, "gw_mock-fresh", body)

    assert (eleventh[0], others[0], again[0]) == (429, 200, 200)
    found = json.loads(eleventh[2])["error"]
    assert (found["type"], found["code"]) == ("rate_limit_error", "rate_limit_exceeded")
    assert found["message"] == "Rate limit exceeded: 10 concurrent requests"
    assert dict(eleventh[1])["retry-after"] == "1"


def _until(ask: Callable[[], Any], is_so: Callable[[Any], bool]) -> Any:
    """Ask until it is so, a few times at most: how fast a socket is read is not ours to say."""
    for _ in range(20):
        found = ask()
        if is_so(found):
            break
    return found


def test_a_caller_who_goes_away_leaves_its_place(kitchen: MakeKitchen) -> None:
    cook = kitchen("hadrian")
    headers = [("authorization", "Bearer gw_mock-fresh"), ("content-type", "application/json")]

    for _ in range(12):
        cook.client.send_and_leave("POST", "/hadrian/api/v1/audio/speech", headers, b"{")

    account = cook.desk.roster.find("gw_mock-fresh")
    assert account is not None
    assert account.places is not None
    assert account.places.taken == 0


def test_two_hundred_in_parallel_are_counted_once_each(place: tuple[str, int]) -> None:
    body = json.dumps(SPEECH).encode()
    together = threading.Barrier(20)

    def ten_calls(_: int) -> list[tuple[int, list[tuple[str, str]], bytes]]:
        together.wait(30)
        return [call(place, "gw_mock-funded", body) for _ in range(10)]

    with ThreadPoolExecutor(20) as pool:
        answers = [one for several in pool.map(ten_calls, range(20)) for one in several]

    assert {status for status, _, _ in answers} == {200}
    remaining = sorted(int(dict(headers)["x-ratelimit-remaining"]) for _, headers, _ in answers)
    used = sorted(int(dict(headers)["x-tokenratelimit-used"]) for _, headers, _ in answers)
    assert remaining == list(range(999_800, 1_000_000))
    assert used == list(range(1000, 201_000, 1000))
    assert len({dict(headers)["x-request-id"] for _, headers, _ in answers}) == 200


# -- as the SDK sees it -------------------------------------------------------------------------------


@pytest.fixture
def sdk(place: tuple[str, int]) -> Callable[[str], openai.OpenAI]:
    return lambda key: openai.OpenAI(
        api_key=f"gw_mock-{key}", base_url=f"http://{place[0]}:{place[1]}/hadrian/api/v1", max_retries=0
    )


def test_every_model_the_sdk_lists_has_its_provider(sdk: Callable[[str], openai.OpenAI]) -> None:
    with sdk("scoped") as client:
        names = [one.id for one in client.models.list().data]

    assert {name.partition("/")[0] for name in names} == {"openai", "anthropic", "test"}


@pytest.mark.parametrize(
    ("key", "model", "kind", "code"),
    [
        ("expired", "tts-1", openai.AuthenticationError, "invalid_api_key"),
        ("scoped", "tts-1", openai.PermissionDeniedError, "insufficient_scope"),
        ("elsewhere", "tts-1", openai.PermissionDeniedError, "ip_not_allowed"),
        ("bound", "tts-1", openai.PermissionDeniedError, "model_not_allowed"),
        ("denied", "tts-1", openai.PermissionDeniedError, "authorization_denied"),
        ("funded", "nobody/tts-1", openai.BadRequestError, "routing_error"),
        ("funded", ":org/acme/openai/tts-1", openai.BadRequestError, "provider_resolution_error"),
        ("funded", "openai/nothing", openai.NotFoundError, "model_not_found"),
        ("empty", "tts-1", openai.APIStatusError, "budget_exceeded"),
        ("funded", "test/error-429", openai.RateLimitError, "429"),
        ("funded", "test/error-503", openai.InternalServerError, "503"),
        ("funded", "test/connection-error", openai.InternalServerError, "provider_error"),
        ("uncached", "tts-1", openai.InternalServerError, "cache_required"),
    ],
)
def test_the_sdk_maps_each_error_to_its_kind(
    sdk: Callable[[str], openai.OpenAI], key: str, model: str, kind: type[openai.APIStatusError], code: str
) -> None:
    with sdk(key) as client, pytest.raises(kind) as caught:
        client.audio.speech.create(model=model, voice="alloy", input="Hello.")

    assert caught.value.code == code
