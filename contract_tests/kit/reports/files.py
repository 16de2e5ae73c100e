"""Writes a text to a path so that no reader ever sees half of it; knows nothing of reports."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write beside the target and rename; make missing folders; a pipe or a device is written to as it is.

    What UTF-8 cannot hold (half a surrogate pair, from a broken answer) is written as `\\udc80`. Raises OSError.
    """
    data = text.encode("utf-8", "backslashreplace")
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(data)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
