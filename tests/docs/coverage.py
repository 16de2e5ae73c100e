"""The numbered facts of providers.md and where each is held: `python -m tests.docs.coverage` writes docs/coverage.md.

The facts themselves lie outside the repository; the page keeps their numbers and first words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mockvoice.openapi.documents import find_spec, parse_yaml
from mockvoice.providers import REGISTRY

ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared" / "providers.md"
PAGE = ROOT / "docs" / "coverage.md"
DECISIONS = ROOT / "docs" / "decisions.md"
NUMBER = re.compile(r"\b[0A-E](?:\.[0-9]+)?-[0-9]+\b")
_SECTION = re.compile(r"#{2,3} ([0A-E](?:\.[0-9]+)?)[. ]")
_ITEM = re.compile(r"(?:[0-9]+\.|-) ")
_SHOWN = 90


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


def citations() -> dict[str, list[str]]:
    """Return number → the specs that cite it."""
    found: dict[str, list[str]] = {}
    for provider in REGISTRY:
        path = find_spec(provider, None)
        for number in set(cited(parse_yaml(path.read_bytes(), path.name))):
            found.setdefault(number, []).append(provider)
    return found


def decided() -> set[str]:
    """Return the numbers that docs/decisions.md gives a reason for."""
    return set(NUMBER.findall(DECISIONS.read_text(encoding="utf-8")))


def page(facts: dict[str, str]) -> str:
    """Return docs/coverage.md."""
    where, reasons = citations(), decided()
    lines = [
        "# Coverage",
        "",
        "Every fact about the providers has a number: section of the fact sheet, and its place in the section. A fact",
        "is held by a spec (cited there under `rows`), or [decisions.md](decisions.md) says why not. `make docs`",
        "writes this page; a test keeps it fresh.",
    ]
    section = ""
    for number, text in facts.items():
        if number.rpartition("-")[0] != section:
            section = number.rpartition("-")[0]
            lines += ["", f"## {section}", "", "| number | fact | held by |", "|---|---|---|"]
        places = ", ".join(where.get(number, [])) or ("decisions.md" if number in reasons else "nobody")
        lines.append(f"| {number} | {_short(text)} | {places} |")
    return "\n".join(lines) + "\n"


def _short(text: str) -> str:
    plain = re.sub(r"\\?\|", " ", text).replace("**", "").replace("`", "").strip()
    plain = re.sub(r"\s+", " ", re.sub(r"^[0-9]+\. |^- ", "", plain))
    return plain if len(plain) <= _SHOWN else plain[: plain.rfind(" ", 0, _SHOWN)] + " …"


if __name__ == "__main__":
    PAGE.write_text(page(numbered_facts(FACTS.read_text(encoding="utf-8"))), encoding="utf-8")
