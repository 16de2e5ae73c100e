"""Takes an answer that came without a socket as the guard takes one that was sent for: counted, timed, in the log."""

from __future__ import annotations

from collections.abc import Mapping

from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.guard import Guard
from contract_tests.kit.recipes import Draft


def taken(
    guard: Guard,
    draft: Draft,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: float = 0.0,
    pieces: tuple[tuple[float, int], ...] = (),
) -> Exchange:
    """Return the exchange of a draft and its answer. Raises BudgetEnded, PlanExceeded."""
    with guard._lock:
        guard._admit(0)
    guard._pace(draft.role)
    exchange = Exchange(
        guard.sent,
        guard.allowance.claim,
        guard.facts.operation_at(draft.method, draft.path.partition("?")[0]),
        draft.role,
        draft.method,
        f"{guard.target}{draft.path}",
        {name.lower(): value for name, value in draft.headers.items()},
        draft.body,
        status,
        headers,
        body,
        seconds,
        pieces,
        draft,
    )
    guard.log.append(exchange)
    return exchange
