"""What stands before a planted simulator: benign changes are really there, and streams stay streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from mockvoice.core.settings import Settings
from mockvoice.web.simulator import Simulator
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer, Client
from tests.planted import PLANTS, benign
from tests.planted.battery import Step
from tests.planted.battery import run as run_steps
from tests.planted.events import events_of
from tests.planted.expected import EXPECTED
from tests.planted.plant import Plant
from tests.planted.sockets import PLANTS as TALKING

Ask = Callable[..., Answer]
EVENTS: dict[str, Any] = {"with": {"model": "gpt-4o-mini-tts", "stream_format": "sse"}}
# Over HTTP the plants that talk are the simulator: tests/test_planted_sockets.py tells their conversations apart.
WRONG = [one for one in PLANTS.values() if not one.is_benign and one not in TALKING]


@pytest.fixture
def ask(runner: asyncio.Runner, spec_cache: Path) -> Iterator[Ask]:
    """Ask a plant, by its name, with a recipe."""
    made: list[Client] = []

    def go(name: str, operation: str, recipe: dict[str, Any] | None = None, **settings: Any) -> Answer:
        plant = PLANTS[name]
        app = plant.build(Settings((plant.provider,), clock="manual", cache=spec_cache, **settings))
        made.append(Client(cast(Simulator, app), runner))
        return run_steps(Kitchen(made[-1], plant.provider), [Step("it", operation, recipe or {})])["it"]

    yield go
    for client in made:
        client.close()


def test_pretty_json_is_the_same_json_in_other_bytes(ask: Ask) -> None:
    pretty = ask("org-pretty-json", "getProfile")

    assert pretty.body.startswith(b'{\n  "user_id": "user_123",\n')
    assert pretty.headers["content-length"] == str(len(pretty.body))
    assert pretty.json() == orjson.loads(ask("org-402-as-403", "getProfile").body)


def test_headers_come_in_another_order_with_capitals(ask: Ask) -> None:
    usual, other = (ask(name, "listModels").header_list for name in ("hadrian-422-as-400", "hadrian-other-order"))

    assert other == [(name.title(), value) for name, value in reversed(usual)]


def test_a_body_in_pieces_comes_without_its_length(ask: Ask) -> None:
    whole, cut = (ask(name, "listModels") for name in ("aitre-half-price", "aitre-in-pieces"))

    assert "content-length" not in cut.headers
    assert (len(whole.chunks), len(cut.chunks)) == (1, -(-len(whole.body) // benign.PIECE))


def test_an_answer_is_slower(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", note)
    ask("aitre-slower", "listModels")

    assert waited == [benign.DELAY_SECONDS]


@pytest.mark.parametrize("name", ["hadrian-cost-tenfold", "hadrian-request-id-missing", "hadrian-speech-cut"])
def test_what_a_plant_does_not_change_stays_a_stream(ask: Ask, name: str) -> None:
    answer = ask(name, "createSpeech", EVENTS, choices={"hadrian.sse-delivery": "incremental"})

    assert len(answer.chunks) == len(events_of(answer.body)) > 1


def test_events_that_were_to_be_streamed_are_changed_as_well(ask: Ask) -> None:
    answer = ask("hadrian-events-without-end", "createSpeech", EVENTS, choices={"hadrian.sse-delivery": "incremental"})

    assert {one["type"] for one in events_of(answer.body)} == {"speech.audio.delta"}


def test_a_fresh_server_has_forgotten_what_another_has_seen(ask: Ask) -> None:
    """A change that counts how often it was asked counts for one server only."""
    twice = {"first": [{"operation": "tts_submit"}], "wait": 60, "times": 2}

    first, second = (ask("voiceapi-progress-falls", "tts_status", twice).json()["progress"] for _ in range(2))

    assert (first, second) == (90, 90)


@pytest.mark.parametrize("plant", WRONG, ids=lambda one: one.name)
def test_the_simulator_itself_does_not_pass_for_a_plant(plant: Plant) -> None:
    """Where nothing differs, what is expected of a plant is not there."""
    steps = ["example", "events", "anything"]
    answer = Answer(500, [("content-type", "application/json")], b'{"error": {}}')

    problems = EXPECTED[plant.name].problems(dict.fromkeys(steps, ()), dict.fromkeys(steps, answer))

    assert problems
