"""Buttons of MidJourney's finished tasks: what they lead to, and what waits to be confirmed first."""

from __future__ import annotations

from mockvoice.core.errors import ApiError
from mockvoice.core.tasks import Task
from mockvoice.providers.aitre.drawing import (
    CANCELLED,
    MACHINE,
    MODAL,
    SUBMITTED,
    Button,
    Job,
    buttons_of,
    job_of,
    shown,
)
from mockvoice.providers.aitre.midjourney import (
    accepted,
    announce,
    answer,
    begin,
    check_words,
    new_job,
    place,
    settle_in,
)
from mockvoice.service.call import Call, Reply


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
    reply = begin(call, follow)
    if button.action == "UPSCALE":
        known[custom_id] = next(call.desk.tasks.of(call.account.id, MACHINE))
    return reply


def _following(call: Call, parent: Task, job: Job, button: Button) -> Job:
    """Return what a button leads to: the same words, or those of a part that it stands for."""
    number = button.custom_id.rpartition("::")[2]
    is_part = bool(job.parts) and number.isdigit()
    prompt = job.parts[int(number) - 1] if is_part else job.prompt
    description = f"/up {parent.id} {button.label or button.action}"
    follow = new_job(call, button.action, prompt, bot=job.bot, custom_id=button.custom_id, description=description)
    if button.action == "DESCRIBE":
        follow = follow._replace(told=job.told, final=job.final, parts=job.parts, file=job.file)
    return follow


def _existing(call: Call, task: Task) -> Reply:
    """Answer a button that was pressed before: what it led to is there."""
    told = shown(call.desk, task, call.now, call.origin)
    code = 1 if call.chosen("proxy-codes") == "rewritten" else 21
    properties = {"status": told["status"], "imageUrl": told["imageUrl"]}
    return answer(code, call.figure("mj-words")["existing"], task.id, properties)


# -- confirmations ---------------------------------------------------------------------------------------


def _ask_to_confirm(call: Call, job: Job) -> Reply:
    """Make a task that waits, and is cancelled if nobody confirms it."""
    now = call.desk.world.clock.now()
    machine = call.desk.spec.machines[MACHINE]
    way = (*machine.path(machine.initial, MODAL), CANCELLED)
    pace = {**call.desk.spec.pace(MACHINE), machine.initial: 0.0}
    task = call.desk.start_task(MACHINE, call.account.id, now, {"job": job}, None, way, pace)
    announce(call, task)
    return answer(21, call.figure("mj-words")["modal"], task.id, {"finalPrompt": job.prompt, "remix": True})


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
    check_words(call, prompt)
    start, ahead = place(call, now)
    machine = task.machine
    pace = call.desk.spec.pace(MACHINE)
    task.go_on(machine.path(SUBMITTED, machine.success), pace, now, start)
    mask = call.fields.get("maskBase64") or ""
    job = job_of(task)._replace(prompt=prompt, mask=mask, state=call.fields.get("state") or job_of(task).state)
    settle_in(call, task, job)
    return accepted(call, task, ahead)


CHECKS = {"submitAction": _check_action, "submitModal": _check_modal}
BEHAVIOURS = {"submitAction": _press, "submitModal": _confirm}
