"""Completions: each prompt is answered as if a user had said it in a chat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockvoice.providers.aitre.text import check_context, ended, rule_of, streamed, tokens, usage
from mockvoice.service.answers import Message, answer_to, pieces_of
from mockvoice.service.call import Call, Reply
from mockvoice.service.speech import given


def _prompts(call: Call) -> list[str]:
    """Return the prompts of a request, also of one that is about to be refused."""
    prompt = call.fields.get("prompt")
    return [one for one in (prompt if isinstance(prompt, list) else [prompt]) if isinstance(one, str)]


def _count(call: Call) -> dict[str, int]:
    return {"prompt": sum(tokens(call, one) for one in _prompts(call))}


def _check(call: Call) -> None:
    """Refuse a prompt that is longer, with the answer to come, than its model takes. Raises ApiError."""
    for one in _prompts(call):
        check_context(call, tokens(call, one), "input-too-long", "prompt", _most(call) or 0)


def _most(call: Call) -> int | None:
    """Return the most tokens of an answer: 0 counts as left out."""
    body = call.operation.body
    usual = body.defaults.get("max_tokens") if body is not None else None
    return given(call, "max_tokens") or usual


def _complete(call: Call) -> Reply:
    most = _most(call)
    count = call.fields.get("n") or 1
    said = []
    used = 0
    prompts = _prompts(call)
    for prompt in prompts:
        text, end = ended(call, answer_to([Message("user", prompt)], count * len(prompts)), most)
        used += count * tokens(call, text)
        said += [(prompt + text if call.fields["echo"] else text, end)] * count
    told = usage(call, used)
    head = {
        "id": call.id("completion"),
        "object": "text_completion",
        "created": int(call.now),
        "model": call.fields["model"],
    }
    if call.fields["stream"]:
        return streamed(call, _chunks(call, head, said), told, head)
    choices = [
        {"text": text, "index": index, "logprobs": None, "finish_reason": end} for index, (text, end) in enumerate(said)
    ]
    return Reply.json({**head, "choices": choices, "usage": told})


def _chunks(call: Call, head: Mapping[str, Any], said: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yield the chunks of each choice, token by token; the last has no text and tells how it ends."""
    code_points = call.desk.once(rule_of).code_points
    for index, (text, end) in enumerate(said):
        for piece in pieces_of(text, code_points):
            yield {**head, "choices": [{"text": piece, "index": index, "logprobs": None, "finish_reason": None}]}
        yield {**head, "choices": [{"text": "", "index": index, "logprobs": None, "finish_reason": end}]}


CHECKS = {"createCompletion": _check}
COUNTS = {"createCompletion": _count}
BEHAVIOURS = {"createCompletion": _complete}
