"""Voice cloning as a task: a reference clip becomes a private model of the account that sent it."""

from __future__ import annotations

from collections.abc import Awaitable

from mockvoice.providers.voiceapi import models, tasks
from mockvoice.service.audio_input import check_length, hear_upload, refuse_audio
from mockvoice.service.call import Call, Reply


def _listen(call: Call) -> Awaitable[None] | None:
    return hear_upload(call, "file", judge=_measure)


def _measure(call: Call) -> None:
    shortest, longest = call.figure("reference-shortest-seconds"), call.figure("reference-longest-seconds")
    check_length(call, call.recording, shortest, longest, "file")
    sound, least = call.recording.sound, call.figure("reference-least-active-share")
    if sound is not None and sound.active_share < least:
        message = f"{sound.active_share:.0%} of it is sound"
        raise refuse_audio(call, "silent", message, "file", f"a voice in at least {least:.0%} of it")


def _submit(call: Call) -> Reply:
    request = {"title": call.fields["title"], "model_id": call.id("model")}
    task = tasks.start(call, "clone", request)
    models.remember(call, task)
    return tasks.accepted(task)


def _status(call: Call) -> Reply:
    task = tasks.find(call, "clone")
    result = {"model_id": task.request["model_id"]} if task.succeeded(call.now) else None
    return tasks.status(call, task, {"result": result})


MEDIA = {"clone_submit": _listen}
BEHAVIOURS = {"clone_submit": _submit, "clone_status": _status}
