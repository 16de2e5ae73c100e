"""What chat and completions share: how tokens are counted, how an answer ends, and how it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockvoice.providers.aitre.text_wording import refusal
from mockvoice.service.answers import cut, tokens_in
from mockvoice.service.call import Call, Reply
from mockvoice.service.speech import event, event_reply
from mockvoice.service.world import Desk

DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class Rule:
    """How tokens are counted: code points of one, and what OpenAI adds for each message, answer and image."""

    code_points: int
    each_message: int
    each_answer: int
    each_image: int


def rule_of(desk: Desk) -> Rule:
    """Return the rule of the spec."""
    figures = desk.figure("token-rule")
    return Rule(figures["code-points"], figures["each-message"], figures["each-answer"], figures["each-image"])


def tokens(call: Call, text: str) -> int:
    """Return how many tokens a text has."""
    return tokens_in(text, call.desk.once(rule_of).code_points)


def check_context(call: Call, prompt: int, name: str, field: str, completion: int = 0) -> None:
    """Refuse a request that holds more tokens than its model takes, those of the answer included. Raises ApiError."""
    limit = call.figure("context-tokens").get(call.fields["model"])
    count = prompt + completion
    if limit is not None and count > limit:
        raise refusal(call, name, field, limit=limit, count=count, prompt=prompt, completion=completion)


def most_tokens(call: Call, *fields: str) -> int | None:
    """Return the most tokens of an answer; None where nobody says so. 0 counts as left out."""
    return next((value for field in fields if (value := call.fields.get(field))), None)


def stops(call: Call) -> list[str]:
    """Return the texts before which an answer ends."""
    stop = call.fields.get("stop") or []
    return [stop] if isinstance(stop, str) else stop


def ended(call: Call, text: str, most: int | None) -> tuple[str, str]:
    """Return a text as far as it may go, and why it ends there."""
    kept, is_cut = cut(text, most, stops(call), call.desk.once(rule_of).code_points)
    return kept, "length" if is_cut else "stop"


def usage(call: Call, completion: int) -> dict[str, Any]:
    """Note what the answer holds, to be paid for, and return what is told about it."""
    call.counted["completion"] = completion
    prompt = call.counted["prompt"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }


def streamed(
    call: Call, chunks: Iterable[Mapping[str, Any]], used: Mapping[str, Any], head: Mapping[str, Any]
) -> Reply:
    """Return the answer as events: its chunks, what was used if that was asked for, and a last line."""
    options = call.fields.get("stream_options") or {}
    last = [{**head, "choices": [], "usage": used}] if options.get("include_usage") else []
    return event_reply(_events(chunks, last), {}, incremental=True)


def _events(chunks: Iterable[Mapping[str, Any]], last: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for chunk in (*chunks, *last):
        yield event(chunk)
    yield DONE
