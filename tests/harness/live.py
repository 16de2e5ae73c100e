"""A simulator on a real port of the loopback, in a thread of the test process."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn

from mockvoice.serving import SOCKET_BYTES, socket_protocol
from mockvoice.web.simulator import Simulator


@contextlib.contextmanager
def serving(app: Simulator) -> Iterator[str]:
    """Serve until the block ends; yield the base URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        # What stands before a simulator may have no mounts; nobody talks to it then.
        ws=socket_protocol(getattr(app, "mounts", ())),
        ws_max_size=SOCKET_BYTES,
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    ready = threading.Event()
    original = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await original(sockets)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert ready.wait(10), "the server did not start"
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
