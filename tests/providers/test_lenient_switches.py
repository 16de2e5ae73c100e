"""--accept-any-token and --lenient-audio, over the wire, for every operation of every provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice.openapi.plans import FORM_TYPE
from tests.harness.recipes import Kitchen
from tests.harness.specs import PROVIDERS, spec

MakeKitchen = Callable[..., Kitchen]


def operations(media: str | None = None) -> list[tuple[str, str]]:
    """Operations that need nothing of the caller's beforehand."""
    return [
        (provider, operation_id)
        for provider in PROVIDERS
        for _, path, operation_id in spec(provider).routes
        if "{" not in path
        and "x-voice-before" not in spec(provider).place(operation_id)[2]
        and media in {None, spec(provider).operation(operation_id).body_media}
    ]


def recipe_with(provider: str, operation_id: str, token: str) -> dict[str, Any]:
    """The example request with another key, also where a key stands in the body."""
    member = spec(provider).operation(operation_id).body_credential
    return {"token": token, **({"with": {member: token}} if member else {})}


@pytest.mark.parametrize(("provider", "operation_id"), operations())
@pytest.mark.parametrize("token", ["My API Key", "x", "gw_sk-anything"])
def test_any_key_is_a_funded_account_when_it_is_wanted(
    kitchen: MakeKitchen, provider: str, operation_id: str, token: str
) -> None:
    recipe = recipe_with(provider, operation_id, token)

    assert 200 <= kitchen(provider, accept_any_token=True).cook(recipe, operation_id).status < 300
    if not spec(provider).operation(operation_id).is_open:
        assert kitchen(provider).cook(recipe, operation_id).status in {401, 403}


@pytest.mark.parametrize(("provider", "operation_id"), operations(FORM_TYPE))
@pytest.mark.parametrize("clip", ["not-audio.mp3", "corrupt.flac", "empty.wav", "README.md"])
def test_any_bytes_are_audio_when_it_is_wanted(
    kitchen: MakeKitchen, provider: str, operation_id: str, clip: str
) -> None:
    recipe = {"clips": {next(iter(spec(provider).place(operation_id)[2]["x-voice-clips"])): clip}}

    assert 200 <= kitchen(provider, lenient_audio=True).cook(recipe, operation_id).status < 300
    assert kitchen(provider).cook(recipe, operation_id).status >= 400


@pytest.mark.parametrize(
    "reference",
    [
        "string",
        "data:audio/wav;base64,AAAA",
        "data-url:not-audio.mp3",
        "data:text/plain,hello",
        "data:",
        "data:audio/wav;base64,###",
        "data:audio/wav;base64,",
    ],
)
def test_any_bytes_are_a_speaker_reference_when_it_is_wanted(kitchen: MakeKitchen, reference: str) -> None:
    recipe = {
        "operation": "createTranscription",
        "with": {
            "model": "gpt-4o-transcribe-diarize",
            "response_format": "diarized_json",
            "chunking_strategy": "auto",
            "known_speaker_names[]": ["agent"],
            "known_speaker_references[]": [reference],
        },
    }

    assert kitchen("hadrian", lenient_audio=True).cook(recipe).status == 200
    assert kitchen("hadrian").cook(recipe).status == 400
