"""Measures what a call used, and what it may cost at most, from what was sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from contract_tests.kit.audio.sound import NotAudio
from contract_tests.kit.clips import Clips
from contract_tests.kit.events import events_of
from contract_tests.kit.exchanges import Exchange, NotJson, read_json
from contract_tests.kit.media import EVENTS_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import find
from contract_tests.kit.prices import price_of, weighed
from contract_tests.kit.recipes import Draft

# Audio that nobody here knows is taken to last this long when the cost of a call is bounded.
UNKNOWN_AUDIO_MILLISECONDS = 60_000
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


def _most_answered(operation: Operation, fields: Mapping[str, Any]) -> dict[str, int]:
    """Return how many tokens an answer may have at most: those of each choice that is asked for."""
    table = operation.node.get("x-voice-chat")
    if table is None or "completion" not in (operation.billing or {})["counts"]:
        return {}
    most = fields.get(table.get("most", ""))
    count = fields.get(table.get("count", ""))
    prompts = fields.get(table["prompt"])
    each = most if isinstance(most, int) and most > 0 else UNKNOWN_TOKENS
    times = count if isinstance(count, int) and count > 0 else 1
    several = len(prompts) if isinstance(prompts, list) and all(isinstance(one, str) for one in prompts) else 1
    return {"completion": each * times * max(several, 1)}


class Amounts:
    """Measures requests by the documented measure of their operation."""

    def __init__(self, clips: Clips) -> None:
        self._clips = clips

    @cached_property
    def _lengths(self) -> dict[bytes, int]:
        return {}

    def of(self, operation: Operation, draft: Draft | None, fields: Mapping[str, Any]) -> int | None:
        """Return the real amount of what an operation measures; None where it cannot be known."""
        billing = operation.billing
        if billing is None:
            return 0
        measure = billing["measure"]
        if measure == "calls":
            return 1
        if measure == "tokens":
            # Only the provider counts them; the answer tells.
            return None
        if measure == "code-points":
            text = fields.get(billing["field"])
            return len(text) if isinstance(text, str) else None
        if measure == "upload-bytes":
            file = draft.files.get(billing["field"]) if draft else None
            return None if file is None else len(file.data)
        return self._milliseconds(draft, fields)

    def paid(self, exchange: Exchange) -> int | None:
        """Return the documented price of a call that was answered; None where the amount cannot be known."""
        operation = exchange.operation
        if operation is None:
            return None
        if operation.billing is None or operation.billing["measure"] != "tokens":
            return self.price(operation, exchange.draft, exchange.fields)
        counted = tokens_told(operation, exchange)
        if counted is None:
            return None
        return price_of(operation.billing, weighed(operation.billing, counted, exchange.fields), exchange.fields)

    def price(self, operation: Operation, draft: Draft | None, fields: Mapping[str, Any]) -> int | None:
        """Return the documented price of a call; None where the amount cannot be known."""
        amount = self.of(operation, draft, fields)
        if operation.billing is None:
            return 0
        return None if amount is None else price_of(operation.billing, amount, fields)

    def worst(self, operation: Operation, draft: Draft | None, fields: Mapping[str, Any], body_size: int) -> int:
        """Return the most a call may cost: the price where the amount is known, else that of a generous one."""
        if operation.billing is None:
            return 0
        price = self.price(operation, draft, fields)
        if price is not None:
            return price
        if operation.billing["measure"] == "tokens":
            most = dict.fromkeys(operation.billing["counts"], body_size) | _most_answered(operation, fields)
            return price_of(operation.billing, weighed(operation.billing, most, fields), fields)
        if (
            draft is not None
            and not draft.files
            and not any("://" in one for one in fields.values() if isinstance(one, str))
        ):
            # There is nothing in it that could cost.
            return price_of(operation.billing, 0, fields)
        guesses = {
            "code-points": body_size,
            "upload-bytes": body_size,
            "audio-milliseconds": UNKNOWN_AUDIO_MILLISECONDS,
        }
        return price_of(operation.billing, guesses[operation.billing["measure"]], fields)

    def audio_milliseconds(self, draft: Draft | None, fields: Mapping[str, Any]) -> int | None:
        """Return how long the audio of a request is; None where it is not ours."""
        return self._milliseconds(draft, fields)

    def _milliseconds(self, draft: Draft | None, fields: Mapping[str, Any]) -> int | None:
        for file in draft.files.values() if draft else ():
            return self._decoded(file.data)
        for value in fields.values():
            clip = self._clips.behind(value) if isinstance(value, str) else None
            if clip is not None:
                return self._decoded(clip.data)
        return None

    def _decoded(self, data: bytes) -> int | None:
        from contract_tests.kit.audio.sound import decode  # noqa: PLC0415 - PyAV comes with the first clip

        key = hashlib.sha256(data).digest()
        if key not in self._lengths:
            try:
                self._lengths[key] = decode(data).milliseconds
            except NotAudio:
                self._lengths[key] = -1
        return None if self._lengths[key] < 0 else self._lengths[key]
