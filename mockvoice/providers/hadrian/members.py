"""Knows which members of a form the gateway reads."""

from __future__ import annotations

from typing import Any

from mockvoice.service.call import Call


def asked(call: Call, name: str) -> Any:
    """Return a member of the form, or None for one that the spec does not have: then it is dropped on the way."""
    body = call.operation.body
    return call.fields.get(name) if body is not None and name in body.properties else None
