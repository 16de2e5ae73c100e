"""A spec as any tool may read it: members stand under the names that are read."""

from __future__ import annotations

import pytest

from contract_tests.kit.plain import wire_name


@pytest.mark.parametrize(
    ("names", "read"),
    [
        ([], "granularities"),
        (["granularities", "granularities[]"], "granularities"),
        (["granularities[]"], "granularities[]"),
        (["granularities[*]"], "granularities"),
    ],
)
def test_a_member_stands_under_a_name_that_is_read(names: list[str], read: str) -> None:
    schema = {"type": "array", "x-voice-wire-names": names} if names else {"type": "array"}

    assert wire_name("granularities", schema) == read
