"""What is covered: `python -m tests.docs.coverage` writes docs/coverage.md.

First what every operation answers, from the specs; then the numbered facts of providers.md and where each is held.
These lie outside the repository: the page keeps their numbers and first words, and where they are not at hand, it is
what is known of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mockvoice.openapi.documents import find_spec, parse_yaml
from mockvoice.providers import REGISTRY
from tests.docs.statuses import tables

ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared" / "providers.md"
PAGE = ROOT / "docs" / "coverage.md"
DECISIONS = ROOT / "docs" / "decisions.md"
NUMBER = re.compile(r"\b[0A-E](?:\.[0-9]+)?-[0-9]+\b")
_SECTION = re.compile(r"#{2,3} ([0A-E](?:\.[0-9]+)?)[. ]")
_ITEM = re.compile(r"(?:[0-9]+\.|-) ")
_ROW = re.compile(r"^\| ([0A-E][0-9.]*-[0-9]+) \| (.*) \| [^|]* \|$", re.MULTILINE)
_SHOWN = 90
_ABOUT_STATUSES = """
Each status of an operation stands under how it comes about, and under where it was seen. *Behaved*: given when a
request deserves it, or holds a magic input. *Only when asked for*: by `x-mockvoice-fault`, as nothing else that a
client does brings it about. *Documented*: in one of the five documents; *published*: on another public page or in
published code; *assumed*: nobody says so. A documented status says nothing of the words of its body: `mockvoice facts
PROVIDER` shows these. A conversation over a WebSocket shows its messages, what it refuses, and its closing codes.
""".strip()


def numbered_facts(text: str) -> dict[str, str]:
    """Return number → text of every table row, list item and paragraph, counted within its section."""
    facts: dict[str, str] = {}
    section: str | None = None
    paragraph: list[str] = []
    lines = text.split("\n")

    def close() -> None:
        if paragraph and section is not None:
            number = sum(key.rpartition("-")[0] == section for key in facts) + 1
            facts[f"{section}-{number}"] = " ".join(paragraph)
        paragraph.clear()

    for index, line in enumerate(lines):
        if line.startswith("#") or line.strip() == "---":
            close()
            found = _SECTION.match(line)
            section = found[1] if found else (section if line.strip() == "---" else None)
        elif line.startswith("|"):
            close()
            is_head = index + 1 < len(lines) and set(lines[index + 1]) <= set("|-: ") and "-" in lines[index + 1]
            if not is_head and not set(line) <= set("|-: "):
                paragraph.append(line)
                close()
        elif _ITEM.match(line):
            close()
            paragraph.append(line)
        elif line.strip():
            paragraph.append(line)
        else:
            close()
    close()
    return facts


def cited(node: Any) -> Iterator[str]:
    """Yield every number in a `rows` list anywhere in a spec."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "rows" and isinstance(value, list):
                yield from (str(one) for one in value)
            else:
                yield from cited(value)
    elif isinstance(node, list):
        for value in node:
            yield from cited(value)


@cache
def documents() -> Mapping[str, dict[str, Any]]:
    """Return the specs as they are written, by provider."""
    paths = {provider: find_spec(provider, None) for provider in REGISTRY}
    return {provider: parse_yaml(path.read_bytes(), path.name) for provider, path in paths.items()}


def citations() -> dict[str, list[str]]:
    """Return number → the specs that cite it."""
    found: dict[str, list[str]] = {}
    for provider, document in documents().items():
        for number in set(cited(document)):
            found.setdefault(number, []).append(provider)
    return found


def known_facts() -> dict[str, str]:
    """Return number → first words: of the fact sheet if it is at hand, else of the page."""
    if FACTS.exists():
        return {number: _short(text) for number, text in numbered_facts(FACTS.read_text(encoding="utf-8")).items()}
    return dict(_ROW.findall(PAGE.read_text(encoding="utf-8")))


def decided() -> set[str]:
    """Return the numbers that docs/decisions.md gives a reason for."""
    return set(NUMBER.findall(DECISIONS.read_text(encoding="utf-8")))


def page(facts: Mapping[str, str], specs: Mapping[str, Mapping[str, Any]]) -> str:
    """Return docs/coverage.md."""
    where, reasons = citations(), decided()
    lines = [
        "# Coverage",
        "",
        "What the simulator answers, and what that rests on. `make docs` writes this page; a test keeps it fresh.",
        "",
        "## By operation",
        "",
        *_ABOUT_STATUSES.splitlines(),
        *tables(specs),
        "",
        "## By number",
        "",
        "Every fact about the providers has a number: section of the fact sheet, and its place in the section. A fact",
        "is held by a spec (cited there under `rows`), or [decisions.md](decisions.md) says why not.",
    ]
    section = ""
    for number, text in facts.items():
        if number.rpartition("-")[0] != section:
            section = number.rpartition("-")[0]
            lines += ["", f"### {section}", "", "| number | fact | held by |", "|---|---|---|"]
        places = ", ".join(where.get(number, [])) or ("decisions.md" if number in reasons else "nobody")
        lines.append(f"| {number} | {text} | {places} |")
    return "\n".join(lines) + "\n"


def _short(text: str) -> str:
    plain = re.sub(r"\\?\|", " ", text).replace("**", "").replace("`", "").strip()
    plain = re.sub(r"\s+", " ", re.sub(r"^[0-9]+\. |^- ", "", plain))
    return plain if len(plain) <= _SHOWN else plain[: plain.rfind(" ", 0, _SHOWN)] + " …"


if __name__ == "__main__":
    PAGE.write_text(page(known_facts(), documents()), encoding="utf-8")
