"""Knows how to answer a failure that a client asked for (x-mockvoice-fault): in the words the provider would use.

What the words of a template would tell of a real failure is taken from the operation and the account; the rest are
the spec's `x-mock-faults`. Imported with the first such request only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mockvoice.core.errors import ApiError, UnknownFault
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.plans import ErrorRow, Operation
from mockvoice.openapi.requests import ObjectCheck, Problem
from mockvoice.web.auth import masked
from mockvoice.web.bodies import code_of, unreadable
from mockvoice.web.checking import code_for, refusal_of

if TYPE_CHECKING:
    from mockvoice.web.exchange import Exchange

FAULT_HEADER = "x-mockvoice-fault"


def asked_for(x: Exchange) -> ApiError:
    """Return the error a client asked for; UnknownFault for one that the operation cannot have."""
    spec = x.desk.spec
    code = x.header(FAULT_HEADER.encode())
    row = spec.errors.get(code)
    if row is None or not may_answer(x.operation, row):
        known = [one.code for one in spec.errors.values() if may_answer(x.operation, one)]
        message = f"{FAULT_HEADER}: this operation has no error {code!r}{did_you_mean(code, known)}"
        return UnknownFault(code, message)
    words = {**_told(x, code), **_words(x, code)}
    return ApiError(code, **{**words, "hint_expected": f"no {FAULT_HEADER} header", "hint_got": code, "pointer": ""})


def may_answer(operation: Operation, row: ErrorRow) -> bool:
    """Say whether an operation may answer with an error: it is one of the row's, and declares the status."""
    return row.belongs_to(operation.id) and row.status in operation.responses


def _told(x: Exchange, code: str) -> Mapping[str, Any]:
    """Return the words of `x-mock-faults`; one may differ by operation."""
    rows = x.desk.spec.fault_words.get(code, {})
    return {name: word.get(x.operation.id) if isinstance(word, dict) else word for name, word in rows.items()}


def _words(x: Exchange, code: str) -> Mapping[str, Any]:
    """Return what a failure of this kind would tell about this account and this operation."""
    words: dict[str, Any] = {}
    if x.has_account:
        account = x.account
        # What a template of short credits names is there for a fault as well, as numbers.
        held = x.hold.amount if x.hold is not None else 0
        words |= {"balance": account.ledger.balance + held, "required": held, "token": masked(account.token)}
        if account.plan:
            words["plan"] = account.plan
    at_once = x.desk.spec.at_once
    if at_once is not None and at_once.refusal == code:
        words |= {"limit": at_once.allowance, "wait": at_once.wait}
    for rule in (*x.desk.spec.window_rules.values(), *x.desk.spec.address_rules.values()):
        if rule.refusal_at(x.operation.id) == code:
            window = x.windows.get(rule.name) if x.windows is not None else None
            x.full = rule.name
            # Who has an account is counted by no address: then the documented figure is told.
            documented = rule.allowance("") if rule.per == "address" else None
            limit = window.allowance if window is not None else documented
            words |= {"window": rule.seconds, "retry_after": window.resets_in(x.now) if window else rule.seconds}
            words |= {} if limit is None else {"limit": limit}
            break
    conditions = [name for name, refusal in x.desk.spec.audio_refusals.items() if refusal == code]
    if conditions:
        words["condition"] = conditions[0]
        if x.uploads:
            words["field"] = next(iter(x.uploads))
    words |= _refused_request(x, code)
    return words


def _refused_request(x: Exchange, code: str) -> Mapping[str, Any]:
    """Return the details of a request that this operation would refuse with the code; nothing if there is none."""
    problems = next(_problems(x, code), None)
    if problems is not None:
        return refusal_of(x, problems).details
    if x.operation.body_media is not None:
        if code_of(x, "malformed-body") == code:
            return unreadable(x).details
        if code_of(x, "too-large") == code:
            return {"limit": x.operation.body_limit}
    return {}


def _problems(x: Exchange, code: str) -> Iterator[list[Problem]]:
    """Yield lists of problems that lead to a code: with nothing sent, then with one member that is nonsense."""
    operation = x.operation
    checks: list[tuple[ObjectCheck, Any]] = []
    if operation.body is not None:
        checks.append((operation.body, None if operation.form is None else "?"))
    checks += [(reader.check, "?") for reader in (operation.query, operation.header_fields) if reader is not None]
    for check, nonsense in checks:
        for value in ({}, *({name: nonsense} for name in check.properties)):
            found = [one for one in check.problems(value) if code_for(x, one) == code]
            if found:
                yield found
