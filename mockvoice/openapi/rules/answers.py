"""Knows that every answer says what its body is, and that links, clips, prices and magic inputs lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.documents import data_folder
from mockvoice.openapi.recipes import CLIP_URL, DATA_URL
from mockvoice.openapi.rules.common import Document, fields_of, operations_of, recipes_of
from mockvoice.openapi.vocabulary import Path, Report, resolve, walk

# What a recipe asks for that wants an address where nothing is.
NO_CLIP = "nothing-of-the-kind.mp3"


def check_bodies(document: Document, report: Report) -> None:
    """A response has content, or says that its body is empty."""
    for kind, path, node in walk(document, lambda _path, _message: None):
        if kind != "response" or "$ref" in node:
            continue
        if "content" not in node and "x-voice-empty" not in node:
            report((*path, "content"), "is missing: expected a media type with a schema, or x-voice-empty: true")
        if "content" in node and "x-voice-empty" in node:
            report((*path, "x-voice-empty"), "is said of a response that has content; expected one of the two")


def check_links(document: Document, report: Report) -> None:
    """Links fill parameters that their target has."""
    targets = {operation_id: operation for _, operation_id, operation in operations_of(document)}
    for kind, path, node in walk(document, lambda _path, _message: None):
        target = targets.get(node["operationId"]) if kind == "link" else None
        if target is None:
            continue
        known = {resolve(document, one)["name"] for one in target.get("parameters", ())}
        for name in node.get("parameters", {}):
            if name.removeprefix("path.").removeprefix("query.") not in known:
                said = f"no parameter {name!r} in {node['operationId']!r}{did_you_mean(name, known)}"
                report((*path, "parameters", name), said)


def check_paths(document: Document, report: Report) -> None:
    """What stands in braces in a path is a required parameter, and a path parameter stands in the path."""
    for path, operation_id, operation in operations_of(document):
        named = set(re.findall(r"\{([^{}]*)\}", str(path[1])))
        declared = [resolve(document, one) for one in operation.get("parameters", ())]
        known = {one["name"] for one in declared if one["in"] == "path" and one.get("required")}
        for name in sorted(named - known):
            said = f"no required path parameter {name!r}, which the path of {operation_id!r} has"
            report((*path, "parameters"), f"{said}{did_you_mean(name, known)}")
        for name in sorted(known - named):
            report((*path, "parameters"), f"the path has no {{{name}}}{did_you_mean(name, named)}")


def check_unbuilt(document: Document, report: Report) -> None:
    """What is not built stands under a path of its own."""
    for path in document.get("x-voice-unbuilt", {}).get("paths", ()):
        if path in document["paths"]:
            report(("x-voice-unbuilt", "paths", path), "has operations; expected a path that is not among the paths")


def check_named_fields(document: Document, report: Report) -> None:
    """Prices, magic inputs and example uploads name fields of their operation."""
    for path, operation_id, operation in operations_of(document):
        fields = fields_of(document, path, operation)
        for place, name in _named_fields(document, path, operation_id, operation):
            if name not in fields:
                report(place, f"no field {name!r} in {operation_id!r}{did_you_mean(name, fields)}")


def _named_fields(document: Document, path: Path, operation_id: str, operation: Document) -> Iterator[tuple[Path, str]]:
    billing = operation.get("x-voice-billing", {})
    if billing.get("measure") in {"code-points", "upload-bytes", "number"} or "field" in billing:
        yield (*path, "x-voice-billing", "field"), billing.get("field", "")
    for index, step in enumerate(billing.get("steps", ())):
        yield from _rate_fields((*path, "x-voice-billing", "steps", index, "give"), step["give"])
    for name, row in billing.get("counts", {}).items():
        yield from _rate_fields((*path, "x-voice-billing", "counts", name, "give"), row["give"])
    if isinstance(billing.get("hold"), dict) and "most" in billing["hold"]:
        yield (*path, "x-voice-billing", "hold", "most"), billing["hold"]["most"]
    for name in operation.get("x-voice-clips", {}):
        yield (*path, "x-voice-clips", name), name
    for part in ("with", "clips", "query"):
        for name in operation.get("x-voice-shortest", {}).get(part, {}):
            yield (*path, "x-voice-shortest", part, name), name
    for name, row in document.get("x-mock-triggers", {}).items():
        if row["operation"] == operation_id:
            yield ("x-mock-triggers", name, "field"), row["field"]


def _rate_fields(place: Path, give: Any) -> Iterator[tuple[Path, str]]:
    """Yield the fields that a rate depends on, those of rates within it included."""
    if isinstance(give, dict):
        yield (*place, "by"), give["by"]
        for name, one in give["values"].items():
            yield from _rate_fields((*place, "values", name), one)
        yield from _rate_fields((*place, "otherwise"), give["otherwise"])


def check_clips(document: Document, report: Report) -> None:
    """Example uploads, and those of recipes, are clips of the fixtures."""
    named = [
        ((*path, "x-voice-clips", field), clip)
        for path, _, operation in operations_of(document)
        for field, clip in operation.get("x-voice-clips", {}).items()
    ]
    for place, recipe in recipes_of(document):
        named += [((*place, "clips", field), clip) for field, clip in recipe.get("clips", {}).items()]
        named += _clips_by_url((*place, "with"), recipe.get("with", {}))
    for place, clip in named:
        if clip not in _clips() and clip != NO_CLIP:
            report(place, f"no clip {clip!r} in the fixtures{did_you_mean(clip, _clips())}")


def _clips_by_url(place: Path, value: Any) -> Iterator[tuple[Path, str]]:
    for prefix in (DATA_URL, CLIP_URL):
        if isinstance(value, str) and value.startswith(prefix):
            yield place, value.removeprefix(prefix)
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in members:
        yield from _clips_by_url((*place, key), one)


@cache
def _clips() -> frozenset[str]:
    return frozenset(path.name for path in data_folder("fixtures").iterdir())


def check_figures(document: Document, report: Report) -> None:
    """A list of texts holds texts only: YAML reads no, on and 1.0 as something else."""
    for table in ("x-voice-figures", "x-mock-figures"):
        for name, row in document.get(table, {}).items():
            for place, value in _among_texts((table, name, "value"), row["value"]):
                report(place, f"expected a text like its neighbours, got {value!r}; write it in quotes")


def _among_texts(place: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield what stands in a list of texts and is none."""
    if isinstance(value, list) and any(isinstance(one, str) for one in value):
        yield from (((*place, index), one) for index, one in enumerate(value) if not isinstance(one, str))
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in members:
        yield from _among_texts((*place, key), one)
