"""The account as its owner sees it, and the address for webhooks that is kept with it."""

from __future__ import annotations

from mockvoice.service.call import Call, Reply


def _profile(call: Call) -> Reply:
    account = call.account
    quota = account.ledger.balance
    body = {
        "user_id": account.attributes["user_id"],
        "api_quota_remaining": quota,
        "tier": account.attributes["tier"],
        "credits": quota if call.chosen("charged-balance") == "both" else account.attributes["credits"],
    }
    webhook = account.attributes.get("webhookUrl")
    if webhook is not None and call.chosen("webhook") == "told":
        body["webhookUrl"] = webhook
    return Reply.json(body)


def _update(call: Call) -> Reply:
    webhook = call.fields.get("webhookUrl")
    if webhook is not None:
        call.account.attributes["webhookUrl"] = webhook
    return _profile(call)


BEHAVIOURS = {"getProfile": _profile, "updateProfile": _update}
