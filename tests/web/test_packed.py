"""MessagePack becomes what the same JSON would become, or is refused in words."""

from __future__ import annotations

import json
from typing import Any

import msgpack
import pytest

from mockvoice.web.packed import MOST_DEEP, read_packed

VALUE = {"text": "Grüße 🙂", "speed": 1.5, "count": 3, "cache": True, "none": None, "list": [1, {"a": []}]}
PACKED: bytes = msgpack.packb(VALUE)


def nested(depth: int) -> bytes:
    """Lists of one list each, so many."""
    return b"\x91" * (depth - 1) + b"\x90"


def test_what_json_has_as_well_is_read_as_json_is() -> None:
    assert read_packed(PACKED) == json.loads(json.dumps(VALUE)) == VALUE


@pytest.mark.parametrize("value", [5, "text", [1], None, True, 2**63])
def test_a_value_that_is_no_object_is_read(value: Any) -> None:
    assert read_packed(msgpack.packb(value)) == value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "incomplete input"),
        (PACKED[:-3], "incomplete input"),
        (PACKED + b"\xc0", "1 bytes behind the value"),
        (b'{"text": "hello"}', "16 bytes behind the value"),
        (b"\xc1", "FormatError"),
        (b"\x81\xa1a\xa1\xff", "no UTF-8"),
        (b"\x81\xa1a\xa3\xed\xa0\x80", "no UTF-8"),
        (msgpack.packb({"a": b"bytes"}), "binary data"),
        (msgpack.packb({b"a": 1}), "a key that is no text"),
        (msgpack.packb({1: 1}), "map key"),
        (msgpack.packb({"a": msgpack.ExtType(5, b"x")}), "the extension type 5"),
        (msgpack.packb({"a": msgpack.Timestamp(1)}), "a timestamp"),
        (msgpack.packb({"a": float("nan")}), "nan is no number"),
        (msgpack.packb([[float("-inf")]]), "-inf is no number"),
        # Lengths that nothing of that length follows.
        (b"\xdd\xff\xff\xff\xff", "exceeds"),
        (b"\xdf\xff\xff\xff\xff", "exceeds"),
        (b"\xdb\xff\xff\xff\xffabc", "incomplete input"),
        (b"\xc6\xff\xff\xff\xffabc", "incomplete input"),
        (nested(MOST_DEEP + 1), "nested more than 255 deep"),
        (nested(100_000), "nested more than 255 deep"),
    ],
)
def test_what_is_no_messagepack_or_has_no_counterpart_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_packed(body)


def test_as_deep_as_the_validator_follows_is_read() -> None:
    assert read_packed(nested(MOST_DEEP)) != []
