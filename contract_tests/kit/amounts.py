"""Measures what a call used, and what it may cost at most, from what was sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from contract_tests.kit.audio.sound import NotAudio
from contract_tests.kit.clips import Clips
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.operations import Operation
from contract_tests.kit.prices import price_of, weighed
from contract_tests.kit.recipes import Draft
from contract_tests.kit.tokens import most_tokens, tokens_told

# Audio that nobody here knows is taken to last this long when the cost of a call is bounded.
UNKNOWN_AUDIO_MILLISECONDS = 60_000
# No codec for speech says a millisecond in fewer bytes than half a one (4 kbit/s).
_DENSEST_AUDIO = 2
# What a form has beside its files, in bytes, at most.
_BESIDE_FILES = 4_000


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
        if measure in {"calls", "tasks"}:
            return 1
        if measure == "tokens":
            # Only the provider counts them; the answer tells.
            return None
        if measure == "number":
            number = fields.get(billing["field"])
            return max(0, int(number)) if isinstance(number, int | float) and not isinstance(number, bool) else 0
        if measure == "code-points":
            text = fields.get(billing["field"])
            return len(text) if isinstance(text, str) else None
        if measure == "upload-bytes":
            file = draft.files.get(billing["field"]) if draft else None
            return None if file is None else len(file.data)
        # Where there are several addresses, the table says whose sound is measured.
        named = {name: fields.get(name) for name in [billing["field"]]} if "field" in billing else fields
        return self._milliseconds(draft, named)

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
        if draft is not None and draft.is_raw:
            # Blanks around JSON are in no text, whoever reads it.
            is_text = operation.billing["measure"] == "code-points"
            return self._worst_of_raw(operation, len(draft.body.strip(b" ")) if is_text else body_size)
        price = self.price(operation, draft, fields)
        if price is not None:
            return price
        if operation.billing["measure"] == "tokens":
            most = weighed(operation.billing, most_tokens(operation, fields), fields)
            return price_of(operation.billing, most, fields)
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

    def _worst_of_raw(self, operation: Operation, body_size: int) -> int:
        """Return the most that a body may cost which is no example with other members: it may be read in any way.

        It may be the example with something wrong about it: rates and the length of the audio are from there.
        """
        assert operation.billing is not None
        if operation.billing["measure"] == "tokens":
            amounts = [
                weighed(operation.billing, most_tokens(operation, fields, body_size), fields)
                for fields in ({}, operation.example)
            ]
            return max(price_of(operation.billing, one, {}) for one in amounts)
        if operation.billing["measure"] == "audio-milliseconds":
            clips = [self._clips.get(name) for name in operation.clips.values()]
            inside = max((self._decoded(clip.data) or 0 for clip in clips), default=0)
            is_more = body_size > sum(len(clip.data) for clip in clips) + _BESIDE_FILES
            amount = max(inside, body_size * _DENSEST_AUDIO) if is_more else min(inside, body_size * _DENSEST_AUDIO)
        else:
            amount = 1 if operation.billing["measure"] == "calls" else body_size
        return max(price_of(operation.billing, amount, fields) for fields in ({}, operation.example))

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
