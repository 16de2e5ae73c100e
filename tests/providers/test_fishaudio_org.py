"""fishaudio-org: what its own pages say beyond what holds for every provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
TRANSCRIBE = "createTranscription"


def quota(cook: Kitchen, role: str = "mock-funded") -> int:
    found: int = cook.cook({"operation": "getProfile", "role": role}).json()["api_quota_remaining"]
    return found


def test_each_started_second_costs_one_credit(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-org")
    whole = {"with": {"audioUrl": "https://clips.mock.test/reference.mp3"}}

    first = cook.cook(whole, TRANSCRIBE).json()
    second = cook.cook({}, TRANSCRIBE).json()

    assert (first["duration"], first["credits_used"]) == (12.0, 12)
    assert (second["duration"], second["credits_used"]) == (12.4, 13)
    assert second["quota_remaining"] == first["quota_remaining"] - 13 == 988000 - 25


def test_a_request_that_fails_before_processing_is_free(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-org")

    for host in ("unreachable", "not-audio", "corrupt", "too-large"):
        cook.cook({"with": {"audioUrl": f"https://{host}.mock.test/a.mp3"}}, TRANSCRIBE)

    assert quota(cook) == 988000


def test_a_failure_inside_the_service_releases_its_hold(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-org")

    answer = cook.cook({"headers": {"x-mockvoice-fault": "server_error"}}, TRANSCRIBE)

    assert answer.status == 500
    assert quota(cook) == 988000


def test_credit_for_exactly_one_request_pays_for_one(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-org")

    first = cook.cook({"role": "mock-low"}, TRANSCRIBE)
    second = cook.cook({"role": "mock-low"}, TRANSCRIBE)

    assert (first.status, first.json()["quota_remaining"]) == (200, 0)
    assert (second.status, second.json()["code"]) == (402, "insufficient_credits")


def test_two_hundred_at_once_never_overspend(kitchen: MakeKitchen) -> None:
    """988,000 credits pay for 76,000 requests, mock-low's 13 for exactly one."""
    cook = kitchen("fishaudio-org")
    body = b'{"audioUrl": "https://clips.mock.test/example.mp3"}'
    headers = [("authorization", "Bearer mock-low-v1"), ("content-type", "application/json")]
    path = "/fishaudio-org/api/open/v1/speech/transcriptions"

    answers = cook.client.send_all([("POST", path, headers, body)] * 200)

    assert sorted(answer.status for answer in answers) == [200] + [402] * 199
    assert quota(cook, "mock-low") == 0


def test_the_window_opens_again(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-org")

    inside = [cook.cook({"role": "mock-limited"}, TRANSCRIBE).status for _ in range(2)]
    cook.client.advance(60)

    assert inside == [200, 429]
    assert cook.cook({"role": "mock-limited"}, TRANSCRIBE).status == 200


def test_request_ids_look_like_the_providers_and_follow_the_seed(kitchen: MakeKitchen) -> None:
    def ids(seed: int) -> list[str]:
        cook = kitchen("fishaudio-org", seed=seed)
        return [cook.cook({"role": None}, TRANSCRIBE).json()["requestId"] for _ in range(3)]

    assert ids(1) == ids(1)
    assert len({*ids(1), *ids(2)}) == 6
    assert all(one.startswith("req_") and len(one) == 28 for one in ids(1))


class TestTheSpecDrives:
    """A changed copy of the spec changes the wire; no Python is touched."""

    def test_an_enum(self, edited: MakeKitchen) -> None:
        cook = edited(
            "fishaudio-org", {"/components/schemas/TranscriptionRequest/properties/language/enum": ["en", "zh"]}
        )

        assert cook.cook({}, TRANSCRIBE).status == 200
        assert cook.cook({"with": {"language": "ru"}}, TRANSCRIBE).status == 400

    def test_a_bound(self, edited: MakeKitchen) -> None:
        cook = edited("fishaudio-org", {"/components/schemas/TranscriptionRequest/properties/language/maxLength": 2})

        assert cook.cook({"with": {"language": "eng"}}, TRANSCRIBE).status == 400

    def test_a_default(self, edited: MakeKitchen) -> None:
        cook = edited("fishaudio-org", {"/components/schemas/TranscriptionRequest/properties/language/default": "fr"})
        stand_in = {"with": {"audioUrl": "https://cdn.example.org/talk.mp3"}, "without": ["language"]}

        words = set(cook.cook(stand_in, TRANSCRIBE).json()["text"].split())

        assert words <= {*"nous avons parlé du nouveau plan et de la suite avec le client pour cette semaine".split()}  # noqa: SIM905

    def test_a_price(self, edited: MakeKitchen) -> None:
        pointer = "/paths/~1api~1open~1v1~1speech~1transcriptions/post/x-voice-billing/steps/0/give"
        cook = edited("fishaudio-org", {pointer: 5})

        assert cook.cook({}, TRANSCRIBE).json()["credits_used"] == 62

    def test_an_error_status(self, edited: MakeKitchen) -> None:
        cook = edited("fishaudio-org", {"/x-voice-errors/insufficient_credits/status": 403})

        assert cook.cook({"role": "mock-empty"}, TRANSCRIBE).status == 403

    def test_a_header(self, edited: MakeKitchen) -> None:
        source = {"seen": "assumed", "source": "family"}
        header = {"schema": {"type": "integer"}, "x-voice-value": "balance", "x-voice-source": source}
        pointer = "/paths/~1api~1open~1v1~1profile/get/responses/200/headers"
        cook = edited("fishaudio-org", {pointer: {"X-Credits-Left": header}})

        assert cook.cook({}, "getProfile").headers["x-credits-left"] == "988000"


class TestItsOwnWords:
    """What stands in a body is the provider's; what helps stands in the hint."""

    @pytest.mark.parametrize(
        "recipe",
        [
            {"raw": ""},
            {"raw": '{"audioUrl": NaN}'},
            {"raw": '{"audioUrl": "\\ud800"}'},
            {"raw": '{"a": ' + "[" * 5_000},
            {"media": "text/plain"},
            {"media": "application/json; charset=latin-1"},
            {"without": ["audioUrl"]},
            {"with": {"audioUrl": 1}},
        ],
    )
    def test_a_request_it_cannot_read_gets_the_published_message(
        self, kitchen: MakeKitchen, recipe: dict[str, Any]
    ) -> None:
        answer = kitchen("fishaudio-org").cook(recipe, TRANSCRIBE)

        shown = {name: answer.json()[name] for name in ("code", "message")}
        assert (answer.status, shown) == (
            400,
            {"code": "invalid_request", "message": "The request payload is invalid."},
        )

    @pytest.mark.parametrize(
        ("url", "help_beside"),
        [
            ("https://slow.mock.test/a.mp3", "the reserved name slow.mock.test"),
            ("https://nosuch.mock.test/a.mp3", "is not a reserved name"),
            ("https://clips.mock.test/nope.mp3", "no fixture"),
            ("ftp://example.com/a.mp3", "the scheme"),
        ],
    )
    def test_a_url_it_cannot_fetch_says_nothing_of_the_simulator(
        self, kitchen: MakeKitchen, url: str, help_beside: str
    ) -> None:
        answer = kitchen("fishaudio-org").cook({"with": {"audioUrl": url}}, TRANSCRIBE)

        assert (answer.status, answer.json()["message"]) == (400, "The audio URL is invalid or cannot be reached.")
        assert help_beside in answer.headers["x-mockvoice-hint"]


@pytest.mark.parametrize("name", ["get.php?id=1", "call-2024.05.12", "rec.mpga", "rec.opus", "rec"])
def test_any_public_url_that_may_be_audio_is_transcribed(kitchen: MakeKitchen, name: str) -> None:
    answer = kitchen("fishaudio-org").cook({"with": {"audioUrl": f"https://cdn.example.org/{name}"}}, TRANSCRIBE)

    assert answer.status == 200


def test_a_url_that_is_certainly_no_audio_is_refused(kitchen: MakeKitchen) -> None:
    answer = kitchen("fishaudio-org").cook({"with": {"audioUrl": "https://cdn.example.org/a.pdf"}}, TRANSCRIBE)

    assert (answer.status, answer.json()["message"]) == (400, "The audio is of an unsupported type.")


def test_a_language_hint_has_no_length(kitchen: MakeKitchen) -> None:
    answer = kitchen("fishaudio-org").cook({"with": {"language": "en" + "-x" * 100}}, TRANSCRIBE)

    assert answer.status == 200


def test_a_fresh_profile_is_the_published_example(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-org")
    content = cook.spec.place("getProfile")[2]["responses"]["200"]["content"]["application/json"]

    answer = cook.cook({}, "getProfile")

    assert answer.json() == content["examples"]["published"]["value"]
    assert answer.json() == {"user_id": "user_123", "api_quota_remaining": 988000, "tier": "pro", "credits": 1200}


def test_no_code_that_nobody_lists_counts_as_a_fact(kitchen: MakeKitchen) -> None:
    """B.4-10: codes other than invalid_request are not listed."""
    errors = kitchen("fishaudio-org").spec.document["x-voice-errors"]

    assert {code for code, row in errors.items() if row["seen"] != "assumed"} == {"invalid_request"}


def test_segments_are_optional_as_the_page_asks(kitchen: MakeKitchen) -> None:
    schema = kitchen("fishaudio-org").spec.document["components"]["schemas"]["Transcription"]

    assert schema["required"] == ["text", "duration", "credits_used", "quota_remaining"]


@pytest.mark.parametrize("value", ["whatever", "Basic abc", "Token t"])
@pytest.mark.parametrize("provider", ["fishaudio-org", "fishaudio-net"])
def test_any_token_is_taken_in_whatever_form_when_asked_to(kitchen: MakeKitchen, provider: str, value: str) -> None:
    cook = kitchen(provider, accept_any_token=True)

    def ask(authorization: str) -> Answer:
        return cook.cook({"headers": {"authorization": authorization}}, "getProfile")

    assert ask(value).status == 200
    assert cook.desk.roster.find(value) is cook.desk.roster.everyone()[-1]
    assert [ask(empty).status for empty in ("", " ", "Bearer", "Bearer ")] == [401] * 4
