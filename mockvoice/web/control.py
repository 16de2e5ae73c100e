"""The control plane below `/_mock`: health, specs, fixtures, accounts, journal, clock. A Starlette application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mockvoice import __version__
from mockvoice.core.clock import ManualClock
from mockvoice.core.errors import SettingsError
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.documents import find_spec

if TYPE_CHECKING:
    from mockvoice.web.simulator import Simulator

_MAX_BODY = 10_000


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


def _problem(message: str, status: int) -> Response:
    return _json({"mockvoice": message}, status)


class _Control:
    """The handlers, with the simulator they speak of."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._desks = {mount.desk.spec.id: mount.desk for mount in simulator.mounts}

    async def health(self, _request: Request) -> Response:
        """Say that the simulator runs, and what it serves."""
        clock = self._simulator.world.clock
        return _json({
            "status": "ok",
            "version": __version__,
            "providers": {mount.desk.spec.id: mount.prefix for mount in reversed(self._simulator.mounts)},
            "clock": {"name": getattr(clock, "name", "custom"), "now": clock.now()},
            "choices": {name: dict(desk.readings) for name, desk in self._desks.items()},
        })  # fmt: skip

    async def spec(self, request: Request) -> Response:
        """Serve a provider's spec as it is on disk."""
        name = request.path_params["name"].removesuffix(".yaml")
        if name not in self._desks:
            return _problem(f"no provider {name!r} is served{did_you_mean(name, self._desks)}", 404)
        path = find_spec(name, self._simulator.world.settings.specs)
        return Response(path.read_bytes(), media_type="application/yaml")

    async def fixture(self, request: Request) -> Response:
        """Serve a clip."""
        library = self._simulator.world.listener.library
        name = request.path_params["name"]
        clip = library.by_name(name)
        if clip is None:
            return _problem(f"no fixture {name!r}{did_you_mean(name, library.names())}", 404)
        return Response(clip.data, media_type=_MEDIA.get(clip.path.suffix.lower(), "application/octet-stream"))

    async def fixtures(self, _request: Request) -> Response:
        """List the clips."""
        return _json(self._simulator.world.listener.library.names())

    async def accounts(self, _request: Request) -> Response:
        """Show what every account may still spend and what it was charged, in its provider's unit.

        Providers of one operator show the same ledgers: what one of them charged stands at the other as well.
        """
        return _json({
            name: {
                "unit": desk.spec.document["x-voice-provider"]["unit"],
                "operator": desk.spec.operator,
                "accounts": {
                    account.role if account.token in desk.roster.accounts else account.token: {
                        "balance": account.ledger.balance,
                        "charged": account.ledger.charged,
                        "entries": [list(entry) for entry in account.ledger.entries[-20:]],
                    }
                    for account in desk.roster.everyone()
                },
            }
            for name, desk in self._desks.items()
        })  # fmt: skip

    async def journal(self, _request: Request) -> Response:
        """Show the newest requests, oldest first."""
        return _json([line._asdict() for line in self._simulator.world.journal.lines])

    async def clock(self, request: Request) -> Response:
        """Move a manual clock forward: `{"advance_seconds": 60}`."""
        clock = self._simulator.world.clock
        if not isinstance(clock, ManualClock):
            return _problem("only a manual clock can be moved; start with --clock manual", 409)
        body = await request.body()
        try:
            asked = orjson.loads(body[:_MAX_BODY])
            seconds = asked["advance_seconds"]
            clock.advance(float(seconds))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return _problem('expected a JSON body such as {"advance_seconds": 60}', 400)
        except SettingsError as error:
            return _problem(str(error), 400)
        return _json({"now": clock.now()})

    async def elsewhere(self, request: Request) -> Response:
        """Tell a lost caller where the providers are."""
        places = sorted({mount.prefix for mount in self._simulator.mounts if mount.prefix})
        return PlainTextResponse(
            f"mockvoice: nothing at {request.url.path}. A base URL is the provider's prefix ({', '.join(places)}) "
            "and then the documented path; the control plane is below /_mock (health, openapi/<id>.yaml, fixtures, "
            "accounts, journal, clock).\n",
            404,
        )

    async def wrong_method(self, request: Request, error: Exception) -> Response:
        """Answer a method a control path does not have; anywhere else a caller is lost, whatever the method."""
        if isinstance(error, HTTPException) and request.url.path.startswith("/_mock/"):
            return PlainTextResponse(error.detail, error.status_code, headers=error.headers)
        return await self.elsewhere(request)


_MEDIA = {
    ".mp3": "audio/mpeg", ".wav": "audio/wav", ".flac": "audio/flac", ".ogg": "audio/ogg", ".opus": "audio/ogg",
    ".m4a": "audio/mp4", ".webm": "audio/webm", ".aac": "audio/aac",
}  # fmt: skip


def make_control(simulator: Simulator) -> Starlette:
    """Return the control plane of a simulator."""
    control = _Control(simulator)
    return Starlette(
        routes=[
            Route("/_mock/health", control.health),
            Route("/_mock/openapi/{name}", control.spec),
            Route("/_mock/fixtures", control.fixtures),
            Route("/_mock/fixtures/{name}", control.fixture),
            Route("/_mock/accounts", control.accounts),
            Route("/_mock/journal", control.journal),
            Route("/_mock/clock", control.clock, methods=["POST"]),
            Route("/{path:path}", control.elsewhere),
        ],
        exception_handlers={405: control.wrong_method},
    )
