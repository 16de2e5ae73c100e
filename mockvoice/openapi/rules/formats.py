"""Knows that every format a request may ask for has a media type."""

from __future__ import annotations

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document, fields_of, operations_of, options_of
from mockvoice.openapi.vocabulary import Report


def check_formats(document: Document, report: Report) -> None:
    """The field of x-voice-formats exists and has an enum, and every value of it has a media type."""
    for path, operation_id, operation in operations_of(document):
        table = operation.get("x-voice-formats")
        if table is None:
            continue
        fields, types = fields_of(document, path, operation), table["types"]
        if table["field"] not in fields:
            said = f"no field {table['field']!r} in {operation_id!r}{did_you_mean(table['field'], fields)}"
            report((*path, "x-voice-formats", "field"), said)
            continue
        field = fields[table["field"]]
        options = list(options_of(field.path, field.schema))
        if not options:
            report((*field.path, "enum"), f"is missing: expected the formats {', '.join(types)}")
        for place, value in options:
            if value not in types:
                report(
                    place,
                    f"{value!r} has no media type in x-voice-formats of {operation_id!r}{did_you_mean(value, types)}",
                )
