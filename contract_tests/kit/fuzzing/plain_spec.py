"""A spec as any OpenAPI tool may read it: without extensions, its examples filled with clips that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contract_tests.kit.clips import NoClips
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import EVENTS_TYPE, JSON_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import look
from contract_tests.kit.recipes import Recipe

# Returns the members that the body of a recipe has. Raises NoClips.
Fill = Callable[[Operation, Recipe], dict[str, Any]]


def plain_document(facts: Facts, fill: Fill) -> dict[str, Any]:
    """Return the spec under the readings of the facts; uploads get the names of the clips that stand for them."""
    plain: dict[str, Any] = _enveloped(_without_extensions(facts.document))
    for operation in facts.operations.values():
        content = plain["paths"][operation.path][operation.method.lower()].get("requestBody", {}).get("content", {})
        if names := wire_names(operation):
            _rename(look(plain, operation.body_pointer), names)
        # Schemathesis writes no MessagePack; the family `bodies` asks in every type.
        for other in list(content)[1:]:
            del content[other]
        for media in content.values():
            for name, members in operation.examples.items():
                media["examples"][name] = {"value": _filled(fill, operation, members)}
            if operation.is_form and operation.clips:
                media["encoding"] = {field: _named(clip) for field, clip in operation.clips.items()}
        if operation.last_line:
            _end_with(operation.last_line, plain["paths"][operation.path][operation.method.lower()])
    return plain


def wire_names(operation: Operation) -> dict[str, str]:
    """Return form field → name on the wire, for fields that do not count by their own name.

    A pattern, such as `a[*]` for an object in parts, is no name.
    """
    properties = operation.body_schema.get("properties", {}) if operation.is_form else {}
    listed = {
        name: [one for one in schema.get("x-voice-wire-names", [name]) if "*" not in one]
        for name, schema in properties.items()
    }
    return {name: names[0] for name, names in listed.items() if names and name not in names}


def _rename(schema: dict[str, Any], names: Mapping[str, str]) -> None:
    """Give the members of a form's schema other names."""
    schema["properties"] = {names.get(name, name): one for name, one in schema["properties"].items()}
    schema["required"] = [names.get(name, name) for name in schema.get("required", ())]


def _without_extensions(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_extensions(value) for key, value in node.items() if not str(key).startswith("x-")}
    return [_without_extensions(one) for one in node] if isinstance(node, list) else node


def _enveloped(node: Any) -> Any:
    """Return a copy in which the schema of a stream is that of an event, whose data is text that holds the JSON.

    Ours describe the data alone; by OpenAPI 3.1, as Schemathesis reads it, the schema is that of the whole event.
    """
    if isinstance(node, list):
        return [_enveloped(one) for one in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _enveloped(value) for key, value in node.items()}
    stream = changed.get(EVENTS_TYPE)
    if isinstance(stream, dict) and "schema" in stream:
        data = {"type": "string", "contentMediaType": JSON_TYPE, "contentSchema": stream["schema"]}
        event = {"type": "object", "required": ["data"], "properties": {"data": data}}
        changed[EVENTS_TYPE] = {**stream, "schema": event}
    return changed


def _end_with(line: str, operation: Mapping[str, Any]) -> None:
    """Let the data of an event be a last line that is no JSON."""
    for answer in operation["responses"].values():
        if EVENTS_TYPE in answer.get("content", {}):
            event = answer["content"][EVENTS_TYPE]["schema"]
            event["properties"]["data"] = {"if": {"const": line}, "else": event["properties"]["data"]}


def _filled(fill: Fill, operation: Operation, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of an example with addresses of clips; as they are where no clip is hosted."""
    others = [name for name in operation.example if name not in members]
    own = {name: value for name, value in members.items() if name not in operation.clips}
    try:
        return fill(operation, {"with": own, "without": others})
    except NoClips:
        return dict(members)


def _named(clip: str) -> Mapping[str, Any]:
    """Return the encoding object by which a part is sent under a clip's name."""
    text = f'form-data; filename="{clip}"'
    return {"headers": {"Content-Disposition": {"schema": {"type": "string"}, "example": text}}}
