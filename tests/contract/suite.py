"""Runs the contract suite as a user does, in a process of its own, and reads what it tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract_tests.kit.roles import ROLES, role_of, variable_of
from tests.harness.specs import spec

ROOT = Path(__file__).parents[2]
SUITE = ROOT / "contract_tests"
LONGEST_SECONDS = 240
Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


def keys_of(provider: str, *roles: str) -> dict[str, str]:
    """The environment that gives the suite the simulator's keys: of all roles that the provider has, or of some."""
    tokens = {role_of(seed.role): seed.token for seed in spec(provider).seeds}
    return {variable_of(role): tokens[role] for role in roles or [one for one in ROLES if one in tokens]}


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    code: int
    output: str = field(repr=False)
    events: list[dict[str, Any]] = field(repr=False)

    @property
    def records(self) -> list[dict[str, Any]]:
        return [one for one in self.events if one["event"] == "record"]

    def verdict(self, claim: str, operation: str) -> str:
        return str(
            next(one["verdict"] for one in self.records if one["claim"] == claim and one["operation"] == operation)
        )

    @property
    def findings(self) -> list[str]:
        return [one["id"] for record in self.records for one in record["findings"] if one["severity"] != "note"]


def command_of(provider: str, target: str, events: Path, *words: str) -> list[str]:
    """What runs the suite."""
    command = [sys.executable, "-m", "pytest", "-c", str(SUITE / "pytest.ini"), str(SUITE), "--provider", provider]
    return [*command, "--target", target, "--events", str(events), *words]


def environment_of(provider: str, keys: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of the suite, with keys of all roles unless others are given."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOCKVOICE_")}
    return {**environment, "PYTHONPATH": str(ROOT), **(keys_of(provider) if keys is None else keys)}


def run_suite(provider: str, target: str, folder: Path, *words: str, keys: dict[str, str] | None = None) -> Outcome:
    """Run `pytest contract_tests` against a target; `folder` is for its files."""
    events = folder / "events.jsonl"
    try:
        done = subprocess.run(
            command_of(provider, target, events, *words),
            check=False,
            cwd=folder,
            env=environment_of(provider, keys),
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
        code, output = done.returncode, done.stdout + done.stderr
    except subprocess.TimeoutExpired:
        code, output = -1, f"the suite took longer than {LONGEST_SECONDS} s"
    lines = events.read_text(encoding="utf-8").splitlines() if events.exists() else []
    return Outcome(code, output, [json.loads(line) for line in lines])


@dataclass
class Counting:
    """An ASGI application that counts the requests that reach another one."""

    app: App
    count: int = 0

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "http":
            self.count += 1
        await self.app(scope, receive, send)
