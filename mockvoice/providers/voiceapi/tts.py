"""Speech as a task: a script with speaker markers is submitted, polled, and downloaded as one file."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from mockvoice.audio.script import Line, Script
from mockvoice.core.errors import ApiError
from mockvoice.providers.voiceapi import models, tasks
from mockvoice.service.call import Call, Reply
from mockvoice.service.speech import speak_file
from mockvoice.service.world import Desk


class _Notation(NamedTuple):
    """How a script is read: what marks a speaker (its number in a group), what is not spoken, where counting begins."""

    marker: re.Pattern[str]
    cue: re.Pattern[str]
    first: int


def _notation(desk: Desk) -> _Notation:
    marker, cue = desk.figure("speaker-marker"), desk.figure("emotion-cue")
    return _Notation(re.compile(marker), re.compile(cue), desk.figure("first-marker"))


def _check(call: Call) -> None:
    """Read the script: every marker needs a model, and every model has to be one the caller may use."""
    model_ids = call.fields["model_ids"]
    notation = call.desk.once(_notation)
    before, *marked = notation.marker.split(call.fields["text"])
    numbers = marked[::2]
    # Numbers are compared as text: a marker may hold thousands of digits, and 01 is the number of no model.
    models_by_number = {str(number): one for number, one in enumerate(model_ids, start=notation.first)}
    _check_markers(call, numbers, models_by_number)
    for model_id in model_ids:
        if not models.may_use(call, model_id):
            expected = "the _id of a model that GET /v1/models lists"
            raise ApiError("unknown_model", field="model_ids", model_id=model_id[:80], expected=expected, got=model_id)
    speakers = [model_ids[0], *(models_by_number.get(number, model_ids[0]) for number in numbers)]
    spoken = [" ".join(notation.cue.sub(" ", words).split()) for words in (before, *marked[1::2])]
    lines = [Line(model, words) for model, words in zip(speakers, spoken, strict=True)]
    said = [line for line in lines if line.text] or lines[:1]
    # What one speaker says in a row is one line, whatever markers stand in it.
    turns = [(voice, [line.text for line in row]) for voice, row in groupby(said, key=lambda line: line.voice)]
    call.notes["lines"] = tuple(Line(voice, " ".join(texts)) for voice, texts in turns)


def _check_markers(call: Call, numbers: Sequence[str], models_by_number: Mapping[str, str]) -> None:
    count = len(models_by_number)
    if not numbers and count > 1 and call.chosen("no-marker") == "refused":
        raise ApiError("marker_without_model", field="text", message=f"{count} models need speaker markers")
    beyond = next((number for number in numbers if number not in models_by_number), None)
    if beyond is None:
        return
    row = "one-model-many-markers" if count == 1 and len({*numbers}) > 1 else "marker-beyond"
    if call.chosen(row) == "422":
        known = ", ".join(models_by_number)
        raise ApiError(
            "marker_without_model",
            field="text",
            message=f"speaker {beyond[:20]} has no model in model_ids",
            expected=f"only the speakers {known[:80]}",
            got=beyond[:20],
        )


def _submit(call: Call) -> Reply:
    script = Script(call.notes["lines"], 1.0, call.figure("audio-format"))
    return tasks.accepted(tasks.start(call, "tts", {"script": script}))


def _status(call: Call) -> Reply:
    result = {} if call.chosen("tts-result") == "absent" else {"result": None}
    return tasks.status(call, tasks.find(call, "tts"), result)


def _audio(call: Call) -> Reply | Awaitable[Reply]:
    task = tasks.finished(call, "tts")
    name = call.fields.get("filename") or call.figure("download-name").format(task_id=task.id)
    media = call.operation.responses[call.operation.success].media[0].encode()
    values = {"disposition": call.figure("disposition").format(name=name)}
    return speak_file(call, task.request["script"], media, values)


CHECKS = {"tts_submit": _check}
BEHAVIOURS = {"tts_submit": _submit, "tts_status": _status, "tts_audio": _audio}
