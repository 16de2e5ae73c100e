"""A tiny in-process HTTP client: calls the ASGI application directly and keeps every piece that was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from mockvoice.app import create_app
from mockvoice.core.clock import ManualClock
from mockvoice.core.settings import Settings
from mockvoice.web.simulator import Simulator

Headers = Iterable[tuple[str, str]]


@dataclass
class Answer:
    status: int
    header_list: list[tuple[str, str]]
    body: bytes
    chunks: list[bytes] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.header_list)

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "")

    def json(self) -> Any:
        return orjson.loads(self.body)


class Client:
    """One simulator and a way to call it. Not for use from inside an event loop."""

    def __init__(self, app: Simulator, runner: asyncio.Runner) -> None:
        self.app = app
        self._runner = runner

    def close(self) -> None:
        self.app.world.close()

    def advance(self, seconds: float) -> None:
        clock = self.app.world.clock
        assert isinstance(clock, ManualClock)
        clock.advance(seconds)

    def send(self, method: str, path: str, headers: Headers = (), body: bytes | Sequence[bytes] = b"") -> Answer:
        """Send one request; a body given as several pieces arrives in several messages."""
        return self._runner.run(self.send_async(method, path, headers, body))

    def send_and_leave(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        """Send the beginning of a request, then go away; status 0 means that nobody was answered."""
        return self._runner.run(self.send_async(method, path, headers, [body], leaves=True))

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Run something in the loop of the simulator."""
        return self._runner.run(doing)

    def send_all(self, requests: Sequence[tuple[str, str, Headers, bytes]]) -> list[Answer]:
        """Send many requests at once."""

        async def together() -> list[Answer]:
            return await asyncio.gather(*[self.send_async(*one) for one in requests])

        return self._runner.run(together())

    async def send_async(
        self,
        method: str,
        path: str,
        headers: Headers = (),
        body: bytes | Sequence[bytes] = b"",
        leaves: bool = False,
    ) -> Answer:
        pieces = [body] if isinstance(body, bytes) else list(body)
        target, _, query = path.partition("?")
        shown = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
        if len(pieces) == 1 and not any(name == b"content-length" for name, _ in shown):
            shown.append((b"content-length", str(len(pieces[0])).encode()))
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": target,
            "raw_path": target.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": shown,
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 8800),
        }
        left = list(pieces)
        answer = Answer(0, [], b"")

        async def receive() -> dict[str, Any]:
            if not left:
                return {"type": "http.disconnect"}
            piece = left.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(left) or leaves}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.header_list = [(name.decode(), value.decode("latin-1")) for name, value in message["headers"]]
            elif message.get("body"):
                answer.chunks.append(message["body"])

        await self.app(scope, receive, send)
        answer.body = b"".join(answer.chunks)
        return answer


def make_client(runner: asyncio.Runner, **settings: Any) -> Client:
    """Return a client of a fresh simulator with a manual clock."""
    settings.setdefault("clock", "manual")
    return Client(create_app(Settings(**settings)), runner)
