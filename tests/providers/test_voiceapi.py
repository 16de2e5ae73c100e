"""voiceapi: what its origin does. Tasks, scripts with speakers, transcripts, cloned voices and the list of them."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mockvoice.audio.bare import wav_header
from mockvoice.audio.codec import examine
from mockvoice.audio.voice import spoken_milliseconds
from mockvoice.openapi.pointer import read
from mockvoice.openapi.recipes import BOUNDARY, form_body
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.wire import Answer
from tests.providers.test_every_provider import check_against_schema

MakeKitchen = Callable[..., Kitchen]
EMMA, MARCUS = "615679944c012752681e7cf2cd62592f", "5a340235164020d5c19c0c25ffa810f8"
KEYS = {"X-RapidAPI-Key": "mock-funded", "X-RapidAPI-Host": "voice-api1.p.rapidapi.com"}
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
LIST, SUBMIT, STATUS, AUDIO = "models_list", "tts_submit", "tts_status", "tts_audio"
DONE = 60.0


@pytest.fixture
def cook(kitchen: MakeKitchen) -> Kitchen:
    return kitchen("voiceapi")


def task_of(answer: Answer) -> dict[str, Any]:
    """The path of the task an answer has made."""
    assert answer.status == 202, answer.body
    return {"path": {"task_id": answer.json()["task_id"]}}


def upload(
    cook: Kitchen, path: str, fields: Mapping[str, str], name: str, data: bytes, role: str = "mock-funded"
) -> Answer:
    """Send a form whose file has a name and content of our own."""
    headers = [*{**KEYS, "X-RapidAPI-Key": role, **FORM}.items()]
    return cook.client.send("POST", f"/voiceapi{path}", headers, form_body(fields, {"file": (name, data)}))


def test_a_path_is_not_overridden_by_what_the_query_calls_itself(cook: Kitchen) -> None:
    task_id = task_of(cook.cook({}, "stt_submit"))["path"]["task_id"]
    cook.client.advance(DONE)

    def status(path: str) -> int:
        return cook.client.send("GET", f"/voiceapi/v1/stt/{path}", [*KEYS.items()]).status

    assert status(f"{task_id}/result?task_id=nobody") == 200
    assert status(f"nobody/result?task_id={task_id}") == 404


def speech(cook: Kitchen, text: str, *model_ids: str) -> bytes:
    submitted = cook.cook({"with": {"text": text, "model_ids": model_ids or [EMMA]}}, SUBMIT)
    cook.client.advance(DONE)
    answer = cook.cook(task_of(submitted), AUDIO)
    assert answer.status == 200
    return answer.body


class TestTasks:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("tts", [(0, "queued", 0), (0.1, "running", 50), (0.39, "running", 50), (0.4, "succeeded", 100)]),
            ("stt", [(0, "queued", 0), (0.1, "running", 50), (0.3, "running", 80), (0.5, "succeeded", 100)]),
            ("clone", [(0, "queued", 0), (0.2, "running", 50), (0.79, "running", 50), (0.8, "succeeded", 100)]),
        ],
    )
    def test_each_kind_shows_its_states_in_time(
        self, cook: Kitchen, kind: str, expected: list[tuple[float, str, int]]
    ) -> None:
        submitted = cook.cook({}, f"{kind}_submit")
        seen, passed = [], 0.0
        for at, _, _ in expected:
            # A hair beyond the moment: the clock counts in floats.
            cook.client.advance(max(0.0, at - passed) + 1e-6)
            passed = at
            body = cook.cook(task_of(submitted), f"{kind}_status").json()
            seen.append((at, body["status"], body["progress"]))

        assert submitted.json() == {**submitted.json(), "status": "queued", "progress": 0}
        assert seen == expected

    @pytest.mark.parametrize("state", ["queued", "running"])
    @pytest.mark.parametrize("kind", ["tts", "stt", "clone"])
    def test_a_magic_input_fails_from_each_state(self, cook: Kitchen, kind: str, state: str) -> None:
        word = f"fail-while-{state}"
        if kind == "tts":
            submitted = cook.cook({"with": {"text": f"please {word}"}}, SUBMIT)
        else:
            name, fields = (f"{word}.mp3", {}) if kind == "stt" else ("voice.mp3", {"title": word})
            submitted = upload(cook, f"/v1/{kind}", fields, name, read_clip("reference.mp3"))
        states = []
        for _ in range(100):
            states.append(cook.cook(task_of(submitted), f"{kind}_status").json())
            cook.client.advance(0.05)

        way = [*dict.fromkeys(one["status"] for one in states)]
        assert way == (["queued", "failed"] if state == "queued" else ["queued", "running", "failed"])
        assert [one["progress"] for one in states] == sorted(one["progress"] for one in states)
        assert (states[-1]["result"], states[-1]["error"]) == (
            None,
            {"tts": "Speech synthesis failed", "stt": "Transcription failed", "clone": "Training failed"}[kind],
        )

    @pytest.mark.parametrize(("submit", "fetch"), [(SUBMIT, AUDIO), ("stt_submit", "stt_result")])
    def test_nothing_is_to_be_had_before_success(self, cook: Kitchen, submit: str, fetch: str) -> None:
        task = task_of(cook.cook({}, submit))
        answers = [cook.cook(task, fetch)]
        cook.client.advance(0.2)
        answers.append(cook.cook(task, fetch))
        cook.client.advance(0.4)

        assert [(one.status, one.json()["detail"]) for one in answers] == [
            (409, "Task is not finished: queued"),
            (409, "Task is not finished: running"),
        ]
        assert cook.cook(task, fetch).status == 200

    @pytest.mark.parametrize("fetch", [AUDIO, "stt_result"])
    def test_a_failed_task_never_gives_anything(self, cook: Kitchen, fetch: str) -> None:
        if fetch == AUDIO:
            submitted = cook.cook({"with": {"text": "fail-while-running"}}, SUBMIT)
        else:
            submitted = upload(cook, "/v1/stt", {}, "fail-while-running.mp3", read_clip("hello-en.mp3"))
        cook.client.advance(DONE)

        answer = cook.cook(task_of(submitted), fetch)

        assert (answer.status, answer.json()) == (409, {"detail": "Task failed"})

    @pytest.mark.parametrize("task_id", ["nobody", "0", "é", "x" * 5000, "00000000-0000-4000-a000-000000000000", "%"])
    @pytest.mark.parametrize("operation", [STATUS, AUDIO, "stt_status", "stt_result", "clone_status"])
    def test_an_id_of_whatever_shape_is_not_found(self, cook: Kitchen, operation: str, task_id: str) -> None:
        answer = cook.cook({"path": {"task_id": task_id}}, operation)

        assert (answer.status, answer.json()) == (404, {"detail": "Task not found"})

    @pytest.mark.parametrize("kind", ["tts", "stt", "clone"])
    def test_a_task_is_its_owners_and_of_its_kind(self, cook: Kitchen, kind: str) -> None:
        task = task_of(cook.cook({}, f"{kind}_submit"))

        found = {
            (role, other): cook.cook({"role": role, **task}, f"{other}_status").status
            for role in ("mock-funded", "mock-other")
            for other in ("tts", "stt", "clone")
        }

        assert [key for key, status in found.items() if status == 200] == [("mock-funded", kind)]
        assert {*found.values()} == {200, 404}


class TestScripts:
    def test_the_audio_lasts_as_long_as_the_text_takes(self, cook: Kitchen) -> None:
        texts = ["Good morning.", "Good morning, and welcome to the show. " * 5]

        lengths = [examine(speech(cook, text)) for text in texts]

        assert {one.container for one in lengths} == {"mp3"}
        for text, sound in zip(texts, lengths, strict=True):
            assert sound.milliseconds == pytest.approx(spoken_milliseconds(text.strip()), abs=100)

    def test_cues_and_markers_are_not_spoken(self, cook: Kitchen) -> None:
        plain = speech(cook, "Hello there. How are you?")

        assert speech(cook, "[excited] Hello there. [soft tone]How are you? [sigh]") == plain
        assert speech(cook, "<|speaker:0|>Hello there.<|speaker:0|> How are you?") == plain
        assert speech(cook, "Hello there. (sighing) How are you?") != plain

    def test_the_marker_names_the_model(self, cook: Kitchen) -> None:
        emma, marcus = (speech(cook, "Hello there.", model_id) for model_id in (EMMA, MARCUS))

        assert emma != marcus
        assert speech(cook, "Hello there.", MARCUS, EMMA) == marcus
        assert speech(cook, "<|speaker:1|>Hello there.", MARCUS, EMMA) == emma
        assert speech(cook, "<|speaker:0|>[sigh]<|speaker:1|>Hello there.", MARCUS, EMMA) == emma

    @pytest.mark.parametrize("text", ["[laughing]", " ", "<|speaker:0|>", "[a][b]"])
    def test_a_script_without_words_is_short(self, cook: Kitchen, text: str) -> None:
        assert examine(speech(cook, text)).milliseconds == pytest.approx(400, abs=100)

    @pytest.mark.parametrize("marker", ["<|speaker:1|>", "<|speaker:01|>", "<|speaker:99999999999999999999|>"])
    def test_a_marker_beyond_the_models_is_refused(self, cook: Kitchen, marker: str) -> None:
        answer = cook.cook({"with": {"text": f"{marker}Hello."}}, SUBMIT)

        number = marker.removeprefix("<|speaker:").removesuffix("|>")
        assert (answer.status, answer.json()) == (
            422,
            {
                "detail": [
                    {
                        "loc": ["body", "text"],
                        "msg": f"Value error, speaker {number} has no model in model_ids",
                        "type": "value_error",
                    }
                ]
            },
        )

    def test_a_number_of_thousands_of_digits_is_a_marker_too(self, cook: Kitchen) -> None:
        assert cook.cook({"with": {"text": f"<|speaker:{'9' * 4900}|>"}}, SUBMIT).status == 422

    @pytest.mark.parametrize("text", ["<|speaker:|>Hello", "<|speaker:-1|>Hello", "<speaker:5>Hello", "<|Speaker:5|>a"])
    def test_what_only_looks_like_a_marker_is_text(self, cook: Kitchen, text: str) -> None:
        assert cook.cook({"with": {"text": text}}, SUBMIT).status == 202

    def test_the_cap_counts_code_points(self, cook: Kitchen) -> None:
        fits = cook.cook({"with": {"text": "😀" * 5000}}, SUBMIT)
        too_long = cook.cook({"with": {"text": "a" * 5001}}, SUBMIT)

        assert fits.status == 202
        assert (too_long.status, too_long.json()["detail"]) == (
            422,
            [
                {
                    "loc": ["body", "text"],
                    "msg": "String should have at most 5000 characters",
                    "type": "string_too_long",
                }
            ],
        )

    def test_a_model_nobody_knows_is_named(self, cook: Kitchen) -> None:
        answer = cook.cook({"with": {"model_ids": [EMMA, "nobody" * 40]}}, SUBMIT)

        assert (answer.status, answer.json()) == (404, {"detail": "Model not found: " + ("nobody" * 40)[:80]})

    def test_shape_speaks_before_markers_and_markers_before_models(self, cook: Kitchen) -> None:
        beyond = {"text": "<|speaker:7|>Hello.", "model_ids": ["nobody"]}

        shape = cook.cook({"with": {**beyond, "model_ids": [1]}}, SUBMIT).json()["detail"]
        marker = cook.cook({"with": beyond}, SUBMIT)

        assert [one["loc"] for one in shape] == [["body", "model_ids", 0]]
        assert marker.status == 422

    def test_the_download_is_an_attachment_named_after_the_task(self, cook: Kitchen) -> None:
        answer = cook.cook({}, AUDIO)

        name = answer.headers["content-disposition"].removeprefix('attachment; filename="').removesuffix('.mp3"')
        assert answer.media == "audio/mpeg"
        assert cook.cook({"path": {"task_id": name}}, STATUS).status == 200

    def test_another_name_can_be_asked_for_where_that_is_possible(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.download-name": "asked-for"})

        answer = cook.cook({"query": {"filename": "morning.mp3"}}, AUDIO)

        assert answer.headers["content-disposition"] == 'attachment; filename="morning.mp3"'
        assert cook.cook({"query": {"filename": 'a"\r\nset-cookie: b'}}, AUDIO).status == 422


class TestTranscripts:
    @pytest.mark.parametrize("kind", ["mp3", "wav", "m4a", "flac", "ogg", "opus", "webm", "aac"])
    def test_every_format_is_heard(self, cook: Kitchen, kind: str) -> None:
        first = {"operation": "stt_submit", "clips": {"file": f"hello-en.{kind}"}}

        answer = cook.cook({"first": [first], "wait": DONE}, "stt_result")

        assert answer.json()["text"] == "Hello, how can I help you today?"

    def test_the_name_of_the_file_does_not_matter(self, cook: Kitchen) -> None:
        submitted = upload(cook, "/v1/stt", {}, "notes.txt", read_clip("hello-en.mp3"))
        cook.client.advance(DONE)

        assert cook.cook(task_of(submitted), "stt_result").status == 200

    def test_segments_carry_times_and_a_label_for_each_speaker(self, cook: Kitchen) -> None:
        first = {"operation": "stt_submit", "clips": {"file": "dialogue-en.mp3"}}

        body = cook.cook({"first": [first], "wait": DONE}, "stt_result").json()

        segments = body["segments"]
        assert [one["speaker"] for one in segments] == ["SPEAKER_00", "SPEAKER_01", "SPEAKER_00"]
        assert " ".join(one["text"] for one in segments) == body["text"]
        times = [time for one in segments for time in (one["start"], one["end"])]
        assert times == sorted(times)
        assert (times[0], times[-1]) == (0.099, 7.167)

    def test_plain_text_leaves_the_segments_out(self, cook: Kitchen) -> None:
        whole, plain = (cook.cook({"query": {"plain_text": value}}, "stt_result").json() for value in ("false", "true"))

        assert sorted(whole) == ["segments", "text"]
        assert plain == {"text": whole["text"]}

    @pytest.mark.parametrize(
        ("word", "is_plain"),
        [("True", True), ("1", True), ("on", True), ("False", False), ("0", False), ("no", False)],
    )
    def test_a_truth_may_be_spelt_as_the_framework_reads_it(self, cook: Kitchen, word: str, is_plain: bool) -> None:
        body = cook.cook({"query": {"plain_text": word}}, "stt_result").json()

        assert ("segments" not in body) == is_plain

    def test_the_language_hint_is_for_audio_nobody_knows(self, cook: Kitchen) -> None:
        submitted = upload(cook, "/v1/stt", {"language": "zh"}, "talk.wav", tone_wav())
        cook.client.advance(DONE)

        text = cook.cook(task_of(submitted), "stt_result").json()["text"]

        assert all(ord(character) > 0x2E80 for character in text)

    def test_a_bad_upload_may_fail_in_the_pipeline_instead(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.bad-upload": "fails-later"})
        good, bad = (cook.cook({"clips": {"file": clip}}, "stt_submit") for clip in ("hello-en.mp3", "not-audio.mp3"))
        cook.client.advance(DONE)

        states = [cook.cook(task_of(one), "stt_status").json()["status"] for one in (good, bad)]

        assert states == ["succeeded", "failed"]


def tone_wav() -> bytes:
    """Five seconds that are not silent and no fixture."""
    samples = b"\x00\x40\x00\xc0" * 20_000
    return wav_header(len(samples), 8_000) + samples


def loud_wav(seconds: float) -> bytes:
    """A buzz of so many seconds."""
    samples = (b"\x00\x40\x00\xc0" * round(8_000 * seconds))[: 2 * round(8_000 * seconds)]
    return wav_header(len(samples), 8_000) + samples


class TestClones:
    @pytest.mark.parametrize(
        ("seconds", "status"), [(9.999, 400), (10, 202), (90, 202), (300, 202), (300.001, 400), (301, 400)]
    )
    def test_a_reference_lasts_ten_seconds_to_five_minutes(self, cook: Kitchen, seconds: float, status: int) -> None:
        answer = upload(cook, "/v1/clone", {"title": "x"}, "x.wav", loud_wav(seconds))

        assert answer.status == status

    def test_what_is_wrong_with_its_length_is_told(self, cook: Kitchen) -> None:
        clips = ("reference-short.mp3", "reference-long.flac")
        short, long = (cook.cook({"clips": {"file": clip}}, "clone_submit") for clip in clips)

        assert short.json() == {"detail": "The audio is too short: 9.5 s, expected at least 10 s"}
        assert long.json() == {"detail": "The audio is too long: 301 s, expected at most 300 s"}
        assert cook.cook({"clips": {"file": "reference-10s.wav"}}, "clone_submit").status == 202

    def test_ninety_seconds_are_the_most_where_the_recommendation_is_the_limit(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.clone-maximum": "90"})

        statuses = [
            upload(cook, "/v1/clone", {"title": "x"}, "x.wav", loud_wav(seconds)).status for seconds in (90, 90.001)
        ]

        assert statuses == [202, 400]

    def test_the_model_speaks_for_its_owner_only_and_not_before_it_is_trained(self, cook: Kitchen) -> None:
        submitted = cook.cook({}, "clone_submit")
        task = cook.desk.tasks.find(submitted.json()["task_id"], "mock-funded", "clone")
        assert task is not None
        early = cook.cook({"with": {"model_ids": [task.request["model_id"]]}}, SUBMIT)
        cook.client.advance(1)
        result = cook.cook(task_of(submitted), "clone_status").json()["result"]
        mine, other = (
            cook.cook({"role": role, "with": {"model_ids": [result["model_id"]]}}, SUBMIT)
            for role in ("mock-funded", "mock-other")
        )

        assert (early.status, mine.status, other.status) == (404, 202, 404)
        assert other.json() == {"detail": f"Model not found: {result['model_id']}"}

    def test_the_result_is_null_until_there_is_a_model(self, cook: Kitchen) -> None:
        task = task_of(cook.cook({}, "clone_submit"))

        assert cook.cook(task, "clone_status").json()["result"] is None

    def test_a_failed_training_makes_no_model(self, cook: Kitchen) -> None:
        cook.cook({"with": {"title": "fail-while-running"}}, "clone_submit")
        cook.client.advance(DONE)

        assert cook.cook({"query": {"refresh": "true", "self": "true"}}, LIST).json()["total"] == 0


TEXT, MODELS = ["body", "text"], ["body", "model_ids"]
SUBMITTED: dict[str, Any] = {"operation": SUBMIT}
OBJECT = "Input should be a valid dictionary or object to extract fields from"
# A request → (loc, type, msg) of the one entry its refusal has.
PROBLEMS = [
    ({**SUBMITTED, "without": ["text"]}, (TEXT, "missing", "Field required")),
    ({**SUBMITTED, "with": {"text": 5}}, (TEXT, "string_type", "Input should be a valid string")),
    ({**SUBMITTED, "with": {"text": ""}}, (TEXT, "string_too_short", "String should have at least 1 character")),
    ({**SUBMITTED, "with": {"model_ids": "x"}}, (MODELS, "list_type", "Input should be a valid list")),
    (
        {**SUBMITTED, "with": {"model_ids": []}},
        (MODELS, "too_short", "List should have at least 1 item after validation, not 0"),
    ),
    ({**SUBMITTED, "raw": "["}, (["body"], "json_invalid", "JSON decode error")),
    ({**SUBMITTED, "raw": "[]"}, (["body"], "model_attributes_type", OBJECT)),
    ({**SUBMITTED, "media": "text/plain"}, (["body"], "model_attributes_type", OBJECT)),
    (
        {"operation": LIST, "query": {"page_size": "x"}},
        (
            ["query", "page_size"],
            "int_parsing",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
    ),
    (
        {"operation": LIST, "query": {"page_size": 101}},
        (["query", "page_size"], "less_than_equal", "Input should be less than or equal to 100"),
    ),
    (
        {"operation": LIST, "query": {"page_number": 0}},
        (["query", "page_number"], "greater_than_equal", "Input should be greater than or equal to 1"),
    ),
    (
        {"operation": LIST, "query": {"sort_by": "name"}},
        (["query", "sort_by"], "literal_error", "Input should be 'score', 'task_count' or 'created_at'"),
    ),
    (
        {"operation": LIST, "query": {"refresh": "maybe"}},
        (["query", "refresh"], "bool_parsing", "Input should be a valid boolean, unable to interpret input"),
    ),
    ({"operation": "stt_submit", "without": ["file"]}, (["body", "file"], "missing", "Field required")),
]


class TestValidation:
    @pytest.mark.parametrize(("recipe", "entry"), PROBLEMS)
    def test_each_problem_tells_where_what_and_of_which_type(
        self, cook: Kitchen, recipe: dict[str, Any], entry: tuple[list[str], str, str]
    ) -> None:
        answer = cook.cook(recipe)

        loc, kind, message = entry
        assert (answer.status, answer.json()) == (422, {"detail": [{"loc": loc, "msg": message, "type": kind}]})

    def test_a_text_in_place_of_the_file_is_told_as_such(self, cook: Kitchen) -> None:
        body = form_body({"file": "text", "title": "x"}, {})

        answer = cook.client.send("POST", "/voiceapi/v1/clone", [*{**KEYS, **FORM}.items()], body)

        message = "Value error, Expected UploadFile, received: <class 'str'>"
        assert answer.json() == {"detail": [{"loc": ["body", "file"], "msg": message, "type": "value_error"}]}

    def test_all_problems_are_told_at_once(self, cook: Kitchen) -> None:
        answer = cook.cook({"with": {"text": "", "model_ids": []}}, SUBMIT)

        assert [one["loc"][1] for one in answer.json()["detail"]] == ["text", "model_ids"]

    def test_members_nobody_knows_are_ignored(self, cook: Kitchen) -> None:
        assert cook.cook({"with": {"format": "wav", "voice": 5}}, SUBMIT).status == 202
        assert cook.cook({"query": {"sort": "nonsense", "colour": "red"}}, LIST).status == 200


class Browser:
    """A plain client of a simulator on a real port."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._base = root + "/voiceapi"

    def send(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        request = urllib.request.Request(self._base + path, body, {**KEYS, **headers})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()

    def poll(self, path: str) -> list[dict[str, Any]]:
        """Ask until the task has ended; return every answer."""
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1]["status"] in {"queued", "running"}:
            seen.append(json.loads(self.send(path)[2]))
            assert len(seen) < 200, seen[-1]
            with urllib.request.urlopen(self._root + "/_mock/clock", b'{"advance_seconds": 0.05}', timeout=10):
                pass
        return seen

    def upload(self, path: str, fields: Mapping[str, str], clip: str) -> str:
        body = form_body(fields, {"file": (clip, read_clip(clip))})
        status, _, answer = self.send(path, body, **FORM)
        assert status == 202
        return f"{path}/{json.loads(answer)['task_id']}"


@pytest.mark.slow
class TestOverTheWire:
    """Whole lifecycles with a plain HTTP client that moves the clock between two looks."""

    @pytest.fixture
    def browser(self, serve: Callable[..., str]) -> Browser:
        return Browser(serve("voiceapi", clock="manual"))

    def test_a_script_becomes_a_file(self, browser: Browser) -> None:
        text = "<|speaker:0|>[excited] Good morning! <|speaker:1|>Good morning to you, and welcome."
        body = json.dumps({"text": text, "model_ids": [EMMA, MARCUS]}).encode()

        _, _, submitted = browser.send("/v1/tts", body, **{"Content-Type": "application/json"})
        path = f"/v1/tts/{json.loads(submitted)['task_id']}"
        seen = browser.poll(path)
        status, headers, audio = browser.send(path + "/audio")

        assert [*dict.fromkeys(one["status"] for one in seen)] == ["queued", "running", "succeeded"]
        assert (status, headers["content-type"], headers["server"]) == (200, "audio/mpeg", "RapidAPI-1.2.8")
        spoken = [spoken_milliseconds(line) for line in ("Good morning!", "Good morning to you, and welcome.")]
        assert examine(audio).milliseconds == pytest.approx(sum(spoken), abs=100)

    def test_a_recording_becomes_a_transcript(self, browser: Browser) -> None:
        path = browser.upload("/v1/stt", {}, "dialogue-en.mp3")

        seen = browser.poll(path)
        _, _, result = browser.send(path + "/result")
        _, _, plain = browser.send(path + "/result?plain_text=true")

        assert [*dict.fromkeys(one["progress"] for one in seen)] == [0, 50, 80, 100]
        assert {one["result"] for one in seen} == {None}
        assert json.loads(result)["segments"][-1]["end"] == 7.167
        assert json.loads(plain) == {"text": json.loads(result)["text"]}

    def test_a_reference_becomes_a_voice_that_speaks(self, browser: Browser) -> None:
        path = browser.upload("/v1/clone", {"title": "Mine"}, "reference-10s.wav")

        seen = browser.poll(path)
        model_id = seen[-1]["result"]["model_id"]
        body = json.dumps({"text": "It is me.", "model_ids": [model_id]}).encode()
        _, _, submitted = browser.send("/v1/tts", body, **{"Content-Type": "application/json"})
        speech_path = f"/v1/tts/{json.loads(submitted)['task_id']}"
        browser.poll(speech_path)
        _, _, audio = browser.send(speech_path + "/audio")
        _, _, listed = browser.send("/v1/models?refresh=true")

        assert [*dict.fromkeys(one["status"] for one in seen)] == ["queued", "running", "succeeded"]
        assert examine(audio).milliseconds == pytest.approx(spoken_milliseconds("It is me."), abs=100)
        assert json.loads(listed)["items"][0]["_id"] == model_id


@pytest.mark.slow
class TestTheSpecDrives:
    """A changed copy of the spec changes the wire; no Python is touched."""

    def test_an_enum(self, edited: MakeKitchen) -> None:
        changes = {
            "/paths/~1v1~1models/get/parameters/4/schema/enum": ["score", "like_count"],
            "/paths/~1v1~1models/get/x-voice-collection/sort/orders": {"like_count": "/like_count"},
        }
        cook = edited("voiceapi", changes)

        assert cook.cook({"query": {"sort_by": "like_count"}}, LIST).status == 200
        assert cook.cook({"query": {"sort_by": "task_count"}}, LIST).status == 422

    def test_a_bound(self, edited: MakeKitchen) -> None:
        cook = edited("voiceapi", {"/components/schemas/TtsRequest/properties/text/maxLength": 40})

        assert cook.cook({"with": {"text": "a" * 40}}, SUBMIT).status == 202
        assert cook.cook({"with": {"text": "a" * 41}}, SUBMIT).status == 422

    def test_a_default(self, edited: MakeKitchen) -> None:
        pointer = "/paths/~1v1~1stt~1{task_id}~1result/get/parameters/2/schema/default"
        cook = edited("voiceapi", {pointer: True})

        assert sorted(cook.cook({}, "stt_result").json()) == ["text"]

    def test_a_price(self, edited: MakeKitchen) -> None:
        cook = edited("voiceapi", {"/paths/~1v1~1models/get/x-voice-billing/steps": [{"per": 1, "give": 5}]})

        assert cook.cook({}, LIST).headers["x-ratelimit-requests-remaining"] == "999995"

    def test_a_plan(self, edited: MakeKitchen) -> None:
        cook = edited("voiceapi", {"/x-voice-limits/windows/per-hour/allowances/PRO": 2001})

        statuses = [cook.cook({"role": "mock-limited"}, LIST).status for _ in range(3)]

        assert statuses == [200, 200, 429]

    def test_an_error_status(self, edited: MakeKitchen) -> None:
        response = {"$ref": "#/components/responses/NotFound"}
        paths = ("tts~1{task_id}", "tts~1{task_id}~1audio", "stt~1{task_id}", "stt~1{task_id}~1result")
        declared = {f"/paths/~1v1~1{path}/get/responses/410": response for path in (*paths, "clone~1{task_id}")}
        cook = edited("voiceapi", {"/x-voice-errors/unknown_task/status": 410, **declared})

        assert cook.cook({"path": {"task_id": "nobody"}}, STATUS).status == 410

    def test_a_header(self, edited: MakeKitchen) -> None:
        pointer = "/paths/~1v1~1models/get/responses/200/headers"
        header = {"$ref": "#/components/headers/QuotaRemaining"}
        cook = edited("voiceapi", {f"{pointer}/X-Left": header}, (f"{pointer}/X-RateLimit-Requests-Remaining",))

        headers = cook.cook({}, LIST).headers

        assert headers["x-left"] == "999999"
        assert "x-ratelimit-requests-remaining" not in headers

    def test_a_task_edge(self, edited: MakeKitchen) -> None:
        cook = edited(
            "voiceapi",
            {
                "/components/schemas/TaskStatus/enum": ["queued", "running", "packing", "succeeded", "failed"],
                "/x-voice-tasks/tts/edges/running": ["packing", "failed"],
                "/x-voice-tasks/tts/edges/packing": ["succeeded"],
                "/x-voice-tasks/tts/progress/packing": [90],
                "/x-mock-pace/tts/packing": 1.0,
                **{f"/x-voice-tasks/{kind}/edges/running": ["packing", "failed"] for kind in ("stt", "clone")},
                **{f"/x-voice-tasks/{kind}/edges/packing": ["succeeded"] for kind in ("stt", "clone")},
            },
        )
        task = task_of(cook.cook({}, SUBMIT))
        cook.client.advance(0.9)

        body = cook.cook(task, STATUS).json()

        assert (body["status"], body["progress"]) == ("packing", 90)

    def test_a_figure(self, edited: MakeKitchen) -> None:
        cook = edited("voiceapi", {"/x-voice-figures/reference-shortest-seconds/value": 9})

        assert cook.cook({"clips": {"file": "reference-short.mp3"}}, "clone_submit").status == 202

    def test_the_notation_of_a_script(self, edited: MakeKitchen) -> None:
        cook = edited("voiceapi", {"/x-voice-figures/speaker-marker/value": "@([0-9]+):"})

        assert cook.cook({"with": {"text": "<|speaker:9|>Hello."}}, SUBMIT).status == 202
        assert cook.cook({"with": {"text": "@9:Hello."}}, SUBMIT).status == 422


class TestTheSpellingsOfAFlag:
    """A query's flag in any spelling that Pydantic reads, in any case."""

    @pytest.mark.parametrize("word", ["true", "TRUE", "True", "t", "T", "yes", "Yes", "y", "on", "oN", "1"])
    def test_true(self, cook: Kitchen, word: str) -> None:
        assert "segments" not in cook.cook({"query": {"plain_text": word}}, "stt_result").json()
        assert cook.cook({"query": {"refresh": word}}, LIST).status == 200

    @pytest.mark.parametrize("word", ["false", "FALSE", "f", "F", "no", "No", "n", "off", "OFF", "0"])
    def test_false(self, cook: Kitchen, word: str) -> None:
        assert "segments" in cook.cook({"query": {"plain_text": word}}, "stt_result").json()

    @pytest.mark.parametrize("word", ["", "2", "tr", "truee", "yess", "o", "perhaps", "true\n"])
    def test_neither(self, cook: Kitchen, word: str) -> None:
        assert cook.cook({"query": {"refresh": word}}, LIST).status == 422


class TestTheShapeOfTheOriginsErrors:
    """Readings that are chosen together still agree with each other and with the schema."""

    @pytest.mark.parametrize("shape", ["framework", "engine"])
    @pytest.mark.parametrize(
        ("choice", "recipe", "operation"),
        [
            ("audio-status=422", {"clips": {"file": "reference-short.mp3"}}, "clone_submit"),
            ("audio-status=422", {"clips": {"file": "corrupt.flac"}}, "stt_submit"),
            ("unknown-model=422", {"with": {"model_ids": ["nobody"]}}, SUBMIT),
            ("unknown-model=404", {"with": {"model_ids": ["nobody"]}}, SUBMIT),
            ("unknown-model=404", {"without": ["text"]}, SUBMIT),
            ("unknown-model=404", {"with": {"text": "<|speaker:7|>Hello"}}, SUBMIT),
            ("unknown-model=404", {"raw": "{"}, SUBMIT),
            ("unknown-model=404", {"query": {"page_size": "0"}}, LIST),
            ("early-result=425", {"first": [{"operation": SUBMIT}]}, AUDIO),
            ("early-result=404", {"first": [{"operation": SUBMIT}]}, AUDIO),
            (
                "failed-result=404",
                {"first": [{"operation": SUBMIT, "with": {"text": "fail-while-running"}}], "wait": 60},
                AUDIO,
            ),
            ("crash-body=text", {"headers": {"x-mockvoice-fault": "server_error"}}, LIST),
            ("crash-body=detail", {"headers": {"x-mockvoice-fault": "server_error"}}, LIST),
        ],
    )
    def test_it_fits_the_schema_and_its_status(
        self, kitchen: MakeKitchen, choice: str, recipe: dict[str, Any], operation: str, shape: str
    ) -> None:
        row, _, reading = choice.partition("=")
        cook = kitchen("voiceapi", choices={f"voiceapi.{row}": reading, "voiceapi.origin-errors": shape})

        answer = cook.cook(recipe, operation)

        assert answer.status >= 400
        check_against_schema(cook.spec, operation, answer)
        if shape == "engine" and isinstance(answer.json(), dict):
            assert answer.json()["status"] == answer.status
            assert sorted(answer.json()) == ["message", "status"]

    def test_a_422_of_the_engine_has_all_members_of_an_entry(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.origin-errors": "engine"})

        body = cook.cook({"with": {"text": "x" * 5001}, "without": ["model_ids"]}, SUBMIT).json()
        query = cook.cook({"query": {"page_size": "0"}}, LIST).json()

        assert body == [
            {
                "loc": ["text"],
                "msg": "String should have at most 5000 characters",
                "type": "string_too_long",
                "ctx": "5000",
                "in": "body",
            },
            {"loc": ["model_ids"], "msg": "Field required", "type": "missing", "ctx": "", "in": "body"},
        ]
        assert (query[0]["loc"], query[0]["ctx"], query[0]["in"]) == (["page_size"], "1", "query")

    def test_a_crash_of_the_engine_has_its_shape_too(self, kitchen: MakeKitchen) -> None:
        cook = kitchen("voiceapi", choices={"voiceapi.origin-errors": "engine"})

        answer = cook.cook({"headers": {"x-mockvoice-fault": "server_error"}}, LIST)

        assert (answer.media, answer.json()) == (
            "application/json",
            {"status": 500, "message": "Internal Server Error"},
        )


@pytest.mark.parametrize(
    ("recipe", "operation", "pointer"),
    [
        ({"query": {"page_size": 0}}, LIST, "/paths/~1v1~1models/get/parameters/5/schema/minimum"),
        ({"query": {"sort_by": "age"}}, LIST, "/paths/~1v1~1models/get/parameters/4/schema/enum"),
        ({"headers": {"X-RapidAPI-Host": None}}, LIST, "/components/parameters/Host/required"),
        ({"headers": {"X-RapidAPI-Host": "x"}}, LIST, "/components/parameters/Host/schema/enum"),
        ({"headers": {"X-RapidAPI-Host": None}, "method": "PUT"}, LIST, "/components/parameters/Host/required"),
    ],
)
def test_the_hint_points_to_the_parameter(cook: Kitchen, recipe: dict[str, Any], operation: str, pointer: str) -> None:
    hint = cook.cook(recipe, operation).headers["x-mockvoice-hint"]

    assert f"spec voiceapi.yaml#{pointer};" in hint
    assert read(cook.spec.document, pointer) is not None


def test_members_that_no_page_names_are_marked(cook: Kitchen) -> None:
    """E.3-1: of a task only status, progress and result are certain, and the result not for speech."""
    schemas = cook.spec.document["components"]["schemas"]
    marked = {
        f"{name}.{member}"
        for name in ("TtsStatus", "SttStatus", "CloneStatus")
        for member, schema in schemas[name]["properties"].items()
        if schema.get("x-voice-source", {}).get("seen") == "assumed"
    }

    kinds = ("TtsStatus", "SttStatus", "CloneStatus")
    assert marked == {f"{kind}.{one}" for kind in kinds for one in ("task_id", "error")} | {"TtsStatus.result"}
    assert "own" not in cook.spec.place(LIST)[2]["description"]
