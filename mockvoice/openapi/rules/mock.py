"""Knows that accounts, readings and patterns are complete and well-formed."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

from mockvoice.core.errors import SettingsError
from mockvoice.core.ids import make_ids
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document
from mockvoice.openapi.vocabulary import Report

ROLES = (
    "mock-funded", "mock-empty", "mock-low", "mock-limited",
    "mock-other", "mock-revoked", "mock-forbidden", "mock-unlimited",
)  # fmt: skip

# Accounts of a provider that has something of the kind.
OPTIONAL_ROLES = (
    "mock-fresh", "mock-warned", "mock-expired", "mock-scoped", "mock-bound", "mock-elsewhere",
    "mock-denied", "mock-uncached", "mock-daily",
)  # fmt: skip


def check_accounts(document: Document, report: Report) -> None:
    """Every role is there, with a token of its own, and a budget for a period that is described."""
    accounts = document["x-mock-accounts"]
    for role in ROLES:
        if role not in accounts:
            report(("x-mock-accounts", role), "is missing")
    for role in accounts:
        if role not in (*ROLES, *OPTIONAL_ROLES):
            report(("x-mock-accounts", role), f"unknown role{did_you_mean(role, (*ROLES, *OPTIONAL_ROLES))}")
    periods = document.get("x-voice-limits", {}).get("budgets", {})
    for role, account in accounts.items():
        budget = account.get("budget")
        if budget is None:
            continue
        place = ("x-mock-accounts", role, "budget")
        if budget["period"] not in periods:
            known = did_you_mean(budget["period"], periods)
            report((*place, "period"), f"no period {budget['period']!r} in x-voice-limits/budgets{known}")
        if account["balance"] > budget["amount"]:
            report((*place, "amount"), f"is less than the balance of {account['balance']}")
    tokens = [account["token"] for account in accounts.values()]
    for role, account in accounts.items():
        if tokens.count(account["token"]) > 1:
            report(("x-mock-accounts", role, "token"), f"{account['token']!r} belongs to another role as well")


def check_hosts(document: Document, report: Report) -> None:
    """What a reserved name provokes is something audio can end in."""
    conditions = document.get("x-voice-audio", {})
    for host, condition in document.get("x-mock-hosts", {}).items():
        if condition not in conditions:
            report(
                ("x-mock-hosts", host), f"no row {condition!r} in x-voice-audio{did_you_mean(condition, conditions)}"
            )


def check_ambiguities(document: Document, report: Report) -> None:
    """The default of a row is one of its readings."""
    for row, ambiguity in document.get("x-voice-ambiguities", {}).items():
        if ambiguity["default"] not in ambiguity["readings"]:
            known = ambiguity["readings"]
            report(
                ("x-voice-ambiguities", row, "default"),
                f"no reading {ambiguity['default']!r}{did_you_mean(ambiguity['default'], known)}",
            )


def check_patterns(document: Document, report: Report) -> None:
    """Id patterns can be made, and error templates have balanced braces."""
    patterns = document["x-mock-ids"]
    for name in ("request", "task") if document.get("x-voice-tasks") else ("request",):
        if name not in patterns:
            report(("x-mock-ids", name), f"is missing: every {name} gets an id{did_you_mean(name, patterns)}")
    for name, pattern in patterns.items():
        try:
            make_ids(pattern, "check")
        except SettingsError as error:
            report(("x-mock-ids", name), str(error))
    for code, row in document["x-voice-errors"].items():
        for text in _texts(row.get("body")):
            try:
                list(string.Formatter().parse(text))
            except ValueError as error:
                report(("x-voice-errors", code, "body"), f"{text!r}: {error}; a literal brace is written twice")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
