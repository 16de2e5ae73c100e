"""Which statuses each operation answers, and where each was seen: tables made of the specs alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockvoice.openapi.pointer import read
from mockvoice.openapi.recipes import provocations_of

METHODS = ("get", "post", "put", "delete", "patch")
# What a fact is called in the table, by `seen`.
SEEN = {"document": "documented", "published": "published", "recorded": "recorded", "assumed": "assumed"}
FAULT = "x-mockvoice-fault"
NO_OPERATION = "where no operation is"

Document = Mapping[str, Any]
# Status, or message of a conversation → where it was seen, how it comes about.
Row = dict[str, tuple[str, str]]
BY_ITSELF, ASKED_FOR, NEVER = "behaved", "only when asked for", "not behaved"


def tables(documents: Mapping[str, Document]) -> list[str]:
    """Return the lines of a section for each provider."""
    lines: list[str] = []
    for provider, document in documents.items():
        rows = [*_operations(document), *_conversations(document)]
        used = {cell for _, row in rows for pair in row.values() for cell in pair}
        columns = [one for one in (BY_ITSELF, ASKED_FOR, NEVER, *SEEN) if one in used]
        head = ["operation", *(SEEN.get(one, one) for one in columns)]
        lines += ["", f"### {provider}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
        for name, row in rows:
            cells = [" ".join(status for status, pair in row.items() if column in pair) for column in columns]
            lines.append(f"| {' | '.join([name, *cells])} |")
    return lines


def _operations(document: Document) -> Iterator[tuple[str, Row]]:
    """Yield (operation, its row), and last what belongs to no operation."""
    provoked = _provoked(document)
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                node = item[method]
                name = f"`{node['operationId']}` {method.upper()} {path}"
                yield name, dict(_statuses(document, node, provoked))
    errors = document["x-voice-errors"]
    nowhere = [code for code, row in errors.items() if "response" in row and "operations" not in row]
    found = {code: document["components"]["responses"][errors[code]["response"]] for code in nowhere}
    row = {
        str(errors[code]["status"]): (_seen(one), _behaved(document, [code], provoked)) for code, one in found.items()
    }
    if row:
        yield NO_OPERATION, dict(sorted(row.items()))


def _statuses(
    document: Document, operation: Document, provoked: Mapping[str, bool]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for status, response in sorted(operation["responses"].items()):
        node = read(document, response["$ref"].removeprefix("#")) if "$ref" in response else response
        codes = _codes(document, operation["operationId"], status)
        how = _behaved(document, codes, provoked)
        if not node.get("x-mock-behaved", {}).get("behaved", True):
            how = NEVER
        yield status, (_seen(node) or _seen(operation), how)


def _codes(document: Document, operation_id: str, status: str) -> list[str]:
    """Return the errors that an operation answers with a status; none for a success."""
    return [
        code
        for code, row in document["x-voice-errors"].items()
        if str(row["status"]) == status and ("response" in row or operation_id in row.get("operations", [operation_id]))
    ]


def _behaved(document: Document, codes: Iterable[str], provoked: Mapping[str, bool]) -> str:
    """Say how the simulator comes to answer one of some errors; a success comes by itself."""
    ways = {
        NEVER if code in document.get("x-mock-unbehaved", {}) else BY_ITSELF if provoked.get(code) else ASKED_FOR
        for code in codes
    }
    return next((way for way in (BY_ITSELF, ASKED_FOR, NEVER) if way in ways), BY_ITSELF)


def _provoked(document: Document) -> dict[str, bool]:
    """Return error code → whether a request brings it about that does not ask for it by name."""
    found: dict[str, bool] = {}
    for _, row in provocations_of(document):
        found[row["code"]] = found.get(row["code"], False) or not _asks_for(row["request"])
    return found


def _asks_for(recipe: Document) -> bool:
    return FAULT in recipe.get("headers", {}) or any(_asks_for(one) for one in recipe.get("first", ()))


def _seen(node: Document) -> str:
    source = node.get("x-voice-source", node)
    return str(source.get("seen", ""))


# -- conversations over a WebSocket --------------------------------------------------------------------


def _conversations(document: Document) -> Iterator[tuple[str, Row]]:
    """Yield (conversation, its row): the messages of both sides, what is refused, and the codes that it closes with."""
    for name, node in document.get("x-voice-websockets", {}).items():
        row: Row = {}
        for side in ("client", "server"):
            for kind, message in node[side].items():
                schema = message["schema"]
                target = read(document, schema["$ref"].removeprefix("#")) if "$ref" in schema else schema
                row[kind] = _seen(target) or _seen(node), BY_ITSELF
        for kind, error in node["errors"].items():
            row[f"error:{kind}"] = _seen(error), BY_ITSELF
        ends = [
            *node["closes"].values(),
            *({**one, "code": one["close"]} for one in node["errors"].values() if "close" in one),
        ]
        for one in sorted(ends, key=lambda end: int(end["code"])):
            row.setdefault(str(one["code"]), (_seen(one), BY_ITSELF))
        yield f"`{name}` {node['url']}", row
