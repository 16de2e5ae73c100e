"""One request as a behaviour sees it, and what it answers. Nothing of HTTP, only meaning."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from mockvoice.core.accounts import Account
from mockvoice.core.errors import ApiError
from mockvoice.core.ledger import Hold
from mockvoice.openapi.plans import Operation

if TYPE_CHECKING:
    from mockvoice.audio.listening import Recording
    from mockvoice.service.world import Desk

JSON_TYPE = b"application/json"

# Prices that are remembered, for each operation.
_PRICES_KEPT = 4_096


class Upload(NamedTuple):
    """A file part of a form: what the client called it, what it said it is, and the bytes."""

    filename: str
    media: str
    data: bytes


class Reply:
    """A successful answer.

    `values` fill response headers (`x-voice-value: reply:<name>`). With `stream` the body is sent piece by
    piece as it comes; else `body` is sent whole. `status` 0 means the operation's success status.
    """

    __slots__ = ("body", "media", "status", "stream", "values")

    def __init__(
        self,
        body: bytes,
        media: bytes = JSON_TYPE,
        values: Mapping[str, Any] | None = None,
        status: int = 0,
        stream: AsyncIterator[bytes] | None = None,
    ) -> None:
        self.body = body
        self.media = media
        self.values = values or {}
        self.status = status
        self.stream = stream

    @classmethod
    def json(cls, value: Any, values: Mapping[str, Any] | None = None, status: int = 0) -> Reply:
        """Answer with JSON."""
        return cls(orjson.dumps(value), JSON_TYPE, values, status)


class Call:
    """One request that got past authentication, as far as the stages have come.

    `fields` are the validated members of body, form, query and path with the spec's defaults filled in;
    `uploads` the file parts by field; `recording` the audio of the request once `media` has judged it; `hold`
    the money set aside, `charged` what was taken in the end; `counted` how many tokens of each kind, where these are
    paid for; `notes` what a provider's own stages hand on.
    """

    __slots__ = (
        "_price", "account", "charged", "counted", "desk", "fields", "hold", "notes", "now", "operation", "recording",
        "uploads",
    )  # fmt: skip

    # The web fills these (web/exchange.py).
    desk: Desk
    operation: Operation
    now: float
    account: Account
    recording: Recording
    fields: dict[str, Any]
    uploads: dict[str, list[Upload]]
    hold: Hold | None
    charged: int
    counted: dict[str, int]
    notes: dict[str, Any]
    _price: int | None

    @property
    def origin(self) -> str:
        """Scheme and host under which the caller reaches this simulator."""
        raise NotImplementedError

    @property
    def address(self) -> str:
        """Where the call comes from; empty where that is not known."""
        return ""

    @property
    def price(self) -> int:
        """What the call costs, in the ledger's unit; 0 for one that costs nothing."""
        price = self._price
        if price is None:
            price = self._price = self._work_out_price()
        return price

    def _work_out_price(self) -> int:
        """Return the price, from memory where the same was asked before: most calls are like an earlier one."""
        tariff = self.operation.tariff
        if tariff is None:
            return 0
        amount = self.measured()
        if tariff.known is None:
            return tariff.price(amount, self.fields)
        # A client may send a member named "", holding anything.
        key = amount, self.fields.get(tariff.turns_on) if tariff.turns_on else None
        found = tariff.known.get(key)
        if found is None:
            found = tariff.price(amount, self.fields)
            if len(tariff.known) < _PRICES_KEPT:
                tariff.known[key] = found
        return found

    @property
    def remaining(self) -> int:
        """What the account may spend once this call is settled."""
        held = self.hold.amount if self.hold is not None else 0
        return max(0, self.account.ledger.balance + held - self.price)

    def measured(self) -> int:
        """Return what the tariff counts: code points, milliseconds, bytes, a number, calls, or weighed tokens."""
        tariff = self.operation.tariff
        if tariff is None:
            return 0
        if tariff.measure == "code-points":
            return len(self.fields.get(tariff.field, ""))
        if tariff.measure == "audio-milliseconds":
            return self.recording.milliseconds
        if tariff.counts:
            return tariff.weigh(self.counted, self.fields)
        if tariff.measure == "upload-bytes":
            return len(self.upload(tariff.field).data)
        if tariff.measure == "number":
            # Null counts as left out, and what is below zero is refused.
            return max(0, int(self.fields.get(tariff.field) or 0))
        return 1

    def upload(self, field: str) -> Upload:
        """Return the (last) file part of a field that the schema requires."""
        return self.uploads[field][-1]

    def figure(self, name: str) -> Any:
        """Return a figure of the spec by name (`x-voice-figures`, `x-mock-figures`)."""
        return self.desk.figure(name)

    def chosen(self, row: str) -> str:
        """Return the reading chosen for an ambiguity."""
        return self.desk.readings[row]

    def id(self, pattern: str) -> str:
        """Return a fresh id of a pattern of `x-mock-ids`."""
        return self.desk.make_id(pattern, self.now)

    def fails_after(self) -> str | None:
        """Return the state in which a magic input makes the task fail, or None."""
        for trigger in self.operation.triggers:
            if trigger.fails_after is not None and trigger.contains in self._shown(trigger.field):
                return trigger.fails_after
        return None

    def _shown(self, field: str) -> str:
        """Return a field as text; of an upload, its file name."""
        if field in self.uploads:
            return self.upload(field).filename
        return str(self.fields.get(field, ""))

    def check_triggers(self) -> None:
        """Refuse the call when a magic input asks for it. Raises ApiError."""
        for trigger in self.operation.triggers:
            if trigger.refuses is not None and trigger.contains in self._shown(trigger.field):
                raise ApiError(trigger.refuses, field=trigger.field, expected=f"no {trigger.contains!r}")
