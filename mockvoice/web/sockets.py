"""Conversations over a WebSocket: text in, speech out, as a row of `x-voice-websockets` says. Raw ASGI.

A session is two coroutines at the most: one reads what the client sends, the other speaks one text after the other.
Times are real seconds, whatever the clock: they only end what nobody uses.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import orjson

from mockvoice.audio.script import solo
from mockvoice.core.accounts import Account
from mockvoice.core.errors import NotEnough
from mockvoice.openapi.sockets import SocketPlan, asked_for, plan_of
from mockvoice.web.auth import masked
from mockvoice.web.exchange import Message, Receive, Scope, Send
from mockvoice.web.refusals import fill_template, printable

if TYPE_CHECKING:
    from mockvoice.service.provider import Provider, Speaker
    from mockvoice.service.world import Desk
    from mockvoice.web.simulator import Mount

log = logging.getLogger("mockvoice")

# What is told of a session whose path nobody has, before it is accepted: the server makes a 403 of it.
_NOWHERE = {"type": "websocket.close", "code": 1008, "reason": "no WebSocket here"}
_ACCEPT: Message = {"type": "websocket.accept"}
_SHOWN = 40


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


class Door:
    """One row of the table at one path: what all of its sessions share."""

    def __init__(self, desk: Desk, provider: Provider, plan: SocketPlan, now: Callable[[], float]) -> None:
        self.desk = desk
        self.plan = plan
        self.speaker: Speaker = provider.speakers[plan.name]
        self.now = now
        # Sessions that are open, by account.
        self.open: Counter[str] = Counter()

    def leave(self, account: Account) -> None:
        """Forget one session of an account, and the account with its last."""
        self.open[account.id] -= 1
        if not self.open[account.id]:
            del self.open[account.id]


class Sockets:
    """Every path of a simulator that speaks WebSocket."""

    def __init__(self, mounts: Iterable[Mount], now: Callable[[], float]) -> None:
        self._doors: dict[str, Door] = {}
        # A provider at two prefixes has one row, hence one count of its sessions.
        made: dict[tuple[int, str], Door] = {}
        for mount in mounts:
            document = mount.desk.spec.document
            for name, row in document.get("x-voice-websockets", {}).items():
                key = id(mount.desk), name
                if key not in made:
                    made[key] = Door(mount.desk, mount.load(), plan_of(document, name), now)
                self._doors[mount.prefix + row["path"]] = made[key]

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold one session, from the handshake to the close."""
        door = self._doors.get(scope["path"])
        if door is None:
            await receive()
            await send(_NOWHERE)
            return
        await Session(door, scope, receive, send).run()


class Session:
    """One connection. Whatever happens, its holds are closed and nothing of it stays."""

    def __init__(self, door: Door, scope: Scope, receive: Receive, send: Send) -> None:
        self._door = door
        self._plan = door.plan
        self._scope = scope
        self._receive = receive
        self._send = send
        self._state = door.plan.initial
        self._account: Account | None = None
        self._voice = ""
        self._format = ""
        self._waiting: deque[str] = deque()
        self._speaking: asyncio.Task[None] | None = None
        # Held while a message and the bytes that belong to it are sent, so that nothing comes between them.
        self._mouth = asyncio.Lock()
        self._charged = 0
        self._code = ""

    # -- from the handshake to the close ---------------------------------------------------------------

    async def run(self) -> None:
        """Talk until somebody ends it."""
        closed = 1000
        try:
            try:
                await self._open()
                while True:
                    await self._take(await self._next())
            except Over as end:
                closed = end.code
                await self._hush()
                await self._pass({"type": "websocket.close", "code": end.code, "reason": end.reason})
        except Gone as gone:
            closed = gone.code
        except Exception:
            log.exception("WS %s: the simulator failed here; please report it", printable(self._scope["path"]))
            with suppress(Gone, Over):
                closed = self._plan.errors["crash"].get("close", 1011)
                await self._refuse(Refused("crash", "no failure inside mockvoice", "see the log"))
        finally:
            await self._hush()
            if self._account is not None:
                self._door.leave(self._account)
            self._note(closed)

    async def _open(self) -> None:
        await self._receive()
        await self._pass(_ACCEPT)
        token = self._token_in_address()
        if token and self._plan.query_wins:
            try:
                self._let_in(token)
            except Refused as error:
                await self._refuse(error)
                # Without a code of its own the row leaves the session open; nobody may use it then.
                raise Over(1008, "") from None
        await self._say("connected")

    def _token_in_address(self) -> str:
        query = parse_qs(self._scope.get("query_string", b"").decode("latin-1"))
        return str(query.get(self._plan.token_query, [""])[0])

    def _let_in(self, token: str) -> None:
        """Find the account, and count the session. Raises Refused."""
        desk, limits, now = self._door.desk, self._plan.limits, self._door.now()
        if not token:
            raise Refused("no-credential", "a key; `mockvoice accounts` lists them", "none")
        account = desk.roster.find(token)
        if account is None or account.standing == "revoked":
            raise Refused("bad-credential", "a key of `mockvoice accounts`", masked(token))
        if account.standing != "active":
            raise Refused("forbidden", "an active account", account.standing)
        if self._door.open[account.id] >= limits["sessions"]:
            raise Refused("crowded", f"at most {limits['sessions']} sessions at once", "one more")
        for name in limits["windows"]:
            window = account.windows.get(name)
            if window is not None and not window.take(now):
                raise Refused("limited", f"at most {window.allowance} in {window.rule.seconds} s", "one more")
        self._door.open[account.id] += 1
        self._account = account

    async def _next(self) -> Message:
        """Return what the client sends next. Raises Over when nothing comes and nothing is said, Gone."""
        while True:
            try:
                async with asyncio.timeout(self._plan.limits["idle-seconds"]):
                    message = await self._receive()
            except TimeoutError:
                if self._speaking is None:
                    raise Over(*self._plan.closes["idle"]) from None
                continue
            if message["type"] == "websocket.disconnect":
                raise Gone(message.get("code") or 1005)
            return message

    # -- what the client sends -------------------------------------------------------------------------

    async def _take(self, message: Message) -> None:
        """Do what one message asks for, or refuse it. Raises Over, Gone."""
        try:
            kind, members = self._read(message)
            following = self._plan.states[self._state].get(kind)
            if following is None:
                expected = " or ".join(one for one in self._plan.states[self._state] if one in self._plan.checks)
                raise Refused("out-of-order", expected or "nothing yet", kind)
            self._check(kind, members)
            if kind == "start":
                self._start(members)
            elif kind == "text":
                self._queue(members[self._plan.text])
            self._state = following
            if kind == "start":
                await self._say("ready")
            elif kind == "stop":
                await self._stop()
        except Refused as error:
            await self._refuse(error)

    def _read(self, message: Message) -> tuple[str, dict[str, Any]]:
        """Return a message's type and its members. Raises Refused, Over."""
        text, limit = message.get("text"), self._plan.limits["message-bytes"]
        size = len(message.get("bytes") or b"") if text is None else len(text.encode())
        if size > limit:
            raise Over(*self._plan.closes["too-large"])
        if text is None:
            raise Refused("binary", "JSON as text", f"{size} bytes")
        try:
            members = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Refused("malformed", "a JSON object", str(error)) from None
        if not isinstance(members, dict):
            raise Refused("malformed", "a JSON object", type(members).__name__)
        kind = members.get(self._plan.type)
        if not isinstance(kind, str) or kind not in self._plan.checks:
            shown = kind[:_SHOWN] if isinstance(kind, str) else "none"
            raise Refused("unknown-type", " or ".join(self._plan.checks), shown)
        return kind, members

    def _check(self, kind: str, members: dict[str, Any]) -> None:
        """Judge a message by its schema. Raises Refused."""
        check = self._plan.checks[kind]
        try:
            if check.is_valid(members):
                return
        except ValueError:
            raise Refused("malformed", "lists and objects nested at most 255 deep", "deeper nesting") from None
        problem = check.problems(members)[0]
        place = ".".join(str(one) for one in problem.path)
        detail = f"{place}: {problem.message[:200]}" if place else problem.message[:200]
        raise Refused("invalid", problem.expected or problem.message[:_SHOWN], detail, detail)

    def _start(self, members: dict[str, Any]) -> None:
        """Take the settings of the session. Raises Refused."""
        plan, document = self._plan, self._door.desk.spec.document
        if self._account is None:
            told = members.get(plan.token_member, ""), self._token_in_address()
            self._let_in(next((one for one in (reversed(told) if plan.query_wins else told) if one), ""))
        assert self._account is not None  # noqa: S101 - else it was refused
        wanted = asked_for(plan, document, members, plan.voice)
        voice = self._door.speaker(self._door.desk, self._account, wanted)
        if voice is None:
            raise Refused("unknown-voice", "a voice this account may use", str(wanted)[:_SHOWN])
        self._voice = voice
        self._format = asked_for(plan, document, members, plan.format)

    def _queue(self, text: str) -> None:
        """Let a text wait for its turn. Raises Refused."""
        most = self._plan.limits["waiting-texts"]
        if len(self._waiting) >= most:
            raise Refused("waiting", f"at most {most} waiting texts", "one more", text=text)
        self._waiting.append(text)
        if self._speaking is None:
            self._speaking = asyncio.ensure_future(self._speak_all())

    async def _stop(self) -> None:
        """End what is being said and forget what waits."""
        async with self._mouth:
            pass  # bytes that were announced are sent
        await self._hush()
        await self._say("stopped")

    # -- speaking ------------------------------------------------------------------------------------

    async def _speak_all(self) -> None:
        """Speak what waits, one text after the other. Ends when nothing waits, or the client has gone."""
        try:
            while self._waiting:
                try:
                    await self._speak(self._waiting.popleft())
                except Refused as error:
                    await self._refuse(error)
        except Gone:
            pass  # whoever reads is told as well
        except Over as end:
            with suppress(Gone):
                await self._pass({"type": "websocket.close", "code": end.code, "reason": end.reason})
        finally:
            self._speaking = None

    async def _speak(self, text: str) -> None:
        """Speak one text: hold its price, send its pieces, settle. Raises Refused, Gone."""
        plan, account = self._plan, self._account
        assert account is not None  # noqa: S101 - nothing is spoken before `start`
        price = plan.tariff.price(len(text), {})
        try:
            hold = account.ledger.hold(price, self._door.now(), plan.name)
        except NotEnough as error:
            raise Refused("credits", f"a balance of at least {price}", str(error.balance), text=text) from None
        pieces = 0
        try:
            await self._say("processing", text=text)
            async with aclosing(self._pieces(text)) as made:
                async for piece in made:
                    await self._say("audio", piece, text=text, format=self._format)
                    pieces += 1
                    # A speech that is known would else be sent in one go, and nobody could stop it.
                    await asyncio.sleep(0)
            self._charged += account.ledger.settle(hold, price, self._door.now())
            await self._say("done", text=text)
        except asyncio.CancelledError:
            # Stopped by the client; one that has gone is not charged.
            if hold.is_open and pieces and plan.charges_stopped and self._state == self._stopping:
                self._charged += account.ledger.settle(hold, price, self._door.now())
            raise
        except (Gone, Over, Refused):
            raise
        except Exception:
            log.exception("WS %s: this text could not be spoken", printable(self._scope["path"]))
            raise Refused("crash", "a text that can be spoken", "see the log", text=text) from None
        finally:
            if hold.is_open:
                account.ledger.release(hold, self._door.now())

    @property
    def _stopping(self) -> str:
        """The state after the client's `stop`, wherever it was sent."""
        return next(edges["stop"] for edges in self._plan.states.values() if "stop" in edges)

    async def _pieces(self, text: str) -> AsyncGenerator[bytes, None]:
        """Yield the bytes of a speech as they are made, none larger than the limit."""
        most = self._plan.limits["piece-bytes"]
        held = b""
        async with aclosing(self._door.desk.studio.stream(solo(text, self._voice, 1.0, self._format))) as stream:
            async for piece in stream:
                held += piece
                while len(held) >= most:
                    yield held[:most]
                    held = held[most:]
        if held:
            yield held

    async def _hush(self) -> None:
        """End the speaking coroutine, if there is one, and wait until it has closed its hold."""
        self._waiting.clear()
        speaking = self._speaking
        if speaking is not None:
            speaking.cancel()
            await asyncio.wait([speaking])

    # -- what is sent ----------------------------------------------------------------------------------

    async def _say(self, name: str, data: bytes | None = None, **words: Any) -> None:
        """Send a message of the server, and the bytes that follow it. Raises Gone."""
        filled = fill_template(self._plan.says[name], words)
        async with self._mouth:
            # What may be said anywhere leads nowhere.
            self._state = self._plan.states[self._state].get(name, self._state)
            await self._pass({"type": "websocket.send", "text": orjson.dumps(filled).decode()})
            if data is not None:
                await self._pass({"type": "websocket.send", "bytes": data})

    async def _refuse(self, error: Refused) -> None:
        """Send an error, and close where its row says so. Raises Gone, Over."""
        row = self._plan.errors[error.kind]
        self._code = error.kind
        message = fill_template(row["message"], {"got": error.got, "detail": error.detail})
        log.info(
            "WS %s -> %s: rule %s; expected %s; got %s", printable(self._scope["path"]), error.kind,
            f"{self._plan.pointer}/errors/{error.kind}", printable(error.expected), printable(error.got[:200]),
        )  # fmt: skip
        await self._say("error", message=message, text=error.text)
        if "close" in row:
            raise Over(row["close"], message[:_SHOWN])

    async def _pass(self, message: Message) -> None:
        """Hand a message to the server. Raises Gone when nobody is there to take it."""
        try:
            await self._send(message)
        except (OSError, RuntimeError):
            raise Gone(1006) from None

    def _note(self, closed: int) -> None:
        """Write the session into the journal: its close code stands for a status."""
        desk = self._door.desk
        who = self._account.role if self._account is not None else ""
        desk.world.journal.note(
            (self._door.now(), desk.spec.id, self._plan.name, "WS", self._scope["path"], who, closed, self._code,
             self._charged)
        )  # fmt: skip
