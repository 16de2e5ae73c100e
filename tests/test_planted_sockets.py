"""The planted servers whose live sessions go wrong: what differs about a session, step by step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from mockvoice.web.simulator import Simulator
from tests.harness.talk import Wire
from tests.planted import PLANTS
from tests.planted.faithful import account
from tests.planted.plant import App
from tests.planted.sockets import PLANTS as TALKING

pytestmark = pytest.mark.slow

TEXT = "Hello."
# So many frames a wav of it takes.
FRAMES = 5
# name → what a session with a wav of TEXT comes to: its events; whether the audio is that of the simulator; its charge.
RIGHT = (["connected", "ready", "processing", *["audio", "bytes"] * FRAMES, "done", "stopped"], True, 6)
WRONG: dict[str, Any] = {
    "net-live-never-ready": (["connected", "processing", *["audio", "bytes"] * FRAMES, "done", "stopped"], True, 6),
    "net-live-frames-swapped": (RIGHT[0], False, 6),
    "net-live-frames-first": (
        ["connected", "ready", "processing", *["bytes", "audio"] * FRAMES, "done", "stopped"],
        True,
        6,
    ),
    "net-live-done-early": (
        ["connected", "ready", "processing", *["audio", "bytes"] * (FRAMES - 1), "done", "audio", "bytes", "stopped"],
        True,
        6,
    ),
    "net-live-charged-twice": (RIGHT[0], True, 12),
    "net-live-any-token": RIGHT,
    "net-live-any-voice": RIGHT,
    "net-live-silence": (RIGHT[0], False, 6),
    "net-live-stop-ignored": (RIGHT[0][:-1], True, 6),
}

# name → the token and the request of a start that the simulator refuses and the plant does not.
REFUSED: list[tuple[str, str, dict[str, str]]] = [
    ("net-live-any-token", "nobody", {}),
    ("net-live-any-voice", "mock-funded", {"reference_id": "nobody"}),
]


async def conversation(app: App) -> tuple[list[str], bytes]:
    """Speak a short text as wav, then stop."""
    wire = Wire(cast(Simulator, app), path="/fishaudio-net/v1/tts/ws")
    wire.send("start", request={"format": "wav"})
    wire.send("text", text=TEXT)
    await wire.until("done")
    wire.send("stop")
    for _ in range(50):
        # One plant never answers, so nobody waits for it: in so many turns all others have.
        await asyncio.sleep(0)
    wire.leave()
    await wire.over()
    return wire.events, b"".join(one["bytes"] for one in wire.sent if "bytes" in one)


@pytest.fixture
def talk(runner: asyncio.Runner, spec_cache: Path) -> Callable[..., tuple[list[str], bytes, int]]:
    def go(build: Callable[[Settings], App]) -> tuple[list[str], bytes, int]:
        app = build(Settings(providers=("fishaudio-net",), clock="manual", cache=spec_cache))
        before = account(app, "funded").ledger.balance
        events, audio = runner.run(conversation(app))
        app.world.close()
        return events, audio, before - account(app, "funded").ledger.balance

    return go


def test_every_plant_is_looked_at() -> None:
    assert {*WRONG} == {one.name for one in TALKING} <= {*PLANTS}


def test_the_simulator_itself_does_not_pass_for_a_plant() -> None:
    """Whose session is the simulator's has to take what the simulator refuses."""
    alike = {name for name, session in WRONG.items() if session == RIGHT}

    assert alike == {name for name, _, _ in REFUSED}


@pytest.mark.parametrize("name", WRONG)
def test_a_session_differs_in_one_thing(name: str, talk: Callable[..., tuple[list[str], bytes, int]]) -> None:
    events, audio, charged = talk(create_app)
    assert (events, charged) == (RIGHT[0], RIGHT[2])

    found = talk(PLANTS[name].build)

    assert (found[0], found[1] == audio, found[2]) == WRONG[name]


@pytest.mark.parametrize(("name", "token", "request_"), REFUSED)
def test_what_is_refused_is_taken(
    runner: asyncio.Runner, spec_cache: Path, name: str, token: str, request_: dict[str, str]
) -> None:
    async def go(app: App) -> dict[str, Any]:
        wire = Wire(cast(Simulator, app), token, "/fishaudio-net/v1/tts/ws")
        wire.send("start", request=request_)
        await wire.until("ready", "error")
        wire.leave()
        await wire.over()
        told: dict[str, Any] = json.loads(next(one["text"] for one in reversed(wire.sent) if "text" in one))
        return told

    settings = Settings(providers=("fishaudio-net",), clock="manual", cache=spec_cache)

    assert runner.run(go(create_app(settings)))["event"] == "error"
    assert runner.run(go(PLANTS[name].build(settings)))["event"] == "ready"
