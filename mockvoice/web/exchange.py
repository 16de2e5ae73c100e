"""One HTTP request on its way through the stages: what a behaviour may see, and what only the web needs."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from mockvoice.service.call import Call, Reply

if TYPE_CHECKING:
    from mockvoice.core.limits import Places, Window
    from mockvoice.web.line import Line

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_ECHO_LIMIT = 200
# A host as it may stand in an address we tell: a name, or an address in brackets, and perhaps a port.
_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


class Exchange(Call):
    """A call with its request and its money."""

    __slots__ = (
        "body", "code", "decoded", "full", "has_account", "headers", "line", "origin_found", "path_values",
        "place", "receive", "reply", "request_id_made", "scope", "used", "windows",
    )  # fmt: skip

    def __init__(self, line: Line, scope: Scope, receive: Receive, path_values: dict[str, str] | None) -> None:
        self.desk = line.desk
        self.operation = line.operation
        self.now = line.clock.now()
        self.fields = {}
        self.uploads = {}
        self.hold = None
        self.charged = 0
        self.counted = {}
        self._price = None
        self.notes = {}
        self.line = line
        self.scope = scope
        self.receive = receive
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.path_values = path_values
        self.has_account = False
        # Where the call is counted: the windows of its account, or of its address; what was used of each then; which
        # of them was full; and the place it has taken.
        self.windows: dict[str, Window] | None = None
        self.used: dict[str, int] = {}
        self.full = ""
        self.place: Places | None = None
        self.body: bytes | None = None
        self.decoded: Any = None
        self.reply: Reply | None = None
        self.code = ""
        self.request_id_made: str | None = None
        self.origin_found = ""

    def header(self, name: bytes) -> str:
        """Return a request header as text, empty when absent."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def origin(self) -> str:
        """Scheme and host under which the caller reaches this simulator; its own address where no host is named."""
        if not self.origin_found:
            host = self.header(b"host")
            if not _HOST.fullmatch(host):
                name, port = self.scope.get("server") or ("127.0.0.1", None)
                shown = f"[{name}]" if ":" in name else name
                host = shown if port is None else f"{shown}:{port}"
            self.origin_found = f"{self.scope.get('scheme', 'http')}://{host}"
        return self.origin_found

    @property
    def address(self) -> str:
        """Where the request comes from; empty where that is not known."""
        if b"x-forwarded-for" in self.headers or b"x-real-ip" in self.headers:
            from mockvoice.web.address import address_of  # noqa: PLC0415 - for those who come through a proxy

            return address_of(self)
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def request_id(self) -> str:
        """The id of this request: one id however often it is asked for."""
        made = self.request_id_made
        if made is None:
            sent = self.header(b"x-request-id") if self.line.echoes_request_id else ""
            if sent and len(sent) <= _ECHO_LIMIT and sent.isascii() and sent.isprintable():
                made = sent
            else:
                made = self.desk.make_id("request", self.now)
            self.request_id_made = made
        return made
