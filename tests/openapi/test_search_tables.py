"""What is said of how a list is searched and sorted leads to fields, orders and members that are there."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.pointer import replace
from tests.openapi.test_collection_tables import TABLE, with_a_list


def searched() -> dict[str, Any]:
    document: dict[str, Any] = replace(with_a_list(), f"{TABLE}/sort", {"by": "of", "orders": {"newest": "/id"}})
    for how in ("member", "alike"):
        document = replace(document, f"{TABLE}/filters/of/by", how)
    return document


def test_a_sound_table_is_taken() -> None:
    assert check_document(searched(), "tiny.yaml") == []


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("/sort/by", "off", "/sort/by: no such field of the request; did you mean 'of'?"),
        ("/sort/orders/newest", "/ident", "/sort/orders/newest: nothing is documented at /ident"),
        ("/sort/orders", {}, "/sort/orders"),
        ("/sort/order", {}, "/sort/order"),
    ],
)
def test_a_slip_in_the_table_is_named(place: str, value: Any, said: str) -> None:
    found = check_document(replace(searched(), TABLE + place, value), "tiny.yaml")

    assert any(f"{TABLE}{said}" in one for one in found), found


def test_an_order_has_to_be_one_that_can_be_asked_for() -> None:
    document = replace(searched(), "/paths/~1things/get/parameters/2/schema/enum", ["newer"])

    found = check_document(document, "tiny.yaml")

    assert any(f"{TABLE}/sort/orders/newest: no such order; did you mean 'newer'?" in one for one in found), found


def test_what_a_task_makes_is_told_by_its_status() -> None:
    document = replace(searched(), f"{TABLE}/created", "/made")
    task = document["components"]["schemas"]["Task"]
    shown = {**task, "properties": {**task["properties"], "made": {"type": "string"}}}
    place = "/paths/~1task~1{id}/get/responses/200/content/application~1json/schema"

    assert any(f"{TABLE}/created: nothing is documented" in one for one in check_document(document, "tiny.yaml"))
    assert check_document(replace(document, place, shown), "tiny.yaml") == []
