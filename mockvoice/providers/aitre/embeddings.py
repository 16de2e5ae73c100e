"""Embeddings: a vector for each text, in the order in which the texts came."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import orjson

from mockvoice.core.cache import ByteBoundedCache
from mockvoice.providers.aitre.text import check_context, tokens
from mockvoice.providers.aitre.text_wording import refusal
from mockvoice.service.call import Call, Reply
from mockvoice.service.speech import given
from mockvoice.service.vectors import in_base64, vector_of
from mockvoice.service.world import Desk

# Bytes of vectors, spelled for an answer, that are kept: one of 1,536 numbers takes 32 KB.
_KEPT_BYTES = 8 << 20
# So many vectors are made before others have their turn: some milliseconds.
_AT_ONCE = 16

Known = ByteBoundedCache[orjson.Fragment]


def _known(_desk: Desk) -> Known:
    return ByteBoundedCache(_KEPT_BYTES)


def _inputs(call: Call) -> list[Any]:
    """Return what is to be embedded, one by one: texts, or lists of tokens."""
    given_input = call.fields.get("input")
    if isinstance(given_input, list) and not all(isinstance(one, int) for one in given_input):
        return given_input
    return [given_input]


def _tokens(call: Call, one: Any) -> int:
    return tokens(call, one) if isinstance(one, str) else len(one) if isinstance(one, list) else 0


def _count(call: Call) -> dict[str, int]:
    return {"prompt": sum(_tokens(call, one) for one in _inputs(call))}


def _check(call: Call) -> None:
    """Refuse what no schema can say: mixed inputs, long ones, dimensions a model does not have. Raises ApiError."""
    inputs = _inputs(call)
    if len({type(one) for one in inputs}) > 1:
        raise refusal(call, "input-mixed", "input")
    for one in inputs:
        check_context(call, _tokens(call, one), "input-too-long", "input")
    wanted = call.fields.get("dimensions")
    if wanted is not None:
        row = call.figure("embedding-lengths")[call.fields["model"]]
        if not row["shortens"]:
            raise refusal(call, "dimensions-fixed", "dimensions")
        if wanted > row["length"]:
            raise refusal(call, "dimensions-beyond", "dimensions", count=wanted, limit=row["length"])


def _embed(call: Call) -> Reply | Awaitable[Reply]:
    inputs = _inputs(call)
    return _answer(call, _vectors(call, inputs)) if len(inputs) <= _AT_ONCE else _embed_many(call, inputs)


async def _embed_many(call: Call, inputs: list[Any]) -> Reply:
    """As for a few, letting others have their turn in between."""
    vectors: list[orjson.Fragment] = []
    for start in range(0, len(inputs), _AT_ONCE):
        vectors += _vectors(call, inputs[start : start + _AT_ONCE])
        await asyncio.sleep(0)
    return _answer(call, vectors)


def _answer(call: Call, vectors: list[orjson.Fragment]) -> Reply:
    data = [{"object": "embedding", "index": index, "embedding": one} for index, one in enumerate(vectors)]
    count = call.counted["prompt"]
    used = {"prompt_tokens": count, "total_tokens": count}
    return Reply.json({"object": "list", "data": data, "model": call.fields["model"], "usage": used})


def _vectors(call: Call, inputs: list[Any]) -> list[orjson.Fragment]:
    """Return the vectors of some inputs, as they stand in an answer."""
    model = call.fields["model"]
    length = call.fields.get("dimensions") or call.figure("embedding-lengths")[model]["length"]
    is_base64 = given(call, "encoding_format") == "base64"
    known = call.desk.once(_known)
    return [_spelled(known, model, one, length, is_base64) for one in inputs]


def _spelled(known: Known, model: str, one: Any, length: int, is_base64: bool) -> orjson.Fragment:
    """Return a vector as it stands in an answer, from memory where the same was asked before."""
    key = (model, one if isinstance(one, str) else tuple(one), length, is_base64)
    found = known.get(key)
    if found is None:
        vector = vector_of(orjson.dumps([model, one]), length)
        spelled = orjson.dumps(in_base64(vector) if is_base64 else vector.tolist())
        found = orjson.Fragment(spelled)
        known.put(key, found, len(spelled))
    return found


CHECKS = {"createEmbedding": _check}
COUNTS = {"createEmbedding": _count}
BEHAVIOURS = {"createEmbedding": _embed}
