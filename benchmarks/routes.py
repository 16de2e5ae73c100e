"""Which requests are measured: each operation's own example, with the ids that it needs made before."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.load import http_request
from benchmarks.servers import Server
from mockvoice.app import load_spec
from mockvoice.core.settings import Settings
from mockvoice.openapi.documents import cache_folder, data_folder
from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import read
from mockvoice.openapi.recipes import Request, build
from mockvoice.openapi.vocabulary import resolve
from mockvoice.providers import REGISTRY

ROLE = "mock-unlimited"
JSON = "application/json"
SPEECH_TEXT = "The quick brown fox jumped over the lazy dog, and " * 2
# A task has to be over before its result is there.
_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.05


class NotMeasured(Exception):
    """An operation cannot be measured; the message is the reason."""


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
    def deletes(self) -> bool:
        """Whether the operation takes something away, so that it cannot be asked for the same twice."""
        places = [self.spec.place(name) for _, _, name in self.spec.routes]
        deleting = {node.get("x-voice-creates", {}).get("delete") for _, _, node in places}
        return self.spec.place(self.operation_id)[0] == "DELETE" or self.operation_id in deleting


def routes(only: str = "") -> Iterator[Route]:
    """Yield every operation of every provider whose name contains `only`."""
    for provider in REGISTRY:
        spec, _ = load_spec(provider, Settings(cache=cache_folder()), {})
        for _, _, operation_id in spec.routes:
            if only in f"{provider} {operation_id}":
                yield Route(spec, operation_id)


def request_of(route: Route, server: Server) -> Request:
    """Return a request that the server has answered with success. Raises NotMeasured."""
    if route.deletes:
        raise NotMeasured("takes away what it is asked for, so it cannot be asked again and again")
    return _prepared(route, server, frozenset())


def _prepared(route: Route, server: Server, asking: frozenset[str]) -> Request:
    request = build(route.spec, route.operation_id, *_recipe(route, server, asking), clip)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        status, _ = ask(server, route.spec, request)
        if 200 <= status < 300:
            return request
        if time.monotonic() > deadline:
            raise NotMeasured(f"answers {status}")
        time.sleep(_PAUSE_SECONDS)


def _recipe(route: Route, server: Server, asking: frozenset[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what changes the example, and the values of its path: ids come from the operation that leads here."""
    recipe: dict[str, Any] = {"role": ROLE}
    if route.operation_id == "createSpeech":
        recipe["with"] = {"input": SPEECH_TEXT[:72]}
    elif route.operation_id in {"createTranscription", "createTranslation"} and route.spec.id != "fishaudio-org":
        recipe["clips"] = {"file": "upload-32k.mp3"}
    link = _link_to(route, asking)
    if link is None:
        if "{" in route.spec.place(route.operation_id)[1]:
            raise NotMeasured("no link leads to its id")
        return recipe, {}
    source, node = link
    before = Route(route.spec, source)
    _, answer = ask(server, route.spec, _prepared(before, server, asking | {route.operation_id}))
    values = {name: _value(answer, expression) for name, expression in node.get("parameters", {}).items()}
    members = {name: _value(answer, expression) for name, expression in _texts(node.get("requestBody"))}
    _, path, _ = route.spec.place(route.operation_id)
    if members:
        recipe["with"] = {**recipe.get("with", {}), **members}
    recipe["query"] = {name: value for name, value in values.items() if f"{{{name}}}" not in path}
    return recipe, {name: value for name, value in values.items() if f"{{{name}}}" in path}


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


def ask(server: Server, spec: Spec, request: Request) -> tuple[int, bytes]:
    """Send a request once; return status and body."""
    url = f"http://127.0.0.1:{server.port}/{spec.id}{request.path}"
    asked = urllib.request.Request(url, request.body or None, dict(request.headers), method=request.method)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def on_the_wire(spec: Spec, request: Request) -> bytes:
    """Spell a request for the load generator."""
    return http_request(request.method, f"/{spec.id}{request.path}", list(request.headers), request.body)


def clip(name: str) -> bytes:
    """Return the bytes of a clip of fixtures/."""
    return (data_folder("fixtures") / name).read_bytes()
