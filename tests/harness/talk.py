"""Live sessions: with a real client over a real port, or in process, message by message."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from mockvoice.web.simulator import Simulator

PATH = "/fishaudio-net/v1/tts/ws"


class Talk:
    """One session of a real client. Messages are JSON objects, bytes are audio."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, event: str, **members: Any) -> None:
        self.connection.send(json.dumps({"event": event, **members}))

    def next(self) -> Any:
        """Return the next message: an object, or bytes. Raises ConnectionClosed."""
        came = self.connection.recv(timeout=20)
        return json.loads(came) if isinstance(came, str) else came

    def until(self, *events: str) -> list[Any]:
        """Return what comes, up to a message of one of these types."""
        found: list[Any] = []
        while not (found and isinstance(found[-1], dict) and found[-1]["event"] in events):
            found.append(self.next())
        return found

    def start(self, **request: Any) -> dict[str, Any]:
        """Send start and return what is answered, past `connected`."""
        self.send("start", request=request)
        answer: dict[str, Any] = self.until("ready", "error")[-1]
        return answer

    def say(self, text: str) -> list[Any]:
        """Send a text; return all that comes until it is done or refused."""
        self.send("text", text=text)
        return self.until("done", "error")

    def closed(self) -> int:
        """Read until the server closes; return its code."""
        try:
            while True:
                self.next()
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else 1006


@contextlib.contextmanager
def talking(base: str, token: str | None = "mock-funded", path: str = PATH) -> Iterator[Talk]:
    """Open a session with the server at a base URL."""
    query = "" if token is None else f"?token={token}"
    with connect(base.replace("http", "ws", 1) + path + query, proxy=None, max_size=None) as one:
        yield Talk(one)


def audio_of(messages: list[Any]) -> bytes:
    """Join the bytes."""
    return b"".join(one for one in messages if isinstance(one, bytes))


def events_of(messages: list[Any]) -> list[str]:
    """Return the types in order; bytes are called `bytes`."""
    return ["bytes" if isinstance(one, bytes) else one["event"] for one in messages]


class Wire:
    """A session in process. A cleared `flow` holds back what the server wants to send: a client that does not read."""

    def __init__(self, app: Simulator, token: str = "mock-funded", path: str = PATH) -> None:
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: list[Any] = []
        self.is_gone = False
        self.flow = asyncio.Event()
        self.flow.set()
        self._news = asyncio.Event()
        scope = {
            "type": "websocket", "path": path, "query_string": f"token={token}".encode(), "headers": [],
        }  # fmt: skip
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(app(scope, self.inbox.get, self._send))

    async def _send(self, message: Any) -> None:
        await self.flow.wait()
        if self.is_gone:
            raise OSError("nobody is there")
        self.sent.append(message)
        self._news.set()

    def send(self, event: str, **members: Any) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", "text": json.dumps({"event": event, **members})})

    def leave(self) -> None:
        """Vanish: what the server sends from now on fails."""
        self.is_gone = True
        self.flow.set()
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})

    @property
    def events(self) -> list[str]:
        return [
            "bytes" if "bytes" in one else json.loads(one["text"])["event"]
            for one in self.sent
            if one["type"] == "websocket.send"
        ]

    async def until(self, *events: str) -> None:
        """Wait until a message of one of these types, or bytes, was sent."""
        async with asyncio.timeout(20):
            while not {*events} & {*self.events}:
                self._news.clear()
                await self._news.wait()

    async def over(self) -> int | None:
        """Wait for the end of the session; return the code with which the server closed it."""
        async with asyncio.timeout(20):
            await self.task
        return next((one["code"] for one in self.sent if one["type"] == "websocket.close"), None)
