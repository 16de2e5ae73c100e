"""Aims a generated request at a provider: puts in the key, ids, required headers and clips, and knows its price."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from schemathesis.core import SCHEMATHESIS_TEST_CASE_HEADER
from schemathesis.core.parameters import ParameterLocation
from schemathesis.transport.serialization import Binary

from contract_tests.kit.clips import NoClips
from contract_tests.kit.credentials import header_of, value_of
from contract_tests.kit.fuzzing.generated import (
    HEADER,
    PATH,
    QUERY,
    Case,
    Target,
    fault_of,
    is_about,
    scenario_of,
    targets_of,
)
from contract_tests.kit.fuzzing.plain_spec import wire_names
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Draft, Upload
from contract_tests.kit.run import Run

# Who asks; and the same number for every request, as the number of a case is made anew in each run.
_OWN_HEADERS = {"User-Agent": "mockvoice-check", SCHEMATHESIS_TEST_CASE_HEADER: "0"}


class Aim:
    """Completes cases by what only a run knows."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def worst(self, operation: Operation, case: Case, *, ids: bool = True) -> int:
        """Return the most a case may cost; `ids` as in draft."""
        draft = self.draft(operation, case, ids=ids)
        # Escaped, a text is at least as long as whatever way of writing it is sent.
        size = len(json.dumps(case.body if draft.is_raw else draft.fields, default=str))
        return self._run.guard.amounts.worst(operation, draft, draft.fields, size)

    def example(self, operation: Operation) -> dict[str, Any]:
        """Return the members of the documented example as they are sent; none where it takes a clip that is nowhere."""
        names = wire_names(operation)
        with suppress(NoClips):
            return {names.get(name, name): one for name, one in self._run.members(operation, {}).items()}
        return {}

    def draft(self, operation: Operation, case: Case, *, ids: bool = True) -> Draft:
        """Put the key, required headers and clips into a case, except where it is about them, and tell what is sent.

        With `ids` it is aimed at what the run has made.
        """
        targets = targets_of(case)
        self._keep_to_the_example(operation, case)
        # What was generated stays what it was meant to be: a clip in the place of random bytes is no fault.
        case.freeze_metadata()
        case.headers.update(_OWN_HEADERS)
        role = self._key(operation, case, targets)
        for name, value in operation.example_headers.items():
            _set(case.headers, name, value, targets, HEADER)
        for name, value in self._run.leads.identity(operation).items() if ids and operation.source_link else ():
            if name in operation.path_parameters:
                _set(case.path_parameters, name, value, targets, PATH)
            else:
                _set(case.query, name, value, targets, QUERY)
        files = self._clips(operation, case)
        fields = case.body if isinstance(case.body, dict) else {}
        shown = {name: value for name, value in fields.items() if name not in files}
        is_raw = bool(operation.media) and not isinstance(case.body, dict)
        return Draft(operation.id, case.method, "", {}, b"", shown, files, role, is_raw)

    def _keep_to_the_example(self, operation: Operation, case: Case) -> None:
        """Take what is not wrong about a request from the example: in forms, it would be any text that is legal."""
        fault = fault_of(operation, case) if scenario_of(case) else None
        if fault is None or not isinstance(case.body, dict) or not operation.is_form:
            return
        for name, value in self._run.members(operation, {}).items():
            if name in case.body and name != fault.member:
                case.body[name] = value

    def _key(self, operation: Operation, case: Case, targets: set[Target]) -> str | None:
        role: str | None = None
        for place, way in enumerate(operation.ways_in):
            name = header_of(way)
            if is_about(targets, HEADER, name):
                continue
            case.headers.pop(name, None)
            # One key is enough: two at once are refused where there are two ways in.
            if place == 0:
                case.headers[name] = value_of(way, self._run.key("funded"))
                role = "funded"
        return role

    def _clips(self, operation: Operation, case: Case) -> dict[str, Upload]:
        """Put a real clip wherever the case holds any file at all."""
        if not isinstance(case.body, dict) or not operation.is_form:
            return {}
        files = {}
        for field, clip in operation.clips.items():
            if isinstance(case.body.get(field), Binary):
                data = self._run.clips.get(clip).data
                case.body[field] = Binary(data)
                files[field] = Upload(clip, data)
        return files


def _set(container: Any, name: str, value: str, targets: set[Target], location: ParameterLocation) -> None:
    if not is_about(targets, location, name):
        container[name] = value
