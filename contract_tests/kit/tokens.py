"""Tokens: what answers tell of them, and how many a request may cost at most. Only the provider counts them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from contract_tests.kit.events import events_of
from contract_tests.kit.exchanges import Exchange, NotJson, read_json
from contract_tests.kit.media import EVENTS_TYPE
from contract_tests.kit.numbers import positive
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import find

# The most tokens of an answer that nobody has bounded, when its cost is.
UNKNOWN_TOKENS = 4_096


def tokens_told(operation: Operation, exchange: Exchange) -> dict[str, int] | None:
    """Return what an answer tells of each kind of token, whole or in an event; None where it tells none."""
    counts = (operation.billing or {}).get("counts", {})
    for answer in answers_in(exchange):
        found = {name: find(answer, row["at"]) for name, row in counts.items()}
        if found and all(isinstance(one, int) for one in found.values()):
            return found
    return None


def answers_in(exchange: Exchange) -> list[Any]:
    """Return what an answer holds as JSON: itself, or the data of its events."""
    if exchange.media != EVENTS_TYPE:
        return [exchange.at("")]
    found = []
    for one in events_of(exchange.body):
        with suppress(NotJson):
            found.append(read_json(one.data.encode()))
    return found


def most_tokens(operation: Operation, fields: Mapping[str, Any], text_size: int | None = None) -> dict[str, int]:
    """Return how many tokens of each kind a call may come to: a byte each of its text, and those it asks for.

    `text_size` is that of the text in bytes, where it may be something else than the member that holds it.
    """
    counts = (operation.billing or {})["counts"]
    table = operation.node.get("x-voice-chat")
    member = table["prompt"] if table is not None else operation.node["x-voice-embedding"]["text"]
    size = len(json.dumps(fields.get(member)).encode()) if text_size is None else text_size
    most = dict.fromkeys(counts, size)
    if table is not None and "completion" in counts:
        most["completion"] = _most_answered(operation, table, fields)
    return most


def _most_answered(operation: Operation, table: Mapping[str, Any], fields: Mapping[str, Any]) -> int:
    """Return how many tokens the answers to a request may have, those of each prompt and each choice."""
    most, count = (fields.get(table.get(name, "")) for name in ("most", "count"))
    if most is None and "most" in table:
        most = operation.member(table["most"])[0].get("default")
    prompts = fields.get(table["prompt"])
    each, times = positive(most, UNKNOWN_TOKENS), positive(count, 1)
    several = len(prompts) if isinstance(prompts, list) and all(isinstance(one, str) for one in prompts) else 1
    return each * times * max(several, 1)
