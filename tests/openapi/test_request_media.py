"""A request may come in two media types, and is the same request in both."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.model import Spec
from tests.harness.tiny import tiny

SAY = {"$ref": "#/components/schemas/Say"}


def with_media(**changes: Any) -> dict[str, Any]:
    """The tiny spec, with the media types of its one body changed: `json` and `msgpack` stand for application/…"""
    document: dict[str, Any] = tiny()
    content = document["paths"]["/say"]["post"]["requestBody"]["content"]
    kept = content["application/json"]
    content.clear()
    content.update({f"application/{name}": {**kept, "schema": schema} for name, schema in changes.items()})
    return document


def problems(document: dict[str, Any]) -> list[str]:
    return check_document(document, "tiny.yaml")


def test_json_may_come_as_messagepack() -> None:
    document = with_media(json=SAY, msgpack=SAY)

    operation = Spec(document).operation("say")

    assert problems(document) == []
    assert (operation.body_media, operation.other_media) == ("application/json", ("application/msgpack",))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"jsn": SAY}, "application~1jsn: cannot be read; expected application/json or multipart/form-data first"),
        ({"msgpack": SAY, "json": SAY}, "application~1msgpack: cannot be read; expected application/json"),
        ({"json": SAY, "msgpak": SAY}, "application~1msgpak: cannot be read beside application/json; did you mean"),
        ({"json": SAY, "msgpack": {"type": "object"}}, "application~1msgpack/schema: differs from that of application"),
    ],
)
def test_what_cannot_be_read_is_named(changes: dict[str, Any], said: str) -> None:
    found = problems(with_media(**changes))

    assert any(said in one for one in found), found
