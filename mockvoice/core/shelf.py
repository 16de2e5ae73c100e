"""Knows the files whose addresses were told in answers, as long as they live. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from mockvoice.core.cache import ByteBoundedCache

# What one file is counted as beside the bytes it holds: a script, a prompt, its place in the table.
_ENTRY_BYTES = 2_000
_KEPT_BYTES = 128 << 20


class FileRule(NamedTuple):
    """How long files of a kind live, in seconds, and what is answered about one whose time is over."""

    seconds: float
    status: int
    media: str
    body: bytes


class SharedFile(NamedTuple):
    """A file that can be downloaded until `expires` (simulated epoch seconds).

    `make` gives its bytes whenever they are asked for: most files are made again rather than kept.
    """

    media: str
    expires: float
    rule: FileRule
    make: Callable[[], Awaitable[bytes]]

    def is_over(self, now: float) -> bool:
        """Say whether its time is over."""
        return now >= self.expires


class Shelf:
    """Shared files by name. Those asked for longest ago are forgotten once what all of them hold is too much."""

    def __init__(self, kept_bytes: int = _KEPT_BYTES) -> None:
        self._files: ByteBoundedCache[SharedFile] = ByteBoundedCache(kept_bytes)

    def __len__(self) -> int:
        return len(self._files)

    def put(self, name: str, file: SharedFile, held: int = 0) -> None:
        """Share a file; `held` is how many bytes it keeps in memory by being there."""
        self._files.put(name, file, _ENTRY_BYTES + held)

    def find(self, name: str) -> SharedFile | None:
        """Return the file of a name, also one whose time is over; None for a name nobody gave or everybody forgot."""
        return self._files.get(name)
