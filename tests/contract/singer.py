"""A server of songs as documented in thing.py, and the ways in which it can be wrong; nothing of mockvoice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from tests.contract.suite import App, Message
from tests.contract.thing import DOCUMENT, KEY, SONG

Answer = tuple[int, dict[str, Any], dict[str, str]]
WISH = DOCUMENT["components"]["schemas"]["Wish"]


@dataclass
class Singer:
    """An ASGI application. `wish` is the schema it goes by; `changed` is status → status it gives instead."""

    wish: Mapping[str, Any]
    needs_key: bool = True
    fails_on_nulls: bool = False
    changed: Mapping[int, int] | None = None
    song: Mapping[str, Any] | None = None
    notes: str = "3"
    refuses_high_notes: bool = False
    forgets: bool = False

    def __post_init__(self) -> None:
        self._validator = jsonschema_rs.Draft202012Validator(dict(self.wish))

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        status, answer, more = self.answer(scope["method"], scope["path"], headers, body)
        status = (self.changed or {}).get(status, status)
        data = json.dumps(answer).encode()
        told = {"content-type": "application/json", "content-length": str(len(data)), **more}
        pairs = [(name.encode(), value.encode()) for name, value in told.items()]
        await send({"type": "http.response.start", "status": status, "headers": pairs})
        await send({"type": "http.response.body", "body": data})

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self.needs_key and headers.get("authorization") != f"Bearer {KEY}":
            return 401, {"error": "no_key"}, {}
        if path.startswith("/prefix/songs/"):
            return self._hear(method, path.rpartition("/")[2])
        if path != "/prefix/songs" or method != "POST":
            return 405, {"error": "no"}, {}
        return self._sing(headers, body)

    def _hear(self, method: str, ident: str) -> Answer:
        if method != "GET":
            return 405, {"error": "no"}, {}
        known = ident == SONG["id"] and not self.forgets
        return (200, SONG, {}) if known else (404, {"error": "lost"}, {})

    def _sing(self, headers: Mapping[str, str], body: bytes) -> Answer:
        if headers.get("x-hall", "big") != "big":
            return 503, {"error": "full"}, {}
        try:
            wish = json.loads(body)
        except ValueError:
            wish = None
        is_plain = headers.get("content-type", "").partition(";")[0] == "application/json"
        if self.fails_on_nulls and isinstance(wish, dict) and None in wish.values():
            return 500, {"error": "broken"}, {}
        is_good = is_plain and self._validator.is_valid(wish) and "x-hall" in headers
        if self.refuses_high_notes and is_good and wish.get("pitch", 0) > 7:
            is_good = False
        if not is_good:
            return 400, {"error": "bad"}, {}
        return 200, dict(self.song or SONG), {"x-notes": self.notes} if self.notes else {}


def without(path: str) -> dict[str, Any]:
    """Return the schema of a wish without a keyword, as `text/maxLength` or `required`."""
    wish: dict[str, Any] = json.loads(json.dumps(WISH))
    *way, last = path.split("/")
    node = wish["properties"][way[0]] if way else wish
    del node[last]
    return wish


def singer(**wrong: Any) -> App:
    """Return a server that is right but for what is given."""
    return Singer(**{"wish": WISH, **wrong})
