"""The messages of a conversation over a WebSocket: what came is read and judged, what goes is filled in and sent.

Knows a row of `x-voice-websockets` and nothing of accounts or speech.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import orjson

from mockvoice.web.refusals import fill_template, printable

if TYPE_CHECKING:
    from mockvoice.openapi.sockets import SocketPlan
    from mockvoice.web.exchange import Message, Send

log = logging.getLogger("mockvoice")

# So many characters of what a client sent are shown.
SHOWN = 40


class Refused(Exception):
    """A message of the client is refused: `kind` is one of the row's `errors`; `text` is the one not spoken."""

    def __init__(self, kind: str, expected: str, got: str, detail: str = "", text: str | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.expected = expected
        self.got = got
        self.detail = detail
        self.text = text


class Gone(Exception):
    """The client has closed the connection, or it broke, or the server is shutting down."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Over(Exception):
    """The session is to be closed."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read(plan: SocketPlan, message: Message) -> tuple[str, dict[str, Any]]:
    """Return a message's type and its members. Raises Refused, Over."""
    text, limit = message.get("text"), plan.limits["message-bytes"]
    size = len(message.get("bytes") or b"") if text is None else len(text.encode())
    if size > limit:
        raise Over(*plan.closes["too-large"])
    if text is None:
        raise Refused("binary", "JSON as text", f"{size} bytes")
    try:
        members = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused("malformed", "a JSON object", str(error)) from None
    if not isinstance(members, dict):
        raise Refused("malformed", "a JSON object", type(members).__name__)
    kind = members.get(plan.type)
    if not isinstance(kind, str) or kind not in plan.checks:
        shown = kind[:SHOWN] if isinstance(kind, str) else "none"
        raise Refused("unknown-type", " or ".join(plan.checks), shown)
    return kind, members


def judge(plan: SocketPlan, kind: str, members: dict[str, Any]) -> None:
    """Judge a message by its schema. Raises Refused."""
    check = plan.checks[kind]
    try:
        if check.is_valid(members):
            return
    except ValueError:
        raise Refused("malformed", "lists and objects nested at most 255 deep", "deeper nesting") from None
    problem = check.problems(members)[0]
    place = ".".join(str(one) for one in problem.path)
    detail = f"{place}: {problem.message[:200]}" if place else problem.message[:200]
    raise Refused("invalid", problem.expected or problem.message[:SHOWN], detail, detail)


class Wire:
    """What leads to the client of one session, and where the conversation stands, whichever side brought it there."""

    def __init__(self, plan: SocketPlan, path: str, send: Send) -> None:
        self._plan = plan
        self._send = send
        self.path = path
        self.state = plan.initial
        # The kind of the last refusal.
        self.code = ""
        # Held while a message and the bytes that belong to it are sent, so that nothing comes between them.
        self.mouth = asyncio.Lock()

    async def say(self, name: str, data: bytes | None = None, **words: Any) -> None:
        """Send a message of the server, and the bytes that follow it. Raises Gone."""
        filled = fill_template(self._plan.says[name], words)
        async with self.mouth:
            # What may be said anywhere leads nowhere.
            self.state = self._plan.states[self.state].get(name, self.state)
            await self.hand_on({"type": "websocket.send", "text": orjson.dumps(filled).decode()})
            if data is not None:
                await self.hand_on({"type": "websocket.send", "bytes": data})

    async def refuse(self, error: Refused) -> None:
        """Send an error, and close where its row says so. Raises Gone, Over."""
        row = self._plan.errors[error.kind]
        self.code = error.kind
        message = fill_template(row["message"], {"got": error.got, "detail": error.detail})
        log.info(
            "WS %s -> %s: rule %s; expected %s; got %s", printable(self.path), error.kind,
            f"{self._plan.pointer}/errors/{error.kind}", printable(error.expected), printable(error.got[:200]),
        )  # fmt: skip
        await self.say("error", message=message, text=error.text)
        if "close" in row:
            raise Over(row["close"], message[:SHOWN])

    async def close(self, end: Over) -> None:
        """Close the session as its end says. Raises Gone."""
        await self.hand_on({"type": "websocket.close", "code": end.code, "reason": end.reason})

    async def hand_on(self, message: Message) -> None:
        """Hand a message to the server. Raises Gone when nobody is there to take it."""
        try:
            await self._send(message)
        except (OSError, RuntimeError):
            raise Gone(1006) from None
