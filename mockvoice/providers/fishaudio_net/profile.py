"""The account as its owner sees it; POST differs from GET only in where the key may be."""

from __future__ import annotations

from mockvoice.service.call import Call, Reply


def _profile(call: Call) -> Reply:
    account = call.account
    return Reply.json({
        "user_id": account.attributes["user_id"],
        "api_quota_remaining": account.ledger.balance,
        "tier": account.attributes["tier"],
        "credits": account.attributes["credits"],
    })  # fmt: skip


BEHAVIOURS = {"getProfile": _profile, "postProfile": _profile}
