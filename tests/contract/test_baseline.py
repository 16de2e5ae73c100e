"""A baseline accepts what it names, for as long as it says, and its mistakes are told by place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from contract_tests.kit.baseline import FORMAT, Baseline, BaselineError, Entry, suggest
from contract_tests.kit.verdicts import Fact, Record, Summary, Verdict, finding, note

TODAY = date(2026, 11, 26)
KNOWN = "aitre.createSpeech.credits.x./x-voice-billing/createSpeech"
ENTRY = {"id": KNOWN, "until": "2026-12-31", "why": "ticket 4711"}


def written(tmp_path: Path, *entries: object, name: str = "baseline.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps({"format": FORMAT, "accept": list(entries)}), encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(BaselineError) as caught:
        Baseline.load(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["baseline.json", "baseline.yaml", "baseline"])
def test_a_baseline_is_read_from_json_and_from_yaml(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, ENTRY, name=name)

    assert Baseline.load(path).entries == (Entry(KNOWN, date(2026, 12, 31), "ticket 4711"),)


def test_a_day_in_yaml_needs_no_quotes(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(f"format: {FORMAT}\naccept:\n  - id: {KNOWN}\n    until: 2026-12-31\n    why: ticket 4711\n")

    assert Baseline.load(path).entries == (Entry(KNOWN, date(2026, 12, 31), "ticket 4711"),)


@pytest.mark.parametrize(
    ("today", "accepted"), [(date(2026, 12, 30), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)]
)
def test_an_entry_accepts_through_its_last_day(today: date, accepted: bool, tmp_path: Path) -> None:
    baseline = Baseline.load(written(tmp_path, ENTRY))

    assert baseline.accepts(KNOWN, today) is accepted
    assert [entry.id for entry in baseline.expired(today)] == ([] if accepted else [KNOWN])


@pytest.mark.parametrize("other", [KNOWN + "/0", KNOWN[:-1], KNOWN.upper(), "", "*"])
def test_a_new_finding_is_not_accepted(other: str, tmp_path: Path) -> None:
    assert not Baseline.load(written(tmp_path, ENTRY)).accepts(other, TODAY)


def test_an_empty_baseline_accepts_nothing(tmp_path: Path) -> None:
    assert not Baseline.load(written(tmp_path)).accepts(KNOWN, TODAY)
    assert not Baseline().accepts(KNOWN, TODAY)


def test_expired_and_unused_entries_are_named_with_the_nearest_finding(tmp_path: Path) -> None:
    old = {"id": "aitre.-.errors.gone./x", "until": "2026-01-01", "why": "an old one"}
    moved = {"id": KNOWN.replace("Billing", "Bill"), "until": "2027-01-01", "why": "moved"}
    baseline = Baseline.load(written(tmp_path, old, moved))

    assert [entry.id for entry in baseline.unused([KNOWN + "s"])] == [old["id"], moved["id"]]
    assert baseline.remarks([KNOWN + "s"], TODAY) == [
        "the baseline's entry aitre.-.errors.gone./x expired on 2026-01-01: an old one",
        "the baseline's entry aitre.-.errors.gone./x matches no finding of this run",
        f"the baseline's entry {moved['id']} matches no finding of this run; the nearest finding is {KNOWN}s",
    ]


def test_a_used_entry_causes_no_remark(tmp_path: Path) -> None:
    assert Baseline.load(written(tmp_path, ENTRY)).remarks([KNOWN, "another"], TODAY) == []


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({**ENTRY, "unitl": "x"}, "accept[1]: unknown member 'unitl'; expected id, until, why; did you mean 'until'?"),
        ({"id": KNOWN, "until": "2026-12-31"}, "accept[1]: 'why' is missing; expected id, until, why"),
        ({**ENTRY, "until": "31.12.2026"}, "accept[1].until: expected a day as YYYY-MM-DD, got '31.12.2026'"),
        ({**ENTRY, "until": "2026-02-30"}, "accept[1].until: expected a day as YYYY-MM-DD, got '2026-02-30'"),
        ({**ENTRY, "until": "2026-1-31"}, "accept[1].until: expected a day as YYYY-MM-DD, got '2026-1-31'"),
        ({**ENTRY, "until": 20261231}, "accept[1].until: expected a day as YYYY-MM-DD, got 20261231"),
        ({**ENTRY, "why": " "}, "accept[1].why: expected a text that is not empty, got str ' '"),
        ({**ENTRY, "id": None}, "accept[1].id: expected a text that is not empty, got nothing"),
        (KNOWN, f"accept[1]: expected a mapping of id, until, why, got str '{KNOWN[:40]}'"),
        ({**ENTRY, "id": "first"}, "accept[1] has the same id as accept[0]: first"),
    ],
)
def test_a_mistake_is_told_by_file_place_and_expectation(entry: object, told: str, tmp_path: Path) -> None:
    path = written(tmp_path, {**ENTRY, "id": "first"}, entry)

    assert refusal(path) == f"{path}: {told}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- id: x\n", f"expected a mapping with `format: {FORMAT}` and `accept`, got list"),
        ("", f"expected a mapping with `format: {FORMAT}` and `accept`, got nothing"),
        ("accept: []\n", "'format' is missing; expected format, accept"),
        ("format: mockvoice-baseline/2\naccept: []\n", f"format is 'mockvoice-baseline/2'; expected '{FORMAT}'"),
        (
            f"format: {FORMAT}\naccepts: []\n",
            "unknown member 'accepts'; expected format, accept; did you mean 'accept'?",
        ),
        (f"format: {FORMAT}\naccept: 3\n", "accept: expected a list of entries, got int '3'"),
        (f"format: {FORMAT}\naccept: [\n", "cannot be parsed as YAML or JSON: while parsing"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    path.write_text(text)

    assert refusal(path).startswith(f"{path}: {told}")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    if content is not None:
        path.write_bytes(content)

    assert refusal(path).startswith(f"{path}: cannot be read: ")


def run(*texts: str) -> Summary:
    facts = [Fact(f"/x/{at}", text, "document", "001.txt") for at, text in enumerate(texts)]
    found = [finding("aitre", "-", "a.b", fact, expected="1", got="2") for fact in facts]
    extra = note("aitre", "-", "a.c", Fact("/y", "", "assumed", ""), verdict=Verdict.ADDED, expected="", got="")
    records = [Record("a.b", "-", "test_a.py::test_b", Verdict.BROKEN, findings=[*found, *found, extra])]
    return Summary("aitre", "credits", "http://x", "smoke", False, 0, "2026-11-26T23:59:00Z", "0", records)


@pytest.mark.parametrize("text", ["plain", "odd: # 'x' \"y\" \n- id: z\x00\x85\u2028 😀"])
def test_a_suggested_baseline_accepts_the_run_it_was_made_of(text: str, tmp_path: Path) -> None:
    summary = run(text, "another")
    path = tmp_path / "b.yaml"

    path.write_text(suggest(summary), encoding="utf-8")

    baseline = Baseline.load(path)
    assert [entry.id for entry in baseline.entries] == ["aitre.-.a.b./x/0", "aitre.-.a.b./x/1"]
    assert {entry.until for entry in baseline.entries} == {date(2027, 2, 24)}
    assert all(baseline.accepts(one.id, TODAY) for one in summary.findings if one.verdict is Verdict.BROKEN)


def test_a_clean_run_suggests_an_empty_baseline(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"

    path.write_text(suggest(run()))

    assert Baseline.load(path) == Baseline()
