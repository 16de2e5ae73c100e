"""Tells at the end what was found: verdicts, findings, what nobody could look at, leftovers, cost, exit status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from mockvoice.check.ending import Ending
from mockvoice.check.events import Finding, Tally, Verdict
from mockvoice.check.texts import spent, told_shortly, verdict_table, visible, whole_finding

_WHOLE = (Verdict.BROKEN, Verdict.DIFFERS)
_EXIT_STYLES = {0: "bold green", 1: "bold red"}


def close(console: Console, tally: Tally, ending: Ending, reports: tuple[tuple[str, Path], ...], output: str) -> None:
    """Print the end of a run; `output` is what a suite that broke down wrote, masked and cut."""
    if tally.records:
        console.print(verdict_table(tally))
    for line in _lines(tally, reports):
        console.print(line, soft_wrap=True)
    if ending.is_breakdown and output:
        console.print(Text("The last lines of the suite:"), soft_wrap=True)
        console.print(Text(visible(output)), soft_wrap=True)
    console.print(
        Text(f"exit {ending.code}: {visible(ending.reason)}", _EXIT_STYLES.get(ending.code, "bold yellow")),
        soft_wrap=True,
    )


def _lines(tally: Tally, reports: tuple[tuple[str, Path], ...]) -> Iterator[Text]:
    for verdict in _WHOLE:
        for same in tally.findings(verdict).values():
            yield Text("")
            yield from whole_finding(same[0], len(same), _is_accepted(tally, same[0]))
    yield from _group("added", [Text(told_shortly(same[0])) for same in tally.findings(Verdict.ADDED).values()])
    reasons = Counter(
        one.reason or "no answer was judged" for one in tally.records if one.verdict is Verdict.UNVERIFIED
    )
    yield from _group("unverified", [Text(f"{count} × {visible(reason)}") for reason, count in reasons.most_common()])
    yield from _group("observed", [Text(visible(one)) for one in _observed(tally)])
    if tally.end:
        yield from _group("left behind", [Text(visible(one)) for one in tally.end.leftovers])
        yield from _group("accepted by the baseline", [Text(visible(one)) for one in tally.end.accepted])
    yield from _group("reports", [Text(f"{kind}: {visible(str(path))}") for kind, path in reports if path.is_file()])
    seconds = f", {tally.end.seconds:.1f} s" if tally.end else ""
    yield Text("")
    yield Text(f"{spent(tally)}{seconds}")


def _group(name: str, lines: list[Text]) -> Iterator[Text]:
    """Yield a heading and its lines; nothing when there are none."""
    if lines:
        yield Text("")
        yield Text(f"{name}:", "bold")
        yield from (Text("    ").append_text(line) for line in lines)


def _observed(tally: Tally) -> Iterator[str]:
    """Yield which readings the endpoint follows, and what else was only looked at."""
    readings = tally.end.readings if tally.end else {}
    yield from (f"{row}={reading}" for row, reading in readings.items())
    for record in tally.records:
        if record.verdict is Verdict.OBSERVED and not any(row in record.reason for row in readings):
            yield f"{record.claim} [{record.operation}]: {record.reason}"


def _is_accepted(tally: Tally, finding: Finding) -> bool:
    return tally.end is not None and finding.id in tally.end.accepted
