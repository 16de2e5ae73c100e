"""Voices: clone one, list them, delete one."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from typing import Any

from mockvoice.service import voices
from mockvoice.service.call import Call, Reply
from mockvoice.service.voices import Voice


def _check(call: Call) -> None:
    voices.check_samples(call, "audioFiles")


def _listen(call: Call) -> Awaitable[None]:
    return voices.hear_samples(call, "audioFiles")


def _create(call: Call) -> Reply:
    fields = call.fields
    is_public = fields["visibility"] == "public"
    return Reply.json(_item(voices.create(call, fields["name"], fields.get("description", ""), is_public)))


def _list(call: Call) -> Reply:
    offset, limit = call.fields["offset"], call.fields["limit"]
    found = list(_fitting(call))
    return Reply.json({
        "total": len(found),
        "page": offset // limit + 1,
        "pageSize": limit,
        "totalPages": -(-len(found) // limit),
        "items": [_item(one) for one in found[offset : offset + limit]],
    })  # fmt: skip


def _fitting(call: Call) -> Iterator[Voice]:
    """Yield the voices that the caller's filters let through; an empty filter lets all through."""
    provider, search = call.fields.get("provider"), call.fields.get("search", "").casefold()
    for one in voices.visible(call):
        if provider and one.provider != provider:
            continue
        if search in one.title.casefold() or search in one.description.casefold():
            yield one


def _item(voice: Voice) -> dict[str, Any]:
    return {"id": voice.id, "name": voice.title, "provider": voice.provider}


def _delete(call: Call) -> Reply:
    voice = voices.delete(call, call.fields["voiceId"], "voiceId")
    return Reply.json({"id": voice.id, "message": call.figure("voice-deleted-message")})


CHECKS = {"createVoice": _check}
MEDIA = {"createVoice": _listen}
BEHAVIOURS = {"createVoice": _create, "listVoices": _list, "deleteVoice": _delete}
