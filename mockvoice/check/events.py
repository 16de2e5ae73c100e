"""Knows what the suite tells while it runs, line by line, and what has been told so far. Prints nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from mockvoice.check.keys import Masker


class Verdict(StrEnum):
    """How a claim can end."""

    HOLDS = "holds"
    BROKEN = "broken"
    DIFFERS = "differs from an assumption"
    UNVERIFIED = "unverified"
    OBSERVED = "observed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Fact:
    """What a claim rests on."""

    pointer: str = ""
    text: str = ""
    seen: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation or news, with the request and the reply that show it."""

    id: str
    verdict: Verdict
    severity: str = ""
    claim: str = ""
    operation: str = "-"
    fact: Fact = Fact()
    expected: str = ""
    got: str = ""
    curl: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The plan of one operation, at worst."""

    operation: str
    calls: int = 0
    credits: int = 0
    code_points: int = 0
    audio_seconds: float = 0.0
    creates: str = ""
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the run will do at worst, told before the first request."""

    rows: tuple[Row, ...] = ()
    claims: int = 0
    requests: int = 0
    credits: int = 0
    beyond: int = 0
    unit: str = "credits"


@dataclass(frozen=True, slots=True)
class Start:
    """A claim that is looked at now."""

    claim: str
    operation: str = "-"


@dataclass(frozen=True, slots=True)
class Record:
    """A claim that has been looked at."""

    claim: str
    verdict: Verdict
    operation: str = "-"
    reason: str = ""
    judged: int = 0
    requests: int = 0
    credits: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def family(self) -> str:
        """What stands before the first dot."""
        return self.claim.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the user."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The suite's last word."""

    exit_code: int
    exit_reason: str = ""
    requests: int = 0
    credits: int = 0
    seconds: float = 0.0
    leftovers: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()


Event = Plan | Start | Record | Note | End
_KINDS: Mapping[str, type] = {"plan": Plan, "start": Start, "record": Record, "note": Note, "end": End}


def read_event(line: str, masker: Masker) -> Event | None:
    """Return what a line tells, without keys; None for a kind nobody knows here. Raises ValueError for a bad line."""
    try:
        told = masker.value(json.loads(line))
        kind = _KINDS.get(told["event"])
        return None if kind is None else _make(kind, told)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


def _texts(told: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in told)


# How a member becomes what its field holds; the name of the field's type is the key.
_READERS: Mapping[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "Verdict": Verdict,
    "Fact": lambda told: _make(Fact, told),
    "tuple[str, ...]": _texts,
    "tuple[Row, ...]": lambda told: tuple(_make(Row, one) for one in told),
    "tuple[Finding, ...]": lambda told: tuple(_make(Finding, one) for one in told),
    "Mapping[str, str]": lambda told: {str(name): str(one) for name, one in told.items()},
}


def _make(kind: type, told: Mapping[str, Any]) -> Any:
    """Fill a dataclass; what is absent or null keeps its default, what has none raises TypeError."""
    given = {one.name: one.type for one in fields(kind) if told.get(one.name) is not None}
    return kind(**{name: _READERS[str(sort)](told[name]) for name, sort in given.items()})


@dataclass
class Tally:
    """All that was told so far."""

    plan: Plan | None = None
    current: Start | None = None
    records: list[Record] = field(default_factory=list)
    end: End | None = None

    def take(self, event: Event) -> None:
        """Count an event in."""
        match event:
            case Plan():
                self.plan = event
            case Start():
                self.current = event
            case Record():
                self.records.append(event)
            case End():
                self.end = event

    @property
    def unit(self) -> str:
        """What money is counted in."""
        return self.plan.unit if self.plan else "credits"

    @property
    def claims(self) -> int:
        """How many claims there are; more than planned when more were told."""
        return max(self.plan.claims if self.plan else 0, len(self.records))

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self.end.requests if self.end else sum(one.requests for one in self.records)

    @property
    def credits(self) -> int:
        """What the accepted requests cost, at worst."""
        return self.end.credits if self.end else sum(one.credits for one in self.records)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many claims ended how."""
        return Counter(one.verdict for one in self.records)

    def families(self) -> dict[str, Counter[Verdict]]:
        """Return the same by family, in the order in which they came."""
        found: dict[str, Counter[Verdict]] = {}
        for record in self.records:
            found.setdefault(record.family, Counter())[record.verdict] += 1
        return found

    def findings(self, verdict: Verdict) -> dict[str, list[Finding]]:
        """Return the findings of a verdict by id, accepted ones too, in the order in which they came."""
        found: dict[str, list[Finding]] = {}
        for finding in self._all_findings():
            if finding.verdict is verdict:
                found.setdefault(finding.id, []).append(finding)
        return found

    def _all_findings(self) -> Iterator[Finding]:
        for record in self.records:
            yield from record.findings
