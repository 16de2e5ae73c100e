"""Knows how a recipe of a spec (a provocation, a probe) becomes a request that can be sent.

A recipe changes an operation's own example request: other fields, another account, another method.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from mockvoice.openapi.model import Spec
from mockvoice.openapi.plans import FORM_TYPE, JSON_TYPE
from mockvoice.openapi.vocabulary import resolve

Recipe = Mapping[str, Any]
# Takes the name of a clip and returns its bytes.
ClipReader = Callable[[str], bytes]

BOUNDARY = "mockvoice-0d9f6a1c"
DATA_URL = "data-url:"
CLIP_URL = "clip-url:"
REPEAT = "repeat:"
# Where `clip-url:` leads: the name under which the simulator has its clips.
CLIPS_BASE = "https://clips.mock.test/"
# What provokes an error at any endpoint, and what only the simulator has; one shape.
PROVOCATIONS = ("x-voice-provocations", "x-mock-provocations")


@dataclass(frozen=True, slots=True)
class Request:
    """A request ready to be sent: path with query, headers in order, body."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fields: Mapping[str, Any]
    clips: Mapping[str, str]


def provocations_of(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    """Yield ((table, name), row) of every provocation, those that hold for any endpoint first."""
    for table in PROVOCATIONS:
        for name, row in document.get(table, {}).items():
            yield (table, name), row


def example_fields(spec: Spec, operation_id: str) -> dict[str, Any]:
    """Return the body members of an operation's first example; empty when it has no body."""
    _, _, node = spec.place(operation_id)
    content = node.get("requestBody", {}).get("content", {})
    for media in content.values():
        for example in media.get("examples", {}).values():
            return dict(example["value"])
    return {}


def ids_needed(spec: Spec, operation_id: str, recipe: Recipe) -> tuple[str, Mapping[str, str]] | None:
    """Return (operation to call first, parameter or member → expression) of the ids that a recipe leaves open.

    None where an operation needs none, or the recipe brings them.
    """
    if {"path", "url"} & {*recipe}:
        return None
    link = link_to(spec, operation_id)
    brought = {*recipe.get("query", ()), *recipe.get("with", ()), *recipe.get("without", ())}
    left = {name: one for name, one in link[1].items() if name not in brought} if link else {}
    if "raw" in recipe:
        left = {name: one for name, one in left.items() if name not in example_fields(spec, operation_id)}
    return (link[0], left) if link and left else None


def link_to(spec: Spec, operation_id: str) -> tuple[str, Mapping[str, str]] | None:
    """Return (operation to call first, name → expression) for an operation that needs an id; None if none.

    The names are those of parameters, or of members of the body where the id is of something that the other has made.
    """
    for _, _, source in spec.routes:
        _, _, node = spec.place(source)
        for response in node["responses"].values():
            for link in resolve(spec.document, response).get("links", {}).values():
                if link["operationId"] != operation_id:
                    continue
                if link.get("parameters"):
                    return source, link["parameters"]
                # Who deletes something by a body is led by `maker_of`.
                if "requestBody" in link and "x-voice-creates" in node and maker_of(spec, operation_id) is None:
                    return source, link["requestBody"]
    return None


def maker_of(spec: Spec, operation_id: str) -> tuple[str, Mapping[str, str]] | None:
    """Return (operation that makes it, member → expression) for one that deletes something by its body; else None."""
    for _, _, source in spec.routes:
        _, _, node = spec.place(source)
        if node.get("x-voice-creates", {}).get("delete") != operation_id:
            continue
        for response in node["responses"].values():
            for link in resolve(spec.document, response).get("links", {}).values():
                if link["operationId"] == operation_id and "requestBody" in link:
                    return source, link["requestBody"]
    return None


def task_row(spec: Spec, maker: str) -> Mapping[str, Any]:
    """Return the row of `x-voice-tasks` of the tasks that an operation makes."""
    rows: Iterable[Mapping[str, Any]] = spec.document["x-voice-tasks"].values()
    return next(row for row in rows if maker in (row["create"], *row.get("others", ())))


def look_at(spec: Spec, maker: str) -> tuple[str, str, str]:
    """Return (operation that shows a task, its path parameter, pointer to the id in the answer that made the task)."""
    row = task_row(spec, maker)
    (name,) = [one["name"] for one in spec.place(row["status"])[2]["parameters"] if one["in"] == "path"]
    return row["status"], name, row["id"]["create"] if isinstance(row["id"], Mapping) else row["id"]


def credentials_for(spec: Spec, operation_id: str, token: str | None) -> list[tuple[str, str]]:
    """Return the headers of the first way in; `token` None leaves the key out."""
    operation = spec.operation(operation_id)
    headers: list[tuple[str, str]] = []
    if operation.credentials and token is not None:
        first = operation.credentials[0][0]
        value = f"{first.scheme.title()} {token}" if first.scheme else token
        headers.append((first.header.decode(), value))
    _, _, node = spec.place(operation_id)
    for parameter in node.get("parameters", []):
        target = resolve(spec.document, parameter)
        if target["in"] == "header" and target.get("required") and "example" in target:
            headers.append((target["name"].lower(), str(target["example"])))
    return headers


def token_of(spec: Spec, recipe: Recipe) -> str | None:
    """Return the key a recipe calls with: its own `token`, that of its `role` (null: none), else mock-funded's."""
    if "token" in recipe:
        return str(recipe["token"])
    role = recipe.get("role", "mock-funded")
    return None if role is None else next(seed.token for seed in spec.seeds if seed.role == role)


def build(
    spec: Spec, operation_id: str, recipe: Recipe, path_values: Mapping[str, str], read_clip: ClipReader
) -> Request:
    """Return the request of an operation, changed as the recipe says; `path_values` are ids by parameter or member."""
    method, template, node = spec.place(operation_id)
    path = template
    for name, value in {**path_values, **recipe.get("path", {})}.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    path = recipe.get("url", path)
    in_query = {name: path_values[name] for name in _query_names(spec, node) if name in path_values}
    query = {**_example_query(spec, node), **in_query, **recipe.get("query", {})}
    query = {name: value for name, value in query.items() if value is not None}
    if query:
        path += "?" + urlencode(query, doseq=True)
    headers = dict(credentials_for(spec, operation_id, token_of(spec, recipe)))
    example = example_fields(spec, operation_id)
    in_body = {name: value for name, value in path_values.items() if name in example}
    fields = {**example, **in_body, **recipe.get("with", {})}
    fields = {name: _with_clip_urls(value) for name, value in fields.items() if name not in recipe.get("without", ())}
    clips = {**node.get("x-voice-clips", {}), **recipe.get("clips", {})}
    clips = {name: clip for name, clip in clips.items() if name not in recipe.get("without", ())}
    body = b""
    media = next(iter(node.get("requestBody", {}).get("content", {})), None)
    if media == JSON_TYPE:
        body = orjson.dumps(_with_data_urls(fields, read_clip))
        headers["content-type"] = JSON_TYPE
    elif media == FORM_TYPE:
        body = form_body(
            _with_data_urls(fields, read_clip), {name: (clip, read_clip(clip)) for name, clip in clips.items()}
        )
        headers["content-type"] = f"{FORM_TYPE}; boundary={BOUNDARY}"
    if "raw" in recipe:
        body = recipe["raw"].encode()
    if "padding" in recipe:
        body += b" " * recipe["padding"]
    if "media" in recipe:
        headers["content-type"] = recipe["media"]
    for name, value in recipe.get("headers", {}).items():
        headers.pop(name.lower(), None)
        if value is not None:
            headers[name.lower()] = value
    return Request(recipe.get("method", method), path, tuple(headers.items()), body, fields, clips)


def _query_names(spec: Spec, node: Mapping[str, Any]) -> list[str]:
    parameters = [resolve(spec.document, one) for one in node.get("parameters", [])]
    return [one["name"] for one in parameters if one["in"] == "query"]


def _example_query(spec: Spec, node: Mapping[str, Any]) -> dict[str, Any]:
    parameters = [resolve(spec.document, one) for one in node.get("parameters", [])]
    return {
        one["name"]: one["example"]
        for one in parameters
        if one["in"] == "query" and one.get("required") and "example" in one
    }


def _with_clip_urls(value: Any) -> Any:
    """Replace `clip-url:<name>` by the address of that clip."""
    if isinstance(value, list):
        return [_with_clip_urls(one) for one in value]
    is_clip = isinstance(value, str) and value.startswith(CLIP_URL)
    return CLIPS_BASE + value.removeprefix(CLIP_URL) if is_clip else value


def _with_data_urls(fields: Mapping[str, Any], read_clip: ClipReader) -> dict[str, Any]:
    """Replace every text `data-url:<clip>` by the clip as a data URL, and `repeat:<times>:<text>` by a long text."""

    def change(value: Any) -> Any:
        if isinstance(value, str) and value.startswith(DATA_URL):
            name = value.removeprefix(DATA_URL)
            return f"data:audio/{audio_kind(name)};base64,{base64.b64encode(read_clip(name)).decode()}"
        if isinstance(value, str) and value.startswith(REPEAT):
            times, _, text = value.removeprefix(REPEAT).partition(":")
            return text * int(times)
        return [change(one) for one in value] if isinstance(value, list) else value

    return {name: change(value) for name, value in fields.items()}


def audio_kind(name: str) -> str:
    """Return the subtype of a clip's media type."""
    extension = name.rpartition(".")[2]
    return "mpeg" if extension == "mp3" else extension


def form_body(fields: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Return a multipart/form-data body with BOUNDARY; lists become repeated parts."""
    pieces: list[bytes] = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            text = one if isinstance(one, str) else orjson.dumps(one).decode()
            pieces.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode())
    for name, (filename, data) in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        head += "Content-Type: application/octet-stream\r\n\r\n"
        pieces.append(f"--{BOUNDARY}\r\n{head}".encode() + data + b"\r\n")
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()
