"""The shipped specs are OpenAPI to tools that know nothing of us, under every choice of readings."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator

from mockvoice.openapi.choices import with_readings
from tests.harness.specs import PROVIDERS, document, spec

READINGS = [
    (provider, row, reading)
    for provider in PROVIDERS
    for row, ambiguity in document(provider)["x-voice-ambiguities"].items()
    for reading in ambiguity["readings"]
]


def operations_of(provider: str) -> list[Any]:
    """What Schemathesis makes of a spec; raises where it cannot use an operation."""
    results: list[Any] = list(schemathesis.openapi.from_dict(document(provider)).get_all_operations())
    return [result.ok() for result in results]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_public_validator_accepts_every_spec(provider: str) -> None:
    assert document(provider)["openapi"].startswith("3.1.")
    assert [error.message for error in OpenAPIV31SpecValidator(document(provider)).iter_errors()] == []


@pytest.mark.parametrize(("provider", "row", "reading"), READINGS)
def test_the_public_validator_accepts_every_reading(provider: str, row: str, reading: str) -> None:
    refused: list[Any] = []
    chosen = with_readings(document(provider), {row: reading}, lambda *problem: refused.append(problem))

    assert refused == []
    assert [error.message for error in OpenAPIV31SpecValidator(chosen or {}).iter_errors()] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_schemathesis_finds_every_operation(provider: str) -> None:
    found = {(operation.method.upper(), operation.path) for operation in operations_of(provider)}

    assert found == {(method, path) for method, path, _ in spec(provider).routes}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_schemathesis_makes_requests_for_every_operation(provider: str) -> None:
    for operation in operations_of(provider):
        cases = operation.as_strategy()

        @given(case=cases)
        @settings(
            max_examples=1, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        def make_one(case: Any) -> None:
            assert case.formatted_path.startswith("/")

        make_one()
