"""Verdicts follow from facts and from what was judged; ids are the same in every run."""

from __future__ import annotations

import pytest

from contract_tests.kit import verdicts
from contract_tests.kit.verdicts import Fact, Finding, Record, Summary, Verdict

FACT = Fact("/x-voice-billing/createSpeech", "a refused request costs nothing", "document", "001_131ecb28.txt")


def found(verdict: Verdict) -> Finding:
    return Finding("i", verdict, "note", "c.x", "-", FACT, "", "", "", "")


@pytest.mark.parametrize(
    ("seen", "severity", "verdict"),
    [
        ("document", "breaking", Verdict.BROKEN),
        ("published", "risky", Verdict.BROKEN),
        ("recorded", "risky", Verdict.BROKEN),
        ("assumed", "assumption", Verdict.DIFFERS),
    ],
)
def test_how_sure_a_fact_is_decides_what_breaking_it_means(seen: str, severity: str, verdict: Verdict) -> None:
    fact = Fact("/a", "", seen, "")

    made = verdicts.finding("aitre", "createSpeech", "credits.x", fact, expected="1", got="2")

    assert (made.severity, made.verdict) == (severity, verdict)


def test_an_unknown_certainty_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'guessed'; expected one of document, published, recorded, assumed"):
        verdicts.severity_of("guessed")


@pytest.mark.parametrize(
    ("operation", "pointer", "ident"),
    [
        ("createSpeech", "/paths/~1v1/post", "aitre.createSpeech.credits.x./paths/~1v1/post"),
        ("createSpeech", "#/paths/~1v1/post", "aitre.createSpeech.credits.x./paths/~1v1/post"),
        ("", "", "aitre.-.credits.x./"),
    ],
)
def test_an_id_is_made_of_provider_operation_claim_and_pointer(operation: str, pointer: str, ident: str) -> None:
    assert verdicts.finding_id("aitre", operation, "credits.x", pointer) == ident


def test_a_note_never_breaks() -> None:
    made = verdicts.note("aitre", "-", "forward.x", FACT, verdict=Verdict.ADDED, expected="", got="a new member")

    assert (made.severity, made.verdict) == ("note", Verdict.ADDED)
    with pytest.raises(ValueError, match="never 'broken'"):
        verdicts.note("aitre", "-", "forward.x", FACT, verdict=Verdict.BROKEN, expected="", got="")


@pytest.mark.parametrize(
    ("found_verdicts", "judged", "ends_as"),
    [
        ([], 1, Verdict.HOLDS),
        ([], 0, Verdict.UNVERIFIED),
        ([Verdict.OBSERVED], 0, Verdict.UNVERIFIED),
        ([Verdict.ADDED, Verdict.OBSERVED], 2, Verdict.OBSERVED),
        ([Verdict.ADDED], 2, Verdict.ADDED),
        ([Verdict.ADDED, Verdict.DIFFERS], 2, Verdict.DIFFERS),
        ([Verdict.DIFFERS, Verdict.BROKEN], 2, Verdict.BROKEN),
        ([Verdict.BROKEN], 0, Verdict.BROKEN),
    ],
)
def test_a_claim_ends_as_its_worst_finding_and_never_holds_unjudged(
    found_verdicts: list[Verdict], judged: int, ends_as: Verdict
) -> None:
    assert verdicts.concluded([found(one) for one in found_verdicts], judged) == ends_as


def test_a_summary_counts_every_verdict_and_gathers_every_finding() -> None:
    records = [
        Record("audio.x", "a", "t::x", Verdict.BROKEN, findings=[found(Verdict.BROKEN)]),
        Record("tasks.y", "a", "t::y", Verdict.BROKEN, findings=[found(Verdict.ADDED)]),
        Record("tasks.z", "a", "t::z", Verdict.HOLDS),
    ]
    summary = Summary("aitre", "credits", "http://x", "smoke", False, 0, "2026-01-01T00:00:00Z", "0", records)

    assert summary.counts() == {**dict.fromkeys(Verdict, 0), Verdict.BROKEN: 2, Verdict.HOLDS: 1}
    assert [one.verdict for one in summary.findings] == [Verdict.BROKEN, Verdict.ADDED]
    assert [record.family for record in records] == ["audio", "tasks", "tasks"]
