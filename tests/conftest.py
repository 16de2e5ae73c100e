from __future__ import annotations

import asyncio
import contextlib
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from mockvoice.openapi.pointer import remove, replace
from tests.harness.live import serving
from tests.harness.recipes import Kitchen
from tests.harness.specs import document
from tests.harness.wire import Client, make_client
from tests.harness.workers import HandedOn

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("mockvoice", deadline=None)
hypothesis.settings.load_profile("mockvoice")


# Modules with thousands of short tests of a kind: one in so many is in each run, the others are `long`.
SAMPLED = {"test_bad_input.py": 3}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as long what `make test` takes a sample of, the same tests on every machine."""
    for item in items:
        share = SAMPLED.get(item.path.name)
        if share is not None and zlib.crc32(item.name.encode()) % share:
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@pytest.fixture(scope="session")
def spec_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def workers() -> Iterator[HandedOn]:
    """The codec workers that one simulator after the other uses."""
    handed_on = HandedOn()
    yield handed_on
    handed_on.close()


@pytest.fixture
def simulate(runner: asyncio.Runner, spec_cache: Path, workers: HandedOn) -> Iterator[Callable[..., Client]]:
    """Make clients of fresh simulators: `simulate("hadrian", choices={...})`."""
    made: list[Client] = []

    def make(*providers: str, **settings: Any) -> Client:
        made.append(make_client(runner, providers=providers, cache=spec_cache, **settings))
        workers.give(made[-1].app.world)
        return made[-1]

    yield make
    for client in made:
        workers.take(client.app.world)
        client.close()


@pytest.fixture
def kitchen(simulate: Callable[..., Client]) -> Callable[..., Kitchen]:
    """Make a fresh simulator of one provider that can run recipes."""

    def make(provider: str, **settings: Any) -> Kitchen:
        return Kitchen(simulate(provider, **settings), provider)

    return make


@pytest.fixture
def edited(tmp_path: Path, kitchen: Callable[..., Kitchen]) -> Callable[..., Kitchen]:
    """Make a simulator of a spec that was changed in a copy: `edited("aitre", {"/x-voice-errors/x/status": 418})`."""

    def make(provider: str, changes: dict[str, Any], unset: tuple[str, ...] = (), **settings: Any) -> Kitchen:
        changed = document(provider)
        for pointer, value in changes.items():
            changed = replace(changed, pointer, value)
        for pointer in unset:
            changed = remove(changed, pointer)
        # JSON is YAML; the loader reads it as any other spec.
        (tmp_path / f"{provider}.yaml").write_text(json.dumps(changed, ensure_ascii=False), encoding="utf-8")
        return kitchen(provider, specs=tmp_path, **settings)

    return make


@pytest.fixture
def serve(spec_cache: Path) -> Iterator[Callable[..., str]]:
    """Serve providers over a real port of the loopback; `serve("aitre")` returns `http://127.0.0.1:<port>`."""
    with contextlib.ExitStack() as stack:

        def start(*providers: str, **settings: Any) -> str:
            app = create_app(Settings(providers=providers, cache=spec_cache, **settings))
            return stack.enter_context(serving(app))

        yield start
