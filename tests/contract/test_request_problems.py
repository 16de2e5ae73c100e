"""What is wrong with a request, and which documented error speaks: the suite's own evaluators."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.kit.errors.bad_members import bad_members, bad_values
from contract_tests.kit.errors.parsing import read, refusal_of, types_of
from contract_tests.kit.errors.two_faults import Fault, merged, speaks_first
from contract_tests.kit.errors.validation import Refusal, body_problems, speaks
from contract_tests.kit.facts import Facts, without_mock
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import put
from tests.contract.in_process import facts_of
from tests.harness.tiny import tiny

ROW = {"status": 400, "when": "w", "body": {"error": "{code}"}, "seen": "assumed", "source": "here"}
# Each kind of refusal with a code of its own.
BY_KIND = {
    f"/x-voice-{table}/{kind}": value
    for kind in ("missing", "type", "enum", "bound", "format", "unknown-field", "malformed-body")
    for table, value in (("errors", ROW), ("refusals", kind))
}


def say(**changes: Any) -> Operation:
    """The operation of the tiny spec, changed at pointers (`~` for `/` at the root is not needed)."""
    document = without_mock(tiny())
    for pointer, value in {**BY_KIND, **changes.pop("at", {})}.items():
        document = put(document, pointer, value)
    return Facts(document).operations["say"]


def code(refusal: Refusal | None) -> str | None:
    return refusal.row.code if refusal else None


@pytest.mark.parametrize(
    ("body", "spoken"),
    [
        ({"text": "hello"}, None),
        ({}, "missing"),
        ({"text": 5}, "type"),
        ({"text": "hello", "voice": "three"}, "enum"),
        ({"text": "hello, hello"}, "bound"),
        ({"text": "hello", "speed": 9, "voice": "three"}, "enum"),
        ({"voice": "three"}, "missing"),
        ([], "type"),
        (None, "type"),
    ],
)
def test_the_first_member_of_the_schema_speaks(body: Any, spoken: str | None) -> None:
    operation = say()

    assert code(speaks(operation, body_problems(operation, body))) == spoken


@pytest.mark.parametrize(
    ("precedence", "spoken"),
    [
        ({}, "bound"),
        ({"kinds": ["enum"]}, "enum"),
        ({"kinds": ["enum", "bound"]}, "enum"),
        ({"upstream": ["bound"]}, "enum"),
        ({"kinds": ["bound"], "upstream": ["bound"]}, "enum"),
    ],
)
def test_kinds_come_before_the_schema_and_what_is_upstream_comes_last(precedence: dict[str, Any], spoken: str) -> None:
    order = ["path", "auth", "limits", "body", "validate", "media", "credits"]
    operation = say(at={"/x-voice-precedence": {"order": order, **precedence}})
    found = body_problems(operation, {"text": "hello, hello", "voice": "three"})

    assert code(speaks(operation, found)) == spoken


def test_a_member_of_a_wrong_type_is_not_judged_any_further() -> None:
    operation = say()

    assert [one.kinds for one in body_problems(operation, {"text": "a", "voice": 1})] == [{"type"}]


def test_where_two_shapes_would_do_and_errors_differ_nobody_says_which() -> None:
    either = {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": "^t$"}]}
    operation = say(at={"/components/schemas/Say/properties/loud": either})
    found = body_problems(operation, {"text": "a", "loud": "perhaps"})

    assert [one.kinds for one in found] == [{"type", "format"}]
    assert speaks(operation, found) is None
    same = say(at={"/components/schemas/Say/properties/loud": either, "/x-voice-refusals/format": "type"})
    assert code(speaks(same, body_problems(same, {"text": "a", "loud": "perhaps"}))) == "type"


def test_what_is_missing_rests_on_the_member_and_not_on_the_list_of_required_ones() -> None:
    refusal = refusal_of(say(), {"without": ["text"]})

    assert refusal is not None
    assert refusal.because == "/components/schemas/Say/properties/text"


# -- bad values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "string"}, [("type", 5), ("type", None), ("type", ["a"])]),
        ({"type": ["string", "null"]}, [("type", 5), ("type", ["a"])]),
        ({"type": "boolean"}, [("type", 5), ("type", None), ("type", ["a"])]),
        ({"type": "array", "minItems": 1, "items": {"type": "string"}},
         [("type", 5), ("type", None), ("type", {"a": 1}), ("minItems", []),
          ("type", [5]), ("type", [None]), ("type", [["a"]])]),
    ],
)  # fmt: skip
def test_values_of_every_wrong_sort_are_made(schema: dict[str, Any], values: list[Any]) -> None:
    assert list(bad_values(schema, is_text=False)) == values


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "string", "enum": ["a"]}, [("enum", "nothing-of-the-kind")]),
        ({"type": "string", "minLength": 1, "maxLength": 3}, [("minLength", ""), ("maxLength", "aaaa")]),
        ({"type": "number", "minimum": 0, "maximum": 1},
         [("type", "nothing-of-the-kind"), ("minimum", -0.01), ("maximum", 1.01)]),
        ({"type": "integer", "minimum": 1, "maximum": 9},
         [("type", "nothing-of-the-kind"), ("minimum", 0), ("maximum", 10)]),
        ({"type": "string", "pattern": "^[a-z]{2}$"}, [("pattern", "two words"), ("pattern", "§")]),
        ({"type": "string", "pattern": "."}, [("pattern", "")]),
        ({"type": "array", "maxItems": 2, "items": {"enum": ["x"]}},
         [("maxItems", ["x", "x", "x"]), ("enum", ["nothing-of-the-kind"])]),
    ],
)  # fmt: skip
def test_values_just_beyond_every_bound_are_made(schema: dict[str, Any], values: list[Any]) -> None:
    assert list(bad_values(schema, is_text=True)) == values


@pytest.mark.parametrize("provider", ["aitre", "fishaudio-net", "fishaudio-org", "hadrian", "voiceapi"])
def test_every_member_that_a_spec_bounds_is_tried(provider: str) -> None:
    facts = facts_of(provider)
    tried = {(case.operation.id, case.member) for case in bad_members(facts).values()}
    bounds = {"enum", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems"}

    bounded = {
        (one.id, name)
        for one in facts.operations.values()
        for name in one.body_schema.get("properties", {})
        if bounds & {*one.member(name)[0]}
    }

    assert bounded - tried == set()


def test_null_for_a_member_that_has_to_be_there_may_be_called_missing() -> None:
    operation = say()
    case = bad_members(operation.facts)["say-type-text"]
    by_null = next(bad for bad in case.requests if bad.recipe["with"] == {"text": None})

    assert [refusal.row.code for refusal in by_null.refusals] == ["type", "missing"]
    optional = bad_members(operation.facts)["say-type-voice"]
    assert all(bad.recipe["with"] != {"voice": None} for bad in optional.requests)


# -- forms are text ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wire", "value", "name", "understood"),
    [
        ("temperature", "0.5", "temperature", 0.5),
        ("temperature", "0,5", "temperature", "0,5"),
        ("temperature", "", "temperature", ""),
        ("stream", "true", "stream", True),
        ("stream", "TRUE", "stream", "TRUE"),
        ("timestamp_granularities[]", "word", "timestamp_granularities", ["word"]),
        ("sovereignty_requirements", "{}", "sovereignty_requirements", {}),
        ("sovereignty_requirements", "EU", "sovereignty_requirements", "EU"),
        ("who_knows", "1", "who_knows", "1"),
    ],
)
def test_a_form_field_is_read_strictly(wire: str, value: str, name: str, understood: Any) -> None:
    operation = facts_of("hadrian").operations["createTranscription"]

    assert read(operation, {wire: value}) == {name: understood}


def test_a_schema_without_a_type_is_of_texts() -> None:
    assert types_of({"enum": ["a"]}) == {"string"}


# -- two faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ({"role": None}, {"without": ["a"]}, {"role": None, "without": ["a"]}),
        ({"with": {"a": 1}}, {"with": {"b": 2}}, {"with": {"a": 1, "b": 2}}),
        ({"with": {"a": 1}}, {"with": {"a": 2}}, None),
        ({"with": {"a": 1}}, {"without": ["a"]}, None),
        ({"role": None}, {"role": "mock-empty"}, None),
        ({"raw": "x"}, {"with": {"a": 1}}, None),
        ({"clips": {"file": "x"}}, {"raw": "x"}, None),
        ({"raw": "x"}, {"role": "mock-empty"}, {"raw": "x", "role": "mock-empty"}),
    ],
)
def test_two_changes_are_one_request_where_they_do_not_get_into_each_others_way(
    one: dict[str, Any], other: dict[str, Any], both: dict[str, Any] | None
) -> None:
    assert merged(one, other) == both


@pytest.mark.parametrize(
    ("order", "upstream", "first", "second"),
    [
        ("path auth limits body validate media credits", [], "auth", "validate"),
        ("path auth limits body validate media credits", [], "validate", "credits"),
        ("path auth limits credits body validate media", [], "credits", "validate"),
        ("path auth limits body validate credits media", ["enum"], "credits", "validate"),
        ("path auth limits body validate credits media", ["enum"], "validate", "media"),
        ("auth path limits credits body validate media", ["no_method"], "credits", "path"),
        ("auth path limits credits body validate media", [], "path", "credits"),
        ("path auth limits body validate media credits", [], "route", "path"),
    ],
)
def test_the_order_of_the_checks_decides_and_a_server_behind_comes_after_the_credits(
    order: str, upstream: list[str], first: str, second: str
) -> None:
    operation = say(at={"/x-voice-precedence": {"order": order.split(), "upstream": upstream}})
    rows = operation.facts.errors
    codes = {"auth": "no_key", "path": "no_method", "validate": "enum", "credits": "short"}
    one, other = (Fault(name, name, {}, Refusal(rows[codes.get(name, "bad")])) for name in (second, first))

    spoken = speaks_first(operation, one, other, {})

    assert spoken is other
