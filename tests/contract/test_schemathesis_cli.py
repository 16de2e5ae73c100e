"""`schemathesis run` with the specs and schemathesis.toml is clean at the simulator, and not at a wrong server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.facts import load
from contract_tests.kit.fuzzing.settings import FILE, as_toml
from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from mockvoice.providers import REGISTRY
from tests.contract.suite import ROOT, keys_of
from tests.harness.live import serving
from tests.planted.wrapping import JSON, ChangedAnswers, Where, edited

SPECS = ROOT / "specs"
# All but walks along links.
PHASES = "examples,coverage,fuzzing"


def schemathesis(provider: str, base: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it as contract_tests/README.md says, from a folder of its own."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(FILE), "run"]
    command += [str(SPECS / f"{provider}.yaml"), "--url", f"{base}/{provider}", *words]
    environment = {**os.environ, **keys_of(provider, "funded"), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )


def simulator(provider: str, cache: Path) -> Any:
    return create_app(Settings(providers=(provider,), cache=cache))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("provider", "words"),
    [("fishaudio-org", ()), ("aitre", ("--include-operation-id", "createTranscription"))],
)
def test_it_finds_nothing_at_the_simulator(
    provider: str, words: tuple[str, ...], spec_cache: Path, tmp_path: Path
) -> None:
    with serving(simulator(provider, spec_cache)) as base:
        done = schemathesis(provider, base, tmp_path, "--phases", PHASES, "--max-examples", "3", *words)

    assert done.returncode == 0, done.stdout[-3000:]
    assert warned_of(done.stdout) <= {"Missing test data"}, done.stdout[-3000:]
    assert named(done.stdout) == set(() if words else led_to(provider))
    assert keys_of(provider, "funded")["MOCKVOICE_TOKEN"] not in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("provider", REGISTRY)
def test_a_run_as_the_readme_has_it_is_clean(provider: str, spec_cache: Path, tmp_path: Path) -> None:
    """Walks along links included, whose ids nobody aims, and rules between members that no schema of OpenAPI says."""
    with serving(simulator(provider, spec_cache)) as base:
        done = schemathesis(provider, base, tmp_path, "-n", "10")

    assert done.returncode == 0, done.stdout[-3000:]
    assert warned_of(done.stdout) <= {"Missing test data", "Schema validation mismatch", "Authentication failed"}
    assert list(tmp_path.iterdir()) == []


def warned_of(shown: str) -> set[str]:
    """Return the kinds of warnings in a summary: whatever was not looked at, or not as it should be."""
    _, _, summary = shown.partition("\nWarnings:\n")
    return set(re.findall(r"^  \S+ ([^:\n]+): ", summary.partition("\n\n")[0], re.MULTILINE))


def named(shown: str) -> set[str]:
    """Return the operations that warnings name."""
    _, _, warnings = shown.partition("= WARNINGS =")
    return set(re.findall(r"^  - ([A-Z]+ /\S+)$", warnings, re.MULTILINE))


def led_to(provider: str) -> list[str]:
    """Return the operations that need an id of the endpoint's: only walks along links have any."""
    every = load(provider, SPECS).operations.values()
    return [f"{one.method} {one.path}" for one in every if one.path_parameters]


def _without_credits(body: Any) -> None:
    if isinstance(body, dict):
        body.pop("credits_used", None)


@pytest.mark.slow
def test_it_finds_a_member_that_is_missing(spec_cache: Path, tmp_path: Path) -> None:
    app: Any = ChangedAnswers(simulator("fishaudio-org", spec_cache), edited(_without_credits), Where(media=JSON))
    with serving(app) as base:
        done = schemathesis("fishaudio-org", base, tmp_path, "--phases", "examples")

    assert done.returncode == 1
    assert '"credits_used" is a required property' in done.stdout


@pytest.mark.slow
def test_it_fails_where_the_key_is_nobodys(spec_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.contract.test_schemathesis_cli.keys_of", lambda *_: {"MOCKVOICE_TOKEN": "nobodys-key"})
    with serving(simulator("fishaudio-org", spec_cache)) as base:
        done = schemathesis("fishaudio-org", base, tmp_path, "--phases", "examples,coverage")

    assert done.returncode == 1
    assert "Authentication failed" in done.stdout


def test_the_file_says_what_the_specs_say() -> None:
    providers = [load(one.stem, one.parent) for one in sorted(SPECS.glob("*.yaml"))]

    text = as_toml(providers)

    assert text == FILE.read_text("utf-8"), "python -m contract_tests.kit.fuzzing.settings"


def test_the_file_has_the_statuses_of_every_operation() -> None:
    projects = {one["title"]: one for one in tomllib.loads(FILE.read_text("utf-8"))["project"]}

    for spec in SPECS.glob("*.yaml"):
        facts = load(spec.stem, spec.parent)
        project = projects[facts.document["info"]["title"]]
        assert [one["include-operation-id"] for one in project["operations"]] == list(facts.operations)
