"""Writes a run as JSON: everything it knows, for programs; keys come in a fixed order.

The format is `mockvoice-contract/1`: members may be added, never renamed, removed or given another meaning; for
that the number goes up.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from contract_tests.kit.reports import wording
from contract_tests.kit.verdicts import Record, Summary

FORMAT = "mockvoice-contract/1"
LEGEND: dict[str, Any] = {
    "verdict": {
        "holds": "every answer that was judged agrees with the fact",
        "broken": "an answer contradicts a fact that a document, a public page or a recording of the provider states",
        "differs from an assumption": "an answer contradicts a fact that is only assumed; fails a strict run only",
        "unverified": "nothing was judged; `reason` tells why",
        "observed": "the document allows several readings; `reason` or a finding tells which one was seen",
        "added": "an answer holds something that no document mentions",
    },
    "severity": {
        "breaking": "rests on a document",
        "risky": "rests on another public page, or on a recording",
        "assumption": "rests on a convention",
        "note": "fails nothing",
    },
    "exit": {
        "0": "nothing is broken",
        "1": "something is broken (or differs, in a strict run) and not accepted",
        "2": "called wrongly, or stopped after the plan",
        "3": "could not look",
    },
    "judged": "how many answers were judged",
    "credits": "the worst case of what was accepted, in `unit`",
    "seconds": "of wall-clock time",
    "started": "ISO 8601, UTC",
    "fact.pointer": "a JSON pointer into specs/<provider>.yaml",
    "accepted": "the baseline accepts this finding",
}


def render(summary: Summary) -> str:
    """Render a run as one JSON object, two blanks a level."""
    told = {
        "format": FORMAT,
        "version": summary.version,
        "provider": summary.provider,
        "target": summary.target,
        "profile": summary.profile,
        "strict": summary.strict,
        "seed": summary.seed,
        "started": summary.started,
        "seconds": round(summary.seconds, 3),
        "exit": {"code": summary.exit_code, "reason": summary.exit_reason},
        "unit": summary.unit,
        "requests": summary.requests,
        "credits": summary.credits,
        "verdicts": {verdict.value: count for verdict, count in summary.counts().items()},
        "readings": dict(sorted(summary.readings.items())),
        "leftovers": summary.leftovers,
        "accepted": sorted(summary.accepted),
        "records": [_record(record, summary) for record in summary.records],
        "legend": LEGEND,
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _record(record: Record, summary: Summary) -> dict[str, Any]:
    return {
        "claim": record.claim,
        "family": record.family,
        "sentence": wording.sentence(record.claim),
        "operation": record.operation,
        "nodeid": record.nodeid,
        "verdict": record.verdict.value,
        "fails": wording.fails(record, summary),
        "reason": record.reason,
        "judged": record.judged,
        "requests": record.requests,
        "credits": record.credits,
        "seconds": round(record.seconds, 3),
        "findings": [{**asdict(one), "accepted": one.id in summary.accepted} for one in record.findings],
    }
