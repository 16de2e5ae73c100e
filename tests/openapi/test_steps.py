# ruff: noqa: E501 - tables, to be read row by row
"""What comes before a call, pictures, buttons, nested rates and refusals of schemas: each slip is named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.tiny import problems

SAY, TASK = "/paths/~1say/post", "/paths/~1task~1{id}/get"
HERE = {"seen": "assumed", "source": "here"}
MACHINE = "/x-voice-tasks/job"


def before(fill: dict[str, str], *steps: dict[str, Any]) -> dict[str, Any]:
    return {"steps": list(steps) or [{"operation": "say", "over": True}], "fill": fill, **HERE}


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        (f"{SAY}/x-voice-before", before({"txt": "/id"}), "/x-voice-before/fill/txt: no such field of the request; did you mean 'text'?"),
        (f"{SAY}/x-voice-before", before({"text": "/idd"}), "/x-voice-before/fill/text: the answer of 'task' has nothing at /idd"),
        (f"{SAY}/x-voice-before", before({"text": "/id"}, {"operation": "sai"}), "/x-voice-before/steps/0/operation: no operation 'sai'; did you mean 'say'?"),
        (f"{SAY}/x-voice-before", before({"text": "/id"}, {"operation": "task", "over": True}), "/x-voice-before/over: 'task' makes no task that could be over"),
        (f"{SAY}/x-voice-before", before({"text": "/id"}, {"operation": "say", "fill": {"text": "/id"}}), "/steps/0/fill: nothing comes before the first step"),
        (f"{SAY}/x-voice-before", before({"text": "/id"}, {"operation": "say"}, {"operation": "say", "fill": {"text": "/parts/0/wrd"}}), "/steps/1/fill/text: the answer of 'say' has nothing at /parts/0/wrd"),
        (f"{SAY}/x-voice-pictures", {"at": "/part", "url": "/word", **HERE}, "/x-voice-pictures/at: the answer of 'say' has nothing at /part"),
        (f"{SAY}/x-voice-pictures", {"at": "/parts", "url": "/wrd", **HERE}, "/x-voice-pictures/url: the answer of 'say' has nothing at /parts/0/wrd"),
        (f"{SAY}/x-voice-pictures", {"at": "/parts", "url": "/word", "size": "spede", **HERE}, "/x-voice-pictures/size: no such field of the request; did you mean 'speed'?"),
        (f"{SAY}/x-voice-pictures", {"at": "/parts", "url": "/word", "as": {"url": {"with": {"voic": "one"}}}, **HERE}, "/x-voice-pictures/as/url/with/voic: no such field of the request"),
        (f"{SAY}/x-voice-pictures", {"at": "/parts", "url": "/word", "format": "voice", "format-where": {"voic": ["one"]}, **HERE}, "/x-voice-pictures/format-where/voic: no such field of the request; did you mean 'voice'?"),
        (f"{SAY}/x-voice-pictures", {"at": "/parts", **HERE}, "/x-voice-pictures"),
        (f"{SAY}/x-voice-legal", {"refusal": "bad", "rules": {"so": {"if": {"required": ["voic"]}, "then": True}}, **HERE}, "/x-voice-legal/rules/so/if/required/0: no such field of the request; did you mean 'voice'?"),
        (f"{SAY}/x-voice-legal", {"refusal": "bad", "rules": {"so": {"anyOf": [{"properties": {"txt": {}}}]}}, **HERE}, "/x-voice-legal/rules/so/anyOf/0/properties/txt: no such field of the request; did you mean 'text'?"),
        (f"{SAY}/x-voice-legal", {"refusal": "bad", "rules": {"so": {"properties": {"text": {"maxLength": 0}}}}, **HERE}, "/x-voice-legal/rules/so: the documented example"),
        (f"{SAY}/x-voice-legal", {"refusal": "bda", "rules": {"so": {}}, **HERE}, "/x-voice-legal/refusal: no row 'bda' in x-voice-errors; did you mean 'bad'?"),
        (f"{SAY}/x-voice-legal", {"refusal": "bad", "rules": {"so": {"properties": {"text": {"maxLength": "0"}}}}, **HERE}, "/x-voice-legal/rules/so"),
        (f"{TASK}/x-voice-buttons", {"at": "/parts", "value": "/wrd", "press": "say", "field": "text", "task": "voice", **HERE}, "/x-voice-buttons/value: the answer of 'task' has nothing at /parts/0/wrd"),
        (f"{TASK}/x-voice-buttons", {"at": "/parts", "value": "/word", "press": "say", "field": "txt", "task": "voice", **HERE}, "/x-voice-buttons/field: no such field of the request; did you mean 'text'?"),
        (f"{TASK}/x-voice-buttons", {"at": "/parts", "value": "/word", "press": "sai", "field": "text", "task": "voice", **HERE}, "/x-voice-buttons/press: no operation 'sai'; did you mean 'say'?"),
        (f"{MACHINE}/others", ["sai"], "/x-voice-tasks/job/others/0: no operation 'sai'; did you mean 'say'?"),
        (f"{MACHINE}/unknown", "no_pth", "/x-voice-tasks/job/unknown: no row 'no_pth' in x-voice-errors; did you mean 'no_path'?"),
        (f"{MACHINE}/id", {"create": "/idd", "status": "/id"}, "/x-voice-tasks/job/id: the answer of 'say' has nothing at /idd"),
        (f"{MACHINE}/state", {"status": "/stat"}, "/x-voice-tasks/job/state: the answer of 'task' has nothing at /stat"),
        (f"{MACHINE}/id", {"create": "/id"}, "/x-voice-tasks/job/id"),
        ("/components/schemas/Say/properties/speed/x-voice-refusal", "bda", "/speed/x-voice-refusal: no row 'bda' in x-voice-errors; did you mean 'bad'?"),
        (f"{SAY}/x-voice-billing/measure", "number", ""),
        (f"{SAY}/x-voice-billing/steps/0/give", {"by": "voice", "values": {"one": {"by": "sped", "values": {}, "otherwise": 1}}, "otherwise": 1}, "/steps/0/give/values/one/by: no field 'sped' in 'say'; did you mean 'speed'?"),
        (f"{SAY}/x-voice-billing/steps/0/give", {"by": "voice", "match": "end", "values": {}, "otherwise": 1}, "/x-voice-billing/steps/0/give"),
    ],
)  # fmt: skip
def test_a_slip_is_named(pointer: str, value: Any, said: str) -> None:
    found = problems({pointer: value})

    assert any(said in one for one in found) if said else found == [], found


@pytest.mark.parametrize(
    "changes",
    [
        {f"{SAY}/x-voice-before": before({"text": "/id", "voice": "/parts/0/word"})},
        {f"{SAY}/x-voice-pictures": {"at": "/parts", "base64": "/word", "count": "speed", **HERE}},
        {f"{SAY}/x-voice-pictures": {"url": "/result", **HERE}},
        {f"{MACHINE}/state": {"status": "/status"}, f"{MACHINE}/progress-as": "percent", f"{MACHINE}/unknown": "bad"},
        {"/components/schemas/Say/properties/speed/x-voice-refusal": "bad"},
    ],
)
def test_what_is_right_is_taken(changes: dict[str, Any]) -> None:
    assert problems(changes) == []
