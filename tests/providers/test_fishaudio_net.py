"""fishaudio-net: what its own page says beyond what holds for every provider."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mockvoice.audio.clips import ClipLibrary
from mockvoice.audio.remote import StandIn, look_up
from mockvoice.openapi.choices import choose
from mockvoice.openapi.model import Spec
from mockvoice.openapi.recipes import provocations_of
from tests.harness.recipes import Kitchen
from tests.harness.specs import document
from tests.harness.wire import Answer, Client
from tests.providers.test_every_provider import check_against_schema

MakeKitchen = Callable[..., Kitchen]
NET = "fishaudio-net"
TRANSCRIBE = "speechToText"
TRANSCRIBE_PATH = f"/{NET}/api/open/speech-to-text"
PROFILE_PATH = f"/{NET}/api/open/profile"
POST_OPERATION = "/paths/~1api~1open~1speech-to-text/post"
EXAMPLE_URL = "https://example.com/audio.mp3"
EXAMPLE_TEXT = "This is the transcription result."
FRENCH = "nous avons parlé du nouveau plan et de la suite avec le client pour cette semaine"
JSON_HEADER = ("content-type", "application/json")


def quota(cook: Kitchen, role: str = "mock-funded") -> int:
    found: int = cook.cook({"operation": "getProfile", "role": role}).json()["api_quota_remaining"]
    return found


def transcribe(cook: Kitchen, **fields: Any) -> Answer:
    return cook.cook({"with": fields}, TRANSCRIBE)


def clip(name: str) -> str:
    return f"https://clips.mock.test/{name}"


def url_lasting(milliseconds: int) -> str:
    """Return an address whose stand-in has exactly this length."""
    for number in itertools.count():
        url = f"https://cdn.example.org/{number}.mp3"
        found = look_up(url, ClipLibrary(()), {}, (), None)
        if isinstance(found, StandIn) and found.milliseconds == milliseconds:
            return url
    raise AssertionError


def send(cook: Kitchen, body: Any, *headers: tuple[str, str], path: str = TRANSCRIBE_PATH) -> Answer:
    return cook.client.send("POST", path, [JSON_HEADER, *headers], orjson.dumps(body))


class TestTheTranscript:
    def test_the_pages_own_example_is_transcribed(self, kitchen: MakeKitchen) -> None:
        answer = kitchen(NET).cook({}, TRANSCRIBE)

        assert answer.json() == {
            "text": EXAMPLE_TEXT,
            "duration": 12.4,
            "segments": [{"text": EXAMPLE_TEXT, "start": 5.139, "end": 6.675}],
            "credits_used": 3,
            "quota_remaining": 987997,
        }

    def test_only_the_audio_url_is_required(self, kitchen: MakeKitchen) -> None:
        answer = send(kitchen(NET), {"audio_url": EXAMPLE_URL}, ("authorization", "Bearer mock-funded"))

        assert (answer.status, answer.json()["text"]) == (200, EXAMPLE_TEXT)

    @pytest.mark.parametrize("kind", ["mp3", "wav", "flac", "ogg", "m4a", "webm", "aac"])
    def test_each_format_of_the_page_is_heard(self, kitchen: MakeKitchen, kind: str) -> None:
        body = transcribe(kitchen(NET), audio_url=clip(f"hello-en.{kind}")).json()

        assert body["text"] == "Hello, how can I help you today?"
        assert 2.3 <= body["duration"] <= 2.5

    @pytest.mark.parametrize("kind", ["mp3", "wav", "m4a", "ogg", "webm", "flac", "aac", "wma", "MP3"])
    def test_each_file_type_of_the_page_is_taken(self, kitchen: MakeKitchen, kind: str) -> None:
        assert transcribe(kitchen(NET), audio_url=f"https://cdn.example.org/talk.{kind}").status == 200

    @pytest.mark.parametrize("kind", ["pdf", "opus", "mp4", "txt"])
    def test_another_file_type_is_a_bad_request(self, kitchen: MakeKitchen, kind: str) -> None:
        answer = transcribe(kitchen(NET), audio_url=f"https://cdn.example.org/talk.{kind}")

        assert (answer.status, answer.json()["code"]) == (400, "invalid_audio")

    def test_a_file_name_speaks_for_the_format_instead_of_the_url(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        talk = "https://cdn.example.org/talk"

        statuses = [
            transcribe(cook, audio_url=talk).status,
            transcribe(cook, audio_url=talk, file_name="talk.mp3").status,
            transcribe(cook, audio_url=f"{talk}.pdf", file_name="talk.mp3").status,
            transcribe(cook, audio_url=f"{talk}.mp3", file_name="talk.pdf").status,
        ]

        assert statuses == [200, 200, 200, 400]

    @pytest.mark.parametrize("language", ["auto", "zh", "en", "ja", "ko", "fr", "de", "es", "ar"])
    def test_each_language_of_the_page_is_taken(self, kitchen: MakeKitchen, language: str) -> None:
        assert transcribe(kitchen(NET), language=language).status == 200

    @pytest.mark.parametrize("language", ["ru", "EN", "", "english", None, 1])
    def test_a_language_that_is_not_listed_is_a_bad_request(self, kitchen: MakeKitchen, language: object) -> None:
        answer = transcribe(kitchen(NET), language=language)

        assert (answer.status, answer.json()["code"]) == (400, "invalid_request")

    def test_a_clip_keeps_its_own_language(self, kitchen: MakeKitchen) -> None:
        texts = {
            transcribe(kitchen(NET), audio_url=clip("hello-fr.mp3"), language=language).json()["text"]
            for language in ("auto", "fr", "en", "zh")
        }

        assert texts == {"Bonjour, comment puis-je vous aider ?"}

    def test_other_audio_is_in_the_language_that_was_asked_for(self, kitchen: MakeKitchen) -> None:
        answer = transcribe(kitchen(NET), audio_url="https://cdn.example.org/talk.mp3", language="fr")

        assert set(answer.json()["text"].split()) <= set(FRENCH.split())

    def test_auto_hears_other_audio_as_english(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        talk = "https://cdn.example.org/talk.mp3"

        auto, english = (transcribe(cook, audio_url=talk, language=one).json()["text"] for one in ("auto", "en"))

        assert auto == english

    def test_segments_are_in_order_inside_the_duration_and_make_up_the_text(self, kitchen: MakeKitchen) -> None:
        body = transcribe(kitchen(NET), audio_url=clip("dialogue-en.mp3")).json()
        times = [time for one in body["segments"] for time in (one["start"], one["end"])]

        assert len(body["segments"]) > 1
        assert times == sorted(times)
        assert times[-1] <= body["duration"] == 7.824
        assert " ".join(one["text"] for one in body["segments"]) == body["text"]

    def test_silence_has_no_text_and_no_segments(self, kitchen: MakeKitchen) -> None:
        body = transcribe(kitchen(NET), audio_url=clip("silence.wav")).json()

        assert (body["text"], body["segments"], body["duration"], body["credits_used"]) == ("", [], 2.0, 1)

    @pytest.mark.parametrize("reading", ["empty", "without-times"])
    def test_ignored_timestamps_change_the_segments_and_nothing_else(self, kitchen: MakeKitchen, reading: str) -> None:
        def heard(ignore: bool) -> dict[str, Any]:
            cook = kitchen(NET, choices={f"{NET}.ignore-timestamps": reading})
            body = transcribe(cook, audio_url=clip("dialogue-en.mp3"), ignore_timestamps=ignore).json()
            assert isinstance(body, dict)
            return body

        timed, untimed = heard(ignore=False), heard(ignore=True)
        expected = {"empty": [], "without-times": [{"text": one["text"]} for one in timed["segments"]]}[reading]

        assert untimed == {**timed, "segments": expected}


class TestTheAudioBehindTheUrl:
    @pytest.mark.parametrize(
        ("host", "status", "code"),
        [
            ("unreachable", 400, "invalid_audio_url"),
            ("slow", 400, "invalid_audio_url"),
            ("gone", 404, "not_found"),
            ("not-audio", 400, "invalid_audio"),
            ("corrupt", 400, "invalid_audio"),
            ("too-large", 413, "payload_too_large"),
            ("broken", 500, "server_error"),
        ],
    )
    def test_each_condition_has_its_status(self, kitchen: MakeKitchen, host: str, status: int, code: str) -> None:
        answer = transcribe(kitchen(NET), audio_url=f"https://{host}.mock.test/a.mp3")

        assert (answer.status, answer.json()["code"]) == (status, code)

    @pytest.mark.parametrize(
        ("name", "status"),
        [("not-audio.mp3", 400), ("empty.wav", 400), ("corrupt.flac", 400), ("nothing-of-the-kind.mp3", 404)],
    )
    def test_a_fixture_is_judged_by_its_bytes(self, kitchen: MakeKitchen, name: str, status: int) -> None:
        assert transcribe(kitchen(NET), audio_url=clip(name)).status == status

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/a.mp3", "http://localhost/a.mp3", "http://[::1]/a.mp3", "http://10.0.0.1/a.mp3",
            "http://169.254.169.254/a.mp3", "ftp://cdn.example.org/a.mp3", "file:///etc/passwd", "https:///a.mp3",
            "https://[a/a.mp3", "a.mp3", "", "data:audio/mp3;base64,AAAA",
        ],
    )  # fmt: skip
    def test_a_url_that_is_not_public_is_a_bad_request(self, kitchen: MakeKitchen, url: str) -> None:
        assert transcribe(kitchen(NET), audio_url=url).status == 400

    def test_a_request_that_fails_is_free(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        for host in cook.spec.hosts:
            transcribe(cook, audio_url=f"https://{host}/a.mp3")

        assert quota(cook) == 988000

    def test_a_failure_inside_the_service_releases_its_hold(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        answer = cook.cook({"headers": {"x-mockvoice-fault": "server_error"}}, TRANSCRIBE)

        assert answer.status == 500
        assert quota(cook) == 988000


class TestCredits:
    @pytest.mark.parametrize(
        ("milliseconds", "price"), [(5_900, 1), (6_000, 1), (6_100, 2), (12_000, 2), (60_000, 10), (60_100, 11)]
    )
    def test_each_started_six_seconds_cost_a_credit(self, kitchen: MakeKitchen, milliseconds: int, price: int) -> None:
        body = transcribe(kitchen(NET), audio_url=url_lasting(milliseconds)).json()

        assert (body["duration"], body["credits_used"]) == (milliseconds / 1000, price)
        assert body["quota_remaining"] == 988000 - price

    @pytest.mark.parametrize(("milliseconds", "price"), [(2_000, 10), (60_000, 10), (60_100, 20)])
    def test_under_started_minute_each_one_costs_ten(self, kitchen: MakeKitchen, milliseconds: int, price: int) -> None:
        cook = kitchen(NET, choices={f"{NET}.price": "started-minute"})

        assert transcribe(cook, audio_url=url_lasting(milliseconds)).json()["credits_used"] == price

    @pytest.mark.parametrize("reading", ["pro-rata", "started-minute"])
    def test_credit_for_exactly_one_request_pays_for_one(self, kitchen: MakeKitchen, reading: str) -> None:
        cook = kitchen(NET, choices={f"{NET}.price": reading})

        first = cook.cook({"role": "mock-low"}, TRANSCRIBE)
        second = cook.cook({"role": "mock-low"}, TRANSCRIBE)

        assert (first.status, first.json()["quota_remaining"]) == (200, 0)
        assert second.status == 402

    def test_a_credit_too_few_is_refused_and_stays(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        dear = {"role": "mock-low", "with": {"audio_url": url_lasting(18_100)}}

        answer = cook.cook(dear, TRANSCRIBE)

        assert answer.status == 402
        assert answer.json() == {"error": "Insufficient credits", "remaining_quota": 3, "required_quota": 4}
        assert quota(cook, "mock-low") == 3

    def test_under_429_short_credits_have_the_common_shape(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET, choices={f"{NET}.credits-short": "429"})

        answer = cook.cook({"role": "mock-empty"}, TRANSCRIBE)

        assert answer.status == 429
        assert answer.json() == {
            "error": "Insufficient credits",
            "details": "required 3, remaining 0",
            "code": "insufficient_credits",
        }

    @pytest.mark.parametrize("code", ["insufficient_credits", "insufficient_credits_429"])
    def test_either_shape_can_be_asked_for_and_fits_its_schema(self, kitchen: MakeKitchen, code: str) -> None:
        cook = kitchen(NET)

        answer = cook.cook({"headers": {"x-mockvoice-fault": code}}, TRANSCRIBE)

        assert answer.status == cook.spec.errors[code].status
        check_against_schema(cook.spec, TRANSCRIBE, answer)
        assert quota(cook) == 988000

    def test_two_hundred_at_once_never_overspend(self, kitchen: MakeKitchen) -> None:
        """mock-low's 3 credits pay for exactly one, whether its key comes in the header or in the body."""
        cook = kitchen(NET)
        by_header = [JSON_HEADER, ("authorization", "Bearer mock-low")]
        plain = orjson.dumps({"audio_url": EXAMPLE_URL})
        keyed = orjson.dumps({"audio_url": EXAMPLE_URL, "token": "mock-low"})

        answers = cook.client.send_all([
            ("POST", TRANSCRIBE_PATH, *one) for one in ((by_header, plain), ([JSON_HEADER], keyed)) for _ in range(100)
        ])  # fmt: skip

        assert sorted(answer.status for answer in answers) == [200] + [402] * 199
        assert quota(cook, "mock-low") == 0

    def test_audio_nobody_heard_yet_is_paid_for_once_by_each_of_two_hundred(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        body = orjson.dumps({"audio_url": clip("hello-en.mp3"), "token": "mock-other"})

        answers = cook.client.send_all([("POST", TRANSCRIBE_PATH, [JSON_HEADER], body)] * 200)

        assert [answer.status for answer in answers] == [200] * 200
        assert len({answer.json()["quota_remaining"] for answer in answers}) == 200
        assert quota(cook, "mock-other") == 988000 - 200

    def test_the_ordinary_credits_are_not_drawn_on(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        before = cook.cook({}, "getProfile").json()

        cook.cook({}, TRANSCRIBE)

        assert cook.cook({}, "getProfile").json() == {**before, "api_quota_remaining": 987997}
        assert before["credits"] == 1200


class TestTheToken:
    HEADER = ("authorization", "Bearer mock-funded")

    def test_header_and_body_are_both_ways_in(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        by_header = send(cook, {"audio_url": EXAMPLE_URL}, self.HEADER)
        by_body = send(cook, {"audio_url": EXAMPLE_URL, "token": "mock-other"})

        assert (by_header.status, by_body.status) == (200, 200)
        assert (quota(cook), quota(cook, "mock-other")) == (987997, 987997)

    def test_without_either_there_is_no_way_in(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        answers = [send(cook, {"audio_url": EXAMPLE_URL}), send(cook, {}, path=PROFILE_PATH)]

        assert [(one.status, one.json()["code"]) for one in answers] == [(401, "missing_token")] * 2

    @pytest.mark.parametrize("token", ["", None, 1, ["mock-funded"], {"a": "mock-funded"}])
    def test_a_token_that_is_no_text_is_no_token(self, kitchen: MakeKitchen, token: object) -> None:
        answer = send(kitchen(NET), {"audio_url": EXAMPLE_URL, "token": token})

        assert (answer.status, answer.json()["code"]) == (401, "missing_token")

    @pytest.mark.parametrize(("token", "status"), [("nobody", 401), ("mock-revoked", 401), ("mock-forbidden", 403)])
    def test_a_key_in_the_body_is_judged_as_one_in_the_header(
        self, kitchen: MakeKitchen, token: str, status: int
    ) -> None:
        cook = kitchen(NET)

        by_body = send(cook, {"audio_url": EXAMPLE_URL, "token": token})
        by_header = send(cook, {"audio_url": EXAMPLE_URL}, ("authorization", f"Bearer {token}"))

        assert by_body.status == status
        assert by_body.body == by_header.body

    @pytest.mark.parametrize(
        ("reading", "header", "body", "status"),
        [
            ("header", "mock-funded", "nobody", 200),
            ("header", "nobody", "mock-funded", 401),
            ("body", "mock-funded", "nobody", 401),
            ("body", "nobody", "mock-funded", 200),
        ],
    )
    @pytest.mark.parametrize("path", [TRANSCRIBE_PATH, PROFILE_PATH])
    def test_of_two_tokens_the_chosen_one_counts(
        self, kitchen: MakeKitchen, reading: str, header: str, body: str, status: int, path: str
    ) -> None:
        cook = kitchen(NET, choices={f"{NET}.two-tokens": reading})

        answer = send(cook, {"audio_url": EXAMPLE_URL, "token": body}, ("authorization", f"Bearer {header}"), path=path)

        assert answer.status == status

    def test_of_two_valid_tokens_the_header_pays(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        send(cook, {"audio_url": EXAMPLE_URL, "token": "mock-other"}, self.HEADER)

        assert (quota(cook), quota(cook, "mock-other")) == (987997, 988000)

    def test_a_get_takes_the_header_only(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        answer = cook.client.send("GET", PROFILE_PATH, [JSON_HEADER], b'{"token": "mock-funded"}')

        assert answer.status == 401

    def test_the_key_of_an_account_is_never_in_a_refusal(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        key = "a-key-that-nobody-has"

        for answer in (cook.cook({"token": key}, TRANSCRIBE), send(cook, {"audio_url": EXAMPLE_URL, "token": key})):
            assert key not in answer.body.decode() + repr(answer.header_list)


class TestTheProfile:
    def test_get_and_post_tell_the_same(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        expected = {"user_id": "user_123", "api_quota_remaining": 988000, "tier": "pro", "credits": 1200}

        by_body = send(cook, {"token": "mock-funded"}, path=PROFILE_PATH)

        assert cook.cook({}, "getProfile").json() == expected
        assert cook.cook({}, "postProfile").json() == by_body.json() == expected

    def test_members_nobody_knows_are_left_alone(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        before = cook.cook({}, "getProfile").body

        answer = cook.cook({"with": {"credits": 5, "tier": "enterprise"}}, "postProfile")

        assert (answer.status, answer.body) == (200, before)

    def test_under_optional_a_post_needs_no_body(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET, choices={f"{NET}.profile-body": "optional"})
        headers = [("authorization", "Bearer mock-funded")]

        assert cook.client.send("POST", PROFILE_PATH, headers).status == 200
        assert cook.client.send("POST", PROFILE_PATH).status == 401


class TestWhoMayNot:
    def test_a_barred_account_is_barred_from_everything(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        statuses = {one: cook.cook({"role": "mock-forbidden"}, one).status for _, _, one in cook.spec.routes}

        assert statuses == dict.fromkeys(statuses, 403)

    def test_under_not_pro_a_free_account_has_a_profile_and_no_transcripts(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET, choices={f"{NET}.forbidden": "not-pro"})
        free = {"role": "mock-forbidden"}
        others = ("getProfile", "postProfile", "textToSpeech", "textToSpeechV2")

        answers = {one: cook.cook(free, one) for one in (TRANSCRIBE, *others)}

        assert {one: answer.status for one, answer in answers.items()} == {
            one: 403 if one == TRANSCRIBE else 200 for one in answers
        }  # fmt: skip
        assert answers[TRANSCRIBE].json()["error"] == "Access forbidden"
        assert answers["getProfile"].json()["api_quota_remaining"] == 988000

    @pytest.mark.parametrize("role", ["mock-funded", "mock-unlimited"])
    def test_under_not_pro_pro_and_enterprise_still_may(self, kitchen: MakeKitchen, role: str) -> None:
        cook = kitchen(NET, choices={f"{NET}.forbidden": "not-pro"})

        assert cook.cook({"role": role}, TRANSCRIBE).status == 200


class TestLimits:
    def test_the_window_opens_again(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        inside = [cook.cook({"role": "mock-limited"}, TRANSCRIBE).status for _ in range(2)]
        cook.client.advance(60)

        assert inside == [200, 429]
        assert cook.cook({"role": "mock-limited"}, TRANSCRIBE).status == 200

    def test_sixty_calls_of_any_kind_fit_into_a_minute(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)
        limited = {"role": "mock-limited"}
        cook.cook(limited, TRANSCRIBE)
        cook.client.advance(60)

        statuses = [
            cook.cook(limited, one).status for one in itertools.islice(itertools.cycle((TRANSCRIBE, "getProfile")), 61)
        ]

        assert statuses == [200] * 60 + [429]

    def test_a_refusal_for_calling_too_often_is_free_and_has_no_headers(self, kitchen: MakeKitchen) -> None:
        """None are documented."""
        cook = kitchen(NET)

        answer = cook.cook({"role": "mock-limited", "times": 2}, TRANSCRIBE)
        cook.client.advance(60)

        assert set(answer.headers) == {"content-type", "content-length", "x-mockvoice-hint"}
        assert quota(cook, "mock-limited") == 987997


class TestWhichFaultSpeaksFirst:
    def test_the_key_before_the_request(self, kitchen: MakeKitchen) -> None:
        assert kitchen(NET).cook({"token": "nobody", "without": ["audio_url"]}, TRANSCRIBE).status == 401

    def test_the_limit_before_the_request(self, kitchen: MakeKitchen) -> None:
        recipe = {"role": "mock-limited", "without": ["audio_url"], "times": 2}

        assert kitchen(NET).cook(recipe, TRANSCRIBE).status == 429

    def test_the_request_before_the_audio(self, kitchen: MakeKitchen) -> None:
        bad = {"audio_url": "https://gone.mock.test/a.mp3", "language": "ru"}

        assert transcribe(kitchen(NET), **bad).status == 400

    def test_the_audio_before_the_credits(self, kitchen: MakeKitchen) -> None:
        recipe = {"role": "mock-empty", "with": {"audio_url": "https://gone.mock.test/a.mp3"}}

        assert kitchen(NET).cook(recipe, TRANSCRIBE).status == 404

    def test_a_body_that_may_hold_the_key_is_read_before_the_key_is_judged(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET)

        without = cook.client.send("POST", TRANSCRIBE_PATH, [JSON_HEADER], b'{"token": ')
        beside = cook.client.send("POST", TRANSCRIBE_PATH, [JSON_HEADER, ("authorization", "Bearer nobody")], b"{")

        assert (without.status, beside.status) == (400, 401)


class TestErrors:
    @staticmethod
    def bodies(cook: Kitchen) -> dict[str, dict[str, Any]]:
        """Provoke everything; return the bodies by error code."""
        found = {}
        every = [one for _, _, one in cook.spec.routes]
        for _, row in provocations_of(cook.spec.document):
            operations = cook.spec.document["x-voice-errors"][row["code"]].get("operations", every)
            operation = row["request"].get("operation", row.get("operations", operations)[0])
            found[row["code"]] = cook.cook(row["request"], operation).json()
        return found

    def test_an_error_names_what_is_wrong_and_a_code(self, kitchen: MakeKitchen) -> None:
        answer = kitchen(NET).cook({"without": ["audio_url"]}, TRANSCRIBE)

        assert answer.json() == {
            "error": "Invalid request parameters",
            "details": "audio_url: is required",
            "code": "invalid_request",
        }

    def test_under_bare_no_error_has_details_or_code(self, kitchen: MakeKitchen) -> None:
        bodies = self.bodies(kitchen(NET, choices={f"{NET}.error-members": "bare"}))

        assert set(bodies) == set(document(NET)["x-voice-errors"])
        quotas = {"error", "remaining_quota", "required_quota"}
        assert {code: set(body) for code, body in bodies.items() if not code.startswith("v2_")} == {
            code: quotas if code == "insufficient_credits" else {"error"}
            for code in bodies
            if not code.startswith("v2_")
        }

    def test_only_short_credits_tell_quotas(self, kitchen: MakeKitchen) -> None:
        bodies = self.bodies(kitchen(NET))

        assert [code for code, body in bodies.items() if "remaining_quota" in body] == ["insufficient_credits"]

    def test_any_two_readings_go_together(self) -> None:
        rows = document(NET)["x-voice-ambiguities"]
        pairs = [(row, reading) for row, ambiguity in rows.items() for reading in ambiguity["readings"]]

        for one, other in itertools.combinations(pairs, 2):
            if one[0] != other[0]:
                _, chosen = choose(document(NET), dict((one, other)))
                assert chosen.items() >= {one, other}

    def test_under_bare_and_429_short_credits_are_an_error_alone(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(NET, choices={f"{NET}.error-members": "bare", f"{NET}.credits-short": "429"})

        answer = cook.cook({"role": "mock-empty"}, TRANSCRIBE)

        assert (answer.status, answer.json()) == (429, {"error": "Insufficient credits"})

    @pytest.mark.parametrize("reading", ["402", "429"])
    def test_the_provocations_follow_the_chosen_status(self, kitchen: MakeKitchen, reading: str) -> None:
        cook = kitchen(NET, choices={f"{NET}.credits-short": reading})
        spec: Spec = cook.spec

        for _, row in provocations_of(spec.document):
            if row["code"].startswith("insufficient_credits"):
                answer = cook.cook(row["request"], row.get("operations", [TRANSCRIBE])[0])
                assert answer.status == spec.errors[row["code"]].status
                assert answer.headers["x-mockvoice-hint"].startswith(f"rule {row['code']};")


class TestTheSpecDrives:
    """A changed copy of the spec changes the wire; no Python is touched."""

    SCHEMA = "/components/schemas/SpeechToTextRequest/properties"

    def test_an_enum(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {f"{self.SCHEMA}/language/enum": ["auto", "ru"]})

        assert [transcribe(cook, language=one).status for one in ("auto", "ru", "zh")] == [200, 200, 400]

    def test_a_bound(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {f"{self.SCHEMA}/file_name/maxLength": 5})

        assert [transcribe(cook, file_name=one).status for one in ("a.mp3", "aa.mp3")] == [200, 400]

    def test_a_default(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {f"{self.SCHEMA}/ignore_timestamps/default": True})

        assert cook.cook({"without": ["ignore_timestamps"]}, TRANSCRIBE).json()["segments"] == []
        assert cook.cook({}, TRANSCRIBE).json()["segments"] != []

    def test_the_default_language(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {f"{self.SCHEMA}/language/default": "fr"})
        talk = {"with": {"audio_url": "https://cdn.example.org/talk.mp3"}, "without": ["language"]}

        assert set(cook.cook(talk, TRANSCRIBE).json()["text"].split()) <= set(FRENCH.split())

    def test_a_price(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {f"{POST_OPERATION}/x-voice-billing/steps/0/give": 60})

        assert cook.cook({}, TRANSCRIBE).json()["credits_used"] == 13

    def test_an_error_status(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {"/x-voice-errors/missing_token/status": 403})

        assert cook.cook({"role": None}, TRANSCRIBE).status == 403

    def test_a_condition_of_the_audio(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {"/x-voice-audio/timeout/refusal": "server_error"})

        assert transcribe(cook, audio_url="https://slow.mock.test/a.mp3").status == 500

    def test_the_file_types(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {"/x-voice-figures/audio-extensions/value": ["pdf"]})
        names = ("talk.pdf", "talk.mp3")

        statuses = [transcribe(cook, audio_url=f"https://cdn.example.org/{one}").status for one in names]

        assert statuses == [200, 400]

    def test_the_tiers(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {"/x-voice-figures/speech-to-text-tiers/value": ["enterprise"]})

        assert [cook.cook({"role": one}, TRANSCRIBE).status for one in ("mock-funded", "mock-unlimited")] == [403, 200]

    def test_the_member_that_carries_the_key(self, edited: MakeKitchen) -> None:
        cook = edited(NET, {f"{POST_OPERATION}/x-voice-body-credential": "api_token"})

        assert send(cook, {"audio_url": EXAMPLE_URL, "api_token": "mock-funded"}).status == 200
        assert send(cook, {"audio_url": EXAMPLE_URL, "token": "mock-funded"}).status == 401

    def test_the_name_of_a_header(self, edited: MakeKitchen) -> None:
        headers = "/components/responses/MethodNotAllowed/headers"
        allow = document(NET)["components"]["responses"]["MethodNotAllowed"]["headers"]["Allow"]
        cook = edited(NET, {headers: {"X-Methods": allow}})

        answer = cook.cook({"method": "PATCH"}, "getProfile")

        assert answer.headers["x-methods"] == "GET, POST"
        assert "allow" not in answer.headers


@pytest.mark.parametrize(
    ("url", "file_name", "status"),
    [
        ("https://example.com/audio.mp3", "x.pdf", 400),
        ("https://clips.mock.test/hello-en.mp3", "x.pdf", 400),
        ("https://clips.mock.test/hello-en.opus", None, 400),
        ("https://cdn.example.org/x.opus", None, 400),
        ("https://clips.mock.test/hello-en.opus", "x.mp3", 200),
        ("https://cdn.example.org/get.php?id=1", None, 200),
        ("https://cdn.example.org/call-2024.05.12", None, 200),
        ("https://cdn.example.org/rec.mpga", None, 200),
    ],
)
def test_the_name_decides_the_type_for_a_clip_as_for_any_url(
    kitchen: MakeKitchen, url: str, file_name: str | None, status: int
) -> None:
    cook = kitchen("fishaudio-net")
    members = {"audio_url": url} | ({} if file_name is None else {"file_name": file_name})

    answers = [cook.cook({"with": members}, TRANSCRIBE) for _ in range(2)]

    assert [one.status for one in answers] == [status] * 2


def test_a_file_name_counts_for_a_clip_that_was_heard_before(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-net")

    plain = cook.cook({}, TRANSCRIBE)
    named = cook.cook({"with": {"file_name": "x.pdf"}}, TRANSCRIBE)

    assert (plain.status, named.status) == (200, 400)


def test_what_one_provider_heard_is_not_taken_for_granted_by_another(simulate: Callable[..., Client]) -> None:
    client = simulate("fishaudio-net", "fishaudio-org")
    net, org = Kitchen(client, "fishaudio-net"), Kitchen(client, "fishaudio-org")
    url = "https://clips.mock.test/hello-en.opus"

    heard = org.cook({"with": {"audioUrl": url}}, "createTranscription")
    refused = net.cook({"with": {"audio_url": url}}, TRANSCRIBE)

    assert (heard.status, refused.status) == (200, 400)


def test_no_code_of_an_error_counts_as_a_fact(kitchen: MakeKitchen) -> None:
    """The document names no code; only the quota error of 402 is shown whole, and the second generation's of 400."""
    document = kitchen("fishaudio-net").spec.document
    facts = {code for code, row in document["x-voice-errors"].items() if row["seen"] != "assumed"}

    assert facts == {"insufficient_credits", "v2_invalid_request"}
    assert {document["x-voice-audio"][one]["seen"] for one in ("gone", "too-large")} == {"assumed"}
    readings = document["x-voice-ambiguities"]["too-large"]["readings"]
    assert readings["fetched-file"]["seen"] == "assumed"


def test_the_funded_account_is_that_of_the_published_profile(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-net")
    for operation in ("getProfile", "postProfile"):
        content = cook.spec.place(operation)[2]["responses"]["200"]["content"]["application/json"]
        example = content["examples"]["published"]["value"]

        assert example == {"user_id": "user_123", "api_quota_remaining": 1500, "tier": "free", "credits": 1000}
        assert cook.cook({}, operation).json()["user_id"] == example["user_id"]


def test_a_fault_is_one_that_the_operation_can_have(kitchen: MakeKitchen) -> None:
    cook = kitchen("fishaudio-net")

    own = cook.cook({"headers": {"x-mockvoice-fault": "audio_not_found"}}, TRANSCRIBE)
    of_another = cook.cook({"headers": {"x-mockvoice-fault": "not_found"}}, TRANSCRIBE)

    assert own.status == 404
    assert (of_another.status, of_another.media) == (400, "text/plain")
    assert b"this operation has no error 'not_found'" in of_another.body


def test_a_fault_of_the_body_names_what_a_broken_body_would(kitchen: MakeKitchen) -> None:
    answer = kitchen("fishaudio-net").cook({"headers": {"x-mockvoice-fault": "malformed_body"}}, TRANSCRIBE)

    assert answer.status == 400
    assert answer.json()["details"].startswith("expected valid JSON in UTF-8, got ")
