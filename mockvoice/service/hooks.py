"""Posts what has changed about a task to an address its maker asked for: to this machine, or to hosts that are allowed.

A thread of its own waits for the next change and posts; it begins with the first address that anybody gives. Nobody
waits for it, and a receiver that fails harms nobody but those behind it in line.
"""

from __future__ import annotations

import heapq
import ipaddress
import itertools
import logging
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

import orjson

from mockvoice.core.clock import Clock
from mockvoice.core.journal import Journal
from mockvoice.core.tasks import Moment, Task

if TYPE_CHECKING:
    import httpcore

log = logging.getLogger("mockvoice")

# Changes that wait to be posted, of all tasks together; more are dropped.
MOST_WAITING = 2_000
# How often a change is posted until somebody takes it, the pause before each new try, and how long a try may last: s.
TRIES = 3
PAUSE_SECONDS = 0.2
TRY_SECONDS = 3.0
# How the journal calls a delivery, and one that was not made.
OPERATION = "notifyHook"
NOT_ALLOWED, UNREACHABLE, DROPPED = "hook-not-allowed", "hook-unreachable", "hook-dropped"
_LOCAL_NAMES = frozenset({"localhost"})

# Returns the object to post, as it is at a time (simulated epoch seconds).
Told = Callable[[float], Mapping[str, Any]]
# Posts JSON to an address and returns the status. Raises OSError.
Post = Callable[[str, bytes], int]


class _Promise(NamedTuple):
    """One change to post, as soon as it has come about."""

    moment: Moment
    address: str
    task: Task
    told: Told
    provider: str
    role: str


class Hooks:
    """What was promised to receivers, and the thread that keeps it."""

    def __init__(self, clock: Clock, journal: Journal, allowed: Collection[str] = (), post: Post | None = None) -> None:
        self._clock = clock
        self._journal = journal
        self._allowed = frozenset(one.lower() for one in allowed)
        self._post = post or (lambda address, body: _post(address, body, self._allowed))
        self._waiting: list[tuple[float, int, _Promise]] = []
        self._numbers = itertools.count()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def promise(self, address: str, task: Task, told: Told, provider: str, role: str) -> None:
        """Post each change of a task that is still to come, unless the address is not one to post to."""
        now = self._clock.now()
        changes = [_Promise(one, address, task, told, provider, role) for one in task.timeline if one.at > now]
        if not changes:
            return
        if not is_allowed(address, self._allowed):
            self._note(changes[0], 0, NOT_ALLOWED)
            return
        with self._change:
            for one in changes:
                if len(self._waiting) >= MOST_WAITING:
                    self._note(one, 0, DROPPED)
                    return
                heapq.heappush(self._waiting, (one.moment.at, next(self._numbers), one))
            if self._thread is None:
                self._clock.watch(self._wake)
                self._thread = threading.Thread(target=self._keep, name="mockvoice-hooks", daemon=True)
                self._thread.start()
            self._change.notify()

    def _wake(self) -> None:
        with self._change:
            self._change.notify()

    def _keep(self) -> None:
        """Run in the thread: post whatever is due, then wait for the next."""
        while (one := self._next()) is not None:
            try:
                self._deliver(one)
            except Exception:
                log.exception("a hook failed here; please report it")

    def _next(self) -> _Promise | None:
        """Return the next change that has come about; None once it is over."""
        with self._change:
            while not self._is_closed:
                if not self._waiting:
                    self._change.wait()
                elif self._waiting[0][0] <= self._clock.now():
                    return heapq.heappop(self._waiting)[2]
                else:
                    self._change.wait(self._clock.seconds_until(self._waiting[0][0]))
        return None

    def _deliver(self, one: _Promise) -> None:
        if one.moment not in one.task.timeline:
            return  # it came otherwise
        body = orjson.dumps(one.told(one.moment.at))
        status = 0
        for number in range(TRIES):
            if number:
                with self._change:
                    self._change.wait_for(lambda: self._is_closed, PAUSE_SECONDS * number)
            if self._is_closed:
                return
            try:
                status = self._post(one.address, body)
            except OSError:
                status = 0
            if 200 <= status < 300:
                break
        self._note(one, status, "" if 200 <= status < 300 else UNREACHABLE)

    def _note(self, one: _Promise, status: int, code: str) -> None:
        """Note a delivery in the journal; in the log only one that was not made. An address may hold a secret."""
        shown = _place(one.address)
        path, host = ("", "") if shown is None else (shown.path, shown.hostname or "")
        at = self._clock.now()
        self._journal.note((at, one.provider, OPERATION, "POST", path, one.role, status, code, 0))
        if code:
            log.warning("hook to %s of task %s: %s (status %d)", _printable(host), one.task.id, code, status)

    def close(self) -> None:
        """Post nothing more."""
        with self._change:
            self._is_closed = True
            self._waiting.clear()
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(TRY_SECONDS)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in text[:80])


def _place(address: str) -> SplitResult | None:
    """Return the parts of an address; None for what is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname and address.isascii() else None


def is_allowed(address: str, allowed: Collection[str]) -> bool:
    """Say whether changes may be posted to an address: one of this machine's own, or of a host that is allowed."""
    parts = _place(address)
    if parts is None:
        return False
    host = (parts.hostname or "").lower()
    return host in allowed or host in _LOCAL_NAMES or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _post(address: str, body: bytes, allowed: Collection[str]) -> int:
    """Post JSON to an address and return the status; redirects are not followed. Raises OSError."""
    import httpcore  # noqa: PLC0415 - only where somebody asked for hooks

    from mockvoice.audio.deadline import Deadline, TimedBackend  # noqa: PLC0415

    backend = TimedBackend(_backend(allowed), Deadline(TRY_SECONDS, time.monotonic))
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), TRY_SECONDS)
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("User-Agent", "mockvoice")]
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend, retries=0) as pool,
            pool.stream("POST", address, headers=headers, content=body, extensions={"timeout": timeouts}) as answer,
        ):
            return answer.status
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
        ValueError,
    ) as error:
        raise OSError(type(error).__name__) from None


def _backend(allowed: Collection[str]) -> httpcore.NetworkBackend:
    """Return what connects to allowed hosts, and else to addresses of this machine alone, whatever a name means."""
    import httpcore  # noqa: PLC0415 - only where somebody asked for hooks

    class Local(httpcore.SyncBackend):
        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            if host.lower() not in allowed:
                found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
                if not all(_is_loopback(one) for one in found):
                    raise OSError(f"{host} is not this machine")
                # A server listens on one of a name's addresses, mostly on that of IPv4.
                host = sorted(found, key=len)[-1] if "127.0.0.1" not in found else "127.0.0.1"
            return super().connect_tcp(host, port, timeout, local_address, socket_options)

    return Local()
