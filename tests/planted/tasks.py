"""Plants whose tasks do not go as tasks go. All of voiceapi, the only provider with tasks."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson

from mockvoice.core.settings import Settings
from mockvoice.core.tasks import Task, TaskBook
from mockvoice.service.call import Call, Reply
from mockvoice.service.provider import Behaviour
from tests.planted.claims import READINGS, ROW, SHAPE
from tests.planted.faithful import awaited, desk_of, patched, with_verb
from tests.planted.plant import App, Build, Kind, Plant
from tests.planted.wrapping import JSON, Answer, Asked, Change, changing, changing_anew, changing_heads

PROVIDER = "voiceapi"
STATUSES = ("tts_status", "stt_status", "clone_status")
ALONG = "tasks.a_task_goes_only_along_its_machine"
FINAL = "tasks.a_terminal_state_is_final"
DOWNLOAD = "tasks.a_download_has_its_type_and_name"
# Longer than any task takes.
LATER_SECONDS = 3600.0


def _on_rereads(edit: Any, of: str = "") -> Change:
    """Edit the JSON of every answer but the first to the same request; with `of`, of those with this status."""
    reads: Counter[tuple[str, str]] = Counter()

    def change(asked: Asked, answer: Answer) -> None:
        body = orjson.loads(answer.body)
        if of and body["status"] != of:
            return
        key = asked.path, asked.query
        reads[key] += 1
        if reads[key] > 1:
            edit(body, reads[key] - 1)
            answer.body = orjson.dumps(body)

    return change


def _falls(body: dict[str, Any], again: int) -> None:
    body["progress"] = max(0, body["progress"] - 10 * again)


def _runs(body: dict[str, Any], _again: int) -> None:
    body["status"] = "running"


def _shouts(body: dict[str, Any], _again: int) -> None:
    body["text"] = body["text"].upper()
    for segment in body.get("segments", ()):
        segment["text"] = segment["text"].upper()


def _early(behave: Behaviour) -> Behaviour:
    """Let the verb believe that it is later."""

    async def changed(call: Call) -> Reply:
        now = call.now
        call.now = now + LATER_SECONDS
        try:
            return await awaited(behave(call))
        finally:
            call.now = now

    return changed


class Everybodys(TaskBook):
    """Shows any task to anybody."""

    def find(self, task_id: str, owner: str, kind: str) -> Task | None:
        task = self._tasks.get(task_id)
        return task if task is not None and task.machine.name == kind else None


class Late(TaskBook):
    """Does not know a task when it is asked for it the first time."""

    def __init__(self) -> None:
        super().__init__()
        self._asked_for: set[str] = set()

    def find(self, task_id: str, owner: str, kind: str) -> Task | None:
        task = super().find(task_id, owner, kind)
        if task is not None and task_id not in self._asked_for:
            self._asked_for.add(task_id)
            return None
        return task


def _with_book(kind: type[TaskBook]) -> Build:
    def build(settings: Settings) -> App:
        app = patched(settings)
        desk_of(app).tasks = kind()
        return app

    return build


def _always_queued(asked: Asked, answer: Answer) -> None:
    if "detail" not in orjson.loads(answer.body):
        return  # the gateway's, which does not know the API
    answer.status = 200
    task_id = asked.path.rpartition("/")[2]
    answer.body = orjson.dumps({"task_id": task_id, "status": "queued", "progress": 0, "result": None})


def _no_name(_asked: Asked, answer: Answer) -> None:
    answer.put(b"content-disposition", None)


def _same_name(_asked: Asked, answer: Answer) -> None:
    answer.put(b"content-disposition", b'attachment; filename="speech.mp3"')


PLANTS = (
    Plant(
        name="voiceapi-progress-falls",
        provider=PROVIDER,
        kind=Kind.PROGRESS_FALLING,
        summary="the progress of a finished task falls by ten each time it is read again",
        build=changing_anew(lambda: _on_rereads(_falls, of="succeeded"), STATUSES, (200,), JSON),
        found_by=("tasks.progress_never_falls", FINAL, ALONG),
        fact="/x-voice-tasks/tts/progress",
    ),
    Plant(
        name="voiceapi-runs-again",
        provider=PROVIDER,
        kind=Kind.TERMINAL_NOT_FINAL,
        summary="a task that was seen to have succeeded runs again",
        build=changing_anew(lambda: _on_rereads(_runs, of="succeeded"), STATUSES, (200,), JSON),
        found_by=(FINAL, ALONG),
        fact="/x-voice-tasks/tts/terminal",
    ),
    Plant(
        name="voiceapi-audio-early",
        provider=PROVIDER,
        kind=Kind.RESULT_EARLY,
        summary="the audio is there before the task has succeeded",
        build=with_verb("tts_audio", _early),
        found_by=("tasks.a_result_comes_only_after_success", ROW, READINGS),
        fact="/x-voice-errors/not_ready",
    ),
    Plant(
        name="voiceapi-result-changes",
        provider=PROVIDER,
        kind=Kind.RESULT_CHANGES,
        summary="a transcript that is fetched again is in capitals",
        build=changing_anew(lambda: _on_rereads(_shouts), ("stt_result",), (200,), JSON),
        found_by=("tasks.a_result_is_stable",),
        fact="/paths/~1v1~1stt~1{task_id}~1result/get",
    ),
    Plant(
        name="voiceapi-foreign-tasks",
        provider=PROVIDER,
        kind=Kind.FOREIGN_TASK,
        summary="the tasks of another account can be read",
        build=_with_book(Everybodys),
        found_by=("tasks.a_foreign_task_is_not_found", ROW),
        fact="/x-voice-errors/unknown_task/when",
        needs=("funded", "other"),
    ),
    Plant(
        name="voiceapi-unknown-tasks",
        provider=PROVIDER,
        kind=Kind.UNKNOWN_TASK,
        summary="a task that nobody made is queued",
        build=changing(_always_queued, STATUSES, (404,), JSON),
        found_by=("tasks.an_unknown_task_is_not_found", "tasks.a_foreign_task_is_not_found", ROW, READINGS),
        fact="/x-voice-errors/unknown_task",
    ),
    Plant(
        name="voiceapi-late-tasks",
        provider=PROVIDER,
        kind=Kind.LATE_TASK,
        summary="a task that was just made is not found the first time",
        build=_with_book(Late),
        found_by=("tasks.a_created_task_is_readable_at_once",),
        fact="/components/responses/TtsAccepted/links/poll",
    ),
    Plant(
        name="voiceapi-download-without-name",
        provider=PROVIDER,
        kind=Kind.DISPOSITION,
        summary="the audio comes without Content-Disposition",
        build=changing_heads(_no_name, ("tts_audio",), (200,)),
        found_by=(DOWNLOAD, *SHAPE),
        fact="/paths/~1v1~1tts~1{task_id}~1audio/get/responses/200/headers/Content-Disposition",
    ),
    Plant(
        name="voiceapi-download-misnamed",
        provider=PROVIDER,
        kind=Kind.DISPOSITION,
        summary="every download is called speech.mp3 instead of by its task's id",
        build=changing_heads(_same_name, ("tts_audio",), (200,)),
        found_by=(DOWNLOAD,),
        fact="/x-voice-figures/download-name",
    ),
)
