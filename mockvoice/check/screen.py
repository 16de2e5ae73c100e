"""Shows a run while it goes on: the plan, then a live board on a terminal, or whole lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mockvoice.check.events import Event, Note, Plan, Record, Tally, Verdict
from mockvoice.check.texts import counts_line, one_line, plan_table, short_finding, spent, visible

# What is worth a line at once; the rest is told at the end.
_AT_ONCE = frozenset({Verdict.BROKEN, Verdict.DIFFERS, Verdict.ADDED})
_BAR_WIDTH = 24
# Without a terminal a line tells of each tenth of the claims.
_PARTS = 10


class Screen:
    """Takes events into a tally and shows them; without a terminal in lines."""

    def __init__(self, console: Console, tally: Tally, is_plan_known: bool = False) -> None:
        self.console = console
        self.tally = tally
        self._is_plan_known = is_plan_known
        self._told = 0

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        pass

    def show(self, event: Event) -> None:
        """Take an event and show what is worth it."""
        self.tally.take(event)
        match event:
            case Plan() if not self._is_plan_known:
                self.console.print(plan_table(event))
            case Note(text):
                self.console.print(Text(visible(text)), soft_wrap=True)
            case Record(findings=findings):
                for finding in findings:
                    if finding.verdict in _AT_ONCE:
                        self.console.print(short_finding(finding), soft_wrap=True)
                self._progress()

    def _progress(self) -> None:
        done, claims = len(self.tally.records), self.tally.claims
        part = done * _PARTS // claims
        if part > self._told:
            self._told = part
            line = Text(f"{done} of {claims} claims: ").append_text(counts_line(self.tally))
            self.console.print(line.append(f"; {spent(self.tally)}"), soft_wrap=True)


class LiveScreen(Screen):
    """The same on a terminal, with a board that is drawn anew below the lines."""

    def __init__(self, console: Console, tally: Tally, now: Callable[[], float], is_plan_known: bool = False) -> None:
        super().__init__(console, tally, is_plan_known)
        self._now = now
        self._begun = now()
        self._live = Live(get_renderable=self._board, console=console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Screen:
        self._live.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._live.__exit__(kind, error, _)

    def _progress(self) -> None:
        pass  # the board shows it

    def _board(self) -> RenderableType:
        tally = self.tally
        minutes, seconds = divmod(int(self._now() - self._begun), 60)
        bar = ProgressBar(total=tally.claims or None, completed=len(tally.records), width=_BAR_WIDTH)
        row = Table.grid(padding=(0, 2))
        done = f"{len(tally.records)}/{tally.claims} claims" if tally.claims else ""
        row.add_row(bar, done, spent(tally), f"{minutes}:{seconds:02}")
        current = tally.current
        doing = f"{current.claim} [{current.operation}]" if current else "collecting the claims"
        return Group(row, counts_line(tally), Text(one_line(doing), "dim", no_wrap=True, overflow="ellipsis"))
