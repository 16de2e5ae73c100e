"""A spec as any OpenAPI tool may read it: without extensions, its examples filled with clips that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contract_tests.kit.answers import EVENTS_TYPE
from contract_tests.kit.clips import NoClips
from contract_tests.kit.facts import Facts, Operation
from contract_tests.kit.recipes import Recipe

# Returns the members that the body of a recipe has. Raises NoClips.
Fill = Callable[[Operation, Recipe], dict[str, Any]]


def plain_document(facts: Facts, fill: Fill) -> dict[str, Any]:
    """Return the spec under the readings of the facts; uploads get the names of the clips that stand for them."""
    plain: dict[str, Any] = _enveloped(_without_extensions(facts.document))
    for operation in facts.operations.values():
        content = plain["paths"][operation.path][operation.method.lower()].get("requestBody", {}).get("content", {})
        for media in content.values():
            for name, members in operation.examples.items():
                media["examples"][name] = {"value": _filled(fill, operation, members)}
            if operation.is_form and operation.clips:
                media["encoding"] = {field: _named(clip) for field, clip in operation.clips.items()}
    return plain


def _without_extensions(node: Any) -> Any:
    if isinstance(node, dict):
        kept = {key: _without_extensions(value) for key, value in node.items() if not str(key).startswith("x-")}
        if isinstance(node.get("properties"), dict):
            kept["properties"] = {
                wire_name(name, node["properties"][name]): one for name, one in kept["properties"].items()
            }
        return kept
    return [_without_extensions(one) for one in node] if isinstance(node, list) else node


def wire_name(name: str, schema: Any) -> str:
    """Return the name that a member is read under: its own, unless the spec says that only others are read."""
    names = schema.get("x-voice-wire-names", ()) if isinstance(schema, Mapping) else ()
    return name if not names or name in names else next((one for one in names if "*" not in one), name)


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
        data = {"type": "string", "contentMediaType": "application/json", "contentSchema": stream["schema"]}
        event = {"type": "object", "required": ["data"], "properties": {"data": data}}
        changed[EVENTS_TYPE] = {**stream, "schema": event}
    return changed


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
