"""What the gateway itself does with a call: the way to a provider, the headers it adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.core.money import divide
from mockvoice.providers.hadrian.sovereignty import unmet
from mockvoice.service.call import Call

# Where `relay` notes which provider the call goes to.
PROVIDER = "provider"


def relay(call: Call) -> None:
    """Find the provider of the model and leave the bare model in `fields`; what follows is the upstream's.

    Raises ApiError when there is no way, or the provider does not meet the request's requirements.
    """
    fields = call.fields
    provider, model = _way(call, fields["model"])
    place = call.figure("gateway-providers")[provider]
    wanted = fields.get("sovereignty_requirements")
    if wanted:
        requirement = unmet(place["sovereignty"], wanted)
        if requirement is not None:
            raise ApiError("sovereignty_violation", requirement=requirement, expected=requirement, got=provider)
    if not place["audio"]:
        raise ApiError("unsupported_provider", field="model", expected="a provider with audio", got=provider)
    fields["model"] = model
    call.notes[PROVIDER] = provider


def _way(call: Call, named: str) -> tuple[str, str]:
    """Return the provider and its model: `provider/model`, or a model of the default provider. Raises ApiError."""
    first, slash, rest = named.partition("/")
    if not slash:
        return call.figure("default-provider"), named
    providers = call.figure("gateway-providers")
    if first in providers:
        return first, rest
    if first in call.figure("routing-scopes"):
        raise ApiError("provider_resolution_error", field="model", expected="a provider of that scope", got="none")
    raise ApiError("routing_error", field="model", unknown=first, expected=f"one of {', '.join(providers)}", got=first)


def after(call: Call) -> Mapping[str, Any]:
    """Return the values of the headers that the gateway adds, to errors of the upstream as well."""
    values = _budget(call)
    if PROVIDER in call.notes:
        tariff = call.operation.tariff
        assert tariff is not None  # noqa: S101 - whatever is relayed has a price
        measured = call.measured()
        counted = "code-points" if tariff.measure == "code-points" else "seconds"
        values["provider"] = call.notes[PROVIDER]
        values["provider-source"] = "static"
        values["model"] = call.fields["model"]
        values["price"] = call.price or None
        # The first step of the price of audio is the guess of its seconds.
        values[counted] = measured if counted == "code-points" else tariff.steps[0].apply(measured, call.fields)
    return values


def _budget(call: Call) -> dict[str, Any]:
    """Return what is known about a budget that is nearly spent; nothing below the threshold or without a budget.

    What the gateway calls spent is what was when the call came in, with the call's own reservation.
    """
    attributes = call.account.attributes
    cents = attributes.get("budget_limit_cents")
    if cents is None:
        return {}
    unit = call.figure("microcents-per-cent")
    limit, left = cents * unit, call.account.ledger.balance
    if call.hold is not None and not call.hold.is_open:
        left += call.charged - call.hold.amount
    spent = limit - left
    if spent * 100 < limit * call.figure("budget-warning-per-cent"):
        return {}
    hundredths = divide(spent * 100, limit, "nearest")
    return {
        "budget-warning": "true",
        "budget-percentage": f"{hundredths // 100}.{hundredths % 100:02d}",
        "budget-spend-cents": spent // unit,
        "budget-limit-cents": cents,
        "budget-period": attributes["budget_period"],
    }
