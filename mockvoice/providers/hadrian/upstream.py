"""What goes wrong behind the gateway: a provider out of reach, a test provider that fails as its model is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call
from mockvoice.service.world import Desk


class Tallies:
    """How often the models were asked that fail after some calls."""

    def __init__(self, _desk: Desk) -> None:
        self._asked: dict[str, int] = {}

    def ask(self, model: str) -> int:
        """Count one call of a model; return how many there were."""
        self._asked[model] = count = self._asked.get(model, 0) + 1
        return count


def reach(call: Call, provider: str, place: Mapping[str, Any], model: str) -> str:
    """Send a call to its provider; return the model that answers it. Raises ApiError where one goes wrong.

    A provider whose models `stand-for` others is the gateway's own for tests; some of its models are `failures`.
    """
    if call.desk.outages and provider in call.desk.outages:
        raise _unreachable(call.figure("upstream-unreachable"))
    stands_for: Mapping[str, str] | None = place.get("stand-for")
    if stands_for is None:
        return model
    failure: Mapping[str, Any] | None = place["failures"].get(model)
    if failure is not None:
        _fail(call, model, failure)
    return stands_for[call.operation.id]


def _fail(call: Call, model: str, failure: Mapping[str, Any]) -> None:
    """Let a call fail as its model is made to; one that fails after some calls lets these pass. Raises ApiError."""
    if "transport" in failure:
        raise _unreachable(failure["transport"])
    said: str = failure["message"]
    after = failure.get("after")
    if after is not None:
        asked = call.desk.once(Tallies).ask(model)
        if asked <= after:
            return
        said = said.format(asked=asked, after=after)
    raise ApiError(failure["refusal"], said=said, field="model", expected="another model", got=model)


def _unreachable(problem: str) -> ApiError:
    return ApiError("provider_error", problem=problem, expected="an upstream that answers", got=problem)
