"""The words of a refused request: the list of problems as the origin's framework gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.openapi.requests import Problem
from mockvoice.service.call import Call


def words(call: Call, error: ApiError) -> Mapping[str, Any]:
    """Return `validation`, the list for a 422: one entry of loc, msg and type for each problem."""
    table: Mapping[str, Mapping[str, str]] = call.figure("validation-words")
    problems = error.details.get("problems")
    if problems:
        return {"validation": [_entry(table, one) for one in problems]}
    row = table.get(error.details.get("kind", ""))
    return {} if row is None else {"validation": [{"loc": ["body"], **row}]}


def _entry(table: Mapping[str, Mapping[str, str]], problem: Problem) -> dict[str, Any]:
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


def _either(options: list[Any]) -> str:
    """Return `'a', 'b' or 'c'`."""
    quoted = [f"'{one}'" for one in options]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
