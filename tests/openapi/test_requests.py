from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.openapi.pointer import read, remove, replace, spell, split
from mockvoice.openapi.requests import FieldReader, ObjectCheck, make_whole

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["file", "model"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "model": {"type": "string", "enum": ["a", "b"]},
        "speed": {"type": "number", "minimum": 0.25, "maximum": 4, "default": 1},
        "count": {"type": ["integer", "null"], "maximum": 5},
        "stream": {"type": "boolean"},
        "words": {
            "type": "array", "items": {"type": "string", "enum": ["word", "segment"]},
            "x-voice-wire-names": ["words", "words[]"],
        },
        "extra": {"type": "object"},
        "name": {"type": "string", "maxLength": 3},
    },
    "additionalProperties": False,
}  # fmt: skip


def reader() -> FieldReader:
    return FieldReader(ObjectCheck(SCHEMA, {}, "body"))


@pytest.mark.parametrize(
    ("pairs", "fields"),
    [
        ([("speed", "1.5")], {"speed": 1.5}),
        ([("speed", "2")], {"speed": 2.0}),
        ([("speed", "1e1")], {"speed": 10.0}),
        ([("speed", "NaN")], {"speed": "NaN"}),
        ([("speed", "Infinity")], {"speed": "Infinity"}),
        ([("speed", " 1")], {"speed": " 1"}),
        ([("speed", "1_0")], {"speed": "1_0"}),
        ([("speed", "٣")], {"speed": "٣"}),
        ([("count", "-3")], {"count": -3}),
        ([("count", "3.0")], {"count": "3.0"}),
        ([("count", "9" * 4300)], {"count": 10**4300 - 1}),
        ([("count", "9" * 4301)], {"count": "9" * 4301}),
        ([("count", "007")], {"count": "007"}),
        ([("stream", "true"), ("stream", "false")], {"stream": False}),
        ([("stream", "True")], {"stream": "True"}),
        ([("stream", "1")], {"stream": "1"}),
        ([("words[]", "word"), ("words", "segment")], {"words": ["word", "segment"]}),
        ([("extra", '{"a": 1}')], {"extra": {"a": 1}}),
        ([("extra", "{a}")], {"extra": "{a}"}),
        ([("model", "1")], {"model": "1"}),
        ([("unknown", "x")], {"unknown": "x"}),
        ([], {}),
    ],
)
def test_text_becomes_what_the_schema_asks_for_and_nothing_else(
    pairs: list[tuple[str, str]], fields: dict[str, Any]
) -> None:
    assert reader().read(pairs) == fields


def test_the_files_of_a_form_are_its_binary_members() -> None:
    assert reader().files == {"file"}


@pytest.mark.parametrize(
    ("value", "kind", "keyword", "field", "pointer"),
    [
        ({"model": "a"}, "missing", "required", "file", "/required"),
        ({"file": "f", "model": "c"}, "enum", "enum", "model", "/properties/model/enum"),
        ({"file": "f", "model": 1}, "type", "type", "model", "/properties/model/type"),
        ({"file": "f", "model": "a", "speed": 5}, "bound", "maximum", "speed", "/properties/speed/maximum"),
        ({"file": "f", "model": "a", "speed": 0}, "bound", "minimum", "speed", "/properties/speed/minimum"),
        ({"file": "f", "model": "a", "name": "four"}, "bound", "maxLength", "name", "/properties/name/maxLength"),
        ({"file": "f", "model": "a", "words": ["x"]}, "enum", "enum", "words", "/properties/words/items/enum"),
        ({"file": "f", "model": "a", "x": 1}, "unknown-field", "additionalProperties", "x", "/additionalProperties"),
        ([], "type", "type", "", "/type"),
        (None, "type", "type", "", "/type"),
    ],
)  # fmt: skip
def test_a_problem_tells_its_kind_and_place(value: Any, kind: str, keyword: str, field: str, pointer: str) -> None:
    problem = ObjectCheck(SCHEMA, {}, "body").problems(value)[0]

    assert (problem.kind, problem.keyword, problem.field, problem.pointer) == (kind, keyword, field, pointer)


def test_problems_come_in_the_order_of_the_schema() -> None:
    wrong = {"name": "four", "speed": 9, "model": "c"}

    assert [one.field for one in ObjectCheck(SCHEMA, {}, "body").problems(wrong)] == ["file", "model", "speed", "name"]


def test_a_misspelt_member_is_offered_the_nearest_name() -> None:
    problem = ObjectCheck(SCHEMA, {}, "body").problems({"file": "f", "model": "a", "sped": 1})[0]

    assert problem.message == "is not known here; did you mean 'speed'?"


def test_lengths_count_code_points() -> None:
    check = ObjectCheck(SCHEMA, {}, "body")

    assert check.is_valid({"file": "f", "model": "a", "name": "👍👍👍"})
    assert not check.is_valid({"file": "f", "model": "a", "name": "👨‍👩‍👧"})


def test_defaults_are_those_of_the_schema() -> None:
    assert ObjectCheck(SCHEMA, {}, "body").defaults == {"speed": 1}


def test_references_are_followed() -> None:
    document = {"components": {"schemas": {"Body": SCHEMA}}}
    check = ObjectCheck({"$ref": "#/components/schemas/Body"}, document, "body")

    assert check.defaults == {"speed": 1}
    assert check.problems({"file": "f", "model": "c"})[0].pointer == "/components/schemas/Body/properties/model/enum"


parts = st.lists(st.text(max_size=5), max_size=5)


@given(parts)
def test_a_pointer_is_read_back_as_it_was_spelt(names: list[str]) -> None:
    assert split(spell(names)) == names


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(), min_size=1, max_size=4), st.integers())
def test_replacing_and_removing_leave_the_original_alone(flat: dict[str, int], value: int) -> None:
    document = {"a": {"b": dict(flat)}, "c": [1, {"d": 2}]}
    before = {"a": {"b": dict(flat)}, "c": [1, {"d": 2}]}
    key = next(iter(flat))

    changed = replace(document, spell(["a", "b", key]), value)
    without = remove(document, spell(["a", "b", key]))
    deep = replace(document, "/c/1/d", value)

    assert document == before
    assert read(changed, spell(["a", "b", key])) == value
    assert key not in without["a"]["b"]
    assert deep["c"] == [1, {"d": value}]


@pytest.mark.parametrize("pointer", ["/x/y", "/a/b/c", "/c/5", "/c/-1", "/c/x"])
def test_a_pointer_that_leads_nowhere_is_an_error(pointer: str) -> None:
    document = {"a": {"b": 1}, "c": [1, 2]}

    with pytest.raises(KeyError):
        replace(document, pointer, 0)
    with pytest.raises(KeyError):
        read(document, pointer)


def test_a_whole_number_with_a_point_is_an_integer_where_the_schema_wants_one() -> None:
    whole = {"type": "integer"}
    properties = {
        "count": whole,
        "speed": {"type": "number"},
        "either": {"type": ["integer", "number"]},
        "tokens": {"type": ["string", "array"], "items": {"type": ["integer", "array"], "items": whole}},
    }
    check = ObjectCheck({"type": "object", "properties": properties}, {}, "body")
    fields: dict[str, Any] = {"count": 1e9, "speed": 1.0, "either": 1.0, "tokens": [1.0, [2.0, "a"], 1.5]}

    assert make_whole(fields, check.whole) == ""

    assert check.whole == ("count", "tokens")
    assert repr(fields) == repr({"count": 10**9, "speed": 1.0, "either": 1.0, "tokens": [1, [2, "a"], 1.5]})


@pytest.mark.parametrize("value", [2.0**64, -1e30, [1, [1e20]]])
def test_a_whole_number_beyond_64_bits_is_none(value: Any) -> None:
    names = ("count", "other")

    assert make_whole({"count": 1.0, "other": value}, names) == "other"
