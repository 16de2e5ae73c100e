"""The plan: what a run may send and cost at most, by operation, told before the first request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.claims import Announcement, operation_of
from contract_tests.kit.facts import Facts, Operation


@dataclass(frozen=True)
class Row:
    """What the claims of one operation may send at most. `credits` are in the provider's unit."""

    operation: str
    calls: int
    credits: int
    code_points: int
    audio_seconds: float
    creates: str


@dataclass(frozen=True)
class Share:
    """What one claim may send at most."""

    operation: str
    calls: int
    credits: int
    paid: int
    scale: int
    creates: str


def share_of(facts: Facts, amounts: Amounts, announcement: Announcement, case: Any) -> Share:
    """Return what a claim announces for a case, in numbers."""
    operation = operation_of(case)
    calls = announcement.counted("calls", facts, case)
    paid = announcement.counted("paid", facts, case)
    if operation is None:
        dearest = max((amounts.of_example(one) for one in facts.operations.values()), default=0)
    elif (operation.billing or {}).get("measure") == "calls":
        paid, dearest = calls, amounts.of_example(operation)
    else:
        dearest = amounts.of_example(operation)
    credits = paid * dearest * announcement.scale
    return Share(operation.id if operation else "-", calls, credits, paid, announcement.scale, announcement.creates)


def plan(facts: Facts, amounts: Amounts, shares: Iterable[Share]) -> list[Row]:
    """Return the plan's rows, one an operation, in the order of the spec."""
    calls: Counter[str] = Counter()
    credits: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    creates: dict[str, Counter[str]] = {}
    for one in shares:
        calls[one.operation] += one.calls
        credits[one.operation] += one.credits
        paid[one.operation] += one.paid * one.scale
        if one.creates:
            creates.setdefault(one.operation, Counter())[one.creates] += 1
    rows = []
    for name in [*facts.operations, "-"]:
        if not calls[name]:
            continue
        operation = facts.operations.get(name)
        made = ", ".join(f"{count} {what}" for what, count in creates.get(name, Counter()).items())
        rows.append(Row(name, calls[name], credits[name], *_measured(amounts, operation, paid[name]), made))
    return rows


def _measured(amounts: Amounts, operation: Operation | None, paid: int) -> tuple[int, float]:
    """Return code points and seconds of audio of so many documented examples."""
    if operation is None or operation.billing is None:
        return 0, 0.0
    measure = operation.billing["measure"]
    if measure == "code-points":
        return paid * len(str(operation.example.get(operation.billing["field"], ""))), 0.0
    if measure in {"audio-milliseconds", "upload-bytes"}:
        return 0, round(paid * amounts.example_milliseconds(operation) / 1000, 1)
    return 0, 0.0


def as_event(rows: list[Row], claims: int, unit: str) -> dict[str, Any]:
    """Return the plan as an event."""
    return {
        "event": "plan",
        "rows": [asdict(row) for row in rows],
        "claims": claims,
        "requests": sum(row.calls for row in rows),
        "credits": sum(row.credits for row in rows),
        "unit": unit,
    }


def as_text(rows: list[Row], claims: int, unit: str) -> str:
    """Return the plan as lines for a person."""
    lines = [f"The plan: {claims} claims, at most {sum(row.calls for row in rows):,} requests and"
             f" {sum(row.credits for row in rows):,} {unit}"]  # fmt: skip
    for row in rows:
        extra = [f"{row.code_points:,} characters"] if row.code_points else []
        extra += [f"{row.audio_seconds:,} s of audio"] if row.audio_seconds else []
        extra += [f"creates {row.creates}"] if row.creates else []
        tail = f" ({', '.join(extra)})" if extra else ""
        lines.append(f"  {row.operation:<24} {row.calls:>6,} requests {row.credits:>12,} {unit}{tail}")
    return "\n".join(lines)
