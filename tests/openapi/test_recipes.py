"""Recipes become requests."""

from __future__ import annotations

import orjson
import pytest

from mockvoice.audio.remote import CLIP_HOST
from mockvoice.openapi.model import Spec
from mockvoice.openapi.recipes import CLIPS_BASE, build, provocations_of
from tests.harness.tiny import tiny


@pytest.mark.parametrize(
    ("text", "meant"), [("repeat:3:ab", "ababab"), ("repeat:2:a:", "a:a:"), ("repeat:0:a", ""), ("x", "x")]
)
def test_a_text_can_be_repeated(text: str, meant: str) -> None:
    request = build(Spec(tiny()), "say", {"with": {"text": text}}, {}, lambda _name: b"")

    assert orjson.loads(request.body)["text"] == meant


def test_a_clip_by_url_is_asked_for_where_the_simulator_has_it() -> None:
    request = build(Spec(tiny()), "say", {"with": {"text": ["clip-url:a.mp3", "b"]}}, {}, lambda _name: b"")

    assert f"https://{CLIP_HOST}/" == CLIPS_BASE
    assert orjson.loads(request.body)["text"] == ["https://clips.mock.test/a.mp3", "b"]
    assert request.fields["text"] == ["https://clips.mock.test/a.mp3", "b"]


def test_the_two_tables_of_provocations_are_read_as_one() -> None:
    found = [(place, row["code"]) for place, row in provocations_of(tiny())]

    assert found == [(("x-voice-provocations", "no-key"), "no_key"), (("x-mock-provocations", "broken"), "broken")]
