"""Knows how the x- tables of a spec must agree with each other and with its OpenAPI part."""

from __future__ import annotations

import itertools
import string
from collections.abc import Callable, Iterator
from typing import Any

from mockvoice.core.errors import IllegalTransition, SettingsError
from mockvoice.core.ids import make_ids
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.model import machine_of
from mockvoice.openapi.pointer import read
from mockvoice.openapi.values import VALUE_NAMES, WINDOW_VALUES
from mockvoice.openapi.vocabulary import METHODS, Path, resolve, walk

Report = Callable[[Path, str], None]
Document = dict[str, Any]

ROLES = (
    "mock-funded", "mock-empty", "mock-low", "mock-limited",
    "mock-other", "mock-revoked", "mock-forbidden", "mock-unlimited",
)  # fmt: skip

# Kinds of refusal every provider has to have an answer for; the others are needed only where they can happen.
_ALWAYS_REFUSED = ("unknown-path", "wrong-method", "crash")


def operations_of(document: Document) -> Iterator[tuple[Path, str, Document]]:
    """Yield (path in the document, operationId, operation)."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield ("paths", path, method), item[method].get("operationId", ""), item[method]


def check_operations(document: Document, report: Report) -> None:
    """Operation ids are there, unique, and whatever names an operation names an existing one."""
    ids: list[str] = []
    for path, operation_id, operation in operations_of(document):
        if not operation_id:
            report((*path, "operationId"), "is missing")
        if operation_id in ids:
            report((*path, "operationId"), f"{operation_id!r} stands twice")
        ids.append(operation_id)
        if not any(status.startswith("2") for status in operation["responses"]):
            report((*path, "responses"), "has no success status")
    for place, name in _operation_names(document):
        if name not in ids:
            report(place, f"no operation {name!r}{did_you_mean(name, ids)}")


def _operation_names(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield every place that names an operation."""
    for kind, path, node in walk(document, lambda _path, _message: None):
        if kind == "link":
            yield (*path, "operationId"), str(node.get("operationId"))
    for code, row in document["x-voice-errors"].items():
        for one in row.get("operations", ()):
            yield ("x-voice-errors", code, "operations"), one
    for name, row in document.get("x-mock-triggers", {}).items():
        yield ("x-mock-triggers", name, "operation"), row["operation"]
    for place, recipe in _recipes(document):
        if "operation" in recipe:
            yield (*place, "operation"), recipe["operation"]
    for name, row in document.get("x-mock-provocations", {}).items():
        for one in row.get("operations", ()):
            yield ("x-mock-provocations", name, "operations"), one


def _recipes(document: Document) -> Iterator[tuple[Path, Document]]:
    starts: list[tuple[Path, Document]] = [
        (("x-voice-ambiguities", row, "probe"), ambiguity["probe"])
        for row, ambiguity in document.get("x-voice-ambiguities", {}).items()
    ]
    starts += [
        (("x-mock-provocations", name, "request"), row["request"])
        for name, row in document.get("x-mock-provocations", {}).items()
    ]
    while starts:
        place, recipe = starts.pop()
        yield place, recipe
        starts += [((*place, "first", index), one) for index, one in enumerate(recipe.get("first", ()))]


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
        elif not row.get("operations", operations):
            report(
                (*place, "operations"),
                "is empty, and no response component is named: nobody can answer this code",
            )
        default = [] if "response" in row else list(operations)
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


def _codes_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        yield from value.values()


def _upstream_codes(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield every code that a precedence leaves to a server behind."""
    holders: list[tuple[Path, Document]] = [((), document)]
    holders += [(path, operation) for path, _, operation in operations_of(document)]
    for path, holder in holders:
        for code in holder.get("x-voice-precedence", {}).get("upstream", ()):
            yield (*path, "x-voice-precedence", "upstream"), code


def check_codes(document: Document, report: Report) -> None:
    """Refusals, limits, billing, fetches, triggers and provocations name rows of x-voice-errors."""
    errors = document["x-voice-errors"]
    named: list[tuple[Path, str]] = []

    def refusals(place: Path, table: Document) -> None:
        for kind, value in table.items():
            named.extend(((*place, kind), code) for code in _codes_in(value))

    refusals(("x-voice-refusals",), document["x-voice-refusals"])
    for path, _, operation in operations_of(document):
        refusals((*path, "x-voice-refusals"), operation.get("x-voice-refusals", {}))
        if "x-voice-billing" in operation:
            named.append(((*path, "x-voice-billing", "refusal"), operation["x-voice-billing"]["refusal"]))
    for name, row in document.get("x-voice-limits", {}).get("windows", {}).items():
        named.append((("x-voice-limits", "windows", name, "refusal"), row["refusal"]))
    for condition, row in document.get("x-voice-audio", {}).items():
        named.append((("x-voice-audio", condition, "refusal"), row["refusal"]))
    for name, row in document.get("x-mock-triggers", {}).items():
        if "refuses" in row:
            named.append((("x-mock-triggers", name, "refuses"), row["refuses"]))
    for name, row in document.get("x-mock-provocations", {}).items():
        named.append((("x-mock-provocations", name, "code"), row["code"]))
    named.extend(_upstream_codes(document))
    for code in document.get("x-mock-unbehaved", {}):
        named.append((("x-mock-unbehaved", code), code))
    for place, code in named:
        if code not in errors:
            report(place, f"no row {code!r} in x-voice-errors{did_you_mean(code, errors)}")
    for kind in _ALWAYS_REFUSED:
        if kind not in document["x-voice-refusals"]:
            report(("x-voice-refusals", kind), "is missing: every provider must have an answer for it")


def check_refusals_are_complete(document: Document, report: Report) -> None:
    """An operation with a key, a body or parameters has a code for each way in which these can be wrong."""
    for path, _, operation in operations_of(document):
        table = {**document["x-voice-refusals"], **operation.get("x-voice-refusals", {})}
        needed: set[str] = set()
        if any(operation.get("security", document.get("security", [])) or []):
            needed |= {"no-credential", "bad-credential", "malformed-credential", "revoked", "forbidden"}
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


def check_limits(document: Document, report: Report) -> None:
    """Operations, accounts and header values name existing windows; header values are known."""
    windows = document.get("x-voice-limits", {}).get("windows", {})
    named: list[tuple[Path, str]] = []
    for path, _, operation in operations_of(document):
        for index, name in enumerate(operation.get("x-voice-limits", {}).get("apply", ())):
            named.append(((*path, "x-voice-limits", "apply", index), name))
    for role, account in document["x-mock-accounts"].items():
        for table in ("allowances", "used"):
            named += [(("x-mock-accounts", role, table), name) for name in account.get(table, {})]
    for kind, path, node in walk(document, lambda _path, _message: None):
        if kind != "header" or "$ref" in node:
            continue
        value, _, argument = node.get("x-voice-value", "").partition(":")
        if not value:
            if "const" not in node.get("schema", {}) and "x-mock-value" not in node:
                report(
                    (*path, "x-voice-value"),
                    "is missing: say what the header tells, give its schema a const, or an x-mock-value",
                )
        elif value not in VALUE_NAMES:
            report((*path, "x-voice-value"), f"unknown value {value!r}{did_you_mean(value, VALUE_NAMES)}")
        elif value in WINDOW_VALUES:
            named.append(((*path, "x-voice-value"), argument))
    for place, name in named:
        if name not in windows:
            report(place, f"no window {name!r} in x-voice-limits{did_you_mean(name, windows)}")


def check_precedence(document: Document, report: Report) -> None:
    """A body is read before it is validated, and validated before its audio is judged."""
    orders: list[tuple[Path, Document, Document]] = []
    for path, _, operation in operations_of(document):
        table = operation.get("x-voice-precedence", document.get("x-voice-precedence"))
        if table is None:
            report(("x-voice-precedence",), "is missing")
            return
        orders.append(((*path, "x-voice-precedence", "order"), table, operation))
    for place, table, operation in orders:
        upstream = table.get("upstream", ())
        position = {stage: index for index, stage in enumerate(table["order"])}
        for earlier, later in itertools.pairwise(("body", "validate", "media")):
            if position[earlier] > position[later]:
                report(place, f"{later!r} cannot speak before {earlier!r}")
        for later in ("limits", "credits"):
            if position[later] < position["auth"]:
                report(place, f"{later!r} cannot speak before 'auth': it depends on the account")
        billing = operation.get("x-voice-billing")
        if billing is None:
            continue
        if position["credits"] < position["validate"] and not _is_flat(billing):
            report(place, "'credits' cannot speak before 'validate': the price depends on the request")
        types = {**document["x-voice-refusals"], **operation.get("x-voice-refusals", {})}.get("type", "")
        if "hold" not in billing and set(upstream) & set(_codes_in(types)):
            report(place, "a code of 'type' cannot be an upstream's: what is of a wrong type has no price")
        if (
            billing["measure"] == "audio-milliseconds"
            and "hold" not in billing
            and position["credits"] < position["media"]
        ):
            report(
                place,
                "'credits' cannot speak before 'media': the price depends on the audio, and no fixed hold is given",
            )


def _is_flat(billing: Document) -> bool:
    """Say whether the hold is the same for every request, so that it is known before the request is read."""
    return "hold" in billing or (
        billing["measure"] == "calls" and all(isinstance(step["give"], int) for step in billing["steps"])
    )


def check_tasks(document: Document, report: Report) -> None:
    """States equal the schema's enum, all are reachable, terminal ones have no way out, triggers use real edges."""
    for name, row in document.get("x-voice-tasks", {}).items():
        place: Path = ("x-voice-tasks", name)
        try:
            enum = read(document, row["enum"])
        except (KeyError, ValueError):
            report((*place, "enum"), f"nothing at {row['enum']!r}")
            continue
        states = {row["initial"], row["success"], *row["terminal"], *row["edges"]}
        states |= {following for ways in row["edges"].values() for following in ways} | set(row["progress"])
        for state in sorted(states - set(enum)):
            report(place, f"state {state!r} is not in the enum at {row['enum']}{did_you_mean(state, enum)}")
        for state in enum:
            if state not in states:
                report(
                    (*place, "edges"),
                    f"the enum has {state!r}, the machine has not{did_you_mean(state, states)}",
                )
        machine = machine_of(name, row)
        for state in sorted(states - machine.reachable()):
            report((*place, "edges"), f"state {state!r} cannot be reached from {machine.initial!r}")
        for state in row["terminal"]:
            if row["edges"].get(state):
                report(
                    (*place, "edges", state),
                    f"{state!r} is terminal, yet has a way out to {row['edges'][state]}",
                )
        for state in sorted(states - set(row["terminal"])):
            if not row["edges"].get(state):
                report((*place, "edges"), f"{state!r} has no way out, yet is not terminal")
        if row["success"] not in row["terminal"]:
            report((*place, "success"), f"{row['success']!r} is not terminal")
    _check_pace_and_triggers(document, report)


def _check_pace_and_triggers(document: Document, report: Report) -> None:
    machines = document.get("x-voice-tasks", {})
    for name, pace in document.get("x-mock-pace", {}).items():
        if name not in machines:
            report(("x-mock-pace", name), f"no machine {name!r}{did_you_mean(name, machines)}")
            continue
        for state in pace:
            if state not in machines[name]["edges"] or state in machines[name]["terminal"]:
                known = [one for one in machines[name]["edges"] if one not in machines[name]["terminal"]]
                report(("x-mock-pace", name, state), f"is no state that ends{did_you_mean(state, known)}")
    states = {state for row in machines.values() for state in row["edges"]}
    for name, row in document.get("x-mock-triggers", {}).items():
        after = row.get("fails-after")
        if after is None:
            continue
        place: Path = ("x-mock-triggers", name, "fails-after")
        if after not in states:
            report(place, f"no state {after!r}{did_you_mean(after, states)}")
            continue
        fitting = [
            machine_of(one, table)
            for one, table in machines.items()
            if after in table["edges"] and any(end != table["success"] for end in table["terminal"])
        ]
        for machine in fitting:
            failing = next(state for state in sorted(machine.terminal) if state != machine.success)
            try:
                machine.way_to_failure(failing, after)
            except IllegalTransition as error:
                report(place, str(error))


def check_accounts(document: Document, report: Report) -> None:
    """Every role is there, with a token of its own."""
    accounts = document["x-mock-accounts"]
    for role in ROLES:
        if role not in accounts:
            report(("x-mock-accounts", role), "is missing")
    for role in accounts:
        if role not in ROLES:
            report(("x-mock-accounts", role), f"unknown role{did_you_mean(role, ROLES)}")
    tokens = [account["token"] for account in accounts.values()]
    for role, account in accounts.items():
        if tokens.count(account["token"]) > 1:
            report(("x-mock-accounts", role, "token"), f"{account['token']!r} belongs to another role as well")


def check_ambiguities(document: Document, report: Report) -> None:
    """The default of a row is one of its readings."""
    for row, ambiguity in document.get("x-voice-ambiguities", {}).items():
        if ambiguity["default"] not in ambiguity["readings"]:
            known = ambiguity["readings"]
            report(
                ("x-voice-ambiguities", row, "default"),
                f"no reading {ambiguity['default']!r}{did_you_mean(ambiguity['default'], known)}",
            )


def check_patterns(document: Document, report: Report) -> None:
    """Id patterns can be made, and error templates have balanced braces."""
    for name, pattern in document.get("x-mock-ids", {}).items():
        try:
            make_ids(pattern, "check")
        except SettingsError as error:
            report(("x-mock-ids", name), str(error))
    for code, row in document["x-voice-errors"].items():
        for text in _texts(row.get("body")):
            try:
                list(string.Formatter().parse(text))
            except ValueError as error:
                report(("x-voice-errors", code, "body"), f"{text!r}: {error}; a literal brace is written twice")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


CHECKS: tuple[Callable[[Document, Report], None], ...] = (
    check_operations, check_errors, check_codes, check_refusals_are_complete, check_limits, check_precedence,
    check_tasks, check_accounts, check_ambiguities, check_patterns,
)  # fmt: skip
