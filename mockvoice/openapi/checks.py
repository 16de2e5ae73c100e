"""Knows what makes a spec sound. Every problem names the file, the JSON pointer, and what was expected.

`check_document` is run once per content of a file; a sound spec is then served from the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi import rules
from mockvoice.openapi.choices import with_readings
from mockvoice.openapi.plain import check_plain
from mockvoice.openapi.pointer import read, spell
from mockvoice.openapi.shapes import check_extension, check_shape
from mockvoice.openapi.vocabulary import METHODS, Path, extensions_of, resolve, walk, where

Rule = Callable[[dict[str, Any], Callable[[Path, str], None]], None]

# Objects that must carry x-voice-source themselves (a $ref carries that of its target).
_SOURCED = frozenset({"info", "operation", "parameter", "response", "header", "security"})


class Findings:
    """Collects problems of one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    def add(self, path: Path, message: str) -> None:
        """Note a problem at a place."""
        self.problems.append(f"{self.name}: {where(path)}: {message}")


def check_document(document: dict[str, Any], name: str, also: Rule | None = None) -> list[str]:
    """Return all problems of a spec, also under every reading of every ambiguity; empty when it is sound.

    `also` is one more rule: what the provider's own code needs, which nobody here knows.
    """
    checks = (*_CHECKS, *rules.CHECKS, *((also,) if also is not None else ()))
    findings = Findings(name)
    _check_once(document, checks, findings)
    if findings.problems:
        return findings.problems
    for row, ambiguity in document.get("x-voice-ambiguities", {}).items():
        for reading in ambiguity["readings"]:
            changed = with_readings(document, {row: reading}, findings.add)
            if changed is not None:
                inner = Findings(f"{name} with {row}={reading}")
                _check_once(changed, checks, inner)
                findings.problems += inner.problems
    return findings.problems


def _check_once(document: dict[str, Any], checks: Iterable[Rule], findings: Findings) -> None:
    check_plain(document, findings.add)
    if findings.problems:
        return
    objects = list(walk(document, findings.add))
    for kind, path, node in objects:
        check_shape(kind, path, node, findings.add)
        for extension, place, value in extensions_of(node, path):
            check_extension(extension, place, value, findings.add)
        if kind in _SOURCED and "$ref" not in node and "x-voice-source" not in node:
            findings.add((*path, "x-voice-source"), f"is missing: every {kind} names where it was seen")
        _check_parts(path, node, findings.add)
    if not findings.problems:
        for kind, path, node in objects:
            if kind == "schema":
                _check_schema(path, node, findings)
    _check_references(document, findings.add)
    if findings.problems:
        return  # the checks below rely on shapes, and on references that lead somewhere
    for check in checks:
        check(document, findings.add)


def _check_parts(path: Path, node: dict[str, Any], report: Callable[[Path, str], None]) -> None:
    """What is said to have been seen elsewhere is a key of the object."""
    source = node.get("x-voice-source")
    parts = source.get("parts", {}) if isinstance(source, dict) else {}
    for key in parts if isinstance(parts, dict) else ():
        if key not in node:
            report((*path, "x-voice-source", "parts", key), f"the object has no such key{did_you_mean(key, node)}")


def _check_schema(path: Path, node: dict[str, Any], findings: Findings) -> None:
    for index, value in enumerate(node.get("enum", ())):
        _check_text((*path, "enum", index), node, value, findings)
    if "const" in node:
        _check_text((*path, "const"), node, node["const"], findings)
    if "default" in node and "enum" in node and node["default"] not in node["enum"]:
        findings.add(
            (*path, "default"),
            f"{node['default']!r} is not in the enum{did_you_mean(node['default'], node['enum'])}",
        )


def _check_text(place: Path, node: dict[str, Any], value: Any, findings: Findings) -> None:
    """Report a value that has to be a text, by the type of its schema or because there is none."""
    types = node.get("type", [])
    types = [types] if isinstance(types, str) else types
    wanted = not types or types == ["string"] or ("string" in types and value is not None)
    if wanted and not isinstance(value, str):
        findings.add(
            place, f"expected a text, got {value!r}; write it in quotes (YAML reads no, on, 1.0 and null otherwise)"
        )


def _references(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield (*path, key), value
            else:
                yield from _references(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _references(value, (*path, index))


def _is_endless(document: dict[str, Any], reference: str) -> bool:
    """Say whether a chain of references has no end. Raises KeyError, ValueError where it leads nowhere."""
    for _ in range(8):  # as many as `resolve` follows
        node = read(document, reference)
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            return False
        reference = node["$ref"]
    return True


def _check_references(document: dict[str, Any], report: Callable[[Path, str], None]) -> None:
    for path, reference in _references(document, ()):
        try:
            if _is_endless(document, reference):
                report(path, f"{reference!r} leads back to itself; expected an object in the end")
        except (KeyError, ValueError):
            family = reference.rsplit("/", 1)[0]
            try:
                known = [f"{family}/{name}" for name in read(document, family)]
            except (KeyError, TypeError, ValueError):
                known = []
            report(path, f"nothing at {reference!r}{did_you_mean(reference, known)}")


def _check_request_sources(document: dict[str, Any], report: Callable[[Path, str], None]) -> None:
    """Every member of a request body carries its own source, as a parameter does."""
    for path, item in document["paths"].items():
        for method in METHODS:
            for media, content in item.get(method, {}).get("requestBody", {}).get("content", {}).items():
                place: Path = ("paths", path, method, "requestBody", "content", media, "schema")
                schema = content.get("schema", {})
                if "$ref" in schema:
                    place = tuple(schema["$ref"].removeprefix("#/").split("/"))
                    schema = resolve(document, schema)
                for name, member in schema.get("properties", {}).items():
                    if "$ref" not in member and "x-voice-source" not in member:
                        report(
                            (*place, "properties", name, "x-voice-source"),
                            "is missing: every request field names where it was seen",
                        )


def _source_tables(node: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every mapping that has both `seen` and `source`."""
    if isinstance(node, dict):
        if "seen" in node and "source" in node:
            yield path, node
        for key, value in node.items():
            if key not in {"example", "examples", "value", "properties"} or key == "properties":
                yield from _source_tables(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _source_tables(value, (*path, index))


def _check_source_keys(document: dict[str, Any], report: Callable[[Path, str], None]) -> None:
    sources = document["x-voice-sources"]
    for path, table in _source_tables(document, ()):
        key = table["source"]
        if not isinstance(key, str):
            continue  # a schema member that happens to be called source
        if key not in sources:
            report((*path, "source"), f"unknown source {key!r}{did_you_mean(key, sources)}")
            continue
        kind = sources[key]["kind"]
        if (table["seen"] == "document") != (kind == "document"):
            report(
                (*path, "seen"),
                f"{table['seen']!r} does not fit the source {key!r}, which is of kind {kind!r}",
            )


def _check_examples(document: dict[str, Any], report: Callable[[Path, str], None]) -> None:
    """Examples satisfy their own schema."""
    import jsonschema_rs  # noqa: PLC0415 - only for a spec that is new

    schemas = {"components": {"schemas": document.get("components", {}).get("schemas", {})}}
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    for kind, path, node in walk(document, lambda _path, _message: None):
        if kind == "media" and "schema" in node:
            values = [
                ((*path, "examples", name, "value"), one.get("value")) for name, one in node.get("examples", {}).items()
            ]
        elif kind == "parameter" and "example" in node:
            values = [((*path, "example"), node["example"])]
        elif kind == "schema" and "default" in node:
            values = [((*path, "default"), node["default"])]
        else:
            continue
        schema = node if kind == "schema" else node["schema"]
        if kind == "media" and path[-1] == "multipart/form-data":
            continue  # a form's example leaves out the file, which x-voice-clips names
        validator = jsonschema_rs.validator_for({**dialect, **schema, **schemas})
        for place, value in values:
            error = next(iter(validator.iter_errors(value)), None)
            if error is not None:
                report(
                    place,
                    f"does not satisfy its schema: {spell(error.instance_path) or 'the value'}: {error.message}",
                )


_CHECKS: tuple[Rule, ...] = (_check_request_sources, _check_source_keys, _check_examples)
