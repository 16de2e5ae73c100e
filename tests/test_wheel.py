"""The wheel carries what the product needs, and nothing that could clash with other packages."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mockvoice.providers import REGISTRY

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_nothing_but_mockvoice_lands_in_site_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0].split("-")[0] for name in names} == {"mockvoice"}


def test_specs_fixtures_and_the_contract_suite_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    digests = {hashlib.sha256((ROOT / f"specs/{name}.yaml").read_bytes()).hexdigest() for name in REGISTRY}

    assert {f"mockvoice/_data/specs/{name}.yaml" for name in REGISTRY} <= names
    assert {f"mockvoice/_data/compiled/{digest}.json" for digest in digests} <= names
    assert "mockvoice/_data/specs/extensions.schema.json" in names
    assert "mockvoice/_data/fixtures/hello-en.mp3" in names
    assert "mockvoice/_data/contract_tests/README.md" in names


def test_an_installed_wheel_serves_without_parsing_yaml(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    code = (
        "import sys, mockvoice; from mockvoice.app import create_app; app = create_app();"
        "assert 'yaml' not in sys.modules; print(mockvoice.__file__, len(app.mounts))"
    )
    environment = {**os.environ, "PYTHONPATH": str(target)}

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [str(target / "mockvoice" / "__init__.py"), str(len(REGISTRY))]


def test_an_installed_wheel_checks_a_provider_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    target, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    command = [sys.executable, "-m", "mockvoice", "check", "fishaudio-org", "--profile", "smoke", "--report", "md=r.md"]

    done = subprocess.run(
        command, cwd=empty, env={**os.environ, "PYTHONPATH": str(target)}, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing is broken" in done.stdout
    assert [path.name for path in empty.iterdir()] == ["r.md"]
