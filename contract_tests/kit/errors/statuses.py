"""Which statuses the documents give to which fault of a request: what a generated request may be refused with."""

from __future__ import annotations

from collections.abc import Mapping

from contract_tests.kit.operations import ErrorRow, Operation

# Kinds of x-voice-refusals that say nothing about what a request holds.
_NOT_ABOUT_CONTENT = frozenset({
    "unknown-path", "wrong-method", "not-built", "crash", "no-credential", "bad-credential", "malformed-credential",
    "several-credentials", "revoked", "expired", "forbidden",
})  # fmt: skip
_CREDENTIAL = (
    "no-credential", "bad-credential", "malformed-credential", "several-credentials", "revoked", "expired", "forbidden",
)  # fmt: skip


def codes_of(operation: Operation, kinds: set[str] | frozenset[str]) -> set[str]:
    """Return the codes that refuse some kinds of fault, whatever member they are about."""
    found: set[str] = set()
    for kind, code in operation.refusals.items():
        if kind in kinds:
            found |= set(code.values()) if isinstance(code, Mapping) else {code}
    return found


def content_kinds(operation: Operation) -> frozenset[str]:
    """Return the kinds of fault that lie in what a request holds."""
    return frozenset(operation.refusals) - _NOT_ABOUT_CONTENT


def _statuses(operation: Operation, codes: set[str]) -> set[int]:
    return {operation.facts.errors[code].status for code in codes if code in operation.facts.errors}


def refusal_statuses(operation: Operation) -> set[int]:
    """Return the documented statuses of a request that breaks its schema; of an unknown id as well, where it has one.

    A status below 400 is among them where the documents refuse with a success.
    """
    found = _statuses(operation, codes_of(operation, content_kinds(operation)))
    if "{" in operation.path or operation.source_link is not None:
        found |= {row.status for row in operation.own_errors if row.status in {200, 404}}
    return found


def content_statuses(operation: Operation) -> set[int]:
    """Return the documented refusals that a request with a good key may get although it fits its schema."""
    by_schema = codes_of(operation, content_kinds(operation) | set(_CREDENTIAL)) - _of_nobody(operation)
    found = {row.status for row in operation.own_errors if row.code not in by_schema}
    return {status for status in found if 400 <= status < 500 and status != 401}


def _of_nobody(operation: Operation) -> set[str]:
    """Return the codes that refuse the id of a task that nobody has, as well as one that is none."""
    machines = operation.facts.machines.values()
    return {row["unknown"] for row in machines if row.get("status") == operation.id and "unknown" in row}


def missing_key_row(operation: Operation) -> ErrorRow | None:
    """Return the error of a request without a key; None for an open operation."""
    return operation.refusal("no-credential") if operation.ways_in else None
