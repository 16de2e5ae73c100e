"""Knows how the upstream counts what a call used: tokens, or whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.audio.transcript import Transcript
from mockvoice.core.money import divide
from mockvoice.service.call import Call


def text_tokens(call: Call, text: str) -> int:
    """Return the tokens of a text; none for an empty one."""
    return divide(len(text), call.figure("code-points-per-token"), "up")


def audio_tokens(call: Call, milliseconds: int) -> int:
    """Return the tokens of audio, at least one."""
    rate = call.figure("audio-tokens")
    return max(1, divide(milliseconds * rate["tokens"], rate["milliseconds"], "nearest"))


def duration(call: Call) -> Mapping[str, Any]:
    """Return the usage of a call as whole seconds, rounded up."""
    return {"type": "duration", "seconds": divide(call.recording.milliseconds, 1000, "up")}


def tokens(call: Call, transcript: Transcript) -> Mapping[str, Any]:
    """Return the usage of a call as tokens: audio and prompt in, words out."""
    prompt = text_tokens(call, call.fields.get("prompt", ""))
    audio = audio_tokens(call, call.recording.milliseconds)
    said = text_tokens(call, transcript.text)
    return {
        "type": "tokens",
        "input_tokens": prompt + audio,
        "input_token_details": {"text_tokens": prompt, "audio_tokens": audio},
        "output_tokens": said,
        "total_tokens": prompt + audio + said,
    }
