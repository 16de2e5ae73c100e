"""Writes the table of claims into contract_tests/README.md from the tests themselves: `python -m tests.docs.claims`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from contract_tests.kit.session import ORDER

README = Path(__file__).parents[2] / "contract_tests" / "README.md"
START, END = "<!-- claims -->\n", "<!-- /claims -->\n"


def _first_sentence(thing: Any) -> str:
    return (thing.__doc__ or "").strip().partition("\n")[0].rstrip(".")


def _over(function: Any) -> str:
    over = function.announcement.over
    if over is None:
        return "Once"
    said = (
        _first_sentence(over).removeprefix("Return ").removesuffix(", by name") or "Where the spec has what it is about"
    )
    return said[0].upper() + said[1:]


def rows() -> list[str]:
    """Return the table's lines."""
    lines = ["| claim | looks at | profile |", "|---|---|---|"]
    for family in ORDER:
        module = importlib.import_module(f"contract_tests.test_{family}")
        lines.append(f"| **{family}** | {_first_sentence(module)} | |")
        for name, function in vars(module).items():
            if name.startswith("test_") and hasattr(function, "announcement"):
                said = f". {_first_sentence(function)}" if function.__doc__ else ""
                sentence = name.removeprefix("test_").replace("_", " ")
                lines.append(f"| {sentence} | {_over(function)}{said} | {function.announcement.profile} |")
    return lines


def written(text: str) -> str:
    """Return the README with a fresh table."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return before + START + "\n".join(rows()) + "\n" + END + after


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
