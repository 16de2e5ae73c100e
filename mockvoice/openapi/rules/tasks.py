"""Knows when a task machine, its pace and its triggers are sound."""

from __future__ import annotations

from mockvoice.core.errors import IllegalTransition
from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.model import machine_of
from mockvoice.openapi.pointer import read
from mockvoice.openapi.rules.common import Document, answers_of, members_at, operations_of
from mockvoice.openapi.vocabulary import Path, Report


def check_tasks(document: Document, report: Report) -> None:
    """States equal the schema's enum, all are reachable, terminal ones have no way out, triggers use real edges."""
    for name, row in document.get("x-voice-tasks", {}).items():
        place: Path = ("x-voice-tasks", name)
        try:
            enum = read(document, row["enum"])
        except (KeyError, ValueError):
            report((*place, "enum"), f"nothing at {row['enum']!r}")
            continue
        if not isinstance(enum, list):
            report((*place, "enum"), f"expected a list of states at {row['enum']!r}, got {type(enum).__name__}")
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
        _check_standing(document, name, row, report)
    _check_pace_and_triggers(document, report)


# Where something stands, and whose answer has to have it there.
_STANDING = (
    ("id", ("create", "status")), ("state", ("create", "status")), ("progress-at", ("status",)),
    ("result-at", ("status",)), ("error-at", ("status",)),
)  # fmt: skip


def _check_standing(document: Document, name: str, row: Document, report: Report) -> None:
    """What is said to stand in the answers of a machine's operations is a member of them."""
    _check_counts(document, name, row, report)
    operations = {operation_id: operation for _, operation_id, operation in operations_of(document)}
    for key, places in _STANDING:
        for asked in places if key in row else ():
            # One place for both, or one for each; what is not told by one of them has no place there.
            pointer = row[key].get(asked) if isinstance(row[key], dict) else row[key]
            for told in (row[asked], *(row.get("others", ()) if asked == "create" else ())):
                operation = operations.get(told)
                if operation is None or pointer is None:
                    continue  # the former is said where operations are named
                schemas = [schema for _, schema in answers_of(document, operation)]
                if not any(members_at(document, schema, pointer) for schema in schemas):
                    report(("x-voice-tasks", name, key), f"the answer of {told!r} has nothing at {pointer}")


def _check_counts(document: Document, name: str, row: Document, report: Report) -> None:
    """Counts stand in the answer that is named, one for each state."""
    counts = row.get("counts")
    if counts is None:
        return
    place: Path = ("x-voice-tasks", name, "counts")
    states = {row["initial"], row["success"], *row["terminal"], *row["edges"]}
    for state in counts["states"]:
        if state not in states:
            report((*place, "states", state), f"no such state of the machine{did_you_mean(state, states)}")
    for state in sorted(states - set(counts["states"])):
        report((*place, "states"), f"says nothing of the state {state!r}")
    operation = next((one for _, known, one in operations_of(document) if known == counts["operation"]), None)
    if operation is None:
        return  # said where operations are named
    for member in (counts["total"], *counts["states"].values()):
        pointer = f"{counts['at']}/{member}"
        if not any(members_at(document, schema, pointer) for _, schema in answers_of(document, operation)):
            report(place, f"the answer of {counts['operation']!r} has nothing at {pointer}")


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
            try:
                machine.way_to_failure(machine.failing(after), after)
            except IllegalTransition as error:
                report(place, str(error))
