"""temporary"""

from __future__ import annotations

from collections.abc import Mapping


class Secrets:
    """temporary"""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.keys = dict(keys)

    def mask_text(self, text: str) -> str:
        """temporary"""
        for k, r in self.keys.items():
            text = text.replace(k, f"[key: {r}]")
        return text

    def mask_bytes(self, data: bytes) -> bytes:
        """temporary"""
        for k, r in self.keys.items():
            data = data.replace(k.encode(), f"[key: {r}]".encode())
        return data
