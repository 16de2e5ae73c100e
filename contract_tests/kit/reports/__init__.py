"""Writes a run's summary in one of four formats; knows no claim, and sends nothing.

`write(summary, kind, path)` with kind json, junit, sarif or md; README.md tells what each is for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contract_tests.kit.reports import json_report, junit, markdown, sarif
from contract_tests.kit.reports.files import write_whole
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.verdicts import Summary

KINDS: Mapping[str, Callable[[Summary], str]] = {
    "json": json_report.render,
    "junit": junit.render,
    "sarif": sarif.render,
    "md": markdown.render,
}


def write(summary: Summary, kind: str, path: Path | str, *, secrets: Secrets | None = None) -> None:
    """Write one report; ValueError for an unknown kind, OSError if the path cannot be written."""
    write_whole(Path(path), rendered(summary, kind, secrets=secrets))


def rendered(summary: Summary, kind: str, *, secrets: Secrets | None = None) -> str:
    """Give one report as text, keys and the target's user and password masked."""
    if kind not in KINDS:
        near = get_close_matches(kind, KINDS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"no kind of report is called {kind!r}; expected one of {', '.join(KINDS)}{hint}")
    mask = secrets.mask_text if secrets else str
    # In the fields and not in the text, where a key that is a common word would break the format.
    return KINDS[kind](_each_text(_each_text(summary, _without_user(summary.target)), mask))


def _without_user(target: str) -> Callable[[str], str]:
    user, at, _ = urlsplit(target).netloc.rpartition("@")
    return (lambda text: text.replace(user + at, "[user]@")) if user else str


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Rebuild plain data with each text in it changed, names of members and enumerations aside."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(one, change) for one in value]
    if isinstance(value, dict):
        return {_each_text(key, change): _each_text(one, change) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _each_text(getattr(value, one.name), change) for one in fields(value)})
    return value
