"""What cloning and listing voices reads of a spec, for the needs of a provider that offers it."""

from __future__ import annotations

from mockvoice.service.audio_input import BY_UPLOAD
from mockvoice.service.needs import COUNT, NUMBER, TEXT, TEXTS, list_of, snake_record

# Who only speaks with voices needs no more than the catalogue.
CATALOGUE = list_of(
    snake_record(_id=TEXT, title=TEXT, description=TEXT, provider=TEXT, created_at=TEXT, updated_at=TEXT)
)
FIGURES = {
    "public-voices": CATALOGUE,
    "own-voices-most": COUNT,
    "own-voice-provider": TEXT,
    "samples-most": COUNT,
    "samples-longest-seconds": COUNT,
    "sample-extensions": TEXTS,
    "sample-least-active-share": NUMBER,
}
ERRORS = ("invalid_request", "voice_not_found", "voice_deleted", "voice_protected", "voice_limit")
CONDITIONS = (*BY_UPLOAD, "extension", "mismatch", "silent", "truncated")
IDS = ("voice",)
