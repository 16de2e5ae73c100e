"""What the messages of errors say beyond their templates. Only a refusal comes here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.openapi.requests import Problem
from mockvoice.providers.aitre.text_wording import text_words
from mockvoice.service.call import Call

_LONGEST_NAME = 80
# The refusal by what is behind the relay, which has one reason for whatever is wrong with a member; the relay itself
# has reasons for what is missing or out of bounds.
_BY_PROXY = "mj_refused_by_proxy"
_HAVE_REASONS = frozenset({"missing", "bound"})


def words(call: Call, error: ApiError) -> Mapping[str, Any]:
    """Return the words that the error templates of the spec name."""
    details = error.details
    problems: list[Problem] = details.get("problems", [])
    return {
        "relay_type": call.figure("relay-error-type"),
        "model": _model(call, details, problems),
        "group": _of_account(call, "group"),
        "masked_key": _masked_key(call),
        "reason": _reason(call, error.code, details, problems),
        "problems": str([_told(call, one) for one in problems]),
        "read": _bytes_read(details),
        **(text_words(call, details, problems) if error.code == "text_refused" else {}),
    }


def _model(call: Call, details: Mapping[str, Any], problems: list[Problem]) -> str:
    told = problems[0].got if problems and problems[0].keyword != "required" else ""
    named = details.get("model") or call.fields.get("model") or told
    named = named or call.figure("models-when-missing").get(call.operation.id, "")
    return str(named)[:_LONGEST_NAME]


def _of_account(call: Call, attribute: str) -> str:
    account = getattr(call, "account", None)
    return "" if account is None else str(account.attributes.get(attribute, ""))


def _masked_key(call: Call) -> str:
    """Return `sk-abc***xyz`: the relay shows the prefix and three characters at each end of the rest."""
    account = getattr(call, "account", None)
    if account is None:
        return ""
    prefix = next(iter(call.desk.spec.credentials.values())).key_prefix
    key = account.token.removeprefix(prefix)
    return f"{prefix}{key[:3]}***{key[-3:]}"


def _reason(call: Call, code: str, details: Mapping[str, Any], problems: list[Problem]) -> str:
    """Return what is wrong in one line; a body that was not even looked at names no model, nor does an empty name."""
    message, field = details.get("message"), details.get("field", "")
    if code == _BY_PROXY:
        return str(call.figure("proxy-reasons").get(field, message))
    reasons = call.figure("relay-reasons").get(call.operation.id, {})
    if problems and field in reasons and problems[0].kind in _HAVE_REASONS:
        return str(reasons[field])
    if message is None or (problems and problems[0].got == ""):
        return str(call.figure("reason-without-model"))
    return f"{details.get('field', '')} {message}".strip()


def _told(call: Call, problem: Problem) -> dict[str, Any]:
    """Return a problem as OpenAI lists it, which knows nothing of names that only the relay has."""
    kinds: Mapping[str, Mapping[str, str]] = call.figure("upstream-problems")
    kind = kinds.get(problem.keyword, kinds["*"])
    limit = problem.limit
    choices = ""
    if isinstance(limit, list):
        aliases = call.figure("voice-aliases")
        *others, last = [repr(one) for one in limit if one is not None and one not in aliases] or ["nothing"]
        choices = f"{', '.join(others)} or {last}" if others else last
    shown = f"{limit:g}" if isinstance(limit, int | float) else str(limit)
    message = kind["msg"].replace("{limit}", shown).replace("{choices}", choices)
    told = {"type": kind["type"], "loc": ("body", *problem.path), "msg": message}
    return {**told, "ctx": {kind["ctx"]: limit}} if "ctx" in kind else told


def _bytes_read(details: Mapping[str, Any]) -> str:
    """Return how many bytes came; at least one more than the limit, where the client did not say."""
    got = str(details.get("got", ""))
    return got.removesuffix(" bytes") if got.endswith(" bytes") else str(details.get("limit", 0) + 1)
