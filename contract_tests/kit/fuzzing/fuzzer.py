"""Lets Schemathesis loose on one provider: what it generates from the spec is sent, and judged by it.

Importing it costs the better part of a second, so a claim does that when it runs. Of Schemathesis only
`CoverageGenerator` and what it is made with are not documented for users; tests/contract/test_fuzz.py pins them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import hypothesis
import schemathesis
from _pytest.outcomes import Skipped
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.overrides import Override
from schemathesis.generation.stateful.state_machine import StepInput

from contract_tests.kit.claims import Claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.fuzzing.aiming import Aim
from contract_tests.kit.fuzzing.failures import Deviation, Fault, deviations
from contract_tests.kit.fuzzing.generated import (
    Case,
    fault_of,
    is_doubtful,
    is_fair,
    is_worth_sending,
    sampled,
)
from contract_tests.kit.fuzzing.plain_spec import plain_document
from contract_tests.kit.fuzzing.settings import settings_for
from contract_tests.kit.operations import Operation
from contract_tests.kit.run import Run

# Answers that say that the account is at its end, whatever was asked.
SHORT_OF_MEANS = frozenset({402, 429})
# Every request once: nothing is kept, tried again or made smaller, as each may cost something.
_ONCE_THROUGH: dict[str, Any] = {
    "database": None,
    "deadline": None,
    "phases": [hypothesis.Phase.generate],
    "suppress_health_check": list(hypothesis.HealthCheck),
}


# -- requests ----------------------------------------------------------------------------------------


class Enough(Skipped):
    """So many requests were to be sent, and were; Hypothesis, which counts otherwise, hands it on."""


@dataclass(frozen=True)
class Shot:
    """A generated request that was sent: the exchange, what is wrong with it, what Schemathesis says of the answer."""

    exchange: Exchange
    fault: Fault | None
    failures: tuple[Failure, ...]


@dataclass(frozen=True)
class Sent:
    """A generated request that was sent, and is to be judged."""

    operation: Operation
    exchange: Exchange
    fault: Fault | None
    is_doubtful: bool
    response: schemathesis.Response

    def judged(self, validate: Callable[[], None]) -> Shot:
        """Return what a judge raises; nothing where the answer tells nothing of what was asked."""
        if self.is_telling:
            try:
                validate()
            except FailureGroup as group:
                return Shot(self.exchange, self.fault, tuple(_each(group)))
        return Shot(self.exchange, self.fault, ())

    @property
    def is_telling(self) -> bool:
        """Whether the answer says anything of the documents.

        It does not where the request may be legal or not, missed its operation by a wild id, or lacked means.
        """
        seen = self.exchange.operation
        if self.is_doubtful or seen is None or seen.id != self.operation.id:
            return False
        return self.exchange.status not in SHORT_OF_MEANS


class Fuzzer:
    """Schemathesis under one set of readings."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.facts = run.facts
        self.aim = Aim(run)
        document = plain_document(run.facts, run.members)
        settings = settings_for(run.facts, run.settings.target, run.settings.seed)
        config = schemathesis.Config.from_dict(settings)
        self.schema: schemathesis.BaseSchema = schemathesis.openapi.from_dict(document, config=config)

    def operation(self, operation: Operation) -> schemathesis.APIOperation[Any, Any, Any, Any]:
        """Return Schemathesis's view of an operation."""
        found: schemathesis.APIOperation[Any, Any, Any, Any] = self.schema[operation.path][operation.method]
        return found

    def covering(self, operation: Operation, mode: GenerationMode, at_most: int) -> list[Case]:
        """Return the requests of the coverage phase, the same ones for the same seed."""
        one = self.operation(operation)
        cases = CoverageGenerator(
            operation=one,
            generation_modes=[mode],
            generation_config=self.schema.config.generation_for(operation=one, phase="coverage"),
            auth_storage=None,
            override=Override(),
            feedback=NO_FEEDBACK,
        )
        worth = [
            case
            for case in cases
            if case.meta
            and case.meta.generation.mode is mode
            and is_worth_sending(case)
            and is_fair(operation, case)
            and not is_doubtful(operation, case)
        ]
        return sampled(worth, at_most, self.run.settings.seed)

    def by_chance(self, operation: Operation, mode: GenerationMode, at_most: int, use: Callable[[Case], None]) -> None:
        """Call `use` with requests of the fuzzing phase, the same ones for the same seed; with none if there are none.

        An operation without parameters has nothing that could be wrong.
        """

        @hypothesis.seed(self.run.settings.seed)
        @hypothesis.settings(**_ONCE_THROUGH, max_examples=at_most)
        @hypothesis.given(case=self.operation(operation).as_strategy(generation_mode=mode))
        def each(case: Case) -> None:
            if not is_doubtful(operation, case):
                use(case)

        with suppress(hypothesis.errors.Unsatisfiable):
            each()

    def along_links(self, operations: list[Operation], scenarios: int, steps: int, use: Callable[[Shot], None]) -> None:
        """Call `use` with what comes of walks from answer to request, as the links of these operations lead.

        No other operation is asked. What may cost more than the documented example is the example instead, so that no
        more is said, heard or made than was planned. What is wrong, and dearer than what the claim has left, ends its
        walk.
        """
        fuzzer = self
        # Settings of an operation include it: what `include` names would only come on top of all of them.
        named = {one.id for one in operations}
        chosen = self.schema.exclude(operation_id=[one for one in self.facts.operations if one not in named])

        left = iter(range(scenarios * steps))

        class Walk(chosen.as_state_machine()):  # type: ignore[misc]
            def step(self, input: StepInput) -> Any:
                # Schemathesis follows some links without the id: nobody knows what it makes up in its place.
                self.is_lost = input.transition is not None and not input.is_applied
                return super().step(input)

            def call(self, case: Case, **_: Any) -> Any:
                if not fuzzer.makes_cheap(case):
                    hypothesis.reject()
                if next(left, None) is None:
                    raise Enough
                sent = fuzzer.send(case, ids=False)
                is_doubtful = sent.is_doubtful or (self.is_lost and sent.fault is None)
                self.sent = replace(sent, is_doubtful=is_doubtful)
                return sent.response

            def validate_response(self, response: Any, case: Case, *_: Any, **__: Any) -> None:
                use(self.sent.judged(lambda: super(Walk, self).validate_response(response, case)))

        seeded = hypothesis.seed(self.run.settings.seed)(Walk)
        with suppress(Enough, hypothesis.errors.Unsatisfiable):
            seeded.run(settings=hypothesis.settings(**_ONCE_THROUGH, max_examples=scenarios, stateful_step_count=steps))

    def shoot(self, case: Case) -> Shot:
        """Send a case and let Schemathesis judge the answer. Raises what the guard raises."""
        sent = self.send(case)
        return sent.judged(lambda: case.validate_response(sent.response))

    def send(self, case: Case, *, ids: bool = True) -> Sent:
        """Send a case; with `ids` it is aimed at what the run has made. Raises what the guard raises."""
        operation = self.facts.operations[case.operation.definition.raw["operationId"]]
        fault = fault_of(operation, case)
        draft = self.aim.draft(operation, case, ids=ids)
        with self.run.guard.sending(draft):
            response = case.call(session=self.run.session, allow_redirects=False)
            exchange = self.run.guard.answered()
        return Sent(operation, exchange, fault, is_doubtful(operation, case), response)

    def is_dear(self, operation: Operation, case: Case, *, ids: bool = True) -> bool:
        """Say whether a case may cost more than the claim that runs has left of what it announced; `ids` as in send."""
        allowance = self.run.guard.allowance
        if allowance.credits is None:
            return False
        return allowance.spent + self.aim.worst(operation, case, ids=ids) > allowance.credits

    def makes_cheap(self, case: Case) -> bool:
        """Give a legal case that is dearer than the example its members; say whether the claim has so much left."""
        operation = self.facts.operations[case.operation.definition.raw["operationId"]]
        drawn = self.aim.worst(operation, case, ids=False)
        if drawn and fault_of(operation, case) is None and isinstance(case.body, dict):
            own = dict(case.body)
            case.body.update(self.aim.example(operation))
            if self.aim.worst(operation, case, ids=False) >= drawn:
                case.body.clear()
                case.body.update(own)
        return not self.is_dear(operation, case, ids=False)

    def is_too_dear(self, operation: Operation, case: Case) -> bool:
        """Say whether a case that is to be refused costs more than what was announced, if it is accepted."""
        allowance = self.run.guard.allowance
        if allowance.credits is None:
            return False
        return self.aim.worst(operation, case) > max(allowance.credits, allowance.beyond)


def _each(group: FailureGroup) -> Iterator[Failure]:
    for one in group.exceptions:
        if isinstance(one, FailureGroup):
            yield from _each(one)
        else:
            yield one


def judge(claim: Claim, shot: Shot) -> None:
    """Judge what Schemathesis says of an answer; one that is short of means is none."""
    if shot.exchange.status in SHORT_OF_MEANS:
        return
    claim.saw(shot.exchange)
    for one in shot.failures:
        for deviation in deviations(claim.facts, claim.run.shapes, shot.exchange, shot.fault, one):
            _report(claim, deviation, shot.exchange)


def _report(claim: Claim, deviation: Deviation, exchange: Exchange) -> None:
    if deviation.is_new:
        claim.added(deviation.rests_on, deviation.got, exchange)
    else:
        claim.judge(
            False, rests_on=deviation.rests_on, expected=deviation.expected, got=deviation.got, exchange=exchange
        )
