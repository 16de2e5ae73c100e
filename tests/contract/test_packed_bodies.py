"""MessagePack in the suite: the same request as JSON, and requests that are none."""

from __future__ import annotations

from pathlib import Path

import msgpack  # type: ignore[import-untyped]
import pytest

from contract_tests.kit.clips import Clips
from contract_tests.kit.errors.packed import NOT_PACKED, malformed, unfit
from contract_tests.kit.exchanges import read_json
from contract_tests.kit.facts import load
from contract_tests.kit.fuzzing.plain_spec import plain_document
from contract_tests.kit.media import JSON_TYPE, PACKED_TYPE
from contract_tests.kit.recipes import Writer
from contract_tests.kit.roles import Keys
from contract_tests.test_bodies import packed_operations

ROOT = Path(__file__).parents[2]
FACTS = load("fishaudio-net", ROOT / "specs")
SPEAK = FACTS.operations["textToSpeech"]
WRITER = Writer(FACTS, Keys({"funded": "key"}), Clips(ROOT / "fixtures", "https://clips.test/"))


def test_what_takes_messagepack_is_found_in_the_spec() -> None:
    assert list(packed_operations(FACTS)) == ["textToSpeech"]


def test_a_packed_request_says_what_the_json_says() -> None:
    json, packed = (WRITER.write(SPEAK, {"packed": one}, {}) for one in (False, True))

    assert (json.headers["Content-Type"], packed.headers["Content-Type"]) == (JSON_TYPE, PACKED_TYPE)
    assert msgpack.unpackb(packed.body) == read_json(json.body) == packed.fields


@pytest.mark.parametrize("name", NOT_PACKED)
def test_what_is_to_be_refused_is_no_messagepack(name: str) -> None:
    with pytest.raises((ValueError, msgpack.UnpackException)):
        msgpack.unpackb(NOT_PACKED[name])


def test_malformed_requests_are_refused_as_documented() -> None:
    assert {one.row.code for _, refusals in malformed(SPEAK).values() for one in refusals} == {"malformed_body"}


def test_requests_that_do_not_fit_leave_out_what_is_required_and_mistake_types() -> None:
    names = unfit(SPEAK)

    assert {"without text", "without reference_id", "speed of another type", "cache of another type"} <= {*names}
    assert {one.row.code for _, refusals in names.values() for one in refusals} == {"invalid_request"}


def test_general_tools_get_json_only() -> None:
    plain = plain_document(FACTS, WRITER.fields)

    assert list(plain["paths"][SPEAK.path]["post"]["requestBody"]["content"]) == [JSON_TYPE]
