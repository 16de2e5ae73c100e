"""Lip-sync, whoever the provider: the face of a video says what is heard in an audio; jobs are made, shown and listed.

A video without a face is found out when its job is worked on, so the job fails; all else is judged before it is made.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, NamedTuple

from mockvoice.core.tasks import Task
from mockvoice.service import films, jobs
from mockvoice.service.call import Call, Reply

# What a job remembers of a video without a face: a key of the figure with the reasons.
_NO_FACE = "no-face"


def wrapped(data: dict[str, Any], **more: str) -> Reply:
    """Return an answer in the envelope that both generations have for lip-sync."""
    return Reply.json({"success": True, **more, "data": data})


class Wiring(NamedTuple):
    """What a provider calls it: its machine and kind of file, fields of the request, figures, a row and an error.

    `reasons` (by what went wrong, with `otherwise`) and `most` (of a page) are figures; `absent` is a row and
    its reading that leaves out what is not there; `size` is the parameter of a list for the size of a page; `unknown`
    is the error for an id of nobody's.
    """

    machine: str
    file: str
    video: str
    audio: str
    reasons: str
    most: str
    absent: tuple[str, str]
    size: str
    unknown: str

    def look(self, call: Call) -> Awaitable[None]:
        """Judge the video and the audio of a call. Raises ApiError."""
        return films.take_both(call, self.video, self.audio)

    def create(self, call: Call) -> tuple[Task, str]:
        """Make the job that a call asks for, charged as the spec says; return it and its first state."""
        has_face = call.notes[films.FACE]
        fails_after = None if has_face else call.desk.spec.machines[self.machine].way_to_success()[-2]
        product = films.film_of(call, self.file, self.audio)
        task = jobs.start(call, self.machine, product, {"why": "" if has_face else _NO_FACE}, fails_after)
        jobs.charge(call, task)
        return task, task.at(task.timeline[0].at).state

    def found(self, call: Call, job_id: str) -> dict[str, Any]:
        """Return the caller's job of an id, as answers show it. Raises ApiError where there is none."""
        return self.shown(call, jobs.find(call, self.machine, job_id, self.unknown))

    def shown(self, call: Call, task: Task) -> dict[str, Any]:
        """Return a job as answers show it."""
        moment = task.at(call.now)
        created, updated, over = jobs.times(task, moment)
        is_completed = moment.state == task.machine.success
        reasons = call.figure(self.reasons)
        has_failed = over is not None and not is_completed
        found = {
            "id": task.id,
            "status": moment.state,
            "progress": moment.progress,
            "result_url": jobs.result_url(call, task),
            "error_message": reasons.get(task.request["why"], reasons["otherwise"]) if has_failed else None,
            "created_at": created,
            "updated_at": updated,
            "completed_at": over if is_completed else None,
            "credits_used": jobs.cost(task, moment),
        }
        row, left_out = self.absent
        if call.chosen(row) == left_out:
            return {name: value for name, value in found.items() if value is not None}
        return found

    def page(self, call: Call) -> dict[str, Any]:
        """Return the page of jobs that a call asks for, newest first, and how many there are in each state."""
        roll = call.desk.tasks.roll_of(call.account.id, self.machine)
        page, state = call.fields["page"], call.fields.get("status")
        limit = min(call.fields[self.size], call.figure(self.most))
        counts = roll.counts(call.now)
        total = len(roll) if state is None else counts.get(state, 0)
        tasks = roll.page((page - 1) * limit, limit, call.now, state)
        states = call.desk.spec.machines[self.machine].states
        return {
            "tasks": [self.shown(call, one) for one in tasks],
            "pagination": {
                "page": page,
                "limit": limit,
                "total": total,
                "total_pages": -(-total // limit),
                "has_more": page * limit < total,
            },
            "statistics": {"total": len(roll), **{one: counts.get(one, 0) for one in states}},
        }
