"""Knows how a refusal becomes bytes: the provider's own words from the error table, our help beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from mockvoice.core.errors import ApiError
from mockvoice.openapi.plans import ErrorRow

if TYPE_CHECKING:
    from mockvoice.web.exchange import Exchange

# Compiled when something is first refused.
_PLACEHOLDER = r"\{([a-z_][a-z0-9_-]*)(\??)\}"
_DROP = object()
_HINT_LIMIT = 600


def fill_template(template: Any, words: Mapping[str, Any]) -> Any:
    """Fill `{name}` in every text. A text that is one placeholder takes the value with its type.

    `{name?}` drops the member it stands in when there is no such value; `{name}` then becomes an empty text.
    """
    if isinstance(template, str):
        whole = re.fullmatch(_PLACEHOLDER, template)
        if whole is not None:
            name, optional = whole.groups()
            if words.get(name) is None and optional:
                return _DROP
            return words.get(name, "")
        return re.sub(_PLACEHOLDER, lambda found: str(words.get(found.group(1), "")), template)
    if isinstance(template, dict):
        filled = {key: fill_template(value, words) for key, value in template.items()}
        return {key: value for key, value in filled.items() if value is not _DROP}
    if isinstance(template, list):
        return [value for value in (fill_template(one, words) for one in template) if value is not _DROP]
    return template


def words_for(x: Exchange, error: ApiError) -> dict[str, Any]:
    """Return everything a template may name, the provider's own words last."""
    words: dict[str, Any] = {
        "method": x.scope["method"],
        "path": x.line.shown_path(x.scope["path"]),
        "request_id": x.request_id,
        "code": error.code,
        "status": x.desk.spec.errors[error.code].status,
        **error.details,
    }
    words.update(x.line.provider.words(x, error))
    return words


def render(row: ErrorRow, words: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Return (body, content type) of an error row."""
    filled = fill_template(row.body, words)
    if filled is None:
        return b"", b""
    if isinstance(filled, str):
        return filled.encode("utf-8", "replace"), row.media.encode()
    try:
        body = orjson.dumps(filled, default=str)
    except orjson.JSONEncodeError:
        # An answer that shows what was sent may be nested deeper than orjson can follow.
        body = json.dumps(filled, default=str, ensure_ascii=False, separators=(",", ":")).encode()
    return body, row.media.encode()


def hint(x: Exchange, error: ApiError) -> str:
    """Say which rule refused, where it stands in the spec, what was expected and what came."""
    details = error.details
    pieces = [
        f"rule {error.code}",
        f"spec {x.desk.spec.id}.yaml#{details.get('pointer') or '/x-voice-errors/' + error.code}",
    ]
    if details.get("field"):
        pieces.append(f"field {details['field']}")
    for word in ("expected", "got"):
        # A fault that was asked for says beside the wire why it came, and in the body what the provider would.
        shown = details.get(f"hint_{word}", details.get(word))
        if shown not in {None, ""}:
            pieces.append(f"{word} {shown}")
    return printable("; ".join(pieces)[:_HINT_LIMIT])


def printable(text: str) -> str:
    """Return the text fit for a header or a line of the log, whatever a client put into it."""
    return "".join(one if " " <= one <= "~" else "?" for one in text)
