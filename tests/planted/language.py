"""Plants whose texts, tokens or vectors are wrong. All of aitre, the only provider that has them."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from typing import Any

import orjson

from mockvoice.service.call import Call
from tests.planted.events import body_of, events_of
from tests.planted.faithful import before, with_spec, with_verb
from tests.planted.plant import Build, Kind, Plant
from tests.planted.wrapping import EVENTS, Answer, Asked, changing, editing

PROVIDER = "aitre"
CHAT, COMPLETE, EMBED = "createChatCompletion", "createCompletion", "createEmbedding"
CHAT_TABLE = "/paths/~1v1~1chat~1completions/post/x-voice-chat"
EMBED_TABLE = "/paths/~1v1~1embeddings/post/x-voice-embedding"
IN_ORDER = "chat.events_of_an_answer_come_in_order_and_end"
JOINED = "chat.events_joined_are_the_whole_answer"
DROP = "credits.what_is_reported_is_what_the_balance_drops"
SUM = "credits.concurrent_calls_sum_up"
UNIT = "embeddings.vectors_are_of_unit_length"
SHORTER = "embeddings.shorter_vectors_come_if_asked_for"
LENGTH = "embeddings.vectors_are_as_long_as_documented"
EQUAL = "embeddings.equal_texts_have_equal_vectors_in_their_order"


# -- events --------------------------------------------------------------------------------------------


def _with_events(change: Callable[[list[Any]], list[Any]]) -> Build:
    def changed(_asked: Asked, answer: Answer) -> None:
        answer.body = body_of(change(events_of(answer.body)))

    return changing(changed, (CHAT,), (200,), EVENTS)


def _says(event: Any) -> bool:
    return isinstance(event, dict) and any(one["delta"].get("content") for one in event["choices"])


def _loses_a_delta(events: list[Any]) -> list[Any]:
    said = [index for index, one in enumerate(events) if _says(one)]
    return [one for index, one in enumerate(events) if index not in said[1:2]]


def _never_done(events: list[Any]) -> list[Any]:
    return [one for one in events if isinstance(one, dict)]


def _ends_twice(events: list[Any]) -> list[Any]:
    last = next(
        (one for one in events if isinstance(one, dict) and any(choice["finish_reason"] for choice in one["choices"])),
        None,
    )
    return events if last is None else [*events[:-1], last, events[-1]]


# -- tokens and choices --------------------------------------------------------------------------------


def _one_token_more(answer: Any) -> None:
    answer["usage"]["total_tokens"] += 1


def _unbounded(call: Call) -> None:
    call.fields["max_tokens"] = None


def _unstopped(call: Call) -> None:
    call.fields["stop"] = None


def _cuts_arguments(answer: Any) -> None:
    for choice in answer["choices"]:
        for one in choice["message"].get("tool_calls", ()):
            one["function"]["arguments"] = one["function"]["arguments"][:-1]


def _says_json_in_words(answer: Any) -> None:
    for choice in answer["choices"]:
        if (choice["message"]["content"] or "").startswith("{"):
            choice["message"]["content"] = "Here you are: " + choice["message"]["content"]


# -- vectors -------------------------------------------------------------------------------------------


def _longer_than_one(answer: Any) -> None:
    for one in answer["data"]:
        if isinstance(one["embedding"], list):
            one["embedding"] = [1.05 * number for number in one["embedding"]]


def _as_long_as_ever(call: Call) -> None:
    call.fields["dimensions"] = None


def _backwards(answer: Any) -> None:
    vectors = [one["embedding"] for one in answer["data"]]
    for one, vector in zip(answer["data"], reversed(vectors), strict=True):
        one["embedding"] = vector


def _in_doubles(answer: Any) -> None:
    for one in answer["data"]:
        if isinstance(one["embedding"], str):
            data = base64.b64decode(one["embedding"])
            numbers = struct.unpack(f"<{len(data) // 4}f", data)
            one["embedding"] = base64.b64encode(struct.pack(f"<{len(numbers)}d", *numbers)).decode()


# -- paths ---------------------------------------------------------------------------------------------


def _built_after_all(asked: Asked, answer: Answer) -> None:
    if answer.status == 501:
        answer.status, answer.body = 200, orjson.dumps({"object": "list", "data": []})


PLANTS = (
    Plant(
        name="aitre-total-of-tokens-off",
        provider=PROVIDER,
        kind=Kind.TOKENS,
        summary="the total of a chat's tokens is one more than prompt and completion",
        build=editing(_one_token_more, (CHAT,)),
        found_by=("chat.usage_adds_up",),
        fact=f"{CHAT_TABLE}/total",
    ),
    Plant(
        name="aitre-chat-loses-a-delta",
        provider=PROVIDER,
        kind=Kind.EVENT_DROPPED,
        summary="the second piece of a streamed chat never comes",
        build=_with_events(_loses_a_delta),
        found_by=(JOINED,),
        fact=f"{CHAT_TABLE}/events",
    ),
    Plant(
        name="aitre-chat-never-done",
        provider=PROVIDER,
        kind=Kind.NO_DONE_EVENT,
        summary="a streamed chat ends without its last line",
        build=_with_events(_never_done),
        found_by=(IN_ORDER,),
        fact=f"{CHAT_TABLE}/events/done",
    ),
    Plant(
        name="aitre-chat-ends-twice",
        provider=PROVIDER,
        kind=Kind.EVENT_ORDER,
        summary="a streamed chat says twice why it ends",
        build=_with_events(_ends_twice),
        found_by=(IN_ORDER,),
        fact=f"{CHAT_TABLE}/events",
    ),
    Plant(
        name="aitre-any-length",
        provider=PROVIDER,
        kind=Kind.OPTION_IGNORED,
        summary="max_tokens of a chat is not looked at",
        build=with_verb(CHAT, before(_unbounded)),
        found_by=("chat.the_most_tokens_are_honoured",),
        fact=f"{CHAT_TABLE}/most",
    ),
    Plant(
        name="aitre-never-stops",
        provider=PROVIDER,
        kind=Kind.OPTION_IGNORED,
        summary="stop of a completion is not looked at",
        build=with_verb(COMPLETE, before(_unstopped)),
        found_by=("chat.an_answer_ends_before_a_stop",),
        fact="/paths/~1v1~1completions/post/x-voice-chat/stop",
    ),
    Plant(
        name="aitre-tool-arguments-cut",
        provider=PROVIDER,
        kind=Kind.WRONG_TYPE,
        summary="the arguments of a tool's call are no JSON",
        build=editing(_cuts_arguments, (CHAT,)),
        found_by=("chat.a_demanded_tool_is_called",),
        fact=f"{CHAT_TABLE}/tools",
    ),
    Plant(
        name="aitre-json-with-words",
        provider=PROVIDER,
        kind=Kind.WRONG_TYPE,
        summary="words come before the object where JSON is asked for",
        build=editing(_says_json_in_words, (CHAT,)),
        found_by=("chat.a_json_object_comes_if_asked_for",),
        fact=f"{CHAT_TABLE}/json",
    ),
    Plant(
        name="aitre-completion-for-free",
        provider=PROVIDER,
        kind=Kind.PRICE,
        summary="only the prompt of a chat is paid for",
        build=with_spec({"/paths/~1v1~1chat~1completions/post/x-voice-billing/counts/completion/give": 0}),
        found_by=(DROP, SUM),
        fact="/paths/~1v1~1chat~1completions/post/x-voice-billing/counts/completion",
    ),
    Plant(
        name="aitre-usage-in-dollars",
        provider=PROVIDER,
        kind=Kind.OFF_BY_A_FACTOR,
        summary="what the account used is told in dollars instead of cents",
        build=editing(lambda body: {**body, "total_usage": body["total_usage"] / 100}, ("getUsage",)),
        found_by=(DROP, SUM),
        fact="/components/schemas/UsedSoFar/properties/total_usage",
    ),
    Plant(
        name="aitre-vector-too-long",
        provider=PROVIDER,
        kind=Kind.VECTOR,
        summary="vectors are of length 1.05",
        build=editing(_longer_than_one, (EMBED,)),
        found_by=(UNIT, SHORTER),
        fact=f"{EMBED_TABLE}/vectors",
    ),
    Plant(
        name="aitre-dimensions-ignored",
        provider=PROVIDER,
        kind=Kind.OPTION_IGNORED,
        summary="dimensions of an embedding are not looked at",
        build=with_verb(EMBED, before(_as_long_as_ever)),
        found_by=(SHORTER, LENGTH),
        fact=f"{EMBED_TABLE}/shorter",
    ),
    Plant(
        name="aitre-vectors-backwards",
        provider=PROVIDER,
        kind=Kind.VECTOR,
        summary="the vectors of several texts come in the wrong order",
        build=editing(_backwards, (EMBED,)),
        found_by=(EQUAL,),
        fact=f"{EMBED_TABLE}/vectors",
    ),
    Plant(
        name="aitre-base64-of-doubles",
        provider=PROVIDER,
        kind=Kind.VECTOR,
        summary="vectors in base64 are made of numbers of eight bytes",
        build=editing(_in_doubles, (EMBED,)),
        found_by=("embeddings.vectors_in_base64_are_those_in_numbers", LENGTH),
        fact=f"{EMBED_TABLE}/base64",
    ),
    Plant(
        name="aitre-files-after-all",
        provider=PROVIDER,
        kind=Kind.STATUS_SWAPPED,
        summary="what the relay has not built is answered 200",
        build=changing(_built_after_all),
        found_by=("errors.what_is_not_built_says_so",),
        fact="/components/responses/NotBuilt",
    ),
)
