"""What Schemathesis is told about a provider: nothing kept, nothing learnt from answers, the documents' own statuses.

`python -m contract_tests.kit.fuzzing.settings` writes the same as `contract_tests/schemathesis.toml`, for all specs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from contract_tests.kit.errors.statuses import content_statuses, missing_key_row, refusal_statuses
from contract_tests.kit.facts import Facts, load
from contract_tests.kit.operations import Operation
from contract_tests.kit.wire import READ_SECONDS

ROOT = Path(__file__).parents[3]
# A wrong form is often legal as it arrives: nulls and empty lists are not sent, all else is text. The check means to
# see that, but takes any file in the form for a fault.
_FORMS = {"negative_data_rejection": {"enabled": False}}
# Warnings that mean that nothing was looked at. Others come of random ids and models, which are refused as documented.
_COULD_NOT_LOOK = ["missing_auth", "rate_limited", "base_url_mismatch", "unmatched_filter", "unused_openapi_auth"]
# What can be expected only of an id that is one.
_WITH_AN_ID = ("positive_data_acceptance", "status_code_conformance")
FILE = ROOT / "contract_tests" / "schemathesis.toml"


def settings_for(facts: Facts, target: str, seed: int) -> dict[str, Any]:
    """Return the configuration for a run of the suite, by the names of `schemathesis.toml`."""
    return {
        "base-url": target,
        "seed": seed,
        **_common(),
        # The error family sends wrong methods, and a missing and a wrong key, once for each operation.
        "checks": {"ignored_auth": {"enabled": False}, "unsupported_method": {"enabled": False}},
        "operations": [operation_settings(one) for one in facts.operations.values()],
    }


def _common() -> dict[str, Any]:
    """Return what keeps a run off the disk and its requests the same."""
    sources = {"extra-data-sources": {"responses": False}}
    return {
        "cache": {"enabled": False},
        "generation": {"database": "none"},
        "phases": {
            "coverage": {"unexpected-methods": [], **sources},
            "fuzzing": sources,
            # Links that no document has are guesses, and one from a list to a deletion deletes what others have made.
            "stateful": {"inference": {"algorithms": []}},
        },
    }


def operation_settings(operation: Operation) -> dict[str, Any]:
    """Return what a check may expect of an operation: what its own documents say."""
    refused = sorted(refusal_statuses(operation))
    failures = [status for status in refused if status >= 500]
    key = missing_key_row(operation)
    missing = sorted({*refused, *([key.status] if key else [])}) or [400]
    # Failures of the service are the business of not_a_server_error.
    accepted = ["2xx", "5xx", *sorted({*content_statuses(operation), 402, 429})]
    settings: dict[str, Any] = {
        "include-operation-id": operation.id,
        "checks": {
            # Where the documents refuse with a success, a success is no sign of anything.
            "negative_data_rejection": {"enabled": 200 not in refused, "expected-statuses": _texts(missing)},
            "positive_data_acceptance": {"expected-statuses": _texts(accepted)},
            "missing_required_header": {"expected-statuses": _texts(missing)},
            "not_a_server_error": {"expected-statuses": _texts(["2xx", "3xx", "4xx", *failures])},
        },
    }
    if operation.is_form:
        settings["phases"] = {phase: {"checks": dict(_FORMS)} for phase in ("fuzzing", "stateful")}
    return settings


def _for_the_command_line(settings: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """Return the same where nobody picks the requests that can show something, and nobody knows which ids are there.

    See generated.is_worth_sending, and is_doubtful.
    """
    if operation.is_form:
        settings["checks"] |= _FORMS
        del settings["phases"]
    row = operation.doubtful_refusal
    if row is not None:
        accepted = settings["checks"]["positive_data_acceptance"]
        accepted["expected-statuses"] = _texts([*accepted["expected-statuses"], row.status])
    source = operation.source_link
    if source is not None and any(one.status < 300 for one in source[0].own_errors):
        # Such a refusal leads here without an id, and so nowhere.
        settings["phases"] = {"stateful": {"checks": {key: {"enabled": False} for key in _WITH_AN_ID}}}
    if 403 in content_statuses(operation) and (source or operation.fill_link):
        # Ids that are made up are those of others, where that is refused like a bad key.
        settings["warnings"] = {"fail-on": [one for one in _COULD_NOT_LOOK if one != "missing_auth"]}
    return settings


def _texts(statuses: Iterable[Any]) -> list[str]:
    return list(dict.fromkeys(map(str, statuses)))


# -- the file ----------------------------------------------------------------------------------------


def as_toml(providers: Iterable[Facts]) -> str:
    """Return the configuration of `schemathesis run` for several providers, told apart by the titles of their specs."""
    lines = [
        "# For `schemathesis run`; see README.md. By `python -m contract_tests.kit.fuzzing.settings` from specs/:",
        "# which statuses an operation may answer, the key from the environment, the headers that every request needs.",
        'hooks = "contract_tests.hooks"',
        "seed = 0",
        "workers = 1",
        # As the suite waits; ten seconds, which is the default, are little for a clone or a film.
        f"request-timeout = {READ_SECONDS:g}",
        *_lines({**_common(), "warnings": {"fail-on": _COULD_NOT_LOOK}}),
    ]
    for facts in providers:
        lines += ["", "[[project]]", f"title = {_value(facts.document['info']['title'])}"]
        lines += _lines({"auth": {"openapi": _keys(facts)}, "parameters": _parameters(facts)})
        for operation in facts.operations.values():
            lines += [
                "",
                "[[project.operations]]",
                *_lines(_for_the_command_line(operation_settings(operation), operation)),
            ]
    return "\n".join(lines) + "\n"


def _keys(facts: Facts) -> dict[str, Any]:
    """Return the key for the first way in: two at once are refused where there are two."""
    schemes = facts.document["components"].get("securitySchemes", {})
    wanted = [name for one in facts.document.get("security", ()) for name in one]
    name = wanted[0]
    return {name: {"bearer" if schemes[name]["type"] == "http" else "api_key": "${MOCKVOICE_TOKEN}"}}


def _parameters(facts: Facts) -> dict[str, str]:
    """Return the headers without which nothing reaches the API."""
    return {
        f"header.{name}": value
        for operation in facts.operations.values()
        for name, value in operation.example_headers.items()
    }


def _lines(node: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Yield `dotted.name = value` for everything in nested tables."""
    for key, value in node.items():
        name = above + (json.dumps(key) if "." in key else key)
        if isinstance(value, Mapping):
            yield from _lines(value, f"{name}.")
        else:
            yield f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    """Return a text, a flag, a number or a list as TOML writes it, which is as JSON does."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text(as_toml(load(one.stem, one.parent) for one in sorted((ROOT / "specs").glob("*.yaml"))), "utf-8")
