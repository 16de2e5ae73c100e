"""Recipes for operations that take texts, whatever these look like on the wire."""

from __future__ import annotations

from typing import Any

from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe

TALKS = "x-voice-chat"
EMBEDS = "x-voice-embedding"


def text_member(operation: Operation) -> str:
    """Return the member of a request that holds the text."""
    if TALKS in operation.node:
        return str(operation.node[TALKS]["prompt"])
    return str(operation.node[EMBEDS]["text"])


def with_text(operation: Operation, text: str, **members: Any) -> Recipe:
    """Return the recipe of an operation's example with another text: the last message, where it is a conversation."""
    name = text_member(operation)
    example = operation.example.get(name)
    is_conversation = isinstance(example, list) and example and isinstance(example[-1], dict)
    value: Any = [*example[:-1], {**example[-1], "content": text}] if is_conversation and example else text
    return {"with": {name: value, **members}}
