"""MidJourney: what is submitted becomes a task, buttons of finished tasks lead to others, some wait to be confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.core.tasks import Task
from mockvoice.providers.aitre.drawing import (
    CANCELLED,
    KIND,
    MACHINE,
    MODAL,
    SUBMITTED,
    Button,
    Job,
    buttons_of,
    described,
    job_of,
    listed,
    picture_of,
    shortened,
    shown,
)
from mockvoice.providers.aitre.waiting import QueueFull, queue_of
from mockvoice.service.call import Call, Reply
from mockvoice.service.files import put_up
from mockvoice.service.pictures import NoPicture, Seen, hang

# What a file begins with → how it is called; anything else that decodes is handed back as it came.
_KINDS = ((b"\x89PNG", "png", "image/png"), (b"\xff\xd8", "jpg", "image/jpeg"), (b"RIFF", "webp", "image/webp"))


# -- pictures that come with a request ------------------------------------------------------------------


def _look(call: Call) -> Awaitable[None] | None:
    """media: look at the pictures of a request. Raises ApiError for what is none."""
    fields = call.fields
    sent = [fields["base64"]] if "base64" in fields else fields.get("base64Array") or []
    return _see(call, sent) if sent else None


async def _see(call: Call, sent: list[str]) -> None:
    gallery = call.desk.world.gallery
    field = "base64" if "base64" in call.fields else "base64Array"
    try:
        call.notes["seen"] = await asyncio.gather(*[gallery.look(one) for one in sent])
    except NoPicture as error:
        details = {"field": field, "expected": "a picture in base64", "got": str(error)}
        raise ApiError("mj_bad_picture", **details) from None


# -- new tasks -------------------------------------------------------------------------------------------


def _job(call: Call, action: str, prompt: str, **more: Any) -> Job:
    fields = call.fields
    told = {"state": fields.get("state") or "", "bot": fields.get("botType") or "", **more}
    return Job(action=action, prompt=prompt, hash=call.id("mj-hash"), **told)


def _check_words(call: Call, prompt: str) -> None:
    """Refuse a prompt with a word that is not allowed. Raises ApiError."""
    words = {one.strip(".,;:!?").lower() for one in prompt.split()}
    banned = next((one for one in call.figure("mj-banned-words") if one in words), None)
    if banned is not None:
        told = {"prompt": prompt, "banned_word": banned, "expected": "other words", "got": banned}
        raise ApiError("mj_banned_prompt", field="prompt", **told)


def _imagine(call: Call) -> Reply:
    prompt = call.fields["prompt"]
    _check_words(call, prompt)
    return _begin(call, _job(call, "IMAGINE", prompt, description=f"/imagine {prompt}"))


def _blend(call: Call) -> Reply:
    seen: list[Seen] = call.notes["seen"]
    prompt = ", ".join(one.words or described(call, None, one.width, one.height, one.colour)[0] for one in seen)
    shape = call.figure("mj-shapes")[call.fields.get("dimensions") or "SQUARE"]
    return _begin(call, _job(call, "BLEND", prompt), shape)


def _describe(call: Call) -> Reply:
    (seen,) = call.notes["seen"]
    told, *variants = described(call, seen.words, seen.width, seen.height, seen.colour)
    parts = tuple(variants)
    _, extension, media = next((one for one in _KINDS if seen.data.startswith(one[0])), (b"", "img", "image/*"))

    async def sent() -> bytes:
        return bytes(seen.data)

    file = put_up(call, KIND, extension, media, sent, len(seen.data))
    return _begin(call, _job(call, "DESCRIBE", "", told=told, final=listed(parts), parts=parts, file=file))


def _shorten(call: Call) -> Reply:
    prompt = call.fields["prompt"]
    _check_words(call, prompt)
    final, parts = shortened(call)
    job = _job(call, "SHORTEN", prompt, description=f"/shorten {prompt}", final=final, parts=parts)
    return _begin(call, job, draws=False)


def _begin(call: Call, job: Job, shape: str = "", draws: bool = True) -> Reply:
    """Start a task: at once, or when those before it are done. Raises ApiError when no more may wait."""
    now = call.desk.world.clock.now()
    start, ahead = _place(call, now)
    pace = _pace(call, start - now)
    task = call.desk.start_task(MACHINE, call.account.id, now, {"job": job}, call.fails_after(), pace=pace)
    _settle_in(call, task, job, shape, draws)
    return _accepted(call, task, ahead)


def _place(call: Call, now: float) -> tuple[float, int]:
    try:
        return call.desk.once(queue_of).next_start(call.account.id, now)
    except QueueFull:
        raise ApiError("mj_queue_full", expected="room in the queue", got="a full one") from None


def _pace(call: Call, wait: float) -> dict[str, float]:
    """Return the pace of a task that waits so long before it begins, in seconds."""
    pace = dict(call.desk.spec.pace(MACHINE))
    pace["NOT_START"] = pace.get("NOT_START", 0.0) + wait
    return pace


def _settle_in(call: Call, task: Task, job: Job, shape: str = "", draws: bool = True) -> None:
    """Give a task its place in the queue and its picture, and promise its changes to whoever wants to hear of them."""
    end = task.timeline[-1].at
    call.desk.once(queue_of).take(call.account.id, end)
    if draws and not job.file:
        job = job._replace(file=hang(call, KIND, picture_of(call, job, shape), since=end))
    task.request["job"] = job  # type: ignore[index]
    _announce(call, task)


def _announce(call: Call, task: Task) -> None:
    """Promise to post each change of a task from now on."""
    address = call.fields.get("notifyHook") or task.request.get("hook")
    if not address:
        return
    task.request["hook"] = address  # type: ignore[index]
    desk, origin = call.desk, call.origin

    def told(now: float) -> dict[str, Any]:
        return shown(desk, task, now, origin)

    call.desk.world.hooks.promise(address, task, told, desk.spec.id, call.account.role)


def _accepted(call: Call, task: Task, ahead: int) -> Reply:
    words = call.figure("mj-words")
    if not ahead:
        return _answer(1, words["taken"], task.id)
    code = 1 if call.chosen("proxy-codes") == "rewritten" else 22
    return _answer(code, words["queued"].replace("{count}", str(ahead)), task.id, {"numberOfQueues": ahead})


def _answer(code: int, description: str, result: str, properties: dict[str, Any] | None = None) -> Reply:
    return Reply.json({"code": code, "description": description, "result": result, "properties": properties or {}})


# -- buttons ---------------------------------------------------------------------------------------------


def _own_task(call: Call) -> Task:
    """Return the task of the caller that a request names. Raises ApiError."""
    task = call.desk.tasks.find(call.fields["taskId"], call.account.id, MACHINE)
    if task is None:
        raise ApiError("mj_task_not_found", field="taskId", expected="the id of a task of this account")
    return task


def _check_action(call: Call) -> None:
    task = _own_task(call)
    if not task.succeeded(call.now):
        state = task.at(call.now).state
        raise ApiError("mj_task_not_finished", field="taskId", expected=task.machine.success, got=state)


def _press(call: Call) -> Reply:
    parent, custom_id = _own_task(call), call.fields["customId"]
    job = job_of(parent)
    button = next((one for one in buttons_of(call.desk, job) if one.custom_id == custom_id), None)
    if button is None:
        raise ApiError("mj_no_such_button", field="customId", expected="a button of the task", got=custom_id[:80])
    known = parent.request.setdefault("upscaled", {})  # type: ignore[attr-defined]
    if button.action == "UPSCALE" and custom_id in known:
        return _existing(call, known[custom_id])
    follow = _following(call, parent, job, button)
    if button.is_modal:
        return _ask_to_confirm(call, follow)
    reply = _begin(call, follow)
    if button.action == "UPSCALE":
        known[custom_id] = next(call.desk.tasks.of(call.account.id, MACHINE))
    return reply


def _following(call: Call, parent: Task, job: Job, button: Button) -> Job:
    """Return what a button leads to: the same words, or those of a part that it stands for."""
    number = button.custom_id.rpartition("::")[2]
    is_part = bool(job.parts) and number.isdigit()
    prompt = job.parts[int(number) - 1] if is_part else job.prompt
    description = f"/up {parent.id} {button.label or button.action}"
    follow = _job(call, button.action, prompt, bot=job.bot, custom_id=button.custom_id, description=description)
    if button.action == "DESCRIBE":
        follow = follow._replace(told=job.told, final=job.final, parts=job.parts, file=job.file)
    return follow


def _existing(call: Call, task: Task) -> Reply:
    """Answer a button that was pressed before: what it led to is there."""
    told = shown(call.desk, task, call.now, call.origin)
    code = 1 if call.chosen("proxy-codes") == "rewritten" else 21
    properties = {"status": told["status"], "imageUrl": told["imageUrl"]}
    return _answer(code, call.figure("mj-words")["existing"], task.id, properties)


# -- confirmations ---------------------------------------------------------------------------------------


def _ask_to_confirm(call: Call, job: Job) -> Reply:
    """Make a task that waits, and is cancelled if nobody confirms it."""
    now = call.desk.world.clock.now()
    machine = call.desk.spec.machines[MACHINE]
    way = (*machine.path(machine.initial, MODAL), CANCELLED)
    pace = {**call.desk.spec.pace(MACHINE), machine.initial: 0.0}
    task = call.desk.start_task(MACHINE, call.account.id, now, {"job": job}, None, way, pace)
    _announce(call, task)
    return _answer(21, call.figure("mj-words")["modal"], task.id, {"finalPrompt": job.prompt, "remix": True})


def _check_modal(call: Call) -> None:
    """The relay knows whose task it is before it looks at the quota. Raises ApiError."""
    _own_task(call)


def _confirm(call: Call) -> Reply:
    """Let a waiting task go on, with other words if there are any. Raises ApiError."""
    task, now = _own_task(call), call.desk.world.clock.now()
    state = task.at(now).state
    if state != MODAL:
        raise ApiError("mj_not_waiting", field="taskId", expected=f"a task that is {MODAL}", got=state)
    prompt = call.fields.get("prompt") or job_of(task).prompt
    _check_words(call, prompt)
    start, ahead = _place(call, now)
    machine = task.machine
    pace = call.desk.spec.pace(MACHINE)
    task.go_on(machine.path(SUBMITTED, machine.success), pace, now, start)
    mask = call.fields.get("maskBase64") or ""
    job = job_of(task)._replace(prompt=prompt, mask=mask, state=call.fields.get("state") or job_of(task).state)
    _settle_in(call, task, job)
    return _accepted(call, task, ahead)


def _fetch(call: Call) -> Reply:
    task = call.desk.tasks.find(call.fields["id"], call.account.id, MACHINE)
    if task is None:
        raise ApiError("mj_task_unknown", field="id", expected="the id of a task of this account")
    return Reply.json(shown(call.desk, task, call.now, call.origin))


CHECKS: dict[str, Callable[[Call], None]] = {"submitAction": _check_action, "submitModal": _check_modal}
MEDIA = {"submitImagine": _look, "submitBlend": _look, "submitDescribe": _look}
BEHAVIOURS = {
    "submitImagine": _imagine,
    "submitAction": _press,
    "submitBlend": _blend,
    "submitDescribe": _describe,
    "submitModal": _confirm,
    "submitShorten": _shorten,
    "fetchTask": _fetch,
}
