"""`mockvoice check` with real programs: a simulator of its own, a suite that follows a script, signals, a terminal."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

from mockvoice.check.channels import Channel, Pipe, Tail
from mockvoice.check.events import Event, Note
from mockvoice.check.keys import ROLES, Masker, keys_of_simulator
from mockvoice.check.mailbox import Mailbox
from mockvoice.check.options import CheckOptions
from mockvoice.check.run import check
from mockvoice.check.simulator import command
from mockvoice.check.suite import Outcome, Suite, run
from tests.harness.fake_suite import Step, end, finding, plan, record, write_suite
from tests.harness.signals import interruptible
from tests.harness.specs import spec

ROOT = Path(__file__).parents[1]
# Nobody listens there, and no request is sent.
NOWHERE = "http://127.0.0.1:9/hadrian"
HELD = record("errors.held", requests=2)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals")]


@pytest.fixture(autouse=True)
def own_variables(monkeypatch: pytest.MonkeyPatch, spec_cache: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec_cache))
    for role in ROLES:
        monkeypatch.delenv(role.variable, raising=False)


@pytest.fixture
def suite(tmp_path: Path) -> Callable[..., Suite]:
    return partial(write_suite, tmp_path / "home")


def port_of(text: str) -> int:
    found = re.search(r"hadrian at http://127\.0\.0\.1:(\d+)/hadrian \(a simulator of its own\)", text)
    assert found is not None
    return int(found[1])


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("status", range(4))
def test_the_status_is_that_of_the_suite(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str], status: int
) -> None:
    made = suite(plan(1), HELD, end(status, "a reason"))

    assert check(CheckOptions("hadrian", NOWHERE), made) == status
    assert capsys.readouterr().out.splitlines()[-1] == f"exit {status}: a reason"


def test_a_simulator_of_its_own_is_asked_and_stopped(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str]
) -> None:
    status = check(CheckOptions("hadrian"), suite(plan(1), {"do": "ask_target"}, HELD, end()))

    said = capsys.readouterr().out
    assert status == 0
    assert "the target is ok" in said
    assert not is_listening(port_of(said))


def test_the_simulator_follows_the_chosen_readings_and_the_seed(tmp_path: Path) -> None:
    options = CheckOptions("hadrian", choose=("sse-delivery=incremental",), seed=-3, specs=tmp_path)

    assert command(options)[-7:] == [
        "serve", "hadrian", "--port=0", "--quiet", "--seed=-3", "--choose=hadrian.sse-delivery=incremental",
        f"--specs={tmp_path}",
    ]  # fmt: skip


def test_a_simulator_that_does_not_start_is_told(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [sys.executable, "-c", "import sys; sys.exit('no such sound, gw_mock-funded')"]
    monkeypatch.setattr("mockvoice.check.simulator.command", lambda _options: broken)

    status = check(CheckOptions("hadrian"), suite(end()))

    said = capsys.readouterr().out
    assert status == 3
    assert "no such sound, [masked]" in said
    assert said.splitlines()[-1] == "exit 3: the simulator did not start: status 1"


def test_a_simulator_that_ends_by_itself_is_told(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    short_lived = [sys.executable, "-c", "print('mockvoice is ready at http://127.0.0.1:9', flush=True)"]
    monkeypatch.setattr("mockvoice.check.simulator.command", lambda _options: short_lived)

    check(CheckOptions("hadrian"), suite(end(3, "unreachable")))

    assert "The simulator ended by itself, with status 0." in capsys.readouterr().out


def test_keys_go_by_the_environment_and_nowhere_else(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    keys = keys_of_simulator(spec("hadrian"))
    echo = [
        record("errors.x", "broken", findings=[finding("errors.x", curl=f"curl -H 'k: {key}'")])
        for key in keys.values()
    ]
    seen_file = tmp_path / "seen.json"

    check(
        CheckOptions("hadrian"),
        suite({"do": "note_environment", "file": str(seen_file)}, *echo, end(1, keys["MOCKVOICE_TOKEN"])),
    )

    seen = json.loads(seen_file.read_text())
    assert {name: seen["environment"].get(name) for name in keys} == keys
    said = capsys.readouterr()
    for text in (*seen["argv"], said.out, said.err):
        assert not [key for key in keys.values() if key in text]


def test_the_simulator_of_its_own_gets_no_key_of_a_live_endpoint(
    suite: Callable[..., Suite], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MOCKVOICE_TOKEN", "live-key")
    seen = tmp_path / "simulator.json"
    code = (
        f"import json, os, pathlib; pathlib.Path({str(seen)!r}).write_text(json.dumps(dict(os.environ)));"
        "print('mockvoice is ready at http://127.0.0.1:9', flush=True)"
    )
    monkeypatch.setattr("mockvoice.check.simulator.command", lambda _options: [sys.executable, "-c", code])
    file = tmp_path / "suite.json"

    check(CheckOptions("hadrian"), suite({"do": "note_environment", "file": str(file)}, end()))

    assert "live-key" not in seen.read_text() + file.read_text()


def test_the_suite_gets_its_options_and_nothing_of_the_users_own_tests(
    suite: Callable[..., Suite], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    monkeypatch.setenv("MOCKVOICE_TOKEN", "live-key")
    monkeypatch.setenv("MOCKVOICE_LOW_TOKEN", "")
    # What lies in the user's folder must not pass for pytest, nor for the suite.
    work = tmp_path / "work"
    (work / "contract_tests").mkdir(parents=True)
    for name in ("pytest.py", "conftest.py", "rich.py", "contract_tests/__init__.py"):
        (work / name).write_text("raise RuntimeError\n")
    monkeypatch.chdir(work)
    (tmp_path / "hadrian.yaml").write_bytes((ROOT / "specs/hadrian.yaml").read_bytes())
    (tmp_path / "base.json").write_text("{}")
    file = tmp_path / "seen.json"
    options = CheckOptions(
        "hadrian", NOWHERE + "/", profile="deep", strict=True, max_credits=0, max_requests=7, rate="60/m",
        report=("json=a.json,md=b.md",), baseline=tmp_path / "base.json", choose=("sse-delivery=whole",), seed=3,
        clips="https://c.example/", specs=tmp_path, plan=True, yes=True,
    )  # fmt: skip

    status = check(options, suite({"do": "note_environment", "file": str(file)}, plan(), end(0, "planned")))

    seen = json.loads(file.read_text())
    assert status == 0
    assert seen["options"] == {
        "provider": "hadrian", "target": NOWHERE, "profile": "deep", "max-credits": "0", "max-requests": "7",
        "rate": "60/m", "baseline": str(tmp_path / "base.json"), "seed": "3", "clips": "https://c.example/",
        "specs": str(tmp_path), "report": ["json=a.json", "md=b.md"], "choose": ["hadrian.sse-delivery=whole"],
        "plan": True, "yes": True, "strict": True,
    }  # fmt: skip
    assert seen["cwd"] == str(work)
    assert seen["environment"]["MOCKVOICE_TOKEN"] == "live-key"
    assert seen["environment"]["PYTHONPATH"].split(os.pathsep)[0] == str(tmp_path / "home")
    assert not {"PYTEST_ADDOPTS", "PYTEST_PLUGINS", "MOCKVOICE_LOW_TOKEN"} & set(seen["environment"])


def test_specs_without_this_provider_leave_the_shipped_ones(suite: Callable[..., Suite], tmp_path: Path) -> None:
    (tmp_path / "aitre.yaml").write_text("openapi: 3.1.0\n")

    command = suite().command(CheckOptions("hadrian", specs=tmp_path), NOWHERE, "/dev/null")

    assert not [word for word in command if word.startswith("--specs")]


@pytest.mark.parametrize(
    ("steps", "status", "reason"),
    [
        ([HELD, {"do": "exit", "status": 0}], 3, "the suite ended with status 0 before its last word"),
        ([HELD, end(), {"do": "exit", "status": 9}], 3, "the suite said 0: nothing is broken; then its program ended"),
        ([HELD, {"do": "no-such-step"}], 3, "the suite ended with status 1 before its last word"),
    ],
)
def test_a_suite_that_breaks_down_is_no_clean_run(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str], steps: list[Step], status: int, reason: str
) -> None:
    shout = {"do": "print", "text": "the key is gw_mock-funded"}

    assert check(CheckOptions("hadrian", NOWHERE, {"--token": "gw_mock-funded"}), suite(shout, *steps)) == status

    said = capsys.readouterr().out
    assert reason in said.splitlines()[-1]
    assert "the key is [masked]" in said


def test_what_the_suite_refuses_is_the_reason_without_keys(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str]
) -> None:
    complaint = {"do": "print", "text": "Exit: mockvoice: no baseline for gw_mock-funded"}
    options = CheckOptions("hadrian", NOWHERE, {"--token": "gw_mock-funded"})

    assert check(options, suite(complaint, {"do": "exit", "status": 2})) == 2

    assert capsys.readouterr().out.splitlines()[-1] == "exit 2: no baseline for [masked]"


def test_the_output_of_a_sound_run_is_not_shown(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str]
) -> None:
    check(CheckOptions("hadrian", NOWHERE), suite({"do": "print", "text": "chatter"}, HELD, end()))

    assert "chatter" not in capsys.readouterr().out


def test_an_option_that_the_suite_refuses_is_usage(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str]
) -> None:
    made = suite(end())
    (made.folder / "conftest.py").write_text("")

    assert check(CheckOptions("hadrian", NOWHERE), made) == 2

    assert "unrecognized arguments" in capsys.readouterr().out


def test_a_line_that_is_no_event_does_not_end_the_run(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(CheckOptions("hadrian", NOWHERE), suite({"do": "raw", "text": "{oops"}, HELD, end())) == 0

    assert "The suite told something that cannot be read" in capsys.readouterr().out


def follow(made: Suite, tell: Callable[[Event], None], channel: Callable[[], Channel] = Pipe) -> Outcome:
    environment = made.environment({}, os.environ)
    with Mailbox() as mailbox:
        return run(
            partial(made.command, CheckOptions("hadrian"), NOWHERE), environment, mailbox, Masker(()), tell, channel
        )


@pytest.mark.parametrize("channel", [Pipe, Tail])
def test_events_come_through_a_pipe_and_through_a_file(
    suite: Callable[..., Suite], channel: Callable[[], Channel]
) -> None:
    told: list[Event] = []
    notes = [{"event": "note", "text": f"{place} Ünïcode" * 50} for place in range(500)]

    outcome = follow(suite(*notes, end(3)), told.append, channel)

    assert [one.text for one in told if isinstance(one, Note)] == [one["text"] for one in notes]
    assert (len(told), outcome.status) == (501, 3)


def test_a_grandchild_that_holds_the_pipe_open_does_not_hold_the_run(suite: Callable[..., Suite]) -> None:
    told: list[Event] = []

    follow(suite({"do": "leave_behind"}, end()), told.append)

    assert isinstance(told[0], Note)
    os.kill(int(told[0].text), signal.SIGKILL)
    assert len(told) == 2  # the third would be the grandchild's


def interrupting(told: list[str], times: int) -> Callable[[Event], None]:
    """Take notes, and press Ctrl-C as often once the suite waits."""

    def tell(event: Event) -> None:
        if isinstance(event, Note):
            told.append(event.text)
            if event.text in {"waiting", "told to end"} and times >= len(told):
                os.kill(os.getpid(), signal.SIGINT)

    return tell


def test_an_interruption_lets_the_suite_clean_up(suite: Callable[..., Suite]) -> None:
    told: list[str] = []

    outcome = follow(suite({"do": "wait"}, end(3, "interrupted")), interrupting(told, 1))

    assert "deleting what was created" in told
    assert (outcome.status, outcome.interruptions) == (3, 1)


def test_a_second_interruption_ends_the_suite_at_once(suite: Callable[..., Suite]) -> None:
    told: list[str] = []

    outcome = follow(suite({"do": "stay"}, end(0)), interrupting(told, 9))

    assert (outcome.status, outcome.interruptions) == (-signal.SIGKILL, 2)
    assert told[-1] == "Interrupted again: ended at once."


def test_signals_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT)

    with Mailbox():
        inside = signal.getsignal(signal.SIGINT)

    assert signal.getsignal(signal.SIGINT) is before is not inside


def test_a_failure_on_our_side_still_lets_the_suite_clean_up(suite: Callable[..., Suite], tmp_path: Path) -> None:
    def fail(_event: Event) -> None:
        raise BrokenPipeError

    made = suite({"do": "wait"}, {"do": "note_environment", "file": str(tmp_path / "cleaned")}, end())

    with pytest.raises(BrokenPipeError):
        follow(made, fail)

    assert (tmp_path / "cleaned").exists()


PROGRAM = """
import sys
from pathlib import Path
from mockvoice.check.options import CheckOptions
from mockvoice.check.run import check
from mockvoice.check.simulator import command
from mockvoice.check.suite import Suite
sys.exit(check(CheckOptions("hadrian", *sys.argv[2:]), Suite(Path(sys.argv[1]), plugins=())))
"""


_PIPES: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


@contextlib.contextmanager
def program(made: Suite, *words: str, **how: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command as a program of its own, as a shell would: in a group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(made.folder), *words], cwd=ROOT, **{**_PIPES, "process_group": 0, **how}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def read_until(stream: IO[bytes], wanted: bytes) -> bytes:
    text = b""
    while wanted not in text:
        line = stream.readline()
        assert line, text.decode()
        text += line
    return text


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_simulator_outlives_the_cleaning_and_no_longer(suite: Callable[..., Suite], number: signal.Signals) -> None:
    """The signal goes to the whole group, as from a terminal: neither child must get it from there."""
    made = suite(plan(1), {"do": "wait"}, {"do": "ask_target"}, HELD, end(3, "interrupted"))

    with program(made) as process:
        assert process.stdout is not None
        said = read_until(process.stdout, b"waiting\n")
        os.killpg(process.pid, number)
        rest, errors = process.communicate(timeout=30)

    assert b"deleting what was created" in rest
    assert b"the target is ok" in rest
    assert (process.returncode, errors) == (3, b"")
    assert not is_listening(port_of((said + rest).decode()))


def test_after_the_second_interruption_nothing_is_left(suite: Callable[..., Suite]) -> None:
    with program(suite(plan(1), {"do": "stay"}, end(0))) as process:
        assert process.stdout is not None
        said = read_until(process.stdout, b"waiting\n")
        os.killpg(process.pid, signal.SIGINT)
        said += read_until(process.stdout, b"told to end\n")
        os.killpg(process.pid, signal.SIGINT)
        rest, errors = process.communicate(timeout=30)

    assert rest.decode().splitlines()[-1] == "exit 3: interrupted twice; what the run created may still be there"
    assert (process.returncode, errors) == (3, b"")
    assert not is_listening(port_of((said + rest).decode()))


def read_terminal(ours: int, wanted: bytes | None = None) -> bytes:
    """Read what a terminal shows until it shows what is wanted, or until it is closed."""
    text = b""
    with contextlib.suppress(OSError):
        while wanted is None or wanted not in text:
            text += os.read(ours, 65_536)
    return text


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


REFUSAL = (plan(1), end(2, "the target is not this machine: say --yes"))


def test_without_consent_the_plan_is_shown_and_nobody_is_asked(
    suite: Callable[..., Suite], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(CheckOptions("hadrian", NOWHERE), suite(*REFUSAL)) == 2

    said = capsys.readouterr()
    assert "The plan, at worst" in said.out
    assert "To go on, add --yes, or a cap: --max-credits N, --max-requests N." in said.out
    assert "Go on?" not in said.err


@pytest.mark.parametrize(("answer", "runs_again"), [(b"y\n", True), (b"\n", False), (b"no\n", False), (b"\x03", False)])
def test_on_a_terminal_the_user_is_asked(suite: Callable[..., Suite], answer: bytes, runs_again: bool) -> None:
    import pty

    made = suite({"do": "unless_yes", "then": list(REFUSAL)}, plan(1), HELD, end(0, "done"))
    ours, theirs = pty.openpty()

    terminal = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "process_group": None, "start_new_session": True}
    with interruptible(), program(made, NOWHERE, **terminal, preexec_fn=_take_terminal) as process:
        os.close(theirs)
        said = read_terminal(ours, b"[y/N] ")
        os.write(ours, answer)
        said += read_terminal(ours)
        process.wait(30)
    os.close(ours)

    assert process.returncode == (0 if runs_again else 2)
    assert said.count(b"The plan, at worst") == 1
    assert (b"exit 0: done" in said) is runs_again


def test_it_works_from_an_installed_package(tmp_path: Path, suite: Callable[..., Suite]) -> None:
    """As from a wheel: the package with its data inside, no checkout anywhere near."""
    installed = tmp_path / "installed"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "mockvoice", installed / "mockvoice", ignore=ignore)
    for name in ("specs", "fixtures"):
        shutil.copytree(ROOT / name, installed / "mockvoice/_data" / name, ignore=ignore)
    made = suite(plan(1), {"do": "ask_target"}, HELD, end())
    shutil.copytree(made.folder, installed / "mockvoice/_data/contract_tests")
    environment = {**os.environ, "PYTHONPATH": str(installed)}

    done = subprocess.run(
        [sys.executable, "-m", "mockvoice", "check", "hadrian"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.splitlines()[-1] == "exit 0: nothing is broken", done.stdout + done.stderr
    assert "the target is ok" in done.stdout
