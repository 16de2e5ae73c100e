"""Knows that what a header or a member of an answer tells is said in words that are known."""

from __future__ import annotations

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document, fields_of, operations_of
from mockvoice.openapi.values import BODY_VALUES, MEASURED_UNITS, VALUE_NAMES
from mockvoice.openapi.vocabulary import Path, Report, walk

_NUMBERS = ("number", "integer")


def check_values(document: Document, report: Report) -> None:
    """Every header says what it tells, members of answers may; those of requests tell nothing."""
    for kind, path, node in walk(document, lambda _path, _message: None):
        if kind == "header" and "$ref" not in node:
            _check_header((*path, "x-voice-value"), node, report)
        elif kind == "schema" and "x-voice-value" in node:
            _check_member((*path, "x-voice-value"), node, report)
    for path, _, operation in operations_of(document):
        for field in fields_of(document, path, operation).values():
            if "x-voice-value" in field.schema:
                report((*field.path, "x-voice-value"), "is said of a request; only an answer tells a value")


def _check_header(place: Path, node: Document, report: Report) -> None:
    value, _, argument = node.get("x-voice-value", "").partition(":")
    if not value:
        if "const" not in node.get("schema", {}) and "x-mock-value" not in node:
            report(place, "is missing: say what the header tells, give its schema a const, or an x-mock-value")
    elif value not in VALUE_NAMES:
        report(place, f"unknown value {value!r}{did_you_mean(value, VALUE_NAMES)}")
    elif value == "measured" and argument not in MEASURED_UNITS:
        report(place, f"unknown unit {argument!r}{did_you_mean(argument, MEASURED_UNITS)}")


def _check_member(place: Path, node: Document, report: Report) -> None:
    value, _, argument = node["x-voice-value"].partition(":")
    if value == "measured" and argument not in MEASURED_UNITS:
        report(place, f"unknown unit {argument!r}{did_you_mean(argument, MEASURED_UNITS)}")
    elif value not in BODY_VALUES:
        report(place, f"unknown value {value!r} of a member{did_you_mean(value, BODY_VALUES)}")
    elif node.get("type") not in _NUMBERS:
        report(place, f"is said of what is no number; expected the type {' or '.join(_NUMBERS)}")
