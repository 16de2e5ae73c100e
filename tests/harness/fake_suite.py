"""A stand-in for the contract suite: takes its options and tells events from a script, but looks at nothing.

A script is a list of steps: an event to tell, or something to do:

`{"do": "print", "text": …}`            write to the standard output
`{"do": "raw", "text": …}`              tell a line that is no event
`{"do": "exit", "status": …}`           end at once
`{"do": "wait"}`                        wait until interrupted; the steps after it clean up
`{"do": "stay"}`                        wait, whatever comes
`{"do": "note_environment", "file": …}` write down how the suite was started
`{"do": "ask_target"}`                  send one request
`{"do": "unless_yes", "then": […]}`     without --yes follow these steps and end
`{"do": "leave_behind"}`                start a program that holds the pipe open for 20 s, and note its id

The program ends with the status of the last event, as the real suite does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mockvoice.check.suite import Suite

Step = dict[str, Any]

_CONFTEST = r"""
import json, os, signal, subprocess, sys, threading, urllib.request
from pathlib import Path

import pytest

VALUES = ("provider", "target", "profile", "max-credits", "max-requests", "rate", "baseline", "seed", "clips", "specs")


def pytest_addoption(parser):
    for name in (*VALUES, "events", "fixtures-dir"):
        parser.addoption("--" + name)
    for name in ("report", "choose"):
        parser.addoption("--" + name, action="append", default=[])
    # --strict is an option of pytest itself, which the suite reads as its own.
    for name in ("plan", "yes"):
        parser.addoption("--" + name, action="store_true")


def pytest_sessionfinish(session):
    session.exitstatus = getattr(session.config, "status", session.exitstatus)


class Script:
    def __init__(self, config):
        self.config = config
        self.file = open(config.getoption("--events"), "a", buffering=1)

    def run(self):
        self.follow(json.loads((Path(__file__).parent / "script.json").read_text()))

    def follow(self, steps):
        for step in steps:
            getattr(self, step.get("do", "tell"))(step)

    def tell(self, event):
        self.file.write(json.dumps(event) + "\n")
        if event["event"] == "end":
            self.config.status = event["exit_code"]

    def print(self, step):
        print(step["text"], flush=True)

    def raw(self, step):
        self.file.write(step["text"] + "\n")

    def exit(self, step):
        sys.stdout.flush()
        os._exit(step["status"])

    def wait(self, step):
        try:
            self.tell({"event": "note", "text": "waiting"})
            threading.Event().wait(60)
        except KeyboardInterrupt:
            self.tell({"event": "note", "text": "deleting what was created"})

    def stay(self, step):
        # Past the buffer, which the signal may find in the middle of a write.
        note = json.dumps({"event": "note", "text": "told to end"}).encode() + b"\n"
        signal.signal(signal.SIGINT, lambda *_: os.write(self.file.fileno(), note))
        self.tell({"event": "note", "text": "waiting"})
        for _ in range(60):
            threading.Event().wait(1)

    def note_environment(self, step):
        options = {name: self.config.getoption("--" + name) for name in (*VALUES, "report", "choose", "plan", "yes")}
        options["strict"] = self.config.getini("strict")
        seen = {"argv": sys.orig_argv, "environment": dict(os.environ), "options": options, "cwd": os.getcwd()}
        Path(step["file"]).write_text(json.dumps(seen))

    def leave_behind(self, step):
        pipe = int(Path(self.config.getoption("--events")).name)
        code = f"import os, time; time.sleep(20); os.write({pipe}, b'the grandchild ended' + bytes([10]))"
        child = subprocess.Popen([sys.executable, "-c", code], pass_fds=[pipe])
        self.tell({"event": "note", "text": str(child.pid)})

    def unless_yes(self, step):
        if not self.config.getoption("--yes"):
            self.follow(step["then"])
            pytest.exit("no consent", returncode=self.config.status)

    def ask_target(self, step):
        base = self.config.getoption("--target").rpartition("/")[0]
        with urllib.request.urlopen(base + "/_mock/health") as answer:
            self.tell({"event": "note", "text": "the target is " + json.load(answer)["status"]})
"""
_TEST = """
from contract_tests.conftest import Script


def test_script(request, capsys):
    with capsys.disabled():
        Script(request.config).run()
"""


def write_suite(folder: Path, *script: Step) -> Suite:
    """Write a suite that follows a script into `folder/contract_tests`."""
    home = folder / "contract_tests"
    home.mkdir(parents=True)
    files = {"__init__.py": "", "conftest.py": _CONFTEST, "test_script.py": _TEST, "pytest.ini": "[pytest]\n"}
    for name, text in {**files, "script.json": json.dumps(script)}.items():
        (home / name).write_text(text, encoding="utf-8")
    return Suite(home, plugins=())


def record(claim: str, verdict: str = "holds", **more: Any) -> Step:
    """Return the event of a claim that was looked at."""
    return {"event": "record", "claim": claim, "operation": "createSpeech", "nodeid": "x", "verdict": verdict, **more}


def finding(name: str, verdict: str = "broken", **more: Any) -> Step:
    """Return a finding as events hold it."""
    fact = {"pointer": "/x-voice-errors/bad_key", "text": "401 for a bad key", "seen": "document", "source": "001.txt"}
    shown = {"expected": "401", "got": "200", "curl": "curl -i http://127.0.0.1:1/", "reply": "HTTP/1.1 200 OK\n\n{}"}
    base = {"id": f"hadrian.createSpeech.{name}.p", "verdict": verdict, "severity": "breaking", "claim": name}
    return {**base, "operation": "createSpeech", "fact": fact, **shown, **more}


def plan(claims: int = 2, **more: Any) -> Step:
    """Return the plan, told before the first request."""
    row = {"operation": "createSpeech", "calls": 12, "credits": 345, "code_points": 90, "audio_seconds": 12.5}
    told = {"claims": claims, "requests": 400, "credits": 345, "unit": "microcents", **more}
    return {"event": "plan", "rows": [{**row, "creates": "1 task"}], **told}


def end(code: int = 0, reason: str = "nothing is broken", **more: Any) -> Step:
    """Return the last event."""
    return {"event": "end", "exit_code": code, "exit_reason": reason, **more}
