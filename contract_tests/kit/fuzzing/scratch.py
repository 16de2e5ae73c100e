"""Keeps what Hypothesis writes beside a run out of the working folder: its home is a folder that is gone afterwards."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal.charmap import charmap_file

# Which characters a codec can carry, first and last, and which of them do not come back the same. Hypothesis finds
# this out by trying all 1,114,112, for the better part of a second, and keeps it in its home; ours is always new.
_CARRIED = {"utf-8": [[[0, 0xD7FF], [0xE000, 0x10FFFF]], []], "ascii": [[[0, 0x7F]], []]}


@contextmanager
def no_traces() -> Iterator[None]:
    """Give Hypothesis a home that vanishes; what it keeps there (constants, characters) is worth nothing later."""
    with tempfile.TemporaryDirectory(prefix="mockvoice-") as folder:
        set_hypothesis_home_dir(folder)
        try:
            _furnish()
            yield
        finally:
            set_hypothesis_home_dir(None)


def _furnish() -> None:
    for codec, carried in _CARRIED.items():
        file = charmap_file(f"codec-v2-{codec}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(json.dumps(carried).encode()))
