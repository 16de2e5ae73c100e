"""The command line as its user meets it."""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from mockvoice.cli import app
from mockvoice.launch import main, put_off, read_serve
from mockvoice.lookup import facts_of
from mockvoice.options import ServeOptions
from mockvoice.providers import REGISTRY
from tests.harness.specs import spec

ROOT = Path(__file__).parents[1]
RUN = [sys.executable, "-m", "mockvoice"]


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, spec_cache: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec_cache))
    monkeypatch.setenv("COLUMNS", "200")


def output(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def complaint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the real entry point with a mistake; return what it says, after status 2."""
    monkeypatch.setattr(sys, "argv", ["mockvoice", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_all_providers_are_listed() -> None:
    text = output("providers")

    assert all(name in text for name in REGISTRY)


def test_accounts_show_roles_keys_and_balances() -> None:
    text = output("accounts", "fishaudio-org")

    assert re.search(r"mock-low\s+│ mock-low-v1\s+│ 13 ", text)


def test_routes_show_methods_paths_and_statuses() -> None:
    text = output("routes", "fishaudio-org")

    row = r"POST   │ /api/open/v1/speech/transcriptions +│ createTranscription │ 200 400 401 402"
    assert re.search(row, text)


def test_errors_come_with_their_source_and_a_curl() -> None:
    text = output("errors", "fishaudio-org")

    assert "402 insufficient_credits  the quota does not cover the audio" in text
    assert "assumed: family (B.4-4, B.4-10)" in text
    assert re.search(r"curl -i -X POST -H 'authorization: Bearer mock-empty'", text)


def test_facts_come_with_their_source_and_the_rows_to_choose_from() -> None:
    text = output("facts", "fishaudio-org")

    assert "--choose fishaudio-org.segments=…" in text
    assert "document: 001_131ecb2828a21cc8.txt" in text


def test_what_was_seen_elsewhere_of_an_object_is_a_fact_of_its_own() -> None:
    found = {one.pointer: one for one in facts_of(spec("hadrian"))}
    member = "/components/schemas/TranscriptionRequest/properties/temperature"

    assert found[member].seen == "document"
    assert (found[f"{member}/default"].text, found[f"{member}/default"].seen) == ("default: 0", "published")


def test_assumed_facts_alone() -> None:
    text = output("facts", "fishaudio-org", "--assumed")

    assert "assumed" in text
    assert "document: 001_131ecb2828a21cc8.txt" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("serve", "hadrain"), "no provider 'hadrain'; did you mean 'hadrian'?"),
        (("serve", "--choose", "fishaudio-org.segment=filled"), "no such row; did you mean 'segments'?"),
        (("serve", "--choose", "fishaudio-org.segments=filed"), "no such reading; did you mean 'filled'?"),
        (("serve", "--choose", "fishaudio-org.segments"), "expected <provider>.<row>=<reading>"),
        (("serve", "--choose", "segments=filled"), "expected <provider>.<row>=<reading>"),
        (("serve", "fishaudio-org", "--choose", "hadrian.x=y"), "'hadrian' is not served"),
        (("serve", "--clock", "fast"), "expected 'real', 'manual' or a factor"),
        (("serve", "--specs", "/no/such/folder"), "--specs /no/such/folder: no such folder"),
        (("serve", "--host", "no.such.host.invalid"), "expected an address of this machine"),
        (("errors", "nobody"), "no provider 'nobody'"),
        (("errors", "hadrian", "--choose", "aitre.x=y"), "--choose aitre.x=y: 'aitre' is not served; known: hadrian"),
        (("facts", "hadrian", "--choose", "aitre.x=y"), "--choose aitre.x=y: 'aitre' is not served; known: hadrian"),
        (("facts", "hadrian", "--choose", "hadrian.x=y"), "no such row"),
    ],
)  # fmt: skip
def test_a_mistake_gets_a_message_and_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert said in complaint(monkeypatch, capsys, *words)


def test_a_folder_of_specs_with_an_unknown_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "hadrain.yaml").write_text("openapi: 3.1.0\n")

    assert "hadrain.yaml: no such provider; did you mean 'hadrian'?" in complaint(
        monkeypatch, capsys, "serve", "--specs", str(tmp_path)
    )


def test_a_broken_spec_is_refused_with_every_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (ROOT / "specs/fishaudio-org.yaml").read_text()
    (tmp_path / "fishaudio-org.yaml").write_text(text.replace("measure: audio-mill", "measure: audio-mili"))

    said = complaint(monkeypatch, capsys, "serve", "fishaudio-org", "--specs", str(tmp_path))

    assert "fishaudio-org.yaml: /paths/~1api~1open~1v1~1speech~1transcriptions/post/x-voice-billing/measure" in said
    assert "did you mean 'audio-milliseconds'?" in said


def test_a_taken_port_is_said_with_a_next_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = complaint(monkeypatch, capsys, "serve", "fishaudio-org", "--port", str(port))

    assert f"port {port} on 127.0.0.1 is taken; stop the other server, or choose one with --port" in said


paths = st.sampled_from(["specs", "/no/such", "a b"])
words_of_serve = st.lists(
    st.one_of(
        st.sampled_from(["hadrian", "aitre", "nobody"]).map(lambda name: [name]),
        st.sampled_from(["--fetch", "--accept-any-token", "--lenient-audio", "--quiet"]).map(lambda flag: [flag]),
        st.tuples(st.sampled_from(["--host", "--clock"]), st.sampled_from(["x60", "::1", "a=b"])).map(list),
        st.tuples(st.sampled_from(["--port", "--seed"]), st.integers(0, 70_000).map(str)).map(list),
        st.tuples(st.just("--choose"), st.sampled_from(["hadrian.x=y", "x"])).map(list),
        st.tuples(st.sampled_from(["--specs", "--fixtures"]), paths).map(list),
        st.sampled_from(["--port=1", "--port=x", "--host=x", "--choose=1", "--choose=a=b"]).map(lambda word: [word]),
        st.sampled_from([["--nothing"], ["--port"], ["--port", "x"], ["--seed", "-1"], ["-h"], ["--"], ["--no-fetch"]]),
    ),
    max_size=6,
).map(lambda pieces: [word for piece in pieces for word in piece])  # fmt: skip


@given(words_of_serve)
def test_the_short_way_reads_what_the_command_line_library_reads(words: list[str]) -> None:
    """Where the short way understands the words it means the same; what is a mistake it leaves to Typer."""
    short = read_serve(words)
    seen: list[ServeOptions] = []

    with mock.patch("mockvoice.serving.serve", seen.append):
        result = CliRunner().invoke(app, ["serve", *words])

    if short is not None:
        assert result.exit_code == 0
        assert seen == [short]


@pytest.mark.parametrize("words", [[], ["hadrian", "--port", "0"], ["--choose=a.b=c", "--specs", "x", "--quiet"]])
def test_a_plain_start_goes_the_short_way(words: list[str]) -> None:
    assert read_serve(words) is not None


@pytest.mark.parametrize(("port", "is_understood"), [("65535", True), ("65536", False)])
def test_a_port_that_is_none_is_left_to_the_command_line_library(port: str, is_understood: bool) -> None:
    assert (read_serve(["--port", port]) is not None) is is_understood


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*RUN, "serve", "fishaudio-org", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONWARNINGS": "error"},
    )  # fmt: skip
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.slow
def test_serve_says_when_it_is_ready_and_its_own_curl_works(server: subprocess.Popen[str]) -> None:
    assert server.stdout is not None
    lines = [server.stdout.readline() for _ in range(5)]

    base = re.search(r"http://127\.0\.0\.1:\d+", lines[0])
    curl = lines[-1].removeprefix("  try:  ").strip()

    assert base is not None
    with urllib.request.urlopen(f"{base[0]}/_mock/health", timeout=5) as answer:
        assert json.load(answer)["status"] == "ok"
    answered = subprocess.run(curl, shell=True, capture_output=True, text=True, timeout=10, check=True)  # noqa: S602
    assert "HTTP/1.1 200 OK" in answered.stdout
    assert '"credits_used":13,"quota_remaining":987987' in answered.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_cleanly_when_told_to(server: subprocess.Popen[str], number: signal.Signals) -> None:
    assert server.stdout is not None
    server.stdout.readline()

    server.send_signal(number)

    _, errors = server.communicate(timeout=10)
    assert server.returncode in {0, -number, 130, 143}
    assert "Traceback" not in errors


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_start_imports_no_command_line_and_nothing_that_one_answer_can_do_without() -> None:
    """What a started server has imported when it says that it is ready, by the interpreter's own account."""
    command = [sys.executable, "-X", "importtime", "-m", "mockvoice", "serve", "--quiet", "--port", "0"]
    subprocess.run([sys.executable, "-m", "mockvoice", "providers"], check=True, capture_output=True)
    one = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert one.stdout is not None
    ready = one.stdout.readline()
    one.terminate()

    _, told = one.communicate(timeout=10)

    imported = {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}
    # uvicorn's command line and reloader, ours, and what the first request that needs it imports.
    heavy = {"click", "typer", "rich", "uvicorn.main", "uvicorn.supervisors", "multiprocessing", "tempfile", "shutil"}
    heavy |= {"starlette", "yaml", "jsonschema_rs", "websockets", "numpy", "av", "pydub", "httpcore"}
    heavy |= {"mockvoice.openapi.checks", "mockvoice.web.control", "mockvoice.web.sockets", "mockvoice.audio.listening"}
    heavy |= {*REGISTRY.values()}
    assert ready.startswith("mockvoice is ready")
    assert {"mockvoice.serving", "uvicorn.server"} <= imported
    assert heavy & imported == set()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package whose `__init__` imports a part that nobody may need."""
    folder = tmp_path / "putoffhere"
    folder.mkdir()
    (folder / "__init__.py").write_text("from putoffhere.dear import DEAR\nCHEAP = 'of the package'\n")
    (folder / "dear.py").write_text("DEAR = 'dear'\n")
    (folder / "cheap.py").write_text("CHEAP = 'of the part'\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder.name
    for name in [one for one in sys.modules if one.partition(".")[0] == folder.name]:
        del sys.modules[name]


def test_a_part_of_a_package_that_is_put_off_comes_without_the_others(package: str) -> None:
    put_off(package, CHEAP="cheap")

    part = importlib.import_module(f"{package}.cheap")

    assert part.CHEAP == sys.modules[package].CHEAP == "of the part"
    assert f"{package}.dear" not in sys.modules


def test_a_package_that_is_put_off_is_whole_once_it_is_asked_for_a_name(package: str) -> None:
    put_off(package)

    whole = importlib.import_module(package)

    assert (whole.DEAR, whole.CHEAP) == ("dear", "of the package")
    with pytest.raises(AttributeError):
        _ = whole.NOTHING


def test_a_package_that_was_imported_before_is_not_put_off(package: str) -> None:
    whole = importlib.import_module(package)

    put_off(package)

    assert sys.modules[package] is whole


@pytest.mark.slow
def test_nothing_heavy_is_imported_before_the_first_answer() -> None:
    """Rich, PyAV, pydub, an HTTP client, validators, YAML and Starlette would each delay it."""
    code = """
import asyncio, sys
sys.argv = ["mockvoice"]
from mockvoice import cli, serving
from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from mockvoice.openapi.documents import cache_folder
app = create_app(Settings(cache=cache_folder()))
serving.ready_message(app, "http://127.0.0.1:8800")
async def main():
    async def send(message): print(message.get("status", ""))
    scope = {"type": "http", "method": "GET", "path": "/fishaudio-org/api/open/v1/profile", "query_string": b"",
             "headers": [(b"authorization", b"Bearer mock-funded")]}
    await app(scope, None, send)
asyncio.run(main())
heavy = {"rich", "av", "pydub", "numpy", "httpx", "httpcore", "jsonschema", "jsonschema_rs", "yaml", "starlette"}
# What only a new spec needs: the checks, and the verbs of providers nobody has called.
heavy |= {"mockvoice.openapi.checks", "mockvoice.openapi.shapes"}
heavy |= {"mockvoice.service.needs", "mockvoice.providers.aitre"}
print(sorted(heavy & set(sys.modules)))
"""
    fill_cache = (
        "from mockvoice.app import *; from mockvoice.openapi.documents import *; "
        "create_app(Settings(cache=cache_folder()))"
    )
    warm = [sys.executable, "-c", fill_cache]
    subprocess.run(warm, check=True)

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split("\n")[0] == "200"
    assert done.stdout.strip().endswith("[]")
