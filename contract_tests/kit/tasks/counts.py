"""Counts of tasks by state, as a machine's `counts` says where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_tests.kit.claims import Claim, Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.tasks.shown import Machine


def counts_of(claim: Claim, machine: Machine, **recipe: Any) -> tuple[Exchange, dict[str, Any]]:
    """Ask for the counts; return the answer, and state → count (`""`: of all)."""
    row = machine.row["counts"]
    answer = claim.ask(row["operation"], **recipe)
    if not answer.is_success:
        raise Unverified(f"{row['operation']} was answered {answer.status}")
    members = {"": row["total"], **row["states"]}
    return answer, {state: answer.at(f"{row['at']}/{member}") for state, member in members.items()}


def judge_counts(claim: Claim, machine: Machine, answer: Exchange, found: Mapping[str, Any]) -> None:
    """Judge that the counts of the states add up. Raises Unverified where one is no whole number."""
    states = {state: count for state, count in found.items() if state}
    if not all(isinstance(count, int) and not isinstance(count, bool) for count in found.values()):
        raise Unverified("a count is no whole number")
    claim.judge(
        sum(states.values()) == found[""],
        rests_on=machine.fact("counts"),
        expected=f"a total of {sum(states.values())}: {', '.join(f'{one} {count}' for one, count in states.items())}",
        got=f"{found['']}",
        exchange=answer,
    )


def state_filter(facts: Facts, machine: Machine) -> tuple[str, str] | None:
    """Return (parameter that narrows a list of tasks to a state, where the list tells how many it has)."""
    row = facts.operations[machine.row["counts"]["operation"]].node.get("x-voice-collection", {})
    member = machine.row["state"].rpartition("/")[2]
    name = next((name for name, one in row.get("filters", {}).items() if one["at"] == f"/{member}"), None)
    return (name, row["total"]) if name and "total" in row else None
