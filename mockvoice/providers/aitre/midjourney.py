"""MidJourney: what is submitted becomes a task that is drawn at once, or waits for its turn. Buttons: buttons.py."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.core.tasks import Task
from mockvoice.providers.aitre.drawing import KIND, MACHINE, Job, described, listed, picture_of, shortened, shown
from mockvoice.providers.aitre.waiting import QueueFull, queue_of
from mockvoice.service.call import Call, Reply
from mockvoice.service.files import put_up
from mockvoice.service.jobs import charge
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
        # One after the other: most were seen before, and a task for each costs more than looking it up.
        call.notes["seen"] = [await gallery.look(one) for one in sent]
    except NoPicture as error:
        details = {"field": field, "expected": "a picture in base64", "got": str(error)}
        raise ApiError("mj_bad_picture", **details) from None


# -- new tasks -------------------------------------------------------------------------------------------


def new_job(call: Call, action: str, prompt: str, **more: Any) -> Job:
    """Return a job of the caller; `more` is what else is known of it."""
    fields = call.fields
    told = {"state": fields.get("state") or "", "bot": fields.get("botType") or "", **more}
    return Job(action=action, prompt=prompt, hash=call.id("mj-hash"), **told)


def check_words(call: Call, prompt: str) -> None:
    """Refuse a prompt with a word that is not allowed. Raises ApiError."""
    words = {one.strip(".,;:!?").lower() for one in prompt.split()}
    banned = next((one for one in call.figure("mj-banned-words") if one in words), None)
    if banned is not None:
        told = {"prompt": prompt, "banned_word": banned, "expected": "other words", "got": banned}
        raise ApiError("mj_banned_prompt", field="prompt", **told)


def _imagine(call: Call) -> Reply:
    prompt = call.fields["prompt"]
    check_words(call, prompt)
    return begin(call, new_job(call, "IMAGINE", prompt, description=f"/imagine {prompt}"))


def _blend(call: Call) -> Reply:
    seen: list[Seen] = call.notes["seen"]
    prompt = ", ".join(one.words or described(call, None, one.width, one.height, one.colour)[0] for one in seen)
    shape = call.figure("mj-shapes")[call.fields.get("dimensions") or "SQUARE"]
    return begin(call, new_job(call, "BLEND", prompt), shape)


def _describe(call: Call) -> Reply:
    (seen,) = call.notes["seen"]
    told, *variants = described(call, seen.words, seen.width, seen.height, seen.colour)
    parts = tuple(variants)
    _, extension, media = next((one for one in _KINDS if seen.data.startswith(one[0])), (b"", "img", "image/*"))

    async def sent() -> bytes:
        return bytes(seen.data)

    file = put_up(call, KIND, extension, media, sent, len(seen.data))
    return begin(call, new_job(call, "DESCRIBE", "", told=told, final=listed(parts), parts=parts, file=file))


def _shorten(call: Call) -> Reply:
    prompt = call.fields["prompt"]
    check_words(call, prompt)
    final, parts = shortened(call)
    job = new_job(call, "SHORTEN", prompt, description=f"/shorten {prompt}", final=final, parts=parts)
    return begin(call, job, draws=False)


def begin(call: Call, job: Job, shape: str = "", draws: bool = True) -> Reply:
    """Start a task: at once, or when those before it are done. Raises ApiError when no more may wait."""
    now = call.desk.world.clock.now()
    start, ahead = place(call, now)
    pace = _pace(call, start - now)
    task = call.desk.start_task(MACHINE, call.account.id, now, {"job": job}, call.fails_after(), pace=pace)
    settle_in(call, task, job, shape, draws)
    charge(call, task)
    return accepted(call, task, ahead)


def place(call: Call, now: float) -> tuple[float, int]:
    """Return when the caller's next task may begin, and how many wait before it. Raises ApiError."""
    try:
        return call.desk.once(queue_of).next_start(call.account.id, now)
    except QueueFull:
        raise ApiError("mj_queue_full", expected="room in the queue", got="a full one") from None


def _pace(call: Call, wait: float) -> dict[str, float]:
    """Return the pace of a task that waits so long before it begins, in seconds."""
    pace = dict(call.desk.spec.pace(MACHINE))
    pace["NOT_START"] = pace.get("NOT_START", 0.0) + wait
    return pace


def settle_in(call: Call, task: Task, job: Job, shape: str = "", draws: bool = True) -> None:
    """Give a task its place in the queue and its picture, and promise its changes to whoever wants to hear of them."""
    end = task.timeline[-1].at
    call.desk.once(queue_of).take(call.account.id, end)
    if draws and not job.file:
        job = job._replace(file=hang(call, KIND, picture_of(call, job, shape), since=end))
    task.request["job"] = job  # type: ignore[index]
    announce(call, task)


def announce(call: Call, task: Task) -> None:
    """Promise to post each change of a task from now on."""
    address = call.fields.get("notifyHook") or task.request.get("hook")
    if not address:
        return
    task.request["hook"] = address  # type: ignore[index]
    desk, origin = call.desk, call.origin

    def told(now: float) -> dict[str, Any]:
        return shown(desk, task, now, origin)

    call.desk.world.hooks.promise(address, task, told, desk.spec.id, call.account.role)


def accepted(call: Call, task: Task, ahead: int) -> Reply:
    """Answer that a task was taken: at once, or behind so many others."""
    words = call.figure("mj-words")
    if not ahead:
        return answer(1, words["taken"], task.id)
    code = 1 if call.chosen("proxy-codes") == "rewritten" else 22
    return answer(code, words["queued"].replace("{count}", str(ahead)), task.id, {"numberOfQueues": ahead})


def answer(code: int, description: str, result: str, properties: dict[str, Any] | None = None) -> Reply:
    """Answer a submit."""
    return Reply.json({"code": code, "description": description, "result": result, "properties": properties or {}})


def _fetch(call: Call) -> Reply:
    task = call.desk.tasks.find(call.fields["id"], call.account.id, MACHINE)
    if task is None:
        raise ApiError("mj_task_unknown", field="id", expected="the id of a task of this account")
    return Reply.json(shown(call.desk, task, call.now, call.origin))


MEDIA = {"submitImagine": _look, "submitBlend": _look, "submitDescribe": _look}
BEHAVIOURS = {
    "submitImagine": _imagine,
    "submitBlend": _blend,
    "submitDescribe": _describe,
    "submitShorten": _shorten,
    "fetchTask": _fetch,
}
