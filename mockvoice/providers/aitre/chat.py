"""Chat: a conversation is answered by the rules of docs/texts.md, whole or as events, or with the call of a tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from mockvoice.providers.aitre.images import drawn_answer
from mockvoice.providers.aitre.text import check_context, ended, most_tokens, rule_of, streamed, tokens, usage
from mockvoice.providers.aitre.text_wording import refusal
from mockvoice.service.answers import LONGEST_ANSWER, Message, answer_to, asked_in, call_in, pieces_of, tokens_in
from mockvoice.service.call import Call, Reply
from mockvoice.service.instances import instance_of

# The members that say how long an answer may be; the first that does counts.
_MOST = ("max_completion_tokens", "max_tokens")


class _Tool(NamedTuple):
    """A call of a tool that is answered instead of a text."""

    name: str
    arguments: str
    end: str


# -- what is asked -------------------------------------------------------------------------------------


def _conversation(call: Call) -> list[Message]:
    """Return the messages of a request, also of one that is about to be refused; read once."""
    found: list[Message] | None = call.notes.get("conversation")
    if found is None:
        messages = call.fields.get("messages")
        found = [_message(one) for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
        call.notes["conversation"] = found
    return found


def _message(one: Mapping[str, Any]) -> Message:
    content, role = one.get("content"), str(one.get("role"))
    if isinstance(content, str):
        return Message(role, content)
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    texts = [str(part["text"]) for part in parts if part.get("type") == "text" and "text" in part]
    return Message(role, "\n".join(texts), sum(part.get("type") == "image_url" for part in parts))


def _count(call: Call) -> dict[str, int]:
    found: int | None = call.notes.get("prompt")
    if found is None:
        rule = call.desk.once(rule_of)
        found = rule.each_answer
        for one in _conversation(call):
            found += rule.each_message + tokens_in(one.text, rule.code_points) + rule.each_image * one.images
        call.notes["prompt"] = found
    return {"prompt": found}


def _check(call: Call) -> None:
    """Refuse what no schema can say. Raises ApiError."""
    fields = call.fields
    for index, one in enumerate(fields["messages"]):
        if one["role"] == "tool" and not one.get("tool_call_id"):
            raise refusal(call, "tool-call-id-missing", "messages", index=index)
    if fields.get("response_format"):
        _check_shape(call, fields["response_format"])
    _check_choice(call, fields.get("tool_choice"), fields.get("tools") or ())
    _check_tokens(call, _count(call)["prompt"])


def _check_tokens(call: Call, prompt: int) -> None:
    """Refuse more tokens than the model answers with, or takes. Raises ApiError."""
    field = next((one for one in _MOST if call.fields.get(one)), "")
    most = call.fields[field] if field else 0
    limit = call.figure("completion-tokens").get(call.fields["model"])
    if limit is not None and most > limit:
        raise refusal(call, "completion-too-long", field, field=field, limit=limit, count=most)
    name = "context-too-long" if most else "messages-too-long"
    check_context(call, prompt, name, "messages", most)


def _check_shape(call: Call, shape: Mapping[str, Any]) -> None:
    """Refuse a form of the answer that is not named or not described. Raises ApiError."""
    if shape["type"] == "json_object" and not any("json" in one.text.lower() for one in _conversation(call)):
        raise refusal(call, "json-not-named", "messages")
    if shape["type"] == "json_schema" and "json_schema" not in shape:
        raise refusal(call, "schema-missing", "response_format")


def _check_choice(call: Call, choice: Any, tools: Sequence[Mapping[str, Any]]) -> None:
    """Refuse the choice of a tool that is not there. Raises ApiError."""
    if choice is None or choice == "none":
        return
    if not tools:
        raise refusal(call, "tools-missing", "tool_choice")
    name = choice["function"]["name"] if isinstance(choice, dict) else None
    if name is not None and all(one["function"]["name"] != name for one in tools):
        raise refusal(call, "tool-unknown", "tool_choice", name=name)


# -- what is answered ----------------------------------------------------------------------------------


def _answer(call: Call) -> Reply:
    messages = _conversation(call)
    said: list[tuple[dict[str, Any], str]]
    count = call.fields.get("n") or 1
    tool = _tool_for(call, asked_in(messages), LONGEST_ANSWER // count)
    head = {"id": call.id("chat"), "created": int(call.now), "model": call.fields["model"]}
    if tool is not None:
        used = usage(call, count * (tokens(call, tool.name) + tokens(call, tool.arguments)))
        calls = [_called(call, tool) for _ in range(count)]
        said = [({"content": None, "refusal": None, "tool_calls": [one]}, tool.end) for one in calls]
    else:
        most = most_tokens(call, *_MOST)
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
    elif choice == "none" or _conversation(call)[-1].role in {"tool", "function"}:
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


CHECKS = {"createChatCompletion": _check}
COUNTS = {"createChatCompletion": _count}
BEHAVIOURS = {"createChatCompletion": _answer}
