"""What the documents say is true: options, hosts, paths, links, the first call, the coverage of facts."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from mockvoice.cli import app
from tests.docs import coverage
from tests.docs.claims import README as README_OF_CLAIMS
from tests.docs.claims import written as table_of_claims
from tests.docs.coverage import DECISIONS, NUMBER, PAGE, ROOT, citations, decided, documents, known_facts, page
from tests.harness.specs import PROVIDERS, spec
from tests.harness.wire import Client

USING = (ROOT / "docs/using.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [path for path in ROOT.rglob("*.md") if ".venv" not in path.parts and "node_modules" not in path.parts]


def options() -> list[str]:
    group: Any = typer.main.get_command(app)
    found = {option for command in group.commands.values() for one in command.params for option in one.opts}
    return sorted(option for option in found if option.startswith("--") and option != "--help")


@pytest.mark.parametrize("option", options())
def test_every_option_is_documented(option: str) -> None:
    assert f"`{option}" in USING


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_reserved_host_is_documented(provider: str) -> None:
    for host in spec(provider).hosts:
        assert f"https://{host}/" in USING


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_magic_input_is_documented(provider: str) -> None:
    for row in spec(provider).document.get("x-mock-triggers", {}).values():
        assert f"`{row['contains']}`" in USING


def test_every_path_of_the_control_plane_is_documented() -> None:
    source = (ROOT / "mockvoice/web/control.py").read_text(encoding="utf-8")

    for path in re.findall(r'Route\("(/_mock/[a-z]+)', source):
        assert path in USING


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_the_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_the_first_call_of_the_readme_gets_the_answer_it_shows(simulate: Callable[..., Client]) -> None:
    command, shown = re.findall(r"```(?:sh|json)\n(.*?)```", README, re.DOTALL)[1:3]
    words = shlex.split(command.replace("\\\n", " "))
    headers = [tuple(words[index + 1].split(": ", 1)) for index, word in enumerate(words) if word == "-H"]
    url = next(word for word in words if word.startswith("http"))

    answer = simulate().send("POST", url.removeprefix("http://127.0.0.1:8800"), headers, words[-1].encode())  # type: ignore[arg-type]

    assert answer.json() == json.loads(shown)


def test_every_numbered_fact_is_in_a_spec_or_has_a_reason_why_not() -> None:
    numbers = set(re.findall(r"^\| ([0A-E][0-9.]*-[0-9]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))

    assert numbers
    assert sorted(numbers - set(citations()) - decided()) == []


def test_specs_and_decisions_cite_only_numbers_that_exist() -> None:
    numbers = set(NUMBER.findall(PAGE.read_text(encoding="utf-8")))

    assert sorted((set(citations()) | decided()) - numbers) == []


def test_the_table_of_claims_is_fresh() -> None:
    text = README_OF_CLAIMS.read_text(encoding="utf-8")

    assert text == table_of_claims(text), "make docs writes it anew"


def test_the_coverage_page_is_fresh() -> None:
    """Run `make docs` when this fails."""
    assert PAGE.read_text(encoding="utf-8") == page(known_facts(), documents())


def test_the_coverage_page_is_written_without_the_fact_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = page(known_facts(), documents())

    monkeypatch.setattr(coverage, "FACTS", ROOT / "no such file")

    assert page(known_facts(), documents()) == with_it


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_coverage_page_shows_every_status_of_every_operation(provider: str) -> None:
    section = PAGE.read_text(encoding="utf-8").partition(f"### {provider}\n")[2].partition("\n#")[0]
    columns = {line.split("`")[1]: line.split(" | ")[1:] for line in section.splitlines() if line.startswith("| `")}
    shown = {name: Counter(" ".join(cells).strip("| ").split()) for name, cells in columns.items()}

    for _, _, operation_id in spec(provider).routes:
        statuses = spec(provider).place(operation_id)[2]["responses"]
        # Once for how it comes about, once for where it was seen.
        assert {status: shown[operation_id][status] for status in statuses} == dict.fromkeys(statuses, 2)


def test_a_reason_stands_beside_every_number_of_the_decisions() -> None:
    for line in DECISIONS.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and NUMBER.search(line.split("|")[1]):
            assert len(line.split("|")[2].strip()) > 10, line
