"""A body that is no example with other members may be read in any way, so it is planned and capped at its worst."""

from __future__ import annotations

import pytest

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.clips import LOOPBACK_CLIPS, Clips
from contract_tests.kit.errors.forms import broken
from contract_tests.kit.recipes import Recipe, Writer
from contract_tests.kit.roles import Keys
from tests.contract.endpoint import FIXTURES
from tests.contract.in_process import facts_of

CLIPS = Clips(FIXTURES, LOOPBACK_CLIPS)


def worst(operation_id: str, recipe: Recipe) -> int:
    facts = facts_of("hadrian")
    operation = facts.operations[operation_id]
    draft = Writer(facts, Keys({"funded": "gw_key"}), CLIPS).write(operation, recipe, {})
    return Amounts(CLIPS).worst(operation, draft, draft.fields, len(draft.body))


def test_a_text_that_is_no_json_costs_at_most_its_bytes() -> None:
    assert worst("createSpeech", {"raw": "hello"}) == worst("createSpeech", {"with": {"input": "12345"}})
    assert worst("createSpeech", {"raw": ""}) == 0


@pytest.mark.parametrize("how", ["no-closing-boundary", "another-boundary", "cut-off-in-the-file"])
def test_a_broken_form_may_cost_what_the_whole_one_does(how: str) -> None:
    operation = facts_of("hadrian").operations["createTranscription"]
    recipe = broken(operation, how, CLIPS)

    assert worst("createTranscription", recipe) == worst("createTranscription", {})


def test_a_short_body_holds_little_audio() -> None:
    assert (
        0 < worst("createTranscription", {"raw": "x" * 2_000}) < worst("createTranscription", {"raw": "x" * 2_000_000})
    )
