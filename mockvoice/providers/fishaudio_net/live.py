"""Who speaks in the realtime stream."""

from __future__ import annotations

from mockvoice.core.accounts import Account
from mockvoice.service import voices
from mockvoice.service.world import Desk


def _speaker(desk: Desk, account: Account, voice_id: str | None) -> str | None:
    """Return the voice of a session; None where its account may use no such voice."""
    voice = voices.first(desk) if voice_id is None else voices.find_for(desk, account, voice_id)
    return None if voice is None else voice.id


SPEAKERS = {"speak-live": _speaker}
