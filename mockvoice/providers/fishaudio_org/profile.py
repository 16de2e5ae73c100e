"""The account as its owner sees it."""

from __future__ import annotations

from mockvoice.service.call import Call, Reply


def _profile(call: Call) -> Reply:
    account = call.account
    quota = account.ledger.balance
    return Reply.json({
        "user_id": account.attributes["user_id"],
        "api_quota_remaining": quota,
        "tier": account.attributes["tier"],
        "credits": quota if call.chosen("charged-balance") == "both" else account.attributes["credits"],
    })  # fmt: skip


BEHAVIOURS = {"getProfile": _profile}
