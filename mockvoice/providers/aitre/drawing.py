"""What a task of MidJourney is about, and how it shows: the object that is fetched, and posted to a hook."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from mockvoice.audio.picture import Picture
from mockvoice.core.tasks import Task
from mockvoice.service.call import Call
from mockvoice.service.files import FILES_PATH
from mockvoice.service.world import Desk

# The machine of x-voice-tasks, the states that mean something to the code, and the kind of x-voice-files.
MACHINE = "mj"
MODAL, SUBMITTED, RUNNING, CANCELLED = "MODAL", "SUBMITTED", "IN_PROGRESS", "CANCEL"
KIND = "drawing"

_SHAPE = re.compile(r"--(?:ar|aspect) (\d{1,3}):(\d{1,3})")
# The longest side is at most four times the shortest; sides are whole blocks of pixels.
_LONGEST, _BLOCK = 4.0, 8
_KEYCAPS = "\ufe0f\u20e3"
_COLOURS = {"red": (255, 0, 0), "green": (0, 160, 0), "blue": (0, 0, 255), "black": (0, 0, 0), "white": (255, 255, 255),
    "grey": (128, 128, 128), "yellow": (230, 220, 0), "brown": (120, 70, 30)}  # fmt: skip


class Job(NamedTuple):
    """What a task does. `file` is the name of its picture on the shelf, empty where it makes none.

    `told` is what it finds out (of a description or a shortened prompt), `parts` the prompts that buttons lead on with.
    """

    action: str
    prompt: str
    bot: str
    hash: str
    state: str = ""
    custom_id: str = ""
    description: str = ""
    file: str = ""
    told: str = ""
    final: str = ""
    parts: tuple[str, ...] = ()
    mask: str = ""


class Button(NamedTuple):
    """A button of a finished task: what it is called, what it leads to, and whether that waits for a confirmation."""

    custom_id: str
    label: str
    emoji: str
    action: str
    is_modal: bool


def job_of(task: Task) -> Job:
    """Return what a task does."""
    job: Job = task.request["job"]
    return job


def buttons_of(desk: Desk, job: Job) -> Iterator[Button]:
    """Yield the buttons that a task has once it has succeeded."""
    for row in desk.figure("mj-buttons")[desk.figure("mj-shows")[job.action]]:
        custom_id = row["customId"].replace("{hash}", job.hash)
        yield Button(custom_id, row["label"], row["emoji"], row["action"], row.get("modal", False))


def shown(desk: Desk, task: Task, now: float, origin: str) -> dict[str, Any]:
    """Return a task as it is told at a time; `origin` is where its picture is reached."""
    job, moment = job_of(task), task.at(now)
    has_succeeded = moment.state == task.machine.success
    is_over = moment.state in task.machine.terminal
    began = next((one.at for one in task.timeline if one.state == RUNNING and one.at <= now), 0.0)
    words: Mapping[str, str] = desk.figure("mj-words")
    reason = {"FAILURE": words["failed"], CANCELLED: words["cancelled"]}.get(moment.state, "")
    final = job.final or job.prompt
    return {
        "id": task.id,
        "action": job.action,
        "customId": job.custom_id,
        "botType": job.bot,
        "prompt": job.prompt,
        "promptEn": job.told if has_succeeded and job.told else job.prompt,
        "description": job.description or f"/{job.action.lower()} {task.id}.png",
        "state": job.state,
        "submitTime": _milliseconds(task.timeline[0].at),
        "startTime": _milliseconds(began),
        "finishTime": _milliseconds(task.timeline[-1].at) if is_over else 0,
        "imageUrl": f"{origin}{FILES_PATH}{job.file}" if has_succeeded and job.file else "",
        "status": moment.state,
        "progress": f"{moment.progress}%",
        "failReason": reason,
        "buttons": [_button(one) for one in buttons_of(desk, job)] if has_succeeded else None,
        "maskBase64": job.mask,
        "properties": {"finalPrompt": final, "finalZhPrompt": ""} if has_succeeded else None,
    }


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _button(one: Button) -> dict[str, Any]:
    return {"customId": one.custom_id, "emoji": one.emoji, "label": one.label, "type": 2, "style": 2}


# -- what is drawn and said ----------------------------------------------------------------------------


def picture_of(call: Call, job: Job, shape: str = "") -> Picture:
    """Return the picture of a job: in the shape that is named (`3:2`) or that the prompt asks for, with its words."""
    shows = call.figure("mj-shows")[job.action]
    side = call.figure("mj-sides")["single" if shows == "single" else "grid"]
    found = _SHAPE.search(f"--ar {shape}" if shape else job.prompt)
    across, down = (int(found[1]) or 1, int(found[2]) or 1) if found else (1, 1)
    ratio = min(max(across / down, 1 / _LONGEST), _LONGEST)
    width, height = (max(1, round(side * root / _BLOCK)) * _BLOCK for root in (math.sqrt(ratio), 1 / math.sqrt(ratio)))
    return Picture(job.prompt, width, height, f"{call.desk.world.settings.seed}/{job.hash}")


def described(call: Call, words: str | None, width: int, height: int, colour: tuple[int, int, int]) -> tuple[str, ...]:
    """Return a picture in words: exactly its own if it is one of ours, else what it looks like; then four variants."""
    rule = call.figure("mj-described")
    told = words or rule["words"].format(width=width, height=height, colour=_name_of(colour))
    shape = f" --ar {width // math.gcd(width, height)}:{height // math.gcd(width, height)}"
    return told, *(f"{told}{variant}{shape}" for variant in rule["variants"])


@lru_cache(maxsize=256)
def _name_of(colour: tuple[int, int, int]) -> str:
    return min(_COLOURS, key=lambda one: math.dist(_COLOURS[one], colour))


def shortened(call: Call) -> tuple[str, tuple[str, ...]]:
    """Return which words of a prompt count, and five shorter prompts, each with fewer of them."""
    least = call.figure("mj-important-letters")
    words = call.fields["prompt"].split()
    marked = [f"**{one}**" if _letters(one) >= least else f"~~{one}~~" for one in words]
    important = [one.strip(",.;:") for one in words if _letters(one) >= least] or words[:1]
    counts = [max(1, len(important) - fewer) for fewer in range(5)]
    parts = tuple(", ".join(important[:count]) for count in counts)
    return f"## Important tokens\n{' '.join(marked)}\n## Shortened prompts\n{listed(parts)}", parts


def _letters(word: str) -> int:
    return sum(one.isalpha() for one in word)


def listed(parts: tuple[str, ...]) -> str:
    """Return prompts as a numbered list."""
    return "\n\n".join(f"{number}{_KEYCAPS} {part}" for number, part in enumerate(parts, start=1))
