"""Forms that are wrong in one thing each: parts, boundaries, values that are no numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.clips import Clips
from contract_tests.kit.errors.parsing import is_file, read, refusal_of, types_of, wire_name
from contract_tests.kit.errors.validation import Refusal, Wrong, body_problems, refusal_by, speaks
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import FORM_TYPE, JSON_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import BOUNDARY, Recipe, Upload, form

_TEXT = b"a few words that are no sound"
# What a strict reader takes for none of a type, among it what a lenient one does take.
_NONE_OF: dict[str, tuple[str, ...]] = {
    "integer": ("", "one", "1.5", "1e", "0x10"),
    "number": ("", "warm", "0,5", "0x1", "--1", "true"),
    "boolean": ("", "perhaps", "TRUE", "null", "2"),
    "object": ("", "EU", "[]", '{"a": '),
}


def forms(facts: Facts) -> dict[str, Operation]:
    """Operations that take a form."""
    return {name: one for name, one in facts.operations.items() if one.is_form}


def file_fields(operation: Operation) -> list[str]:
    """Return the members that are uploads, in the order of the schema."""
    return [name for name in operation.body_schema.get("properties", {}) if is_file(operation, name)]


# -- parts that are not there ------------------------------------------------------------------------


def without_file(operation: Operation) -> list[tuple[Recipe, Refusal]]:
    """Return forms without their file, and without anything, with how they are refused."""
    required = operation.body_schema.get("required", ())
    files = [name for name in file_fields(operation) if name in required]
    recipes: list[Recipe] = [{"without": [name]} for name in files]
    recipes.append({"without": [*operation.example, *operation.clips]})
    return [(recipe, refusal) for recipe in recipes if (refusal := refusal_of(operation, recipe)) is not None]


def misnamed(operation: Operation, clips: Clips) -> list[tuple[Recipe, Refusal]]:
    """Return forms in which a required part goes by another name, with how they are refused."""
    found: list[tuple[Recipe, Refusal]] = []
    for name in operation.body_schema.get("required", ()):
        refusal = refusal_of(operation, {"without": [name]})
        if refusal is None:
            continue
        for other in (f"{name}s", name.upper()):
            recipe: dict[str, Any] = {"without": [name]}
            if is_file(operation, name):
                clip = clips.get(operation.clips[name])
                recipe["files"] = {other: Upload(clip.name, clip.data)}
            elif name in operation.example:
                recipe["with"] = {other: operation.example[name]}
            found.append((recipe, refusal))
    return found


# -- forms that cannot be read -----------------------------------------------------------------------


@dataclass(frozen=True)
class BrokenForm:
    """One way in which a form is broken."""

    operation: Operation
    how: str

    @property
    def name(self) -> str:
        """The id of the case."""
        return f"{self.operation.id}-{self.how}"


# What is wrong with a form → the kind of fault that this is.
_BROKEN = {
    "no-boundary": "no-boundary",
    "another-boundary": "malformed-body",
    "cut-off-in-the-file": "malformed-body",
    "no-closing-boundary": "malformed-body",
    "no-form-at-all": "malformed-body",
    "empty": "malformed-body",
    "a-part-without-a-name": "malformed-body",
    "as-json": "media-type",
    "as-nothing": "media-type",
}


def broken_forms(facts: Facts) -> dict[str, BrokenForm]:
    """Return every form, with each way to break it: boundaries, an end in the middle, another type."""
    cases = [BrokenForm(one, how) for one in forms(facts).values() for how in _BROKEN]
    return {case.name: case for case in cases if broken_refusal(case.operation, case.how) is not None}


def broken_refusal(operation: Operation, how: str) -> Refusal | None:
    """Return how a broken form is refused; one without a boundary as a malformed one, where no more is said."""
    refusal = refusal_by(operation, _BROKEN[how])
    return refusal_by(operation, "malformed-body") if refusal is None and how == "no-boundary" else refusal


def broken(operation: Operation, how: str, clips: Clips) -> Recipe:
    """Return the request with a form that is broken in one way."""
    whole = form(operation.example, _uploads(operation, clips))
    start = whole.index(b'filename="')
    recipes: dict[str, Recipe] = {
        "no-boundary": {"media": FORM_TYPE},
        "another-boundary": {"media": f"{FORM_TYPE}; boundary=another-one"},
        "cut-off-in-the-file": {"body": whole[: start + (len(whole) - start) // 2]},
        "no-closing-boundary": {"body": whole.removesuffix(f"--{BOUNDARY}--\r\n".encode())},
        "no-form-at-all": {"body": b"no form at all"},
        "empty": {"body": b""},
        "a-part-without-a-name": {"body": _nameless(operation)},
        "as-json": {"media": JSON_TYPE},
        "as-nothing": {"headers": {"Content-Type": None}},
    }
    return recipes[how]


def _uploads(operation: Operation, clips: Clips) -> dict[str, Upload]:
    return {name: Upload(clip, clips.get(clip).data) for name, clip in operation.clips.items()}


def _nameless(operation: Operation) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nno name\r\n".encode()
    return head + form(operation.example, {})


# -- values ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Strict:
    """A form field that is no text, and texts that are none of its type."""

    operation: Operation
    member: str
    requests: tuple[tuple[Recipe, Refusal], ...] = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The id of the case."""
        return f"{self.operation.id}-{self.member}"


def strict_fields(facts: Facts) -> dict[str, Strict]:
    """Return every form field that is a number, a boolean or an object."""
    every = forms(facts).values()
    return facts.keep("strict fields", lambda: {case.name: case for one in every for case in _strict(one)})


def _strict(operation: Operation) -> Iterator[Strict]:
    for name in operation.body_schema.get("properties", {}):
        member, _ = operation.member(name)
        wire, types = wire_name(member, name), types_of(member)
        if not wire or "string" in types:
            continue
        texts = dict.fromkeys(text for kind, texts in _NONE_OF.items() if kind in types for text in texts)
        recipes: list[Recipe] = [{"with": {wire: text}} for text in texts]
        known = [(recipe, refusal_of(operation, recipe)) for recipe in recipes]
        requests = tuple((recipe, refusal) for recipe, refusal in known if refusal is not None)
        if requests:
            yield Strict(operation, name, requests)


# -- parts of the wrong sort -------------------------------------------------------------------------


def text_as_file(operation: Operation) -> list[tuple[Recipe, tuple[Refusal, ...]]]:
    """Return forms in which a text stands where a file is due: a part without a file name, with how they are refused.

    Where such a part counts as a file (`x-voice-file-name`), it is a file without sound.
    """
    found: list[tuple[Recipe, tuple[Refusal, ...]]] = []
    for name in file_fields(operation):
        member, pointer = operation.member(name)
        if "x-voice-file-name" in member:
            refusals = _refusals_of_no_audio(operation, pointer)
        else:
            one = speaks(operation, [Wrong(frozenset({"type"}), name, pointer)])
            refusals = () if one is None else (one,)
        if refusals:
            body = form({**operation.example, name: _TEXT.decode()}, {})
            found.append(({"body": body}, refusals))
    return found


def _refusals_of_no_audio(operation: Operation, pointer: str) -> tuple[Refusal, ...]:
    audio = operation.facts.audio
    codes = [audio[condition]["refusal"] for condition in ("not-audio", "corrupt") if condition in audio]
    return tuple(Refusal(operation.facts.errors[code], pointer) for code in dict.fromkeys(codes))


def file_as_text(operation: Operation) -> dict[str, Refusal]:
    """Return the fields of a form in which a file must not stand, with how such a form is refused."""
    found: dict[str, Refusal] = {}
    for name in operation.body_schema.get("properties", {}):
        member, pointer = operation.member(name)
        wire = wire_name(member, name)
        if is_file(operation, name) or not wire or "array" in types_of(member):
            continue
        value = {**read(operation, operation.example), **dict.fromkeys(operation.clips, "a file"), name: "a file"}
        others = [one for one in body_problems(operation, value) if one.member != name]
        refusal = speaks(operation, [*others, Wrong(frozenset({"type"}), name, pointer)])
        if refusal is not None:
            found[name] = refusal
    return found


def with_file_in(operation: Operation, name: str, clips: Clips) -> Recipe:
    """Return the request in which a file stands in a field that is a text."""
    wire = wire_name(operation.member(name)[0], name)
    fields = {other: value for other, value in operation.example.items() if other not in {name, wire}}
    return {"body": form(fields, {**_uploads(operation, clips), wire: Upload("text.txt", _TEXT)})}
