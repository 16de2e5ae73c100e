"""What the gateway itself does with a call: the way to a provider, the headers it adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.core.money import divide
from mockvoice.providers.hadrian.keys import check_model
from mockvoice.providers.hadrian.routing import Way, way_of
from mockvoice.providers.hadrian.sovereignty import unmet
from mockvoice.providers.hadrian.upstream import reach
from mockvoice.service.call import Call

# Where `relay` notes which way the call goes.
WAY = "way"


def relay(call: Call) -> None:
    """Find the provider of the model, and leave in `fields` the model that answers; what follows is the upstream's.

    Raises ApiError when there is no way, the key may not go it, the provider does not meet the request's requirements,
    or does not answer.
    """
    fields = call.fields
    named = fields["model"]
    way = way_of(call, named)
    if call.account.attributes:
        check_model(call, named)
    wanted = fields.get("sovereignty_requirements")
    if wanted:
        reason = unmet(way.place["sovereignty"], wanted, call.figure("sovereignty-reasons"))
        if reason is not None:
            field = "sovereignty_requirements"
            raise ApiError("sovereignty_violation", field=field, reason=reason, expected="another provider", got=reason)
    if not way.place["audio"]:
        raise ApiError("unsupported_provider", field="model", expected="a provider with audio", got=way.provider)
    call.notes[WAY] = way
    fields["model"] = reach(call, way.provider, way.place, way.model)


def after(call: Call) -> Mapping[str, Any]:
    """Return the values of the headers that the gateway adds, to errors of the upstream as well."""
    values = _budget(call)
    if WAY in call.notes:
        way: Way = call.notes[WAY]
        tariff = call.operation.tariff
        assert tariff is not None  # noqa: S101 - whatever is relayed has a price
        measured = call.measured()
        counted = "code-points" if tariff.measure == "code-points" else "seconds"
        values["provider"] = way.provider
        values["provider-source"] = way.source
        values["model"] = way.model
        values["price"] = call.price or None
        # The first step of the price of audio is the guess of its seconds.
        values[counted] = measured if counted == "code-points" else tariff.steps[0].apply(measured, call.fields)
    return values


def _budget(call: Call) -> dict[str, Any]:
    """Return what is known about a budget that is nearly spent; nothing below the threshold or without a budget.

    What the gateway calls spent is what was when the call came in, with the call's own reservation.
    """
    budget = call.account.budget
    if budget is None:
        return {}
    limit = budget.limit
    spent = limit - (call.account.ledger.balance if call.hold is None else call.hold.left)
    if spent * 100 < limit * call.figure("budget-warning-per-cent"):
        return {}
    unit = call.figure("microcents-per-cent")
    hundredths = divide(spent * 100, limit, "nearest")
    return {
        "budget-warning": "true",
        "budget-fraction": f"{hundredths // 100}.{hundredths % 100:02d}",
        "budget-spent": spent // unit,
        "budget-limit": limit // unit,
        "budget-period": budget.period,
    }
