"""What is legal beyond doubt: rules between members, against what the simulator refuses, and what is made by chance."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
import requests
import schemathesis

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.fuzzing.generated import is_legal
from contract_tests.kit.fuzzing.plain_spec import plain_document
from contract_tests.kit.numbers import positive, whole
from contract_tests.kit.pictures.drawing import Drawer
from tests.contract.in_process import CLIPS, facts_of
from tests.harness.recipes import Kitchen

FACTS = facts_of("aitre")
CHAT, EMBED, COMPLETE, DRAW = (
    FACTS.operations[name] for name in ("createChatCompletion", "createEmbedding", "createCompletion", "createImage")
)
ASK_JSON = {"response_format": {"type": "json_object"}}
TOOL = {"type": "function", "function": {"name": "look"}}
NAMED = {"type": "function", "function": {"name": "look"}}


def said(content: Any, role: str = "user", **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content, **more}]}


@pytest.mark.parametrize(
    ("operation", "changes", "is_refused", "is_sure"),
    [
        (CHAT, {}, False, True),
        (CHAT, ASK_JSON, True, False),
        (CHAT, {**ASK_JSON, **said("Give me JsOn.")}, False, True),
        (CHAT, {**ASK_JSON, **said([{"type": "text", "text": "json"}])}, False, True),
        (CHAT, {**ASK_JSON, **said([{"type": "text", "text": "text"}])}, True, False),
        (CHAT, {"response_format": {"type": "json_schema"}}, True, False),
        (CHAT, {"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}}, False, True),
        (CHAT, said("so", "tool"), True, False),
        (CHAT, said("so", "tool", tool_call_id=""), True, False),
        (CHAT, said("so", "tool", tool_call_id="t"), False, True),
        (CHAT, {"tool_choice": "required"}, True, False),
        (CHAT, {"tool_choice": "none"}, False, True),
        (CHAT, {"tool_choice": None, "tools": None}, False, True),
        (CHAT, {"tool_choice": "auto", "tools": []}, True, False),
        (CHAT, {"tool_choice": "auto", "tools": [TOOL]}, False, True),
        (CHAT, {"tool_choice": NAMED, "tools": []}, True, False),
        (CHAT, {"tool_choice": NAMED, "tools": [TOOL]}, False, False),
        (CHAT, {"max_tokens": 16_385}, True, False),
        (CHAT, {"max_completion_tokens": 16_385}, True, False),
        (CHAT, {"max_completion_tokens": 2_048}, False, True),
        (COMPLETE, {"max_tokens": 4_096}, True, False),
        (COMPLETE, {"max_tokens": 2_048.0}, False, True),
        (EMBED, {"input": ["a", "b"]}, False, True),
        (EMBED, {"input": ["a", 1]}, True, False),
        (EMBED, {"input": [1, 2]}, False, True),
        (EMBED, {"input": [[1], [2]]}, False, True),
        (EMBED, {"input": [1e20]}, True, False),
        (EMBED, {"dimensions": 1}, True, False),
        (EMBED, {"dimensions": None}, False, True),
        (EMBED, {"model": "text-embedding-3-small", "dimensions": 1_537}, True, False),
        (EMBED, {"model": "text-embedding-3-large", "dimensions": 1_537}, False, True),
        (EMBED, {"model": "text-embedding-3-large", "dimensions": 3_073}, True, False),
    ],
)  # fmt: skip
def test_what_is_legal_beyond_doubt_is_not_refused(
    kitchen: Callable[..., Kitchen], operation: Any, changes: dict[str, Any], is_refused: bool, is_sure: bool
) -> None:
    answer = kitchen("aitre").cook({"with": changes}, operation.id)

    assert (answer.status >= 400) is is_refused, answer.body
    assert is_legal(operation, {**operation.example, **changes}) is is_sure


@pytest.mark.parametrize("name", ["json-not-named"])
def test_a_provocation_breaks_the_rule_of_its_name(name: str) -> None:
    row = FACTS.document["x-voice-provocations"][name]["request"]
    operation = FACTS.operations[row["operation"]]

    assert not jsonschema_rs.is_valid(operation.legal_rules[name], {**operation.example, **row["with"]})


def test_rules_have_the_names_of_refusals() -> None:
    refusals = FACTS.figures["text-refusals"]

    for operation in FACTS.operations.values():
        assert set(operation.legal_rules) <= set(refusals)


@pytest.mark.parametrize(("last", "is_right"), [("[DONE]", True), ("[done]", False), ('{"id": 1}', False)])
def test_a_stream_may_end_with_a_line_that_is_no_json(last: str, is_right: bool) -> None:
    schema = schemathesis.openapi.from_dict(plain_document(FACTS, lambda one, _: dict(one.example)))
    chunk = {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m", "choices": []}
    response = schemathesis.Response(
        200,
        {"content-type": ["text/event-stream"]},
        "".join(f"data: {one}\n\n" for one in (json.dumps(chunk), last)).encode(),
        requests.Request("POST", "http://127.0.0.1").prepare(),
        0.1,
        verify=True,
    )

    assert schema[COMPLETE.path]["POST"].is_valid_response(response) is is_right


@pytest.mark.parametrize(
    ("value", "number"), [(4, 4), (4.0, 4), (1e300, int(1e300)), (4.5, None), (True, None), ("4", None), (None, None)]
)
def test_a_whole_number_may_have_a_point(value: Any, number: int | None) -> None:
    assert whole(value) == number


def test_a_number_above_zero() -> None:
    assert [positive(one, 7) for one in (3, 3.0, 0, -3, 2.5, None)] == [3, 3, 7, 7, 7, 7]


def test_what_was_asked_for_in_numbers_with_a_point_counts_as_asked() -> None:
    amounts = Amounts(CLIPS)
    prices = [
        amounts.worst(COMPLETE, None, {**COMPLETE.example, "max_tokens": most, "n": count}, 90)
        for most, count in ((100, 2), (100.0, 2.0))
    ]

    assert prices[0] == prices[1]
    assert Drawer(DRAW).count({"model": "flux", "n": 4.0}) == 4


@pytest.mark.parametrize(
    ("model", "form"), [("gpt-image-1", "webp"), ("flux", "png"), ("dall-e-3", "png"), (None, "png")]
)
def test_a_format_counts_for_the_models_that_know_it(model: str | None, form: str) -> None:
    assert Drawer(DRAW).format({"model": model, "output_format": "webp"}) == form
