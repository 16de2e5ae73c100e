"""Speaks the texts of a conversation over a WebSocket, one after the other, each at its price."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from mockvoice.audio.script import solo
from mockvoice.core.errors import NotEnough
from mockvoice.web.messages import SHOWN, Gone, Over, Refused, Wire
from mockvoice.web.refusals import printable

if TYPE_CHECKING:
    from mockvoice.core.accounts import Account
    from mockvoice.web.sockets import Door

log = logging.getLogger("mockvoice")


class Speaking:
    """What is spoken in one session: texts that wait, and one coroutine while there are any. Its holds are closed."""

    def __init__(self, door: Door, wire: Wire) -> None:
        self._door = door
        self._plan = door.plan
        self._wire = wire
        self._account: Account | None = None
        self._voice = ""
        self._format = ""
        self._waiting: deque[str] = deque()
        self._task: asyncio.Task[None] | None = None
        # What the account has paid in this session.
        self.charged = 0

    @property
    def is_going_on(self) -> bool:
        """Whether a text is being spoken."""
        return self._task is not None

    def start(self, account: Account, voice: str, audio_format: str) -> None:
        """Say who pays, whose voice speaks and in which format: texts may be queued from then on."""
        self._account = account
        self._voice = voice
        self._format = audio_format

    def queue(self, text: str) -> None:
        """Let a text wait for its turn. Raises Refused."""
        most = self._plan.limits["waiting-texts"]
        if len(self._waiting) >= most:
            raise Refused("waiting", f"at most {most} waiting texts", "one more", text=text)
        self._waiting.append(text)
        if self._task is None:
            self._task = asyncio.ensure_future(self._speak_all())

    async def _speak_all(self) -> None:
        """Speak what waits, one text after the other. Ends when nothing waits, or the client has gone."""
        try:
            while self._waiting:
                try:
                    await self._speak(self._waiting.popleft())
                except Refused as error:
                    await self._wire.refuse(error)
        except Gone:
            pass  # whoever reads is told as well
        except Over as end:
            with suppress(Gone):
                await self._wire.close(end)
        finally:
            self._task = None

    async def _speak(self, text: str) -> None:
        """Speak one text, if its voice is still there: hold its price, send pieces, settle. Raises Refused, Gone."""
        plan, account = self._plan, self._account
        assert account is not None  # noqa: S101 - nothing is spoken before `start`
        if self._door.speaker(self._door.desk, account, self._voice) is None:
            raise Refused("unknown-voice", "a voice that is still there", self._voice[:SHOWN], text=text)
        price, now = plan.tariff.price(len(text), {}), self._door.now()
        # With what the account's tasks have come to cost by now.
        account.ledger.come_due(now)
        try:
            hold = account.ledger.hold(price, now, plan.name)
        except NotEnough as error:
            raise Refused("credits", f"a balance of at least {price}", str(error.balance), text=text) from None
        pieces = 0
        try:
            await self._wire.say("processing", text=text)
            async with aclosing(self._pieces(text)) as made:
                async for piece in made:
                    await self._wire.say("audio", piece, text=text, format=self._format)
                    pieces += 1
                    # A speech that is known would else be sent in one go, and nobody could stop it.
                    await asyncio.sleep(0)
            self.charged += account.ledger.settle(hold, price, self._door.now())
            await self._wire.say("done", text=text)
        except asyncio.CancelledError:
            # Stopped by the client; one that has gone is not charged.
            if hold.is_open and pieces and plan.charges_stopped and self._wire.state == self._stopping:
                self.charged += account.ledger.settle(hold, price, self._door.now())
            raise
        except (Gone, Over, Refused):
            raise
        except Exception:
            log.exception("WS %s: this text could not be spoken", printable(self._wire.path))
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

    async def hush(self) -> None:
        """End the speaking coroutine, if there is one, and wait until it has closed its hold."""
        self._waiting.clear()
        speaking = self._task
        if speaking is not None:
            speaking.cancel()
            await asyncio.wait([speaking])
            # One that was stopped before it began has not said so itself.
            self._task = None
