"""Wrappers that change answers on their way out. What they do not change passes as it comes, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from mockvoice.openapi.recipes import credentials_for
from mockvoice.web.exchange import Message, Receive, Scope, Send
from mockvoice.web.simulator import CONTROL_PREFIX
from tests.planted.faithful import account, desk_of, patched
from tests.planted.plant import App, Build

Headers = list[tuple[bytes, bytes]]

JSON = "application/json"
EVENTS = "text/event-stream"


class Asked(NamedTuple):
    """A request: its operationId (empty for none), path without the provider's prefix, query and headers."""

    operation: str
    path: str
    query: str
    headers: Mapping[bytes, bytes]


@dataclass
class Answer:
    """A whole answer, to be changed in place."""

    status: int
    headers: Headers
    body: bytes = b""

    def header(self, name: bytes) -> bytes | None:
        return next((value for one, value in self.headers if one.lower() == name), None)

    def put(self, name: bytes, value: bytes | None) -> None:
        """Replace a header; None takes it away."""
        if value is None:
            self.headers = [one for one in self.headers if one[0].lower() != name]
        elif self.header(name) is None:
            self.headers.append((name, value))
        else:
            self.headers = [(one, value if one.lower() == name else old) for one, old in self.headers]

    @property
    def media(self) -> str:
        return (self.header(b"content-type") or b"").decode("latin-1")


Change = Callable[[Asked, Answer], None]


@dataclass(frozen=True)
class Where:
    """Which answers are meant: of these operations, statuses and of a type that starts so; empty is any."""

    operations: Collection[str] = ()
    statuses: Collection[int] = ()
    media: str = ""

    def covers(self, asked: Asked, answer: Answer) -> bool:
        return (
            (not self.operations or asked.operation in self.operations)
            and (not self.statuses or answer.status in self.statuses)
            and answer.media.startswith(self.media)
        )


class Wrapped:
    """A simulator with something before it."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.world = app.world
        self.mounts = app.mounts
        spec = desk_of(app).spec
        self._prefix = f"/{spec.id}"
        self._places = [(method, _pattern(path), operation) for method, path, operation in spec.routes]

    def asked(self, scope: Scope) -> Asked:
        path = scope["path"].removeprefix(self._prefix)
        found = (one for method, place, one in self._places if method == scope["method"] and place.fullmatch(path))
        return Asked(next(found, ""), path, scope["query_string"].decode("latin-1"), dict(scope["headers"]))

    @staticmethod
    def is_of_the_provider(scope: Scope) -> bool:
        return scope["type"] == "http" and not scope["path"].startswith(CONTROL_PREFIX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in path.split("/")))


class _Changed(Wrapped):
    def __init__(self, app: App, change: Change, where: Where) -> None:
        super().__init__(app)
        self._change = change
        self._where = where


class ChangedHeads(_Changed):
    """Changes status and headers of the answers that are meant; their bodies pass as they come."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def intercept(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer, asked = Answer(message["status"], list(message["headers"])), self.asked(scope)
                if self._where.covers(asked, answer):
                    self._change(asked, answer)
                    message = {**message, "status": answer.status, "headers": answer.headers}
            await send(message)

        await self.app(scope, receive, intercept if self.is_of_the_provider(scope) else send)


class ChangedAnswers(_Changed):
    """Collects the answers that are meant, changes them, and mends Content-Length."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.is_of_the_provider(scope):
            await self.app(scope, receive, send)
            return
        asked = self.asked(scope)
        held: Answer | None = None

        async def intercept(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                answer = Answer(message["status"], list(message["headers"]))
                if self._where.covers(asked, answer):
                    held = answer
                    return
            elif held is not None:
                held.body += message.get("body", b"")
                if not message.get("more_body", False):
                    self._change(asked, held)
                    await emit(held, send)
                return
            await send(message)

        await self.app(scope, receive, intercept)


async def emit(answer: Answer, send: Send) -> None:
    """Send a whole answer; its Content-Length, if it has one, is that of its body."""
    if answer.header(b"content-length") is not None:
        answer.put(b"content-length", b"%d" % len(answer.body))
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


@dataclass
class Body:
    """A request's body that can be read more than once."""

    data: bytes
    sent: bool = field(default=False)

    @classmethod
    async def of(cls, receive: Receive) -> Body:
        parts, more = [], True
        while more:
            message = await receive()
            parts.append(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)
        return cls(b"".join(parts))

    async def receive(self) -> Message:
        if self.sent:
            return {"type": "http.disconnect"}
        self.sent = True
        return {"type": "http.request", "body": self.data, "more_body": False}


class Unguarded(Wrapped):
    """Answers one operation as to the funded account where the key was not good enough."""

    def __init__(self, app: App, operation: str) -> None:
        super().__init__(app)
        spec = desk_of(app).spec
        self._operation = operation
        self._ways = {one.header for one in spec.credentials.values()}
        key = credentials_for(spec, operation, account(app, "funded").token)
        self._key = [(name.encode(), value.encode()) for name, value in key if name.encode() in self._ways]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.is_of_the_provider(scope) or self.asked(scope).operation != self._operation:
            await self.app(scope, receive, send)
            return
        body = await Body.of(receive)
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self.app(scope, Body(body.data).receive, hold)
        if held[0]["status"] == 401:
            others = [one for one in scope["headers"] if one[0] not in self._ways]
            await self.app({**scope, "headers": [*others, *self._key]}, body.receive, send)
            return
        for message in held:
            await send(message)


# -- what plants are built with ------------------------------------------------------------------------


def changing(
    change: Change, operations: Collection[str] = (), statuses: Collection[int] = (), media: str = ""
) -> Build:
    """Build a simulator some of whose answers are changed."""
    return lambda settings: ChangedAnswers(patched(settings), change, Where(operations, statuses, media))


def changing_heads(
    change: Change, operations: Collection[str] = (), statuses: Collection[int] = (), media: str = ""
) -> Build:
    """As `changing`, for a change of status and headers only: what is streamed stays a stream."""
    return lambda settings: ChangedHeads(patched(settings), change, Where(operations, statuses, media))


def changing_anew(
    make: Callable[[], Change], operations: Collection[str] = (), statuses: Collection[int] = (), media: str = ""
) -> Build:
    """As `changing`, for a change that remembers something: each server gets a fresh one."""
    return lambda settings: ChangedAnswers(patched(settings), make(), Where(operations, statuses, media))


def editing(edit: Callable[[Any], Any], operations: Collection[str] = (), statuses: Collection[int] = (200,)) -> Build:
    """Build a simulator some of whose JSON is edited in place, or replaced by what `edit` returns."""
    return changing(edited(edit), operations, statuses, JSON)


def edited(edit: Callable[[Any], Any]) -> Change:
    def change(_asked: Asked, answer: Answer) -> None:
        body = orjson.loads(answer.body)
        replaced = edit(body)
        answer.body = orjson.dumps(body if replaced is None else replaced)

    return change


ERRORS = range(400, 600)
