"""Reads MessagePack as JSON is read: the same kinds of values, bounded in size and depth, and nothing behind them.

Imported with the first such body.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgpack  # type: ignore[import-untyped]

# As deep as the validator follows a value (web/checking.py).
MOST_DEEP = 255
# What MessagePack has and JSON has not.
_FOREIGN: dict[type, str] = {bytes: "binary data", msgpack.Timestamp: "a timestamp"}


def read_packed(body: bytes) -> Any:
    """Return the value of a body. Raises ValueError for what is no MessagePack, or has no counterpart in JSON."""
    try:
        # Every length is bounded by that of the body, which a limit bounds.
        value = msgpack.unpackb(body, raw=False, strict_map_key=True, ext_hook=_refuse, timestamp=0)
    except msgpack.ExtraData as error:
        raise ValueError(f"{len(error.extra)} bytes behind the value") from None
    except (msgpack.StackError, RecursionError):
        raise ValueError(f"lists and maps nested more than {MOST_DEEP} deep") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"a text that is no UTF-8: {error.reason}") from None
    except msgpack.UnpackException as error:
        raise ValueError(f"no MessagePack: {type(error).__name__}") from None
    _check(value)
    return value


def _refuse(kind: int, _data: bytes) -> Any:
    raise ValueError(f"the extension type {kind}; expected what JSON has as well")


def _check(value: Any) -> None:
    """Refuse what JSON does not have: bytes, keys that are no texts, numbers that are none, timestamps."""
    level, deep = [value], 0
    while level:
        deep += 1
        if deep > MOST_DEEP:
            raise ValueError(f"lists and maps nested more than {MOST_DEEP} deep")
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                if not all(isinstance(key, str) for key in one):
                    raise ValueError("a key that is no text")
                below += one.values()
            elif isinstance(one, list):
                below += one
            elif type(one) in _FOREIGN:
                raise ValueError(f"{_FOREIGN[type(one)]}; expected what JSON has as well")
            elif isinstance(one, float) and not isfinite(one):
                raise ValueError(f"{one} is no number that JSON has")
        level = below
