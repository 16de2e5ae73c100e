"""Speak a text and transcribe a clip with the OpenAI SDK: `python examples/speak_and_transcribe.py [BASE_URL]`."""

from __future__ import annotations

import sys
from pathlib import Path

from openai import OpenAI

CLIP = Path(__file__).parents[1] / "fixtures" / "hello-en.mp3"


def main(base: str) -> None:
    for base_url, key in ((f"{base}/aitre/v1", "sk-mock-funded"), (f"{base}/hadrian/api/v1", "gw_mock-funded")):
        client = OpenAI(base_url=base_url, api_key=key)
        speech = client.audio.speech.create(model="tts-1", voice="alloy", input="Hello there.")
        heard = client.audio.transcriptions.create(model="whisper-1", file=CLIP)
        print(f"{base_url}: {len(speech.content)} bytes of mp3; heard: {heard.text}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8800")
