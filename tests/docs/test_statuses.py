"""The table of statuses: how each comes about, and where it was seen."""

from __future__ import annotations

from typing import Any

from tests.docs.statuses import tables

ASSUMED: dict[str, Any] = {"x-voice-source": {"seen": "assumed"}}
DOCUMENT: dict[str, Any] = {
    "components": {
        "responses": {"Missing": {"x-voice-source": {"seen": "document"}}, "Nowhere": ASSUMED},
        "schemas": {"Hello": {"x-voice-source": {"seen": "assumed"}}},
    },
    "paths": {
        "/say": {
            "post": {
                "operationId": "say",
                "x-voice-source": {"seen": "published"},
                "responses": {
                    "200": {"description": "the operation's own source counts"},
                    "404": {"$ref": "#/components/responses/Missing"},
                    "500": ASSUMED,
                    "503": {**ASSUMED, "x-mock-behaved": {"behaved": False}},
                },
            }
        }
    },
    "x-voice-errors": {
        "missing": {"status": 404},
        "failed": {"status": 500},
        "other": {"status": 500, "operations": ["hear"]},
        "nowhere": {"status": 405, "response": "Nowhere"},
    },
    "x-voice-provocations": {
        "missing": {"code": "missing", "request": {}},
        "other": {"code": "other", "request": {}},
        "nowhere": {"code": "nowhere", "request": {"method": "PUT"}},
    },
    "x-mock-provocations": {"failed": {"code": "failed", "request": {"headers": {"x-mockvoice-fault": "failed"}}}},
}


def lines(document: dict[str, Any]) -> list[str]:
    return tables({"tiny": document})[3:]


def test_a_status_stands_under_how_it_comes_about_and_where_it_was_seen() -> None:
    assert lines(DOCUMENT) == [
        "| operation | behaved | only when asked for | not behaved | documented | published | assumed |",
        "|---|---|---|---|---|---|---|",
        "| `say` POST /say | 200 404 | 500 | 503 | 404 | 200 | 500 503 |",
        "| where no operation is | 405 |  |  |  |  | 405 |",
    ]


def test_an_error_that_cannot_be_provoked_is_not_behaved() -> None:
    unbehaved = {**DOCUMENT, "x-mock-unbehaved": {"failed": {"reason": "nobody knows how"}}}

    assert lines(unbehaved)[2] == "| `say` POST /say | 200 404 | 500 503 | 404 | 200 | 500 503 |"


def test_a_conversation_shows_its_messages_refusals_and_codes() -> None:
    talk = {
        "talk": {
            "url": "wss://example/ws",
            "seen": "published",
            "client": {"start": {"schema": {"type": "object"}}},
            "server": {"hello": {"schema": {"$ref": "#/components/schemas/Hello"}}},
            "errors": {"barred": {"close": 1008, "seen": "assumed"}, "crash": {"seen": "assumed"}},
            "closes": {"idle": {"code": 1000, "seen": "published"}},
        }
    }

    row = next(one for one in lines({**DOCUMENT, "x-voice-websockets": talk}) if "talk" in one)

    cells = [one.strip() for one in row.strip("|").split("|")]
    assert cells == [
        "`talk` wss://example/ws",
        "start hello error:barred error:crash 1000 1008",
        "",
        "",
        "",
        "start 1000",
        "hello error:barred error:crash 1008",
    ]
