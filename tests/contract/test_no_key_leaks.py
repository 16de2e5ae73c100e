"""A server that echoes the key in every form it can: nothing a run writes may hold it."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from contract_tests.kit.secrets import Secrets
from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from tests.contract.suite import App, Message, keys_of, run_suite
from tests.harness.live import serving

PROVIDER = "fishaudio-org"


def forms_of(key: str) -> list[str]:
    """What a careless server makes of a key."""
    encoded = [base64.b64encode(text.encode()).decode() for text in (key, f"Bearer {key}", f'{{"k":"{key}"}}')]
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in key)
    return [
        key,
        quote(key, safe=""),
        "".join(f"%{ord(letter):02X}" for letter in key),
        escaped,
        key.encode().hex(),
        *encoded,
    ]


@dataclass
class Echo:
    """Answers like the simulator, and tells in header and body what key it was asked with."""

    app: App

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        words = dict(scope["headers"]).get(b"authorization", b"").decode().split()
        echoed = forms_of(words[-1] if words else "no key")
        start: Message = {}

        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body = message["body"]
            if body.startswith(b"{"):
                body = json.dumps({**json.loads(body), "you sent": echoed}).encode()
            headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            headers += [(b"content-length", str(len(body)).encode())]
            headers += [(b"x-echo", form.encode()) for form in echoed]
            await send({**start, "headers": headers})
            await send({**message, "body": body})

        await self.app(scope, receive, changed)


@pytest.mark.slow
def test_nothing_that_is_written_holds_a_key_in_any_form(spec_cache: Path, tmp_path: Path) -> None:
    app = Echo(create_app(Settings(providers=(PROVIDER,), cache=spec_cache)))
    kinds = {"json": "r.json", "junit": "r.xml", "sarif": "r.sarif", "md": "r.md"}
    words = [word for kind, name in kinds.items() for word in ("--report", f"{kind}={tmp_path / name}")]
    keys = keys_of(PROVIDER)
    with serving(app) as base:  # type: ignore[arg-type]
        outcome = run_suite(PROVIDER, base, tmp_path, *words, keys=keys)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    texts = {path.name: path.read_bytes() for path in files} | {"output": outcome.output.encode()}
    leaks = [
        (name, form)
        for name, data in texts.items()
        for key in keys.values()
        for form in forms_of(key)
        if form.encode() in data
    ]
    assert leaks == []
    assert [Secrets(keys.values()).found_in(data) for data in texts.values()] == [[]] * len(texts)
    assert {*kinds.values(), "events.jsonl"} <= set(texts)
    assert b"you sent" in texts["r.json"] or b"x-echo" in texts["r.json"]
