"""Recipes become requests."""

from __future__ import annotations

import orjson
import pytest

from mockvoice.openapi.model import Spec
from mockvoice.openapi.recipes import build
from tests.harness.tiny import tiny


@pytest.mark.parametrize(
    ("text", "meant"), [("repeat:3:ab", "ababab"), ("repeat:2:a:", "a:a:"), ("repeat:0:a", ""), ("x", "x")]
)
def test_a_text_can_be_repeated(text: str, meant: str) -> None:
    request = build(Spec(tiny()), "say", {"with": {"text": text}}, {}, lambda _name: b"")

    assert orjson.loads(request.body)["text"] == meant
