"""Knows which media types a request's body may have, and that one request has one schema whatever it comes as."""

from __future__ import annotations

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.plans import FORM_TYPE, JSON_TYPE, PACKED_TYPE
from mockvoice.openapi.rules.common import Document, operations_of
from mockvoice.openapi.vocabulary import Report

_FIRST = (JSON_TYPE, FORM_TYPE)


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
