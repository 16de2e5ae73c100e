"""One conversation over a WebSocket, compiled from `x-voice-websockets`: messages, order, price, limits, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockvoice.core.money import Tariff
from mockvoice.openapi.operations import tariff_of
from mockvoice.openapi.pointer import split
from mockvoice.openapi.requests import ObjectCheck
from mockvoice.openapi.vocabulary import resolve


class SocketPlan(NamedTuple):
    """What a session is held to.

    `type` is the member that tells a message's type; `checks` judge client messages by type; `says` are templates of
    server messages; `states` maps state → message of either side → next state, `anywhere` are messages that change
    nothing; `closes` is (code, reason) by occasion; `errors` the rows by kind of refusal.
    """

    name: str
    path: str
    pointer: str
    type: str
    token_query: str
    token_member: str
    query_wins: bool
    checks: Mapping[str, ObjectCheck]
    says: Mapping[str, Any]
    initial: str
    states: Mapping[str, Mapping[str, str]]
    text: str
    voice: tuple[str, ...]
    format: tuple[str, ...]
    tariff: Tariff
    charges_stopped: bool
    limits: Mapping[str, Any]
    closes: Mapping[str, tuple[int, str]]
    errors: Mapping[str, Mapping[str, Any]]


def plan_of(document: dict[str, Any], name: str) -> SocketPlan:
    """Compile one row of a sound spec. Raises KeyError for a name that it does not have."""
    row = document["x-voice-websockets"][name]
    tariff = tariff_of({**row["billing"], "refusal": "credits"})
    assert tariff is not None  # noqa: S101 - every row has a price
    return SocketPlan(
        name=name,
        path=row["path"],
        pointer=f"/x-voice-websockets/{name}",
        type=split(row["type"])[0],
        token_query=row["token"]["query"],
        token_member=split(row["token"]["member"])[0],
        query_wins=row["token"]["wins"] == "query",
        checks={kind: ObjectCheck(one["schema"], document, "message") for kind, one in row["client"].items()},
        says=_templates(row),
        initial=row["order"]["initial"],
        states=row["order"]["states"],
        text=split(row["speech"]["text"])[0],
        voice=tuple(split(row["speech"]["voice"])),
        format=tuple(split(row["speech"]["format"])),
        tariff=tariff,
        charges_stopped=row["billing"]["stopped"] == "charged",
        limits=row["limits"],
        closes={occasion: (one["code"], one["reason"]) for occasion, one in row["closes"].items()},
        errors=row["errors"],
    )


def _templates(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template of each server message, its type filled in."""
    kind = split(row["type"])[0]
    return {name: {kind: name, **one["says"]} for name, one in row["server"].items()}


def asked_for(plan: SocketPlan, document: dict[str, Any], message: Mapping[str, Any], way: tuple[str, ...]) -> Any:
    """Return what a `start` says at some place, or the default of its schema there; None where there is neither."""
    value: Any = message
    schema = resolve(document, plan.checks["start"].schema)
    for part in way:
        schema = resolve(document, schema.get("properties", {}).get(part, {}))
        value = value.get(part) if isinstance(value, dict) else None
    return schema.get("default") if value is None else value
