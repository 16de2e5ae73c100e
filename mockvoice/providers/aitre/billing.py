"""What an account was given and has used, in the form of OpenAI's old billing pages."""

from __future__ import annotations

from mockvoice.service.call import Call, Reply


def _subscription(call: Call) -> Reply:
    ledger = call.account.ledger
    given = (ledger.balance + ledger.charged) / call.figure("units-to-the-dollar")
    limits = dict.fromkeys(("soft_limit_usd", "hard_limit_usd", "system_hard_limit_usd"), given)
    return Reply.json({"object": "billing_subscription", "has_payment_method": True, **limits, "access_until": 0})


def _usage(call: Call) -> Reply:
    used = call.account.ledger.charged * 100 / call.figure("units-to-the-dollar")
    return Reply.json({"object": "list", "total_usage": used})


BEHAVIOURS = {"getSubscription": _subscription, "getUsage": _usage}
