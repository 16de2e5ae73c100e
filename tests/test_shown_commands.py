"""What `mockvoice errors` and the ready message show can be pasted into a shell, and does what it says."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from mockvoice.lookup import command_for
from mockvoice.openapi.commands import as_shell, example
from mockvoice.openapi.model import Spec
from mockvoice.openapi.recipes import ids_needed, maker_of, provocations_of
from tests.harness.live import serving
from tests.harness.specs import PROVIDERS, spec
from tests.harness.tiny import tiny

Fresh = Callable[[], contextlib.AbstractContextManager[str]]

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")


@pytest.fixture(scope="module")
def shared(spec_cache: Path) -> Iterator[str]:
    with serving(create_app(Settings(cache=spec_cache))) as url:
        yield url


@pytest.fixture(scope="module")
def fresh(spec_cache: Path) -> Fresh:
    """Make servers of their own for commands that use up a limit."""
    return lambda: serving(create_app(Settings(cache=spec_cache)))


def run(command: str) -> str:
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, timeout=60, check=False)
    return done.stdout.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("provider", "table", "name"),
    [
        (provider, table, name)
        for provider in PROVIDERS
        for (table, name), _ in provocations_of(spec(provider).document)
    ],
)
def test_a_shown_command_provokes_its_error(shared: str, fresh: Fresh, provider: str, table: str, name: str) -> None:
    row = spec(provider).document[table][name]

    with fresh() if "times" in row["request"] else contextlib.nullcontext(shared) as base:
        shown = run(command_for(spec(provider), row, base))

    statuses = [int(status) for status in re.findall(r"^HTTP/1\.1 (\d+)", shown, re.MULTILINE) if status != "100"]
    assert statuses[-1:] == [spec(provider).errors[row["code"]].status], shown[:2000]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_example_of_every_operation_that_needs_no_id_succeeds(shared: str, provider: str, tmp_path: Path) -> None:
    one = spec(provider)
    for _, path, operation_id in one.routes:
        before = one.place(operation_id)[2].get("x-voice-before")
        if "{" not in path and not (before or ids_needed(one, operation_id, {}) or maker_of(one, operation_id)):
            command = example(one, operation_id, f"{shared}/{provider}").replace(
                "speech.mp3", str(tmp_path / "speech.mp3")
            )
            shown = run(command)
            if (tmp_path / "speech.mp3").exists():
                assert (tmp_path / "speech.mp3").read_bytes()[:2] in {b"ID", b"\xff\xfb", b"\xff\xf3"}
                (tmp_path / "speech.mp3").unlink()
            else:
                status = int(re.findall(r"^HTTP/1\.1 (\d+)", shown, re.MULTILINE)[-1])
                assert 200 <= status < 300, shown[:2000]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("it's", "it's"),
        ('a "quoted" word', 'a "quoted" word'),
        ("$HOME `id` \\", "$HOME `id` \\"),
        ("repeat:3:so, ", "so, so, so, "),
    ],
)
def test_no_text_escapes_its_quotes(text: str, sent: str) -> None:
    line = as_shell(Spec(tiny()), "say", {"with": {"text": text}}, "http://127.0.0.1:1")

    said = run(line.replace("curl ", "printf '%s\\n' ", 1))

    assert orjson.dumps({"text": sent}).decode() in said.splitlines()
