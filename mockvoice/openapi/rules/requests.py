"""Knows which media types a body may have, that it has one schema, and that rules between members are about members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.plans import FORM_TYPE, JSON_TYPE, PACKED_TYPE
from mockvoice.openapi.rules.common import Document, fields_of, operations_of
from mockvoice.openapi.vocabulary import Path, Report

_FIRST = (JSON_TYPE, FORM_TYPE)
# Keywords whose schemas are about the same value as the one that they stand in.
_BESIDE = ("if", "then", "else", "not", "allOf", "anyOf", "oneOf")


def check_request_media(document: Document, report: Report) -> None:
    """A body is JSON or a form; JSON may come as MessagePack as well, with the same schema."""
    for path, _, operation in operations_of(document):
        content = operation.get("requestBody", {}).get("content", {})
        first, *others = content or ("",)
        known = (PACKED_TYPE,) if first == JSON_TYPE else ()
        place = (*path, "requestBody", "content")
        if content and first not in _FIRST:
            report(
                (*place, first), f"cannot be read; expected {' or '.join(_FIRST)} first{did_you_mean(first, _FIRST)}"
            )
        for media in others:
            if media not in known:
                report((*place, media), f"cannot be read beside {first}{did_you_mean(media, known)}")
            elif content[media]["schema"] != content[first]["schema"]:
                report((*place, media, "schema"), f"differs from that of {first}; one request has one schema")


def check_legal_rules(document: Document, report: Report) -> None:
    """Rules between members name members of the body, and no documented example breaks one."""
    for path, _, operation in operations_of(document):
        fields, here = fields_of(document, path, operation), (*path, "x-voice-legal", "rules")
        table = operation.get("x-voice-legal", {})
        for rule, schema in table.get("rules", {}).items():
            for place, name in _members_named(schema, (*here, rule)):
                if name not in fields:
                    report(place, f"no such field of the request{did_you_mean(name, fields)}")
            is_kept = jsonschema_rs.validator_for(schema).is_valid
            for media in operation.get("requestBody", {}).get("content", {}).values():
                for name, example in media.get("examples", {}).items():
                    if not is_kept(example["value"]):
                        report((*here, rule), f"the documented example {name!r} breaks it")


def _members_named(schema: Any, place: Path) -> Iterator[tuple[Path, str]]:
    """Yield the members of the body that a schema of it names, with their places."""
    if not isinstance(schema, dict):
        return
    yield from (((*place, "properties", name), name) for name in schema.get("properties", ()))
    yield from (((*place, "required", index), name) for index, name in enumerate(schema.get("required", ())))
    for keyword in _BESIDE:
        beside = schema.get(keyword)
        for index, one in enumerate(beside) if isinstance(beside, list) else ():
            yield from _members_named(one, (*place, keyword, index))
        yield from _members_named(beside, (*place, keyword))
