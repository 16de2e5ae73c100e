"""The words `x-voice-value` may use: what a response header, or a member of an answer, tells.

web/headers.py knows how to fill a header with each; a member is filled by the template or the behaviour it stands in.
"""

from __future__ import annotations

# `name:window`, read from the account's window of that name; the window FULL is the one that refused the call.
FULL = "*"
WINDOW_VALUES = frozenset({
    "rate-limit", "rate-remaining", "rate-used", "rate-reset", "rate-reset-unix", "retry-after",
})  # fmt: skip

# Filled by the pipeline for any provider; `reply:name` and `measured:unit` take an argument.
PIPELINE_VALUES = frozenset({
    "request-id",  # an id of the pattern `request`, or the client's own X-Request-Id if the provider echoes it
    "allow",  # the methods of the path, on 405
    "balance",     # what the account may still spend, in the ledger's unit
    "quota-limit", "quota-remaining", "quota-reset",  # of x-voice-limits.quota; the reset in seconds
    "charged",     # what this request cost, in the ledger's unit
    "price",       # what it costs by its x-voice-billing, in the ledger's unit; of a refused one as well
    "measured",    # what the price is counted from, in a unit of MEASURED_UNITS
    "budget-warning", "budget-fraction", "budget-spent", "budget-limit", "budget-period",  # of a budget nearly spent
    "reply",       # what the provider's own behaviour put into Reply.values under the name behind the colon
})  # fmt: skip

# Of the field a price is counted from; of the audio, what the first step of the price makes of it.
MEASURED_UNITS = frozenset({"code-points", "seconds"})

VALUE_NAMES = WINDOW_VALUES | PIPELINE_VALUES

# What a member of an answer may tell, money in the ledger's unit.
BODY_VALUES = frozenset({
    "charged",   # what this request cost
    "balance",   # what the account may still spend
    "required",  # what the request would have cost
    "measured",  # what the price is counted from, in a unit of MEASURED_UNITS
    "spent",     # what the account has used so far
})  # fmt: skip
