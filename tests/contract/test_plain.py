"""A spec becomes plain OpenAPI that a general tool judges by as the suite does."""

from __future__ import annotations

import copy
import json
from typing import Any

from contract_tests.kit.facts import Facts
from contract_tests.kit.fuzzing.failures import Fault
from contract_tests.kit.fuzzing.plain_spec import plain_document, wire_names
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe
from tests.contract.thing import DOCUMENT

_S = {"x-voice-source": {"seen": "document", "source": "doc.txt"}}


def with_form() -> Facts:
    """The songs, with an upload whose list counts under a name of its own."""
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/scores"] = {
        "post": {
            "operationId": "upload",
            **_S,
            "x-voice-clips": {"file": "hello-en.mp3"},
            "requestBody": {"content": {"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Score"}}}},
            "responses": {"204": {"description": "d", **_S}},
        }
    }
    document["components"]["schemas"]["Score"] = {
        "type": "object",
        "required": ["file", "parts"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "parts": {"type": "array", "items": {"enum": ["high", "low"]}, "x-voice-wire-names": ["parts[]"]},
            "score": {"type": "string", "x-voice-wire-names": ["score[*]"]},
            "keys": {"type": "array", "items": {"type": "string"}, "x-voice-wire-names": ["keys", "keys[]"]},
        },
    }
    return Facts(document)


def as_documented(operation: Operation, recipe: Recipe) -> dict[str, Any]:
    return {**operation.example, **recipe.get("with", {})}


def test_no_extension_is_left() -> None:
    assert '"x-' not in json.dumps(plain_document(with_form(), as_documented))


def test_examples_are_those_that_are_sent() -> None:
    def loud(operation: Operation, recipe: Recipe) -> dict[str, Any]:
        return {name: str(value).upper() for name, value in as_documented(operation, recipe).items()}

    plain = plain_document(with_form(), loud)

    content = plain["paths"]["/songs"]["post"]["requestBody"]["content"]["application/json"]
    assert content["examples"]["documented"]["value"] == {"text": "LA", "pitch": "1"}


def test_the_schema_of_a_stream_is_that_of_an_event_whose_data_is_json() -> None:
    answers = plain_document(with_form(), as_documented)["paths"]["/songs"]["post"]["responses"]

    event = answers["200"]["content"]["text/event-stream"]["schema"]
    assert event["required"] == ["data"]
    assert event["properties"]["data"]["contentSchema"] == {"$ref": "#/components/schemas/Note"}


def test_a_form_names_its_upload_and_its_fields_as_they_count() -> None:
    facts = with_form()

    plain = plain_document(facts, as_documented)

    media = plain["paths"]["/scores"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert "hello-en.mp3" in media["encoding"]["file"]["headers"]["Content-Disposition"]["example"]
    assert wire_names(facts.operations["upload"]) == {"parts": "parts[]"}
    assert list(plain["components"]["schemas"]["Score"]["properties"]) == ["file", "parts[]", "score", "keys"]
    assert plain["components"]["schemas"]["Score"]["required"] == ["file", "parts[]"]


def test_what_a_fault_breaks_is_found_under_the_name_of_the_document() -> None:
    operation = with_form().operations["upload"]

    fault = Fault(operation, "enum", "body", "multipart/form-data", "/properties/parts/items/enum", "w", {"file": b""})

    assert (fault.member, fault.broken) == ("parts", "/components/schemas/Score/properties/parts/items/enum")
