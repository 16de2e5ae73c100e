"""What the parts of a form are called on the wire, and what an upload without a name is called."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.requests import FieldReader, ObjectCheck

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "named": {"type": "string", "format": "binary", "x-voice-file-name": "audio.mp3"},
        "bare": {"type": "string", "format": "binary"},
        "both": {"type": "array", "items": {"type": "string"}, "x-voice-wire-names": ["both", "both[]"]},
        "parts": {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {"size": {"type": "number"}, "on": {"type": "boolean"}}},
            ],
            "x-voice-wire-names": ["parts", "parts[*]"],
        },
        "brackets": {"type": "array", "items": {"type": "string"}, "x-voice-wire-names": ["brackets[]"]},
    },
}


@pytest.mark.parametrize(
    ("pairs", "fields"),
    [
        ([("both", "a"), ("both[]", "b")], {"both": ["a", "b"]}),
        ([("brackets[]", "a")], {"brackets": ["a"]}),
        ([("brackets", "a")], {}),
        ([("brackets", "a"), ("brackets[]", "b")], {"brackets": ["b"]}),
        ([("other[]", "a")], {"other[]": "a"}),
        (
            [("parts[size]", "0.5"), ("parts[on]", "true"), ("parts[x]", "1")],
            {"parts": {"size": 0.5, "on": True, "x": "1"}},
        ),
        ([("parts", "auto")], {"parts": "auto"}),
        ([("parts", "auto"), ("parts[on]", "false")], {"parts": {"on": False}}),
        ([("parts[on", "a"), ("other[on]", "b")], {"parts[on": "a", "other[on]": "b"}),
    ],
)
def test_a_member_answers_to_its_wire_names_only(pairs: list[tuple[str, str]], fields: dict[str, Any]) -> None:
    assert FieldReader(ObjectCheck(SCHEMA, {}, "body")).read(pairs) == fields


def test_only_uploads_that_have_a_name_to_fall_back_on_may_come_without_one() -> None:
    reader = FieldReader(ObjectCheck(SCHEMA, {}, "body"))

    assert reader.files == {"named", "bare"}
    assert reader.file_names == {"named": "audio.mp3"}
