"""A small spec as the contract suite reads it, made-up answers, and a claim that can be asked what it found."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.bounds import Allowance
from contract_tests.kit.claims import Claim
from contract_tests.kit.clips import Clips
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.guard import Guard
from contract_tests.kit.recipes import Writer
from contract_tests.kit.roles import Keys
from contract_tests.kit.run import Run, Settings
from contract_tests.kit.secrets import Secrets
from contract_tests.kit.shapes import Shapes

ROOT = Path(__file__).parents[2]
KEY = "k-123456"
TARGET = "http://127.0.0.1:1/prefix"
GUESS = {"seen": "assumed", "source": "family"}
_S = {"x-voice-source": {"seen": "document", "source": "doc.txt"}}
_FAULT = {"description": "d", **_S, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}}
_REFUSED = ("missing", "type", "enum", "bound", "format", "media-type", "malformed-body", "too-large")


def _row(status: int, **more: Any) -> dict[str, Any]:
    return {"status": status, "when": "w", "body": {"error": "{code}"}, "operations": ["sing"], **GUESS, **more}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Songs", "version": "1"},
    "security": [{"bearer": []}],
    "x-voice-provider": {"id": "songs", "name": "Songs", "unit": "notes"},
    "paths": {
        "/songs": {
            "post": {
                "operationId": "sing",
                **_S,
                "x-voice-billing": {"measure": "code-points", "field": "text", "steps": [], "refusal": "bad", **GUESS},
                "parameters": [
                    {
                        "name": "X-Hall",
                        "in": "header",
                        "required": True,
                        "example": "big",
                        "schema": {"type": "string", "enum": ["big"]},
                        **_S,
                    }
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Wish"},
                            "examples": {"documented": {"value": {"text": "la", "pitch": 1}}},
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "a song",
                        **_S,
                        "headers": {
                            "X-Notes": {"required": True, "schema": {"type": "integer"}, "x-voice-source": GUESS}
                        },
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Song"}},
                            "text/event-stream": {"schema": {"$ref": "#/components/schemas/Note"}},
                            "audio/mpeg": {},
                        },
                        "links": {
                            "hear": {"operationId": "hear", "parameters": {"id": "$response.body#/id"}},
                        },
                    },
                    "204": {"description": "nothing to sing", **_S, "x-voice-empty": True},
                    **{str(status): _FAULT for status in (400, 401, 405, 410, 500, 503)},
                },
            }
        },
        "/songs/{id}": {
            "get": {
                "operationId": "hear",
                **_S,
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 9}, **_S}
                ],
                "responses": {
                    "200": {
                        "description": "a song",
                        **_S,
                        "content": {
                            "application/json": {
                                "schema": {
                                    "anyOf": [
                                        {"$ref": "#/components/schemas/Song"},
                                        {"$ref": "#/components/schemas/LongSong"},
                                    ]
                                }
                            }
                        },
                    },
                    **{str(status): _FAULT for status in (400, 401, 404, 405)},
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", **_S}},
        "schemas": {
            "Wish": {
                "type": "object",
                **_S,
                "required": ["text"],
                "properties": {
                    "text": {"type": "string", "minLength": 1, "maxLength": 20, **_S},
                    "pitch": {"type": "integer", "minimum": 0, "maximum": 9, "x-voice-source": GUESS},
                },
            },
            "Song": {
                "type": "object",
                **_S,
                "required": ["id", "mood"],
                "properties": {
                    "id": {"type": "string"},
                    "mood": {"type": "string", "enum": ["gay", "sad"]},
                    "state": {"$ref": "#/components/schemas/State"},
                    "notes": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
                    "singer": {"$ref": "#/components/schemas/Singer"},
                },
            },
            "LongSong": {
                "type": "object",
                **_S,
                "required": ["id", "mood", "verses", "key", "seconds"],
                "properties": {
                    "id": {"type": "string"},
                    "mood": {"type": "string"},
                    "verses": {"type": "integer"},
                    "key": {"type": "string"},
                    "seconds": {"type": "number"},
                },
            },
            "Note": {"type": "object", **_S, "required": ["tone"], "properties": {"tone": {"type": "string"}}},
            "Singer": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"name": {"type": "string"}},
                **_S,
            },
            "State": {"type": "string", "enum": ["begun", "done"], **_S},
            "Fault": {"type": "object", **_S, "required": ["error"], "properties": {"error": {"type": "string"}}},
        },
    },
    "x-voice-errors": {
        "bad": _row(400),
        "no_key": _row(401),
        "lost": _row(404, operations=["hear"]),
        "full": _row(503),
        "hushed": _row(410, body=None),
        "broken": _row(500),
    },
    "x-voice-refusals": {
        **dict.fromkeys(_REFUSED, "bad"),
        "enum": {"X-Hall": "full", "*": "bad"},
        "no-credential": "no_key",
        "crash": "broken",
    },
    "x-voice-tasks": {
        "song": {"enum": "#/components/schemas/State/enum", "initial": "begun", "terminal": ["done"], **GUESS}
    },
}
SONG = {"id": "s1", "mood": "gay"}


def facts() -> Facts:
    return Facts(DOCUMENT)


def answer(
    body: Any = None,
    *,
    operation: str | None = "sing",
    status: int = 200,
    media: str = "application/json",
    headers: dict[str, str] | None = None,
    sent: Any = None,
    number: int = 1,
) -> Exchange:
    """Make up an exchange: a body as JSON, or bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(SONG if body is None else body).encode()
    one = facts().operations[operation] if operation else None
    method, path = (one.method, one.path) if one else ("PUT", "/songs")
    own = {"content-type": media, "x-notes": "3", "content-length": str(len(data))}
    own |= headers or {}
    shown = {name: value for name, value in own.items() if value}
    return Exchange(
        number=number,
        claim="c",
        operation=one,
        role="funded",
        method=method,
        url=TARGET + path,
        request_headers={},
        request_body=json.dumps({"text": "la"} if sent is None else sent).encode(),
        status=status,
        headers=shown,
        body=data,
        seconds=0.1,
        pieces=((0.1, len(data)),),
    )


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


class StubRun:
    """What a claim needs of a run that is over."""

    def __init__(self, *exchanges: Exchange) -> None:
        self.facts = facts()
        self.log = [replace(one, number=place) for place, one in enumerate(exchanges)]
        self.shapes = Shapes(self.facts)
        self.settings = SimpleNamespace(target=TARGET, seed=0)
        self.guard = SimpleNamespace(allowance=Allowance(), mask=Secrets({"funded": KEY}))
        self.clips = Clips(ROOT / "fixtures", "https://clips.test")
        self.keys = Keys({"funded": KEY})
        self.members = Writer(self.facts, self.keys, self.clips).fields
        self.leads = SimpleNamespace(identity=lambda _: {})

    def key(self, role: str) -> str:
        return self.keys.of(role)


def run_against(target: str, seed: int = 0, documented: Facts | None = None) -> Run:
    """Return a run against a server of songs, which goes by other documents where they are given."""
    known = documented or facts()
    clips = Clips(ROOT / "fixtures", "https://clips.test")
    keys = Keys({"funded": KEY})
    secrets = Secrets({"funded": KEY})
    guard = Guard(known, target, keys, Amounts(clips), secrets)
    return Run(Settings("songs", target, seed=seed), known, keys, clips, guard, secrets)


def claim_over(*exchanges: Exchange, operation: str = "sing") -> Claim:
    """Return a claim about an operation, over a run that has seen these exchanges."""
    run = StubRun(*exchanges)
    return Claim(cast(Run, run), "schema.some_claim", "n", run.facts.operations[operation])
