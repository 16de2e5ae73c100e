"""Knows what a request that Schemathesis has generated is about: what it breaks, and whether it is worth sending."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import schemathesis
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario

from contract_tests.kit.errors.statuses import missing_key_row
from contract_tests.kit.fuzzing.failures import Fault
from contract_tests.kit.fuzzing.plain_spec import wire_names
from contract_tests.kit.media import FORM_TYPE
from contract_tests.kit.numbers import whole
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import parts_of, spell

HEADER, PATH, QUERY, BODY = (
    ParameterLocation.HEADER,
    ParameterLocation.PATH,
    ParameterLocation.QUERY,
    ParameterLocation.BODY,
)
NEGATIVE, POSITIVE = GenerationMode.NEGATIVE, GenerationMode.POSITIVE
Case = schemathesis.Case[Any]
_BEYOND = 1 << 63
Target = tuple[ParameterLocation | None, str | None]
# Scenario of a generated request → the kind of fault that x-voice-refusals calls it.
_KINDS: Mapping[CoverageScenario, str] = {
    CoverageScenario.MISSING_PARAMETER: "missing",
    CoverageScenario.OBJECT_MISSING_REQUIRED_PROPERTY: "missing",
    CoverageScenario.INCORRECT_TYPE: "type",
    CoverageScenario.INVALID_ENUM_VALUE: "enum",
    CoverageScenario.INVALID_FORMAT: "format",
    CoverageScenario.INVALID_PATTERN: "format",
    CoverageScenario.OBJECT_UNEXPECTED_PROPERTIES: "unknown-field",
    CoverageScenario.MALFORMED_CONTENT_TYPE: "media-type",
    CoverageScenario.UNSUPPORTED_CONTENT_TYPE: "media-type",
}


def is_positive(case: Case) -> bool:
    """Say whether a case is meant to be legal."""
    return case.meta is None or case.meta.generation.mode.is_positive


def targets_of(case: Case) -> set[Target]:
    """Return what a case breaks, as (place, parameter); the parameter is None where it breaks the place as a whole."""
    if is_positive(case):
        return set()
    assert case.meta is not None
    data = case.meta.phase.data
    if data.mutations:
        return {(one.parameter_location, one.parameter) for one in data.mutations}
    return {(data.parameter_location, data.parameter)}


def is_about(targets: set[Target], location: ParameterLocation, name: str) -> bool:
    """Say whether a case breaks a parameter, which must then be left alone."""
    return any(place is location and (one is None or one.lower() == name.lower()) for place, one in targets)


def scenario_of(case: Case) -> CoverageScenario | None:
    """Return the scenario of a case of the coverage phase."""
    return getattr(case.meta.phase.data, "scenario", None) if case.meta else None


def is_worth_sending(case: Case) -> bool:
    """Say whether a case can show anything.

    A form has no types: whatever Schemathesis puts there goes out as text, or not at all, and may be legal as it
    arrives. The forms family asks for strict numbers and booleans. That a parameter nobody documents is refused, no
    document says, and Schemathesis does not ask for it either.
    """
    scenario = scenario_of(case)
    if scenario is CoverageScenario.INCORRECT_TYPE:
        return not (case.media_type == FORM_TYPE and is_about(targets_of(case), BODY, FORM_TYPE))
    return scenario is not CoverageScenario.OBJECT_UNEXPECTED_PROPERTIES or is_about(targets_of(case), BODY, "")


def is_doubtful(operation: Operation, case: Case) -> bool:
    """Say whether a case that is meant to be legal may be refused nevertheless."""
    return is_positive(case) and not is_legal(operation, case.body)


def is_legal(operation: Operation, body: Any) -> bool:
    """Say whether a body that fits its schema is legal beyond doubt: by the rules between members, and by its numbers.

    A whole number of more than 64 bits is an integer to a schema; what comes of it, no document says.
    """
    if not isinstance(body, dict) or operation.is_form:
        return True
    if any(_is_beyond(body[name]) for name in operation.body_schema.get("properties", {}).keys() & body.keys()):
        return False
    return all(jsonschema_rs.is_valid(rule, body) for rule in operation.legal_rules.values())


def _is_beyond(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_is_beyond, value.values()))
    if isinstance(value, list):
        return any(map(_is_beyond, value))
    number = whole(value)
    return number is not None and not -_BEYOND <= number < _BEYOND


def is_fair(operation: Operation, case: Case) -> bool:
    """Say whether Schemathesis would judge by the documents: it takes no status but 401 for a missing Authorization."""
    row = missing_key_row(operation)
    is_about_key = is_about(targets_of(case), HEADER, "Authorization")
    return not (is_about_key and scenario_of(case) is CoverageScenario.MISSING_PARAMETER and row and row.status != 401)


def sampled(cases: list[Case], at_most: int, seed: int) -> list[Case]:
    """Return so many cases in their order: first one of each kind, then by chance of the seed."""
    groups: dict[Any, list[int]] = {}
    for place, case in enumerate(cases):
        groups.setdefault(_group(case), []).append(place)
    kept, rest = [], []
    for (location, *_), places in groups.items():
        kept.append(places[0])
        # A header, an id or a query is text whatever its type: one of each kind will do.
        rest += places[1:] if location is BODY else []
    chance = random.Random(seed)
    if len(kept) > at_most:
        kept, rest = chance.sample(kept, at_most), []
    more = chance.sample(rest, min(len(rest), at_most - len(kept)))
    return [cases[place] for place in sorted([*kept, *more])]


def _group(case: Case) -> tuple[Any, ...]:
    assert case.meta is not None
    data = case.meta.phase.data
    return data.parameter_location, data.parameter, scenario_of(case), data.location, data.description or ""


def fault_of(operation: Operation, case: Case) -> Fault | None:
    """Return what is wrong with a case, in the words of the spec; None for a legal one."""
    if is_positive(case):
        return None
    assert case.meta is not None
    data = case.meta.phase.data
    scenario = scenario_of(case)
    kind = _KINDS.get(scenario, "bound") if scenario else ""
    place = data.parameter_location.value if data.parameter_location else ""
    own = {wire: name for name, wire in wire_names(operation).items()}
    body = {own.get(name, name): value for name, value in case.body.items()} if isinstance(case.body, dict) else None
    within = spell(own.get(part, part) for part in parts_of(data.location or ""))
    what = data.description or "a request that breaks its schema"
    return Fault(operation, kind, place, data.parameter or "", within, what, body)
