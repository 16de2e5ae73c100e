"""What the origin's framework makes of a request: the words of one it refuses, and what it reads as true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.openapi.requests import Problem
from mockvoice.service.call import Call


def is_set(call: Call, name: str) -> bool:
    """Say whether a flag of the query is true, in any of the spellings."""
    return str(call.fields[name]).lower() in call.figure("true-words")


def words(call: Call, error: ApiError) -> Mapping[str, Any]:
    """Return `validation`, the list for a 422: one entry for each problem."""
    table: Mapping[str, Mapping[str, str]] = call.figure("validation-words")
    entry = _engine_entry if call.chosen("origin-errors") == "engine" else _entry
    problems = error.details.get("problems")
    if problems:
        return {"validation": [entry(table, one) for one in problems]}
    row = table.get(error.details.get("kind", ""))
    if row is None:
        return {}
    whole = Problem("", "", "body", "", (), "", None, None, "")
    return {"validation": [{**entry(table, whole), **row}]}


def _entry(table: Mapping[str, Mapping[str, str]], problem: Problem) -> dict[str, Any]:
    """Return the framework's loc, msg and type of a problem."""
    limit = problem.limit
    if problem.keyword == "type":
        expected = limit[0] if isinstance(limit, list) else limit
        row = table.get(f"type {expected}", table["otherwise"])
    else:
        row = table.get(problem.keyword, table["otherwise"])
    message = row["msg"].format(
        limit=_either(limit) if isinstance(limit, list) else limit,
        s="" if limit == 1 else "s",
        length=len(problem.got) if isinstance(problem.got, (str, list)) else 0,
        message=problem.message,
    )
    return {"loc": [problem.place, *problem.path], "msg": message, "type": row["type"]}


def _engine_entry(table: Mapping[str, Mapping[str, str]], problem: Problem) -> dict[str, Any]:
    """Return the same in the engine's shape: the place has a member of its own, and what limits is told as text."""
    limit = problem.limit
    return {
        "loc": [str(one) for one in problem.path],
        **{key: value for key, value in _entry(table, problem).items() if key != "loc"},
        "ctx": "" if limit is None else _either(limit) if isinstance(limit, list) else str(limit),
        "in": problem.place,
    }


def _either(options: list[Any]) -> str:
    """Return `'a', 'b' or 'c'`."""
    quoted = [f"'{one}'" for one in options]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
