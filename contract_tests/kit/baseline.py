"""Knows which findings a team has accepted, until when and why; judges nothing and asks nobody for the date.

A baseline is a YAML or JSON file:

    format: mockvoice-baseline/1
    accept:
      - id: aitre.createSpeech.credits.refused_requests_are_free./x-voice-billing/createSpeech
        until: 2027-02-28
        why: the provider repairs it in February (ticket 4711)

`id` is a finding's id as every report shows it, taken literally; `until` is the last day on which it is accepted;
`why` is for the next reader. All three are needed, and an id stands there once. A finding that is not in the file
still fails, and so does one whose day has passed. `suggest` writes such a file from a run, to be edited.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from contract_tests.kit.verdicts import Summary, Verdict

FORMAT = "mockvoice-baseline/1"
MEMBERS = ("id", "until", "why")
SUGGESTED_DAYS = 90


class BaselineError(ValueError):
    """A baseline that cannot be used: says the file, the place in it, what was expected and the nearest name."""


@dataclass(frozen=True)
class Entry:
    """One accepted finding; `until` is included."""

    id: str
    until: date
    why: str


@dataclass(frozen=True)
class Baseline:
    """The accepted findings of one file."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Baseline:
        """Read a file; BaselineError if it cannot be read, parsed or understood."""
        accepted = _list(path, _document(path))
        entries = tuple(_entry(f"{path}: accept[{at}]", one) for at, one in enumerate(accepted))
        first: dict[str, int] = {}
        for at, entry in enumerate(entries):
            if first.setdefault(entry.id, at) != at:
                raise BaselineError(f"{path}: accept[{at}] has the same id as accept[{first[entry.id]}]: {entry.id}")
        return cls(entries)

    def accepts(self, finding_id: str, today: date) -> bool:
        """Tell whether a finding is accepted today."""
        return any(entry.id == finding_id and today <= entry.until for entry in self.entries)

    def expired(self, today: date) -> list[Entry]:
        """Give the entries whose last day has passed."""
        return [entry for entry in self.entries if entry.until < today]

    def unused(self, finding_ids: Iterable[str]) -> list[Entry]:
        """Give the entries that no finding of a run has; the deviation is gone, or its id has changed."""
        found = set(finding_ids)
        return [entry for entry in self.entries if entry.id not in found]

    def remarks(self, finding_ids: Iterable[str], today: date) -> list[str]:
        """Tell in sentences which entries have expired, and which none of a run's findings needs."""
        found = sorted(set(finding_ids))
        said = [f"the baseline's entry {one.id} expired on {one.until}: {one.why}" for one in self.expired(today)]
        for entry in self.unused(found):
            near = get_close_matches(entry.id, found, n=1, cutoff=0.8)
            hint = f"; the nearest finding is {near[0]}" if near else ""
            said.append(f"the baseline's entry {entry.id} matches no finding of this run{hint}")
        return said


def suggest(summary: Summary) -> str:
    """Write a baseline of all that is broken or differs in a run, accepted for 90 days from its start, to be edited."""
    seen = datetime.fromisoformat(summary.started).date()
    found = {one.id: one for one in summary.findings if one.verdict in {Verdict.BROKEN, Verdict.DIFFERS}}
    lines = [
        f"# What a run against {summary.provider} found on {seen}. Say of each why it is accepted, and until when.",
        f"format: {FORMAT}",
        "accept:" if found else "accept: []",
    ]
    for ident, one in sorted(found.items()):
        told = "".join(char for char in one.fact.text if char.isprintable())
        lines += [
            f"  # {one.severity}: {told}",
            f"  - id: {json.dumps(ident, ensure_ascii=False)}",
            f"    until: {seen + timedelta(days=SUGGESTED_DAYS)}",
            f"    why: seen on {seen}, nobody has said yet why it is accepted",
        ]
    return "\n".join(lines) + "\n"


def _document(path: Path) -> Any:
    """Parse a file; JSON is YAML as well, save for tabs, which YAML refuses between tokens."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"{path}: cannot be read: {error}") from error
    try:
        return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise BaselineError(f"{path}: cannot be parsed as YAML or JSON: {error}") from error


def _list(path: Path, document: Any) -> list[Any]:
    if not isinstance(document, dict):
        raise BaselineError(f"{path}: expected a mapping with `format: {FORMAT}` and `accept`, got {_kind(document)}")
    _known(str(path), document, ("format", "accept"))
    if document["format"] != FORMAT:
        raise BaselineError(f"{path}: format is {document['format']!r}; expected {FORMAT!r}")
    if not isinstance(document["accept"], list):
        raise BaselineError(f"{path}: accept: expected a list of entries, got {_kind(document['accept'])}")
    return document["accept"]


def _entry(where: str, given: Any) -> Entry:
    if not isinstance(given, dict):
        raise BaselineError(f"{where}: expected a mapping of {', '.join(MEMBERS)}, got {_kind(given)}")
    _known(where, given, MEMBERS)
    return Entry(_words(where, given, "id"), _day(f"{where}.until", given["until"]), _words(where, given, "why"))


def _known(where: str, given: dict[Any, Any], members: tuple[str, ...]) -> None:
    for name in given:
        if name not in members:
            near = get_close_matches(str(name), members, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise BaselineError(f"{where}: unknown member {name!r}; expected {', '.join(members)}{hint}")
    for name in members:
        if name not in given:
            raise BaselineError(f"{where}: {name!r} is missing; expected {', '.join(members)}")


def _words(where: str, given: dict[str, Any], name: str) -> str:
    if not isinstance(given[name], str) or not given[name].strip():
        raise BaselineError(f"{where}.{name}: expected a text that is not empty, got {_kind(given[name])}")
    return str(given[name]).strip()


def _day(where: str, given: Any) -> date:
    """Take a date as YAML reads it, or a text of exactly YYYY-MM-DD."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        day = datetime.strptime(given, "%Y-%m-%d").date()
    except (TypeError, ValueError):
        day = None
    if day is None or str(day) != given:
        raise BaselineError(f"{where}: expected a day as YYYY-MM-DD, got {given!r}")
    return day


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"{type(value).__name__} {str(value)[:40]!r}"
