"""The account as its owner sees it, and the address for webhooks that is kept with it."""

from __future__ import annotations

from mockvoice.service.call import Call, Reply

_WEBHOOK = "webhookUrl"


def _profile(call: Call) -> Reply:
    account = call.account
    quota = account.ledger.balance
    body = {
        "user_id": account.attributes["user_id"],
        "api_quota_remaining": quota,
        "tier": account.attributes["tier"],
        "credits": quota if call.chosen("charged-balance") == "both" else account.attributes["credits"],
    }
    if _WEBHOOK in account.attributes and call.chosen("webhook") == "told":
        body[_WEBHOOK] = account.attributes[_WEBHOOK]
    return Reply.json(body)


def _update(call: Call) -> Reply:
    if _WEBHOOK in call.fields:
        call.account.attributes[_WEBHOOK] = call.fields[_WEBHOOK]
    return _profile(call)


BEHAVIOURS = {"getProfile": _profile, "updateProfile": _update}
