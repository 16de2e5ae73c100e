"""The examples work as they stand, against a simulator on a real port."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from tests.harness.live import serving

EXAMPLES = Path(__file__).parents[1] / "examples"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def base(spec_cache: Path) -> Iterator[str]:
    with serving(create_app(Settings(cache=spec_cache))) as url:
        yield url


def run(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_sdk_speaks_and_hears(base: str) -> None:
    said = run(str(EXAMPLES / "speak_and_transcribe.py"), base)

    assert said.count("heard: Hello, how can I help you today?") == 2


def test_a_voice_is_cloned_and_speaks(base: str, tmp_path: Path) -> None:
    said = run(str(EXAMPLES / "clone_a_voice.py"), base, str(tmp_path / "mine.mp3"))

    assert "spoken by" in said
    assert (tmp_path / "mine.mp3").read_bytes()[:3] == b"ID3"


def test_the_simulator_serves_within_a_test() -> None:
    assert "1 passed" in run("-m", "pytest", "-p", "no:cacheprovider", str(EXAMPLES / "own_test.py"))


def test_every_example_is_described() -> None:
    described = (EXAMPLES / "README.md").read_text(encoding="utf-8")

    assert [path.name for path in sorted(EXAMPLES.glob("*.py")) if f"`{path.name}`" not in described] == []
