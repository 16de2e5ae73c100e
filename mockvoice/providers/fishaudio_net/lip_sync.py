"""Lip-sync tasks: made, asked for by id, listed; each question by GET and by POST."""

from __future__ import annotations

from mockvoice.core.times import rfc3339
from mockvoice.service.call import Call, Reply
from mockvoice.service.lip_sync import Wiring, wrapped

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
        "created_at": rfc3339(task.timeline[0].at),
        "credits_used": call.price,
        "remaining_credits": remaining,
    }
    return wrapped(data, message=call.figure("lip-sync-created"))


def _query(call: Call) -> Reply:
    return wrapped(_LIP_SYNC.found(call, call.fields["id"]))


def _list(call: Call) -> Reply:
    return wrapped(_LIP_SYNC.page(call))


MEDIA = {"createLipSync": _LIP_SYNC.look}
BEHAVIOURS = {
    "createLipSync": _create,
    "queryLipSync": _query,
    "postQueryLipSync": _query,
    "listLipSync": _list,
    "postListLipSync": _list,
}
