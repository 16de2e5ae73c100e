"""Films with the suite's own eyes, and ids that stand in a query or a body."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts, load
from contract_tests.kit.films import filming, pictures_in
from contract_tests.kit.tasks.histories import id_in

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load("fishaudio-net", ROOT / "specs")


@pytest.mark.parametrize(("name", "count"), [("face.mp4", 10), ("no-face.mp4", 10)])
def test_pictures_are_counted_and_timed(name: str, count: int) -> None:
    found = pictures_in((ROOT / "fixtures" / name).read_bytes())

    assert found is not None
    assert (found.count, found.width, found.height) == (count, 160, 120)
    assert found.milliseconds == pytest.approx(1_000, abs=5)


@pytest.mark.parametrize("name", ["hello-en.mp3", "not-audio.mp3", "corrupt.mp4", "empty.wav"])
def test_what_has_no_pictures_has_none(name: str) -> None:
    assert pictures_in((ROOT / "fixtures" / name).read_bytes()) is None


def test_an_operation_that_films_is_known_by_its_table(facts: Facts) -> None:
    (one,) = filming(facts).values()

    assert (one.operation.id, one.status.id, one.audio) == ("createLipSync", "queryLipSync", "audio_url")


@pytest.mark.parametrize(
    ("operation", "lead"),
    [("queryLipSync", {"query": {"id": "lip_1"}}), ("postQueryLipSync", {"with": {"id": "lip_1"}})],
)
def test_an_id_leads_where_the_link_says(facts: Facts, operation: str, lead: dict[str, Any]) -> None:
    assert facts.operations[operation].leading_to("lip_1") == lead


@pytest.mark.parametrize(
    ("operation", "method", "query", "body"),
    [("queryLipSync", "GET", "?id=lip_1", b""), ("postQueryLipSync", "POST", "", b'{"id": "lip_1"}')],
)
def test_the_id_of_a_request_is_found_beside_its_path(
    facts: Facts, operation: str, method: str, query: str, body: bytes
) -> None:
    one = facts.operations[operation]
    exchange = Exchange(0, "-", one, "funded", method, f"http://h{one.path}{query}", {}, body, 200, {}, b"{}", 0.0)

    assert id_in(exchange) == "lip_1"
