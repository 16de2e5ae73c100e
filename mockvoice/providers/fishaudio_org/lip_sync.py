"""Lip-sync jobs: made, read, listed. The jobs of the first generation are not among them."""

from __future__ import annotations

from mockvoice.service.call import Call, Reply
from mockvoice.service.lip_sync import Wiring, wrapped

_LIP_SYNC = Wiring(
    machine="lip-sync",
    file="lip-sync",
    video="videoUrl",
    audio="audioUrl",
    reasons="lip-sync-failure",
    most="lip-sync-list-most",
    absent=("absent-members", "absent"),
    size="limit",
    unknown="job_not_found",
)


def _create(call: Call) -> Reply:
    task, state = _LIP_SYNC.create(call)
    return wrapped({"id": task.id, "status": state}, message=call.figure("lip-sync-created"))


def _read(call: Call) -> Reply:
    return wrapped(_LIP_SYNC.found(call, call.fields["jobId"]))


def _list(call: Call) -> Reply:
    return wrapped(_LIP_SYNC.page(call))


MEDIA = {"createLipSyncJob": _LIP_SYNC.look}
BEHAVIOURS = {"createLipSyncJob": _create, "getLipSyncJob": _read, "listLipSyncJobs": _list}
