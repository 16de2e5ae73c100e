"""Lip-sync in both generations: what a job goes through, costs, shows, and how many there are."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]

# provider, operations (create, one, list), fields (video, audio), first state
GENERATIONS = {
    "fishaudio-net": (("createLipSync", "queryLipSync", "listLipSync"), ("video_url", "audio_url"), "pending"),
    "fishaudio-org": (("createLipSyncJob", "getLipSyncJob", "listLipSyncJobs"), ("videoUrl", "audioUrl"), "queued"),
}
BOTH = pytest.mark.parametrize("provider", GENERATIONS)
# hello-en.mp3 lasts 2.352 s, at ten credits a second.
PRICE = 24
CLIP = "https://clips.mock.test/hello-en.mp3"
FACE = "https://clips.mock.test/face.mp4"


class Jobs:
    """A client of one generation that knows its names."""

    def __init__(self, kitchen: Kitchen, provider: str) -> None:
        self.cook = kitchen
        self.provider = provider
        (self.create_, self.one_, self.list_), (self.video, self.audio), self.first = GENERATIONS[provider]

    def create(self, role: str = "mock-funded", **members: Any) -> Answer:
        named = {"video": self.video, "audio": self.audio}
        members = {"audio": CLIP, "video": FACE, **members}
        with_ = {named[name]: value for name, value in members.items()}
        return self.cook.cook({"operation": self.create_, "with": with_, "role": role})

    def made(self, role: str = "mock-funded", **members: Any) -> str:
        answer = self.create(role, **members)
        assert answer.status == 200, answer.body
        ident: str = answer.json()["data"]["id"]
        return ident

    def look(self, ident: str, role: str = "mock-funded") -> Answer:
        recipe: dict[str, Any] = {"path": {"jobId": ident}}
        if self.provider == "fishaudio-net":
            recipe = {"query": {"id": ident}}
        return self.cook.cook({"operation": self.one_, "role": role, **recipe})

    def job(self, ident: str, role: str = "mock-funded") -> dict[str, Any]:
        data: dict[str, Any] = self.look(ident, role).json()["data"]
        return data

    def listed(self, role: str = "mock-funded", **query: Any) -> dict[str, Any]:
        answer = self.cook.cook({"operation": self.list_, "query": query, "role": role})
        assert answer.status == 200, answer.body
        data: dict[str, Any] = answer.json()["data"]
        return data

    def balance(self, role: str = "mock-funded") -> int:
        left: int = self.cook.cook({"operation": "getProfile", "role": role}).json()["api_quota_remaining"]
        return left

    def leave(self, role: str, balance: int) -> None:
        next(one for one in self.cook.desk.roster.everyone() if one.role == role).ledger.fill(balance, 0.0)

    def wait(self, seconds: float = 60) -> None:
        self.cook.client.advance(seconds)


@pytest.fixture
def jobs(kitchen: MakeKitchen) -> Callable[..., Jobs]:
    return lambda provider, **settings: Jobs(kitchen(provider, **settings), provider)


MakeJobs = Callable[..., Jobs]


class TestAJob:
    @BOTH
    def test_it_goes_from_waiting_to_work_to_its_end(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        ident = one.made()

        seen = [one.job(ident)]
        for _ in range(5):
            one.wait(0.1)
            seen.append(one.job(ident))

        assert list(dict.fromkeys(job["status"] for job in seen)) == [one.first, "processing", "completed"]
        assert [job["progress"] for job in seen] == sorted(job["progress"] for job in seen)
        assert (seen[0]["progress"], seen[-1]["progress"]) == (0, 100)

    @BOTH
    def test_its_result_and_its_end_are_told_when_it_is_completed(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        ident = one.made()

        before = one.job(ident)
        one.wait()
        after = one.job(ident)

        assert (before["result_url"], before["completed_at"]) == (None, None)
        assert after["result_url"].startswith("http://127.0.0.1:8800/_mock/files/")
        assert after["completed_at"] == after["updated_at"] > after["created_at"]
        assert after["error_message"] is None

    @BOTH
    def test_it_is_told_the_same_way_again_and_again(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        ident = one.made()
        one.wait()

        first = one.look(ident).body
        one.wait(100_000)

        assert one.look(ident).body == first

    @BOTH
    @pytest.mark.parametrize("word", ["processing", "first"])
    def test_a_magic_video_makes_it_fail(self, jobs: MakeJobs, provider: str, word: str) -> None:
        one = jobs(provider)
        word = one.first if word == "first" else word
        ident = one.made(video=f"https://example.com/fail-while-{word}.mp4")

        one.wait()
        job = one.job(ident)

        assert (job["status"], job["result_url"], job["credits_used"]) == ("failed", None, 0)
        assert job["error_message"] == "The video could not be processed"

    @BOTH
    def test_a_video_without_a_face_makes_it_fail_in_the_end(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        ident = one.made(video="https://clips.mock.test/no-face.mp4")

        one.wait(0.15)
        assert one.job(ident)["status"] == "processing"
        one.wait()
        assert one.job(ident)["error_message"] == "No face was found in the video"

    @BOTH
    def test_ids_look_like_the_provider_s_and_are_the_same_for_the_same_seed(
        self, jobs: MakeJobs, provider: str
    ) -> None:
        ids = [jobs(provider).made() for _ in range(2)]

        assert ids[0] == ids[1]
        assert ids[0].startswith("lip_" if provider == "fishaudio-net" else "job_")

    @BOTH
    def test_it_is_nobody_else_s(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        ident = one.made()

        foreign, unknown = one.look(ident, "mock-other"), one.look("nothing-of-the-kind")

        assert (foreign.status, unknown.status) == (404, 404)
        assert foreign.json()["code"] == unknown.json()["code"] == "not_found"

    def test_one_generation_does_not_know_the_jobs_of_the_other(self, simulate: Callable[..., Any]) -> None:
        client = simulate(*GENERATIONS)
        ident = Jobs(Kitchen(client, "fishaudio-net"), "fishaudio-net").made()

        second = Jobs(Kitchen(client, "fishaudio-org"), "fishaudio-org")

        assert second.look(ident).status == 404
        assert second.listed()["statistics"]["total"] == 0

    def test_a_post_with_the_id_is_answered_as_the_get(self, jobs: MakeJobs) -> None:
        one = jobs("fishaudio-net")
        ident = one.made()

        answer = one.cook.cook({"operation": "postQueryLipSync", "with": {"id": ident}})

        assert answer.json() == one.look(ident).json()

    def test_a_key_in_the_body_is_none(self, jobs: MakeJobs) -> None:
        cook = jobs("fishaudio-net").cook

        statuses = [
            cook.cook({"operation": one, "role": None, "with": {"token": "mock-funded", "id": "x"}}).status
            for one in ("createLipSync", "postQueryLipSync", "postListLipSync")
        ]

        assert statuses == [401, 401, 401]


class TestMoney:
    @BOTH
    def test_it_is_set_aside_at_once(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        before = one.balance()
        one.made()
        at_once = one.balance()
        one.wait()

        assert (before - at_once, before - one.balance()) == (PRICE, PRICE)

    @BOTH
    def test_it_comes_back_when_the_job_fails_and_not_before(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        before = one.balance()
        one.made(video="https://example.com/fail-while-processing.mp4")

        assert one.balance() == before - PRICE
        one.wait(0.3)
        assert one.balance() == before - PRICE
        one.wait(0.2)
        assert one.balance() == before

    @BOTH
    def test_what_is_set_aside_cannot_be_spent_twice(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        one.leave("mock-low", PRICE)

        first, second = one.create("mock-low"), one.create("mock-low")
        one.wait()

        assert (first.status, second.status) == (200, 402)
        assert one.create("mock-low").status == 402

    @BOTH
    def test_credit_that_comes_back_can_be_spent(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        one.leave("mock-low", PRICE)
        one.made("mock-low", video="https://clips.mock.test/no-face.mp4")

        assert one.create("mock-low").status == 402
        one.wait()
        assert one.create("mock-low").status == 200

    def test_the_first_generation_tells_what_it_costs_and_what_is_left(self, jobs: MakeJobs) -> None:
        one = jobs("fishaudio-net")

        data = one.create().json()["data"]

        assert (data["credits_used"], data["remaining_credits"]) == (PRICE, 988_000 - PRICE)
        assert one.balance() == data["remaining_credits"]


class TestWhatIsGiven:
    @BOTH
    @pytest.mark.parametrize(
        ("member", "url", "statuses"),
        [
            ("video", "https://unreachable.mock.test/a.mp4", (400, 400)),
            ("video", "https://not-audio.mock.test/a.mp4", (400, 400)),
            ("video", "https://too-large.mock.test/a.mp4", (413, 413)),
            ("video", "https://gone.mock.test/a.mp4", (404, 400)),
            ("video", "https://corrupt.mock.test/a.mp4", (400, 422)),
            ("video", "https://broken.mock.test/a.mp4", (500, 500)),
            ("video", "https://example.com/face.mp3", (400, 400)),
            ("video", "https://example.com/face.png", (400, 400)),
            ("video", "https://10.0.0.7/face.mp4", (400, 400)),
            ("video", "ftp://example.com/face.mp4", (400, 400)),
            ("video", "https://clips.mock.test/corrupt.mp4", (400, 422)),
            ("video", "https://clips.mock.test/hello-en.mp3", (400, 400)),
            ("video", "https://clips.mock.test/not-audio.mp3", (400, 400)),
            ("audio", "https://gone.mock.test/a.mp3", (404, 400)),
            ("audio", "https://clips.mock.test/corrupt.flac", (400, 422)),
            ("audio", "https://clips.mock.test/lecture.flac", (400, 422)),
            ("audio", "https://clips.mock.test/no-face.mp4", (400, 400)),
        ],
    )
    def test_what_cannot_be_used_is_refused_for_nothing(
        self, jobs: MakeJobs, provider: str, member: str, url: str, statuses: tuple[int, int]
    ) -> None:
        one = jobs(provider)
        before = one.balance()

        answer = one.create(**{member: url})

        assert answer.status == statuses[[*GENERATIONS].index(provider)], answer.body
        assert (one.balance(), one.listed()["statistics"]["total"]) == (before, 0)

    @BOTH
    def test_its_own_film_can_be_the_video_and_the_audio_of_another_job(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        first = one.made()
        one.wait()
        url = one.job(first)["result_url"]

        answer = one.create(video=url, audio=url)

        assert answer.status == 200
        one.wait()
        assert one.job(answer.json()["data"]["id"])["credits_used"] == PRICE

    @BOTH
    def test_a_film_whose_time_is_over_is_gone(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        first = one.made()
        one.wait()
        url = one.job(first)["result_url"]
        one.wait(86_400)

        assert one.cook.client.send("GET", url.removeprefix("http://127.0.0.1:8800")).status == 403
        assert one.create(video=url).status == (404 if provider == "fishaudio-net" else 400)


class TestLists:
    @BOTH
    def test_newest_come_first_in_pages_that_add_up(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        ids = [one.made() for _ in range(5)]

        pages = [one.listed(page=page, limit=2) for page in (1, 2, 3, 4)]

        assert [job["id"] for page in pages for job in page["tasks"]] == ids[::-1]
        assert [page["pagination"] for page in pages] == [
            {"page": page, "limit": 2, "total": 5, "total_pages": 3, "has_more": page < 3} for page in (1, 2, 3, 4)
        ]

    @BOTH
    def test_a_state_narrows_the_list_and_not_the_statistics(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        failed = one.made(video="https://clips.mock.test/no-face.mp4")
        done = one.made()
        one.wait()
        new = one.made()

        found = {state: one.listed(status=state) for state in (one.first, "processing", "completed", "failed")}

        assert {state: [job["id"] for job in page["tasks"]] for state, page in found.items()} == {
            one.first: [new], "processing": [], "completed": [done], "failed": [failed],
        }  # fmt: skip
        assert all(
            page["statistics"] == {"total": 3, one.first: 1, "processing": 0, "completed": 1, "failed": 1}
            for page in found.values()
        )
        assert found["processing"]["pagination"]["total_pages"] == 0

    @BOTH
    def test_another_account_sees_its_own(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider)
        one.made()
        theirs = one.made("mock-other")

        assert [job["id"] for job in one.listed("mock-other")["tasks"]] == [theirs]

    @BOTH
    @pytest.mark.parametrize(
        "query", [{"page": "0"}, {"page": "x"}, {"limit": "0"}, {"limit": "51"}, {"limit": "1.5"}, {"status": "done"}]
    )
    def test_a_bad_question_is_refused(self, jobs: MakeJobs, provider: str, query: dict[str, str]) -> None:
        one = jobs(provider)

        assert one.cook.cook({"operation": one.list_, "query": query}).status == 400

    @pytest.mark.parametrize("member", [{"page": "1"}, {"limit": 51}, {"limit": None}, {"status": "queued"}])
    def test_a_bad_question_in_a_body_is_refused(self, jobs: MakeJobs, member: dict[str, Any]) -> None:
        cook = jobs("fishaudio-net").cook

        assert cook.cook({"operation": "postListLipSync", "with": member}).status == 400

    def test_a_limit_that_is_cut_shows_fifty(self, jobs: MakeJobs) -> None:
        one = jobs("fishaudio-net", choices={"fishaudio-net.lip-sync-limit": "cut"})

        assert one.listed(limit=80)["pagination"]["limit"] == 50
        posted = one.cook.cook({"operation": "postListLipSync", "with": {"limit": 80}})
        assert posted.json()["data"]["pagination"]["limit"] == 50

    @BOTH
    def test_a_list_is_cheap_with_a_hundred_thousand_jobs(self, jobs: MakeJobs, provider: str) -> None:
        """Compared with the same list of ten: no more than some times as long, where looking at each is thousands."""
        one = jobs(provider)

        def fastest() -> float:
            times = []
            for _ in range(5):
                begun = time.process_time()
                one.listed(status="completed", page=3, limit=2)
                times.append(time.process_time() - begun)
            return min(times)

        self._fill(one, 10)
        few = fastest()
        self._fill(one, 100_000)
        page = one.listed(status="completed", page=3, limit=2)

        assert page["statistics"]["total"] == 100_010
        assert fastest() < 10 * few + 0.01

    @staticmethod
    def _fill(one: Jobs, count: int) -> None:
        desk = one.cook.desk
        now = desk.world.clock.now()
        for _ in range(count):
            desk.start_task("lip-sync", "mock-funded", now, {"price": PRICE, "why": ""}, None)
        one.wait()


class TestReadings:
    def test_the_first_state_may_be_processing(self, jobs: MakeJobs) -> None:
        one = jobs("fishaudio-net", choices={"fishaudio-net.lip-sync-begins": "processing"})

        assert one.create().json()["data"]["status"] == "processing"

    @BOTH
    def test_members_without_a_value_may_be_left_out(self, jobs: MakeJobs, provider: str) -> None:
        one = jobs(provider, choices={f"{provider}.absent-members": "absent"})
        ident = one.made()

        assert {"result_url", "error_message", "completed_at"} & one.job(ident).keys() == set()
        one.wait()
        assert {"result_url", "completed_at"} <= one.job(ident).keys()
