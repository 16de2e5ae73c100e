"""What is said of chats, embeddings, tokens and unbuilt paths is checked: a slip is named, with its place."""

from __future__ import annotations

from typing import Any

import pytest

from mockvoice.openapi.checks import check_document
from mockvoice.openapi.pointer import remove, replace
from tests.harness.specs import document

CHAT = "/paths/~1v1~1chat~1completions/post"
EMBED = "/paths/~1v1~1embeddings/post"


def problems(pointer: str, value: Any) -> list[str]:
    return check_document(replace(document("aitre"), pointer, value), "aitre.yaml")


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        (f"{CHAT}/x-voice-chat/most", "max_token", "no such field of the request; did you mean 'max_tokens'?"),
        (f"{CHAT}/x-voice-chat/steady", {"temprature": 0}, "steady/temprature: no such field of the request"),
        (f"{CHAT}/x-voice-chat/tools/with", {"tool": []}, "tools/with/tool: no such field of the request"),
        (f"{CHAT}/x-voice-chat/choices/text", "/message/text", "choices/text: the answer has nothing at /message/text"),
        (f"{CHAT}/x-voice-chat/choices/at", "/choice", "choices/at: the answer has nothing at /choice"),
        (f"{CHAT}/x-voice-chat/events/piece", "/delta/text", "events/piece: the answer has nothing at /delta/text"),
        (f"{CHAT}/x-voice-chat/tools/arguments", "/function/args", "tools/arguments: the answer has nothing at"),
        (f"{CHAT}/x-voice-chat/total", "/usage/total", "total: the answer has nothing at /usage/total"),
        (f"{CHAT}/x-voice-chat/ends", {"whole": "stop"}, "ends/cut: is missing"),
        (f"{CHAT}/x-voice-chat/stopp", "stop", "unknown key; did you mean 'stop'?"),
        (f"{EMBED}/x-voice-embedding/shorter", "dimension", "no such field of the request; did you mean 'dimensions'?"),
        (f"{EMBED}/x-voice-embedding/lengths", "embedding-length", "no such figure; did you mean 'embedding-lengths'?"),
        (f"{EMBED}/x-voice-embedding/vectors/vector", "/vector", "vectors/vector: the answer has nothing at /vector"),
        (f"{CHAT}/x-voice-billing/counts/prompt/at", "/usage/prompt", "prompt/at: the answer has nothing at"),
        (f"{CHAT}/x-voice-billing/counts/prompt/give/by", "modell", "no field 'modell' in 'createChatCompletion'"),
        (f"{CHAT}/x-voice-billing/hold/of", "promt", "no such count; did you mean 'prompt'?"),
        (f"{CHAT}/x-voice-billing/hold/most", "max_token", "no field 'max_token' in 'createChatCompletion'"),
        (f"{CHAT}/x-voice-billing/measure", "calls", "/counts"),
        ("/x-voice-unbuilt/paths/~1v1~1models", ["GET"], "has operations; expected a path that is not among the paths"),
        ("/x-voice-unbuilt/paths/~1v1~1files", ["TRACE"], "unknown value 'TRACE'"),
        ("/components/schemas/TokenUsage/properties/total_tokens/x-voice-worth", 5, "is said of what tells no money"),
    ],
)
def test_a_slip_is_named(pointer: str, value: Any, said: str) -> None:
    found = [str(one) for one in problems(pointer, value)]

    assert any(said in one for one in found), found


def test_unbuilt_paths_need_a_refusal() -> None:
    found = check_document(remove(document("aitre"), "/x-voice-refusals/not-built"), "aitre.yaml")

    assert any("/x-voice-refusals/not-built: is missing" in str(one) for one in found)


def test_tokens_need_counts() -> None:
    found = check_document(remove(document("aitre"), f"{CHAT}/x-voice-billing/counts"), "aitre.yaml")

    assert any("x-voice-billing/counts: is missing" in str(one) for one in found)
