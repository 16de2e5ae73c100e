"""Every answer that a run has seen is held against the documents, and what contradicts them is told by its fact."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests import test_forward, test_schema
from contract_tests.kit.claims import Claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.leftovers import name_of
from contract_tests.kit.verdicts import Record, Verdict
from tests.contract.thing import DOCUMENT, SONG, answer, claim_over, facts, without

SONG_AT = "/components/schemas/Song"
ANSWER_AT = "/paths/~1songs/post/responses/200"
RESPONSES_AT = "/paths/~1songs/post/responses"
LONG = {"id": "s1", "mood": "gay", "verses": 3, "key": "c", "seconds": 1.5}


def judged(*exchanges: Exchange, operation: str = "sing") -> Record:
    claim = claim_over(*exchanges, operation=operation)
    test_schema.test_every_answer_seen_fits_its_documented_shape(claim, _case(claim))
    return claim.close(0.0)


def looked_ahead(*exchanges: Exchange) -> Record:
    claim = claim_over(*exchanges)
    test_forward.test_answers_hold_only_what_is_documented(claim, _case(claim))
    return claim.close(0.0)


def _case(claim: Claim) -> Any:
    assert claim.operation is not None
    return claim.operation


def stream(*events: str) -> Exchange:
    return answer("".join(f"data: {one}\n\n" for one in events).encode(), media="text/event-stream")


@pytest.mark.parametrize(
    "exchange",
    [
        answer(),
        answer({**SONG, "notes": [{"tone": "c"}], "singer": {"name": "Ada"}}),
        answer({"error": "bad"}, status=400),
        answer(b"", status=204, media="", headers={"content-length": ""}),
        answer(b"ID3", media="audio/mpeg"),
        answer({"error": "full"}, status=503),
        answer(b"", status=410, media=""),
        stream('{"tone": "c"}', '{"tone": "d"}'),
        answer(headers={"content-type": "application/json; charset=utf-8"}),
        answer(headers={"x-new": "1"}),
    ],
)
def test_an_answer_as_documented_holds(exchange: Exchange) -> None:
    record = judged(exchange)

    assert (record.verdict, record.judged) == (Verdict.HOLDS, 1)


@pytest.mark.parametrize(
    ("exchange", "fact", "verdict"),
    [
        (answer(without(SONG, "mood")), f"{SONG_AT}/required", Verdict.BROKEN),
        (answer({**without(SONG, "mood"), "Mood": "gay"}), f"{SONG_AT}/required", Verdict.BROKEN),
        (answer({**SONG, "id": 1}), f"{SONG_AT}/properties/id/type", Verdict.BROKEN),
        (answer({**SONG, "id": None}), f"{SONG_AT}/properties/id/type", Verdict.BROKEN),
        (answer({**SONG, "notes": [{"tone": 1}]}), "/components/schemas/Note/properties/tone/type", Verdict.BROKEN),
        (answer({**SONG, "state": "lost"}), "/components/schemas/State/enum", Verdict.BROKEN),
        (
            answer({**SONG, "singer": {"age": 9}}),
            "/components/schemas/Singer/additionalProperties",
            Verdict.BROKEN,
        ),
        (answer({"fault": "bad"}, status=400), "/components/schemas/Fault/required", Verdict.BROKEN),
        (answer(status=201), RESPONSES_AT, Verdict.BROKEN),
        (answer({"error": "bad"}, status=418), RESPONSES_AT, Verdict.BROKEN),
        (answer(headers={"x-notes": ""}), f"{ANSWER_AT}/headers/X-Notes", Verdict.DIFFERS),
        (answer(headers={"x-notes": "many"}), f"{ANSWER_AT}/headers/X-Notes/schema/type", Verdict.DIFFERS),
        (answer(media="text/plain"), f"{ANSWER_AT}/content", Verdict.BROKEN),
        (answer(headers={"content-type": ""}), f"{ANSWER_AT}/content", Verdict.BROKEN),
        (answer(b"{"), f"{ANSWER_AT}/content/application~1json/schema", Verdict.BROKEN),
        (answer(b'{"id": NaN}'), f"{ANSWER_AT}/content/application~1json/schema", Verdict.BROKEN),
        (stream('{"tone": "c"}', '{"tune": "d"}'), "/components/schemas/Note/required", Verdict.BROKEN),
        (stream("la"), f"{ANSWER_AT}/content/text~1event-stream/schema", Verdict.BROKEN),
        (answer(b"", status=400, media=""), f"{RESPONSES_AT}/400/content", Verdict.BROKEN),
        (answer(b"la", status=204, media=""), f"{RESPONSES_AT}/204", Verdict.BROKEN),
        (answer(headers={"content-length": "5"}), ANSWER_AT, Verdict.BROKEN),
    ],
)
def test_what_strays_from_the_documents_is_found_by_its_fact(exchange: Exchange, fact: str, verdict: Verdict) -> None:
    record = judged(exchange)

    assert [one.fact.pointer for one in record.findings] == [fact]
    assert record.verdict is verdict


def test_a_new_value_of_an_open_list_is_added_and_breaks_nothing() -> None:
    record = judged(answer({**SONG, "mood": "wild"}))

    assert [(one.fact.pointer, one.verdict) for one in record.findings] == [
        (f"{SONG_AT}/properties/mood/enum", Verdict.ADDED)
    ]


def test_the_same_fact_contradicted_twice_is_one_finding() -> None:
    record = judged(answer({**SONG, "id": 1}), answer({**SONG, "id": 2}), answer(without(SONG, "id")))

    assert (len(record.findings), record.judged) == (2, 3)


def test_without_an_answer_nothing_is_verified() -> None:
    record = judged(answer({"id": 1}, operation="hear"))

    assert (record.verdict, record.judged) == (Verdict.UNVERIFIED, 0)


@pytest.mark.parametrize(
    ("body", "fact"),
    [
        (without(LONG, "seconds"), "/components/schemas/LongSong/required"),
        ({**LONG, "seconds": "1.5"}, "/components/schemas/LongSong/properties/seconds/type"),
        (LONG, ""),
        (SONG, ""),
    ],
)
def test_an_answer_with_the_members_of_the_long_shape_is_judged_by_it(body: dict[str, Any], fact: str) -> None:
    record = judged(answer(body, operation="hear"), operation="hear")

    assert [one.fact.pointer for one in record.findings] == [fact] * bool(fact)


# -- failures of the service -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "fact"),
    [({"text": "la"}, ANSWER_AT), ({"text": 1}, f"{RESPONSES_AT}/400"), ([], f"{RESPONSES_AT}/400")],
)
def test_a_documented_failure_is_a_finding_by_what_the_request_should_have_got(sent: Any, fact: str) -> None:
    record = judged(answer({"error": "broken"}, status=500, sent=sent))

    assert [one.fact.pointer for one in record.findings] == [fact]


def test_a_failure_with_the_status_of_a_refusal_but_other_words_is_a_finding() -> None:
    record = judged(answer({"fault": "full"}, status=503))

    assert ANSWER_AT in [one.fact.pointer for one in record.findings]


def test_an_undocumented_failure_contradicts_the_answers_and_the_success() -> None:
    record = judged(answer(b"<html>", status=502, media="text/html"))

    assert [one.fact.pointer for one in record.findings] == [RESPONSES_AT, ANSWER_AT]


@pytest.mark.parametrize(("status", "headers"), [(429, {}), (429, {"retry-after": "9"}), (504, {"retry-after": "9"})])
def test_whoever_tells_to_come_later_breaks_no_promise(status: int, headers: dict[str, str]) -> None:
    """504 stands for any failure here; only 429, and 503 with Retry-After, say that it is a matter of time."""
    record = judged(answer(b"<html>", status=status, media="text/html", headers=headers))

    assert (record.judged, record.findings == []) == ((1, False) if status == 504 else (0, True))


def test_a_documented_503_that_asks_for_patience_is_judged_by_its_shape_alone() -> None:
    later = {"retry-after": "9"}

    assert judged(answer({"error": "closed"}, status=503, headers=later)).verdict is Verdict.HOLDS
    assert [one.fact.pointer for one in judged(answer({"fault": "x"}, status=503, headers=later)).findings] == [
        "/components/schemas/Fault/required"
    ]


# -- what belongs to no operation --------------------------------------------------------------------------


def test_a_wrong_method_answered_in_another_shape_is_found_at_the_path() -> None:
    record = judged(answer({"fault": "no"}, operation=None, status=405))

    assert [one.fact.pointer for one in record.findings] == ["/components/schemas/Fault/required"]


def test_a_wrong_method_answered_with_a_status_nobody_documents_is_left_to_the_errors() -> None:
    assert judged(answer({"fault": "no"}, operation=None, status=501)).judged == 0


def test_answers_are_judged_by_the_readings_observed_since() -> None:
    old = answer({"error": "bad"}, status=400)
    changed = {**DOCUMENT, "x-voice-ambiguities": {}}
    claim = claim_over(old)

    claim.run.facts = type(facts())(changed)
    test_schema.test_every_answer_seen_fits_its_documented_shape(claim, _case(claim))

    assert claim.close(0.0).verdict is Verdict.HOLDS


# -- a look ahead ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exchange", "facts_and_verdicts"),
    [
        (answer(), []),
        (answer({**SONG, "key": "c"}), [(f"{SONG_AT}/properties/key", Verdict.ADDED)]),
        (
            answer({**SONG, "notes": [{"tone": "c", "long": 1}, {"tone": "d", "long": 2}]}),
            [("/components/schemas/Note/properties/long", Verdict.ADDED)],
        ),
        (answer({**SONG, "mood": "wild"}), [(f"{SONG_AT}/properties/mood/enum", Verdict.ADDED)]),
        (
            answer({**SONG, "singer": {"age": 9}}),
            [("/components/schemas/Singer/additionalProperties", Verdict.BROKEN)],
        ),
        (stream('{"tone": "c", "long": 1}'), [("/components/schemas/Note/properties/long", Verdict.ADDED)]),
        (answer({"error": "x", "at": 1}, status=400), [("/components/schemas/Fault/properties/at", Verdict.ADDED)]),
        (answer({**SONG, "id": 1}), []),
        (answer(b"{"), []),
    ],
)
def test_what_is_new_in_an_answer_is_noted_and_what_is_closed_is_not_new(
    exchange: Exchange, facts_and_verdicts: list[tuple[str, Verdict]]
) -> None:
    record = looked_ahead(exchange)

    assert [(one.fact.pointer, one.verdict) for one in record.findings] == facts_and_verdicts


# -- what is left behind -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201])
def test_what_was_made_has_a_name_whatever_the_status_of_its_answer(status: int) -> None:
    assert name_of(facts(), answer(status=status)).startswith(("s1", '{"id": "s1"'))
