"""What `mockvoice check` says to a mistake: what, where, what was expected; status 2; nothing is started."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from mockvoice.check import run
from mockvoice.check.options import CheckOptions, look_over
from mockvoice.cli import app
from mockvoice.core.errors import SettingsError
from mockvoice.launch import main

ROOT = Path(__file__).parents[1]
LIVE = ("--target", "https://api.example.com")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, spec_cache: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec_cache))


@pytest.fixture
def complain(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run the real entry point with a mistake; return what it says, after status 2."""

    def go(*words: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["mockvoice", "check", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        return capsys.readouterr().err

    return go


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., CheckOptions]:
    """Return what the command line makes of its words; nothing is run."""
    seen: list[CheckOptions] = []

    def keep(options: CheckOptions) -> int:
        seen.append(options)
        return 3

    monkeypatch.setattr(run, "check", keep)

    def go(*words: str) -> CheckOptions:
        result = CliRunner().invoke(app, ["check", *words], catch_exceptions=False)
        assert result.exit_code == 3
        return seen[-1]

    return go


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hadrain",), "no provider 'hadrain'; did you mean 'hadrian'?"),
        (("hadrian", "--profile", "smok"), "--profile smok: no such profile; did you mean 'smoke'?"),
        (("hadrian", "--report", "jsn=x"), "--report jsn=x: no such kind of report; did you mean 'json'?"),
        (("hadrian", "--report", "json"), "--report json: expected KIND=FILE with one of json, junit, sarif, md"),
        (("hadrian", "--report", "json=a,md="), "--report md=: expected KIND=FILE"),
        (("hadrian", "--report", "md=/no/such/x.md"), "--report md=/no/such/x.md: no such folder /no/such"),
        (("hadrian", "--report", "md=/"), "--report md=/: is a folder; expected a file"),
        (("hadrian", "--rate", "60"), "--rate 60: expected N/m, the requests a minute, for example 60/m"),
        (("hadrian", "--rate", "0/m"), "--rate 0/m: expected N/m"),
        (("hadrian", "--baseline", "/no/such"), "--baseline /no/such: no such file"),
        (("hadrian", "--choose", "sse"), "--choose hadrian.sse: expected <provider>.<row>=<reading>"),
        (("hadrian", "--choose", "sse-deliver=whole"), "no such row; did you mean 'sse-delivery'?"),
        (("hadrian", "--choose", "aitre.x=y"), "'aitre' is not served"),
        (("hadrian", "--specs", "/no/such"), "--specs /no/such: no such folder"),
        (("hadrian", "--target", "api.example.com"), "--target: expected a URL that begins with http:// or https://"),
        (("hadrian", "--target", "http://[::1"), "--target: expected a URL"),
        (("hadrian", "--target", "http://a:b"), "--target: expected a URL"),
        (("hadrian", "--target", "https://a.example/v1?key=x"), "--target: no ? and no # in the URL"),
        (("hadrian", *LIVE, "--clips", "clips"), "--clips: expected a URL"),
        (("fishaudio-net", *LIVE, "--socket", "https://x.example"), "--socket: expected a URL that begins with ws:// or wss://"),
        (("fishaudio-net", *LIVE, "--socket", "wss://x.example/?token=secret"), "--socket: no ? and no # in the URL"),
        (("fishaudio-net", "--socket", "wss://x.example/ws"), "--socket: needs --target"),
        (("hadrian", "--token", "k"), "--token: needs --target; a simulator of its own brings its keys along"),
        (("hadrian", "--low-token", "k"), "--low-token: needs --target"),
    ],
)  # fmt: skip
def test_a_mistake_gets_a_message_and_the_nearest_name(
    complain: Callable[..., str], words: tuple[str, ...], said: str
) -> None:
    assert said in complain(*words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*LIVE, "--token", "se cret\n"), "--token: this is no key"),
        ((*LIVE, "--empty-token", "secret\u00e9"), "--empty-token: this is no key"),
        (("--target", "https://me:secret@a.example"), "--target: no name or password in the URL"),
        (("--target", "secret"), "--target: expected a URL"),
    ],
)
def test_what_may_be_a_secret_is_not_repeated(complain: Callable[..., str], words: tuple[str, ...], said: str) -> None:
    complaint = complain("hadrian", *words)

    assert said in complaint
    assert "cret" not in complaint


def test_a_variable_that_is_no_key_is_named(complain: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKVOICE_OTHER_TOKEN", "secret\n")

    assert "MOCKVOICE_OTHER_TOKEN: this is no key" in complain("hadrian", *LIVE)


@pytest.mark.parametrize("missing", ["pytest", "schemathesis", "hypothesis"])
def test_a_missing_extra_is_told(complain: Callable[..., str], monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setattr("mockvoice.check.suite.find_spec", lambda name: None if name == missing else object())

    assert '`mockvoice check` needs the extra: pip install "mockvoice[check]"' in complain("hadrian")


def test_a_missing_suite_is_told(complain: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("mockvoice.check.suite.data_folder", lambda name: tmp_path / name)

    assert f"no contract suite in {tmp_path / 'contract_tests'}; is the installation complete?" in complain("hadrian")


def test_every_option_reaches_the_run(asked: Callable[..., CheckOptions], tmp_path: Path) -> None:
    roles = [f"--{role}-token" for role in ("empty", "low", "limited", "revoked", "other", "forbidden")]
    tokens = {option: f"key{place}" for place, option in enumerate(["--token", *roles])}
    flags = [word for item in tokens.items() for word in item]

    found = asked(
        "hadrian", *LIVE, *flags, "--profile", "deep", "--strict", "--max-credits", "0", "--max-requests", "7",
        "--rate", "60/m", "--report", "json=a,md=b", "--report", "sarif=c", "--baseline", "base.json",
        "--choose", "row=x", "--choose", "hadrian.other=y", "--seed", "3", "--clips", "https://c.example",
        "--socket", "wss://s.example/ws", "--specs", str(tmp_path), "--plan", "--yes",
    )  # fmt: skip

    assert found == CheckOptions(
        provider="hadrian",
        target="https://api.example.com",
        tokens=tokens,
        profile="deep",
        strict=True,
        max_credits=0,
        max_requests=7,
        rate="60/m",
        report=("json=a,md=b", "sarif=c"),
        baseline=Path("base.json"),
        choose=("row=x", "hadrian.other=y"),
        seed=3,
        clips="https://c.example",
        socket="wss://s.example/ws",
        specs=tmp_path,
        plan=True,
        yes=True,
    )
    assert found.readings == ("hadrian.row=x", "hadrian.other=y")
    assert found.reports == (("json", Path("a")), ("md", Path("b")), ("sarif", Path("c")))


def test_without_options_the_run_has_the_defaults(asked: Callable[..., CheckOptions]) -> None:
    assert asked("hadrian") == CheckOptions("hadrian")


@pytest.mark.parametrize(
    "options",
    [
        CheckOptions("hadrian"),
        CheckOptions("hadrian", target="http://127.0.0.1:8800/hadrian/", rate="1/m"),
        CheckOptions("hadrian", target="https://api.example.com:8443/base", clips="https://c.example/x/"),
        CheckOptions("hadrian", choose=("sse-delivery=whole", "hadrian.sse-delivery=whole")),
    ],
)  # fmt: skip
def test_what_can_be_meant_passes(options: CheckOptions) -> None:
    assert look_over(options).id == "hadrian"


def test_edited_specs_are_looked_over_too(tmp_path: Path) -> None:
    (tmp_path / "hadrain.yaml").write_text("openapi: 3.1.0\n")

    with pytest.raises(SettingsError, match="did you mean 'hadrian'"):
        look_over(CheckOptions("hadrian", specs=tmp_path))


def test_the_guide_names_only_options_that_there_are() -> None:
    page = (ROOT / "docs/checking-a-live-provider.md").read_text(encoding="utf-8")
    group: Any = typer.main.get_command(app)
    known = {option for one in group.commands["check"].params for option in one.opts}

    named = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", page))

    assert named - known == set()
    assert {"--target", "--plan", "--max-credits"} <= named
