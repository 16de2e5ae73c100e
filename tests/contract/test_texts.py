"""The judges of chats and embeddings: what they take for right, and what for wrong."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import pytest

from contract_tests.kit.amounts import Amounts
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.texts.embedding import Embedder, likeness, not_of_unit_length, wrong_lengths
from contract_tests.kit.texts.talking import Choice, Talker, is_object, sums
from contract_tests.kit.tokens import most_tokens, tokens_told
from tests.contract.in_process import CLIPS, facts_of

FACTS = facts_of("aitre")
CHAT, COMPLETE, EMBED = (
    FACTS.operations[name] for name in ("createChatCompletion", "createCompletion", "createEmbedding")
)
TALKER, EMBEDDER = Talker(CHAT), Embedder(EMBED)


def exchange(operation: Any, sent: dict[str, Any], body: bytes, media: str = "application/json") -> Exchange:
    headers = {"content-type": media}
    return Exchange(1, "c", operation, "funded", "POST", "u", {}, json.dumps(sent).encode(), 200, headers, body, 0.1)


def streamed(*lines: Any) -> Exchange:
    texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
    return exchange(CHAT, {}, "".join(f"data: {one}\n\n" for one in texts).encode(), "text/event-stream")


def piece(text: str, end: str | None = None, index: int = 0) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": {"content": text}, "finish_reason": end}]}


def embedded(sent: dict[str, Any], *vectors: Any) -> Exchange:
    data = [{"index": index, "embedding": one} for index, one in enumerate(vectors)]
    return exchange(EMBED, {"model": "text-embedding-3-small", **sent}, json.dumps({"data": data}).encode())


def test_pieces_join_to_choices_by_their_numbers() -> None:
    answer = streamed(piece("a"), piece("x", index=1), piece("b"), piece("", "stop"), piece("", "length", 1), "[DONE]")

    assert TALKER.joined(answer) == [Choice(0, "ab", "stop"), Choice(1, "x", "length")]
    assert list(TALKER.disorder(answer)) == []


@pytest.mark.parametrize(
    ("lines", "got"),
    [
        ([], "no event"),
        ([piece("a", "stop")], '\'{"choices"'),
        ([piece("a", "stop"), "[DONE]", "[DONE]"], "2 times"),
        ([piece("a"), "[DONE]"], "0 such events"),
        ([piece("a", "stop"), piece("", "stop"), "[DONE]"], "2 such events"),
        ([piece("a", "stop"), piece("b"), "[DONE]"], "'b'"),
        (["[DONE]"], "none among 1 events"),
    ],
)
def test_events_out_of_order_are_told(lines: list[Any], got: str) -> None:
    flaws = list(TALKER.disorder(streamed(*lines)))

    assert any(one.got.startswith(got) for one in flaws), flaws


@pytest.mark.parametrize(
    ("usage", "flaws"),
    [
        ({"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}, 0),
        ({"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 6}, 1),
        ({"prompt_tokens": 2, "completion_tokens": 3}, 1),
        ({"prompt_tokens": "2", "completion_tokens": 3, "total_tokens": 5}, 1),
    ],
)
def test_totals_are_sums(usage: dict[str, Any], flaws: int) -> None:
    whole = exchange(CHAT, {}, json.dumps({"usage": usage}).encode())

    assert len(list(sums(CHAT, whole))) == flaws


def test_a_stream_need_not_tell_tokens_and_may() -> None:
    usage = {"prompt_tokens": 2, "completion_tokens": 3, "total_tokens": 5}

    assert list(sums(CHAT, streamed(piece("a", "stop"), "[DONE]"))) == []
    assert tokens_told(CHAT, streamed({"choices": [], "usage": usage}, "[DONE]")) == {"prompt": 2, "completion": 3}


def test_what_is_paid_follows_from_the_tokens_that_are_told() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 12, "total_tokens": 22}
    whole = exchange(CHAT, {"model": "gpt-4o"}, json.dumps({"usage": usage}).encode())

    assert Amounts(CLIPS).paid(whole) == 73


def test_the_most_tokens_are_those_of_the_text_and_of_every_answer() -> None:
    assert most_tokens(COMPLETE, {"prompt": "abc", "max_tokens": 5, "n": 2}) == {"prompt": 5, "completion": 10}
    assert most_tokens(COMPLETE, {"prompt": ["a", "b"]}) == {"prompt": 10, "completion": 32}
    assert most_tokens(EMBED, {"input": "abc"}, 40) == {"prompt": 40}


@pytest.mark.parametrize(
    ("sent", "vector", "lengths", "norms"),
    [
        ({"dimensions": 2}, [0.6, 0.8], 0, 0),
        ({"dimensions": 3}, [0.6, 0.8], 1, 0),
        ({"dimensions": 2}, [0.6, 0.9], 0, 1),
        ({}, [0.6, 0.8], 1, 0),
        ({"dimensions": 2}, base64.b64encode(struct.pack("<2f", 0.6, 0.8)).decode(), 0, 0),
        ({"dimensions": 2}, "no base64!", 1, 1),
        ({"dimensions": 2}, ["a", "b"], 1, 1),
    ],
)
def test_vectors_are_measured(sent: dict[str, Any], vector: Any, lengths: int, norms: int) -> None:
    answer = embedded(sent, vector)

    assert len(list(wrong_lengths(EMBEDDER, answer))) == lengths
    assert len(list(not_of_unit_length(EMBEDDER, answer))) == norms


def test_likeness_is_that_of_directions() -> None:
    assert likeness([1, 0], [2, 0]) == pytest.approx(1)
    assert likeness([1, 0], [0, 1]) == 0
    assert likeness([1, 0], [1, 0, 0]) == likeness([], []) == 0


def test_only_objects_are_objects() -> None:
    assert [is_object(one) for one in ('{"a": 1}', "[1]", "so {}", "")] == [True, False, False, False]
