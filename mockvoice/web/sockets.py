"""Conversations over a WebSocket: text in, speech out, as a row of `x-voice-websockets` says. Raw ASGI.

A session is two coroutines at the most: one reads what the client sends, the other speaks one text after the other.
Times are real seconds, whatever the clock: they only end what nobody uses.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from mockvoice.core.accounts import Account
from mockvoice.openapi.sockets import SocketPlan, asked_for, plan_of
from mockvoice.web.auth import masked
from mockvoice.web.exchange import Message, Receive, Scope, Send
from mockvoice.web.messages import SHOWN, Gone, Over, Refused, Wire, judge, read
from mockvoice.web.refusals import printable
from mockvoice.web.speaking import Speaking

if TYPE_CHECKING:
    from mockvoice.service.provider import Provider, Speaker
    from mockvoice.service.world import Desk
    from mockvoice.web.simulator import Mount

log = logging.getLogger("mockvoice")

# What is told of a session whose path nobody has, before it is accepted: the server makes a 403 of it.
_NOWHERE = {"type": "websocket.close", "code": 1008, "reason": "no WebSocket here"}
_ACCEPT: Message = {"type": "websocket.accept"}


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
        self._wire = Wire(door.plan, scope["path"], send)
        self._speaking = Speaking(door, self._wire)
        self._account: Account | None = None

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
                await self._speaking.hush()
                await self._wire.close(end)
        except Gone as gone:
            closed = gone.code
        except Exception:
            log.exception("WS %s: the simulator failed here; please report it", printable(self._scope["path"]))
            with suppress(Gone, Over):
                closed = self._plan.errors["crash"].get("close", 1011)
                await self._wire.refuse(Refused("crash", "no failure inside mockvoice", "see the log"))
        finally:
            await self._speaking.hush()
            if self._account is not None:
                self._door.leave(self._account)
            self._note(closed)

    async def _open(self) -> None:
        await self._receive()
        await self._wire.hand_on(_ACCEPT)
        token = self._token_in_address()
        if token and self._plan.query_wins:
            try:
                self._let_in(token)
            except Refused as error:
                await self._wire.refuse(error)
                # Without a code of its own the row leaves the session open; nobody may use it then.
                raise Over(1008, "") from None
        await self._wire.say("connected")

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
                if not self._speaking.is_going_on:
                    raise Over(*self._plan.closes["idle"]) from None
                continue
            if message["type"] == "websocket.disconnect":
                raise Gone(message.get("code") or 1005)
            return message

    # -- what the client sends -------------------------------------------------------------------------

    async def _take(self, message: Message) -> None:
        """Do what one message asks for, or refuse it. Raises Over, Gone."""
        try:
            kind, members = read(self._plan, message)
            following = self._plan.states[self._wire.state].get(kind)
            if following is None:
                expected = " or ".join(one for one in self._plan.states[self._wire.state] if one in self._plan.checks)
                raise Refused("out-of-order", expected or "nothing yet", kind)
            judge(self._plan, kind, members)
            if kind == "start":
                self._start(members)
            elif kind == "text":
                self._speaking.queue(members[self._plan.text])
            self._wire.state = following
            if kind == "start":
                await self._wire.say("ready")
            elif kind == "stop":
                await self._stop()
        except Refused as error:
            await self._wire.refuse(error)

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
            raise Refused("unknown-voice", "a voice this account may use", str(wanted)[:SHOWN])
        self._speaking.start(self._account, voice, asked_for(plan, document, members, plan.format))

    async def _stop(self) -> None:
        """End what is being said and forget what waits."""
        async with self._wire.mouth:
            pass  # bytes that were announced are sent
        await self._speaking.hush()
        await self._wire.say("stopped")

    def _note(self, closed: int) -> None:
        """Write the session into the journal: its close code stands for a status."""
        desk = self._door.desk
        who = self._account.role if self._account is not None else ""
        desk.world.journal.note(
            (self._door.now(), desk.spec.id, self._plan.name, "WS", self._scope["path"], who, closed, self._wire.code,
             self._speaking.charged)
        )  # fmt: skip
