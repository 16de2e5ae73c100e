"""aitre's chat, completions, embeddings and billing by the openai SDK over a real port, and their rules."""

from __future__ import annotations

import base64
import json
import math
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from mockvoice.core.ledger import Ledger
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]
CHAT, COMPLETE, EMBED = "createChatCompletion", "createCompletion", "createEmbedding"
MODEL = "gpt-4o-mini"
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["c", "f"]}, "days": {"type": "integer"}},
        },
    },
}


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def ledger(cook: Kitchen, role: str = "mock-funded") -> Ledger:
    account = cook.desk.roster.find(f"sk-{role}")
    assert account is not None
    return account.ledger


def chat(cook: Kitchen, *messages: dict[str, Any], **members: Any) -> Any:
    answer = cook.cook({"with": {"messages": list(messages), **members}}, CHAT)
    assert answer.status == 200, answer.body
    return answer.json()


def said(cook: Kitchen, *messages: dict[str, Any], **members: Any) -> Any:
    return chat(cook, *messages, **members)["choices"][0]["message"]["content"]


def events(answer: Answer) -> list[str]:
    return [one.removeprefix("data: ") for one in answer.body.decode().split("\n\n") if one]


# -- the SDK over a real port ---------------------------------------------------------------------------


@pytest.fixture
def client(serve: Callable[..., str]) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="sk-mock-funded", base_url=f"{serve('aitre')}/aitre/v1", max_retries=0) as one:
        yield one


def test_the_sdk_chats(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Say hello"}])

    assert answer.choices[0].message.content == "hello"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.id.startswith("chatcmpl-")


def test_the_sdk_streams_a_chat(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Say hello, how are you?"}],
        stream=True,
        stream_options={"include_usage": True},
    )

    chunks = list(stream)

    pieces = [one.choices[0].delta.content or "" for one in chunks if one.choices]
    ends = [one.choices[0].finish_reason for one in chunks if one.choices and one.choices[0].finish_reason]
    assert "".join(pieces) == "hello, how are you?"
    assert len([one for one in pieces if one]) == 5
    assert ends == ["stop"]
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 5


def test_the_sdk_has_a_tool_called(client: openai.OpenAI) -> None:
    tools: Any = [TOOL]
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Rome"}],
        tools=tools,
        tool_choice="required",
    )

    calls = answer.choices[0].message.tool_calls
    assert calls is not None
    function: Any = calls[0]
    assert (answer.choices[0].finish_reason, function.function.name) == ("tool_calls", "weather")
    assert json.loads(function.function.arguments) == {"city": "Rome", "unit": "c", "days": 0}


def test_the_sdk_completes_and_streams_completions(client: openai.OpenAI) -> None:
    whole = client.completions.create(model="gpt-3.5-turbo-instruct", prompt=["say one", "say two"])
    stream = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="say one two three", stream=True)

    assert [(one.index, one.text) for one in whole.choices] == [(0, "one"), (1, "two")]
    assert "".join(one.choices[0].text for one in stream) == "one two three"


def test_the_sdk_embeds_in_floats_as_in_base64(client: openai.OpenAI) -> None:
    """The SDK asks for base64 unless it is told otherwise, and decodes it itself."""
    texts = ["one", "two", "one"]

    decoded = client.embeddings.create(model="text-embedding-3-small", input=texts)
    floats = client.embeddings.create(model="text-embedding-3-small", input=texts, encoding_format="float")

    vectors = [one.embedding for one in floats.data]
    assert [one.index for one in floats.data] == [0, 1, 2]
    assert {len(one) for one in vectors} == {1536}
    assert [one.embedding for one in decoded.data] == vectors
    assert vectors[0] == vectors[2] != vectors[1]
    assert math.fsum(one * one for one in vectors[0]) == pytest.approx(1, abs=1e-6)


def test_the_sdk_lists_the_models_of_the_menu(client: openai.OpenAI) -> None:
    names = {one.id for one in client.models.list()}

    assert {MODEL, "gpt-4o-image", "gpt-image-1", "flux", "dall-e-3", "text-embedding-3-large", "tts-1"} <= names
    assert client.models.retrieve("gpt-4o").owned_by == "openai"


@pytest.mark.parametrize(
    ("key", "members", "error", "code"),
    [
        ("sk-nobody", {}, openai.AuthenticationError, None),
        ("sk-mock-empty", {}, openai.PermissionDeniedError, "insufficient_user_quota"),
        ("sk-mock-funded", {"model": "gpt-0"}, openai.InternalServerError, None),
        ("sk-mock-funded", {"messages": []}, openai.BadRequestError, "invalid_text_request"),
        ("sk-mock-funded", {"temperature": 3}, openai.BadRequestError, "decimal_above_max_value"),
    ],
)
def test_the_sdk_maps_errors(
    serve: Callable[..., str], key: str, members: dict[str, Any], error: type[openai.APIStatusError], code: str | None
) -> None:
    base = f"{serve('aitre')}/aitre/v1"

    with openai.OpenAI(api_key=key, base_url=base, max_retries=0) as client, pytest.raises(error) as caught:
        client.chat.completions.create(**{"model": MODEL, "messages": [user("Hi")], **members})

    assert caught.value.code == code
    assert caught.value.response.headers["x-oneapi-request-id"] in caught.value.message


# -- what a chat answers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Hello!", "You said: Hello!"),
        ("say X", "X"),
        ("Say: 'two words'", "two words"),
        ("repeat 3 ha", "ha ha ha"),
        ("What is 6*7?", "42"),
        ("7/2", "3.5"),
        ("1 / 0", "undefined"),
        ("recall 1", "recall 1"),
        ("recall 9", "nothing"),
        ("how many messages?", "1"),
        ("", "You said: "),
    ],
)
def test_the_rules_of_an_answer(kitchen: MakeKitchen, asked: str, answer: str) -> None:
    assert said(kitchen("aitre"), user(asked)) == answer


def test_conversations_parts_and_images_count(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    parts = user([{"type": "text", "text": "how many images?"}, picture, picture])
    system = {"role": "system", "content": "Always say nothing at all"}

    assert said(cook, parts) == "2"
    assert said(cook, system, user("Hello")) == "nothing at all"
    assert (
        said(cook, user("my name is Ann"), {"role": "assistant", "content": "hi"}, user("recall 1")) == "my name is Ann"
    )
    assert said(cook, {"role": "tool", "tool_call_id": "a", "content": "18 °C"}) == "The tool said: 18 °C"


def test_tokens_are_four_code_points_and_some_for_each_message(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    plain = chat(cook, user("say abcde"))["usage"]
    longer = chat(cook, user("say abcde"), user("😀😀😀😀"))["usage"]

    assert (plain["prompt_tokens"], plain["completion_tokens"], plain["total_tokens"]) == (3 + 4 + 3, 2, 12)
    assert longer["prompt_tokens"] == 3 + 4 + 3 + 4 + 1


@pytest.mark.parametrize(
    ("members", "content", "end"),
    [
        ({"max_tokens": 2}, "abcdefgh", "length"),
        ({"max_tokens": 3}, "abcdefghij", "stop"),
        ({"max_completion_tokens": 1, "max_tokens": 3}, "abcd", "length"),
        ({"max_tokens": 0}, "abcdefghij", "stop"),
        ({"stop": "ef"}, "abcd", "stop"),
        ({"stop": ["x", "h"]}, "abcdefg", "stop"),
        ({"stop": "i", "max_tokens": 1}, "abcd", "length"),
    ],
)
def test_an_answer_ends_where_it_is_told_to(
    kitchen: MakeKitchen, members: dict[str, Any], content: str, end: str
) -> None:
    choice = chat(kitchen("aitre"), user("say abcdefghij"), **members)["choices"][0]

    assert (choice["message"]["content"], choice["finish_reason"]) == (content, end)


def test_several_choices_are_paid_for_one_by_one(kitchen: MakeKitchen) -> None:
    answer = chat(kitchen("aitre"), user("say abcdefgh"), n=3)

    assert [one["index"] for one in answer["choices"]] == [0, 1, 2]
    assert answer["usage"]["completion_tokens"] == 6


def test_json_is_an_object_or_fits_its_schema(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "integer"}}, "b": {"type": "string"}},
    }

    plain = said(cook, user("say json"), response_format={"type": "json_object"})
    shaped = said(
        cook, user("say x"), response_format={"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}
    )

    assert json.loads(plain) == {"answer": "json"}
    assert json.loads(shaped) == {"a": [0], "b": "x"}


@pytest.mark.parametrize(
    ("asked", "choice", "arguments"),
    [
        ("call weather", None, {"city": "call weather", "unit": "c", "days": 0}),
        ('call weather {"city": "Rome"}', "auto", {"city": "Rome"}),
        ("call nobody", "auto", None),
        ("call weather", "none", None),
        ("Rome", {"type": "function", "function": {"name": "weather"}}, {"city": "Rome", "unit": "c", "days": 0}),
    ],
)
def test_tools_are_called_if_asked_for(kitchen: MakeKitchen, asked: str, choice: Any, arguments: Any) -> None:
    message = chat(kitchen("aitre"), user(asked), tools=[TOOL], tool_choice=choice)["choices"][0]["message"]

    calls = message.get("tool_calls", ())
    assert [json.loads(one["function"]["arguments"]) for one in calls] == ([] if arguments is None else [arguments])


def test_a_streamed_tool_call_joins_to_the_whole(kitchen: MakeKitchen) -> None:
    members = {"messages": [user("Rome")], "tools": [TOOL], "tool_choice": "required", "stream": True}

    told = events(kitchen("aitre").cook({"with": members}, CHAT))

    deltas = [json.loads(one)["choices"][0]["delta"] for one in told[:-1]]
    pieces = [one["tool_calls"][0]["function"]["arguments"] for one in deltas if "tool_calls" in one]
    assert told[-1] == "[DONE]"
    assert json.loads("".join(pieces)) == {"city": "Rome", "unit": "c", "days": 0}


@pytest.mark.parametrize(
    ("members", "param", "code", "message"),
    [
        ({"messages": [{"role": "nobody"}]}, "messages[0].role", "invalid_value", "Supported values are"),
        ({"temperature": -0.1}, "temperature", "decimal_below_min_value", "Expected a value >= 0, but got -0.1"),
        ({"n": 0}, "n", "integer_below_min_value", "integer below minimum value"),
        ({"stop": list("abcde")}, "stop", "array_above_max_length", "maximum length 4"),
        ({"stop": 5}, "stop", "invalid_type", "expected one of an array or a string, but got an integer instead"),
        (
            {"messages": [user("Hi"), {"role": "tool", "content": "42"}]},
            "messages.[1].tool_call_id", None, "messages with role 'tool' must have a 'tool_call_id'",
        ),
        ({"response_format": {"type": "json_object"}}, "messages", None, "must contain the word 'json'"),
        ({"tool_choice": "required"}, "tool_choice", None, "only allowed when 'tools'"),
        (
            {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "x"}}},
            "tool_choice", None, "no function named 'x'",
        ),
        ({"messages": [user("a" * 512_100)]}, "messages", "context_length_exceeded", "128000 tokens"),
        (
            {"messages": [user("a" * 400)], "model": "gpt-4", "max_tokens": 8_100},
            "messages", "context_length_exceeded",
            "you requested 8207 tokens (107 in the messages, 8100 in the completion)",
        ),
        (
            {"max_completion_tokens": 16_385},
            "max_completion_tokens", "invalid_value",
            "is too large: 16385. This model supports at most 16384 completion tokens, whereas you provided 16385.",
        ),
    ],
)  # fmt: skip
def test_openai_refuses_by_member_and_code(
    kitchen: MakeKitchen, members: dict[str, Any], param: str, code: str | None, message: str
) -> None:
    error = kitchen("aitre").cook({"with": members}, CHAT).json()["error"]

    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    assert message in error["message"]


@pytest.mark.parametrize(
    ("operation", "left_out", "members", "code", "message"),
    [
        (CHAT, "messages", {}, "invalid_text_request", "field messages is required"),
        (CHAT, "", {"messages": []}, "invalid_text_request", "field messages is required"),
        (CHAT, "", {"max_tokens": 2**30}, "invalid_text_request", "max_tokens is invalid"),
        (COMPLETE, "prompt", {}, "invalid_text_request", "field prompt is required"),
        (COMPLETE, "", {"prompt": ""}, "invalid_text_request", "field prompt is required"),
        (COMPLETE, "", {"max_tokens": -1}, "invalid_text_request", "max_tokens is invalid"),
        (EMBED, "input", {}, "invalid_embedding_request", "input is empty"),
    ],
)
def test_the_relay_refuses_in_its_own_words(
    kitchen: MakeKitchen, operation: str, left_out: str, members: dict[str, Any], code: str, message: str
) -> None:
    recipe = {"with": members, **({"without": [left_out]} if left_out else {})}

    error = kitchen("aitre").cook(recipe, operation).json()["error"]

    assert (error["type"], error["code"]) == ("new_api_error", code)
    assert error["message"].partition(" (request id")[0] == message


@pytest.mark.parametrize("empty", [[], [[]]], ids=repr)
def test_a_list_of_nothing_is_an_empty_array(kitchen: MakeKitchen, empty: list[Any]) -> None:
    error = kitchen("aitre").cook({"with": {"input": empty}}, EMBED).json()["error"]

    assert (error["code"], error["type"]) == ("empty_array", "invalid_request_error")


def test_an_embedding_needs_credit_for_five_hundred_tokens(kitchen: MakeKitchen) -> None:
    """The relay charges as many beforehand where a request names no most, however little it holds."""
    cook = kitchen("aitre")
    account = cook.desk.roster.find("sk-mock-low")
    assert account is not None
    answers = []
    for balance in (24, 25):
        account.ledger = Ledger(balance)
        answers.append(cook.cook({"role": "mock-low", "with": {"input": "a", "max_tokens": 1}}, EMBED).status)

    assert answers == [403, 200]
    assert account.ledger.balance == 24


def test_the_account_is_looked_up_without_a_version_as_well(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    key = [("authorization", "Bearer sk-mock-funded")]

    for what in ("subscription", "usage"):
        with_version, without = (
            cook.client.send("GET", f"{cook.prefix}{base}/dashboard/billing/{what}", key) for base in ("/v1", "")
        )
        assert (without.status, without.json()) == (200, with_version.json())


def test_who_cannot_pay_hears_nothing_from_openai(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    hot = cook.cook({"role": "mock-empty", "with": {"temperature": 3}}, CHAT)
    unread = cook.cook({"role": "mock-empty", "with": {"messages": []}}, CHAT)

    assert (hot.status, hot.json()["error"]["code"]) == (403, "insufficient_user_quota")
    assert (unread.status, unread.json()["error"]["code"]) == (400, "invalid_text_request")


# -- what it costs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "price"), [("gpt-4o", 73), ("gpt-4o-mini", 4), ("gpt-3.5-turbo", 12), ("gpt-4", 510)]
)
def test_a_chat_costs_its_tokens_by_the_ratios(kitchen: MakeKitchen, model: str, price: int) -> None:
    """10 tokens are asked, 12 answered."""
    cook = kitchen("aitre")

    chat(cook, user("say " + "a" * 8), model=model, n=6)

    assert ledger(cook).charged == price


def test_a_stream_costs_what_the_whole_costs(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    cook.cook({"with": {"model": "gpt-4o"}}, CHAT)
    whole = ledger(cook).charged
    cook.cook({"with": {"model": "gpt-4o", "stream": True}}, CHAT)

    assert ledger(cook).charged == 2 * whole > 0


@pytest.mark.parametrize(("balance", "members", "status"), [
    (625, {}, 200), (624, {}, 403), (118, {"max_tokens": 75}, 403), (119, {"max_tokens": 75}, 200),
])  # fmt: skip
def test_five_hundred_tokens_or_as_many_as_are_allowed_are_set_aside(
    kitchen: MakeKitchen, balance: int, members: dict[str, Any], status: int
) -> None:
    """The example asks 20 tokens."""
    cook = kitchen("aitre")
    account = cook.desk.roster.find("sk-mock-low")
    assert account is not None
    account.ledger = Ledger(balance)

    answer = cook.cook({"role": "mock-low", "with": {"model": "gpt-4o", **members}}, CHAT)

    assert answer.status == status
    if status == 200:
        assert account.ledger.balance == balance - account.ledger.charged


def test_an_embedding_costs_at_least_one_unit(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    cook.cook({"with": {"input": "a"}}, EMBED)
    least = ledger(cook).charged
    cook.cook({"with": {"input": ["a" * 4_000] * 5}}, EMBED)

    assert (least, ledger(cook).charged) == (1, 1 + 250)


def test_the_account_tells_what_it_used_in_cents(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    fresh = cook.cook({}, "getUsage").json()
    given = cook.cook({}, "getSubscription").json()
    cook.cook({}, "createSpeech")

    assert fresh == {"object": "list", "total_usage": 0}
    assert given["hard_limit_usd"] == 1000
    assert cook.cook({}, "getUsage").json()["total_usage"] == pytest.approx(338 / 5000)
    assert cook.cook({}, "getSubscription").json() == given


# -- embeddings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "dimensions", "length"),
    [
        ("text-embedding-ada-002", None, 1536),
        ("text-embedding-3-small", None, 1536),
        ("text-embedding-3-small", 1536, 1536),
        ("text-embedding-3-large", None, 3072),
        ("text-embedding-3-large", 256, 256),
        ("text-embedding-3-small", 1, 1),
    ],
)
def test_vectors_are_of_unit_length_and_as_long_as_asked(
    kitchen: MakeKitchen, model: str, dimensions: int | None, length: int
) -> None:
    members = {"model": model, "dimensions": dimensions}

    plain = kitchen("aitre").cook({"with": members}, EMBED).json()["data"][0]["embedding"]
    packed = (
        kitchen("aitre").cook({"with": {**members, "encoding_format": "base64"}}, EMBED).json()["data"][0]["embedding"]
    )

    assert len(plain) == length
    assert math.fsum(one * one for one in plain) == pytest.approx(1, abs=1e-6)
    assert list(struct.unpack(f"<{length}f", base64.b64decode(packed))) == plain


def test_a_shorter_vector_points_where_the_longer_one_begins(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    long, short = (
        cook.cook({"with": {"model": "text-embedding-3-small", "dimensions": one}}, EMBED).json()["data"][0][
            "embedding"
        ]
        for one in (1536, 8)
    )

    ratios = [a / b for a, b in zip(short, long, strict=False)]
    assert ratios == pytest.approx([ratios[0]] * 8, rel=1e-5)


def test_texts_and_tokens_are_taken_one_or_several(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    for sent, count, used in (("a", 1, 1), (["a", "bcdef"], 2, 3), ([1, 2, 3], 1, 3), ([[1, 2], [3]], 2, 3)):
        answer = cook.cook({"with": {"input": sent}}, EMBED).json()
        assert (len(answer["data"]), answer["usage"]) == (count, {"prompt_tokens": used, "total_tokens": used})


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"input": ["a", 1]}, "'$.input' is invalid"),
        ({"input": ""}, "'input' is invalid"),
        ({"dimensions": 8}, "does not support specifying dimensions"),
        ({"model": "text-embedding-3-small", "dimensions": 1537}, "Must be less than or equal to 1536"),
        ({"input": "a" * 32_772}, "you requested 8193 tokens"),
        ({"encoding_format": "hex"}, "Invalid value: 'hex'"),
    ],
)
def test_what_cannot_be_embedded_is_refused(kitchen: MakeKitchen, members: dict[str, Any], message: str) -> None:
    answer = kitchen("aitre").cook({"with": members}, EMBED)

    assert answer.status == 400
    assert message in answer.json()["error"]["message"]


def test_a_token_beyond_64_bits_is_none(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    asked = {"model": "text-embedding-3-small", "dimensions": 3.0}
    whole, beyond = (cook.cook({"with": {**asked, "input": [[one]]}}, EMBED) for one in (7.0, 1e20))

    assert len(whole.json()["data"][0]["embedding"]) == 3
    assert beyond.status == 400
    assert beyond.json()["error"]["code"] == "invalid_type"


def test_completions_repeat_the_prompt_if_asked_to(kitchen: MakeKitchen) -> None:
    choice = kitchen("aitre").cook({"with": {"prompt": "say x", "echo": True}}, COMPLETE).json()["choices"][0]

    assert (choice["text"], choice["finish_reason"]) == ("say xx", "stop")


# -- limits --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [None, 0])
def test_a_completion_has_sixteen_tokens_unless_it_is_told(kitchen: MakeKitchen, most: int | None) -> None:
    """The relay leaves a zero out on the way, and OpenAI gives sixteen to whoever says nothing."""
    asked = {"prompt": "repeat 99 word", "max_tokens": most}

    body = kitchen("aitre").cook({"with": asked}, COMPLETE).json()

    assert (body["usage"]["completion_tokens"], body["choices"][0]["finish_reason"]) == (16, "length")


@pytest.mark.parametrize(("most", "status", "param"), [(0, 400, "max_tokens"), (-1, 400, ""), (1_073_741_824, 400, "")])
@pytest.mark.parametrize("operation", [CHAT, COMPLETE])
def test_a_zero_may_be_refused_behind_the_relay(
    kitchen: MakeKitchen, operation: str, most: int, status: int, param: str
) -> None:
    """What is beyond the relay's own bounds is still refused by the relay, whoever could pay for it."""
    cook = kitchen("aitre", choices={"aitre.zero-tokens": "refused"})

    answer = cook.cook({"with": {"max_tokens": most}}, operation)
    poor = cook.cook({"role": "mock-empty", "with": {"max_tokens": most}}, operation)

    assert (answer.status, answer.json()["error"]["param"]) == (status, param)
    assert poor.status == (403 if param else status)


def test_the_answer_to_come_counts_in_what_a_completion_takes(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    asked = {"model": "gpt-3.5-turbo-instruct", "prompt": "a" * 400}

    fits, beyond = (cook.cook({"with": {**asked, "max_tokens": most}}, COMPLETE) for most in (3_996, 3_997))

    assert (fits.status, beyond.status) == (200, 400)
    assert "4097 tokens (100 in your prompt; 3997 for the completion)" in beyond.json()["error"]["message"]


def test_no_answer_grows_without_bound(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")

    repeated = chat(cook, user("repeat 1000 " + "a" * 1_000), n=4)
    prompts = {"prompt": ["say " + "a" * 9_000] * 100, "n": 10, "max_tokens": 10_000, "model": "davinci-002"}
    completed = cook.cook({"with": prompts}, COMPLETE).json()

    assert sum(len(one["message"]["content"]) for one in repeated["choices"]) == 100_000
    assert sum(len(one["text"]) for one in completed["choices"]) == 100_000


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"properties": {name: {"$ref": "#"} for name in "abcdefghij"}},
        {"type": "array", "minItems": 10**9, "items": {"$ref": "#"}},
        {"type": "array", "minItems": 1_000, "items": {"const": "x" * 50_000}},
        {"type": ["object"], "properties": 5},
        {"type": "string", "minLength": 10**9},
        {"anyOf": [{"minimum": True, "type": "number"}]},
    ],
)
def test_a_schema_may_ask_for_anything(kitchen: MakeKitchen, schema: dict[str, Any]) -> None:
    shape = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}

    content = said(kitchen("aitre"), user("Hi"), response_format=shape, n=2)

    assert len(content) < 120_000
    json.loads(content)


def test_many_texts_are_embedded_like_one(kitchen: MakeKitchen) -> None:
    cook = kitchen("aitre")
    members = {"model": "text-embedding-3-small", "dimensions": 2}

    many = cook.cook({"with": {**members, "input": [str(one) for one in range(40)]}}, EMBED).json()["data"]
    alone = cook.cook({"with": {**members, "input": "39"}}, EMBED).json()["data"]

    assert [one["index"] for one in many] == [*range(40)]
    assert many[39]["embedding"] == alone[0]["embedding"]


# -- what the page about it says -------------------------------------------------------------------------


def examples() -> list[tuple[str, str]]:
    text = (Path(__file__).parents[2] / "docs" / "texts.md").read_text(encoding="utf-8")
    return re.findall(r"\| `([^`]+)` → `([^`]+)` \|", text)


@pytest.mark.parametrize(("asked", "answer"), examples())
def test_every_example_of_the_page_is_true(kitchen: MakeKitchen, asked: str, answer: str) -> None:
    role = "system" if asked.startswith("Always") else "user"

    assert said(kitchen("aitre"), {"role": role, "content": asked}) == answer


# -- paths that nothing stands behind ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("GET", "/v1/files", "sk-mock-funded", 501),
        ("DELETE", "/v1/files/file-1", "sk-mock-funded", 501),
        ("POST", "/v1/images/edits", "sk-mock-funded", 501),
        ("POST", "/v1/fine-tunes/ft-1/cancel", "sk-mock-empty", 501),
        ("GET", "/v1/files", "sk-nobody", 401),
        ("PUT", "/v1/files", "sk-mock-funded", 405),
        ("GET", "/v1/files/file-1/contents", "sk-mock-funded", 404),
    ],
)
def test_what_the_relay_has_not_built_says_so_to_whoever_has_a_key(
    kitchen: MakeKitchen, method: str, path: str, key: str, status: int
) -> None:
    answer = kitchen("aitre").client.send(method, f"/aitre{path}", [("authorization", f"Bearer {key}")], b"")

    assert answer.status == status
    assert re.fullmatch("[0-9]{15,23}[0-9A-Za-z]{8}", answer.headers["x-oneapi-request-id"])
    if status == 501:
        assert answer.json()["error"]["code"] == "api_not_implemented"
    if status == 405:
        assert answer.headers["allow"] == "GET, POST"
