"""What the suite tells is read as it is meant, without keys, and decides the exit status."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.check.ending import Ending, judge
from mockvoice.check.events import End, Fact, Note, Plan, Record, Tally, Verdict, read_event
from mockvoice.check.keys import MASKED, ROLES, Masker, keys_of_simulator, keys_of_user, without_keys
from mockvoice.check.suite import Outcome
from tests.harness.fake_suite import end, finding, plan, record
from tests.harness.specs import PROVIDERS, spec

NOBODY = Masker(())
OF_EVERY_PROVIDER = ("", "EMPTY_", "LOW_", "LIMITED_", "REVOKED_", "OTHER_", "FORBIDDEN_")


def tally_of(*events: dict[str, Any]) -> Tally:
    tally = Tally()
    for event in events:
        read = read_event(json.dumps(event), NOBODY)
        assert read is not None
        tally.take(read)
    return tally


def test_a_plan_is_read() -> None:
    read = read_event(json.dumps(plan(130)), NOBODY)

    assert isinstance(read, Plan)
    assert (read.claims, read.requests, read.credits, read.unit) == (130, 400, 345, "microcents")
    assert (read.rows[0].operation, read.rows[0].audio_seconds, read.rows[0].creates) == (
        "createSpeech",
        12.5,
        "1 task",
    )


def test_a_record_is_read_with_its_findings() -> None:
    told = record("errors.bad_key", "broken", judged=3, requests=2, credits=5, findings=[finding("errors.bad_key")])

    read = read_event(json.dumps(told), NOBODY)

    assert isinstance(read, Record)
    assert (read.family, read.verdict, read.judged, read.requests, read.credits) == ("errors", "broken", 3, 2, 5)
    assert read.findings[0].fact == Fact("/x-voice-errors/bad_key", "401 for a bad key", "document", "001.txt")


def test_what_is_absent_or_null_or_new_does_no_harm() -> None:
    read = read_event('{"event": "end", "exit_code": 0, "seconds": null, "tea": "yes"}', NOBODY)

    assert read == End(0)


def test_an_event_that_nobody_knows_is_passed_over() -> None:
    assert read_event('{"event": "coffee"}', NOBODY) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"event": "end"}',
        '{"event": ["end"]}',
        '{"event": "end", "exit_code": "x"}',
        '{"event": "record", "claim": "a.b", "verdict": "fine"}',
        '{"event": "plan", "rows": [{}]}',
        '{"event": "end", "exit_code": 0, "readings": [1]}',
    ],
)
def test_a_line_that_is_no_event_is_told_apart(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_event(line, NOBODY)


def test_claims_are_counted_by_family_in_the_order_they_come() -> None:
    tally = tally_of(
        plan(3),
        record("errors.a", requests=2, credits=1),
        record("audio.b", "broken", requests=1, credits=2),
        record("errors.c", "unverified"),
    )

    assert {family: dict(counts) for family, counts in tally.families().items()} == {
        "errors": {Verdict.HOLDS: 1, Verdict.UNVERIFIED: 1},
        "audio": {Verdict.BROKEN: 1},
    }
    assert (tally.requests, tally.credits, tally.claims) == (3, 3, 3)


def test_the_last_word_knows_best_what_was_spent() -> None:
    tally = tally_of(record("errors.a", requests=2, credits=1), end(0, requests=9, credits=8))

    assert (tally.requests, tally.credits) == (9, 8)


HELD = (record("errors.a"),)
LAST_WORD = "then its program ended with status"


@pytest.mark.parametrize(
    ("events", "outcome", "expected"),
    [
        ((*HELD, end(0)), Outcome(0, 0, ""), Ending(0, "nothing is broken")),
        ((*HELD, end(1, "1 is broken")), Outcome(1, 0, ""), Ending(1, "1 is broken")),
        ((end(2, "say --yes"),), Outcome(2, 0, ""), Ending(2, "say --yes")),
        ((*HELD, end(3, "dead key")), Outcome(3, 0, ""), Ending(3, "dead key")),
        # A word that the program's status does not bear out never makes a run clean, nor a broken one less so.
        ((*HELD, end(0, "fine")), Outcome(3, 0, ""), Ending(3, f"the suite said 0: fine; {LAST_WORD} 3", True)),
        ((*HELD, end(1, "bad")), Outcome(3, 0, ""), Ending(1, f"the suite said 1: bad; {LAST_WORD} 3", True)),
        ((*HELD, end(7, "")), Outcome(7, 0, ""), Ending(3, f"the suite said 7; {LAST_WORD} 7", True)),
        ((end(0),), Outcome(0, 0, ""), Ending(3, "no claim was looked at", True)),
        (HELD, Outcome(0, 0, ""), Ending(3, "the suite ended with status 0 before its last word", True)),
        (HELD, Outcome(1, 0, ""), Ending(3, "the suite ended with status 1 before its last word", True)),
        (HELD, Outcome(2, 0, "Interrupted"), Ending(3, "the suite ended with status 2 before its last word", True)),
        (HELD, Outcome(-11, 0, ""), Ending(3, "the suite was ended by SIGSEGV before its last word", True)),
        (HELD, Outcome(-99, 0, ""), Ending(3, "the suite was ended by signal 99 before its last word", True)),
        ((), Outcome(4, 0, ""), Ending(2, "the suite does not take these options", True)),
        ((), Outcome(2, 0, "x\nExit: mockvoice: bad baseline\n"), Ending(2, "bad baseline")),
        ((plan(),), Outcome(2, 0, "!!! _pytest.outcomes.Exit: mockvoice: say --yes !!!\n"), Ending(2, "say --yes")),
        ((*HELD, end(0, "fine")), Outcome(0, 1, ""), Ending(3, "interrupted; fine")),
        ((*HELD, end(3, "the run was interrupted")), Outcome(3, 1, ""), Ending(3, "the run was interrupted")),
        ((*HELD, end(1, "1 is broken")), Outcome(1, 1, ""), Ending(1, "interrupted; 1 is broken")),
        (HELD, Outcome(2, 1, ""), Ending(3, "interrupted; the suite ended with status 2 before its last word")),
        (HELD, Outcome(-9, 2, ""), Ending(3, "interrupted twice; what the run created may still be there")),
    ],
)  # fmt: skip
def test_a_run_ends_with_a_status_and_its_reason(
    events: tuple[dict[str, Any], ...], outcome: Outcome, expected: Ending
) -> None:
    assert judge(tally_of(*events), outcome, is_plan=False) == expected


@pytest.mark.parametrize("events", [(plan(),), (plan(), end(0, "only the plan was asked for"))])
def test_a_plan_alone_is_clean(events: tuple[dict[str, Any], ...]) -> None:
    assert judge(tally_of(*events), Outcome(0, 0, ""), is_plan=True) == Ending(0, "only the plan was asked for")


def test_a_plan_that_never_came_is_not_clean() -> None:
    assert judge(tally_of(), Outcome(0, 0, ""), is_plan=True).code == 3


keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=40)


@given(keys, st.binary(max_size=5), st.binary(max_size=5))
def test_a_key_is_masked_in_every_form(key: str, before: bytes, after: bytes) -> None:
    masker = Masker([key])
    around = before + key.encode() + after
    written = [
        key,
        f"Bearer {key}",
        quote(key, safe=""),
        quote(key),
        "".join(f"%{ord(one):02x}" for one in key),
        quote_plus(f"a {key}"),
        json.dumps({"key": key}),
        json.dumps(key).replace("/", "\\/"),
        "".join(f"\\u{ord(one):04X}" for one in key),
        base64.b64encode(around).decode(),
        base64.urlsafe_b64encode(around).decode(),
    ]

    for text in written:
        assert MASKED in masker.text(text), text


def test_keys_are_masked_in_every_text_of_an_event() -> None:
    read = read_event('{"event": "note", "text": "as gw_secret-key said"}', Masker(["gw_secret-key"]))

    assert read == Note(f"as {MASKED} said")


def test_a_longer_key_is_masked_before_one_that_begins_it() -> None:
    assert Masker(["mock-low", "mock-low-two"]).text("mock-low-two mock-low") == f"{MASKED} {MASKED}"


def test_a_short_key_is_masked_as_a_word() -> None:
    assert Masker(["test"]).text("test contract_tests 'test' test-1") == f"{MASKED} contract_tests '{MASKED}' test-1"


def test_without_keys_nothing_is_masked() -> None:
    assert Masker(["", ""]).text("text") == "text"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_simulator_brings_the_keys_of_all_roles(provider: str) -> None:
    tokens = {seed.role: seed.token for seed in spec(provider).seeds}

    found = keys_of_simulator(spec(provider))

    assert found == {role.variable: tokens[role.seed] for role in ROLES if role.seed in tokens}
    assert {f"MOCKVOICE_{name}TOKEN" for name in OF_EVERY_PROVIDER} <= {*found}


def test_the_command_line_counts_more_than_the_environment() -> None:
    environ = {"MOCKVOICE_TOKEN": "one", "MOCKVOICE_LOW_TOKEN": "two", "OTHER": "three", "MOCKVOICE_EMPTY_TOKEN": ""}

    found = keys_of_user({"--token": "four"}, environ)

    assert found == {"MOCKVOICE_TOKEN": "four", "MOCKVOICE_LOW_TOKEN": "two"}
    assert without_keys(environ) == {"OTHER": "three"}
