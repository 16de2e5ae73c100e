"""The conversation that a chat asks with: read, counted in tokens, and refused where no schema can say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockvoice.providers.aitre.text import check_context, rule_of
from mockvoice.providers.aitre.text_wording import refusal
from mockvoice.service.answers import Message, tokens_in
from mockvoice.service.call import Call

# The members that say how long an answer may be; the first that does counts.
LENGTHS = ("max_completion_tokens", "max_tokens")


def conversation(call: Call) -> list[Message]:
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


def count_asked(call: Call) -> dict[str, int]:
    """Return what a request asks with, in tokens; counted once."""
    found: int | None = call.notes.get("prompt")
    if found is None:
        rule = call.desk.once(rule_of)
        found = rule.each_answer
        for one in conversation(call):
            found += rule.each_message + tokens_in(one.text, rule.code_points) + rule.each_image * one.images
        call.notes["prompt"] = found
    return {"prompt": found}


def check(call: Call) -> None:
    """Refuse what no schema can say. Raises ApiError."""
    fields = call.fields
    for index, one in enumerate(fields["messages"]):
        if one["role"] == "tool" and not one.get("tool_call_id"):
            raise refusal(call, "tool-call-id-missing", "messages", index=index)
    if fields.get("response_format"):
        _check_shape(call, fields["response_format"])
    _check_choice(call, fields.get("tool_choice"), fields.get("tools") or ())
    _check_tokens(call, count_asked(call)["prompt"])


def _check_tokens(call: Call, prompt: int) -> None:
    """Refuse more tokens than the model answers with, or takes. Raises ApiError."""
    field = next((one for one in LENGTHS if call.fields.get(one)), "")
    most = call.fields[field] if field else 0
    limit = call.figure("completion-tokens").get(call.fields["model"])
    if limit is not None and most > limit:
        raise refusal(call, "completion-too-long", field, field=field, limit=limit, count=most)
    name = "context-too-long" if most else "messages-too-long"
    check_context(call, prompt, name, "messages", most)


def _check_shape(call: Call, shape: Mapping[str, Any]) -> None:
    """Refuse a form of the answer that is not named or not described. Raises ApiError."""
    if shape["type"] == "json_object" and not any("json" in one.text.lower() for one in conversation(call)):
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
