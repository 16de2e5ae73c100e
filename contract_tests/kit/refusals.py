"""What a refusal over a limit has to agree with: the headers that count the same limit, and the plan that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import ErrorRow
from contract_tests.kit.pointers import spell

_PLAN = "{plan}"
_WORD = re.compile(r"\\\{\w+\\\}")


@dataclass(frozen=True)
class Limit:
    """A rate window or the quota: the words by which answers tell it, what each plan allows, and what a call takes."""

    remaining: str
    limit: str
    allowances: Mapping[str, Any] = field(compare=False)
    pointer: str
    cost: int = 1


@dataclass(frozen=True)
class OverTheLimit:
    """An error by which calls over some limits are refused."""

    row: ErrorRow
    limits: tuple[Limit, ...]

    def plan_in(self, body: Any) -> str | None:
        """Return the plan that a body names where its template does; None where it names none."""
        for template, text in _texts(self.row.body, body):
            if _PLAN in template:
                pattern = _WORD.sub(".+?", re.escape(template).replace(re.escape(_PLAN), "(?P<plan>.+?)", 1))
                found = re.fullmatch(pattern, text)
                if found:
                    return found["plan"]
        return None


def over_the_limit(facts: Facts) -> dict[str, OverTheLimit]:
    """Return the errors that refuse calls over a limit whose headers come with them."""
    told = set(_told_with_refusals(facts))
    found: dict[str, list[Limit]] = {}
    for code, limit in _limits(facts):
        if limit.remaining in told:
            found.setdefault(code, []).append(limit)
    return {code: OverTheLimit(facts.errors[code], tuple(limits)) for code, limits in found.items()}


def _limits(facts: Facts) -> Iterator[tuple[str, Limit]]:
    limits = facts.document.get("x-voice-limits", {})
    for name, window in limits.get("windows", {}).items():
        pointer = spell(["x-voice-limits", "windows", name])
        # By its own name, or as the one that is full.
        for word in (name, "*"):
            words = f"rate-remaining:{word}", f"rate-limit:{word}"
            yield window["refusal"], Limit(*words, window["allowances"], pointer, window.get("cost", 1))
    if "quota" in limits:
        codes = dict.fromkeys(one.billing["refusal"] for one in facts.operations.values() if one.billing)
        for code in codes:
            allowances = limits["quota"]["allowances"]
            yield code, Limit("quota-remaining", "quota-limit", allowances, spell(["x-voice-limits", "quota"]))


def _told_with_refusals(facts: Facts) -> Iterator[str]:
    for operation in facts.operations.values():
        for row in operation.own_errors:
            answer = operation.answers.get(row.status)
            for _, node, _ in facts.headers_of(answer) if answer is not None else ():
                yield node.get("x-voice-value", "")


def _texts(template: Any, value: Any) -> Iterator[tuple[str, str]]:
    """Yield (template, text) of all texts that stand in the same place."""
    if isinstance(template, str) and isinstance(value, str):
        yield template, value
    elif isinstance(template, dict) and isinstance(value, dict):
        for name, one in template.items():
            yield from _texts(one, value.get(name))
