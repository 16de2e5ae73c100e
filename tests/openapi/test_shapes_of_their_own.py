"""Operations whose errors have a shape of their own, and what tables say of speech in files."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import replace
from tests.harness.tiny import problems, tiny

WINDOW = "/x-voice-limits/windows/per-minute/refusal"
SPEECH = "/paths/~1say/post/x-voice-speech"
TABLE = {"text": "text", "seen": "assumed", "source": "here"}
RESULT = "/components/schemas/Task/properties/result"


def test_a_window_may_be_refused_in_another_way_by_each_operation() -> None:
    codes = {"say": "bad", "*": "often"}

    rule = Spec(replace(tiny(), WINDOW, codes)).window_rules["per-minute"]

    assert problems({WINDOW: codes}) == []
    assert [rule.refusal_at(one) for one in ("say", "task")] == ["bad", "often"]


def test_an_error_may_be_that_of_all_operations_but_some() -> None:
    row = Spec(replace(tiny(), "/x-voice-errors/often/except", ["say"])).errors["often"]

    assert problems({"/x-voice-errors/often/except": ["say"]}) == []
    assert [row.belongs_to(one) for one in ("say", "task")] == [False, True]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({WINDOW: {"say": "bad"}}, "per-minute/refusal"),
        ({WINDOW: {"sey": "bad", "*": "often"}}, "/refusal/sey: no operation 'sey'; did you mean 'say'?"),
        ({WINDOW: {"say": "bat", "*": "often"}}, "/refusal: no row 'bat' in x-voice-errors; did you mean 'bad'?"),
        ({"/x-voice-errors/often/except": ["sey"]}, "/often/except: no operation 'sey'; did you mean 'say'?"),
        ({"/x-voice-errors/often/except": []}, "/x-voice-errors/often/except"),
        ({"/x-voice-errors/short/except": ["task"]}, "/short/except: is for a row of all operations"),
        ({"/x-voice-errors/no_path/except": ["task"]}, "/no_path/except: is for a row of all operations"),
    ],
)
def test_a_slip_in_who_answers_what_is_named(changes: dict[str, Any], said: str) -> None:
    found = problems(changes)

    assert any(said in one for one in found), found


COUNT = "/components/schemas/Task/properties/count"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({COUNT: {"type": "integer", "x-voice-value": "measured:code-points"}}, None),
        ({COUNT: {"type": "integer", "x-voice-value": "measured:code-point"}}, "did you mean 'code-points'?"),
        ({COUNT: {"type": "string", "x-voice-value": "measured:code-points"}}, "is said of what is no number"),
        ({SPEECH: {**TABLE, "volume": "speed"}}, None),
        ({SPEECH: {**TABLE, "volume": "spead"}}, "/volume: no such field of the request; did you mean 'speed'?"),
        ({SPEECH: {**TABLE, "file": {"at": "/result"}}}, "/x-voice-speech/file"),
        ({SPEECH: {**TABLE, "file": {"with": {"voise": "two"}, "at": "/result"}}}, "did you mean 'voice'?"),
        ({SPEECH: {**TABLE, "file": {"with": {"voice": "two"}, "at": "/results"}}}, "nothing at /results"),
        ({SPEECH: {**TABLE, "file": {"with": {"voice": "two"}, "at": "/result"}}}, "mark the member with x-voice-file"),
    ],
)
def test_a_slip_in_what_is_told_of_speech_is_named(changes: dict[str, Any], said: str | None) -> None:
    found = problems(changes)

    assert (found == []) if said is None else any(said in one for one in found), found


def test_the_address_of_a_speech_leads_to_a_file() -> None:
    kind = {"seconds": 60, "holds": "audio", "expired": {"status": 404}, "seen": "assumed", "source": "here"}
    table = {**TABLE, "file": {"with": {"voice": "two"}, "at": "/result"}}
    changes = {SPEECH: table, f"{RESULT}/x-voice-file": "speech", "/x-voice-files": {"speech": kind}}

    assert problems({**changes, "/x-mock-ids/file": "{hex:8}"}) == []
