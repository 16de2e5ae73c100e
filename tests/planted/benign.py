"""Plants that are different and right: nobody may complain."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import orjson

from mockvoice.core.settings import Settings
from mockvoice.web.exchange import Message, Receive, Scope, Send
from tests.planted.faithful import patched
from tests.planted.plant import App, Build, Kind, Plant
from tests.planted.wrapping import JSON, Answer, Asked, Wrapped, changing, changing_heads, editing

EXTRA_HEADER = (b"x-served-by", b"edge-7")
DELAY_SECONDS = 0.005
# Bytes in one piece of a body that comes in pieces.
PIECE = 100


def _extra_header(_asked: Asked, answer: Answer) -> None:
    answer.headers.append(EXTRA_HEADER)


def _pretty(_asked: Asked, answer: Answer) -> None:
    answer.body = json.dumps(orjson.loads(answer.body), indent=2, ensure_ascii=False).encode() + b"\n"


def _extra_member(body: dict[str, Any]) -> None:
    body["served_by"] = "edge-7"


def _other_order(_asked: Asked, answer: Answer) -> None:
    answer.headers = [(name.title(), value) for name, value in reversed(answer.headers)]


class Slower(Wrapped):
    """Waits before each answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.is_of_the_provider(scope):
            await asyncio.sleep(DELAY_SECONDS)
        await self.app(scope, receive, send)


class InPieces(Wrapped):
    """Sends bodies in pieces and without Content-Length, so that the server falls back to chunks."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def cut(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [one for one in message["headers"] if one[0] != b"content-length"]
                await send({**message, "headers": headers})
                return
            body = message.get("body", b"")
            for start in range(0, len(body), PIECE):
                await send({"type": message["type"], "body": body[start : start + PIECE], "more_body": True})
            if not message.get("more_body", False):
                await send({"type": message["type"], "body": b""})

        await self.app(scope, receive, cut if self.is_of_the_provider(scope) else send)


def _before(kind: type[Wrapped]) -> Build:
    def build(settings: Settings) -> App:
        return kind(patched(settings))

    return build


PLANTS = (
    Plant(
        name="net-extra-header",
        provider="fishaudio-net",
        kind=Kind.EXTRA_HEADER,
        summary="every answer carries a header more",
        build=changing_heads(_extra_header),
    ),
    Plant(
        name="org-pretty-json",
        provider="fishaudio-org",
        kind=Kind.PRETTY_JSON,
        summary="JSON is indented",
        build=changing(_pretty, media=JSON),
    ),
    Plant(
        name="hadrian-other-order",
        provider="hadrian",
        kind=Kind.HEADER_ORDER,
        summary="headers come in another order, and with capitals",
        build=changing_heads(_other_order),
    ),
    Plant(
        name="aitre-slower",
        provider="aitre",
        kind=Kind.SLOWER,
        summary="every answer takes a few milliseconds more",
        build=_before(Slower),
    ),
    Plant(
        name="aitre-in-pieces",
        provider="aitre",
        kind=Kind.CHUNKED,
        summary="bodies come in pieces, without Content-Length",
        build=_before(InPieces),
    ),
    Plant(
        name="voiceapi-extra-member",
        provider="voiceapi",
        kind=Kind.EXTRA_MEMBER,
        summary="answers that are objects of an open schema have a member more",
        build=editing(_extra_member, ("tts_status", "stt_status", "clone_status", "stt_result", "models_list")),
    ),
)
