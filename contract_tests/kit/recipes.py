"""Turns an operation's own example, changed by a recipe, into a request; recipes are those of specs/README.md."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Barrier
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from contract_tests.kit.clips import Clips
from contract_tests.kit.credentials import header_of, value_of
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import FORM_TYPE, JSON_TYPE, PACKED_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.roles import Keys, role_of

# Stands for an id where none is known; nobody has given it out.
NO_ID = "none"
BOUNDARY = "mockvoice-contract-5f1c3b"
# A text that is no value of any list, no number, no address, no id and no path.
NOTHING = "nothing-of-the-kind"
_KINDS = {"mp3": "mpeg", "m4a": "mp4"}
Recipe = Mapping[str, Any]
_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Upload:
    """A file in a form."""

    name: str
    data: bytes = field(repr=False)
    media: str = "application/octet-stream"


@dataclass(frozen=True)
class Draft:
    """A request ready to be sent. `path` has its query; `role` is None where no known key is sent."""

    operation: str
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    fields: Mapping[str, Any]
    files: Mapping[str, Upload] = field(repr=False)
    role: str | None
    # The body is no example with members changed: whoever reads it may find anything in it.
    is_raw: bool = False
    # Others that are to be under way at the same time.
    party: Barrier | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Writer:
    """Writes requests for one provider."""

    facts: Facts
    keys: Keys
    clips: Clips

    def write(
        self, operation: Operation, recipe: Recipe, values: Mapping[str, str], stand_ins: Mapping[str, str] = _NONE
    ) -> Draft:
        """Return an operation's example request, changed as a recipe says; `values` are parameters of path or query.

        `stand_ins` are ids that the endpoint knows, by those that the examples name in their place.
        Beyond the recipes of specs, `files` (field → Upload) puts any bytes into a form, `body` (bytes) replaces the
        body as it is, `packed` writes it as MessagePack instead of JSON, `shortest` starts from the cheapest legal
        request, and `party` is handed on. Raises NoRole, NoClips.
        """
        if recipe.get("shortest"):
            recipe = _merged(operation.shortest, recipe)
        role = self._role(recipe)
        headers = self._headers(operation, recipe, role)
        fields = in_place(self.fields(operation, recipe), stand_ins)
        files = self._files(operation, recipe)
        body, media = (packed(fields), PACKED_TYPE) if recipe.get("packed") else self._body(operation, fields, files)
        if media:
            headers["Content-Type"] = media
        is_raw = "raw" in recipe or "body" in recipe
        if is_raw:
            # What was to be said is not said.
            fields, files = {}, {}
            body = recipe["raw"].encode() if "raw" in recipe else recipe["body"]
        body += b" " * recipe.get("padding", 0)
        if "media" in recipe:
            headers["Content-Type"] = recipe["media"]
        for name, value in recipe.get("headers", {}).items():
            headers = {key: one for key, one in headers.items() if key.lower() != name.lower()}
            if value is not None:
                headers[name] = value
        method = recipe.get("method", operation.method)
        path = self._path(operation, recipe, values)
        return Draft(operation.id, method, path, headers, body, fields, files, role, is_raw, recipe.get("party"))

    def fields(self, operation: Operation, recipe: Recipe) -> dict[str, Any]:
        """Return the members that the body of a recipe has."""
        example = operation.example
        if not operation.is_form:
            # The addresses in examples are placeholders for clips.
            clips = {**operation.clips, **recipe.get("clips", {})}
            example |= {name: f"clip-url:{clip}" for name, clip in clips.items() if name in example}
        fields = {**example, **recipe.get("with", {})}
        left = {name: value for name, value in fields.items() if name not in recipe.get("without", ())}
        return {name: self._filled(value) for name, value in left.items()}

    def _role(self, recipe: Recipe) -> str | None:
        if "token" in recipe or recipe.get("role", "funded") is None:
            return None
        return role_of(recipe.get("role", "funded"))

    def _headers(self, operation: Operation, recipe: Recipe, role: str | None) -> dict[str, str]:
        headers = operation.example_headers
        key = recipe.get("token", self.keys.of(role) if role else None)
        if key is not None and operation.ways_in:
            way = operation.ways_in[0]
            headers[header_of(way)] = value_of(way, key)
        return headers

    def _path(self, operation: Operation, recipe: Recipe, values: Mapping[str, str]) -> str:
        path = operation.path
        for name, value in {**values, **recipe.get("path", {})}.items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        path = recipe.get("url", path)
        wanted = {
            one["name"]: one["example"]
            for one in operation.parameters
            if one["in"] == "query" and one.get("required") and "example" in one
        }
        ids = {one["name"]: values[one["name"]] for one in operation.parameters if _is_led(one, values)}
        asked = {**wanted, **ids, **recipe.get("query", {})}
        query = {name: value for name, value in asked.items() if value is not None}
        return f"{path}?{urlencode(query, doseq=True)}" if query else path

    def _filled(self, value: Any) -> Any:
        """Put clips, addresses and long texts where a recipe only names them."""
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if not isinstance(value, str):
            return value
        kind, _, rest = value.partition(":")
        if kind == "clip-url":
            return self.clips.url(rest)
        if kind == "data-url":
            suffix = rest.rpartition(".")[2]
            data = base64.b64encode(self.clips.get(rest).data).decode()
            return f"data:audio/{_KINDS.get(suffix, suffix)};base64,{data}"
        if kind == "repeat":
            return repeated(value)
        return value

    def _files(self, operation: Operation, recipe: Recipe) -> dict[str, Upload]:
        clips = {**operation.clips, **recipe.get("clips", {})} if operation.is_form else {}
        files = {name: Upload(clip, self.clips.get(clip).data) for name, clip in clips.items()}
        files |= recipe.get("files", {})
        return {name: one for name, one in files.items() if name not in recipe.get("without", ())}

    @staticmethod
    def _body(operation: Operation, fields: Mapping[str, Any], files: Mapping[str, Upload]) -> tuple[bytes, str]:
        if operation.media == JSON_TYPE:
            return json.dumps(fields, ensure_ascii=False).encode(), JSON_TYPE
        if operation.media == FORM_TYPE:
            return form(fields, files), f"{FORM_TYPE}; boundary={BOUNDARY}"
        return b"", ""


def _is_led(parameter: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    return parameter["in"] == "query" and parameter["name"] in values


def in_place(fields: dict[str, Any], stand_ins: Mapping[str, str]) -> dict[str, Any]:
    """Return members with ids of examples replaced by those that the endpoint knows, in lists too."""

    def one(value: Any) -> Any:
        if isinstance(value, list):
            return [one(item) for item in value]
        return stand_ins.get(value, value) if isinstance(value, str) else value

    return {name: one(value) for name, value in fields.items()} if stand_ins else fields


def _merged(below: Recipe, above: Recipe) -> Recipe:
    """Return a recipe that has what both say; `above` wins, also over what `below` leaves out."""
    left_out = [name for name in below.get("without", ()) if name not in above.get("with", {})]
    both = {key: {**below.get(key, {}), **above.get(key, {})} for key in ("with", "clips", "query")}
    return {**above, **both, "without": [*left_out, *above.get("without", ())]}


def repeated(value: Any) -> Any:
    """Return the text that `repeat:<times>:<text>` stands for; any other value as it is."""
    if not isinstance(value, str) or not value.startswith("repeat:"):
        return value
    _, times, text = value.split(":", 2)
    return text * int(times)


def packed(value: Any) -> bytes:
    """Return a value of JSON's kinds as MessagePack."""
    import msgpack  # noqa: PLC0415 - few providers take it

    data: bytes = msgpack.packb(value)
    return data


def form(fields: Mapping[str, Any], files: Mapping[str, Upload]) -> bytes:
    """Return a multipart/form-data body with BOUNDARY; lists become repeated parts, numbers and booleans JSON."""
    pieces: list[bytes] = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            text = one if isinstance(one, str) else json.dumps(one)
            pieces.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode())
    for name, file in files.items():
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n'
        pieces.append(f"{head}Content-Type: {file.media}\r\n\r\n".encode() + file.data + b"\r\n")
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()
