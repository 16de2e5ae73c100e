"""Rules of the house that no linter holds: the contract suite's imports, sizes, a README for each folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockvoice.providers import REGISTRY

ROOT = Path(__file__).parents[1]
# Folders whose own folders have a README as well; the tests and each provider are told of by the one above.
HOUSED = (
    "mockvoice/audio", "mockvoice/core", "mockvoice/openapi", "mockvoice/providers", "mockvoice/service",
    "mockvoice/web", "benchmarks", "contract_tests", "docs", "examples", "fixtures", "specs", "tests",
)  # fmt: skip
LONGEST_PROVIDER_MODULE = 200


def imports_of_mockvoice(folder: Path) -> Iterator[str]:
    """Yield file and line of everything below a folder that imports the product, by statement or by name."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                names = [str(node.args[0].value)] if called in {"import_module", "__import__"} else []
            if any(name.split(".")[0] == "mockvoice" for name in names):
                yield f"{path.name}:{getattr(node, 'lineno', 0)}"


def test_the_contract_suite_imports_nothing_of_the_product() -> None:
    assert list(imports_of_mockvoice(ROOT / "contract_tests")) == []


@pytest.mark.parametrize(
    "line",
    ["import mockvoice.app", "from mockvoice import app", "import_module('mockvoice.app')", "import os, mockvoice"],
)
def test_an_import_of_the_product_is_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(f"from importlib import import_module\n{line}\n")

    assert list(imports_of_mockvoice(tmp_path)) == ["x.py:2"]


def test_no_module_of_a_provider_is_longer_than_the_house_allows() -> None:
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "mockvoice/providers").rglob("*.py")
    }

    assert {name: count for name, count in lines.items() if count > LONGEST_PROVIDER_MODULE} == {}
    assert len(lines) > len(REGISTRY)


def test_every_folder_has_a_readme() -> None:
    found = [path.name for path in ROOT.iterdir() if path.name[0] != "." and any(path.glob("*.py"))]
    found += [f"mockvoice/{path.name}" for path in (ROOT / "mockvoice").iterdir() if any(path.glob("*.py"))]
    folders = sorted({*HOUSED, *found})

    assert [one for one in folders if one != "mockvoice" and not (ROOT / one / "README.md").is_file()] == []
