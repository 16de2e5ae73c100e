"""Voices, which this generation calls models: clone one, list them, delete one."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from mockvoice.service import voices
from mockvoice.service.call import Call, Reply
from mockvoice.service.voices import Voice

# The `modelType` that leaves none out.
_ALL = "all"


def _check(call: Call) -> None:
    voices.check_samples(call, "audioFiles")


def _listen(call: Call) -> Awaitable[None]:
    return voices.hear_samples(call, "audioFiles")


def _create(call: Call) -> Reply:
    fields = call.fields
    is_public = fields["visibility"] == "public"
    voice = voices.create(call, fields["name"], fields.get("description", ""), is_public)
    return Reply.json({
        "modelId": voice.id,
        "title": voice.title,
        "description": voice.description,
        "createdAt": voice.created_at,
        "message": call.figure("model-messages")["created"],
    })  # fmt: skip


def _list(call: Call) -> Reply:
    fields = call.fields
    wanted, number, size = fields["modelType"], fields["page"], fields["pageSize"]
    found = [one for one in voices.visible(call, fields["includePersonal"]) if wanted in {_ALL, one.provider}]
    start = (number - 1) * size
    return Reply.json({
        "total": len(found),
        "page": number,
        "pageSize": size,
        "totalPages": -(-len(found) // size),
        "items": [_item(call, one) for one in found[start : start + size]],
    })  # fmt: skip


def _item(call: Call, voice: Voice) -> dict[str, Any]:
    return {
        "modelId": voice.id,
        "title": voice.title,
        "description": voice.description,
        "created_at": voice.created_at,
        "updated_at": voice.updated_at,
        "isPersonal": voice.owner == call.account.id,
    }


def _delete(call: Call) -> Reply:
    voice = voices.delete(call, call.fields["modelId"], "modelId")
    return Reply.json({"modelId": voice.id, "message": call.figure("model-messages")["deleted"]})


CHECKS = {"createModel": _check}
MEDIA = {"createModel": _listen}
BEHAVIOURS = {"createModel": _create, "listModels": _list, "deleteModel": _delete}
