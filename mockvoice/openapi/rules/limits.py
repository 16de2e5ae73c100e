"""Knows that limits name existing windows, and that checks speak in an order that can be."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Set

from mockvoice.core.accounts import CALLS_AT_ONCE
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document, codes_in, operations_of
from mockvoice.openapi.values import FULL, WINDOW_VALUES
from mockvoice.openapi.vocabulary import Path, Report, walk


def check_limits(document: Document, report: Report) -> None:
    """Operations, accounts, addresses and header values name existing windows, of whom they count."""
    limits = document.get("x-voice-limits", {})
    windows = limits.get("windows", {})
    addresses = {name for name, row in windows.items() if row.get("per") == "address"}
    accounts = windows.keys() - addresses
    allowances = accounts | ({CALLS_AT_ONCE} if "at-once" in limits else set())
    for place, name, known in _named(document, accounts, allowances, addresses):
        if name not in known:
            report(place, f"no window {name!r} in x-voice-limits{did_you_mean(name, known)}")


def _named(
    document: Document, accounts: Set[str], allowances: Set[str], addresses: Set[str]
) -> Iterator[tuple[Path, str, Set[str]]]:
    """Yield (where, name of a window, names that could stand there)."""
    for path, _, operation in operations_of(document):
        for index, name in enumerate(operation.get("x-voice-limits", {}).get("apply", ())):
            yield (*path, "x-voice-limits", "apply", index), name, accounts
    for role, account in document["x-mock-accounts"].items():
        for table, known in (("allowances", allowances), ("used", accounts)):
            for name in account.get(table, {}):
                yield ("x-mock-accounts", role, table), name, known
    for address, own in document.get("x-mock-addresses", {}).get("allowances", {}).items():
        for name in own:
            yield ("x-mock-addresses", "allowances", address), name, addresses
    for kind, path, node in walk(document, lambda _path, _message: None):
        value, _, argument = node.get("x-voice-value", "").partition(":")
        if kind == "header" and value in WINDOW_VALUES:
            yield (*path, "x-voice-value"), argument, accounts | addresses | {FULL}


def check_precedence(document: Document, report: Report) -> None:
    """A body is read before it is validated, and validated before its audio is judged."""
    orders: list[tuple[Path, Document, Document]] = []
    for path, _, operation in operations_of(document):
        table = operation.get("x-voice-precedence", document.get("x-voice-precedence"))
        if table is None:
            report(("x-voice-precedence",), "is missing")
            return
        orders.append(((*path, "x-voice-precedence", "order"), table, operation))
    for place, table, operation in orders:
        upstream = table.get("upstream", ())
        position = {stage: index for index, stage in enumerate(table["order"])}
        for earlier, later in itertools.pairwise(("body", "validate", "media")):
            if position[earlier] > position[later]:
                report(place, f"{later!r} cannot speak before {earlier!r}")
        for later in ("limits", "credits"):
            if position[later] < position["auth"]:
                report(place, f"{later!r} cannot speak before 'auth': it depends on the account")
        billing = operation.get("x-voice-billing")
        if billing is None:
            continue
        if position["credits"] < position["validate"] and not _is_flat(billing):
            report(place, "'credits' cannot speak before 'validate': the price depends on the request")
        types = {**document["x-voice-refusals"], **operation.get("x-voice-refusals", {})}.get("type", "")
        if "hold" not in billing and set(upstream) & set(codes_in(types)):
            report(place, "a code of 'type' cannot be an upstream's: what is of a wrong type has no price")
        if (
            billing["measure"] == "audio-milliseconds"
            and "hold" not in billing
            and position["credits"] < position["media"]
        ):
            report(
                place,
                "'credits' cannot speak before 'media': the price depends on the audio, and no fixed hold is given",
            )


def _is_flat(billing: Document) -> bool:
    """Say whether the hold is the same for every request, so that it is known before the request is read."""
    return isinstance(billing.get("hold"), int) or (
        billing["measure"] == "calls" and all(isinstance(step["give"], int) for step in billing["steps"])
    )
