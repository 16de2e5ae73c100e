"""temporary"""

from __future__ import annotations

from datetime import date
from pathlib import Path


class Baseline:
    """temporary"""

    @classmethod
    def load(cls, path: Path) -> Baseline:
        """temporary"""
        raise NotImplementedError

    def accepts(self, ident: str, today: date) -> bool:
        """temporary"""
        return False
