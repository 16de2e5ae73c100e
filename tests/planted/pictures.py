"""Plants whose pictures are not what was asked for, and whose drawings and buttons go wrong. All of aitre."""

from __future__ import annotations

import base64
import re
from collections import Counter
from typing import Any

import orjson

from mockvoice.audio.picture import Picture
from mockvoice.core.settings import Settings
from mockvoice.providers.aitre.drawing import MACHINE, job_of, shown
from mockvoice.service.call import Call, Reply
from mockvoice.service.pictures import Gallery
from mockvoice.service.provider import Behaviour
from tests.planted.faithful import awaited, before, patched, with_verb
from tests.planted.plant import App, Kind, Plant
from tests.planted.tasks import ALONG, FINAL
from tests.planted.wrapping import JSON, Answer, Asked, Change, changing_anew, editing

PROVIDER = "aitre"
DRAW, FETCH = ("createImage",), ("fetchTask",)
TABLE = "/paths/~1v1~1images~1generations/post/x-voice-pictures"
A_PICTURE = "images.a_picture_is_what_was_asked_for"
ENDS = "buttons.whatever_makes_a_task_comes_to_an_end"
_HASH = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


class Misnamed(Gallery):
    """Draws JPEG where PNG is asked for."""

    async def draw(self, picture: Picture, form: str = "png", compression: int = 100) -> bytes:
        return await super().draw(picture, "jpeg" if form == "png" else form, compression)


def _with_jpeg(settings: Settings) -> App:
    app = patched(settings)
    vars(app.world)["gallery"] = Misnamed(app.world._work)
    return app


def _to_anybody(behave: Behaviour) -> Behaviour:
    """Show a task whoever asks for it."""

    async def changed(call: Call) -> Reply:
        task = call.desk.tasks._tasks.get(call.fields["id"])
        return (
            await awaited(behave(call)) if task is None else Reply.json(shown(call.desk, task, call.now, call.origin))
        )

    return changed


def _in_any_size(call: Call) -> None:
    call.fields["size"] = None


def _only_one(call: Call) -> None:
    call.fields["n"] = 1


def _a_text(body: dict[str, Any]) -> None:
    for one in body["data"]:
        if "b64_json" in one:
            one["b64_json"] = base64.b64encode(b"a picture of what you asked for").decode()


def _falling() -> Change:
    """Let the progress of a finished drawing fall by ten each time it is read again."""
    reads: Counter[str] = Counter()

    def change(asked: Asked, answer: Answer) -> None:
        body = orjson.loads(answer.body)
        if body["status"] == "SUCCESS":
            body["progress"] = f"{max(0, 100 - 10 * reads[asked.path])}%"
            reads[asked.path] += 1
            answer.body = orjson.dumps(body)

    return change


def _no_address(body: dict[str, Any]) -> None:
    body["imageUrl"] = ""


def _as_if_its_own(call: Call) -> None:
    """Let every button be one of the task that is named."""
    task = call.desk.tasks.find(call.fields["taskId"], call.account.id, MACHINE)
    if task is not None:
        call.fields["customId"] = _HASH.sub(job_of(task).hash, call.fields["customId"])


PLANTS = (
    Plant(
        name="aitre-picture-of-another-size",
        provider=PROVIDER,
        kind=Kind.PICTURE_SIZE,
        summary="every picture is as large as if nothing were said about its size",
        build=with_verb("createImage", before(_in_any_size)),
        found_by=(A_PICTURE,),
        fact=f"{TABLE}/size",
    ),
    Plant(
        name="aitre-jpeg-called-png",
        provider=PROVIDER,
        kind=Kind.PICTURE_FORMAT,
        summary="what is called a PNG is a JPEG",
        build=_with_jpeg,
        found_by=(A_PICTURE, ENDS),
        fact=f"{TABLE}/format",
    ),
    Plant(
        name="aitre-one-picture",
        provider=PROVIDER,
        kind=Kind.PICTURE_COUNT,
        summary="one picture comes, however many were asked for",
        build=with_verb("createImage", before(_only_one)),
        found_by=("images.as_many_pictures_come_as_were_asked_for",),
        fact=f"{TABLE}/count",
    ),
    Plant(
        name="aitre-text-in-base64",
        provider=PROVIDER,
        kind=Kind.TEXT_AS_PICTURE,
        summary="what comes in base64 is a text",
        build=editing(_a_text, DRAW),
        found_by=(A_PICTURE,),
        fact=f"{TABLE}/base64",
    ),
    Plant(
        name="aitre-drawing-falls-back",
        provider=PROVIDER,
        kind=Kind.PROGRESS_FALLING,
        summary="the progress of a finished drawing falls by ten each time it is read again",
        build=changing_anew(_falling, FETCH, (200,), JSON),
        found_by=("tasks.progress_never_falls", "tasks.a_result_is_stable", FINAL, ALONG),
        fact="/x-voice-tasks/mj/progress",
    ),
    Plant(
        name="aitre-drawing-nowhere",
        provider=PROVIDER,
        kind=Kind.NO_RESULT,
        summary="a drawing that has succeeded tells no address",
        build=editing(_no_address, FETCH),
        found_by=(ENDS,),
        fact="/paths/~1mj~1task~1{id}~1fetch/get/x-voice-pictures/url",
    ),
    Plant(
        name="aitre-foreign-drawings",
        provider=PROVIDER,
        kind=Kind.FOREIGN_TASK,
        summary="the drawings of another account can be read",
        build=with_verb("fetchTask", _to_anybody),
        found_by=("tasks.a_foreign_task_is_not_found",),
        fact="/x-voice-errors/mj_task_unknown/when",
        needs=("funded", "other"),
    ),
    Plant(
        name="aitre-any-button",
        provider=PROVIDER,
        kind=Kind.BUTTON,
        summary="a button of one task works on every other",
        build=with_verb("submitAction", before(_as_if_its_own)),
        found_by=("buttons.a_button_of_another_task_does_not_work",),
        fact="/paths/~1mj~1task~1{id}~1fetch/get/x-voice-buttons/task",
    ),
)
