"""Runs a simulator on a socket: binds, tells the user where and how, and serves until told to stop."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any

from uvicorn.config import Config
from uvicorn.server import Server

from mockvoice.app import create_app
from mockvoice.core.errors import SettingsError
from mockvoice.openapi.documents import cache_folder
from mockvoice.options import ServeOptions
from mockvoice.web.simulator import Mount, Simulator

_BACKLOG = 2048
_SHUTDOWN_SECONDS = 3
# A larger message is refused by the protocol itself (1009); what a provider takes is less (`x-voice-websockets`).
SOCKET_BYTES = 1 << 20
# The message waits this long, so that the first answer does not wait for the message.
_READY_SECONDS = 0.005


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises SettingsError with a next step when the address cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise SettingsError(f"--host {host}: {error.strerror or error}; expected an address of this machine") from None
    listener = socket.socket(family)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {port} on {host} is taken; stop the other server, or choose one with --port (0 takes a free one)"
            ) from None
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror or error}") from None
    return listener


class _Server(Server):
    """uvicorn's server, which says when it is ready."""

    def __init__(self, config: Config, tell: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept, answer whoever waits already, then print the ready message."""
        await super().startup(sockets)
        gc.freeze()
        gc.enable()
        if self.started:
            asyncio.get_running_loop().call_later(_READY_SECONDS, self._tell)


def socket_protocol(mounts: Iterable[Mount]) -> Any:
    """Return what uvicorn is to make of a connection that asks for a WebSocket: "none" where no provider has one.

    Else a protocol that is imported with the first such connection: it takes 15 ms, which no start pays for.
    """
    has_one = any("x-voice-websockets" in mount.desk.spec.document for mount in mounts)
    return _socket_connection if has_one else "none"


def _socket_connection(**wiring: Any) -> asyncio.Protocol:
    from mockvoice.upgrading import SocketConnection  # noqa: PLC0415 - see socket_protocol

    return SocketConnection(**wiring)


def serve(options: ServeOptions) -> None:
    """Serve until SIGINT or SIGTERM. Raises SettingsError and SpecError before anything listens."""
    app = create_app(options.settings(cache_folder()))
    host = options.host
    listener = bind(host, options.port)
    if not options.quiet:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("mockvoice: %(message)s"))
        log = logging.getLogger("mockvoice")
        log.addHandler(handler)
        log.setLevel(logging.INFO)
    config = Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        ws=socket_protocol(app.mounts),
        ws_max_size=SOCKET_BYTES,
        # Speech does not get smaller, and 200 sessions would each keep a dictionary.
        ws_per_message_deflate=False,
    )
    shown_host = f"[{host}]" if ":" in host else host
    base = f"http://{shown_host}:{listener.getsockname()[1]}"
    _Server(config, lambda: print(ready_message(app, base), flush=True)).run(sockets=[listener])


def ready_message(app: Simulator, base: str) -> str:
    """Return what is printed once the server answers: where each provider is, a first curl, an SDK's base URL."""
    lines = [f"mockvoice is ready at {base}"]
    for mount in app.mounts:
        place = f"{base}{mount.prefix}"
        if not mount.prefix:
            lines.append(f"  {'':<14} {place}   (one provider: also at the root)")
            continue
        lines.append(f"  {mount.desk.spec.id:<14} {place}{_sdk_note(mount, place)}")
    first = app.mounts[0]
    lines.append(f"  keys: mockvoice accounts   errors, and how to provoke them: mockvoice errors {first.desk.spec.id}")
    lines.append(f"  try:  {_first_curl(first, base)}")
    return "\n".join(lines)


def _sdk_note(mount: Mount, place: str) -> str:
    """Return the base URL for an OpenAI client: what stands before `/audio/speech`."""
    if mount.desk.spec.document["x-voice-provider"].get("sdk") != "openai":
        return ""
    speech = "/audio/speech"
    base_path = next((path.removesuffix(speech) for _, path, _ in mount.desk.spec.routes if path.endswith(speech)), "")
    token = next(seed.token for seed in mount.desk.spec.seeds if seed.role == "mock-funded")
    return f'   OpenAI(base_url="{place}{base_path}", api_key="{token}")'


def _first_curl(mount: Mount, base: str) -> str:
    """Return a curl command for the provider's first operation."""
    from mockvoice.openapi.commands import example  # noqa: PLC0415 - printed once, after the start

    return example(mount.desk.spec, mount.desk.spec.routes[0][2], base + mount.prefix)
