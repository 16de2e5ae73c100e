"""Knows what a response header can tell: the functions behind `x-voice-value`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mockvoice.openapi.plans import HeaderPlan
from mockvoice.openapi.values import FULL

if TYPE_CHECKING:
    from mockvoice.core.accounts import Account
    from mockvoice.core.limits import Quota, Window
    from mockvoice.web.exchange import Exchange

Headers = list[tuple[bytes, bytes]]
# (exchange, values of the reply) → the header's value; None leaves the header out.
Fill = Callable[["Exchange", Mapping[str, Any]], bytes | None]


def _window(name: str, tell: Callable[[Window, int, float], int]) -> Fill:
    def fill(x: Exchange, _values: Mapping[str, Any]) -> bytes | None:
        windows = x.windows
        if windows is None:
            return None
        asked = x.full if name == FULL else name
        window = windows.get(asked)
        # What was used when this call was counted; others may have been since.
        return None if window is None else b"%d" % tell(window, x.used.get(asked, window.used), x.now)

    return fill


def _reply(name: str) -> Fill:
    def fill(_x: Exchange, values: Mapping[str, Any]) -> bytes | None:
        value = values.get(name)
        return None if value is None else str(value).encode("latin-1", "replace")

    return fill


def _request_id(x: Exchange, _values: Mapping[str, Any]) -> bytes:
    return x.request_id.encode()


def _balance(x: Exchange, _values: Mapping[str, Any]) -> bytes | None:
    return b"%d" % x.account.ledger.balance if x.has_account else None


_WINDOWS: dict[str, Callable[[Window, int, float], int]] = {
    "rate-limit": lambda window, _used, _now: window.allowance,
    "rate-remaining": lambda window, used, _now: window.allowance - used,
    "rate-used": lambda _window, used, _now: used,
    "rate-reset": lambda window, _used, now: window.resets_in(now),
    "rate-reset-unix": lambda window, _used, now: int(now) + window.resets_in(now),
    "retry-after": lambda window, _used, now: window.resets_in(now),
}


def _quota(tell: Callable[[Account, Quota, float], int]) -> Fill:
    def fill(x: Exchange, _values: Mapping[str, Any]) -> bytes | None:
        if not x.has_account or x.account.quota is None:
            return None
        return b"%d" % tell(x.account, x.account.quota, x.now)

    return fill


# Filled by the provider's behaviour under the name behind the colon.
_FROM_REPLY = frozenset({"reply", "measured"})

_PLAIN: dict[str, Fill] = {
    "request-id": _request_id,
    "balance": _balance,
    "quota-limit": _quota(lambda _account, quota, _now: quota.limit),
    "quota-remaining": _quota(lambda account, _quota, _now: account.ledger.balance),
    "quota-reset": _quota(lambda _account, quota, now: quota.resets_in(now)),
    "charged": _reply("charged"),
    "price": _reply("price"),
    "allow": _reply("allow"),
    **{
        name: _reply(name)
        for name in ("budget-warning", "budget-fraction", "budget-spent", "budget-limit", "budget-period")
    },
}


def compile_headers(plans: Iterable[HeaderPlan]) -> tuple[tuple[bytes, bytes | None, Fill | None], ...]:
    """Return (name, constant or None, function or None) for each planned header."""
    compiled: list[tuple[bytes, bytes | None, Fill | None]] = []
    for plan in plans:
        if plan.constant is not None:
            compiled.append((plan.name, plan.constant, None))
        elif plan.value in _WINDOWS:
            compiled.append((plan.name, None, _window(plan.argument, _WINDOWS[plan.value])))
        elif plan.value in _FROM_REPLY:
            compiled.append((plan.name, None, _reply(plan.argument)))
        else:
            compiled.append((plan.name, None, _PLAIN[plan.value]))
    return tuple(compiled)


def fill_headers(
    headers: Headers,
    compiled: Iterable[tuple[bytes, bytes | None, Fill | None]],
    x: Exchange,
    values: Mapping[str, Any],
) -> None:
    """Append every header that has something to tell."""
    for name, constant, fill in compiled:
        value = constant if fill is None else fill(x, values)
        if value is not None:
            headers.append((name, value))
