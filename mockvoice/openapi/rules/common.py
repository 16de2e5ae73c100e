"""What several rules need: the operations of a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockvoice.openapi.vocabulary import METHODS, Path

Document = dict[str, Any]


def operations_of(document: Document) -> Iterator[tuple[Path, str, Document]]:
    """Yield (path in the document, operationId, operation)."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield ("paths", path, method), item[method].get("operationId", ""), item[method]


def codes_in(value: Any) -> Iterator[str]:
    """Yield the error codes of one refusal: one for all fields, or one for each."""
    if isinstance(value, str):
        yield value
    else:
        yield from value.values()
