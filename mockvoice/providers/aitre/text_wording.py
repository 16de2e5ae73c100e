"""How OpenAI refuses a request for text: a sentence, the member it is about, and a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.openapi.requests import Problem
from mockvoice.service.call import Call

_SHOWN = 80
# How OpenAI calls the kinds of value, by JSON Schema's names; and these, by Python's types.
_NAMES = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a decimal",
    "object": "an object",
    "string": "a string",
    "null": "null",
}
_KINDS = {
    list: "array",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    str: "string",
    type(None): "null",
}


def refusal(call: Call, kind: str, member: str, **words: Any) -> ApiError:
    """Return the refusal of a name in `text-refusals`: what no schema can say."""
    row = call.figure("text-refusals")[kind]
    told = {
        "upstream_message": _filled(row["msg"], words),
        "upstream_param": _filled(row["param"], words),
        "upstream_code": row["code"],
    }
    return ApiError("text_refused", field=member, expected=kind.replace("-", " "), **told)


def text_words(call: Call, details: Mapping[str, Any], problems: list[Problem]) -> Mapping[str, Any]:
    """Return message, param and code of a refusal: those that a check has said, else those of the first problem."""
    if "upstream_message" in details:
        return {name: details[name] for name in ("upstream_message", "upstream_param", "upstream_code")}
    if not problems:
        return {"upstream_message": "Invalid request.", "upstream_param": "", "upstream_code": None}
    problem = next((one for one in problems if one.field == details.get("field")), problems[0])
    kinds = call.figure("text-problems")
    row = kinds.get(problem.keyword, kinds["*"])
    param, words = _spelled(problem.path), _words(call, problem)
    code = row["code"]
    return {
        "upstream_message": _filled(row["msg"], {"param": param, **words}),
        "upstream_param": param,
        "upstream_code": None if code is None else _filled(code, words),
    }


def _spelled(path: tuple[str | int, ...]) -> str:
    """Return `messages[0].role` for the way to a member."""
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")


def _words(call: Call, problem: Problem) -> dict[str, str]:
    got, limit = problem.got, problem.limit
    shown = got if isinstance(got, str) else repr(got)
    choices = [repr(one) for one in limit if one not in (None, "")] if isinstance(limit, list) else []
    return {
        "kind": "integer" if _is_whole(call, problem.field) else "decimal",
        "limit": f"{limit:g}" if isinstance(limit, int | float) else str(limit),
        "got": shown[:_SHOWN],
        "count": str(len(got)) if isinstance(got, str | list) else "",
        "wanted": _wanted(limit) if problem.keyword == "type" else "",
        "came": _NAMES[_KINDS[type(got)]],
        "choices": _joined(choices),
    }


def _joined(choices: list[str]) -> str:
    """Return some choices in one line: `'a' and 'b'`, but `'a', 'b', and 'c'`."""
    *others, last = choices or [""]
    comma = "," if len(others) > 1 else ""
    return f"{', '.join(others)}{comma} and {last}" if others else last


def _wanted(types: list[str]) -> str:
    """Return what may stand in a place; that it may be left out as null nobody says."""
    kinds = [_NAMES[one] for one in sorted(types) if one != "null"]
    return kinds[0] if len(kinds) == 1 else f"one of {', '.join(kinds[:-1])} or {kinds[-1]}"


def _is_whole(call: Call, field: str) -> bool:
    body = call.operation.body
    return body is not None and "integer" in (body.properties.get(field, {}).get("type") or ())


def _filled(template: str, words: Mapping[str, Any]) -> str:
    for name, value in words.items():
        template = template.replace(f"{{{name}}}", str(value))
    return template
