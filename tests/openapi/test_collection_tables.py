"""What is said of lists (`x-voice-collection`) leads to fields, members, operations and errors that are there."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.pointer import replace
from tests.harness.edits import edits, nodes
from tests.harness.tiny import tiny
from tests.openapi.test_slips import fault_of

_SOURCE: dict[str, Any] = {"seen": "assumed", "source": "here"}
_S: dict[str, Any] = {"x-voice-source": _SOURCE}
TABLE = "/paths/~1things/get/x-voice-collection"


def with_a_list() -> dict[str, Any]:
    """Return the tiny spec with a list of things: what `say` makes stands in it, and `drop` takes it out."""
    document = tiny()
    says = document["paths"]["/say"]["post"]
    errors = {status: one for status, one in says["responses"].items() if status != "200"}
    text = {"type": "string"}
    things = {
        "type": "object",
        "properties": {
            "all": {"type": "integer"},
            "things": {"type": "array", "items": {"type": "object", "properties": dict.fromkeys(("id", "of"), text)}},
        },
    }  # fmt: skip
    document["paths"]["/things"] = {
        "get": {
            "operationId": "things",
            **_S,
            "parameters": [
                {"name": name, "in": "query", "schema": {"type": kind}, **_S}
                for name, kind in (("page", "integer"), ("size", "integer"), ("of", "string"))
            ],
            "responses": {
                "200": {"description": "d", **_S, "content": {"application/json": {"schema": things}}},
                **errors,
            },
            "x-voice-collection": {
                "items": "/things", "id": "/id", "total": "/all", "page": {"number": "page", "size": "size"},
                "all": {"query": {"of": "everybody"}}, "filters": {"of": {"at": "/of", "by": "equal"}},
                "create": "say", "created": "/id", "unknown": "bad", "deleted": "bad",
                "uses": {"say": {"field": "voice", "refusal": "bad"}}, **_SOURCE,
            },
        }
    }  # fmt: skip
    document["paths"]["/thing/{id}"] = {
        "delete": {**document["paths"]["/task/{id}"]["get"], "operationId": "drop"},
    }
    says["x-voice-creates"] = {"what": ["voice"], "delete": "drop", **_SOURCE}
    return document


def test_a_sound_table_is_taken() -> None:
    assert check_document(with_a_list(), "tiny.yaml") == []


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("/items", "/thing", "/items: nothing is documented at /thing"),
        ("/items", "/all", "/items: expected a list at /all"),
        ("/id", "/ident", "/id: nothing is documented at /ident"),
        ("/total", "/every", "/total: nothing is documented at /every"),
        ("/told", {"pages": "/pages"}, "/told/pages: nothing is documented at /pages"),
        ("/page/size", "sise", "/page/size: no such field of the request; did you mean 'size'?"),
        ("/page", {"size": "size"}, "/page"),
        ("/all/query", {"off": 1}, "/all/query/off: no such field of the request; did you mean 'of'?"),
        ("/filters", {"off": {"at": "/of", "by": "equal"}}, "/filters/off: no such field of the request"),
        ("/filters/of/at", "/off", "/filters/of/at: nothing is documented at /off"),
        ("/filters/of/by", "likeness", "/filters/of/by"),
        ("/create", "sey", "/create: no operation 'sey'; did you mean 'say'?"),
        ("/created", "/ident", "/created: nothing is documented at /ident"),
        ("/unknown", "badd", "/unknown: no row 'badd' in x-voice-errors; did you mean 'bad'?"),
        ("/deleted", "badd", "/deleted: no row 'badd' in x-voice-errors; did you mean 'bad'?"),
        ("/uses", {"sey": {"field": "voice", "refusal": "bad"}}, "/uses/sey: no operation 'sey'; did you mean 'say'?"),
        ("/uses/say/field", "voices", "/uses/say/field: no such field in 'say'; did you mean 'voice'?"),
        ("/uses/say/refusal", "badd", "/uses/say/refusal: no row 'badd' in x-voice-errors; did you mean 'bad'?"),
        ("/itemz", "/things", "/itemz"),
    ],
)  # fmt: skip
def test_a_slip_in_the_table_is_named(place: str, value: Any, said: str) -> None:
    found = check_document(replace(with_a_list(), TABLE + place, value), "tiny.yaml")

    assert any(f"{TABLE}{said}" in one for one in found), found


@pytest.mark.slow
def test_no_edit_of_the_table_makes_the_loader_fall_over() -> None:
    sound = with_a_list()
    places = [pointer for pointer in nodes(sound) if pointer.startswith(("/paths/~1things", "/paths/~1thing~1"))]
    changes = [(what, changed) for pointer in places for what, changed in edits(sound, pointer)]

    assert {what: fault for what, changed in changes if (fault := fault_of(changed)) is not None} == {}
    assert len(changes) > 500


def test_what_is_deleted_needs_an_operation_that_deletes() -> None:
    document = with_a_list()
    del document["paths"]["/say"]["post"]["x-voice-creates"]

    (problem,) = check_document(document, "tiny.yaml")

    assert f"{TABLE}/deleted: 'say' names no operation that deletes (x-voice-creates)" in problem
