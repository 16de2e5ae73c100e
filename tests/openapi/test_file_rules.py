from __future__ import annotations

from typing import Any

from mockvoice.openapi.checks import check_document
from tests.harness.tiny import tiny

KIND = {"seconds": 60, "expired": {"status": 403}, "seen": "assumed", "source": "here"}


def problems(
    told: str | None, member_type: str = "string", kinds: tuple[str, ...] = ("speech",), id_: str = "file"
) -> list[str]:
    document: dict[str, Any] = tiny()
    document["x-voice-files"] = dict.fromkeys(kinds, KIND)
    document["x-mock-ids"][id_] = "f_{hex:8}"
    if told is not None:
        member = {"type": member_type, "x-voice-file": told}
        document["components"]["schemas"]["Task"]["properties"]["url"] = member
    return [one.split(": ", 1)[1] for one in check_document(document, "tiny.yaml")]


def test_a_kind_that_an_answer_tells_is_sound() -> None:
    assert problems("speech") == []


def test_a_kind_that_nobody_describes_is_named() -> None:
    found = problems("speach")

    assert any("no kind 'speach' in x-voice-files" in one and "speech" in one for one in found)


def test_a_kind_that_no_answer_tells_is_named() -> None:
    assert ["/x-voice-files/speech" in one for one in problems(None)] == [True]


def test_an_address_is_a_text() -> None:
    assert any("is said of what is no text" in one for one in problems("speech", "integer"))


def test_files_have_ids() -> None:
    assert any(one.startswith("/x-mock-ids/file") for one in problems("speech", id_="other"))
