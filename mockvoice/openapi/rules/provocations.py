"""Knows that what is asked of any endpoint asks for nothing that only the simulator has."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mockvoice.openapi.recipes import provocations_of
from mockvoice.openapi.rules.common import PROBES, Document, recipes_of
from mockvoice.openapi.vocabulary import Report

# Headers and hosts that mean something to the simulator only.
_OURS = ("x-mockvoice-", ".mock.test")


def check_provocations(document: Document, report: Report) -> None:
    """A name stands in one of the two tables, and x-voice-provocations and probes say nothing of the simulator."""
    tables: dict[str, str] = {}
    for (table, name), _ in provocations_of(document):
        if name in tables:
            report((table, name), f"stands in {tables[name]} as well; expected a name of its own")
        tables[name] = table
    for place, recipe in recipes_of(document):
        if not any(str(part).startswith("x-mock-") for part in place):
            for word in _words_of_ours(document, recipe):
                report(place, f"{word!r} is the simulator's; expected it in x-mock-provocations or x-mock-probe")


def check_probes(document: Document, report: Report) -> None:
    """A row has one probe, for any endpoint or for the simulator only, or a talk over a WebSocket."""
    for row, ambiguity in document.get("x-voice-ambiguities", {}).items():
        if sum(key in ambiguity for key in (*PROBES, "talk")) != 1:
            report(("x-voice-ambiguities", row, "probe"), f"expected exactly one of {' and '.join(PROBES)}, or talk")


def _words_of_ours(document: Document, recipe: Document) -> Iterator[str]:
    """Yield what of a recipe only the simulator understands; what comes first in it is a recipe of its own."""
    text = json.dumps({key: value for key, value in recipe.items() if key != "first"}).lower()
    yield from (word for word in _OURS if word in text)
    fields = {**recipe.get("with", {}), **recipe.get("clips", {})}
    for trigger in document.get("x-mock-triggers", {}).values():
        if trigger["operation"] == recipe.get("operation") and trigger["contains"] in str(fields.get(trigger["field"])):
            yield trigger["contains"]
