"""A run as pytest sees it: which claims, in which order, what each ends as, and what the whole comes to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

import pytest
from _pytest.outcomes import Skipped

from contract_tests.kit.bounds import Allowance, BudgetEnded, Caps, NoAnswer, PlanExceeded
from contract_tests.kit.claims import PROFILES, Announcement, Claim, Unverified, operation_of
from contract_tests.kit.leftovers import clean_up
from contract_tests.kit.operations import Operation
from contract_tests.kit.planning import Planner, Share, as_event, as_text, rows_of
from contract_tests.kit.run import Run
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.verdicts import Record, Summary, Verdict

# Families in the order they run: what is refused before what is paid, what judges the log at the end.
ORDER = (
    "preflight", "ambiguities", "errors", "forms", "bodies", "schema", "credits", "tasks", "collections", "searching",
    "audio", "transcripts", "files", "sockets", "embeddings", "chat", "gateway", "images", "buttons", "films",
    "forward",
)  # fmt: skip
# Claims that send nothing and judge what the others have seen.
LAST = frozenset({"every_answer_seen_fits_its_documented_shape"})
HOLDS, BROKEN, USAGE, COULD_NOT_LOOK = 0, 1, 2, 3


def family_of(item: pytest.Item) -> str:
    """Return the family of a claim: what its file is called after."""
    return item.path.stem.removeprefix("test_")


class Session:
    """What conftest.py holds on to."""

    def __init__(self, run: Run, options: Any) -> None:
        self.run = run
        self._options = options
        self._events: IO[str] | None = open(options.events, "a", encoding="utf-8") if options.events else None  # noqa: SIM115, PTH123
        self._started = datetime.now(UTC)
        self._began = time.monotonic()
        self._planner = Planner(run.facts, run.clips, run.settings.profile)
        self._shares: dict[str, list[Share]] = {}
        self._crashed: list[str] = []
        self._cut_short: list[str] = []
        self._ended = ""
        self._broke_off = ""
        self.baseline = options.baseline

    @property
    def secrets(self) -> Secrets:
        """The keys of the run."""
        return self.run.secrets

    @property
    def writes_a_file(self) -> bool:
        """Whether events go to a file that stays, and not to a pipe."""
        return bool(self._options.events) and Path(self._options.events).is_file()

    @property
    def remarks(self) -> list[str]:
        """What the baseline has that is over, or accepts nothing."""
        found = [one.id for record in self.run.records for one in record.findings]
        return self.baseline.remarks(found, self._today) if self.baseline else []

    # -- before --------------------------------------------------------------------------------------

    def arrange(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """Return the items of the profile, in order, and take the others out."""
        level = PROFILES.index(self.run.settings.profile)
        kept = [one for one in items if PROFILES.index(announcement_of(one).profile) <= level and _has_case(one)]
        return sorted(kept, key=_rank)

    def announce(self, items: list[pytest.Item]) -> str:
        """Tell the plan; return it as text."""
        own = [share for one in items for share in self.shares(one)]
        shared = self._planner.shared()
        shared += self._planner.settling([*shared, *own])
        self.run.allow_shared(sum(one.calls for one in shared), sum(one.credits for one in shared))
        rows = rows_of(self.run.facts, [*shared, *own, *self._planner.tidying([*shared, *own])])
        event = as_event(rows, len(items), self.run.facts.unit)
        self.emit(event)
        return as_text(event)

    def shares(self, item: pytest.Item) -> list[Share]:
        """Return what one item announces, by operation."""
        if item.nodeid not in self._shares:
            self._shares[item.nodeid] = self._planner.shares_of(announcement_of(item), _case_of(item))
        return self._shares[item.nodeid]

    # -- during --------------------------------------------------------------------------------------

    def claim_for(self, item: pytest.Item) -> Claim:
        """Return the claim that an item is."""
        function = getattr(item, "originalname", item.name)
        name = f"{family_of(item)}.{function.removeprefix('test_')}"
        return Claim(self.run, name, f"{item.path.name}::{item.name}", operation_of(_case_of(item)))

    def perform(self, item: pytest.Item, claim: Claim, call: Callable[[], Any]) -> None:
        """Run a claim's test and record what it came to. Raises pytest's skip or failure, as the verdict is."""
        shares = self.shares(item)
        allowed = sum(one.calls for one in shares), sum(one.credits for one in shares)
        self.run.guard.allowance = Allowance(claim.name, *allowed, sum(one.beyond for one in shares))
        self.emit({"event": "start", "nodeid": claim.nodeid, "claim": claim.name, "operation": _id(claim)})
        began, before = time.monotonic(), (self.run.guard.sent, self.run.guard.spent)
        try:
            if self.run.could_not_look and family_of(item) != "preflight":
                raise Unverified(self.run.could_not_look)
            call()
        except BudgetEnded as error:
            claim.reason = self._ended = f"the budget ended the run: {error.msg}"
        except (PlanExceeded, NoAnswer) as error:
            claim.reason = str(error.msg)
            if isinstance(error, PlanExceeded):
                self._cut_short.append(claim.nodeid)
            if isinstance(error, NoAnswer):
                self._broke_off = claim.reason
                if family_of(item) == "preflight":
                    self.run.could_not_look = f"could not look: {claim.reason}"
        except Skipped as error:
            claim.reason = str(error.msg)
        except Exception as error:
            claim.reason = f"the claim itself fell over an answer: {type(error).__name__}: {error}"
            self._crashed.append(claim.nodeid)
            self._keep(self._counted(claim.close(time.monotonic() - began), *before))
            raise
        finally:
            self.run.guard.allowance, used = Allowance(), self.run.guard.allowance
        self.run.guard.allowance = used
        record = self._counted(claim.close(time.monotonic() - began), *before)
        self.run.guard.allowance = Allowance()
        self._keep(record)
        self._conclude(record)

    def _counted(self, record: Record, sent: int, spent: int) -> Record:
        """Tell what was sent while a claim ran, that for all claims included: so the records sum up to the run."""
        return replace(record, requests=self.run.guard.sent - sent, credits=self.run.guard.spent - spent)

    def _keep(self, record: Record) -> None:
        self.run.records.append(record)
        shown = {**asdict(record), "event": "record"}
        self.emit(shown)

    def _conclude(self, record: Record) -> None:
        if record.verdict is Verdict.UNVERIFIED:
            pytest.skip(record.reason)
        failing = [one for one in record.findings if self._fails(one.verdict) and not self._accepts(one.id)]
        if failing:
            lines = [
                f"{one.id}: expected {one.expected}, got {one.got}\n  {one.fact.seen}: {one.fact.source}"
                for one in failing
            ]
            pytest.fail("\n".join(lines), pytrace=False)

    def _fails(self, verdict: Verdict) -> bool:
        return verdict is Verdict.BROKEN or (verdict is Verdict.DIFFERS and self.run.settings.strict)

    def _accepts(self, ident: str) -> bool:
        return self.baseline is not None and self.baseline.accepts(ident, self._today)

    @property
    def _today(self) -> date:
        return self._started.date()

    def emit(self, event: dict[str, Any]) -> None:
        """Write one event, keys masked."""
        if self._events is not None:
            self._events.write(self.run.guard.mask.mask_text(json.dumps(event, ensure_ascii=False)) + "\n")
            self._events.flush()

    # -- after ---------------------------------------------------------------------------------------

    def clean_up(self, *, interrupted: bool) -> None:
        """Delete what was made; also where the run was interrupted, which then could not look at everything."""
        if interrupted:
            self._broke_off = "the run was interrupted"
        guard = self.run.guard
        guard.caps, guard.allowance = Caps(pause=guard.caps.pause), Allowance()
        try:
            with guard.installed():
                self.run.leftovers = clean_up(self.run)
        except Skipped as error:
            self.run.leftovers = [f"cleaning up was given up: {error.msg}"]

    def outcome(self) -> tuple[int, str]:
        """Return the exit code and why."""
        findings = [one for record in self.run.records for one in record.findings if not self._accepts(one.id)]
        broken = [one for one in findings if one.verdict is Verdict.BROKEN]
        differing = [one for one in findings if one.verdict is Verdict.DIFFERS]
        if broken:
            return BROKEN, f"{len(broken)} findings break what is documented or published"
        if differing and self.run.settings.strict:
            return BROKEN, f"{len(differing)} findings differ from an assumption, and --strict counts them"
        reasons = (self.run.could_not_look, self._ended, self._broke_off)
        if any(reasons):
            return COULD_NOT_LOOK, next(one for one in reasons if one)
        if self._crashed:
            return COULD_NOT_LOOK, f"{len(self._crashed)} claims fell over an answer: {', '.join(self._crashed[:3])}"
        if self._cut_short:
            some = ", ".join(self._cut_short[:3])
            return COULD_NOT_LOOK, f"{len(self._cut_short)} claims would have sent more than was planned: {some}"
        if not self.run.records:
            return COULD_NOT_LOOK, "no claim was looked at"
        return HOLDS, "nothing is broken"

    @cached_property
    def summary(self) -> Summary:
        """The whole run; to be asked when it is over."""
        run, (code, reason) = self.run, self.outcome()
        found = {one.id for record in run.records for one in record.findings}
        return Summary(
            provider=run.facts.provider,
            unit=run.facts.unit,
            target=run.guard.mask.mask_text(run.settings.target),
            profile=run.settings.profile,
            strict=run.settings.strict,
            seed=run.settings.seed,
            started=self._started.isoformat(timespec="seconds"),
            version=suite_version(),
            records=run.records,
            readings=run.observed,
            requests=run.guard.sent,
            credits=run.guard.spent,
            seconds=round(time.monotonic() - self._began, 3),
            leftovers=run.leftovers,
            accepted=sorted(one for one in found if self._accepts(one)),
            exit_code=code,
            exit_reason=reason,
        )

    def close(self) -> Summary:
        """Write the last events and return the summary."""
        summary = self.summary
        for remark in self.remarks:
            self.emit({"event": "note", "text": f"baseline: {remark}"})
        self.emit(
            {
                "event": "end",
                **{key: value for key, value in asdict(summary).items() if key not in {"records"}},
            }
        )
        if self._events is not None:
            self._events.close()
        return summary


def announcement_of(item: pytest.Item) -> Announcement:
    """Return what an item announces. Every test of the suite is a claim."""
    announcement: Announcement = item.function.announcement  # type: ignore[attr-defined]
    return announcement


def cases_of(run: Run, function: Any) -> Iterator[Any]:
    """Yield the cases of a claim as pytest parameters."""
    announcement: Announcement = function.announcement
    for name, case in (announcement.over(run.facts) if announcement.over else {}).items():
        yield pytest.param(case, id=name)


def _case_of(item: pytest.Item) -> Any:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("case") if callspec else None


def _has_case(item: pytest.Item) -> bool:
    return announcement_of(item).over is None or "NOTSET" not in item.name


def _rank(item: pytest.Item) -> tuple[int, int]:
    is_last = getattr(item, "originalname", "").removeprefix("test_") in LAST
    return (len(ORDER) if is_last else ORDER.index(family_of(item)), _when_its_task_is_wanted(item))


def _when_its_task_is_wanted(item: pytest.Item) -> int:
    """Order the preflight: what makes a task first, what looks at one last, so that it goes on meanwhile."""
    case = _case_of(item)
    if family_of(item) != "preflight" or not isinstance(case, Operation):
        return 0
    machines = case.facts.machines.values()
    if any(row.get("create") == case.id for row in machines):
        return 0
    return 2 if any(case.id in {row.get("status"), row.get("result")} for row in machines) else 1


def _id(claim: Claim) -> str:
    return claim.operation.id if claim.operation else "-"


def suite_version() -> str:
    """Return the version of what this suite came with."""
    try:
        return version("mockvoice")
    except PackageNotFoundError:
        return "unknown"
