"""Speech of the second generation: at once, behind an address, or as a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice.audio import codec
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
ORG = "fishaudio-org"
EMMA = "1ebff47088cac69f6a263d8ce1527e29"
TEXT = "We meet at noon."
HOST = "http://127.0.0.1:8800"


def speak(cook: Kitchen, operation: str = "createSpeech", role: str = "mock-funded", **members: Any) -> Answer:
    with_ = {"text": TEXT, "voiceId": EMMA, **members}
    without = [name for name, value in with_.items() if value is None]
    return cook.cook({"operation": operation, "with": with_, "without": without, "role": role})


def balance(cook: Kitchen) -> int:
    left: int = cook.cook({"operation": "getProfile"}).json()["api_quota_remaining"]
    return left


def job(cook: Kitchen, ident: str, role: str = "mock-funded") -> dict[str, Any]:
    found: dict[str, Any] = cook.cook({"operation": "getSpeechJob", "path": {"taskId": ident}, "role": role}).json()
    return found


class TestAtOnce:
    @pytest.mark.parametrize(
        ("form", "media", "container"),
        [("mp3", "audio/mpeg", "mp3"), ("wav", "audio/wav", "wav"), ("ogg", "audio/ogg", "ogg")],
    )
    def test_it_is_audio_of_the_format(self, kitchen: MakeKitchen, form: str, media: str, container: str) -> None:
        answer = speak(kitchen(ORG), format=form)

        assert (answer.status, answer.media) == (200, media)
        assert codec.examine(answer.body).container == container

    def test_it_costs_a_credit_for_each_character(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(ORG)
        before = balance(cook)

        speak(cook, text="Déjà 🙂")

        assert before - balance(cook) == 6

    @pytest.mark.parametrize("name", ["voiceId", "reference_id", "modelId"])
    def test_the_voice_goes_by_its_old_names_as_well(self, kitchen: MakeKitchen, name: str) -> None:
        cook = kitchen(ORG)
        plain = speak(cook).body

        members: dict[str, Any] = {"voiceId": None, name: EMMA}
        answer = speak(cook, **members)

        assert (answer.status, answer.body) == (200, plain)

    def test_of_two_names_the_present_one_counts(self, kitchen: MakeKitchen) -> None:
        assert speak(kitchen(ORG), reference_id="nobody").status == 200
        assert speak(kitchen(ORG), voiceId="nobody", reference_id=EMMA).status == 404

    @pytest.mark.parametrize(
        "members",
        [
            {"text": None}, {"text": ""}, {"text": 7}, {"text": "x" * 20_001}, {"voiceId": None}, {"voiceId": ""},
            {"voiceId": 7}, {"format": "midi"}, {"format": 3}, {"cache": "yes"},
        ],
    )  # fmt: skip
    def test_a_bad_request_is_refused_for_nothing(self, kitchen: MakeKitchen, members: dict[str, Any]) -> None:
        cook = kitchen(ORG)

        answers = [speak(cook, operation, **members) for operation in ("createSpeech", "createSpeechJob")]

        assert [(one.status, one.json()["code"]) for one in answers] == [(400, "invalid_request")] * 2
        assert balance(cook) == 988_000

    def test_a_voice_that_was_deleted_speaks_no_more(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(ORG)
        made = cook.cook({"operation": "createVoice"}).json()["id"]
        assert speak(cook, voiceId=made).status == 200
        assert speak(cook, voiceId=made, role="mock-other").status == 404

        cook.cook({"operation": "deleteVoice", "path": {"voiceId": made}})

        assert speak(cook, voiceId=made).status == 404


class TestBehindAnAddress:
    def test_the_address_serves_the_speech_until_its_time_is_over(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(ORG)
        plain = speak(cook, format="wav").body

        told = speak(cook, format="wav", cache=True).json()
        path = told["audio_url"].removeprefix(HOST)

        served = cook.client.send("GET", path)
        assert (served.status, served.media, served.body) == (200, "audio/wav", plain)
        cook.client.advance(3_600)
        assert cook.client.send("GET", path).status == 403

    def test_it_tells_what_it_costs_and_what_is_left(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(ORG)

        told = speak(cook, cache=True).json()

        assert (told["credits_used"], told["quota_remaining"]) == (len(TEXT), 988_000 - len(TEXT))
        assert balance(cook) == told["quota_remaining"]

    def test_what_is_said_is_heard(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(ORG)
        url = speak(cook, cache=True).json()["audio_url"]

        heard = cook.cook({"operation": "createTranscription", "with": {"audioUrl": url}})

        assert heard.json()["text"] == TEXT


class TestJobs:
    def made(self, cook: Kitchen, **members: Any) -> str:
        answer = speak(cook, "createSpeechJob", **members)
        assert (answer.status, answer.json()["status"]) == (202, "queued")
        ident: str = answer.json()["id"]
        return ident

    def test_one_is_queued_worked_on_and_completed(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(ORG)
        ident = self.made(cook)

        seen = [job(cook, ident)]
        for _ in range(4):
            cook.client.advance(0.12)
            seen.append(job(cook, ident))

        assert list(dict.fromkeys(one["status"] for one in seen)) == ["queued", "processing", "completed"]
        assert [one["status"] for one in seen if "audioUrl" in one] == ["completed"] * len(
            [one for one in seen if one["status"] == "completed"]
        )
        assert ident.startswith("task_")

    def test_its_address_serves_what_is_said_at_once(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(ORG)
        plain = speak(cook).body
        ident = self.made(cook)
        cook.client.advance(10)

        path = job(cook, ident)["audioUrl"].removeprefix(HOST)

        assert cook.client.send("GET", path).body == plain
        cook.client.advance(3_600)
        assert cook.client.send("GET", path).status == 403
        assert job(cook, ident)["status"] == "completed"

    @pytest.mark.parametrize("state", ["queued", "processing"])
    def test_one_that_fails_says_why_and_costs_nothing(self, kitchen: MakeKitchen, state: str) -> None:
        cook = kitchen(ORG)
        ident = self.made(cook, text=f"Please fail-while-{state}.")
        assert balance(cook) < 988_000

        cook.client.advance(10)

        assert job(cook, ident) == {
            "id": ident, "status": "failed", "code": "speech_failed", "message": "The speech could not be made",
        }  # fmt: skip
        assert balance(cook) == 988_000

    def test_the_price_is_set_aside_or_taken_at_the_end(self, kitchen: MakeKitchen) -> None:
        reserved, at_the_end = kitchen(ORG), kitchen(ORG, choices={f"{ORG}.job-charge": "on-success"})
        left: list[list[int]] = []
        for cook in (reserved, at_the_end):
            self.made(cook)
            self.made(cook, text="fail-while-processing")
            left.append([balance(cook)])
            cook.client.advance(10)
            left[-1].append(balance(cook))

        price, other = len(TEXT), len("fail-while-processing")
        assert left == [[988_000 - price - other, 988_000 - price], [988_000, 988_000 - price]]

    def test_whoever_cannot_pay_gets_no_job_under_either_reading(self, kitchen: MakeKitchen) -> None:
        for reading in ("reserved", "on-success"):
            cook = kitchen(ORG, choices={f"{ORG}.job-charge": reading})
            assert speak(cook, "createSpeechJob", "mock-empty").status == 402

    def test_one_is_nobody_else_s_and_of_its_own_kind(self, kitchen: MakeKitchen) -> None:
        cook = kitchen(ORG)
        ident = self.made(cook)

        assert job(cook, ident, "mock-other")["code"] == "not_found"
        assert job(cook, "task_nobody")["code"] == "not_found"
        assert cook.cook({"operation": "getLipSyncJob", "path": {"jobId": ident}}).status == 404
