"""voiceapi: the list of models. A catalogue of a few hundred voices, and in it what an account has cloned."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from typing import Any

import pytest

from mockvoice.audio.codec import examine
from mockvoice.audio.voice import spoken_milliseconds
from mockvoice.openapi.catalogue import made_voices
from mockvoice.openapi.recipes import BOUNDARY, form_body
from mockvoice.openapi.voices import voice_names
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.specs import spec

MakeKitchen = Callable[..., Kitchen]
EMMA = "615679944c012752681e7cf2cd62592f"
LIST, SUBMIT = "models_list", "tts_submit"
FRESH = {"refresh": "true"}
WRITTEN_OUT, MADE = 20, 300
ALL = WRITTEN_OUT + MADE


@pytest.fixture
def cook(kitchen: MakeKitchen) -> Kitchen:
    return kitchen("voiceapi")


def cloned(cook: Kitchen, title: str = "My own voice", role: str = "mock-funded") -> str:
    """The id of a model trained for an account."""
    submitted = cook.cook({"role": role, "with": {"title": title}}, "clone_submit")
    cook.client.advance(1)
    status = cook.cook({"role": role, "path": {"task_id": submitted.json()["task_id"]}}, "clone_status")
    found: str = status.json()["result"]["model_id"]
    return found


def listed(cook: Kitchen, role: str = "mock-funded", **query: Any) -> list[dict[str, Any]]:
    """What is listed, page by page to the end."""
    items: list[dict[str, Any]] = []
    for number in range(1, 20):
        page = cook.cook({"role": role, "query": {"page_size": 100, **query, "page_number": number}}, LIST).json()
        items += page["items"]
        if not page["items"]:
            assert page["total"] == len(items)
            return items
    raise AssertionError("no page is empty")


def titles(cook: Kitchen, **query: Any) -> list[str]:
    return [item["title"] for item in listed(cook, **query)]


class TestTheCatalogue:
    def test_it_has_a_few_hundred_voices_each_of_its_own(self, cook: Kitchen) -> None:
        items = listed(cook)

        assert len(items) == ALL
        for member in ("_id", "title", "like_count", "task_count", "created_at"):
            assert len({item[member] for item in items}) == ALL, member
        assert {item["visibility"] for item in items} == {"public"}
        assert max(item["created_at"] for item in items) < "2026-01-01"

    def test_it_is_the_same_in_every_run(self) -> None:
        words = spec("voiceapi").figure("made-voices")

        voices = made_voices(words)

        assert voices == made_voices(words)
        assert (len(voices), voices[0]["_id"], voices[0]["title"]) == (
            MADE,
            "3c83835221363c0c3317a0fc0120bc7e",
            "Deniz Warm Trailer",
        )

    def test_every_language_and_tag_has_several(self, cook: Kitchen) -> None:
        items = listed(cook)

        languages = {one for item in items for one in item["languages"]}
        tags = {one for item in items for one in item["tags"]}
        assert len(languages) >= 14
        assert all(len(listed(cook, language=one)) >= 20 for one in languages)
        assert all(len(listed(cook, tag=one)) >= 5 for one in tags - {"travel", "character"})

    def test_a_voice_that_is_made_speaks(self, cook: Kitchen) -> None:
        last = listed(cook)[-1]["_id"]

        assert cook.cook({"with": {"model_ids": [last]}}, SUBMIT).status == 202

    def test_a_made_voice_is_known_by_name_to_whoever_hears_it(self) -> None:
        names = set(voice_names(spec("voiceapi").document))

        assert {one["title"] for one in made_voices(spec("voiceapi").figure("made-voices"))} < names


class TestPages:
    def test_they_tell_the_total_and_do_not_overlap(self, cook: Kitchen) -> None:
        pages = [cook.cook({"query": {"page_size": 80, "page_number": number}}, LIST).json() for number in range(1, 7)]

        ids = [item["_id"] for page in pages for item in page["items"]]
        assert [(page["total"], len(page["items"])) for page in pages] == [(ALL, 80)] * 4 + [(ALL, 0)] * 2
        assert len({*ids}) == ALL
        assert len(cook.cook({}, LIST).json()["items"]) == 10
        for far in (10**17, 10**27):
            assert cook.cook({"query": {"page_number": far}}, LIST).json()["items"] == []

    @pytest.mark.parametrize("size", [1, 7, 100])
    def test_any_size_gives_the_same_list(self, cook: Kitchen, size: int) -> None:
        query = {"tag": "news", "page_size": size}
        wanted = titles(cook, tag="news")

        found = [
            item["title"]
            for number in range(1, -(-len(wanted) // size) + 1)
            for item in cook.cook({"query": {**query, "page_number": number}}, LIST).json()["items"]
        ]

        assert found == wanted


class TestTitles:
    @pytest.mark.parametrize("title", ["Emma", "emma", "Emna", "  EMMA  ", "emma clear", "Emma Claer Narator"])
    def test_one_is_found_in_spite_of_a_slip(self, cook: Kitchen, title: str) -> None:
        assert titles(cook, title=title)[0] == "Emma Clear Narrator"

    def test_every_voice_is_found_by_its_title_with_a_letter_wrong(self, cook: Kitchen) -> None:
        for item in listed(cook):
            title = item["title"]
            first = cook.cook({"query": {"title": title[:-2] + "q" + title[-1]}}, LIST).json()["items"][0]
            assert first["title"] == title

    def test_one_that_nobody_has_finds_nothing(self, cook: Kitchen) -> None:
        assert titles(cook, title="zzzz") == []
        assert titles(cook, title="grandmother") == []

    def test_by_score_the_likest_come_first_and_equals_by_their_likes(self, cook: Kitchen) -> None:
        found = listed(cook, title="velvet guide")

        exact = [item for item in found if item["title"].endswith("Velvet Guide")]
        assert found[: len(exact)] == exact
        assert len(exact) > 1
        likes = [item["like_count"] for item in exact]
        assert likes == sorted(likes, reverse=True)

    @pytest.mark.parametrize("order", ["task_count", "created_at"])
    def test_another_order_stays_what_it_is(self, cook: Kitchen, order: str) -> None:
        values = [item[order] for item in listed(cook, title="velvet guide", sort_by=order)]

        assert values == sorted(values, reverse=True)
        assert len(values) > 1

    def test_a_title_as_long_as_may_be_is_answered(self, cook: Kitchen) -> None:
        assert titles(cook, title="qx zq " * 33) == []
        assert titles(cook, title="Emma Clear " + "Narrator" * 23)[0] == "Emma Clear Narrator"


class TestFilters:
    def test_language_and_tags_have_to_fit_all(self, cook: Kitchen) -> None:
        both = listed(cook, language="zh", tag=["education", "energetic"])

        assert "Wei Confident Coach" in [item["title"] for item in both]
        assert all("zh" in item["languages"] and {"education", "energetic"} <= {*item["tags"]} for item in both)
        assert titles(cook, language="zh", tag="soft", title="lin xiao")[0] == "Lin Xiao Gentle"
        assert titles(cook, language="xx") == titles(cook, tag="nothing") == []
        assert len(listed(cook, language="", tag="", title="")) == ALL

    @pytest.mark.parametrize("query", [{"language": "ja"}, {"tag": "news"}, {"tag": ["male", "deep"]}])
    def test_what_fits_is_all_there(self, cook: Kitchen, query: dict[str, Any]) -> None:
        tags = query.get("tag", ())
        wanted = {tags} if isinstance(tags, str) else {*tags}

        found = titles(cook, **query)

        fitting = [
            item["title"]
            for item in listed(cook)
            if query.get("language", item["languages"][0]) in item["languages"] and wanted <= {*item["tags"]}
        ]
        assert found == fitting

    @pytest.mark.parametrize("order", ["score", "task_count", "created_at"])
    def test_it_is_sorted_highest_first(self, cook: Kitchen, order: str) -> None:
        # A score is not shown; the catalogue is best first by its likes.
        member = "like_count" if order == "score" else order

        values = [item[member] for item in listed(cook, sort_by=order)]

        assert values == sorted(values, reverse=True)


class TestOwnModels:
    def test_a_new_one_shows_at_once_with_refresh_and_after_a_while_without(self, cook: Kitchen) -> None:
        model_id = cloned(cook)
        shown = {}
        for passed in (0, 29, 30):
            cook.client.advance(29 if passed == 29 else 1 if passed == 30 else 0)
            shown[passed] = [
                cook.cook({"query": {"refresh": refresh}}, LIST).json()["total"] for refresh in ("true", "false")
            ]

        assert shown == {0: [ALL + 1, ALL], 29: [ALL + 1, ALL], 30: [ALL + 1, ALL + 1]}
        first = cook.cook({}, LIST).json()["items"][0]
        assert (first["_id"], first["title"], first["visibility"]) == (model_id, "My own voice", "private")
        assert first["created_at"] == "2026-01-01T00:00:00.000Z"

    def test_they_are_filtered_and_sorted_like_any(self, cook: Kitchen) -> None:
        cloned(cook, "Grandmother reading")

        assert titles(cook, title="grandmothre", **FRESH) == ["Grandmother reading"]
        assert titles(cook, language="en", **FRESH)[0] == "Emma Clear Narrator"
        assert titles(cook, sort_by="created_at", **FRESH)[0] == "Grandmother reading"
        assert titles(cook, sort_by="task_count", **FRESH)[-1] == "Grandmother reading"

    def test_white_space_is_no_title(self, cook: Kitchen) -> None:
        cloned(cook)

        assert titles(cook, title=" \t ", **FRESH) == titles(cook, **FRESH)
        assert titles(cook, title=" emma\n clear ") == titles(cook, title="emma clear")

    def test_by_score_a_public_title_that_is_liker_comes_before_an_own_one(self, cook: Kitchen) -> None:
        cloned(cook, "Emmy")

        assert titles(cook, title="Emma", **FRESH)[:2] == ["Emma Clear Narrator", "Emmy"]

    def test_self_lists_them_alone_newest_first(self, cook: Kitchen) -> None:
        for title in ("first", "second"):
            cloned(cook, title)

        assert titles(cook, self="true", **FRESH) == ["second", "first"]
        assert titles(cook, self="true", title="secnd", **FRESH) == ["second"]
        assert listed(cook, role="mock-other", self="true", **FRESH) == []

    def test_they_are_nobody_elses(self, cook: Kitchen) -> None:
        model_id = cloned(cook)

        statuses = [
            cook.cook({"role": role, "with": {"model_ids": [model_id]}}, SUBMIT).status
            for role in ("mock-funded", "mock-other")
        ]

        assert statuses == [202, 404]
        assert cook.cook({"role": "mock-other", "query": FRESH}, LIST).json()["total"] == ALL

    def test_reading_the_list_changes_nothing(self, cook: Kitchen) -> None:
        cloned(cook)

        bodies = {cook.cook({"query": {"refresh": word}}, LIST).body for word in ("false", "true", "false", "true")}

        assert len(bodies) == 2

    def test_where_the_list_is_public_only_they_speak_nevertheless(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.own-models": "public-only"})
        model_id = cloned(cook)

        assert cook.cook({"query": FRESH}, LIST).json()["total"] == ALL
        assert cook.cook({"with": {"model_ids": [model_id]}}, SUBMIT).status == 202

    def test_beyond_the_bound_the_oldest_is_forgotten(self, edited: MakeKitchen) -> None:
        cook = edited("voiceapi", {"/x-mock-figures/models-kept/value": 2})
        ids = [cloned(cook, title) for title in ("one", "two", "three")]

        statuses = [cook.cook({"with": {"model_ids": [one]}}, SUBMIT).status for one in ids]

        assert titles(cook, self="true", **FRESH) == ["three", "two"]
        assert statuses == [404, 202, 202]


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class Client:
    """A plain client on a real port, with the key of an account."""

    def __init__(self, root: str, key: str = "mock-funded") -> None:
        self._root = root
        self._headers = {"X-RapidAPI-Key": key, "X-RapidAPI-Host": "voice-api1.p.rapidapi.com"}

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        request = urllib.request.Request(f"{self._root}/voiceapi{path}", body, {**self._headers, **headers})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, _lower(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _lower(error.headers), error.read()

    def json(self, path: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        return json.loads(self.ask(path, sent, **({"Content-Type": "application/json"} if sent else {}))[2])

    def pages(self, **query: Any) -> Iterator[dict[str, Any]]:
        """Every page up to the first empty one."""
        for number in range(1, 100):
            words = urllib.parse.urlencode({**query, "page_number": number}, doseq=True)
            page = self.json(f"/v1/models?{words}")
            if not page["items"]:
                return
            yield page

    def later(self, seconds: float) -> None:
        body = json.dumps({"advance_seconds": seconds}).encode()
        with urllib.request.urlopen(f"{self._root}/_mock/clock", body, timeout=10):
            pass

    def clone(self, title: str) -> str:
        body = form_body({"title": title}, {"file": ("voice.mp3", read_clip("reference.mp3"))})
        form = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        task_id = json.loads(self.ask("/v1/clone", body, **form)[2])["task_id"]
        self.later(1)
        found: str = self.json(f"/v1/clone/{task_id}")["result"]["model_id"]
        return found


@pytest.mark.slow
class TestOverTheWire:
    """The same with a plain HTTP client."""

    @pytest.fixture
    def root(self, serve: Callable[..., str]) -> str:
        return serve("voiceapi", clock="manual")

    def test_the_whole_catalogue_is_read_page_by_page(self, root: str) -> None:
        pages = list(Client(root).pages(page_size=50, sort_by="task_count"))

        items = [item for page in pages for item in page["items"]]
        counts = [item["task_count"] for item in items]
        assert {page["total"] for page in pages} == {len(items)} == {len({item["_id"] for item in items})} == {ALL}
        assert counts == sorted(counts, reverse=True)

    def test_filters_take_one_value_or_many(self, root: str) -> None:
        client = Client(root)

        one, two = (
            [item for page in client.pages(tag=tags, language="en", page_size=100) for item in page["items"]]
            for tags in ("male", ["male", "news"])
        )

        assert all("male" in item["tags"] and "en" in item["languages"] for item in one)
        assert [item for item in one if "news" in item["tags"]] == two
        assert 0 < len(two) < len(one)

    def test_a_clone_is_listed_found_and_speaks_for_its_account_alone(self, root: str) -> None:
        mine, other = Client(root), Client(root, "mock-other")

        model_id = mine.clone("Night watchman")
        stale, fresh = (mine.json(f"/v1/models?title=watchmn&refresh={word}") for word in ("false", "true"))
        mine.later(30)
        cached = mine.json("/v1/models?title=watchmn")
        script = {"text": "All is well.", "model_ids": [model_id]}
        submitted = mine.json("/v1/tts", script)
        refused = other.ask("/v1/tts", json.dumps(script).encode(), **{"Content-Type": "application/json"})
        mine.later(1)
        status, headers, audio = mine.ask(f"/v1/tts/{submitted['task_id']}/audio")

        assert [[item["_id"] for item in page["items"]] for page in (stale, fresh, cached)] == [
            [],
            [model_id],
            [model_id],
        ]
        assert other.json("/v1/models?title=watchman&refresh=true")["total"] == 0
        assert (refused[0], json.loads(refused[2])) == (404, {"detail": f"Model not found: {model_id}"})
        assert (status, headers["content-disposition"]) == (
            200,
            f'attachment; filename="{submitted["task_id"]}.mp3"',
        )
        assert examine(audio).milliseconds == pytest.approx(spoken_milliseconds("All is well."), abs=100)

    @pytest.mark.parametrize(
        ("key", "says"),
        [
            ("mock-limited", "You have exceeded the rate limit per hour for your plan, PRO, by the API provider"),
            (
                "mock-low",
                "You have exceeded the MONTHLY quota for Requests on your current plan, BASIC. Upgrade your plan at "
                "https://rapidapi.com/voiceapi/api/voice-api1",
            ),
        ],
    )
    def test_the_last_call_is_answered_and_the_next_is_told_its_plan(self, root: str, key: str, says: str) -> None:
        client = Client(root, key)

        answers = [client.ask("/v1/models") for _ in range(2)]

        window = "x-ratelimit" if key == "mock-limited" else "x-ratelimit-requests"
        assert [status for status, _, _ in answers] == [200, 429]
        assert json.loads(answers[1][2]) == {"message": says}
        assert [headers[f"{window}-remaining"] for _, headers, _ in answers] == ["0", "0"]
        assert int(answers[1][1][f"{window}-reset"]) > 0
