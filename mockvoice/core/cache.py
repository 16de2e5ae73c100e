"""Knows how to keep the most recently used things within a bound of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ByteBoundedCache(Generic[Value]):
    """Least recently used goes first once the sizes sum to more than `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._items: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self.bytes_held = 0

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: Hashable) -> Value | None:
        """Return the value and mark it as used just now, or None."""
        item = self._items.get(key)
        if item is None:
            return None
        self._items.move_to_end(key)
        return item[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep a value of `size` bytes; one larger than the whole cache is not kept."""
        if size > self._max_bytes:
            return
        old = self._items.pop(key, None)
        if old is not None:
            self.bytes_held -= old[1]
        self._items[key] = (value, size)
        self.bytes_held += size
        while self.bytes_held > self._max_bytes:
            _, (_, freed) = self._items.popitem(last=False)
            self.bytes_held -= freed
