"""Holds conversations over a WebSocket, the only module here that opens one: each is counted, capped, paced and masked.

A session is one request, and each text in it another, at its price; the guard admits both before anything leaves.
"""

from __future__ import annotations

import json
import os
import shlex
import ssl
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from contract_tests.kit.bounds import NoAnswer
from contract_tests.kit.claims import Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.sockets.documented import Socket
from contract_tests.kit.wire import CONNECT_SECONDS, LONGEST_ANSWER, LONGEST_BODY

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from contract_tests.kit.run import Run

# So long nothing comes, in seconds, until nothing is taken to come any more.
SILENCE, LOCAL_SILENCE = 30.0, 15.0
# A message in a report is cut here.
_SHOWN = 300


@dataclass(frozen=True)
class Heard:
    """One thing that came, or was sent: a message with its type and members, or bytes; keys are masked."""

    is_sent: bool
    name: str = ""
    members: Mapping[str, Any] = field(default_factory=dict)
    data: bytes | None = field(default=None, repr=False)
    text: str = ""

    @property
    def shown(self) -> str:
        """In one line."""
        what = f"({len(self.data)} bytes)" if self.data is not None else self.text[:_SHOWN]
        return f"{'>' if self.is_sent else '<'} {what}"


@dataclass(frozen=True)
class Talked(Exchange):
    """A conversation as a report shows it; its body is the last message that came, its status the close code."""

    moments: tuple[Heard, ...] = ()

    def curl(self) -> str:
        """Return how to say the same once more, by a client that comes with the library."""
        said = " ".join(shlex.quote(one.text[:_SHOWN]) for one in self.moments if one.is_sent)
        return f"printf '%s\\n' {said} | python -m websockets {shlex.quote(self.url)}"

    def reply(self) -> str:
        """Return what was said and heard, a line each, and the close code."""
        lines = [one.shown for one in self.moments]
        shown = [*lines[:12], f"… {len(lines) - 24} more", *lines[-12:]] if len(lines) > 24 else lines
        return "\n".join([*shown, f"closed {self.status}" if self.status else "open"])


class Conversation:
    """One session."""

    def __init__(self, run: Run, socket: Socket, role: str | None, number: int, url: str) -> None:
        self.run = run
        self.socket = socket
        self.role = role
        self.number = number
        self.moments: list[Heard] = []
        # The close code; 0 while it is open. `status` is that of a handshake that was refused.
        self.closed = 0
        self.status = 101
        self._url = url
        self._claim = run.guard.allowance.claim
        self._began = time.monotonic()
        self._size = 0
        self._unpaid: deque[tuple[str, int]] = deque()
        self._connection: ClientConnection | None = None

    # -- what is said ----------------------------------------------------------------------------------

    def say(self, message: Mapping[str, Any]) -> None:
        """Send a message; a text is admitted by the guard at its price. Raises BudgetEnded, PlanExceeded."""
        text = message.get(self.socket.text_member)
        if message.get(self.socket.type) == self.socket.node["speech"]["of"] and isinstance(text, str):
            price = self.socket.price(text)
            self.run.guard.take(self.role, price)
            self._unpaid.append((text, price))
        self.send(json.dumps(message, ensure_ascii=False))

    def send(self, raw: str | bytes) -> None:
        """Send anything that costs nothing."""
        mask = self.run.guard.mask
        if isinstance(raw, bytes):
            self.moments.append(Heard(is_sent=True, data=raw))
        else:
            name = _read(raw).get(self.socket.type)
            self.moments.append(Heard(is_sent=True, name=str(name or ""), text=mask.mask_text(raw)))
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - see Gate.talk

        try:
            if self._connection is not None:
                self._connection.send(raw)
        except ConnectionClosed as error:
            self._end(error)

    # -- what comes ------------------------------------------------------------------------------------

    def hear(self) -> Heard | None:
        """Return what comes next; None when it was closed, or nothing came for long. Raises NoAnswer."""
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - see Gate.talk

        if self._connection is None:
            return None
        try:
            came = self._connection.recv(timeout=self.silence)
        except TimeoutError:
            return None
        except ConnectionClosed as error:
            self._end(error)
            return None
        self._size += len(came)
        if self._size > LONGEST_BODY or time.monotonic() - self._began > LONGEST_ANSWER:
            raise NoAnswer(f"given up after {self._size:,} bytes and {time.monotonic() - self._began:.0f} s")
        mask = self.run.guard.mask
        if isinstance(came, bytes):
            heard = Heard(is_sent=False, data=mask.mask_bytes(came))
        else:
            shown = mask.mask_text(came)
            members = _read(shown)
            heard = Heard(False, str(members.get(self.socket.type) or ""), members, text=shown)
        self.moments.append(heard)
        self._account(heard)
        return heard

    def until(self, *names: str) -> Heard | None:
        """Hear what comes, up to a message of one of these types; None where none came."""
        while (heard := self.hear()) is not None:
            if heard.name in names:
                return heard
        return None

    @property
    def silence(self) -> float:
        """How long nothing has to come until nothing will."""
        return LOCAL_SILENCE if self.run.settings.is_loopback else SILENCE

    @property
    def heard(self) -> list[Heard]:
        """What came."""
        return [one for one in self.moments if not one.is_sent]

    @property
    def exchange(self) -> Talked:
        """The conversation so far, for a judgement."""
        seconds = time.monotonic() - self._began
        last = next((one.text.encode() for one in reversed(self.moments) if not one.is_sent and one.text), b"")
        return Talked(
            self.number, self._claim, None, self.role, "GET", self._url, {}, b"", self.closed, {}, last, seconds,
            moments=tuple(self.moments),
        )  # fmt: skip

    def _account(self, heard: Heard) -> None:
        """A text that was refused costs nothing; one that is done stays at its price."""
        if heard.name == "done" and self._unpaid:
            self._unpaid.popleft()
        elif heard.name == "error" and self._unpaid:
            text = heard.members.get(self.socket.text_member)
            found = next((one for one in self._unpaid if one[0] == text), None) or (
                self._unpaid[0] if len(self._unpaid) == 1 else None
            )
            if found is not None:
                self._unpaid.remove(found)
                self.run.guard.settle(found[1], 0)

    def _end(self, error: Any) -> None:
        self.closed = error.rcvd.code if error.rcvd is not None else 1006


class Gate:
    """Opens conversations with one endpoint."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._kept: dict[str, Conversation] = {}
        self.held: list[Conversation] = []

    def address(self, socket: Socket) -> str:
        """Return where a conversation is to be held, without query. Raises Unverified where nobody said."""
        settings = self._run.settings
        if settings.socket:
            return settings.socket
        if not settings.is_loopback:
            host = urlsplit(socket.node["url"]).netloc
            raise Unverified(f"its address is on another host ({host}): --socket URL says where to ask")
        return "ws" + settings.target.rstrip("/").removeprefix("http") + str(socket.node["path"])

    @contextmanager
    def talk(self, socket: Socket, role: str | None = "funded", token: str | None = None) -> Iterator[Conversation]:
        """Hold a conversation with the key of a role in its address, or any token, or none.

        Raises Unverified, BudgetEnded, PlanExceeded, NoAnswer.
        """
        # The library comes with the first conversation: few providers have any.
        from websockets.exceptions import InvalidHandshake, InvalidStatus  # noqa: PLC0415
        from websockets.sync.client import ClientConnection, connect  # noqa: PLC0415

        class Refused(InvalidHandshake):
            """The handshake was answered with another status."""

        class Straight(ClientConnection):
            """Follows no redirect, for an address holds a key: what is no InvalidStatus any more leads nowhere."""

            def handshake(self, *arguments: Any, **options: Any) -> None:
                """Shake hands. Raises Refused."""
                try:
                    super().handshake(*arguments, **options)
                except InvalidStatus as error:
                    raise Refused(error.response.status_code) from None

        address = self.address(socket)
        key = token if token is not None else self._run.key(role) if role else None
        query = f"?{socket.node['token']['query']}={quote(key, safe='')}" if key else ""
        guard = self._run.guard
        number = guard.take(role if token is None else None, 0)
        one = Conversation(
            self._run, socket, role if token is None else None, number, guard.mask.mask_text(address + query)
        )
        self.held.append(one)
        settings = self._run.settings
        options: dict[str, Any] = {"proxy": None} if settings.is_loopback else {}
        if address.startswith("wss://"):
            options["ssl"] = ssl.create_default_context(cafile=os.environ.get("REQUESTS_CA_BUNDLE") or None)
        with ExitStack() as stack:
            try:
                one._connection = stack.enter_context(
                    connect(
                        address + query,
                        open_timeout=CONNECT_SECONDS,
                        close_timeout=1,
                        max_size=LONGEST_BODY,
                        compression=None,
                        user_agent_header="mockvoice-check",
                        create_connection=Straight,
                        **options,
                    )
                )
            except Refused as error:
                one.status, one.closed = error.args[0], 1006
            except (InvalidHandshake, OSError) as error:
                raise NoAnswer(guard.mask.mask_text(f"no answer from {address}: {error}")) from None
            yield one

    def once(self, socket: Socket, form: str) -> Conversation:
        """Return the documented conversation in a format: start, text, stop; held once in a run, whoever wants it."""
        key = f"{socket.name} {form}"
        if key not in self._kept:
            with self._run.on_shared_account(), self.talk(socket) as one:
                self._kept[key] = one
                one.until("connected")
                one.say(socket.start(format=form))
                if one.until("ready", "error") is not None:
                    one.say({socket.type: "text", socket.text_member: socket.text})
                    one.until("done", "error")
                    one.say(socket.example("stop"))
                    one.until("stopped", "error")
        return self._kept[key]


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
