"""Knows that every error can be answered, and that every refusal has an error."""

from __future__ import annotations

from collections.abc import Iterator

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.recipes import provocations_of
from mockvoice.openapi.rules.common import Document, codes_in, operations_of
from mockvoice.openapi.vocabulary import Path, Report, resolve, walk

# Kinds of refusal every provider has to have an answer for; the others are needed only where they can happen.
_ALWAYS_REFUSED = ("unknown-path", "wrong-method", "crash")


def check_errors(document: Document, report: Report) -> None:
    """Every error code has a response with its status and media type, in each operation that may answer it."""
    components = document.get("components", {}).get("responses", {})
    operations = {operation_id: operation for _, operation_id, operation in operations_of(document)}
    for code, row in document["x-voice-errors"].items():
        place: Path = ("x-voice-errors", code)
        if "response" in row:
            if row["response"] not in components:
                report(
                    (*place, "response"),
                    f"no response component {row['response']!r}{did_you_mean(row['response'], components)}",
                )
            else:
                _check_media(place, row["response"], row, resolve(document, components[row["response"]]), report)
        elif not row.get("operations", operations):
            report(
                (*place, "operations"),
                "is empty, and no response component is named: nobody can answer this code",
            )
        if "except" in row and ("operations" in row or "response" in row):
            report((*place, "except"), "is for a row of all operations; expected neither operations nor response")
        default = [] if "response" in row else [one for one in operations if one not in row.get("except", ())]
        for operation_id in row.get("operations", default):
            responses = operations.get(operation_id, {}).get("responses", {})
            status = str(row["status"])
            if status not in responses:
                known = ", ".join(sorted(responses))
                report((*place, "status"), f"operation {operation_id!r} has no response {status}; it has {known}")
                continue
            _check_media(place, operation_id, row, resolve(document, responses[status]), report)


def _check_media(place: Path, operation_id: str, row: Document, response: Document, report: Report) -> None:
    content = response.get("content", {})
    body = row.get("body")
    if body is None:
        return
    wanted = row.get("media") or ("text/plain" if isinstance(body, str) else "application/json")
    if wanted.split(";")[0] not in {media.split(";")[0] for media in content}:
        known = ", ".join(content) or "none"
        report((*place, "body"), f"is {wanted}, but response {row['status']} of {operation_id!r} has {known}")


def _upstream_codes(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield every code that a precedence leaves to a server behind."""
    holders: list[tuple[Path, Document]] = [((), document)]
    holders += [(path, operation) for path, _, operation in operations_of(document)]
    for path, holder in holders:
        for code in holder.get("x-voice-precedence", {}).get("upstream", ()):
            yield (*path, "x-voice-precedence", "upstream"), code


def _limiting_codes(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield every code that a limit is refused with."""
    limits = document.get("x-voice-limits", {})
    for name, row in limits.get("windows", {}).items():
        yield from ((("x-voice-limits", "windows", name, "refusal"), code) for code in codes_in(row["refusal"]))
    if "at-once" in limits:
        yield ("x-voice-limits", "at-once", "refusal"), limits["at-once"]["refusal"]


def check_codes(document: Document, report: Report) -> None:
    """Refusals, limits, billing, fetches, triggers and provocations name rows of x-voice-errors."""
    errors = document["x-voice-errors"]
    named = [*_codes_of_tables(document), *_codes_of_operations(document), *_upstream_codes(document)]
    for place, code in named:
        if code not in errors:
            report(place, f"no row {code!r} in x-voice-errors{did_you_mean(code, errors)}")
    asked_for = (*_ALWAYS_REFUSED, *(("not-built",) if "x-voice-unbuilt" in document else ()))
    for kind in asked_for:
        if kind not in document["x-voice-refusals"]:
            report(("x-voice-refusals", kind), "is missing: every provider must have an answer for it")


def _codes_of_operations(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield every code that an operation or a schema names, and the refusals of the root."""
    holders: list[tuple[Path, Document]] = [((), document)]
    holders += [(path, operation) for path, _, operation in operations_of(document)]
    for path, holder in holders:
        for kind, value in holder.get("x-voice-refusals", {}).items():
            yield from (((*path, "x-voice-refusals", kind), code) for code in codes_in(value))
        for table in ("x-voice-billing", "x-voice-legal"):
            if path and table in holder:
                yield (*path, table, "refusal"), holder[table]["refusal"]
        refused = holder.get("x-voice-routing", {}).get("refusals", ())
        yield from (((*path, "x-voice-routing", "refusals"), code) for code in refused)
    for kind, path, node in walk(document, lambda _path, _message: None):
        if kind == "schema" and "x-voice-refusal" in node:
            yield (*path, "x-voice-refusal"), node["x-voice-refusal"]


# Tables whose rows name a code, and by which member.
_NAMING = (
    ("x-voice-tasks", "unknown"), ("x-voice-audio", "refusal"), ("x-voice-video", "refusal"),
    ("x-mock-triggers", "refuses"),
)  # fmt: skip


def _codes_of_tables(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield every code that a table at the root names."""
    yield from _limiting_codes(document)
    for table, member in _NAMING:
        for name, row in document.get(table, {}).items():
            if member in row:
                yield (table, name, member), row[member]
    for place, row in provocations_of(document):
        yield (*place, "code"), row["code"]
    for table in ("x-mock-unbehaved", "x-mock-faults"):
        yield from (((table, code), code) for code in document.get(table, {}))


def check_refusals_are_complete(document: Document, report: Report) -> None:
    """An operation with a key, a body or parameters has a code for each way in which these can be wrong."""
    for path, _, operation in operations_of(document):
        table = {**document["x-voice-refusals"], **operation.get("x-voice-refusals", {})}
        needed: set[str] = set()
        if any(operation.get("security", document.get("security", [])) or []):
            needed |= {"no-credential", "bad-credential", "malformed-credential", "revoked", "forbidden"}
            standings = {account.get("standing") for account in document["x-mock-accounts"].values()}
            needed |= {"expired"} & standings
        if "requestBody" in operation:
            needed |= {
                "too-large",
                "media-type",
                "malformed-body",
                "missing",
                "type",
                "enum",
                "bound",
                "format",
                "unknown-field",
            }
        if operation.get("parameters"):
            needed |= {"missing", "type", "enum", "bound", "format"}
        for kind in sorted(needed - set(table)):
            report(
                (*path, "x-voice-refusals", kind),
                "is missing here and at the root: a request can be refused for it",
            )
        for kind, value in table.items():
            if isinstance(value, dict) and "*" not in value:
                report((*path, "x-voice-refusals", kind), "names single fields but has no '*' for all others")
