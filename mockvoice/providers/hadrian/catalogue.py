"""What the gateway tells about itself: its models, and how it is."""

from __future__ import annotations

from mockvoice.service.call import Call, Reply


def _list_models(call: Call) -> Reply:
    return Reply.json({"data": call.figure("models")})


def _health(call: Call) -> Reply:
    return Reply.json(call.figure("health"))


def _probe(_call: Call) -> Reply:
    """Answer a Kubernetes probe, which looks at the status alone."""
    return Reply(b"", media=b"")


BEHAVIOURS = {"listModels": _list_models, "getHealth": _health, "getLiveness": _probe, "getReadiness": _probe}
