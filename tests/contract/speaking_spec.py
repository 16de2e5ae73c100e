"""A small spec with speech and transcripts, each at once and as a task."""

from __future__ import annotations

from typing import Any

TEXT = "Hello, how can I help you today?"
AUDIO = {"mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "pcm": "audio/pcm"}
FORMS = {
    "json": "application/json",
    "text": "text/plain",
    "srt": "text/plain",
    "vtt": "text/plain",
    "verbose_json": "application/json",
    "diarized_json": "application/json",
}
SEEN = {"seen": "document", "source": "page"}
_TIMES = {"start": "/start", "end": "/end"}
_SPAN = {"type": "object", "properties": {name: {} for name in ("word", "text", "start", "end", "speaker")}}
_SPANS = {"type": "array", "items": _SPAN}
_TOLD = {"text": {}, "duration": {"type": "number"}, "language": {}, "words": _SPANS, "segments": _SPANS}
_TRANSCRIPT = {"type": "object", "required": ["text", "duration"], "properties": _TOLD}
_EVENTS = {"type": "/type", "delta": "delta", "done": "done"}
_SEGMENTS = {"at": "/segments", "text": "/text", **_TIMES}
_WORDS = {"at": "/words", "text": "/word", **_TIMES, "with": {"granularities[]": ["word"]}}
_VERBOSE = {
    "text": "/text",
    "duration": "/duration",
    "language": {"at": "/language", "as": "name"},
    "segments": _SEGMENTS,
    "words": _WORDS,
}
_MACHINE: dict[str, Any] = {
    "id": "/id",
    "state": "/state",
    "initial": "new",
    "success": "done",
    "terminal": ["done", "failed"],
    "edges": {"new": ["done", "failed"]},
}


def _operation(name: str, media: str, properties: Any, example: Any, content: Any, **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {
        "operationId": name,
        "x-voice-source": SEEN,
        "security": [{"key": []}],
        "requestBody": {"content": {media: {"schema": schema, "examples": {"one": {"value": example}}}}},
        "responses": {"200": {"description": "d", "x-voice-source": SEEN, "content": content}},
        **more,
    }


def _read(name: str, schema: Any, media: str = "application/json", **more: Any) -> dict[str, Any]:
    content = {media: {"schema": schema}}
    return {
        "operationId": name,
        "x-voice-source": SEEN,
        "security": [{"key": []}],
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "d", "x-voice-source": SEEN, "content": content}},
        **more,
    }


def _speech() -> dict[str, Any]:
    return {
        "/speech": {
            "post": _operation(
                "say",
                "application/json",
                {
                    "text": {},
                    "format": {"enum": [*AUDIO], "default": "mp3"},
                    "speed": {"minimum": 0.25, "maximum": 4, "default": 1},
                    "as": {},
                },
                {"text": TEXT},
                {**{media: {"schema": {}} for media in AUDIO.values()}, "text/event-stream": {"schema": {}}},
                **{
                    "x-voice-formats": {"field": "format", "types": AUDIO, "rates": {"*": 24_000}, **SEEN},
                    "x-voice-speech": {
                        "text": "text",
                        "speed": "speed",
                        "events": {**_EVENTS, "with": {"as": "events"}, "piece": "/audio"},
                        **SEEN,
                    },
                },
            )
        },
        "/tasks": {
            "post": _operation(
                "submit",
                "application/json",
                {"text": {}},
                {"text": TEXT},
                {"application/json": {"schema": {}}},
                **{"x-voice-speech": {"text": "text", "task": "speech", **SEEN}},
            )
        },
        "/tasks/{id}": {"get": _read("look", {})},
        "/tasks/{id}/audio": {"get": _read("audio", {}, "audio/mpeg")},
    }


def _transcripts() -> dict[str, Any]:
    return {
        "/transcripts": {
            "post": _operation(
                "hear",
                "multipart/form-data",
                {
                    "file": {"type": "string", "format": "binary"},
                    "form": {"enum": [*FORMS], "default": "json"},
                    "granularities": {"type": "array", "x-voice-wire-names": ["granularities[]"]},
                    "bare": {},
                    "names": {},
                    "references": {},
                    "stream": {},
                },
                {"form": "json"},
                {
                    "application/json": {"schema": _TRANSCRIPT},
                    "text/plain": {"schema": {}},
                    "text/event-stream": {"schema": {}},
                },
                **{
                    "x-voice-clips": {"file": "hello-en.mp3"},
                    "x-voice-formats": {"field": "form", "types": FORMS, **SEEN},
                    "x-voice-transcript": {
                        "audio": "file",
                        "shapes": {
                            "json": {"text": "/text"},
                            "text": {"is": "text"},
                            "srt": {"is": "srt"},
                            "vtt": {"is": "vtt"},
                            "verbose_json": _VERBOSE,
                            "diarized_json": {
                                "text": "/text",
                                "lines": "{speaker}: {text}",
                                "duration": "/duration",
                                "segments": {**_SEGMENTS, "speaker": "/speaker"},
                            },
                        },
                        "speakers": {"names": "names", "references": "references"},
                        "without-times": {"with": {"bare": True, "form": "verbose_json"}},
                        "events": {**_EVENTS, "with": {"stream": "true"}, "piece": "/delta", "whole": "/text"},
                        **SEEN,
                    },
                },
            )
        },
        "/translations": {
            "post": _operation(
                "translate",
                "multipart/form-data",
                {"file": {}, "form": {"default": "verbose_json"}},
                {},
                {"application/json": {"schema": _TRANSCRIPT}},
                **{
                    "x-voice-clips": {"file": "hello-fr.mp3"},
                    "x-voice-formats": {"field": "form", "types": {"verbose_json": "application/json"}, **SEEN},
                    "x-voice-transcript": {
                        "audio": "file",
                        "into": "en",
                        "shapes": {"verbose_json": _VERBOSE},
                        **SEEN,
                    },
                },
            )
        },
    }


def _jobs() -> dict[str, Any]:
    return {
        "/jobs": {
            "post": _operation(
                "send",
                "multipart/form-data",
                {"file": {}},
                {},
                {"application/json": {"schema": {}}},
                **{
                    "x-voice-clips": {"file": "hello-en.mp3"},
                    "x-voice-transcript": {
                        "audio": "file",
                        "task": "job",
                        "shapes": {"*": {"text": "/text", "segments": _SEGMENTS}},
                        "text-only": {"query": {"plain": "true"}},
                        **SEEN,
                    },
                },
            )
        },
        "/jobs/{id}": {"get": _read("ask", {})},
        "/jobs/{id}/result": {"get": _read("result", _TRANSCRIPT)},
    }


def spec() -> dict[str, Any]:
    """Return the spec."""
    paths = {**_speech(), **_transcripts(), **_jobs()}
    for path, name in (("/tasks", "audio"), ("/jobs", "result")):
        link = {name: {"operationId": name, "parameters": {"id": "$response.body#/id"}}}
        paths[path]["post"]["responses"]["200"]["links"] = link
    return {
        "openapi": "3.1.0",
        "x-voice-provider": {"id": "tiny", "unit": "credits"},
        "x-voice-errors": {},
        "x-voice-tasks": {
            "speech": {"create": "submit", "status": "look", "result": "audio", **_MACHINE, **SEEN},
            "job": {"create": "send", "status": "ask", "result": "result", **_MACHINE, **SEEN},
        },
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }
