"""Who speaks in the realtime stream."""

from __future__ import annotations

from mockvoice.core.accounts import Account
from mockvoice.service.world import Desk


def _known_voices(desk: Desk) -> dict[str, str]:
    """Return who speaks by the id of a voice: what the spec lists, the first where a session names none."""
    return {one["_id"]: one["_id"] for one in desk.figure("live-voices")}


def _speaker(desk: Desk, _account: Account, voice_id: str | None) -> str | None:
    """Return the voice of a session; None where its account may use no such voice."""
    voices = desk.once(_known_voices)
    return next(iter(voices.values())) if voice_id is None else voices.get(voice_id)


SPEAKERS = {"speak-live": _speaker}
