"""Readings that are chosen together: none undoes another, and the spec stays sound."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from mockvoice.core.errors import SettingsError
from mockvoice.openapi.checks import check_document
from mockvoice.openapi.choices import choose, with_readings
from mockvoice.openapi.pointer import read, remove
from mockvoice.openapi.vocabulary import Path
from tests.harness.specs import PROVIDERS, document
from tests.harness.tiny import tiny

# Pairs of one provider that are checked in full; every pair is chosen.
CHECKED = 100


def rows(**changes: dict[str, Any]) -> dict[str, Any]:
    """A spec with a row for each change, whose reading `yes` makes it and whose default `no` does nothing."""
    table = {row: {"default": "no", "readings": {"no": {}, "yes": change}} for row, change in changes.items()}
    return {**tiny(), "x-voice-ambiguities": table}


def chosen(spec: dict[str, Any], *names: str) -> dict[str, Any]:
    return choose(spec, dict.fromkeys(names, "yes"))[0]


MEMBER = "/components/schemas/Say/properties/voice"


def test_what_one_reading_takes_out_no_other_brings_back() -> None:
    spec = rows(
        drop={"unset": [MEMBER]}, spell={"set": {f"{MEMBER}/enum": ["one"]}}, again={"unset": [f"{MEMBER}/enum"]}
    )

    changed = chosen(spec, "drop", "spell", "again")

    assert "voice" not in changed["components"]["schemas"]["Say"]["properties"]


def test_a_place_may_be_taken_out_by_two_readings() -> None:
    spec = rows(one={"unset": [MEMBER]}, other={"unset": [MEMBER]})

    assert "voice" not in chosen(spec, "one", "other")["components"]["schemas"]["Say"]["properties"]


def test_items_of_a_list_are_taken_out_by_their_text() -> None:
    spec = rows(
        all={"set": {f"{MEMBER}/enum": ["a", "b", "c", "d"]}},
        one={"unset": [f"{MEMBER}/enum/a"]},
        other={"unset": [f"{MEMBER}/enum/c", f"{MEMBER}/enum/x"]},
    )

    changed = chosen(spec, "other", "one", "all")

    assert read(changed, f"{MEMBER}/enum") == ["b", "d"]


def test_a_chosen_reading_wins_over_a_default_one() -> None:
    spec = rows(late={"set": {f"{MEMBER}/enum": ["late"]}}, early={"set": {f"{MEMBER}/enum": ["early"]}})
    spec["x-voice-ambiguities"]["early"]["default"] = "yes"

    assert read(chosen(spec, "late"), f"{MEMBER}/enum") == ["late"]


@pytest.mark.parametrize("change", [{"set": {"/nowhere/at/all": 1}}, {"unset": [f"{MEMBER}/nothing"]}])
def test_a_pointer_that_leads_nowhere_is_told(change: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="leads nowhere"):
        chosen(rows(bad=change), "bad")


@pytest.mark.parametrize("pointer", ["", "/x-voice-sources/nobody", f"{MEMBER}/type/string", f"{MEMBER}/nothing/x"])
def test_what_is_not_there_cannot_be_taken_out(pointer: str) -> None:
    with pytest.raises(KeyError):
        remove(tiny(), pointer)


def pairs(provider: str) -> list[dict[str, str]]:
    """Every two readings of two rows of a provider that are not both defaults."""
    table = document(provider).get("x-voice-ambiguities", {})
    every = [(row, reading) for row, one in table.items() for reading in one["readings"] if reading != one["default"]]
    return [dict(pair) for pair in combinations(every, 2) if pair[0][0] != pair[1][0]]


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
def test_any_two_readings_can_be_chosen_together_and_give_a_sound_spec(provider: str) -> None:
    spec = document(provider)
    every = pairs(provider)
    step = max(1, len(every) // CHECKED)
    problems: list[str] = []

    def report(path: Path, message: str) -> None:
        problems.append(f"{path}: {message}")

    for index, pair in enumerate(every):
        changed = with_readings(spec, pair, report)
        if changed is not None and index % step == 0:
            # The readings have been applied; those of other rows are checked elsewhere, one by one.
            alone = {key: value for key, value in changed.items() if key != "x-voice-ambiguities"}
            problems += check_document(alone, str(pair))

    assert problems == []
