"""temporary"""

from pathlib import Path

from contract_tests.kit.verdicts import Summary


def write(summary: Summary, kind: str, path: Path) -> None:
    """temporary"""
