"""Lip-sync tasks: made, asked for by id, listed; each question by GET and by POST."""

from __future__ import annotations

from typing import Any

from mockvoice.service.call import Call, Reply
from mockvoice.service.jobs import spelled
from mockvoice.service.lip_sync import Wiring

_LIP_SYNC = Wiring(
    machine="lip-sync",
    file="lip-sync",
    video="video_url",
    audio="audio_url",
    reasons="lip-sync-failure",
    most="lip-sync-list-most",
    absent=("absent-members", "absent"),
    size="limit",
    unknown="job_not_found",
)


def _create(call: Call) -> Reply:
    # What is left is told as if it were charged already.
    remaining = call.remaining
    task, state = _LIP_SYNC.create(call)
    data = {
        "id": task.id,
        "status": state,
        "created_at": spelled(task.timeline[0].at),
        "credits_used": call.price,
        "remaining_credits": remaining,
    }
    return _answer(data, message=call.figure("lip-sync-created"))


def _query(call: Call) -> Reply:
    return _answer(_LIP_SYNC.found(call, call.fields["id"]))


def _list(call: Call) -> Reply:
    return _answer(_LIP_SYNC.page(call))


def _answer(data: dict[str, Any], **more: str) -> Reply:
    return Reply.json({"success": True, **more, "data": data})


MEDIA = {"createLipSync": _LIP_SYNC.look}
BEHAVIOURS = {
    "createLipSync": _create,
    "queryLipSync": _query,
    "postQueryLipSync": _query,
    "listLipSync": _list,
    "postListLipSync": _list,
}
