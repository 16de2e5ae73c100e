"""What the gateway tells about itself: its models, and how it is."""

from __future__ import annotations

from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call, Reply

# What the gateway cannot do without when it is asked whether it is ready.
_DATABASE = "database"


def _list_models(call: Call) -> Reply:
    return Reply.json({"data": call.figure("models")})


def _health(call: Call) -> Reply:
    health: dict[str, Any] = call.figure("health")
    outages = call.desk.outages
    if not outages:
        return Reply.json(health)
    known = call.figure("subsystems")
    subsystems = dict(health["subsystems"])
    for name in outages & known.keys():
        # How long the attempt took is told of one that failed as well.
        subsystems[name] = {**subsystems.get(name, {}), "healthy": False, "message": known[name]["message"]}
    if any(known[name]["needed"] for name in outages & known.keys()):
        raise ApiError("unhealthy", subsystems=subsystems, expected="no outage", got=", ".join(sorted(outages)))
    return Reply.json({**health, "subsystems": subsystems})


def _alive(_call: Call) -> Reply:
    """Answer a Kubernetes probe, which looks at the status alone."""
    return Reply(b"", media=b"")


def _ready(call: Call) -> Reply:
    if _DATABASE in call.desk.outages:
        raise ApiError("not_ready", expected="a database", got="an outage")
    return Reply(b"", media=b"")


BEHAVIOURS = {"listModels": _list_models, "getHealth": _health, "getLiveness": _alive, "getReadiness": _ready}
