"""A small sound spec for tests of the loader, the pipeline and the headers; copy it and change one thing."""

from __future__ import annotations

import copy
from typing import Any

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.pointer import remove, replace

_SOURCE = {"seen": "assumed", "source": "here"}
_S = {"x-voice-source": _SOURCE}
_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}


def _response(**more: Any) -> dict[str, Any]:
    return {"description": "d", **_S, "content": _ERROR, **more}


def _row(status: int, **more: Any) -> dict[str, Any]:
    return {"status": status, "when": "w", "body": {"error": "{code}"}, **_SOURCE, **more}


_STATUSES = ("400", "401", "402", "403", "405", "413", "429", "500")
_REFUSED = {
    "unknown-path": "no_path", "wrong-method": "no_method", "no-credential": "no_key", "bad-credential": "no_key",
    "malformed-credential": "no_key", "revoked": "no_key", "forbidden": "barred", "too-large": "too_large",
    "media-type": "bad", "malformed-body": "bad", "missing": "bad", "type": "bad", "enum": "bad", "bound": "bad",
    "format": "bad", "unknown-field": "bad", "crash": "broken",
}  # fmt: skip
_ROLES = ("mock-funded", "mock-empty", "mock-low", "mock-limited", "mock-other", "mock-revoked", "mock-forbidden", "mock-unlimited")  # fmt: skip

_TINY: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "tiny", "version": "1", **_S},
    "security": [{"bearer": []}],
    "x-voice-provider": {"id": "tiny", "name": "Tiny", "unit": "credits"},
    "x-voice-sources": {
        "here": {"kind": "convention", "what": "a test"},
        "doc.txt": {"kind": "document", "what": "a document"},
    },
    "paths": {
        "/say": {
            "post": {
                "operationId": "say",
                **_S,
                "x-voice-billing": {
                    "measure": "code-points", "field": "text", "steps": [{"per": 1, "give": 1}], "refusal": "short", **_SOURCE,
                },
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Say"},
                            "examples": {"documented": {"value": {"text": "hello"}}},
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "d",
                        **_S,
                        "headers": {
                            "X-Left": {"schema": {"type": "integer"}, "x-voice-value": "rate-remaining:per-minute", **_S}
                        },
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}},
                    },
                    **{status: {"$ref": f"#/components/responses/R{status}"} for status in _STATUSES},
                },
            }
        },
        "/task/{id}": {
            "get": {
                "operationId": "task",
                **_S,
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, **_S}],
                "responses": {
                    "200": {
                        "description": "d",
                        **_S,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}},
                    },
                    **{status: {"$ref": f"#/components/responses/R{status}"} for status in _STATUSES},
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", **_S}},
        "schemas": {
            "Say": {
                "type": "object",
                "required": ["text"],
                "properties": {
                    "text": {"type": "string", "maxLength": 10, **_S},
                    "voice": {"type": "string", "enum": ["one", "two"], "default": "one", **_S},
                    "speed": {"type": "number", "minimum": 0.5, "maximum": 2, **_S},
                },
            },
            "Task": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"}, "status": {"type": "string", "enum": ["queued", "done", "failed"]},
                    "result": {"type": "string"},
                    "parts": {"type": "array", "items": {"type": "object", "properties": {"word": {"type": "string"}}}},
                },
            },
            "Error": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}},
        },
        "responses": {
            **{f"R{status}": _response() for status in (*_STATUSES, "404")},
            "R405": _response(headers={"Allow": {"schema": {"type": "string"}, "x-voice-value": "allow", **_S}}),
        },
    },
    "x-voice-errors": {
        "bad": _row(400), "no_key": _row(401), "short": _row(402, operations=["say"]), "barred": _row(403),
        "no_path": _row(404, response="R404"), "no_method": _row(405, response="R405"),
        "too_large": _row(413), "often": _row(429), "broken": _row(500),
    },
    "x-voice-refusals": _REFUSED,
    "x-voice-precedence": {"order": ["path", "auth", "limits", "body", "validate", "media", "credits"], **_SOURCE},
    "x-voice-limits": {
        "windows": {"per-minute": {"seconds": 60, "allowances": {"*": 3}, "refusal": "often", **_SOURCE}},
        "body": {"bytes": 1000, **_SOURCE},
    },
    "x-voice-tasks": {
        "job": {
            "create": "say", "status": "task", "id": "/id", "state": "/status", "result-at": "/result",
            "enum": "#/components/schemas/Task/properties/status/enum", "initial": "queued", "success": "done",
            "terminal": ["done", "failed"], "edges": {"queued": ["done", "failed"]}, "progress": {"queued": [0], "done": [100]},
            **_SOURCE,
        }
    },
    "x-voice-ambiguities": {
        "status": {
            "question": "q",
            "default": "short-402",
            "probe": {"operation": "say", "role": "mock-empty"},
            "readings": {
                "short-402": {"means": "m", "shows": {"status": 402}, **_SOURCE},
                "short-429": {"means": "m", "set": {"/x-voice-errors/short/status": 429}, "shows": {"status": 429}, **_SOURCE},
            },
        }
    },
    "x-mock-accounts": {role: {"token": role, "balance": 100} for role in _ROLES},
    "x-mock-ids": {"request": "req_{hex:8}", "task": "{uuid}"},
    "x-mock-pace": {"job": {"queued": 1}},
    "x-voice-provocations": {"no-key": {"code": "no_key", "request": {"role": None}}},
    "x-mock-provocations": {"broken": {"code": "broken", "request": {"headers": {"x-mockvoice-fault": "broken"}}}},
}  # fmt: skip


def problems(changes: dict[str, Any], unset: tuple[str, ...] = ()) -> list[str]:
    """What the loader says of the tiny spec, changed at these pointers."""
    document = tiny()
    for pointer, value in changes.items():
        document = replace(document, pointer, value)
    for pointer in unset:
        document = remove(document, pointer)
    return check_document(document, "tiny.yaml")


def tiny() -> dict[str, Any]:
    """Return a fresh copy of the spec."""
    return copy.deepcopy(_TINY)
