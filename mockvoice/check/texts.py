"""Makes tables and lines of what the suite told. Texts of a server are shown as they are, never obeyed."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from mockvoice.check.events import Finding, Plan, Tally, Verdict

STYLES = {
    Verdict.HOLDS: "green",
    Verdict.BROKEN: "bold red",
    Verdict.DIFFERS: "yellow",
    Verdict.UNVERIFIED: "dim",
    Verdict.OBSERVED: "cyan",
    Verdict.ADDED: "blue",
}
# As the columns are headed, where the whole name is too long.
SHORT = {Verdict.DIFFERS: "differs"}
_LINE_LENGTH = 240
_REPLY_LINES = 14
_NAME_WIDTH = 10


def visible(text: str) -> str:
    """Return a text with everything that could steer a terminal written out: `\\x1b` for an escape."""
    return "".join(one if one.isprintable() or one in "\n\t" else _written_out(one) for one in text)


def _written_out(one: str) -> str:
    return one.encode("unicode_escape", "surrogatepass").decode("ascii")


def one_line(text: str, length: int = _LINE_LENGTH) -> str:
    """Return a text in one line of at most this many characters."""
    joined = " ".join(visible(text).split())
    return joined if len(joined) <= length else joined[: length - 1] + "…"


def number(value: float) -> str:
    """Return a number with its thousands set apart, without needless decimals."""
    return f"{value:,.1f}".removesuffix(".0")


def short(verdict: Verdict) -> str:
    """Return a verdict in one word."""
    return SHORT.get(verdict, verdict.value)


def plan_table(plan: Plan) -> Table:
    """Return what the run will do at worst, by operation."""
    table = Table(title="The plan, at worst", title_justify="left")
    table.add_column("operation", overflow="fold")
    for name in ("calls", plan.unit, "code points", "audio seconds"):
        table.add_column(Text(visible(name)), justify="right", overflow="fold")
    table.add_column("creates", overflow="fold")
    for row in plan.rows:
        numbers = (row.calls, row.credits, row.code_points, row.audio_seconds)
        table.add_row(Text(visible(row.operation)), *map(number, numbers), Text(visible(row.creates)))
    sums = (sum(row.code_points for row in plan.rows), sum(row.audio_seconds for row in plan.rows))
    table.add_section()
    table.add_row(f"{plan.claims:,} claims", number(plan.requests), number(plan.credits), *map(number, sums), "")
    if plan.beyond:
        table.caption = f"and {plan.beyond:,} {visible(plan.unit)} more, if it accepts what the documents refuse"
        table.caption_justify = "left"
    return table


def verdict_table(tally: Tally) -> Table:
    """Return how many claims ended how, by family."""
    table = Table(title="Verdicts", title_justify="left")
    table.add_column("family", overflow="fold")
    for verdict in Verdict:
        table.add_column(short(verdict), justify="right", style=STYLES[verdict])
    for family, counts in tally.families().items():
        table.add_row(Text(visible(family)), *(str(counts[verdict] or "") for verdict in Verdict))
    table.add_section()
    table.add_row("all", *(str(tally.verdicts[verdict]) for verdict in Verdict))
    return table


def counts_line(tally: Tally) -> Text:
    """Return the claims that ended so far: `38 holds, 1 broken`."""
    counts = tally.verdicts
    parts = [Text(f"{counts[verdict]} {short(verdict)}", STYLES[verdict]) for verdict in Verdict if counts[verdict]]
    return Text(", ").join(parts)


def spent(tally: Tally) -> str:
    """Return what was sent and what it cost: `84 requests sent, at most 12 credits spent`."""
    requests = "1 request" if tally.requests == 1 else f"{tally.requests:,} requests"
    return f"{requests} sent, at most {tally.credits:,} {visible(tally.unit)} spent"


def short_finding(finding: Finding) -> Text:
    """Return a finding in one line, its verdict in front."""
    return Text.assemble((f"{short(finding.verdict)}: ", STYLES[finding.verdict]), told_shortly(finding))


def told_shortly(finding: Finding) -> str:
    """Return a finding in one line, without its verdict."""
    rows = (("expected", finding.expected), ("got", finding.got))
    told = ", ".join(f"{name} {value}" for name, value in rows if value)
    return one_line(f"{finding.claim} [{finding.operation}]" + (f": {told}" if told else ""))


def whole_finding(finding: Finding, count: int, is_accepted: bool) -> Iterable[Text]:
    """Yield the lines of a finding: the rule, the fact with its source, expected and got, curl, reply."""
    notes = [finding.severity, f"seen {count} times" if count > 1 else "", "accepted" if is_accepted else ""]
    noted = ", ".join(filter(None, notes))
    head = Text.assemble((short(finding.verdict), STYLES[finding.verdict]), "  ", visible(finding.id))
    yield head.append(f"  ({visible(noted)})" if noted else "")
    fact = finding.fact
    rows = {
        "claim": f"{finding.claim} [{finding.operation}]",
        "fact": fact.text,
        "source": f"{fact.seen}: {fact.source}; {fact.pointer}" if fact.pointer or fact.source else "",
        "expected": finding.expected,
        "got": finding.got,
        "curl": finding.curl,
        "reply": shortened(finding.reply),
    }
    for name, value in rows.items():
        lines = visible(value).strip().splitlines()
        yield from (Text(f"    {name if not at else '':<{_NAME_WIDTH}}{line}") for at, line in enumerate(lines))


def shortened(reply: str) -> str:
    """Return the beginning of a reply."""
    lines = reply.strip().splitlines()
    kept = [line if len(line) <= _LINE_LENGTH else line[:_LINE_LENGTH] + "…" for line in lines[:_REPLY_LINES]]
    return "\n".join(kept + (["…"] if len(lines) > _REPLY_LINES else []))
