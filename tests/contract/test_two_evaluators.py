"""The simulator and the suite work prices and paths out apart from each other; here they are held together."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.kit.prices import price_of, weighed
from contract_tests.kit.tasks.histories import connected
from mockvoice.openapi.model import tariff_of
from mockvoice.providers import REGISTRY
from tests.harness.specs import document, spec

GIVES = st.integers(0, 50) | st.fixed_dictionaries(
    {
        "by": st.just("model"),
        "values": st.dictionaries(st.sampled_from("ab"), st.integers(0, 50)),
        "otherwise": st.integers(0, 9),
    }
)
STEPS = st.lists(
    st.fixed_dictionaries(
        {"per": st.integers(1, 70_000), "give": GIVES},
        optional={"rounding": st.sampled_from(["up", "down", "nearest"]), "minimum": st.integers(0, 20)},
    ),
    max_size=3,
)


@given(steps=STEPS, amount=st.integers(0, 10_000_000), model=st.sampled_from("abc"))
def test_both_evaluators_of_prices_agree(steps: list[dict[str, Any]], amount: int, model: str) -> None:
    billing = {"measure": "calls", "steps": steps, "refusal": "x"}
    tariff = tariff_of(billing)

    assert tariff is not None
    assert price_of(billing, amount, {"model": model}) == tariff.price(amount, {"model": model})


@given(
    counts=st.dictionaries(st.sampled_from(["prompt", "completion", "thought"]), GIVES, min_size=1),
    counted=st.dictionaries(st.sampled_from(["prompt", "completion", "thought"]), st.integers(0, 200_000)),
    steps=STEPS,
    model=st.sampled_from("abc"),
)
def test_both_evaluators_agree_on_what_tokens_cost(
    counts: dict[str, Any], counted: dict[str, int], steps: list[dict[str, Any]], model: str
) -> None:
    rows = {name: {"at": f"/usage/{name}", "give": give} for name, give in counts.items()}
    billing = {"measure": "tokens", "counts": rows, "steps": steps, "refusal": "x"}
    told = {name: number for name, number in counted.items() if name in counts}
    fields = {"model": model}
    tariff = tariff_of(billing)

    assert tariff is not None
    assert weighed(billing, told, fields) == tariff.weigh(told, fields)
    assert price_of(billing, weighed(billing, told, fields), fields) == tariff.price_beforehand(told, fields)


@pytest.mark.parametrize("provider", REGISTRY)
def test_both_evaluators_of_paths_agree(provider: str) -> None:
    """The machine of the simulator moves one edge at a time; an observer may miss states in between."""
    machines = document(provider).get("x-voice-tasks") or {}
    for name, row in machines.items():
        edges = spec(provider).machines[name].edges
        states = [*row["edges"], *row["terminal"]]
        for before, after in product(states, states):
            reached, todo = {before}, [before]
            while todo:
                new = set(edges.get(todo.pop(), ())) - reached
                reached |= new
                todo += new
            assert connected(row, before, after) is (after in reached)
