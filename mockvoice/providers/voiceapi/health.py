"""The health check for load balancers."""

from __future__ import annotations

from mockvoice.service.call import Call, Reply


def _health(call: Call) -> Reply:
    return Reply.json(call.figure("health-body"))


BEHAVIOURS = {"health": _health}
