"""voiceapi: what the gateway in front of it does. Keys, plans, the monthly quota, the hourly rate, who speaks first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
HOST = ("x-rapidapi-host", "voice-api1.p.rapidapi.com")
MONTH = 31 * 24 * 3600
LIST, SUBMIT, STATUS, AUDIO = "models_list", "tts_submit", "tts_status", "tts_audio"
OTHER_HOST = {"headers": {"X-RapidAPI-Host": "another.p.rapidapi.com"}}


@pytest.fixture
def cook(kitchen: MakeKitchen) -> Kitchen:
    return kitchen("voiceapi")


def left(answer: Answer) -> int:
    return int(answer.headers["x-ratelimit-requests-remaining"])


def balance(cook: Kitchen, token: str = "mock-funded") -> int:
    account = cook.desk.roster.find(token)
    assert account is not None
    return account.ledger.balance


class TestTheKey:
    def test_its_refusals_are_the_gateways_literals(self, cook: Kitchen) -> None:
        recipes: dict[str, dict[str, Any]] = {
            "none": {"role": None},
            "unknown": {"token": "nobody"},
            "revoked": {"role": "mock-revoked"},
            "no plan": {"role": "mock-forbidden"},
        }
        answers = {name: cook.cook(recipe, LIST) for name, recipe in recipes.items()}

        invalid = {"message": "Invalid API key. Go to https://docs.rapidapi.com/docs/keys for more info."}
        assert {name: (answer.status, answer.json()) for name, answer in answers.items()} == {
            "none": (401, invalid),
            "unknown": (401, invalid),
            "revoked": (401, invalid),
            "no plan": (403, {"message": "You are not subscribed to this API."}),
        }

    @pytest.mark.parametrize("recipe", [{"role": None}, {"role": "mock-forbidden"}, OTHER_HOST])
    def test_a_stranger_sees_no_quota(self, cook: Kitchen, recipe: dict[str, Any]) -> None:
        headers = cook.cook(recipe, LIST).headers

        assert headers["x-rapidapi-proxy-response"] == "true"
        assert [name for name in headers if name.startswith("x-ratelimit")] == []

    def test_the_older_words_for_a_missing_key(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.missing-key": "missing"})

        assert cook.cook({"role": None}, LIST).json() == {
            "message": "Missing RapidAPI application key. Go to https://docs.rapidapi.com/docs/keys to learn how to "
            "get your API application key."
        }

    def test_health_needs_none_and_uses_no_quota(self, cook: Kitchen) -> None:
        answer = cook.cook({}, "health")

        assert (answer.status, answer.json()) == (200, {"status": "ok"})
        assert balance(cook) == 1_000_000

    def test_behind_the_gateway_health_needs_one_and_counts(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.health-auth": "gateway"})

        answer = cook.cook({}, "health")

        assert (answer.status, left(answer)) == (200, 999_999)
        assert cook.cook({"role": None}, "health").status == 401
        assert cook.cook({"role": "mock-empty"}, "health").status == 429
        assert cook.cook(OTHER_HOST, "health").json() == {"message": "API doesn't exists"}


class TestTheOrder:
    """Each request has two faults; the gateway's word comes before the origin's."""

    def test_an_unknown_path_without_a_key_is_401(self, cook: Kitchen) -> None:
        answer = cook.client.send("GET", "/voiceapi/v1/voices", [HOST])

        assert answer.status == 401

    def test_an_unknown_path_with_a_key_is_named(self, cook: Kitchen) -> None:
        answer = cook.client.send("GET", "/voiceapi/v1/voices", [HOST, ("x-rapidapi-key", "mock-funded")])

        assert (answer.status, answer.json()) == (404, {"message": "Endpoint '/v1/voices' does not exist"})
        assert answer.headers["x-rapidapi-proxy-response"] == "true"
        assert left(answer) == 1_000_000

    def test_an_unknown_api_is_noticed_before_the_key(self, cook: Kitchen) -> None:
        known_path = cook.cook({"role": None, **OTHER_HOST}, LIST)
        unknown_path = cook.client.send("GET", "/voiceapi/v1/voices", [("x-rapidapi-host", "x.p.rapidapi.com")])

        assert known_path.json() == unknown_path.json() == {"message": "API doesn't exists"}
        assert known_path.status == unknown_path.status == 404

    @pytest.mark.parametrize(
        ("fault", "status"),
        [
            ({"token": "nobody"}, 401),
            ({"role": "mock-forbidden"}, 403),
            ({"role": "mock-empty"}, 429),
            (OTHER_HOST, 404),
        ],
    )
    @pytest.mark.parametrize("body", [{"raw": "{"}, {"without": ["text"]}, {"padding": 52_428_800}])
    def test_the_gateway_reads_no_body(
        self, cook: Kitchen, fault: dict[str, Any], status: int, body: dict[str, Any]
    ) -> None:
        assert cook.cook({**fault, **body}, SUBMIT).status == status

    def test_a_wrong_method_is_the_origins_to_refuse_and_needs_a_key(self, cook: Kitchen) -> None:
        assert cook.cook({"method": "DELETE", "role": None}, LIST).status == 401
        assert cook.cook({"method": "DELETE"}, LIST).json() == {"detail": "Method Not Allowed"}
        assert "x-rapidapi-proxy-response" not in cook.cook({"method": "DELETE"}, LIST).headers

    def test_the_rate_speaks_before_the_quota(self, cook: Kitchen) -> None:
        account = cook.desk.roster.find("mock-limited")
        assert account is not None
        account.ledger.fill(1, 0.0)

        answers = [cook.cook({"role": "mock-limited"}, LIST) for _ in range(2)]

        assert [answer.status for answer in answers] == [200, 429]
        assert "rate limit per hour" in answers[1].json()["message"]

    @pytest.mark.parametrize(
        ("recipe", "of_the_gateway"),
        [
            ({"role": None}, True),
            (OTHER_HOST, True),
            ({"role": "mock-empty"}, True),
            ({"headers": {"x-mockvoice-fault": "unreachable"}}, True),
            ({"path": {"task_id": "nobody"}}, False),
            ({"headers": {"x-mockvoice-fault": "server_error"}}, False),
        ],
    )
    def test_a_header_marks_what_the_gateway_answers_itself(
        self, cook: Kitchen, recipe: dict[str, Any], of_the_gateway: bool
    ) -> None:
        assert ("x-rapidapi-proxy-response" in cook.cook(recipe, STATUS).headers) == of_the_gateway


class TestTheQuota:
    def test_every_call_counts_one_polls_and_downloads_too(self, cook: Kitchen) -> None:
        submitted = cook.cook({}, SUBMIT)
        path = {"path": {"task_id": submitted.json()["task_id"]}}
        polled = cook.cook(path, STATUS)
        cook.client.advance(1)
        fetched = cook.cook(path, AUDIO)
        listed = cook.cook({}, LIST)

        assert [left(one) for one in (submitted, polled, fetched, listed)] == [999_999, 999_998, 999_997, 999_996]
        assert balance(cook) == 999_996

    def test_what_is_refused_is_free(self, cook: Kitchen) -> None:
        answers = [
            cook.cook(recipe)
            for recipe in (
                {"operation": STATUS, "path": {"task_id": "nobody"}},
                {"operation": SUBMIT, "without": ["text"]},
                {"operation": "stt_submit", "clips": {"file": "corrupt.flac"}},
                {"operation": LIST, "headers": {"x-mockvoice-fault": "server_error"}},
                {"operation": LIST, "headers": {"x-mockvoice-fault": "timed_out"}},
                {"operation": LIST, "headers": {"x-mockvoice-fault": "no-such-fault"}},
            )
        ]

        assert [answer.status for answer in answers] == [404, 422, 400, 500, 504, 400]
        assert {left(answer) for answer in answers[:5]} == {1_000_000}
        assert balance(cook) == 1_000_000

    def test_where_every_call_counts_a_refused_one_does_too(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.quota-counting": "every-call"})

        unknown = cook.cook({"operation": STATUS, "path": {"task_id": "nobody"}})
        broken = cook.cook({"operation": LIST, "headers": {"x-mockvoice-fault": "server_error"}})
        no_plan = cook.cook({"operation": LIST, "headers": {"x-mockvoice-fault": "no-such-fault"}})

        assert [left(unknown), left(broken)] == [999_999, 999_998]
        assert (no_plan.status, balance(cook)) == (400, 999_998)

    def test_the_last_request_is_answered_and_the_next_is_not(self, cook: Kitchen) -> None:
        first, second = (cook.cook({"role": "mock-low"}, SUBMIT) for _ in range(2))

        assert (first.status, left(first)) == (202, 0)
        assert (second.status, left(second)) == (429, 0)
        assert second.json() == {
            "message": "You have exceeded the MONTHLY quota for Requests on your current plan, BASIC. Upgrade your "
            "plan at https://rapidapi.com/voiceapi/api/voice-api1"
        }

    def test_two_hundred_at_once_never_overspend(self, cook: Kitchen) -> None:
        account = cook.desk.roster.find("mock-low")
        assert account is not None
        account.ledger.fill(37, 0.0)
        request = ("GET", "/voiceapi/v1/models", [HOST, ("x-rapidapi-key", "mock-low")], b"")

        answers = cook.client.send_all([request] * 200)

        assert sorted(answer.status for answer in answers) == [200] * 37 + [429] * 163
        assert balance(cook, "mock-low") == 0

    def test_it_is_full_again_after_a_month(self, cook: Kitchen) -> None:
        first = cook.cook({"role": "mock-low"}, LIST)
        cook.client.advance(MONTH - 0.5)
        last = cook.cook({"role": "mock-low"}, LIST)
        cook.client.advance(0.5)
        next_month = cook.cook({"role": "mock-low"}, LIST)

        assert [one.headers["x-ratelimit-requests-reset"] for one in (first, last, next_month)] == [
            str(MONTH),
            "1",
            str(MONTH),
        ]
        assert [(one.status, left(one)) for one in (first, last, next_month)] == [(200, 0), (429, 0), (200, 499)]

    def test_an_unused_quota_is_not_filled_beyond_its_plan(self, cook: Kitchen) -> None:
        cook.cook({}, LIST)
        cook.client.advance(3 * MONTH)

        assert left(cook.cook({}, LIST)) == 999_999

    def test_an_account_without_limits_shows_none(self, cook: Kitchen) -> None:
        headers = cook.cook({"role": "mock-unlimited"}, LIST).headers

        assert [name for name in headers if name.startswith("x-ratelimit")] == []


class TestTheRate:
    @pytest.mark.parametrize(
        ("role", "limit", "remaining"),
        [("mock-limited", "2000", "0"), ("mock-other", "3000", "2999"), ("mock-low", None, None)],
    )
    def test_each_plan_has_its_hour(self, cook: Kitchen, role: str, limit: str | None, remaining: str | None) -> None:
        headers = cook.cook({"role": role}, LIST).headers

        shown = [headers.get(f"x-ratelimit-{name}") for name in ("limit", "remaining", "reset")]
        assert shown == [limit, remaining, None if limit is None else "3600"]

    def test_the_call_after_the_last_is_refused_until_the_hour_is_over(self, cook: Kitchen) -> None:
        statuses = [cook.cook({"role": "mock-limited"}, LIST).status for _ in range(2)]
        cook.client.advance(3599)
        refused = cook.cook({"role": "mock-limited"}, LIST)
        cook.client.advance(1)
        again = cook.cook({"role": "mock-limited"}, LIST)

        assert statuses == [200, 429]
        assert refused.json() == {
            "message": "You have exceeded the rate limit per hour for your plan, PRO, by the API provider"
        }
        assert refused.headers["x-ratelimit-reset"] == "1"
        assert "retry-after" not in refused.headers
        assert (again.status, again.headers["x-ratelimit-remaining"]) == (200, "1999")

    def test_a_call_over_the_rate_costs_no_quota(self, cook: Kitchen) -> None:
        answers = [cook.cook({"role": "mock-limited"}, LIST) for _ in range(3)]

        assert [left(answer) for answer in answers] == [98_000] * 3

    def test_a_free_plan_shows_the_gateways_own_ceiling(self, cook: Kitchen) -> None:
        names = ("limit", "remaining", "reset")
        free = cook.cook({"role": "mock-low"}, LIST).headers
        paid = cook.cook({}, LIST).headers

        assert [free.get(f"x-ratelimit-rapid-free-plans-hard-limit-{name}") for name in names] == [
            "500000",
            "499500",
            str(MONTH),
        ]
        assert [paid.get(f"x-ratelimit-rapid-free-plans-hard-limit-{name}") for name in names] == [None] * 3


class TestThePlans:
    """The gateway's five plans; the page shows three of them."""

    @pytest.mark.parametrize(
        ("plan", "quota", "rate"),
        [
            ("BASIC", "500", None),
            ("PRO", "100000", "2000"),
            ("ULTRA", "200000", "3000"),
            ("MEGA", "500000", None),
            ("CUSTOM", "1000000", None),
        ],
    )
    def test_each_has_its_quota_and_its_rate(
        self, edited: MakeKitchen, plan: str, quota: str, rate: str | None
    ) -> None:
        cook = edited(
            "voiceapi", {"/x-mock-accounts/mock-other": {"token": "mock-other", "balance": 400, "plan": plan}}
        )

        headers = cook.cook({"role": "mock-other"}, LIST).headers

        names = ("x-ratelimit-requests-limit", "x-ratelimit-requests-remaining", "x-ratelimit-limit")
        assert [headers.get(name) for name in names] == [quota, "399", rate]
        assert ("x-ratelimit-rapid-free-plans-hard-limit-limit" in headers) == (plan == "BASIC")

    @pytest.mark.parametrize("plan", ["BASIC", "PRO", "ULTRA", "MEGA", "CUSTOM"])
    def test_a_spent_quota_is_told_with_the_plans_name(self, edited: MakeKitchen, plan: str) -> None:
        cook = edited("voiceapi", {"/x-mock-accounts/mock-other": {"token": "mock-other", "balance": 0, "plan": plan}})

        answer = cook.cook({"role": "mock-other"}, LIST)

        assert (answer.status, answer.headers["x-ratelimit-requests-remaining"]) == (429, "0")
        assert answer.json()["message"] == (
            f"You have exceeded the MONTHLY quota for Requests on your current plan, {plan}. Upgrade your plan at "
            "https://rapidapi.com/voiceapi/api/voice-api1"
        )


class TestItsOwnHeaders:
    def test_every_answer_carries_version_region_and_an_id(self, cook: Kitchen) -> None:
        answers = [cook.cook(recipe, LIST) for recipe in ({}, {"role": None}, {"query": {"page_size": 0}})]

        ids = [answer.headers["x-rapidapi-request-id"] for answer in answers]
        assert {answer.headers["server"] for answer in answers} == {"RapidAPI-1.2.8"}
        assert {answer.headers["x-rapidapi-version"] for answer in answers} == {"1.2.8"}
        assert {answer.headers["x-rapidapi-region"] for answer in answers} == {"AWS - us-east-1"}
        assert len({*ids}) == 3
        assert all(len(one) == 64 for one in ids)

    def test_an_origin_that_is_away_is_told_in_the_plural(self, cook: Kitchen) -> None:
        answer = cook.cook({"headers": {"x-mockvoice-fault": "unreachable"}}, LIST)

        assert (answer.status, answer.json()) == (
            502,
            {
                "messages": "The API is unreachable, please contact the API provider",
                "info": "Your Client (working) ---> Gateway (working) ---> API (not working)",
            },
        )

    def test_an_origin_that_is_slow_is_told_as_a_page(self, cook: Kitchen) -> None:
        answer = cook.cook({"headers": {"x-mockvoice-fault": "timed_out"}}, LIST)

        assert (answer.status, answer.media) == (504, "text/html")
        assert answer.body.startswith(b"<html>")

    def test_an_open_path_has_them_whatever_it_answers(self, cook: Kitchen) -> None:
        recipes: tuple[dict[str, Any], ...] = (
            {},
            {"method": "PUT"},
            {"headers": {"x-mockvoice-fault": "server_error"}},
        )
        answers = [cook.cook(recipe, "health") for recipe in recipes]

        assert [answer.status for answer in answers] == [200, 405, 500]
        assert {answer.headers["server"] for answer in answers} == {"RapidAPI-1.2.8"}
        assert not any(name.startswith("x-ratelimit") for answer in answers for name in answer.headers)


class TestWhereNoOperationIs:
    """On a path or a method the API does not have, the gateway's own refusals look as they do anywhere."""

    @pytest.mark.parametrize("key", [None, "nobody", "mock-revoked", "mock-forbidden"])
    @pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nope"), ("PATCH", "/v1/tts"), ("GET", "/v1/tts")])
    def test_a_stranger_gets_the_gateways_headers(self, cook: Kitchen, method: str, path: str, key: str | None) -> None:
        headers = [HOST] if key is None else [HOST, ("x-rapidapi-key", key)]
        like = cook.client.send("GET", "/voiceapi/v1/models", headers)

        answer = cook.client.send(method, f"/voiceapi{path}", headers)

        assert (answer.status, answer.json()) == (like.status, like.json())
        assert [name for name, _ in answer.header_list] == [name for name, _ in like.header_list]
        assert answer.headers["x-rapidapi-proxy-response"] == "true"

    def test_a_wrong_method_is_refused_after_the_rate_and_counts_for_it(self, cook: Kitchen) -> None:
        first, second = (cook.cook({"role": "mock-limited", "method": "PATCH"}, SUBMIT) for _ in range(2))

        assert (first.status, first.headers["x-ratelimit-remaining"]) == (405, "0")
        assert (second.status, second.headers["x-rapidapi-proxy-response"]) == (429, "true")
        assert "rate limit per hour" in second.json()["message"]

    def test_a_wrong_method_is_refused_after_the_quota(self, cook: Kitchen) -> None:
        answer = cook.cook({"role": "mock-empty", "method": "PATCH"}, SUBMIT)

        assert (answer.status, left(answer)) == (429, 0)
        assert "x-voice-billing" in answer.headers["x-mockvoice-hint"]

    def test_a_wrong_method_is_free_unless_every_call_counts(self, kitchen: MakeKitchen) -> None:
        free = kitchen("voiceapi").cook({"role": "mock-low", "method": "GET"}, SUBMIT)
        cook = kitchen("voiceapi", choices={"voiceapi.quota-counting": "every-call"})
        first, second = (cook.cook({"role": "mock-low", "method": "GET"}, SUBMIT) for _ in range(2))

        assert (free.status, left(free)) == (405, 1)
        assert [(one.status, left(one)) for one in (first, second)] == [(405, 0), (429, 0)]

    def test_what_the_gateway_refuses_itself_counts_for_nothing(self, kitchen: MakeKitchen) -> None:
        choices = {"voiceapi.quota-counting": "every-call", "voiceapi.wrong-method": "gateway"}
        cook = kitchen("voiceapi", choices=choices)

        answer = cook.cook({"role": "mock-limited", "method": "PATCH"}, SUBMIT)

        assert (answer.status, answer.headers["x-ratelimit-remaining"], left(answer)) == (404, "1", 98_001)

    def test_a_free_plan_sees_the_gateways_ceiling_on_a_wrong_method(self, cook: Kitchen) -> None:
        headers = cook.cook({"role": "mock-low", "method": "PATCH"}, SUBMIT).headers

        assert headers["x-ratelimit-rapid-free-plans-hard-limit-limit"] == "500000"
        assert headers["x-ratelimit-rapid-free-plans-hard-limit-remaining"] == "499500"
        assert headers["x-ratelimit-rapid-free-plans-hard-limit-reset"] == str(MONTH)


class TestAfterItsEnd:
    """A call that counts for nothing still tells the window the next call will find."""

    def test_an_hour_that_is_over_is_not_told_any_more(self, cook: Kitchen) -> None:
        for _ in range(2):
            cook.cook({"role": "mock-limited"}, LIST)
        cook.client.advance(3601)
        unknown = cook.client.send("GET", "/voiceapi/v1/nope", [HOST, ("x-rapidapi-key", "mock-limited")])
        counted = cook.cook({"role": "mock-limited"}, LIST)

        shown = [(one.headers["x-ratelimit-remaining"], one.headers["x-ratelimit-reset"]) for one in (unknown, counted)]
        assert shown == [("2000", "3600"), ("1999", "3600")]

    def test_a_month_that_is_over_is_not_told_any_more(self, cook: Kitchen) -> None:
        cook.cook({"role": "mock-low"}, LIST)
        cook.client.advance(MONTH)
        unknown = cook.client.send("GET", "/voiceapi/v1/nope", [HOST, ("x-rapidapi-key", "mock-low")])
        counted = cook.cook({"role": "mock-low"}, LIST)

        assert [(left(one), one.headers["x-ratelimit-requests-reset"]) for one in (unknown, counted)] == [
            (500, str(MONTH)),
            (499, str(MONTH)),
        ]


class TestFaults:
    @pytest.mark.parametrize(
        ("role", "code", "says"),
        [
            ("mock-other", "rate_exceeded", "for your plan, ULTRA, by the API provider"),
            ("mock-unlimited", "rate_exceeded", "for your plan, PRO, by the API provider"),
            ("mock-low", "quota_exceeded", "on your current plan, BASIC. Upgrade"),
        ],
    )
    def test_a_limit_names_a_plan(self, cook: Kitchen, role: str, code: str, says: str) -> None:
        answer = cook.cook({"role": role, "headers": {"x-mockvoice-fault": code}}, LIST)

        assert (answer.status, says in answer.json()["message"]) == (429, True)

    @pytest.mark.parametrize(
        ("operation", "code", "body"),
        [
            (SUBMIT, "unknown_model", {"detail": "Model not found: nobody"}),
            (AUDIO, "not_ready", {"detail": "Task is not finished: running"}),
            ("clone_submit", "audio_too_short", {"detail": "The audio is too short: 9 s, expected at least 10 s"}),
            (
                SUBMIT,
                "invalid_request",
                {
                    "detail": [
                        {"loc": ["body", "text"], "msg": "Field required", "type": "missing"},
                        {"loc": ["body", "model_ids"], "msg": "Field required", "type": "missing"},
                    ]
                },
            ),
        ],
    )
    def test_the_origin_fails_in_its_own_words(
        self, cook: Kitchen, operation: str, code: str, body: dict[str, Any]
    ) -> None:
        assert cook.cook({"headers": {"x-mockvoice-fault": code}}, operation).json() == body

    @pytest.mark.parametrize("code", ["unknown_model", "unknown_endpoint", "method_not_allowed", "no-such-fault"])
    def test_a_code_of_something_else_is_no_fault_of_an_operation(self, cook: Kitchen, code: str) -> None:
        path = {"path": {"task_id": "x"}}

        answer = cook.cook({**path, "headers": {"x-mockvoice-fault": code}}, "stt_status")

        assert (answer.status, answer.media) == (400, "text/plain")

    def test_behind_the_gateway_health_may_have_its_faults(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.health-auth": "gateway"})

        assert cook.cook({"headers": {"x-mockvoice-fault": "timed_out"}}, "health").status == 504
