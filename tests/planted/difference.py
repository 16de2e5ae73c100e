"""What is different about two answers to the same request, in words: status, headers, members."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mockvoice.openapi.pointer import spell
from tests.harness.wire import Answer
from tests.planted.events import events_of

# Content-Length follows from the body; the hint stands beside the wire.
_LEFT_OUT = frozenset({"content-length", "x-mockvoice-hint"})
# Ids are counted: a call that is refused elsewhere, or not refused, moves all that come after.
_IDS = re.compile(
    r"(?:req|task|job)_[0-9A-Za-z]{24}|lip_[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{64}\b"
    r"|\b[0-9a-f]{32}\b|\b[0-9]{23}[0-9A-Za-z]{8}\b|(?:chatcmpl|cmpl)-[0-9A-Za-z]{29}|call_[0-9A-Za-z]{24}"
    # Of sixteen digits, which are no decimals.
    r"|(?<!\.)\b[0-9]{16}\b(?!\.)"
)
_ID = "<id>"
_SHOWN = 60
GONE = "gone"
# In an expected difference: any text.
ANY = "…"


def differences(right: Answer, wrong: Answer) -> tuple[str, ...]:
    """Return one line for each difference; none for answers that mean the same."""
    return tuple(_differences(right, wrong))


def _differences(right: Answer, wrong: Answer) -> Iterator[str]:
    if right.status != wrong.status:
        yield f"status: {right.status} → {wrong.status}"
    yield from _of_headers(right, wrong)
    if right.body == wrong.body:
        return
    before, after = _meaning(right), _meaning(wrong)
    if isinstance(before, dict | list) and isinstance(after, dict | list):
        yield from _of_values((), before, after)
    elif before != after:
        yield f"body: {_show(before)} → {_show(after)}"


def _of_headers(right: Answer, wrong: Answer) -> Iterator[str]:
    before, after = (
        {name.lower(): _IDS.sub(_ID, value) for name, value in one.header_list if name.lower() not in _LEFT_OUT}
        for one in (right, wrong)
    )
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield f"{name}: {before.get(name, GONE)} → {after.get(name, GONE)}"


def _meaning(answer: Answer) -> Any:
    """Return JSON as a value, events as a list of values, audio and films as bytes, anything else as text."""
    media = {name.lower(): value for name, value in answer.header_list}.get("content-type", "")
    if media.startswith("text/event-stream"):
        return events_of(_IDS.sub(_ID, answer.body.decode()).encode())
    if media.startswith(("audio/", "video/")):
        return answer.body
    text = _IDS.sub(_ID, answer.body.decode())
    try:
        return json.loads(text)
    except ValueError:
        return text


def _of_values(path: tuple[str | int, ...], before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(one for one in after if one not in before)]:
            yield from _of_members((*path, name), before.get(name, _Absent), after.get(name, _Absent))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            old, new = (one[index] if index < len(one) else _Absent for one in (before, after))
            yield from _of_members((*path, index), old, new)
    elif type(before) is not type(after) or before != after:
        yield f"{spell(path)}: {_show(before)} → {_show(after)}"


class _Absent:
    """A member that is not there."""


def _of_members(path: tuple[str | int, ...], before: Any, after: Any) -> Iterator[str]:
    if before is _Absent:
        yield f"{spell(path)}: {GONE} → {_show(after)}"
    elif after is _Absent:
        yield f"{spell(path)}: {_show(before)} → {GONE}"
    else:
        yield from _of_values(path, before, after)


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + ANY


def fits(expected: str, line: str) -> bool:
    """Say whether a line is the expected one, in which … stands for any text."""
    return re.fullmatch(".*".join(re.escape(part) for part in expected.split(ANY)), line, re.DOTALL) is not None
