"""What the three kinds of task have in common: submit, status, and the way to what a task has made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.core.tasks import Task
from mockvoice.service.call import Call, Reply


def start(call: Call, kind: str, request: Mapping[str, Any], fails_after: str | None = None) -> Task:
    """Make a task of a kind for the caller; a magic input decides where it fails, else `fails_after`.

    It begins now, not when the request came: listening to an upload takes time that is not the task's.
    """
    now = call.desk.world.clock.now()
    return call.desk.start_task(kind, call.account.id, now, request, call.fails_after() or fails_after)


def accepted(task: Task) -> Reply:
    """Answer a submit: the task as it begins, however fast it will be done."""
    first = task.timeline[0]
    return Reply.json({"task_id": task.id, "status": first.state, "progress": first.progress})


def find(call: Call, kind: str) -> Task:
    """Return the caller's task of the path. Raises ApiError for any other id, whatever it looks like."""
    task_id = call.fields["task_id"]
    task = call.desk.tasks.find(task_id, call.account.id, kind)
    if task is None:
        raise ApiError("unknown_task", field="task_id", expected=f"the id of a {kind} task of this account")
    return task


def finished(call: Call, kind: str) -> Task:
    """Return the caller's task once it has succeeded. Raises ApiError for one that has not, or never will."""
    task = find(call, kind)
    if not task.succeeded(call.now):
        state = task.at(call.now).state
        code = "task_failed" if state in task.machine.terminal else "not_ready"
        raise ApiError(code, state=state, expected=task.machine.success, got=state)
    return task


def status(call: Call, task: Task, result: Mapping[str, Any]) -> Reply:
    """Answer a poll; `result` is the member of that name, or empty where there is none."""
    moment = task.at(call.now)
    body = {"task_id": task.id, "status": moment.state, "progress": moment.progress, **result}
    if moment.state in task.machine.terminal and moment.state != task.machine.success:
        reason = call.figure("failure-reasons").get(task.machine.name)
        if reason is not None:
            body["error"] = reason
    return Reply.json(body)
