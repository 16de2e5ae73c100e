"""What a claim is: a test that says beforehand what it costs, judges answers one by one, and ends as a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from _pytest.outcomes import Skipped

from contract_tests.kit.answers import error_body, error_headers, is_answer_of, status_fact
from contract_tests.kit.clips import Clips
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import ErrorRow, Operation
from contract_tests.kit.roles import LET_IN
from contract_tests.kit.verdicts import Finding, Record, Verdict, concluded, finding, finding_id, note

if TYPE_CHECKING:
    from contract_tests.kit.run import Run

PROFILES = ("smoke", "standard", "deep")
Test = TypeVar("Test", bound=Callable[..., None])
Asks = Callable[[Facts, Any], Sequence[tuple[Operation, Mapping[str, Any]]]]
Refuses = Callable[[Facts, Any, Clips], Iterable[tuple[Operation, Mapping[str, Any]]]]
Count = int | Callable[[Facts, Any], int]
# The texts of each conversation over a WebSocket.
Talks = Callable[[Facts, Any], Sequence[Sequence[str]]]


class Unverified(Skipped):
    """A claim cannot be looked at; the message is the reason that is reported.

    It is pytest's skip, so that Hypothesis and Schemathesis hand it on instead of taking it for a failure.
    """


@dataclass(frozen=True)
class Announcement:
    """What a claim says of itself before it runs.

    `over` gives its cases (id → case). What it sends is told in one of two ways, or both: `asks` gives the very
    recipes, with their operations; `calls` is a number of requests, `paid` how many of them may be accepted where
    that costs something, each at most `scale` times as dear as the documented example.

    `refuses` gives what the documents refuse of what `calls` counts, hence free: the first such request that is
    accepted all the same may cost as much as the dearest of them, and no other that costs is sent after it.

    `talks` gives the conversations over a WebSocket: of each, the texts that may be paid for. Those of `in_vain` are
    refused by the documents, hence free, as what `refuses` gives.
    """

    profile: str = "standard"
    over: Callable[[Facts], Mapping[str, Any]] | None = None
    calls: Count = 0
    paid: Count = 0
    scale: int = 1
    asks: Asks | None = None
    refuses: Refuses | None = None
    talks: Talks | None = None
    in_vain: Talks | None = None

    def counted(self, which: str, facts: Facts, case: Any) -> int:
        """Return `calls` or `paid` for a case."""
        count: Count = getattr(self, which)
        return count(facts, case) if callable(count) else count


def claim(
    *,
    profile: str = "standard",
    over: Callable[[Facts], Mapping[str, Any]] | None = None,
    calls: Count = 0,
    paid: Count = 0,
    scale: int = 1,
    asks: Asks | None = None,
    refuses: Refuses | None = None,
    talks: Talks | None = None,
    in_vain: Talks | None = None,
) -> Callable[[Test], Test]:
    """Mark a test as a claim; see Announcement."""

    def mark(test: Test) -> Test:
        announced = Announcement(profile, over, calls, paid, scale, asks, refuses, talks, in_vain)
        test.announcement = announced  # type: ignore[attr-defined]
        return test

    return mark


def operation_of(case: Any) -> Operation | None:
    """Return the operation that a case is about; None where it is about none."""
    return case if isinstance(case, Operation) else getattr(case, "operation", None)


@dataclass
class Claim:
    """One claim while it runs."""

    run: Run
    name: str
    nodeid: str
    operation: Operation | None = None
    findings: list[Finding] = field(default_factory=list)
    reason: str = ""
    _judged: set[int] = field(default_factory=set)
    _without_exchange: int = 0

    @property
    def facts(self) -> Facts:
        """The facts, under the readings observed so far."""
        return self.run.facts

    def ask(self, operation: Operation | str, **recipe: Any) -> Exchange:
        """Send an operation's example, changed by a recipe (`with_` stands for `with`); see Run.ask.

        Raises Unverified where the key of the account is nobody's.
        """
        exchange = self.run.ask(operation, **recipe)
        self.demand_let_in(exchange)
        return exchange

    def demand_let_in(self, exchange: Exchange) -> None:
        """Raise Unverified where a request was refused because nobody knows the key of its account.

        Of the first account the preflight tells; the others are there for one claim or another, which cannot be looked
        at then.
        """
        operation = self.facts.present(exchange.operation)
        if exchange.role in LET_IN and operation is not None:
            row = operation.refusal("bad-credential")
            if row is not None and is_answer_of(row, exchange):
                raise Unverified(f"the key of the account {exchange.role} is nobody's: {exchange.status} ({row.code})")

    # -- judging -------------------------------------------------------------------------------------

    def judge(
        self,
        is_so: bool,
        *,
        rests_on: str,
        expected: str,
        got: str,
        exchange: Exchange | None = None,
        operation: str = "",
    ) -> bool:
        """Take note of one judgement; a contradicted fact (`rests_on`, a pointer into the spec) becomes a finding."""
        self.saw(exchange)
        if not is_so:
            self._find(rests_on, expected, got, exchange, operation)
        return is_so

    @property
    def has_judged(self) -> bool:
        """Whether any answer was judged so far."""
        return bool(self._judged or self._without_exchange)

    def saw(self, exchange: Exchange | None) -> None:
        """Count an answer as judged."""
        if exchange is None:
            self._without_exchange += 1
        else:
            self._judged.add(exchange.number)

    def refused_as(self, exchange: Exchange, row: ErrorRow, because: str = "") -> bool:
        """Judge that a request was refused as an error row documents: status, media type, body, headers.

        `because` points to the fact that makes the request wrong; where that is less sure than the status, whether it
        is refused rests on it.
        """
        operation = self.facts.present(exchange.operation or self.operation)
        fact = status_fact(operation, row)
        status = self.judge(
            exchange.status == row.status,
            rests_on=self.facts.weakest(fact, because) if because else fact,
            expected=f"{row.status}, as {row.node['when']} ({row.code})",
            got=f"{exchange.status}",
            exchange=exchange,
        )
        if not status:
            return False
        headers = error_headers(self.facts, self.run.shapes, operation, row, exchange)
        problems = [*error_body(row, exchange), *(one for one in headers if not one.is_new)]
        for one in problems:
            self._find(one.fact, one.expected, one.got, exchange, "")
        return not problems

    def added(self, rests_on: str, text: str, exchange: Exchange) -> None:
        """Note something new in an answer, which breaks nothing."""
        self._note(Verdict.ADDED, rests_on, "what is documented", text, exchange)

    def observed(self, rests_on: str, text: str, exchange: Exchange | None = None) -> None:
        """Note which of several documented ways the endpoint goes."""
        self.saw(exchange)
        self.reason = f"{self.reason}; {text}" if self.reason else text
        self._note(Verdict.OBSERVED, rests_on, "one of the documented ways", text, exchange)

    def _note(self, verdict: Verdict, rests_on: str, expected: str, got: str, exchange: Exchange | None) -> None:
        self.saw(exchange)
        one = note(
            self.facts.provider,
            self._name_of(exchange, ""),
            self.name,
            self.facts.fact(rests_on),
            verdict=verdict,
            expected=expected,
            got=got,
            **self._shown(exchange),
        )
        self._keep(one)

    def _find(self, rests_on: str, expected: str, got: str, exchange: Exchange | None, operation: str) -> None:
        one = finding(
            self.facts.provider,
            self._name_of(exchange, operation),
            self.name,
            self.facts.fact(rests_on),
            expected=expected,
            got=got,
            **self._shown(exchange),
        )
        self._keep(one)

    def _keep(self, one: Finding) -> None:
        """Keep a finding; the same fact contradicted again by the same claim is one finding."""
        if all(known.id != one.id for known in self.findings):
            self.findings.append(one)

    def _name_of(self, exchange: Exchange | None, operation: str) -> str:
        one = (exchange.operation if exchange else None) or self.operation
        return operation or (one.id if one else "-")

    def _shown(self, exchange: Exchange | None) -> dict[str, str]:
        """Return a request and its answer as texts; the log keeps fields of a form as sent, and one may hold a key."""
        mask = self.run.guard.mask.mask_text
        return {"curl": mask(exchange.curl()), "reply": exchange.reply()} if exchange else {}

    def close(self, seconds: float) -> Record:
        """Return the record of the claim, which is over."""
        judged = len(self._judged) + self._without_exchange
        verdict = concluded(self.findings, judged)
        if self.reason and verdict is Verdict.HOLDS:
            verdict = Verdict.UNVERIFIED
        reason = self.reason or ("nothing was judged" if verdict is Verdict.UNVERIFIED else "")
        used = self.run.guard.allowance
        operation = self.operation.id if self.operation else "-"
        return Record(
            self.name, operation, self.nodeid, verdict, reason, judged, self.findings, used.sent, used.spent, seconds
        )


__all__ = ["PROFILES", "Announcement", "Claim", "Unverified", "claim", "finding_id", "operation_of"]
