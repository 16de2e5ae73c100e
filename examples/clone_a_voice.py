"""Clone a voice, let it speak, save the audio: `python examples/clone_a_voice.py [BASE_URL]`. Standard library only."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).parents[1] / "fixtures" / "reference.mp3"
HEADERS = {"X-RapidAPI-Key": "mock-funded", "X-RapidAPI-Host": "voice-api1.p.rapidapi.com"}
BOUNDARY = "example-boundary"


def ask(url: str, body: bytes | None = None, media: str = "application/json") -> bytes:
    headers = HEADERS if body is None else {**HEADERS, "Content-Type": media}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:  # noqa: S310 - the base URL is yours
        return bytes(answer.read())


def wait_for(url: str) -> dict[str, Any]:
    while True:
        task: dict[str, Any] = json.loads(ask(url))
        if task["status"] in {"succeeded", "failed"}:
            return task
        time.sleep(0.05)


def main(base: str, target: Path) -> None:
    api = f"{base}/voiceapi/v1"
    part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    title = f'{part}"title"\r\n\r\nMine\r\n'
    head = f'{part}"file"; filename="{REFERENCE.name}"\r\n\r\n'
    form = (title + head).encode() + REFERENCE.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
    clone = json.loads(ask(f"{api}/clone", form, f"multipart/form-data; boundary={BOUNDARY}"))
    trained = wait_for(f"{api}/clone/{clone['task_id']}")
    script = {"text": "This is my own voice.", "model_ids": [trained["result"]["model_id"]]}
    speech = json.loads(ask(f"{api}/tts", json.dumps(script).encode()))
    wait_for(f"{api}/tts/{speech['task_id']}")
    target.write_bytes(ask(f"{api}/tts/{speech['task_id']}/audio"))
    print(f"{target}: {target.stat().st_size} bytes, spoken by {trained['result']['model_id']}")


if __name__ == "__main__":
    main(
        sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8800",
        Path(sys.argv[2] if len(sys.argv) > 2 else "mine.mp3"),
    )
