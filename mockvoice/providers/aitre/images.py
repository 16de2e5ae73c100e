"""Pictures: drawn from the words, told in base64 or by the address of a file that really serves."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Mapping
from typing import Any, NamedTuple

from mockvoice.audio.picture import Picture
from mockvoice.providers.aitre.text import tokens
from mockvoice.service.call import Call, Reply
from mockvoice.service.files import address
from mockvoice.service.pictures import hang

# The kind of x-voice-files.
KIND = "picture"
_AUTO = (None, "", "auto")
_NOT_TOLD = dict.fromkeys(("background", "output_format", "output_compression"))


class _Order(NamedTuple):
    """What was asked for, with everything filled in that was left to the model."""

    model: str
    size: str
    quality: str
    background: str
    form: str
    compression: int
    answer: str
    pictures: list[Picture]


def _order(call: Call) -> _Order:
    model = call.fields["model"]
    usual = call.figure("image-models")[model]
    # What a model does not have is not looked at where it is not refused.
    fields = call.fields if usual["tells"] else {**call.fields, **_NOT_TOLD}

    def told(name: str) -> Any:
        return usual[name] if fields.get(name) in _AUTO else fields[name]

    size, quality, background = told("size"), told("quality"), told("background")
    width, height = (int(side) for side in size.split("x"))
    seed = f"{call.desk.world.settings.seed}/{model}/{quality}/{fields.get('style') or ''}"
    is_clear = background == "transparent"
    # The relay reads none and 0 as one.
    numbers = range(fields["n"] or 1)
    compression = fields.get("output_compression")
    return _Order(
        model,
        size,
        quality,
        background,
        fields.get("output_format") or "png",
        100 if compression is None else compression,
        fields.get("response_format") or usual["answer"],
        [Picture(fields["prompt"], width, height, f"{seed}/{number}", is_clear) for number in numbers],
    )


def drawn_answer(call: Call, words: str, rule: Mapping[str, str]) -> str:
    """Return what a model that draws says in a chat: the address of a picture of what was asked for."""
    width, height = (int(side) for side in rule["size"].split("x"))
    picture = Picture(words, width, height, f"{call.desk.world.settings.seed}/{call.fields['model']}")
    return rule["answer"].replace("{url}", address(call, hang(call, KIND, picture)))


def _generate(call: Call) -> Reply | Awaitable[Reply]:
    order = _order(call)
    if order.answer == "url":
        return _reply(call, order, [{"url": address(call, hang(call, KIND, one))} for one in order.pictures])
    return _drawn(call, order)


async def _drawn(call: Call, order: _Order) -> Reply:
    gallery = call.desk.world.gallery
    files = await asyncio.gather(*[gallery.draw(one, order.form, order.compression) for one in order.pictures])
    return _reply(call, order, [{"b64_json": base64.b64encode(file).decode()} for file in files])


def _reply(call: Call, order: _Order, data: list[dict[str, Any]]) -> Reply:
    usual = call.figure("image-models")[order.model]
    if usual["revises"]:
        style = call.fields.get("style") or call.figure("image-style")
        words = call.figure("revised-prompt").replace("{style}", style).replace("{prompt}", call.fields["prompt"])
        data = [{"revised_prompt": words, **one} for one in data]
    body: dict[str, Any] = {"created": int(call.now), "data": data}
    if usual["tells"]:
        drawn = len(data) * call.figure("image-tokens")[order.quality][order.size]
        words_in = tokens(call, call.fields["prompt"])
        body |= {
            "background": order.background,
            "output_format": order.form,
            "quality": order.quality,
            "size": order.size,
            "usage": {
                "total_tokens": words_in + drawn,
                "input_tokens": words_in,
                "output_tokens": drawn,
                "input_tokens_details": {"text_tokens": words_in, "image_tokens": 0},
            },
        }
    return Reply.json(body)


BEHAVIOURS = {"createImage": _generate}
