"""What the messages of errors say beyond their templates. Only a refusal comes here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.openapi.requests import Problem
from mockvoice.service.call import Call

# Longer values are cut where a message repeats them.
_SHOWN = 400


def words(call: Call, error: ApiError) -> Mapping[str, Any]:
    """Return what the templates of the error table name beyond the details of the error."""
    account = getattr(call, "account", None)
    budget = account.budget if account is not None else None
    problems: Sequence[Problem] = error.details.get("problems", ())
    return {
        "model": call.fields.get("model"),
        "scope": call.operation.scope,
        "problem": error.details.get("problem"),
        "companion": error.details.get("companion") or call.fields.get("model"),
        "sent": str(problems[0].got)[:_SHOWN] if problems else error.details.get("sent"),
        "budget_period": budget.period if budget is not None else None,
        "window_name": call.figure("window-names").get(str(error.details.get("window"))),
        "voices": either(call.figure("older-voices")),
        "model_problem": _model_problem(call.figure("model-problems"), problems),
        "json_problem": _json_problem(call, problems[0]) if problems else "",
        **call.figure("operation-words").get(call.operation.id, {}),
    }


def either(names: Sequence[str]) -> str:
    """Return 'a', 'b' or 'c'."""
    quoted = [f"'{name}'" for name in names]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


def _model_problem(sentences: Mapping[str, str], problems: Sequence[Problem]) -> str:
    """Return the first sentence that is true of the model: of several faults the gateway names one."""
    limits = {one.keyword: one.limit for one in problems if one.field == "model"}
    keyword = next((one for one in sentences if one in limits), next(iter(sentences)))
    return sentences[keyword].replace("{limit}", str(limits.get(keyword, "")))


def _json_problem(call: Call, problem: Problem) -> str:
    """Return a problem in the words of the framework, by the schema keyword that is not satisfied."""
    limit, types = problem.limit, call.figure("json-types")
    several = limit if isinstance(limit, list) else []
    told: Mapping[str, str] = call.figure("json-problems")
    sentence: str = told.get(problem.keyword, told["*"])
    return sentence.format(
        field=problem.field,
        place=f"{problem.field}: " if problem.field else "",
        found=_found(problem.got),
        value=str(problem.got)[:_SHOWN],
        choices=", ".join(f"`{one}`" for one in several if one is not None),
        wanted=next((types[one] for one in several if one in types), ""),
        message=problem.message[:_SHOWN],
    )


def _found(value: Any) -> str:
    """Return how serde names a value of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return f"boolean `{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"{'integer' if isinstance(value, int) else 'floating point'} `{value}`"
    if isinstance(value, str):
        return f'string "{value[:_SHOWN]}"'
    return "map" if isinstance(value, dict) else "sequence"
