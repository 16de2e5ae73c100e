"""Which requests are measured: each operation's own example, with the ids that it needs made before."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from benchmarks.load import http_request
from benchmarks.servers import Server
from mockvoice.app import load_spec
from mockvoice.core.settings import Settings
from mockvoice.openapi.documents import cache_folder, data_folder
from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import read
from mockvoice.openapi.recipes import Request, build, look_at, task_row
from mockvoice.openapi.vocabulary import resolve
from mockvoice.providers import REGISTRY

ROLE = "mock-unlimited"
JSON = "application/json"
SPEECH_TEXT = "The quick brown fox jumped over the lazy dog, and " * 2
# A task has to be over before its result is there.
_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.05
# As many items as most lists show at once.
_PAGE = 10


# Only refusals carry it, those that a relay sends with 200 as well.
REFUSED = "x-mockvoice-hint"


class NotMeasured(Exception):
    """An operation cannot be measured; the message is the reason."""


class Answer(NamedTuple):
    """What came back. A success is a 2xx that does not refuse in its body."""

    status: int
    is_success: bool
    body: bytes


@dataclass(frozen=True)
class Route:
    """One operation that is to be measured."""

    spec: Spec
    operation_id: str

    @property
    def name(self) -> str:
        """Provider and operation."""
        return f"{self.spec.id} {self.operation_id}"

    @property
    def is_json(self) -> bool:
        """Whether JSON comes out, and JSON or nothing goes in."""
        _, _, node = self.spec.place(self.operation_id)
        asked = next(iter(node.get("requestBody", {}).get("content", {})), JSON)
        success = next(one for status, one in node["responses"].items() if status.startswith("2"))
        return asked == JSON and next(iter(resolve(self.spec.document, success).get("content", {})), "") == JSON

    @property
    def is_once(self) -> bool:
        """Whether each request needs something of its own: what is taken away, or goes on, with the first."""
        places = [self.spec.place(name)[2] for _, _, name in self.spec.routes]
        deleting = {node.get("x-voice-creates", {}).get("delete") for node in places}
        method, _, node = self.spec.place(self.operation_id)
        return method == "DELETE" or self.operation_id in deleting or "x-voice-before" in node


def routes(only: str = "") -> Iterator[Route]:
    """Yield every operation of every provider whose name contains `only`."""
    for provider in REGISTRY:
        spec, _ = load_spec(provider, Settings(cache=cache_folder()), {})
        for _, _, operation_id in spec.routes:
            if only in f"{provider} {operation_id}":
                yield Route(spec, operation_id)


def furnish(server: Server) -> None:
    """Make a page of whatever can be made, so that lists have something to show."""
    for route in routes():
        operation = route.spec.place(route.operation_id)[2]
        if "x-voice-creates" in operation and not route.is_once:
            for _ in range(_PAGE):
                ask(server, route.spec, _built(route, server, frozenset()))


def request_of(route: Route, server: Server) -> Request:
    """Return a request that the server has answered with success. Raises NotMeasured."""
    request = _built(route, server, frozenset())
    _asked(server, route.spec, request)
    return request


def requests_of(route: Route, server: Server, count: int) -> list[Request]:
    """Return so many requests that can be asked once each; the server has answered none. Raises NotMeasured."""
    return [_built(route, server, frozenset()) for _ in range(count)]


def _built(route: Route, server: Server, asking: frozenset[str]) -> Request:
    return build(route.spec, route.operation_id, *_recipe(route, server, asking), clip)


def _asked(server: Server, spec: Spec, request: Request) -> bytes:
    """Ask until a request is answered with success, and return what is answered. Raises NotMeasured."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        answer = ask(server, spec, request)
        if answer.is_success:
            return answer.body
        if time.monotonic() > deadline:
            raise NotMeasured(f"answers {answer.status}" + (", a refusal" if answer.status < 300 else ""))
        time.sleep(_PAUSE_SECONDS)


def _recipe(route: Route, server: Server, asking: frozenset[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what changes the example, and the values of its path: ids come from the operation that leads here."""
    recipe: dict[str, Any] = {"role": ROLE}
    _, path, operation = route.spec.place(route.operation_id)
    if route.operation_id == "createSpeech":
        recipe["with"] = {"input": SPEECH_TEXT[:72]}
    elif route.operation_id in {"createTranscription", "createTranslation"} and route.spec.id != "fishaudio-org":
        recipe["clips"] = {"file": "upload-32k.mp3"}
    if "x-voice-before" in operation:
        recipe["with"] = _made_ready(route.spec, operation["x-voice-before"], server)
    link = _link_to(route, asking)
    if link is None:
        if "{" in path:
            raise NotMeasured("no link leads to its id")
        return recipe, {}
    source, node = link
    before = _built(Route(route.spec, source), server, asking | {route.operation_id})
    answer = _asked(server, route.spec, before)
    values = {name: _value(answer, expression) for name, expression in node.get("parameters", {}).items()}
    members = {name: _value(answer, expression) for name, expression in _texts(node.get("requestBody"))}
    if members:
        recipe["with"] = {**recipe.get("with", {}), **members}
    recipe["query"] = {name: value for name, value in values.items() if f"{{{name}}}" not in path}
    return recipe, {name: value for name, value in values.items() if f"{{{name}}}" in path}


def _made_ready(spec: Spec, before: Mapping[str, Any], server: Server) -> dict[str, str]:
    """Do what comes before an operation (`x-voice-before`), and return the members that it fills."""
    answer = b"{}"
    for step in before["steps"]:
        fill = {name: _value(answer, pointer) for name, pointer in step.get("fill", {}).items()}
        answer = _asked(server, spec, build(spec, step["operation"], {"role": ROLE, "with": fill}, {}, clip))
        if step.get("over"):
            answer = _when_over(spec, step["operation"], answer, server)
    return {name: _value(answer, pointer) for name, pointer in before["fill"].items()}


def _when_over(spec: Spec, maker: str, made: bytes, server: Server) -> bytes:
    """Return the status of a task once it has succeeded; `made` is the answer that made it. Raises NotMeasured."""
    row, (look, name, pointer) = task_row(spec, maker), look_at(spec, maker)
    request = build(spec, look, {"role": ROLE}, {name: _value(made, pointer)}, clip)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        status = _asked(server, spec, request)
        state = _value(status, row["state"]["status"])
        if state == row["success"]:
            return status
        if state in row["terminal"] or time.monotonic() > deadline:
            raise NotMeasured(f"the task that comes before it is {state}")
        time.sleep(_PAUSE_SECONDS)


def _link_to(route: Route, asking: frozenset[str]) -> tuple[str, Mapping[str, Any]] | None:
    """Return (operation, link) that leads to an operation's ids; not one that waits for ids of this one itself."""
    for _, _, source in route.spec.routes:
        if source in asking or source == route.operation_id:
            continue
        for response in route.spec.place(source)[2]["responses"].values():
            for link in resolve(route.spec.document, response).get("links", {}).values():
                if link["operationId"] == route.operation_id and (
                    link.get("parameters") or _texts(link.get("requestBody"))
                ):
                    return source, link
    return None


def _texts(members: Any) -> list[tuple[str, str]]:
    """Return the members of a link's body that are one id; a list of them has examples of ours."""
    return [pair for pair in members.items() if isinstance(pair[1], str)] if isinstance(members, dict) else []


def _value(answer: bytes, expression: str) -> str:
    return str(read(json.loads(answer), expression.removeprefix("$response.body#")))


def ask(server: Server, spec: Spec, request: Request) -> Answer:
    """Send a request once."""
    url = f"http://127.0.0.1:{server.port}/{spec.id}{request.path}"
    asked = urllib.request.Request(url, request.body or None, dict(request.headers), method=request.method)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return Answer(answer.status, REFUSED not in answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, False, error.read())


def on_the_wire(spec: Spec, request: Request) -> bytes:
    """Spell a request for the load generator."""
    return http_request(request.method, f"/{spec.id}{request.path}", list(request.headers), request.body)


def clip(name: str) -> bytes:
    """Return the bytes of a clip of fixtures/."""
    return (data_folder("fixtures") / name).read_bytes()
