"""Fields come from path, query, headers and body: each counts only in the place it is declared for."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.harness.tiny import tiny
from tests.web.test_pipeline import GOOD, JSON, KEY, Tiny

_SOURCE = {"x-voice-source": {"seen": "assumed", "source": "here"}}


def parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}, **_SOURCE}


def with_places() -> dict[str, Any]:
    """The tiny operation, with a parameter in the query and one in a header."""
    parameters = [parameter("mood", "query"), parameter("X-Tone", "header")]
    return {**tiny()["paths"]["/say"]["post"], "parameters": parameters}


def test_a_name_counts_only_in_the_place_it_is_declared_for(runner: asyncio.Runner) -> None:
    seen: list[dict[str, Any]] = []
    one = Tiny(runner, {"/paths/~1say/post": with_places()}, media=lambda call: seen.append(dict(call.fields)))
    body = b'{"text": "hello", "mood": "body", "X-Tone": "body"}'

    answers = [
        one.say(KEY, JSON, body=body),
        one.say(KEY, JSON, body=GOOD, path="/tiny/say?voice=two&speed=1&mood=query&X-Tone=query"),
        one.say(KEY, JSON, ("x-tone", "header"), body=GOOD),
    ]

    assert [answer.status for answer in answers] == [200, 200, 200]
    plain = {"text": "hello", "voice": "one"}
    assert seen == [plain, {**plain, "mood": "query"}, {**plain, "X-Tone": "header"}]
