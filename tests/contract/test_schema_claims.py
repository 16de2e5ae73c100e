"""The suite, run as a user runs it, finds by its log alone what is wrong about the shape of an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from mockvoice.openapi.pointer import spell
from tests.contract.suite import App, Message, Outcome, run_suite
from tests.harness.live import serving
from tests.harness.specs import spec
from tests.planted import PLANTS

CLAIM = "schema.every_answer_seen_fits_its_documented_shape"


def looked_at(provider: str, app: Any, folder: Path) -> Outcome:
    with serving(app) as base:
        return run_suite(provider, base, folder, "--profile", "smoke", "-k", "preflight or schema or forward")


def facts_found(outcome: Outcome) -> set[str]:
    return {
        one["fact"]["pointer"] for record in outcome.records if record["claim"] == CLAIM for one in record["findings"]
    }


class Swapped:
    """An ASGI application that gives one status in the place of another."""

    def __init__(self, app: App, right: int, wrong: int) -> None:
        self._app, self._right, self._wrong = app, right, wrong

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        async def changed(message: Message) -> None:
            if message.get("status") == self._right:
                message = {**message, "status": self._wrong}
            await send(message)

        await self._app(scope, receive, changed)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "fact"),
    [
        ("net-duration-missing", "/components/schemas/Transcription/required"),
        ("org-quota-renamed", "/components/schemas/Transcription/required"),
        ("org-duration-as-text", "/components/schemas/Transcription/properties/duration/type"),
        ("net-segments-null", "/components/schemas/Transcription/properties/segments/type"),
        ("hadrian-request-id-missing", "/components/headers/RequestId"),
        ("aitre-speech-as-octets", "/paths/~1v1~1audio~1speech/post/responses/200/content"),
    ],
)
def test_a_wrong_shape_is_found_by_its_fact(plant: str, fact: str, spec_cache: Path, tmp_path: Path) -> None:
    one = PLANTS[plant]
    app = one.build(Settings(providers=(one.provider,), cache=spec_cache))

    outcome = looked_at(one.provider, app, tmp_path)

    assert (outcome.code, facts_found(outcome)) == (1, {fact})


@pytest.mark.slow
def test_a_status_that_nobody_documents_is_found(spec_cache: Path, tmp_path: Path) -> None:
    app: Any = create_app(Settings(providers=("fishaudio-org",), cache=spec_cache))

    outcome = looked_at("fishaudio-org", Swapped(app, 200, 203), tmp_path)

    routes = spec("fishaudio-org").routes
    answering = [
        (path, method) for method, path, name in routes if spec("fishaudio-org").operation(name).success == 200
    ]
    assert facts_found(outcome) == {spell(("paths", path, method.lower(), "responses")) for path, method in answering}


@pytest.mark.slow
def test_the_simulator_has_the_documented_shapes_and_nothing_new(spec_cache: Path, tmp_path: Path) -> None:
    app: Any = create_app(Settings(providers=("hadrian",), cache=spec_cache))

    outcome = looked_at("hadrian", app, tmp_path)

    assert (outcome.code, [one["verdict"] for one in outcome.records if one["verdict"] != "holds"]) == (0, [])
