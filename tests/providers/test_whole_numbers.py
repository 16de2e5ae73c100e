"""Whole numbers: 1.0 and 1e0 are 1, in a body as JSON Schema counts, and none is too large to be answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from mockvoice.openapi.plans import JSON_TYPE
from mockvoice.openapi.recipes import build
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.specs import PROVIDERS, spec

MakeKitchen = Callable[..., Kitchen]


def in_bodies() -> Iterator[tuple[str, str, str]]:
    """(provider, operation, member) for every whole number of a JSON body."""
    for provider in PROVIDERS:
        for _, _, operation_id in spec(provider).routes:
            operation = spec(provider).operation(operation_id)
            if operation.body is not None and operation.body_media == JSON_TYPE:
                yield from ((provider, operation_id, name) for name in operation.body.whole)


def in_queries() -> Iterator[tuple[str, str, str]]:
    """The same of every query."""
    for provider in PROVIDERS:
        for _, _, operation_id in spec(provider).routes:
            query = spec(provider).operation(operation_id).query
            if query is not None:
                yield from ((provider, operation_id, name) for name in query.check.whole)


def status(cook: Kitchen, operation_id: str, member: str, spelled: str) -> int:
    """Send an operation's example with one member spelled like that; return the status of the answer."""
    request = build(cook.spec, operation_id, {"with": {member: "@"}}, {}, read_clip)
    body = request.body.replace(json.dumps("@").encode(), spelled.encode())
    assert spelled.encode() in body
    return cook.client.send(request.method, cook.prefix + request.path, request.headers, body).status


@pytest.mark.parametrize(("provider", "operation_id", "member"), list(in_bodies()))
def test_a_whole_number_may_be_written_with_a_point(
    kitchen: MakeKitchen, provider: str, operation_id: str, member: str
) -> None:
    cook = kitchen(provider)

    found = {spelled: status(cook, operation_id, member, spelled) for spelled in ("2", "2.0", "2e0")}

    assert len({*found.values()}) == 1
    assert found["2.0"] < 500
    assert 400 <= status(cook, operation_id, member, "2.5") < 500


@pytest.mark.parametrize("spelled", ["1e30", "1" + "0" * 30, "9223372036854775808", "-1e30"])
@pytest.mark.parametrize(("provider", "operation_id", "member"), list(in_bodies()))
def test_a_huge_number_in_a_body_is_no_failure(
    kitchen: MakeKitchen, provider: str, operation_id: str, member: str, spelled: str
) -> None:
    assert status(kitchen(provider), operation_id, member, spelled) < 500


@pytest.mark.parametrize("number", [10**30, 2**63, 2**64, -(10**30)])
@pytest.mark.parametrize(("provider", "operation_id", "name"), list(in_queries()))
def test_a_huge_number_in_a_query_is_no_failure(
    kitchen: MakeKitchen, provider: str, operation_id: str, name: str, number: int
) -> None:
    assert kitchen(provider).cook({"query": {name: number}}, operation_id).status < 500
