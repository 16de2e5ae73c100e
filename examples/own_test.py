"""The simulator in your own tests: no port, no network, time moved by hand. `pytest examples/own_test.py`."""

from __future__ import annotations

from starlette.testclient import TestClient

from mockvoice.app import create_app
from mockvoice.core.settings import Settings

HEADERS = {"X-RapidAPI-Key": "mock-funded", "X-RapidAPI-Host": "voice-api1.p.rapidapi.com"}


def test_a_speech_is_ready_after_a_while() -> None:
    with TestClient(create_app(Settings(providers=("voiceapi",), clock="manual"))) as client:
        models = client.get("/voiceapi/v1/models", headers=HEADERS).json()["items"]
        script = {"text": "Hello.", "model_ids": [models[0]["_id"]]}
        task = client.post("/voiceapi/v1/tts", headers=HEADERS, json=script).json()
        assert task["status"] == "queued"

        client.post("/_mock/clock", json={"advance_seconds": 60})

        audio = client.get(f"/voiceapi/v1/tts/{task['task_id']}/audio", headers=HEADERS)
        assert audio.headers["content-type"] == "audio/mpeg"
