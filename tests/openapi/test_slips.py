"""Whatever slips into a spec, the loader names it or takes it; it never falls over, and what it takes compiles."""

from __future__ import annotations

import random
from typing import Any

import pytest

from mockvoice.core.errors import SpecError
from mockvoice.openapi.checks import check_document
from mockvoice.openapi.choices import choose
from mockvoice.openapi.documents import parse_yaml
from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import replace
from tests.harness.edits import edits, nodes, without
from tests.harness.specs import PROVIDERS, document
from tests.harness.tiny import tiny

pytestmark = pytest.mark.slow


def fault_of(changed: dict[str, Any]) -> str | None:
    """Return how the loader falls over a spec, or None when it names problems or the spec can be compiled."""
    try:
        if not check_document(changed, "spec.yaml"):
            compile_all(Spec(choose(changed, {})[0]))
    except Exception as error:
        return repr(error)
    return None


def compile_all(spec: Spec) -> None:
    for _, _, operation_id in spec.routes:
        operation = spec.operation(operation_id)
        if operation.body is not None:
            assert isinstance(operation.body.defaults, dict)
            assert operation.body.is_valid is not None
    for row in spec.errors.values():
        if row.response is not None:
            spec.component_response(row.response)
    assert spec.seeds
    assert spec.machines is not None
    assert spec.default_credentials() is not None


def test_no_single_edit_of_a_small_spec_makes_the_loader_fall_over() -> None:
    sound = tiny()
    found = {what: fault_of(changed) for pointer in nodes(sound) for what, changed in edits(sound, pointer)}

    assert {what: fault for what, fault in found.items() if fault is not None} == {}
    assert len(found) > 4_000


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_sampled_edit_of_a_shipped_spec_makes_the_loader_fall_over(provider: str) -> None:
    sound = document(provider)
    chance = random.Random(provider)
    chosen = chance.sample(list(nodes(sound)), 12)
    found = dict(chance.choice(list(edits(sound, pointer))) for pointer in chosen)

    assert {what: fault for what, changed in found.items() if (fault := fault_of(changed)) is not None} == {}


@pytest.mark.parametrize(
    "table",
    [
        "paths", "info", "openapi", "x-voice-errors", "x-voice-sources", "x-voice-refusals", "x-voice-provider",
        "x-voice-precedence", "x-mock-accounts", "x-mock-ids",
    ],
)  # fmt: skip
def test_a_table_that_is_gone_or_misspelt_is_named(table: str) -> None:
    sound = tiny()
    misspelt = {f"{key}s" if key == table else key: value for key, value in sound.items()}

    gone = check_document(without(sound, f"/{table}"), "spec.yaml")
    slip = check_document(misspelt, "spec.yaml")

    assert f"spec.yaml: /{table}: is missing: every document object has it" in gone[0]
    assert any(f"/{table}: is missing" in one and f"is '{table}s' meant to be it?" in one for one in slip), slip


SAY = "/paths/~1say/post"


@pytest.mark.parametrize(
    ("pointer", "value", "said"),
    [
        (f"{SAY}/responses/429", {"$ref": []}, f"{SAY}/responses/429/$ref: expected a text that starts with '#/components/resp"),
        (f"{SAY}/responses/429", {"$ref": "#/components/schemas/Say"}, "expected a text that starts with '#/components/responses/'"),
        ("/components/responses/R429", {"$ref": "#/components/responses/R429"}, "leads back to itself"),
        (f"{SAY}/responses/default", {"$ref": "#/components/responses/R429"}, f"{SAY}/responses: a key does not fit"),
        (f"{SAY}/parameters", [{"name": "q", "in": "qery"}], f"{SAY}/parameters/0/in: unknown value 'qery'; did you mean 'query'?"),
        ("/components/schemas/Say/properties/text/type", "strng", "/text/type: unknown value 'strng'; did you mean 'string'?"),
        ("/components/schemas/Say/properties/text/pattern", "a(", "/text/pattern: expected a regular expression, got 'a('"),
        ("/components/schemas/Say/properties/text", True, "/text: expected a mapping (an OpenAPI schema object), got bool"),
        ("/components/securitySchemes/bearer/type", "htp", "/bearer/type: unknown value 'htp'; did you mean 'http'?"),
        ("/components/securitySchemes/bearer", {"type": "http"}, "/bearer/scheme: is missing: a scheme of type 'http' has it"),
        ("/x-mock-ids", {"requests": "x"}, "/x-mock-ids/request: is missing: every request gets an id; did you mean 'requests'?"),
        ("/x-voice-tasks/job/enum", "#/info", "/x-voice-tasks/job/enum: expected a list of states at '#/info', got dict"),
        ("/x-mock-pace/job/queued", float("inf"), "/queued: expected text, a number of 64 bits, true, false or null, got 'inf'"),
        ("/x-mock-accounts/mock-low/attributes", {False: 1}, "/attributes/False: expected a text as key, got False; put it in quotes"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_named(pointer: str, value: Any, said: str) -> None:
    found = check_document(replace(tiny(), pointer, value), "spec.yaml")

    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    "text", [b"a: !!int x", b"? [1]\n: 2", b"a: !!bool x", b"[" * 20_000, b"&a {b: *a}", b"a: !!map [1]"]
)
def test_yaml_that_python_cannot_hold_is_named(text: bytes) -> None:
    with pytest.raises(SpecError, match=r"bad\.yaml"):
        parse_yaml(text, "bad.yaml")


def test_a_spec_deeper_than_json_may_be_is_named() -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]

    found = check_document({**tiny(), "tags": deep}, "spec.yaml")

    assert "expected at most 100 levels below each other" in found[0]
