"""Writes a run as SARIF 2.1.0, for code scanning: one rule a claim, one result a finding, placed at its fact."""

from __future__ import annotations

import json
from typing import Any

from contract_tests.kit.reports import wording
from contract_tests.kit.verdicts import Finding, Summary, Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"breaking": "error", "risky": "warning", "assumption": "note", "note": "note"}
LOOKED = (0, 1)  # exit codes of runs that came to their end


def render(summary: Summary) -> str:
    """Render a run as one SARIF log with one run in it."""
    rules = {claim: at for at, claim in enumerate(sorted({record.claim for record in summary.records}))}
    run = {
        "tool": {
            "driver": {
                "name": "mockvoice contract suite",
                "version": summary.version,
                "rules": [_rule(claim) for claim in rules],
            }
        },
        "automationDetails": {"id": f"contract/{summary.provider}/{summary.profile}/"},
        "originalUriBaseIds": {"SRCROOT": {"description": _text("the folder that holds specs/")}},
        "invocations": [_invocation(summary, rules)],
        "results": [_result(one, summary, rules) for one in summary.findings],
        "properties": {
            "provider": summary.provider,
            "target": summary.target,
            "profile": summary.profile,
            "strict": summary.strict,
            "seed": summary.seed,
            "requests": summary.requests,
            "credits": summary.credits,
            "unit": summary.unit,
            "readings": dict(sorted(summary.readings.items())),
            "leftovers": summary.leftovers,
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(claim: str) -> dict[str, Any]:
    return {
        "id": claim,
        "shortDescription": _text(wording.sentence(claim)),
        "properties": {"tags": [claim.partition(".")[0]]},
    }


def _invocation(summary: Summary, rules: dict[str, int]) -> dict[str, Any]:
    return {
        "executionSuccessful": summary.exit_code in LOOKED,
        "exitCode": summary.exit_code,
        "exitCodeDescription": summary.exit_reason,
        "startTimeUtc": summary.started,
        "toolExecutionNotifications": [
            {
                "level": "note",
                "message": _text(f"{wording.place(record)} is unverified: {record.reason}"),
                "associatedRule": {"id": record.claim, "index": rules[record.claim]},
            }
            for record in summary.records
            if record.verdict is Verdict.UNVERIFIED
        ],
    }


def _result(finding: Finding, summary: Summary, rules: dict[str, int]) -> dict[str, Any]:
    fact = finding.fact
    said = f"{wording.place(finding)}: expected {finding.expected}; got {finding.got}. The fact: {fact.text}"
    result = {
        "ruleId": finding.claim,
        **({"ruleIndex": rules[finding.claim]} if finding.claim in rules else {}),
        "level": _level(finding, summary),
        "message": _text(f"{said} ({fact.seen}: {fact.source})."),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"specs/{summary.provider}.yaml", "uriBaseId": "SRCROOT"}
                },
                "logicalLocations": [{"fullyQualifiedName": fact.pointer, "kind": "object"}],
            }
        ],
        "partialFingerprints": {"findingId/v1": finding.id},
        "properties": {
            "verdict": finding.verdict.value,
            "severity": finding.severity,
            "operation": finding.operation,
            "seen": fact.seen,
            "source": fact.source,
            "expected": finding.expected,
            "got": finding.got,
            "request": finding.curl,
            "reply": finding.reply,
        },
    }
    if finding.id in summary.accepted:
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": "in the baseline"}]
    return result


def _level(finding: Finding, summary: Summary) -> str:
    if summary.strict and finding.severity == "assumption":
        return "warning"
    return LEVELS.get(finding.severity, "warning")


def _text(text: str) -> dict[str, str]:
    """Make a plain text message; braces would be placeholders (SARIF 2.1.0, 3.11.5), so they are doubled."""
    return {"text": text.replace("{", "{{").replace("}", "}}")}
