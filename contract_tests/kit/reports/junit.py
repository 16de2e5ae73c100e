"""Writes a run as JUnit XML, for CI servers: one suite a family, one test case a claim (schemas/junit-10.xsd)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as XML

from contract_tests.kit.reports import wording
from contract_tests.kit.verdicts import Finding, Record, Summary, Verdict

# All that XML 1.0 forbids, even as a character reference.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A run that ended so looked at nothing, or not at all of it: its skipped cases alone would look like success.
COULD_NOT_LOOK = (2, 3)


def render(summary: Summary) -> str:
    """Render a run as one `testsuites` element."""
    root = XML.Element("testsuites", name=f"contract of {summary.provider}")
    for family in dict.fromkeys(record.family for record in summary.records):
        records = [record for record in summary.records if record.family == family]
        _suite(
            root, summary, family, [_case(record, summary) for record in records], sum(one.seconds for one in records)
        )
    if summary.exit_code in COULD_NOT_LOOK:
        _suite(root, summary, "run", [_stopped(summary)], 0.0)
    suites = list(root)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", _seconds(summary.seconds))
    XML.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + XML.tostring(root, encoding="unicode") + "\n"


def allowed(text: str) -> str:
    """Show what XML forbids as `\\x1b`, `\\ufffe` or `\\udc80`."""
    return FORBIDDEN.sub(
        lambda char: f"\\x{ord(char[0]):02x}" if ord(char[0]) < 256 else f"\\u{ord(char[0]):04x}", text
    )


def _suite(root: XML.Element, summary: Summary, family: str, cases: list[XML.Element], seconds: float) -> None:
    suite = XML.SubElement(
        root,
        "testsuite",
        name=allowed(f"{summary.provider}.{family}"),
        tests=str(len(cases)),
        failures=str(_holding(cases, "failure")),
        errors=str(_holding(cases, "error")),
        skipped=str(_holding(cases, "skipped")),
        time=_seconds(seconds),
        timestamp=allowed(summary.started),
    )
    properties = XML.SubElement(suite, "properties")
    for name in ("provider", "target", "profile", "strict", "seed", "version", "requests", "credits", "unit"):
        XML.SubElement(properties, "property", name=name, value=allowed(str(getattr(summary, name))))
    suite.extend(cases)


def _case(record: Record, summary: Summary) -> XML.Element:
    module, _, name = record.nodeid.rpartition("::")
    case = XML.Element(
        "testcase",
        name=allowed(name or wording.place(record)),
        classname=allowed("contract_tests." + (module.removesuffix(".py").replace("/", ".") or record.family)),
        time=_seconds(record.seconds),
    )
    failing = wording.failing(record, summary)
    if wording.fails(record, summary):
        _failure(case, record, failing)
    elif record.verdict is Verdict.UNVERIFIED:
        skipped = XML.SubElement(case, "skipped", type="unverified", message=allowed(wording.cut(record.reason)))
        skipped.text = allowed(record.reason)
    rest = [one for one in record.findings if one not in failing]
    if rest or (record.reason and record.verdict is not Verdict.UNVERIFIED):
        output = [f"{record.verdict.value}: {record.reason}" if record.reason else record.verdict.value]
        output += [
            ("accepted by the baseline\n" if one.id in summary.accepted else "") + wording.told(one) for one in rest
        ]
        XML.SubElement(case, "system-out").text = allowed("\n\n".join(output))
    return case


def _failure(case: XML.Element, record: Record, failing: list[Finding]) -> None:
    first = failing[0] if failing else None
    message = f"expected {first.expected}; got {first.got}" if first else record.reason
    kind = first.severity if first else record.verdict.value
    told = "\n\n".join(wording.told(one) for one in failing)
    XML.SubElement(case, "failure", type=allowed(kind), message=allowed(wording.cut(message))).text = allowed(told)


def _stopped(summary: Summary) -> XML.Element:
    case = XML.Element("testcase", name="the_run_could_look", classname="contract_tests.run", time=_seconds(0.0))
    XML.SubElement(case, "error", type=f"exit {summary.exit_code}", message=allowed(wording.cut(summary.exit_reason)))
    return case


def _holding(cases: Iterable[XML.Element], name: str) -> int:
    return sum(case.find(name) is not None for case in cases)


def _seconds(seconds: float) -> str:
    return f"{max(seconds, 0.0):.3f}"
