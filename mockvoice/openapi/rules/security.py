"""Knows that every way in is one that is described, and that whoever pays is known."""

from __future__ import annotations

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document, operations_of
from mockvoice.openapi.vocabulary import Path, Report


def check_security(document: Document, report: Report) -> None:
    """Security requirements name existing schemes; an operation that costs something asks for a key."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    holders: list[tuple[Path, Document]] = [((), document)]
    holders += [(path, operation) for path, _, operation in operations_of(document)]
    for path, holder in holders:
        for index, way in enumerate(holder.get("security", ())):
            for name in way:
                if name not in schemes:
                    report(
                        (*path, "security", index, name),
                        f"no scheme {name!r} in /components/securitySchemes{did_you_mean(name, schemes)}",
                    )
    for path, operation_id, operation in operations_of(document):
        if "x-voice-billing" in operation and is_open(document, operation):
            report(
                (*path, "security"),
                f"expected a way in, for {operation_id!r} costs something; {_offered(schemes)}",
            )


def is_open(document: Document, operation: Document) -> bool:
    """Say whether an operation answers without a key."""
    holder = operation if "security" in operation else document
    return not any(holder.get("security", ()))


def _offered(schemes: Document) -> str:
    return "schemes: " + ", ".join(sorted(schemes)) if schemes else "there is no security scheme"
