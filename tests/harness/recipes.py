"""Runs the recipes of a spec against a simulator: what comes first, links, repeats, waiting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import read
from mockvoice.openapi.recipes import build, ids_needed
from tests.harness.wire import Answer, Client

FIXTURES = Path(__file__).parents[2] / "fixtures"
# Long enough for any task of any provider to end.
LONG = 600.0


def read_clip(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


class Kitchen:
    """A client of one provider and its spec."""

    def __init__(self, client: Client, provider: str) -> None:
        self.client = client
        self.prefix = f"/{provider}"
        mounts = {mount.desk.spec.id: mount.desk for mount in client.app.mounts}
        self.desk = mounts[provider]
        self.spec: Spec = self.desk.spec
        # What the first of the requests was answered that came before the last one.
        self.opening: Answer | None = None

    def cook(self, recipe: Mapping[str, Any], operation: str | None = None) -> Answer:
        """Run a recipe and return its last answer."""
        operation_id = recipe.get("operation", operation)
        assert operation_id is not None, "a recipe without an operation needs one from outside"
        before = [self.cook(one) for one in recipe.get("first", ())]
        self.opening = before[0] if before else None
        values = self._path_values(operation_id, recipe, before)
        if "wait" in recipe:
            self.client.advance(recipe["wait"])
        request = build(self.spec, operation_id, recipe, values, read_clip)
        answer: Answer | None = None
        for _ in range(recipe.get("times", 1)):
            answer = self.client.send(request.method, self.prefix + request.path, request.headers, request.body)
        assert answer is not None
        return answer

    def _path_values(self, operation_id: str, recipe: Mapping[str, Any], before: list[Answer]) -> dict[str, str]:
        """Return the ids it needs: from the first steps if there are any, else by the link that leads here."""
        link = ids_needed(self.spec, operation_id, recipe)
        if link is None:
            return {}
        source, parameters = link
        if not before:
            role = recipe.get("role")
            before = [self.cook({"role": role} if role else {}, source)]
            self.client.advance(LONG)
        return {name: _evaluate(expression, before[-1]) for name, expression in parameters.items()}


def _evaluate(expression: str, answer: Answer) -> str:
    """Evaluate a runtime expression of an OpenAPI link; of an answer that was refused, nothing."""
    pointer = expression.removeprefix("$response.body#")
    try:
        return str(read(answer.json(), pointer))
    except (KeyError, ValueError):
        return "none"
