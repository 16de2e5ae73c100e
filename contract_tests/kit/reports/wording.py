"""Puts claims, findings and ends into words that all reports share; knows no format of a report."""

from __future__ import annotations

from collections.abc import Iterable

from contract_tests.kit.verdicts import Finding, Record, Summary, Verdict

SEVEREST_FIRST = ("breaking", "risky", "assumption", "note")
SHORT_CHARACTERS = 200


def sentence(claim: str) -> str:
    """Read a claim's name as the sentence it is: `audio.speed_halves_it` says "speed halves it"."""
    return claim.partition(".")[2].replace("_", " ") or claim


def place(record: Record | Finding) -> str:
    """Name a claim with its operation: `audio.speed_halves_it[createSpeech]`."""
    return record.claim if record.operation in {"", "-"} else f"{record.claim}[{record.operation}]"


def cut(text: str) -> str:
    """Put a text on one line of at most 200 characters."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT_CHARACTERS else line[: SHORT_CHARACTERS - 1] + "…"


def told(finding: Finding) -> str:
    """Tell a finding in full: rule, fact with its source, expected and got, the request and the reply."""
    fact = finding.fact
    parts = {
        "rule": f"{sentence(finding.claim)} ({place(finding)})",
        "verdict": f"{finding.verdict.value}, {finding.severity}",
        "fact": f"{fact.text} ({fact.seen}: {fact.source}; {fact.pointer})",
        "expected": finding.expected,
        "got": finding.got,
        "request": finding.curl,
        "reply": finding.reply,
        "id": finding.id,
    }
    return "\n".join(f"{name}: {_indented(text)}" for name, text in parts.items() if text)


def failing_verdicts(summary: Summary) -> frozenset[Verdict]:
    """Tell which verdicts fail the run: what is broken, and with --strict what differs from an assumption."""
    return frozenset({Verdict.BROKEN, Verdict.DIFFERS} if summary.strict else {Verdict.BROKEN})


def failing(record: Record, summary: Summary) -> list[Finding]:
    """Pick the findings that fail the run: of a failing verdict, and not accepted by the baseline."""
    verdicts, accepted = failing_verdicts(summary), set(summary.accepted)
    return [one for one in record.findings if one.verdict in verdicts and one.id not in accepted]


def fails(record: Record, summary: Summary) -> bool:
    """Tell whether a claim fails the run; one that ended badly without a finding does, too."""
    return bool(failing(record, summary)) or (not record.findings and record.verdict in failing_verdicts(summary))


def severest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings by severity, else as they came; an unknown severity comes last."""
    ranks = {severity: rank for rank, severity in enumerate(SEVEREST_FIRST)}
    return sorted(findings, key=lambda one: ranks.get(one.severity, len(ranks)))


def _indented(text: str) -> str:
    return "\n  ".join(text.splitlines()) if "\n" in text else text
