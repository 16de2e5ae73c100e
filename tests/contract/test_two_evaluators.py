"""The simulator and the suite work prices and paths out apart from each other; here they are held together."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.clips import Clips
from contract_tests.kit.facts import Facts
from contract_tests.kit.prices import price_of, weighed
from contract_tests.kit.tasks.histories import connected
from mockvoice.openapi.operations import tariff_of
from mockvoice.providers import REGISTRY
from mockvoice.service.call import Call
from tests.harness.specs import document, spec


def rates(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Rates by a field, of a member's whole value or of how it begins, each perhaps another rate."""
    return st.fixed_dictionaries(
        {
            "by": st.sampled_from(["model", "size"]),
            "values": st.dictionaries(st.sampled_from(["a", "ab", "b", ""]), inner, max_size=3),
            "otherwise": inner,
        },
        optional={"match": st.just("beginning")},
    )


GIVES = st.recursive(st.integers(0, 50), rates, max_leaves=6)
STEPS = st.lists(
    st.fixed_dictionaries(
        {"per": st.integers(1, 70_000), "give": GIVES},
        optional={"rounding": st.sampled_from(["up", "down", "nearest"]), "minimum": st.integers(0, 20)},
    ),
    max_size=3,
)


@given(
    steps=STEPS,
    amount=st.integers(0, 10_000_000),
    fields=st.fixed_dictionaries(
        {"model": st.sampled_from(["a", "abc", "c"])}, optional={"size": st.sampled_from("ab")}
    ),
)
def test_both_evaluators_of_prices_agree(steps: list[dict[str, Any]], amount: int, fields: dict[str, str]) -> None:
    billing = {"measure": "calls", "steps": steps, "refusal": "x"}
    tariff = tariff_of(billing)

    assert tariff is not None
    assert price_of(billing, amount, fields) == tariff.price(amount, fields)


@pytest.mark.parametrize("provider", REGISTRY)
def test_both_evaluators_agree_about_every_documented_example(provider: str) -> None:
    """Of what is counted by what was sent; seconds of audio are measured by two decoders elsewhere."""
    facts = Facts(document(provider))
    amounts = Amounts(Clips(Path("fixtures"), ""))
    for name, one in facts.operations.items():
        tariff = spec(provider).operation(name).tariff
        if tariff is None or tariff.measure not in {"calls", "tasks", "number", "code-points"}:
            continue
        for fields in one.examples.values():
            call = Call()
            call.operation, call.fields = spec(provider).operation(name), dict(fields)
            assert amounts.price(one, None, fields) == tariff.price(call.measured(), call.fields)


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
