"""A claim that has looked at nothing does not hold: answers are empty, refused, or say nothing of what is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from contract_tests import (
    test_buttons,
    test_chat,
    test_collections,
    test_embeddings,
    test_files,
    test_gateway,
    test_images,
    test_searching,
    test_tasks,
)
from contract_tests.kit.claims import Claim
from contract_tests.kit.recipes import Draft
from contract_tests.kit.roles import Keys
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.in_process import Change, cases_of, make_run, perform
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
CHAT, EMBEDDING, IMAGES, JOBS = "createChatCompletion", "createEmbedding", "createImage", "listLipSync"
NOBODYS = {"other": "nobodys-key-at-all"}


def performed(
    kitchen: Kitchen, test: Any, change: Change, *, case: str = "", keys: dict[str, str] | None = None
) -> Record:
    """Perform a claim for a case, or its first; tasks of documented examples are over before anything is changed."""
    changes: list[Change] = []

    def changing(draft: Draft, answer: Answer) -> None:
        for one in changes:
            one(draft, answer)

    run = make_run(kitchen, changing)
    run.keys = Keys({**run.keys.by_role, **(keys or {})})
    for row in run.facts.machines.values():
        run.wait_for(run.golden(row["create"]))
    changes.append(change)
    cases = cases_of(run.facts, test)
    return perform(run, test, cases[case] if case else next(iter(cases.values())))


def says(body: bytes, media: str = "") -> Change:
    """Say this instead of any success, or of those of a media type."""

    def change(_: Draft, answer: Answer) -> None:
        if answer.status < 300 and media in answer.media:
            answer.body = body

    return change


def tells(role: str, status: int) -> Change:
    """Answer an account so, whatever it asks."""

    def change(draft: Draft, answer: Answer) -> None:
        if draft.role == role:
            answer.status, answer.body = status, b"{}"

    return change


def answered(operation: str, status: int) -> Change:
    """Answer an operation with this status, whatever is asked."""

    def change(draft: Draft, answer: Answer) -> None:
        if draft.operation == operation:
            answer.status, answer.body = status, b"{}"

    return change


def edited(operation: str, edit: Callable[[dict[str, Any]], Any]) -> Change:
    """Change the JSON that an operation answers with success."""

    def change(draft: Draft, answer: Answer) -> None:
        if draft.operation == operation and answer.status < 300 and answer.media == "application/json":
            body = orjson.loads(answer.body)
            edit(body)
            answer.body = orjson.dumps(body)

    return change


@pytest.mark.parametrize(
    ("provider", "test", "case", "change"),
    [
        ("aitre", test_chat.test_the_most_tokens_are_honoured, CHAT, says(b"{}")),
        ("aitre", test_chat.test_events_joined_are_the_whole_answer, CHAT, says(b"")),
        ("aitre", test_chat.test_tokens_come_in_events_if_asked_for, CHAT, edited(CHAT, lambda one: one.pop("usage"))),
        ("aitre", test_images.test_a_picture_is_what_was_asked_for, IMAGES, edited(IMAGES, lambda one: one.clear())),
        ("aitre", test_buttons.test_a_button_of_another_account_does_not_work, "", tells("other", 500)),
        ("hadrian", test_gateway.test_a_listed_model_leads_somewhere, "", answered("createSpeech", 500)),
        ("fishaudio-net", test_tasks.test_counts_are_those_of_the_lists, "", says(b"{}")),
        ("fishaudio-net", test_collections.test_what_is_made_is_hidden_from_another_account, JOBS, tells("other", 403)),
        ("fishaudio-net", test_collections.test_what_is_made_is_hidden_from_another_account, JOBS, tells("other", 500)),
    ],
)
def test_what_says_nothing_shows_nothing(
    kitchen: MakeKitchen, provider: str, test: Any, case: str, change: Change
) -> None:
    record = performed(kitchen(provider), test, change, case=case)

    assert (record.verdict, record.findings) == (Verdict.UNVERIFIED, [])


@pytest.mark.parametrize(
    ("provider", "test"),
    [
        ("fishaudio-net", test_tasks.test_a_foreign_task_is_not_found),
        ("aitre", test_buttons.test_a_button_of_another_account_does_not_work),
        ("fishaudio-org", test_collections.test_what_is_made_is_hidden_from_another_account),
        ("fishaudio-net", test_searching.test_what_is_made_is_used_by_its_account_alone),
    ],
)
def test_an_account_whose_key_is_nobodys_shows_nothing(kitchen: MakeKitchen, provider: str, test: Any) -> None:
    record = performed(kitchen(provider), test, says(b"", "nothing"), keys=NOBODYS)

    assert (record.verdict, record.findings) == (Verdict.UNVERIFIED, [])
    assert record.reason.startswith("the key of the account other is nobody's: 401")


@pytest.mark.parametrize("name", ["queryLipSync", "postQueryLipSync"])
def test_an_address_that_was_not_told_yet_is_asked_for_once_more(kitchen: MakeKitchen, name: str) -> None:
    """The example of a look is asked once in a run: mostly before the task is over."""
    run = make_run(kitchen("fishaudio-net"))
    run._golden[(name, "")] = run.ask(name, **run.operation(name).leading_to("nobody"))
    run.guard.log.clear()
    claim = Claim(run, "files.addresses", "n", run.operation(name))

    _, told = test_files.addresses(claim, run.operation(name))

    assert [one.url.rpartition(".")[2] for one in told] == ["mp4"]


def test_a_task_that_tells_no_progress_has_none_that_falls(kitchen: MakeKitchen) -> None:
    def silent(_: Draft, answer: Answer) -> None:
        if answer.media == "application/json":
            body = orjson.loads(answer.body)
            if isinstance(body, dict) and body.pop("progress", None) is not None:
                answer.body = orjson.dumps(body)

    run = make_run(kitchen("voiceapi"), silent)
    machine = cases_of(run.facts, test_tasks.test_progress_never_falls)["tts"]
    run.wait_for(run.golden(machine.operation))

    record = perform(run, test_tasks.test_progress_never_falls, machine)

    assert (record.verdict, record.reason) == (Verdict.UNVERIFIED, "no answer of this run tells how far a task is")


@pytest.mark.parametrize(
    "test", [test_embeddings.test_vectors_are_of_unit_length, test_embeddings.test_vectors_are_as_long_as_documented]
)
def test_an_answer_without_a_vector_has_none_that_is_right(kitchen: MakeKitchen, test: Any) -> None:
    run = make_run(kitchen("aitre"), says(b'{"data": []}'))
    run.golden(EMBEDDING)

    assert perform(run, test, cases_of(run.facts, test)[EMBEDDING]).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("before", "after", "is_so"),
    [
        (5, 4.5, True),
        (4.5, 5, False),
        ("2026-01-01T00:00:00.500Z", "2026-01-01T00:00:00Z", True),
        ("2026-01-01T01:00:00+02:00", "2025-12-31T22:30:00Z", True),
        ("2026-01-01", "2026-01-02", False),
        ("b", "a", True),
        ("1", 1, False),
        (True, False, False),
    ],
)
def test_an_order_is_that_of_what_is_told_not_of_how(before: Any, after: Any, is_so: bool) -> None:
    assert test_searching.is_falling(before, after) is is_so


def test_the_same_members_in_another_order_are_the_same_result(kitchen: MakeKitchen) -> None:
    turns: list[int] = []

    def shuffled(draft: Draft, answer: Answer) -> None:
        if draft.operation == "queryLipSync" and answer.status == 200:
            turns.append(1)
            body = orjson.loads(answer.body)
            members = list(body.items())
            answer.body = orjson.dumps(dict(members[:: -1 if len(turns) % 2 else 1]), option=orjson.OPT_INDENT_2)

    record = performed(kitchen("fishaudio-net"), test_tasks.test_a_result_is_stable, shuffled)

    assert (record.verdict, record.findings) == (Verdict.HOLDS, [])
