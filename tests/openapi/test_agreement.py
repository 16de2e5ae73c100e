"""The tables of a spec and its OpenAPI part have to agree; each disagreement is named with its place and a way out."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.pointer import remove, replace
from tests.harness.tiny import tiny

SAY = "/paths/~1say/post"


def problems(changes: dict[str, Any], unset: tuple[str, ...] = ()) -> list[str]:
    document = tiny()
    for pointer, value in changes.items():
        document = replace(document, pointer, value)
    for pointer in unset:
        document = remove(document, pointer)
    return check_document(document, "tiny.yaml")


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        # who may call
        ("/security", [{"beare": []}], "tiny.yaml: /security/0/beare: no scheme 'beare' in /components/securitySchemes; did you mean 'bearer'?"),
        (f"{SAY}/security", [{"bearr": []}], f"{SAY}/security/0/bearr: no scheme 'bearr'"),
        (f"{SAY}/security", [], f"{SAY}/security: expected a way in, for 'say' costs something; schemes: bearer"),
        (f"{SAY}/security", [{}], f"{SAY}/security: expected a way in"),
    ],
)  # fmt: skip
def test_a_disagreement_is_named(pointer: str, value: Any, said: str) -> None:
    found = problems({pointer: value})

    assert any(said in one for one in found), found


def test_what_costs_nothing_may_be_open() -> None:
    assert problems({"/paths/~1task~1{id}/get/security": []}) == []
