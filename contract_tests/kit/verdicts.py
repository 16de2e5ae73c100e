"""What a claim ends as, and what a run comes to; plain data, knows nothing of HTTP, pytest or any report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How a claim ended; the values are the words shown to people and written into reports."""

    HOLDS = "holds"
    BROKEN = "broken"
    DIFFERS = "differs from an assumption"
    UNVERIFIED = "unverified"
    OBSERVED = "observed"
    ADDED = "added"


# How sure a fact is, and what breaking it amounts to.
SEVERITIES: Mapping[str, str] = {
    "document": "breaking",
    "published": "risky",
    "recorded": "risky",
    "assumed": "assumption",
}
NOTE = "note"
# The worst comes first: a claim with several findings ends as the first of these that is among them.
WORST_FIRST = (Verdict.BROKEN, Verdict.DIFFERS, Verdict.OBSERVED, Verdict.ADDED)


@dataclass(frozen=True)
class Fact:
    """What a claim rests on: a place in `specs/<provider>.yaml`, in words, with where it was read.

    `pointer` is a JSON pointer, `seen` one of document, published, assumed, recorded,
    `source` the document's file name or the key of a page.
    """

    pointer: str
    text: str
    seen: str
    source: str


@dataclass(frozen=True)
class Finding:
    """One deviation or note: the fact, what was expected, what came, and how to ask again (keys masked)."""

    id: str
    verdict: Verdict
    severity: str
    claim: str
    operation: str
    fact: Fact
    expected: str
    got: str
    curl: str
    reply: str


@dataclass
class Record:
    """One claim after its end; `credits` is the worst case of what was accepted, in the provider's unit."""

    claim: str
    operation: str
    nodeid: str
    verdict: Verdict
    reason: str = ""
    judged: int = 0
    findings: list[Finding] = field(default_factory=list)
    requests: int = 0
    credits: int = 0
    seconds: float = 0.0

    @property
    def family(self) -> str:
        """The part of the claim before its first dot, e.g. `audio`."""
        return self.claim.partition(".")[0]


@dataclass
class Summary:
    """One whole run: what every report is written from. `started` is ISO 8601 in UTC, `accepted` holds finding ids."""

    provider: str
    unit: str
    target: str
    profile: str
    strict: bool
    seed: int
    started: str
    version: str
    records: list[Record] = field(default_factory=list)
    readings: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    credits: int = 0
    seconds: float = 0.0
    leftovers: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    exit_code: int = 0
    exit_reason: str = ""

    @property
    def findings(self) -> list[Finding]:
        """All findings in the order of their records; one id may stand there more than once."""
        return [one for record in self.records for one in record.findings]

    def counts(self) -> dict[Verdict, int]:
        """How many claims ended as what; every verdict is there, zeros included."""
        return {verdict: sum(record.verdict is verdict for record in self.records) for verdict in Verdict}


def severity_of(seen: str) -> str:
    """Tell what breaking a fact amounts to: breaking, risky or assumption.

    Raises ValueError for a `seen` that is none of document, published, assumed, recorded.
    """
    if seen not in SEVERITIES:
        raise ValueError(f"a fact's `seen` is {seen!r}; expected one of {', '.join(SEVERITIES)}")
    return SEVERITIES[seen]


def verdict_of(seen: str) -> Verdict:
    """Tell what a claim ends as when its fact is contradicted: a mere assumption is not broken, it differs."""
    return Verdict.DIFFERS if severity_of(seen) == "assumption" else Verdict.BROKEN


def finding_id(provider: str, operation: str, claim: str, pointer: str) -> str:
    """Join the four into an id that is the same in every run: no time, no seed, no value of the answer in it."""
    return ".".join((provider, operation or "-", claim, pointer.removeprefix("#") or "/"))


def finding(
    provider: str, operation: str, claim: str, fact: Fact, *, expected: str, got: str, curl: str = "", reply: str = ""
) -> Finding:
    """Make the finding of a contradicted fact; its verdict and severity follow from how sure the fact is."""
    return Finding(
        finding_id(provider, operation, claim, fact.pointer),
        verdict_of(fact.seen),
        severity_of(fact.seen),
        claim,
        operation,
        fact,
        expected,
        got,
        curl,
        reply,
    )


def note(
    provider: str,
    operation: str,
    claim: str,
    fact: Fact,
    *,
    verdict: Verdict,
    expected: str,
    got: str,
    curl: str = "",
    reply: str = "",
) -> Finding:
    """Make a finding that never fails a run: an OBSERVED reading, or something ADDED to an answer.

    Raises ValueError for any other verdict.
    """
    if verdict not in {Verdict.OBSERVED, Verdict.ADDED}:
        raise ValueError(f"a note is observed or added, never {verdict.value!r}")
    ident = finding_id(provider, operation, claim, fact.pointer)
    return Finding(ident, verdict, NOTE, claim, operation, fact, expected, got, curl, reply)


def concluded(findings: Iterable[Finding], judged: int) -> Verdict:
    """Tell what a claim ends as: its worst finding; without one it holds, unless nothing was judged."""
    found = {one.verdict for one in findings}
    worst = next((verdict for verdict in WORST_FIRST if verdict in found), None)
    if worst in {Verdict.BROKEN, Verdict.DIFFERS}:
        return worst
    if judged == 0:
        return Verdict.UNVERIFIED
    return worst or Verdict.HOLDS
