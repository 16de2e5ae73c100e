"""A gateway's own checks come before those of the server behind it; a key's prefix may be optional."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.pointer import replace
from tests.harness.tiny import tiny
from tests.web.test_pipeline import JSON, Tiny

ROW = {"status": 400, "when": "w", "body": {"error": "{code}"}, "seen": "assumed", "source": "here"}
SAY = "/paths/~1say/post"
GATEWAY = {
    "/x-voice-errors/behind": ROW,
    "/x-voice-refusals/enum": "behind",
    "/x-voice-refusals/missing": "behind",
    "/x-voice-precedence/upstream": ["behind"],
}


@pytest.fixture
def gateway(runner: asyncio.Runner) -> Callable[[bytes, str], str]:
    """Make a tiny gateway and say what it answers to a body of somebody."""

    def ask(body: bytes, token: str) -> str:
        one = Tiny(
            runner, {**GATEWAY, "/x-mock-accounts/mock-empty/balance": 0, "/x-mock-accounts/mock-low/balance": 4}
        )
        answer = one.say(("authorization", f"Bearer {token}"), JSON, body=body)
        assert one.balance(token) == {"mock-empty": 0, "mock-low": 4, "mock-funded": 100}[token]
        return str(answer.json()["error"])

    return ask


@pytest.mark.parametrize(
    ("body", "token", "code"),
    [
        (b'{"text": "hello", "voice": "three"}', "mock-funded", "behind"),
        (b'{"text": "hello", "voice": "three"}', "mock-low", "short"),
        (b'{"text": "hell", "voice": "three"}', "mock-low", "behind"),
        (b'{"text": "hello, hello", "voice": "three"}', "mock-empty", "bad"),
        (b'{"voice": "three", "speed": 9}', "mock-funded", "bad"),
        (b'{"voice": "one"}', "mock-empty", "behind"),
    ],
)
def test_the_server_behind_is_reached_by_whoever_can_pay(
    gateway: Callable[[bytes, str], str], body: bytes, token: str, code: str
) -> None:
    """The gateway's `bad` first, then its `short`, then `behind`; nothing costs nothing, and nothing stays held."""
    assert gateway(body, token) == code


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"/x-voice-precedence/upstream": ["behnd"]}, "/x-voice-precedence/upstream: no row 'behnd' in x-voice-errors"),
        ({"/x-voice-refusals/type": "behind"}, "a code of 'type' cannot be an upstream's"),
    ],
)
def test_an_upstream_that_cannot_be_is_named(changes: dict[str, Any], said: str) -> None:
    document = tiny()
    for pointer, value in {**GATEWAY, **changes}.items():
        document = replace(document, pointer, value)

    assert any(said in one for one in check_document(document, "tiny.yaml"))


@pytest.mark.parametrize(
    ("otherwise", "key", "status"),
    [
        ("optional", "mock-funded", 200),
        ("optional", "funded", 200),
        ("optional", "fund", 401),
        ("absent", "mock-funded", 200),
        ("absent", "funded", 401),
    ],
)
def test_a_prefix_may_be_left_out_where_it_is_optional(
    runner: asyncio.Runner, otherwise: str, key: str, status: int
) -> None:
    rule = {"prefix": "mock-", "otherwise": otherwise}
    one = Tiny(runner, {"/components/securitySchemes/bearer/x-voice-key-prefix": rule})

    assert one.say(("authorization", f"Bearer {key}"), JSON).status == status
