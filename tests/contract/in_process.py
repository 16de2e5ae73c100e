"""Claims against a simulator of this process: no socket, a manual clock, and any answer may be changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.bounds import Allowance, PlanExceeded
from contract_tests.kit.claims import Claim, Unverified, operation_of
from contract_tests.kit.clips import LOOPBACK_CLIPS, Clips
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts, load
from contract_tests.kit.guard import Guard
from contract_tests.kit.recipes import Draft
from contract_tests.kit.roles import ROLES, Keys, role_of
from contract_tests.kit.run import Run, Settings
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.verdicts import Record
from tests.contract.unsent import taken
from tests.harness.recipes import FIXTURES, Kitchen
from tests.harness.wire import Answer

SPECS = Path(__file__).parents[2] / "specs"
TARGET = "http://127.0.0.1"
CLIPS = Clips(FIXTURES, LOOPBACK_CLIPS)
# Changes an answer to a draft, in place.
Change = Callable[[Draft, Answer], None]


@cache
def facts_of(provider: str) -> Facts:
    """Return the facts of a shipped spec, read once."""
    return load(provider, SPECS)


def _nothing(_draft: Draft, _answer: Answer) -> None:
    pass


@dataclass
class Wire(Guard):
    """The guard, which asks a simulator of this process instead of sending."""

    kitchen: Kitchen | None = None
    turn: threading.Lock = field(default_factory=threading.Lock)
    change: Change = _nothing

    def ask(self, draft: Draft, session: Any) -> Exchange:
        """Send a draft and return the exchange."""
        assert self.kitchen is not None
        headers = [(name, value) for name, value in draft.headers.items()]
        # Whoever asks several things at once is answered one after the other: there is one loop.
        with self.turn:
            answer = self.kitchen.client.send(draft.method, self.kitchen.prefix + draft.path, headers, draft.body)
            self.change(draft, answer)
            return taken(self, draft, answer.status, answer.headers, answer.body)


def make_run(kitchen: Kitchen, change: Change | None = None, roles: frozenset[str] = frozenset(ROLES)) -> Run:
    """Return a run against a simulator, judged by the shipped spec, whatever that simulator was made from."""
    provider = kitchen.spec.id
    facts = facts_of(provider)
    tokens = {role_of(seed.role): seed.token for seed in kitchen.spec.seeds}
    keys = Keys({role: token for role, token in tokens.items() if role in roles})
    secrets = Secrets({})
    wire = Wire(facts, TARGET, keys, Amounts(CLIPS), secrets, kitchen=kitchen, change=change or _nothing)
    settings = Settings(provider, TARGET)
    return Run(settings, facts, keys, CLIPS, wire, secrets, sleep=kitchen.client.advance)


def cases_of(facts: Facts, test: Any) -> Mapping[str, Any]:
    """Return the cases of a claim; one without a name for a claim that has none."""
    over = test.announcement.over
    cases: Mapping[str, Any] = over(facts) if over else {"": None}
    return cases


def perform(run: Run, test: Any, case: Any, announced: int | None = None) -> Record:
    """Run one claim for one case and return how it ended; the guard lets it send no more than it announced.

    That is what it announces of this case, unless it was told before: the case may be another by now.
    """
    name = f"{test.__module__.rpartition('test_')[2]}.{test.__name__.removeprefix('test_')}"
    claim = Claim(run, name, name, operation_of(case))
    calls = announced_calls(run.facts, test, case) if announced is None else announced
    run.guard.allowance = Allowance(name, calls)
    try:
        test(claim) if case is None else test(claim, case)
    except Unverified as error:
        claim.reason = str(error.msg)
    except PlanExceeded as error:
        raise AssertionError(error.msg) from None
    return claim.close(0.0)


def announced_calls(facts: Facts, test: Any, case: Any) -> int:
    """Return how many requests a claim announces."""
    announced = test.announcement
    asks = announced.asks(facts, case) if announced.asks else ()
    steps: list[int] = [recipe.get("times", 1) + len(recipe.get("first", ())) for _, recipe in asks]
    counted: int = announced.counted("calls", facts, case)
    return counted + sum(steps)
