"""Chat: a conversation is answered by the rules of docs/texts.md, whole or as events, or with the call of a tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from mockvoice.providers.aitre.conversation import LENGTHS, check, conversation, count_asked
from mockvoice.providers.aitre.images import drawn_answer
from mockvoice.providers.aitre.text import ended, most_tokens, rule_of, streamed, tokens, usage
from mockvoice.service.answers import LONGEST_ANSWER, Message, answer_to, asked_in, call_in, pieces_of
from mockvoice.service.call import Call, Reply
from mockvoice.service.instances import instance_of


class _Tool(NamedTuple):
    """A call of a tool that is answered instead of a text."""

    name: str
    arguments: str
    end: str


def _answer(call: Call) -> Reply:
    messages = conversation(call)
    said: list[tuple[dict[str, Any], str]]
    count = call.fields.get("n") or 1
    tool = _tool_for(call, asked_in(messages), LONGEST_ANSWER // count)
    head = {"id": call.id("chat"), "created": int(call.now), "model": call.fields["model"]}
    if tool is not None:
        used = usage(call, count * (tokens(call, tool.name) + tokens(call, tool.arguments)))
        calls = [_called(call, tool) for _ in range(count)]
        said = [({"content": None, "refusal": None, "tool_calls": [one]}, tool.end) for one in calls]
    else:
        most = most_tokens(call, *LENGTHS)
        draws = call.figure("drawing-chats").get(call.fields["model"])
        answer = answer_to(messages, count) if draws is None else drawn_answer(call, asked_in(messages).text, draws)
        text, end = ended(call, _shaped(call, answer, LONGEST_ANSWER // count), most)
        used = usage(call, count * tokens(call, text))
        said = [({"content": text, "refusal": None}, end)] * count
    if call.fields["stream"]:
        head = {**head, "object": "chat.completion.chunk", "system_fingerprint": call.figure("system-fingerprint")}
        return streamed(call, _chunks(call, head, said), used, head)
    choices = [
        {"index": index, "message": {"role": "assistant", **message}, "logprobs": None, "finish_reason": end}
        for index, (message, end) in enumerate(said)
    ]
    whole = {
        "object": "chat.completion",
        "choices": choices,
        "usage": used,
        "system_fingerprint": call.figure("system-fingerprint"),
    }
    return Reply.json({**head, **whole})


def _shaped(call: Call, text: str, longest: int) -> str:
    """Return the text in the form asked for: itself, a member of a JSON object, or a value of a schema."""
    shape = call.fields.get("response_format") or {}
    if shape.get("type") == "json_object":
        return orjson.dumps({"answer": text}).decode()
    if shape.get("type") == "json_schema":
        schema = shape["json_schema"].get("schema", {"type": "object"})
        return orjson.dumps(instance_of(schema, text, longest)).decode()
    return text


def _tool_for(call: Call, asked: Message, longest: int) -> _Tool | None:
    """Return the tool to call: the one that is demanded, or that the message names as `call NAME`."""
    offered = call.fields.get("tools")
    if not offered:
        return None
    tools = {one["function"]["name"]: one["function"] for one in offered}
    choice = call.fields.get("tool_choice") or "auto"
    named = call_in(asked.text)
    name, arguments = named if named is not None and named[0] in tools else (None, None)
    end = "tool_calls"
    if isinstance(choice, dict):
        wanted = choice["function"]["name"]
        name, arguments = wanted, arguments if name == wanted else None
        end = "tool_calls" if call.chosen("forced-tool-ends") == "tool-calls" else "stop"
    elif choice == "required":
        name = name or next(iter(tools))
    elif choice == "none" or conversation(call)[-1].role in {"tool", "function"}:
        return None
    if name is None:
        return None
    if arguments is None or len(arguments) > longest:
        schema = tools[name].get("parameters", {"type": "object"})
        arguments = orjson.dumps(instance_of(schema, asked.text.strip(), longest)).decode()
    return _Tool(name, arguments, end)


def _called(call: Call, tool: _Tool) -> dict[str, Any]:
    return {
        "id": call.id("tool-call"),
        "type": "function",
        "function": {"name": tool.name, "arguments": tool.arguments},
    }


def _chunks(call: Call, head: Mapping[str, Any], said: list[tuple[dict[str, Any], str]]) -> Iterator[dict[str, Any]]:
    """Yield the chunks of each choice: who speaks, token by token what, and how it ends."""
    code_points = call.desk.once(rule_of).code_points
    for index, (message, end) in enumerate(said):
        deltas: list[dict[str, Any]] = []
        for one in message.get("tool_calls", ()):
            function = {**one["function"], "arguments": ""}
            opening = {"index": 0, **one, "function": function}
            deltas.append({"role": "assistant", "content": None, "tool_calls": [opening]})
            parts = pieces_of(one["function"]["arguments"], code_points)
            deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": part}}]} for part in parts]
        if message["content"] is not None:
            deltas.append({"role": "assistant", "content": "", "refusal": None})
            deltas += [{"content": part} for part in pieces_of(message["content"], code_points)]
        for delta in deltas:
            yield {**head, "choices": [{"index": index, "delta": delta, "logprobs": None, "finish_reason": None}]}
        yield {**head, "choices": [{"index": index, "delta": {}, "logprobs": None, "finish_reason": end}]}


CHECKS = {"createChatCompletion": check}
COUNTS = {"createChatCompletion": count_asked}
BEHAVIOURS = {"createChatCompletion": _answer}
