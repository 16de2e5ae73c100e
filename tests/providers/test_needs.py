"""What a provider's verbs read is declared, and a spec that lacks it is refused with the nearest name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockvoice.audio.codec import FORMATS
from mockvoice.core.errors import SpecError
from mockvoice.openapi.pointer import replace, spell
from mockvoice.openapi.vocabulary import Path as Place
from mockvoice.providers import REGISTRY, load, load_needs
from mockvoice.service import voice_needs
from mockvoice.service.needs import needs_check
from mockvoice.service.speech import SPEECH_FORMATS
from tests.harness.edits import renamed, without
from tests.harness.recipes import Kitchen
from tests.harness.specs import PROVIDERS, document, spec

PACKAGES = Path(__file__).parents[2] / "mockvoice/providers"
Edited = Callable[..., Kitchen]

# -- the declarations are what the code reads --------------------------------------------------------------

# The name of a function → what its argument at a position names.
CALLS = {
    "figure": ("figures", 0), "admit": ("figures", 1), "id": ("ids", 0), "make_id": ("ids", 0), "chosen": ("rows", 0),
    "ApiError": ("errors", 0), "upload": ("fields", 0), "hear_upload": ("fields", 1), "hear_url": ("fields", 1),
    "_given": ("fields", 1), "is_set": ("fields", 1), "start": ("machines", 1), "find": ("machines", 1),
    "finished": ("machines", 1), "_of_account": ("other_attributes", 1),
}  # fmt: skip
# The name of a mapping → what its keys name.
MAPS = {"fields": "fields", "attributes": "attributes", "readings": "rows", "machines": "machines"}


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class Scan(ast.NodeVisitor):
    """Collects what the modules of a package read by a name that stands in the code."""

    def __init__(self, package: str) -> None:
        self._scan((PACKAGES / package.rpartition(".")[2]).glob("*.py"))

    @classmethod
    def of(cls, *paths: Path) -> Scan:
        scan = cls.__new__(cls)
        scan._scan(paths)
        return scan

    def _scan(self, paths: Iterable[Path]) -> None:
        self.read: dict[str, set[str]] = defaultdict(set)
        self.asked: dict[str, set[str]] = defaultdict(set)
        self.texts: set[str] = set()
        for path in paths:
            if path.name != "needs.py":
                tree = ast.parse(path.read_text(encoding="utf-8"))
                self._constants = {
                    name_of(one.targets[0]): one.value
                    for one in tree.body
                    if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)
                }
                self.visit(tree)

    def _text(self, node: ast.expr) -> str | None:
        found = self._constants.get(node.id, node) if isinstance(node, ast.Name) else node
        return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None

    def _note(self, kind: str, node: ast.expr) -> str | None:
        text = self._text(node)
        if text is not None:
            self.read[kind].add(text)
        return text

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.texts.add(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        kind, position = CALLS.get(name_of(node.func), ("", 0))
        if kind and len(node.args) > position:
            self._note(kind, node.args[position])
        is_get = isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        if is_get and isinstance(node.func, ast.Attribute) and name_of(node.func.value) == "attributes":
            self._note("other_attributes", node.args[0])
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        kind = MAPS.get(name_of(node.value))
        if kind and isinstance(node.ctx, ast.Load):
            self._note(kind, node.slice)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        if isinstance(left, ast.Call) and name_of(left.func) == "chosen":
            row, reading = self._text(left.args[0]), self._text(node.comparators[0])
            if row is not None and reading is not None:
                self.asked[row].add(reading)
        self.generic_visit(node)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_the_code_reads_is_declared_and_nothing_else(provider: str) -> None:
    needs, scan = load_needs(provider), Scan(REGISTRY[provider])
    declared = {
        "figures": {*needs.figures},
        "ids": {*needs.ids},
        "machines": {*needs.machines},
        "errors": {*needs.errors},
        "rows": {*needs.readings},
        "fields": {name for names in needs.fields.values() for name in names},
    }
    # What the shared service reads for a provider is in no module of its package.
    shared = {
        *("audio-extensions", "audio-file-bytes", "video-extensions", "video-file-bytes", "lip-sync-longest-seconds"),
        *(*voice_needs.FIGURES, *voice_needs.ERRORS, *voice_needs.IDS),
    }

    assert {kind: names for kind in declared if (names := scan.read[kind] - declared[kind])} == {}
    assert {kind: left for kind, names in declared.items() if (left := names - scan.texts - shared)} == {}


def test_what_cloning_reads_is_declared_and_nothing_else() -> None:
    scan = Scan.of(PACKAGES.parent / "service/voices.py")

    assert scan.read["figures"] == {*voice_needs.FIGURES}
    assert {*voice_needs.ERRORS} <= scan.texts
    assert scan.read["errors"] <= {*voice_needs.ERRORS}
    assert scan.read["ids"] == {*voice_needs.IDS}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_attributes_and_readings_that_the_code_reads_are_declared(provider: str) -> None:
    needs, scan = load_needs(provider), Scan(REGISTRY[provider])
    known = {*needs.attributes, *needs.other_attributes}

    # The models an account has cloned are kept with it, and do not come from the spec.
    assert (scan.read["attributes"] | scan.read["other_attributes"]) - {"own_models"} <= known <= scan.texts
    assert [row for row, asked in scan.asked.items() if not asked <= {*needs.readings[row]}] == []
    assert {reading for readings in needs.readings.values() for reading in readings} <= scan.texts


def test_the_formats_of_speech_are_those_of_the_codec() -> None:
    assert set(FORMATS) == set(SPEECH_FORMATS)


# -- what is declared has to be there -----------------------------------------------------------------------


def missing(provider: str, changed: dict[str, Any]) -> list[str]:
    found: list[str] = []

    def report(path: Place, message: str) -> None:
        found.append(f"{spell(path)}: {message}")

    needs_check(load(provider), load_needs(provider))(changed, report)
    return found


def needed(provider: str) -> Iterator[str]:
    """Yield the pointer of everything a provider declares to read, beside fields."""
    needs, whole = load_needs(provider), document(provider)
    for name in needs.figures:
        table = "x-voice-figures" if name in whole.get("x-voice-figures", {}) else "x-mock-figures"
        yield spell((table, name))
    for table, names in (
        ("x-voice-audio", needs.conditions), ("x-mock-ids", needs.ids), ("x-voice-tasks", needs.machines),
        ("x-voice-errors", needs.errors), ("x-voice-ambiguities", needs.readings),
    ):  # fmt: skip
        yield from (spell((table, name)) for name in names)
    for row, readings in needs.readings.items():
        yield from (spell(("x-voice-ambiguities", row, "readings", one)) for one in readings)
    yield from (spell(("x-mock-accounts", "mock-low", "attributes", name)) for name in needs.attributes)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_whatever_is_renamed_or_taken_away_is_named(provider: str) -> None:
    whole = document(provider)

    assert missing(provider, whole) == []
    for pointer in needed(provider):
        name = pointer.rpartition("/")[2]
        assert any(f"/{name}: is missing" in one for one in missing(provider, without(whole, pointer))), pointer
        assert any(f"did you mean '{name}x'?" in one for one in missing(provider, renamed(whole, pointer))), pointer


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_field_that_is_read_has_to_be_there_and_to_have_a_value(provider: str) -> None:
    whole = document(provider)
    for operation_id, names in load_needs(provider).fields.items():
        place = spec(provider).place(operation_id)
        pointer = spell(("paths", place[1], place[0].lower()))
        bare = whole
        for part in {"requestBody", "parameters"} & {*place[2]}:
            bare = without(bare, f"{pointer}/{part}")
        found = missing(provider, bare)
        for name in names:
            assert any(f"no field '{name}', which '{operation_id}' reads" in one for one in found), (operation_id, name)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_operation_that_asks_who_calls_may_not_be_open(provider: str) -> None:
    whole = document(provider)
    for operation_id in load_needs(provider).accounts:
        method, path, _ = spec(provider).place(operation_id)
        changed = replace(whole, spell(("paths", path, method.lower(), "security")), [])

        assert any("/security: expected a way in" in one for one in missing(provider, changed))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_any_other_operation_that_costs_nothing_answers_without_a_key(provider: str, edited: Edited) -> None:
    for _, _, operation_id in spec(provider).routes:
        method, path, node = spec(provider).place(operation_id)
        if operation_id in load_needs(provider).accounts or "x-voice-billing" in node:
            continue
        cook = edited(provider, {spell(("paths", path, method.lower(), "security")): []})

        answer = cook.cook({"operation": operation_id, "role": None})

        assert answer.status == spec(provider).operation(operation_id).success, operation_id


AITRE_ENUM = "/components/schemas/SpeechRequest/properties/response_format/enum"
SPEECH = "/paths/~1v1~1audio~1speech/post"


@pytest.mark.parametrize(
    ("provider", "changes", "unset", "said"),
    [
        ("aitre", {"/x-mock-figures/audio-extension": {"value": [], "what": "w"}}, ("/x-voice-figures/audio-extensions",),
         "aitre.yaml: /x-voice-figures/audio-extensions: is missing: the behaviours read it; did you mean 'audio-extension'?"),
        ("fishaudio-net", {}, ("/x-voice-audio/unreachable", "/x-mock-hosts/unreachable.mock.test"),
         "fishaudio-net.yaml: /x-voice-audio/unreachable: is missing: audio can end so"),
        ("fishaudio-net", {}, ("/x-voice-audio/gone",), "/x-mock-hosts/gone.mock.test: no row 'gone' in x-voice-audio"),
        ("fishaudio-org", {"/x-mock-accounts/mock-low/attributes": {"user_id": "u", "tierr": "pro", "credits": 1}}, (),
         "/x-mock-accounts/mock-low/attributes/tier: is missing: the behaviours read it; did you mean 'tierr'?"),
        ("aitre", {"/x-mock-ids": {"requests": "x"}}, (), "/x-mock-ids/request: is missing: every request gets an id"),
        ("fishaudio-org", {}, ("/security",), "/paths/~1api~1open~1v1~1profile/get/security: expected a way in"),
        ("aitre", {AITRE_ENUM: ["mp3", "opus", "aac", "flac", "ogg"]}, (),
         f"{AITRE_ENUM}/4: 'ogg' has no media type in x-voice-formats of 'createSpeech'"),
        ("aitre", {}, (f"{SPEECH}/x-voice-formats/types/mp3",), "'mp3' has no media type in x-voice-formats of 'createSpeech'"),
        ("aitre", {AITRE_ENUM: ["mp3", "opus", "aac", "flac", "wma"], f"{SPEECH}/x-voice-formats/types/wma": "audio/x-ms-wma"}, (),
         f"{AITRE_ENUM}/4: 'wma' cannot be made"),
        ("aitre", {}, (f"{SPEECH}/x-voice-formats",), "/x-voice-formats: is missing: 'createSpeech' answers in the format asked for"),
        ("aitre", {"/paths/~1v1~1models/get/operationId": "listModel"}, (),
         "/paths/~1v1~1models/get/operationId: no behaviour for 'listModel'; did you mean 'listModels'?"),
        ("aitre", {"/x-voice-figures/audio-extensions/value": ["mp3", False]}, (),
         "/x-voice-figures/audio-extensions/value/1: expected a text, got 'False'; write it in quotes"),
        ("hadrian", {"/x-voice-figures/audio-tokens/value": {"token": 37, "milliseconds": 4000}}, (),
         "/x-voice-figures/audio-tokens/value/tokens: is missing: this table needs it; is 'token' meant to be it?"),
        ("hadrian", {}, ("/paths/~1api~1v1~1audio~1speech/post/x-voice-billing",), "/x-voice-billing: is missing: 'createSpeech' tells what it costs"),
    ],
)  # fmt: skip
def test_a_spec_that_could_only_answer_500_is_refused(
    provider: str, changes: dict[str, Any], unset: tuple[str, ...], said: str, edited: Edited
) -> None:
    with pytest.raises(SpecError) as refused:
        edited(provider, changes, unset)

    assert any(said in one for one in refused.value.problems), refused.value.problems
