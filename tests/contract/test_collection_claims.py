"""The claims about lists: the faithful simulator keeps each, and an answer with one fault breaks the right one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from contract_tests import test_collections
from contract_tests.kit.recipes import Draft
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.in_process import Change, cases_of, facts_of, make_run, perform
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
NET, ORG = "fishaudio-net", "fishaudio-org"
LISTS = {NET: "listModels", ORG: "listVoices"}
CLAIMS = {
    name.removeprefix("test_"): test
    for name, test in vars(test_collections).items()
    if name.startswith("test_") and hasattr(test, "announcement")
}
Edit = Callable[[dict[str, Any], Draft], None]


def performed(
    kitchen: Kitchen, name: str, change: Change | None = None, of: str | None = None, **more: Any
) -> list[Record]:
    """Perform a claim for every list of a provider, or for the one that an operation answers."""
    run = make_run(kitchen, change, **more)
    cases = [one for one in cases_of(run.facts, CLAIMS[name]).values() if of in {None, one.operation.id}]
    # As in a whole run, the documented examples come first: a list of tasks has nothing in it before.
    for case in cases:
        if case.create is not None:
            run.finish(run.golden(case.create))
    return [perform(run, CLAIMS[name], case) for case in cases]


def in_lists(edit: Edit) -> Change:
    """Change the JSON of every page."""

    def change(draft: Draft, answer: Answer) -> None:
        if draft.operation in LISTS.values() and answer.status == 200:
            body = orjson.loads(answer.body)
            edit(body, draft)
            answer.body = orjson.dumps(body)

    return change


def with_status(operation: str, then: int, now: int) -> Change:
    """Change a status of an operation."""

    def change(draft: Draft, answer: Answer) -> None:
        if draft.operation == operation and answer.status == then:
            answer.status = now

    return change


@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.parametrize("provider", [NET, ORG])
def test_the_faithful_simulator_keeps_every_claim(kitchen: MakeKitchen, provider: str, name: str) -> None:
    records = performed(kitchen(provider), name)

    assert [one.id for record in records for one in record.findings] == []
    assert {record.verdict for record in records} <= {Verdict.HOLDS}
    assert records or (provider, name) == (NET, "a_filter_only_narrows")


def _repeats(body: dict[str, Any], _: Draft) -> None:
    if body["page"] > 1 and body["items"]:
        body["items"][0] = FIRST_OF_ALL


def _never_ends(body: dict[str, Any], _: Draft) -> None:
    body["items"] = body["items"] or [FIRST_OF_ALL]


def _counts_one_more(body: dict[str, Any], _: Draft) -> None:
    body["total"] += body["page"] - 1


def _cut(body: dict[str, Any], _: Draft) -> None:
    del body["items"][1:]


def _pages_off(body: dict[str, Any], _: Draft) -> None:
    body["totalPages"] += 1


def _old(body: dict[str, Any], _: Draft) -> None:
    body["items"] = [one for one in body["items"] if one["name"] != "My own voice"]


def _others_too(body: dict[str, Any], draft: Draft) -> None:
    if "provider=" in draft.path and body["items"]:
        body["items"][-1]["provider"] = "elsewhere"


FIRST_OF_ALL = {"id": "same", "name": "Same", "provider": "fishaudio"}


@pytest.mark.parametrize(
    ("name", "edit", "fact"),
    [
        ("pages_add_up_to_the_total", _cut, "/page/size"),
        ("pages_add_up_to_the_total", _repeats, "/page"),
        ("pages_add_up_to_the_total", _counts_one_more, "/total"),
        ("a_page_has_the_size_asked_for", _cut, "/page/size"),
        ("a_page_has_the_size_asked_for", _pages_off, "/told/pages"),
        ("a_page_beyond_the_end_is_empty", _never_ends, "/page"),
        ("a_filter_only_narrows", _others_too, "/filters/provider"),
        ("a_filter_only_narrows", _never_ends, "/filters/search"),
        ("what_is_made_is_listed_at_once", _old, "/items"),
    ],
)
def test_a_fault_in_a_list_is_found(kitchen: MakeKitchen, name: str, edit: Edit, fact: str) -> None:
    place = facts_of(ORG).operations["listVoices"].pointer + "/x-voice-collection" + fact

    (record,) = performed(kitchen(ORG), name, in_lists(edit), LISTS[ORG])

    assert place in {one.fact.pointer for one in record.findings}, record


@pytest.mark.parametrize(
    ("provider", "name", "operation", "then", "now"),
    [
        (ORG, "what_is_deleted_is_gone", "deleteVoice", 404, 200),
        (ORG, "what_is_deleted_is_gone", "deleteVoice", 200, 500),
        (ORG, "what_is_made_is_hidden_from_another_account", "deleteVoice", 404, 403),
        (NET, "what_is_deleted_is_gone", "textToSpeech", 404, 200),
        (NET, "what_is_deleted_is_gone", "textToSpeech", 200, 404),
    ],
)
def test_a_wrong_answer_in_the_life_of_a_thing_is_found(
    kitchen: MakeKitchen, provider: str, name: str, operation: str, then: int, now: int
) -> None:
    (record,) = performed(kitchen(provider), name, with_status(operation, then, now), LISTS[provider])

    assert record.verdict in {Verdict.BROKEN, Verdict.DIFFERS}, record


def test_a_page_beyond_the_end_may_be_refused(kitchen: MakeKitchen) -> None:
    def change(draft: Draft, answer: Answer) -> None:
        if draft.operation == "listVoices" and not orjson.loads(answer.body)["items"]:
            answer.status = 404

    (record,) = performed(kitchen(ORG), "a_page_beyond_the_end_is_empty", change, LISTS[ORG])

    assert (record.verdict, record.reason) == (Verdict.OBSERVED, "a page beyond the end is answered 404")


def test_without_a_total_nothing_is_said_of_it(kitchen: MakeKitchen) -> None:
    without_total = in_lists(lambda body, _: body.pop("total"))

    (record,) = performed(kitchen(ORG), "pages_add_up_to_the_total", without_total, LISTS[ORG])

    assert (record.verdict, record.reason) == (Verdict.UNVERIFIED, "the list does not tell how many there are")


def test_another_account_is_needed_to_hide_something_from_it(kitchen: MakeKitchen) -> None:
    roles = frozenset({"funded"})

    (record,) = performed(kitchen(ORG), "what_is_made_is_hidden_from_another_account", of=LISTS[ORG], roles=roles)

    assert record.verdict is Verdict.UNVERIFIED
