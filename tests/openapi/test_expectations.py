"""What a hint says was expected: the right thing, not the complaint."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.requests import ObjectCheck


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"format": "uri"}, "http://x/%zz", "a URI"),
        ({"format": "ipv4"}, "x", "a text of the format ipv4"),
        ({"pattern": "^[a-z]{2}$"}, "eng", "text matching ^[a-z]{2}$"),
        ({"pattern": "."}, "", "some text"),
        ({"const": "a"}, "b", "'a'"),
        ({"enum": ["a", "b"]}, "c", "one of a, b"),
        ({"type": "integer"}, "c", "type integer"),
        ({"type": ["integer", "null"]}, "c", "one of null, integer"),
        ({"anyOf": [{"type": "boolean"}, {"pattern": "^no$"}]}, "c", "type boolean or text matching ^no$"),
        ({"maxLength": 2}, "abc", "maxLength 2"),
        ({"uniqueItems": True}, [1, 1], "items that differ from each other"),
    ],
)
def test_what_is_expected_is_what_would_be_right(schema: dict[str, Any], value: Any, expected: str) -> None:
    check = ObjectCheck({"type": "object", "properties": {"a": schema}}, {}, "body")

    (problem,) = check.problems({"a": value})

    assert problem.expected == expected


def test_a_missing_and_an_unknown_member_name_what_is_there() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {}, "b": {}}, "additionalProperties": False}

    problems = ObjectCheck(schema, {}, "body").problems({"c": 1})

    assert {problem.expected for problem in problems} == {"the member 'a'", "one of a, b"}
