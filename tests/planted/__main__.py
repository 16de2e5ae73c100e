"""Serves a plant: `python -m tests.planted NAME --port 0`; or lists all of them: `--list`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from socket import socket

import uvicorn

from mockvoice.core.settings import Settings
from mockvoice.openapi.documents import cache_folder
from mockvoice.serving import SOCKET_BYTES, bind, socket_protocol
from tests.planted import PLANTS, Kind, Plant

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 3


class Server(uvicorn.Server):
    """uvicorn's server, which says when it accepts."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            print(f"ready http://{HOST}:{sockets[0].getsockname()[1]}/", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 2 for a name nobody has."""
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=__doc__)
    parser.add_argument("name", nargs="?", help="which plant")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=0, help="ids and made-up texts follow from it")
    parser.add_argument("--list", action="store_true", help="print all plants")
    asked = parser.parse_args(arguments)
    if asked.list:
        print("\n".join(line(one) for one in PLANTS.values()))
        return 0
    plant = PLANTS.get(asked.name)
    if plant is None:
        parser.error(f"no plant {asked.name!r}; --list shows them")
    serve(plant, asked.port, asked.seed)
    return 0


def line(plant: Plant) -> str:
    return f"{plant.name:<34} {plant.provider:<14} {plant.kind:<42} {plant.summary}"


def serve(plant: Plant, port: int, seed: int) -> None:
    """Serve on the loopback until SIGINT or SIGTERM."""
    app = plant.build(Settings(providers=(plant.provider,), seed=seed, cache=cache_folder()))
    listener = bind(HOST, port)
    config = uvicorn.Config(
        app,
        # httptools writes every name in small letters, whatever it is given.
        http="h11" if plant.kind == Kind.HEADER_ORDER else "httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ws=socket_protocol(app.mounts),
        ws_max_size=SOCKET_BYTES,
        ws_per_message_deflate=False,
    )
    Server(config).run(sockets=[listener])


if __name__ == "__main__":
    sys.exit(main())
