"""Speech: at once, as bytes or as the address of a file, or as a job."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockvoice.audio.script import Script, solo
from mockvoice.core.errors import ApiError
from mockvoice.service import jobs, voices
from mockvoice.service.call import Call, Reply
from mockvoice.service.files import Make, address, put_up
from mockvoice.service.speech import given, speak_file

_MACHINE = _FILE = "speech"
# What a voice may be called in a request, the present name first.
_VOICE = ("voiceId", "reference_id", "modelId")


def _check(call: Call) -> None:
    """Find the voice that is to speak. Raises ApiError for one that the caller may not use."""
    name = next(one for one in _VOICE if call.fields.get(one) is not None)
    voice_id = call.fields[name]
    voice = voices.find(call, voice_id)
    if voice is None:
        expected = "the id of a voice that GET /voices lists"
        raise ApiError("voice_not_found", field=name, voice_id=voice_id[:80], expected=expected, got=voice_id[:80])
    call.notes["script"] = solo(call.fields["text"], voice.id, 1.0, given(call, "format"))


def _speak(call: Call) -> Reply | Awaitable[Reply]:
    script: Script = call.notes["script"]
    if not call.fields.get("cache"):
        return speak_file(call, script, _media(call, script).encode())
    name = put_up(call, _FILE, script.format, _media(call, script), _maker(call, script))
    return Reply.json({
        "audio_url": address(call, name),
        "credits_used": call.price,
        "quota_remaining": call.remaining,
    })  # fmt: skip


def _media(call: Call, script: Script) -> str:
    return call.operation.format_types[script.format]


def _maker(call: Call, script: Script) -> Make:
    studio = call.desk.studio

    async def make() -> bytes:
        return (await studio.speak(script)).data

    return make


def _start(call: Call) -> Reply:
    script: Script = call.notes["script"]
    product = jobs.Product(_FILE, script.format, _media(call, script), _maker(call, script), len(call.fields["text"]))
    task = jobs.start(call, _MACHINE, product, {}, None)
    jobs.charge(call, task)
    return Reply.json({"id": task.id, "status": task.at(task.timeline[0].at).state})


def _status(call: Call) -> Reply:
    task = jobs.find(call, _MACHINE, call.fields["taskId"], "job_not_found")
    state = task.at(call.now).state
    body: dict[str, Any] = {"id": task.id, "status": state}
    url = jobs.result_url(call, task)
    if url is not None:
        body["audioUrl"] = url
    elif state in task.machine.terminal:
        body |= call.figure("speech-job-failure")
    return Reply.json(body)


CHECKS = {"createSpeech": _check, "createSpeechJob": _check}
BEHAVIOURS = {"createSpeech": _speak, "createSpeechJob": _start, "getSpeechJob": _status}
