"""What holds for every provider, made from its spec: examples, errors, readings, schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs
import pytest

from mockvoice.core.errors import ApiError
from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import read
from mockvoice.openapi.recipes import provocations_of
from mockvoice.openapi.rules.common import PROBES
from mockvoice.openapi.vocabulary import resolve
from mockvoice.web import pipeline, refusals
from mockvoice.web.exchange import Exchange
from mockvoice.web.faults import may_answer
from tests.harness.recipes import Kitchen
from tests.harness.specs import PROVIDERS, spec
from tests.harness.talk import Wire
from tests.harness.wire import Answer

MakeKitchen = Callable[..., Kitchen]


def operations() -> list[tuple[str, str]]:
    return [(provider, operation_id) for provider in PROVIDERS for _, _, operation_id in spec(provider).routes]


def provocations() -> list[tuple[str, str, str]]:
    """(provider, name of the provocation, operation) for every operation a provocation is meant for."""
    found = []
    for provider in PROVIDERS:
        one = spec(provider)
        for name, row in rows(one).items():
            found += [(provider, name, operation_id) for operation_id in meant_for(one, row)]
    return found


def rows(one: Spec) -> dict[str, Mapping[str, Any]]:
    """Every provocation by name: those for any endpoint, and those for the simulator only."""
    return {name: row for (_, name), row in provocations_of(one.document)}


def meant_for(one: Spec, row: Mapping[str, Any]) -> list[str]:
    """The operations a provocation is for: its own, those it lists, else all that can answer its code."""
    if "operation" in row["request"]:
        return [row["request"]["operation"]]
    if "operations" in row:
        return list(row["operations"])
    error = one.document["x-voice-errors"][row["code"]]
    every = [operation_id for _, _, operation_id in one.routes]
    if "url" in row["request"]:
        return every[:1]
    candidates = error.get("operations", [one for one in every if one not in error.get("except", ())])
    if row["code"] in guard_codes(one):
        candidates = [operation_id for operation_id in candidates if not one.operation(operation_id).is_open]
    return list(candidates)


def guard_codes(one: Spec) -> set[str]:
    """Codes that only an operation with a credential can answer."""
    kinds = ("no-credential", "bad-credential", "malformed-credential", "revoked", "forbidden")
    return {str(one.refusals[kind]) for kind in kinds if kind in one.refusals} | {
        rule.refusal_at(operation) for rule in one.window_rules.values() for _, _, operation in one.routes
    }


def readings() -> list[tuple[str, str, str]]:
    return [
        (provider, row, reading)
        for provider in PROVIDERS
        for row, ambiguity in spec(provider).document.get("x-voice-ambiguities", {}).items()
        for reading in ambiguity["readings"]
    ]


def check_against_schema(one: Spec, operation_id: str | None, answer: Answer, component: str | None = None) -> None:
    """Assert that an answer is one its spec declares: status, media type, body, headers."""
    if operation_id is not None and str(answer.status) in one.place(operation_id)[2]["responses"]:
        declared = resolve(one.document, one.place(operation_id)[2]["responses"][str(answer.status)])
    else:
        assert component is not None, f"{operation_id} has no response {answer.status}: {answer.body[:300]!r}"
        declared = one.document["components"]["responses"][component]
    for name, header in declared.get("headers", {}).items():
        target = resolve(one.document, header)
        if target.get("required"):
            assert name.lower() in answer.headers, f"header {name} is missing from {answer.headers}"
    content = {media.split(";")[0]: item for media, item in declared.get("content", {}).items()}
    media = answer.media.split(";")[0]
    if not content:
        assert answer.body == b""
        return
    if not answer.body and not media:
        return
    assert media in content, f"{media} is not among {sorted(content)}"
    schema = content[media].get("schema")
    if schema is None or not media.endswith("json"):
        assert answer.body
        return
    bundle = {**schema, "components": {"schemas": one.document["components"]["schemas"]}}
    errors = list(jsonschema_rs.validator_for(bundle, validate_formats=True).iter_errors(answer.json()))
    assert errors == [], f"{errors[0].message} at {errors[0].instance_path} in {answer.body[:500]!r}"


@pytest.mark.parametrize(("provider", "operation_id"), operations())
def test_the_example_request_succeeds_and_its_answer_satisfies_the_schema(
    kitchen: MakeKitchen, provider: str, operation_id: str
) -> None:
    cook = kitchen(provider)

    answer = cook.cook({}, operation_id)

    assert answer.status == spec(provider).operation(operation_id).success, answer.body[:500]
    check_against_schema(spec(provider), operation_id, answer)


@pytest.mark.parametrize(("provider", "operation_id"), operations())
def test_the_shortest_request_succeeds_and_costs_no_more_than_the_example(
    kitchen: MakeKitchen, provider: str, operation_id: str
) -> None:
    one = spec(provider)
    recipes: list[dict[str, Any]] = [{}, one.place(operation_id)[2].get("x-voice-shortest", {})]
    cook = kitchen(provider)

    answers = [cook.cook(recipe, operation_id) for recipe in recipes]

    assert [answer.status for answer in answers] == [one.operation(operation_id).success] * 2, answers[1].body[:500]
    example, least = [line.charged for line in cook.client.app.world.journal.lines if line.operation == operation_id]
    assert least <= example


@pytest.mark.parametrize(("provider", "operation_id"), operations())
def test_an_example_with_a_documented_answer_gets_that_answer(
    kitchen: MakeKitchen, provider: str, operation_id: str
) -> None:
    """Examples of the same name in request and response belong together."""
    one = spec(provider)
    _, _, node = one.place(operation_id)
    requests = _examples(node.get("requestBody", {}))
    answers = _examples(node["responses"][str(one.operation(operation_id).success)])

    for name in requests.keys() & answers.keys():
        answer = kitchen(provider).cook({"with": requests[name]}, operation_id)
        assert answer.json() == answers[name]


def _examples(node: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: example["value"]
        for media in node.get("content", {}).values()
        for name, example in media.get("examples", {}).items()
    }


@pytest.mark.parametrize(("provider", "name", "operation_id"), provocations())
def test_a_provocation_gets_its_error(kitchen: MakeKitchen, provider: str, name: str, operation_id: str) -> None:
    one = spec(provider)
    row = rows(one)[name]
    error = one.errors[row["code"]]

    answer = kitchen(provider).cook(row["request"], operation_id)

    assert answer.status == error.status, (answer.headers, answer.body[:500])
    hint = answer.headers["x-mockvoice-hint"]
    assert hint.startswith(f"rule {row['code']};")
    assert "; expected " in hint
    place = hint.partition(f"{provider}.yaml#")[2].partition(";")[0]
    assert read(one.document, place) is not None, f"the hint points to {place}, where nothing is"
    check_against_schema(one, None if "url" in row["request"] else operation_id, answer, error.response)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_error_code_is_provoked_or_marked(provider: str) -> None:
    one = spec(provider)
    provoked = {row["code"] for row in rows(one).values()}
    marked = set(one.document.get("x-mock-unbehaved", {}))

    assert provoked | marked == set(one.errors)
    assert provoked & marked == set()


@pytest.mark.parametrize(("provider", "operation_id"), operations())
def test_every_status_of_an_operation_is_provoked_or_marked(provider: str, operation_id: str) -> None:
    one = spec(provider)
    _, _, node = one.place(operation_id)
    shown = {one.operation(operation_id).success}
    for other, name, meant in provocations():
        if other == provider and meant == operation_id and "url" not in rows(one)[name]["request"]:
            shown.add(one.errors[rows(one)[name]["code"]].status)
    marked = {
        int(status)
        for status, response in node["responses"].items()
        if "x-mock-behaved" in resolve(one.document, response)
    }

    assert {int(status) for status in node["responses"]} == shown | marked
    assert shown & marked == set()


def shows(answer: Answer, expected: Mapping[str, Any], opening: Answer | None) -> bool:
    """Say whether an answer is what a reading shows; `opening` is what the first request of the probe was answered."""
    checks = [
        answer.status == expected.get("status", answer.status),
        answer.media.split(";")[0] == expected.get("media", answer.media.split(";")[0]),
        expected.get("text", "") in answer.body.decode("utf-8", "replace"),
    ]
    for name, value in expected.get("headers", {}).items():
        got = answer.headers.get(name.lower())
        checks.append(got is not None if value == "*" else got == value)
    if "chunks" in expected:
        checks.append((len(answer.chunks) > 1) == (expected["chunks"] == "many"))
    for pointer, value in expected.get("json", {}).items():
        checks.append(_at(answer, pointer) == value)
    for pointer, value in expected.get("unlike", {}).items():
        checks.append(_at(answer, pointer) not in (value, _NOTHING))
    for pointer in expected.get("absent", ()):
        checks.append(_at(answer, pointer) is _NOTHING)
    for pointer in expected.get("present", ()):
        checks.append(_at(answer, pointer) is not _NOTHING)
    for name, pattern in expected.get("patterns", {}).items():
        checks.append(re.search(pattern, answer.headers.get(name.lower(), "")) is not None)
    for place, change in expected.get("change", {}).items():
        assert opening is not None
        checks.append(_number(answer, place) - _number(opening, place) == change)
    for place, member in expected.get("descending", {}).items():
        values = [read(one, member) for one in _at(answer, place)]
        checks.append(values == sorted(values, reverse=True))
    return all(checks)


def _number(answer: Answer, place: str) -> int:
    """A number in an answer: at a pointer, or in a header."""
    return int(_at(answer, place) if place.startswith("/") else answer.headers[place.lower()])


def component_of(cook: Kitchen) -> str | None:
    """The response component that the error of the last answer names, if it was one."""
    code = cook.client.app.world.journal.lines[-1].code
    return cook.spec.errors[code].response if code else None


_NOTHING = object()


def _at(answer: Answer, pointer: str) -> Any:
    try:
        return read(answer.json(), pointer)
    except (KeyError, ValueError):
        return _NOTHING


@pytest.mark.parametrize(("provider", "row", "reading"), readings())
def test_a_reading_shows_itself_and_no_other(kitchen: MakeKitchen, provider: str, row: str, reading: str) -> None:
    """A row whose switch changes nothing fails here: each reading must show what only it shows."""
    ambiguity = spec(provider).document["x-voice-ambiguities"][row]

    cook = kitchen(provider, choices={f"{provider}.{row}": reading})
    if "talk" in ambiguity:
        told = last_message(cook, ambiguity["talk"])
        assert [name for name, one in ambiguity["readings"].items() if shows(told, one["shows"], None)] == [reading]
        return
    (probe,) = [ambiguity[key] for key in PROBES if key in ambiguity]
    answer = cook.cook(probe)

    check_against_schema(cook.spec, probe["operation"], answer, component_of(cook))
    fitting = [name for name, other in ambiguity["readings"].items() if shows(answer, other["shows"], cook.opening)]
    assert fitting == [reading], (answer.status, answer.headers, answer.body[:500])


def last_message(cook: Kitchen, talk: Mapping[str, Any]) -> Answer:
    """What the client of a session is told last, after its start."""
    row = cook.spec.document["x-voice-websockets"][talk["socket"]]
    role = talk["role"]
    token = next((seed.token for seed in cook.spec.seeds if seed.role == role), "")

    async def go() -> bytes:
        wire = Wire(cook.client.app, token, cook.prefix + row["path"])
        wire.send("start", **talk["start"])
        await wire.until("ready", "error")
        wire.leave()
        await wire.over()
        return next(str(one["text"]).encode() for one in reversed(wire.sent) if "text" in one)

    said: bytes = cook.client.run(go())
    return Answer(200, [("content-type", "application/json")], said)


def other_readings() -> list[tuple[str, str, str]]:
    """Every reading that is not the default of its row."""
    rows_of = {one: spec(one).document.get("x-voice-ambiguities", {}) for one in PROVIDERS}
    return [one for one in readings() if rows_of[one[0]][one[1]]["default"] != one[2]]


def is_cheap(row: Mapping[str, Any]) -> bool:
    """Whether a provocation needs no account of its own, no large body and no long recording."""
    request = row["request"]
    is_plain = not {"times", "padding", "first"} & set(request) and request.get("role") != "mock-low"
    is_plain &= "x-mockvoice-fault" not in request.get("headers", {})
    return is_plain and "lecture.flac" not in request.get("clips", {}).values()


@pytest.mark.slow
@pytest.mark.parametrize(("provider", "row", "reading"), other_readings())
def test_provocations_hold_under_every_reading(kitchen: MakeKitchen, provider: str, row: str, reading: str) -> None:
    """A reading that changes what a provocation is answered says so; here on the first operation it is meant for."""
    cook = kitchen(provider, choices={f"{provider}.{row}": reading})

    answered = {}
    for name, one in rows(cook.spec).items():
        if is_cheap(one):
            cook.cook(one["request"], meant_for(cook.spec, one)[0])
            answered[name] = cook.client.app.world.journal.lines[-1].code

    assert answered == {name: one["code"] for name, one in rows(cook.spec).items() if is_cheap(one)}


def faults() -> list[tuple[str, str, str]]:
    """(provider, operation, code) for every failure an operation may be asked for."""
    return [
        (provider, operation_id, code)
        for provider, operation_id in operations()
        for code, row in spec(provider).errors.items()
        if may_answer(spec(provider).operation(operation_id), row)
    ]


@pytest.mark.parametrize(("provider", "operation_id", "code"), faults())
def test_a_fault_reads_as_if_the_provider_had_failed(
    kitchen: MakeKitchen, provider: str, operation_id: str, code: str
) -> None:
    """The body fits its schema and says nothing of ours; that it was asked for stands in the hint."""
    one = spec(provider)

    answer = kitchen(provider).cook({"headers": {"x-mockvoice-fault": code}}, operation_id)

    assert answer.status == one.errors[code].status, answer.body[:500]
    assert answer.headers["x-mockvoice-hint"].endswith(f"expected no x-mockvoice-fault header; got {code}")
    check_against_schema(one, operation_id, answer)
    assert b"mockvoice" not in answer.body


@pytest.mark.parametrize(("provider", "operation_id", "code"), faults())
def test_a_fault_leaves_no_gap_in_its_template(
    kitchen: MakeKitchen, monkeypatch: pytest.MonkeyPatch, provider: str, operation_id: str, code: str
) -> None:
    told: dict[str, Any] = {}

    def words_for(x: Exchange, error: ApiError) -> dict[str, Any]:
        told.update(refusals.words_for(x, error))
        return told

    monkeypatch.setattr(pipeline, "words_for", words_for)
    kitchen(provider).cook({"headers": {"x-mockvoice-fault": code}}, operation_id)

    template = json.dumps(spec(provider).errors[code].body)
    gaps = [name for name in re.findall(r"\{([a-z_][a-z0-9_-]*)\}", template) if told.get(name) in ("", None)]
    assert gaps == []
