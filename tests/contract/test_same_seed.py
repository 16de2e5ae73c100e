"""The same seed sends the same requests in the same order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from tests.contract.suite import App, Message, run_suite
from tests.harness.live import serving

PROVIDER = "hadrian"


@dataclass
class Noting:
    """Notes method, address, type and body of what arrives."""

    app: App
    noted: list[tuple[str, str, bytes]] = field(default_factory=list)

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        # Noted when they have come, so that those sent at once, which are alike, stand in one order.
        self.noted.append((scope["method"], scope["path"] + "?" + scope["query_string"].decode(), body))
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, again, send)


def noted(spec_cache: Path, folder: Path, seed: int) -> list[tuple[str, str, bytes]]:
    folder.mkdir()
    app = Noting(create_app(Settings(providers=(PROVIDER,), cache=spec_cache)))
    with serving(app) as base:  # type: ignore[arg-type]
        assert run_suite(PROVIDER, base, folder, "--seed", str(seed)).code == 0
    return app.noted


@pytest.mark.slow
def test_the_same_seed_sends_the_same_requests_in_the_same_order(spec_cache: Path, tmp_path: Path) -> None:
    first = noted(spec_cache, tmp_path / "first", 7)
    second = noted(spec_cache, tmp_path / "second", 7)

    assert len(first) > 40
    assert first == second
