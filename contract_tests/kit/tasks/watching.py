"""Walks about a task machine in orders that Hypothesis makes up: create, look, look at another, wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract_tests.kit.machines import ident_in

if TYPE_CHECKING:
    from contract_tests.kit.claims import Claim
    from contract_tests.kit.tasks.shown import Machine

# A pause between two looks, in seconds.
PAUSE = 0.06


def watch_tasks(claim: Claim, machine: Machine, walks: int, steps: int) -> None:
    """Walk `walks` times, at most `steps` steps each; what was seen stands in the run's log.

    The first walk makes a task, every walk goes on with the tasks that are there: at most one new task a walk.
    """
    from hypothesis import HealthCheck, Phase, seed, settings  # noqa: PLC0415 - half a second, and smoke needs none
    from hypothesis import strategies as st  # noqa: PLC0415
    from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test  # noqa: PLC0415

    idents: list[str] = []

    class Walk(RuleBasedStateMachine):
        @initialize()
        def make_a_task(self) -> None:
            if len(idents) < walks:
                created = claim.ask(machine.operation)
                ident = ident_in(machine.row, created)
                if created.is_success and isinstance(ident, str):
                    idents.append(ident)

        @precondition(lambda _: bool(idents))
        @rule(which=st.integers(0, max(walks - 1, 0)))
        def look(self, which: int) -> None:
            ident = idents[which % len(idents)]
            claim.ask(machine.status, **machine.status.leading_to(ident))

        @rule()
        def wait(self) -> None:
            claim.run.sleep(PAUSE)

    # Only generation: nothing is to be shrunk or replayed, since every step asks a server.
    chosen = settings(
        max_examples=walks,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    Walk.TestCase.settings = chosen
    run_state_machine_as_test(seed(claim.run.settings.seed)(Walk), settings=chosen)
