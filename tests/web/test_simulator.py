"""The front door: which provider a path belongs to, and what it is called there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.wire import Client

Simulate = Callable[..., Client]
KEY = ("X-RapidAPI-Key", "mock-funded")
HOST = ("X-RapidAPI-Host", "voice-api1.p.rapidapi.com")


def test_one_provider_alone_answers_at_the_root_too(simulate: Simulate) -> None:
    alone, together = simulate("hadrian"), simulate("hadrian", "aitre")

    assert [alone.send("GET", path).status for path in ("/health", "/hadrian/health")] == [200, 200]
    assert [together.send("GET", path).status for path in ("/health", "/hadrian/health")] == [404, 200]


@pytest.mark.parametrize("prefix", ["", "/voiceapi"])
def test_an_unknown_path_is_shown_as_the_provider_would_see_it(simulate: Simulate, prefix: str) -> None:
    """Also below its own prefix, where the provider at the root could claim it."""
    answer = simulate("voiceapi").send("GET", f"{prefix}/v9/nothing", [KEY, HOST])

    assert answer.json() == {"message": "Endpoint '/v9/nothing' does not exist"}


@pytest.mark.parametrize(("length", "is_echoed"), [(200, True), (201, False)])
def test_a_request_id_of_the_client_is_echoed_up_to_a_length(simulate: Simulate, length: int, is_echoed: bool) -> None:
    sent = "x" * length

    answer = simulate("hadrian").send("GET", "/health", [("X-Request-Id", sent)])

    assert answer.status == 200
    assert (answer.headers["x-request-id"] == sent) is is_echoed
