"""The names `x-voice-value` may use: what a response header tells. web/headers.py knows how to fill each."""

from __future__ import annotations

# `name:window`, read from the account's window of that name.
WINDOW_VALUES = frozenset({
    "rate-limit", "rate-remaining", "rate-used", "rate-reset", "rate-reset-unix", "retry-after",
})  # fmt: skip

# Filled by the pipeline for any provider; `reply:name` takes an argument.
PIPELINE_VALUES = frozenset({
    "request-id",  # an id of the pattern `request`, or the client's own X-Request-Id if the provider echoes it
    "allow",  # the methods of the path, on 405
    "balance",     # what the account may still spend, in the ledger's unit
    "quota-limit", "quota-remaining", "quota-reset",  # of x-voice-limits.quota; the reset in seconds
    "charged",     # what this request cost, in the ledger's unit
    "reply",       # what the provider's own behaviour put into Reply.values under the name behind the colon
})  # fmt: skip

VALUE_NAMES = WINDOW_VALUES | PIPELINE_VALUES
