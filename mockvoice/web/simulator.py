"""The front door: an ASGI application that dispatches on a table of our own.

Starlette's router costs 73 µs for the last of 200 routes, a dict 0.05 µs (docs/architecture.md), so what the
providers answer is dispatched here; the control plane below `/_mock` is a Starlette application behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from mockvoice.service.files import FILES_PATH
from mockvoice.service.provider import Provider
from mockvoice.service.world import Desk, World
from mockvoice.web.exchange import Receive, Scope, Send
from mockvoice.web.line import Line, no_such_method, no_such_path, not_built
from mockvoice.web.pipeline import serve
from mockvoice.web.routes import Routes

CONTROL_PREFIX = "/_mock"


class Mount(NamedTuple):
    """One provider under one path prefix (empty: at the root). `load` imports its verbs on first use."""

    prefix: str
    desk: Desk
    load: Callable[[], Provider]


class _Place:
    """One path: its operations by method, each made ready when it is first called."""

    def __init__(self, mount: Mount, world: World, prefix: str) -> None:
        self._mount = mount
        self._world = world
        self._prefix = prefix
        self.operations: dict[str, str] = {}
        self.unbuilt: tuple[str, ...] = ()
        self._lines: dict[str, Line] = {}

    def line(self, method: str) -> Line:
        """Return the line of a method; one that refuses it when the path does not have it."""
        found = self._lines.get(method)
        if found is None:
            found = self._make(method)
            if method in self.operations or len(self._lines) < 32:
                self._lines[method] = found
        return found

    def _make(self, method: str) -> Line:
        desk, provider, clock = self._mount.desk, self._mount.load(), self._world.clock
        operation_id = self.operations.get(method)
        if self.unbuilt:
            return not_built(desk, provider, clock, self._prefix, self.unbuilt, method)
        if operation_id is None:
            operations = [desk.spec.operation(one) for one in self.operations.values()]
            return no_such_method(desk, provider, clock, self._prefix, operations)
        return Line(desk, provider, clock, desk.spec.operation(operation_id), self._prefix)


class Simulator:
    """Answers for every mounted provider. `control` makes the Starlette application when it is first needed."""

    def __init__(self, world: World, mounts: Iterable[Mount], control: Callable[[Simulator], object]) -> None:
        self.world = world
        self.mounts = tuple(mounts)
        self._make_control = control
        self._routes: Routes[_Place] = Routes()
        for mount in self.mounts:
            self._add(mount)
        self._nowhere: dict[str, Line] = {}
        # Longest prefix first, so that a provider at the root takes only what no other prefix claims.
        self._by_prefix = sorted(self.mounts, key=lambda one: -len(one.prefix))

    def _add(self, mount: Mount) -> None:
        spec = mount.desk.spec
        places: dict[str, _Place] = {}
        for method, path, operation_id in spec.routes:
            for shown in (path, *_aliases(path, spec.aliases)):
                if shown not in places:
                    prefix = mount.prefix
                    places[shown] = _Place(mount, self.world, prefix)
                    self._routes.add(mount.prefix + shown, places[shown])
                places[shown].operations[method] = operation_id
        for path, methods in spec.unbuilt.items():
            for shown in (path, *_aliases(path, spec.aliases)):
                place = _Place(mount, self.world, mount.prefix)
                place.unbuilt = methods
                self._routes.add(mount.prefix + shown, place)

    @cached_property
    def control(self) -> object:
        """The Starlette application behind `/_mock`."""
        return self._make_control(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI scope."""
        kind = scope["type"]
        if kind == "http":
            path = scope["path"]
            place = self._routes.exact.get(path)
            if place is not None:
                await serve(place.line(scope["method"]), scope, receive, send, None)
                return
            found = self._routes.find(path)
            if found is not None:
                await serve(found[0].line(scope["method"]), scope, receive, send, found[1])
                return
            if path.startswith(FILES_PATH):
                from mockvoice.web.files import serve_file  # noqa: PLC0415 - only where addresses of files are told

                await serve_file(self.world, scope, send)
                return
            mount = self._mount_of(path)
            if mount is not None:
                await serve(self._nowhere_line(mount), scope, receive, send, None)
                return
            await self.control(scope, receive, send)  # type: ignore[operator]
        elif kind == "lifespan":
            await self._lifespan(receive, send)
        elif kind == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "no WebSocket here"})

    def _mount_of(self, path: str) -> Mount | None:
        if path == CONTROL_PREFIX or path.startswith(CONTROL_PREFIX + "/"):
            return None
        for mount in self._by_prefix:
            if not mount.prefix or path == mount.prefix or path.startswith(mount.prefix + "/"):
                return mount
        return None

    def _nowhere_line(self, mount: Mount) -> Line:
        line = self._nowhere.get(mount.prefix)
        if line is None:
            line = no_such_path(mount.desk, mount.load(), self.world.clock, mount.prefix)
            self._nowhere[mount.prefix] = line
        return line

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                self.world.close()
                await send({"type": "lifespan.shutdown.complete"})
                return
            await send({"type": "lifespan.startup.complete"})


def _aliases(path: str, aliases: dict[str, str] | object) -> Iterable[str]:
    if not isinstance(aliases, dict):
        return
    for alias, prefix in aliases.items():
        if path.startswith(prefix + "/"):
            yield alias + path.removeprefix(prefix)
