"""Lip-sync: the face of a video says what is heard in an audio. A task is made, asked for, and listed."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockvoice.core.tasks import Task
from mockvoice.service import films, jobs
from mockvoice.service.call import Call, Reply

_MACHINE = _FILE = "lip-sync"
# What a task remembers of a video without a face.
_NO_FACE = "no-face"


def _look(call: Call) -> Awaitable[None]:
    return films.take_both(call, "video_url", "audio_url")


def _create(call: Call) -> Reply:
    has_face = call.notes[films.FACE]
    request = {"why": "" if has_face else _NO_FACE}
    # A face is looked for when the task is worked on.
    fails_after = None if has_face else call.desk.spec.machines[_MACHINE].way_to_success()[-2]
    remaining = call.remaining
    task = jobs.start(call, _MACHINE, films.film_of(call, _FILE, "audio_url"), request, fails_after)
    jobs.charge(call, task)
    begin = task.timeline[0].at
    data = {
        "id": task.id,
        "status": task.at(begin).state,
        "created_at": jobs.spelled(begin),
        "credits_used": call.price,
        "remaining_credits": remaining,
    }
    return Reply.json({"success": True, "message": call.figure("lip-sync-created"), "data": data})


def _shown(call: Call, task: Task) -> dict[str, Any]:
    """Return a task as answers show it."""
    moment = task.at(call.now)
    created, updated, over = jobs.times(task, call.now)
    is_completed = moment.state == task.machine.success
    reasons = call.figure("lip-sync-failure")
    failure = None
    if over is not None and not is_completed:
        failure = reasons.get(task.request["why"], reasons["otherwise"])
    found = {
        "id": task.id,
        "status": moment.state,
        "progress": moment.progress,
        "result_url": jobs.result_url(call, task),
        "error_message": failure,
        "created_at": created,
        "updated_at": updated,
        "completed_at": over if is_completed else None,
        "credits_used": jobs.cost(call, task),
    }
    if call.chosen("absent-members") == "absent":
        return {name: value for name, value in found.items() if value is not None}
    return found


def _query(call: Call) -> Reply:
    task = jobs.find(call, _MACHINE, call.fields["id"], "job_not_found")
    return Reply.json({"success": True, "data": _shown(call, task)})


def _list(call: Call) -> Reply:
    roll = call.desk.tasks.roll_of(call.account.id, _MACHINE)
    page, state = call.fields["page"], call.fields.get("status")
    limit = min(call.fields["limit"], call.figure("lip-sync-list-most"))
    counts = roll.counts(call.now)
    total = len(roll) if state is None else counts.get(state, 0)
    tasks = roll.page((page - 1) * limit, limit, call.now, state)
    pagination = {
        "page": page,
        "limit": limit,
        "total": total,
        "total_pages": -(-total // limit),
        "has_more": page * limit < total,
    }
    states = call.desk.spec.machines[_MACHINE].states
    statistics = {"total": len(roll), **{one: counts.get(one, 0) for one in states}}
    data = {"tasks": [_shown(call, one) for one in tasks], "pagination": pagination, "statistics": statistics}
    return Reply.json({"success": True, "data": data})


MEDIA = {"createLipSync": _look}
BEHAVIOURS = {
    "createLipSync": _create,
    "queryLipSync": _query,
    "postQueryLipSync": _query,
    "listLipSync": _list,
    "postListLipSync": _list,
}
