"""Writes a run as Markdown, for people: verdicts by family, findings in full, what was not seen, the cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from contract_tests.kit.reports import wording
from contract_tests.kit.verdicts import Finding, Summary, Verdict

HEADS = {Verdict.DIFFERS: "differs"}
SPECIAL = re.compile(r"[\\`*<|]")


def render(summary: Summary) -> str:
    """Render a run; sections that would be empty are left out, but the cost and the table always stand."""
    sections = (_head, _table, _findings, _unverified, _readings, _leftovers, _cost)
    return "\n".join(line for section in sections for line in section(summary)) + "\n"


def _head(summary: Summary) -> Iterator[str]:
    yield f"# Contract of {_plain(summary.provider)} at {_code(summary.target)}"
    yield ""
    yield f"**Exit {summary.exit_code}: {_plain(summary.exit_reason) or 'no reason given'}.**"
    strict = ", strict" if summary.strict else ""
    yield f"Profile {summary.profile}{strict}, seed {summary.seed}, suite {summary.version}, started {summary.started}."
    yield ""


def _table(summary: Summary) -> Iterator[str]:
    yield "| family | " + " | ".join(HEADS.get(verdict, verdict.value) for verdict in Verdict) + " |"
    yield "| --- |" + " ---: |" * len(Verdict)
    rows = [(record.family, record.verdict) for record in summary.records]
    for family in dict.fromkeys(family for family, _ in rows):
        yield f"| {_plain(family)} | " + " | ".join(str(rows.count((family, verdict))) for verdict in Verdict) + " |"
    yield "| all | " + " | ".join(str(count) for count in summary.counts().values()) + " |"
    yield ""


def _findings(summary: Summary) -> Iterator[str]:
    found = wording.severest_first(summary.findings)
    yield f"## Findings: {len(found) or 'none'}"
    yield ""
    for number, finding in enumerate(found, 1):
        yield from _finding(number, finding, finding.id in summary.accepted)


def _finding(number: int, finding: Finding, accepted: bool) -> Iterator[str]:
    fact = finding.fact
    yield f"### {number}. {_plain(wording.sentence(finding.claim))}: {finding.verdict.value}"
    yield ""
    yield f"- Rule: {_code(wording.place(finding))}, {finding.severity}{', accepted by the baseline' * accepted}"
    yield f"- Fact: {_plain(fact.text)} ({_plain(fact.seen)}: {_plain(fact.source)}; {_code(fact.pointer)})"
    yield f"- Id: {_code(finding.id)}"
    compared = {"Expected": finding.expected, "Got": finding.got}
    short = {name: text for name, text in compared.items() if wording.cut(text) == text}
    yield from (f"- {name}: {_code(text)}" for name, text in short.items())
    yield ""
    blocks = [(name, text, "text") for name, text in compared.items() if name not in short]
    for name, text, language in (*blocks, ("Request", finding.curl, "sh"), ("Reply", finding.reply, "text")):
        if text:
            yield from (f"{name}:", "", *_fenced(text, language), "")


def _unverified(summary: Summary) -> Iterator[str]:
    places: dict[str, list[str]] = {}
    for record in summary.records:
        if record.verdict is Verdict.UNVERIFIED:
            places.setdefault(record.reason or "no reason given", []).append(wording.place(record))
    lines = [f"{_plain(reason)}: {', '.join(map(_code, named))}" for reason, named in places.items()]
    yield from _listed("Unverified", lines)


def _readings(summary: Summary) -> Iterator[str]:
    observed = [f"{_code(row)}: {_plain(reading)}" for row, reading in sorted(summary.readings.items())]
    yield from _listed("Observed readings", observed)


def _leftovers(summary: Summary) -> Iterator[str]:
    yield from _listed("Left behind (could not be deleted)", map(_plain, summary.leftovers))


def _cost(summary: Summary) -> Iterator[str]:
    yield "## Cost"
    yield ""
    credits = f"at most {summary.credits} {_plain(summary.unit)}"
    yield f"{summary.requests} requests, {credits}, {summary.seconds:.1f} seconds."


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from (f"## {title}", "", *(f"- {line}" for line in found), "")


def _plain(text: str) -> str:
    """Keep a text on one line and free of markup."""
    return SPECIAL.sub(lambda char: "\\" + char[0], " ".join(text.split()))


def _code(text: str) -> str:
    """Put a text on one line as a code span, whatever backticks are in it."""
    line = " ".join(text.split())
    if not line:
        return "``"
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def _fenced(text: str, language: str) -> Iterator[str]:
    """Put a text in a fence longer than any run of backticks in it; control characters are shown as escapes."""
    shown = "\n".join(text.rstrip("\r\n").split("\r\n"))
    fence = "`" * max(3, _longest_run(text) + 1)
    yield f"{fence}{language}"
    yield re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda char: f"\\x{ord(char[0]):02x}", shown)
    yield fence


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
