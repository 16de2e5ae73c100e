"""Plants whose conversations over a WebSocket go wrong. All of fishaudio-net, the only provider with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import orjson

from mockvoice.app import create_app
from mockvoice.service.world import Desk
from mockvoice.web.exchange import Message, Receive, Scope, Send
from tests.planted.faithful import desk_of
from tests.planted.plant import App, Build, Kind, Plant
from tests.planted.wrapping import Wrapped

PROVIDER = "fishaudio-net"
ROW = "/x-voice-websockets/speak-live"
IN_ORDER = "sockets.messages_come_in_documented_order"
DONE = "sockets.done_ends_a_text"
IN_TURN = "sockets.texts_are_spoken_in_order"
FRAMES = "sockets.every_audio_message_is_followed_by_one_binary_frame"
WHOLE = "sockets.joined_audio_is_whole_and_to_be_heard"


class Faithful:
    """One conversation of which nothing is changed. A plant overrides what it does otherwise."""

    def __init__(self, desk: Desk, scope: Scope, send: Send) -> None:
        self.desk = desk
        self.scope = scope
        self._send = send

    async def said(self, event: str, message: Message) -> None:
        """Pass on what the simulator sends; `event` is empty for bytes, and for what is no message."""
        await self.give(message)

    def heard(self, members: dict[str, Any]) -> dict[str, Any]:
        """Return what the simulator is to get of a message of the client."""
        return members

    async def give(self, message: Message) -> None:
        await self._send(message)


class Changed(Wrapped):
    """A simulator whose conversations are of another kind."""

    def __init__(self, app: App, kind: Callable[[Desk, Scope, Send], Faithful]) -> None:
        super().__init__(app)
        self._kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        talk = self._kind(desk_of(self.app), scope, send)

        async def intercept(message: Message) -> None:
            text = message.get("text")
            await talk.said(orjson.loads(text)["event"] if text is not None else "", message)

        async def listen() -> Message:
            message = await receive()
            try:
                members = orjson.loads(message.get("text") or "")
            except orjson.JSONDecodeError:
                return message
            if not isinstance(members, dict):
                return message
            return {**message, "text": orjson.dumps(talk.heard(members)).decode()}

        await self.app(talk.scope, listen, intercept)


class NeverReady(Faithful):
    async def said(self, event: str, message: Message) -> None:
        if event != "ready":
            await self.give(message)


class StopIgnored(Faithful):
    async def said(self, event: str, message: Message) -> None:
        if event != "stopped":
            await self.give(message)


class FramesFirst(Faithful):
    """Holds an audio message back until its frame was sent."""

    _held: Message | None = None

    async def said(self, event: str, message: Message) -> None:
        if event == "audio":
            self._held = message
            return
        await self.give(message)
        if self._held is not None:
            await self.give(self._held)
            self._held = None


class FramesSwapped(Faithful):
    """Holds the first frame of a text back until the second was sent."""

    _announced: Message | None = None
    _first: Message | None = None
    _count = 0

    async def said(self, event: str, message: Message) -> None:
        if event == "processing":
            self._count = 0
        if message.get("bytes") is not None:
            self._count += 1
            if self._count == 1:
                self._first = message
                return
            if self._first is not None:
                await self.give(message)
                await self._give_first()
                return
        elif event == "audio" and self._first is not None:
            self._announced = message
            return
        elif event == "done" and self._first is not None:
            await self.give(self._first)
            self._first = None
        await self.give(message)

    async def _give_first(self) -> None:
        assert self._first is not None
        assert self._announced is not None
        await self.give(self._announced)
        await self.give(self._first)
        self._first = self._announced = None


class DoneEarly(Faithful):
    """Holds the last frame of a text back until `done` was sent."""

    def __init__(self, desk: Desk, scope: Scope, send: Send) -> None:
        super().__init__(desk, scope, send)
        self._held: list[Message] = []

    async def said(self, event: str, message: Message) -> None:
        if event == "audio":
            await self._release()
            self._held.append(message)
        elif message.get("bytes") is not None:
            self._held.append(message)
        else:
            await self.give(message)
            await self._release()

    async def _release(self) -> None:
        for one in self._held:
            await self.give(one)
        self._held.clear()


class ChargedTwice(Faithful):
    async def said(self, event: str, message: Message) -> None:
        if event == "done":
            token = parse_qs(self.scope["query_string"].decode())["token"][0]
            account = self.desk.roster.find(token)
            assert account is not None
            price = len(orjson.loads(message["text"])["text"])
            if account.ledger.balance >= price:
                account.ledger.settle(account.ledger.hold(price, 0.0, "again"), price, 0.0)
        await self.give(message)


class AnyToken(Faithful):
    """Takes a token that nobody has for that of another account."""

    def __init__(self, desk: Desk, scope: Scope, send: Send) -> None:
        token = parse_qs(scope["query_string"].decode()).get("token", [""])[0]
        if token and desk.roster.find(token) is None:
            scope = {**scope, "query_string": b"token=mock-other"}
        super().__init__(desk, scope, send)


class AnyVoice(Faithful):
    """Lets the first voice speak for one that nobody has."""

    def heard(self, members: dict[str, Any]) -> dict[str, Any]:
        if isinstance(members.get("request"), dict):
            known = {one["_id"] for one in self.desk.figure("public-voices")}
            request = {key: one for key, one in members["request"].items() if key != "reference_id" or one in known}
            return {**members, "request": request}
        return members


class Silence(Faithful):
    """Sends a wav of the right length in which nothing is to be heard."""

    _is_begun = _is_wav = False

    async def said(self, event: str, message: Message) -> None:
        data = message.get("bytes")
        if event == "processing":
            self._is_begun = self._is_wav = False
        if data is not None:
            if not self._is_begun:
                self._is_begun, self._is_wav = True, data.startswith(b"RIFF")
                head = data.index(b"data") + 8 if self._is_wav else 0
            else:
                head = 0
            if self._is_wav:
                message = {**message, "bytes": data[:head] + bytes(len(data) - head)}
        await self.give(message)


def _talking(kind: Callable[[Desk, Scope, Send], Faithful]) -> Build:
    return lambda settings: Changed(create_app(settings), kind)


def _plant(
    name: str, kind: Kind, summary: str, talk: Callable[[Desk, Scope, Send], Faithful], *found_by: str, fact: str
) -> Plant:
    return Plant(f"net-live-{name}", PROVIDER, kind, summary, _talking(talk), found_by, f"{ROW}/{fact}")


PLANTS = (
    _plant(
        "never-ready", Kind.SOCKET_ORDER, "start is never answered by ready", NeverReady,
        IN_ORDER, DONE, "sockets.stop_is_answered", fact="server/ready",
    ),
    _plant(
        "frames-swapped", Kind.SOCKET_FRAMES, "the first two frames of a text come in the wrong order", FramesSwapped,
        WHOLE, "sockets.joined_audio_is_what_its_format_says", fact="speech",
    ),
    _plant(
        "frames-first", Kind.SOCKET_FRAMES, "each frame comes before the message that announces it", FramesFirst,
        FRAMES, IN_TURN, fact="server/audio/binary",
    ),
    _plant(
        "done-early", Kind.SOCKET_ORDER, "done comes before the last frame of its text", DoneEarly,
        DONE, IN_TURN, fact="order/states",
    ),
    _plant(
        "charged-twice", Kind.DOUBLE_CHARGE, "a text is charged twice", ChargedTwice,
        "sockets.the_charge_is_that_of_the_text", fact="billing/steps",
    ),
    _plant(
        "any-token", Kind.AUTH_SKIPPED, "any token in the address lets one in", AnyToken,
        "sockets.a_wrong_token_is_refused", fact="errors/bad-credential",
    ),
    _plant(
        "any-voice", Kind.VALIDATION_SKIPPED, "a voice that nobody has is taken", AnyVoice,
        "sockets.an_unknown_voice_is_an_error", fact="errors/unknown-voice",
    ),
    _plant(
        "silence", Kind.SILENCE, "a wav of the right length is silent", Silence, WHOLE, fact="speech",
    ),
    _plant(
        "stop-ignored", Kind.SOCKET_ORDER, "stop is never answered", StopIgnored,
        "sockets.stop_is_answered", fact="server/stopped",
    ),
)  # fmt: skip
