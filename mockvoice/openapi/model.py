"""The frozen model of one provider: what the pipeline and the behaviours may ask a spec.

Nothing is compiled before somebody asks for it, so that a server answers soon after it starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mockvoice.core.accounts import Budget, Seed
from mockvoice.core.errors import SettingsError, SpecError
from mockvoice.core.limits import AtOnce, QuotaRule, WindowRule
from mockvoice.core.nearest import did_you_mean
from mockvoice.core.shelf import FileRule
from mockvoice.core.tasks import Machine
from mockvoice.openapi.operations import credential_of, headers_of, operation_of, parameter_reader
from mockvoice.openapi.plans import JSON_TYPE, Credential, ErrorRow, Operation, ResponsePlan
from mockvoice.openapi.pointer import read, spell
from mockvoice.openapi.requests import FieldReader
from mockvoice.openapi.vocabulary import METHODS


class Spec:
    """One provider's document after the choices were made."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.id: str = document["x-voice-provider"]["id"]
        self.name: str = document["x-voice-provider"]["name"]
        # Who runs the provider, where it shares accounts and voices with another one.
        self.operator: str | None = document["x-voice-provider"].get("operator")
        self._operations: dict[str, Operation] = {}

    # -- where things are ----------------------------------------------------------------------------

    @cached_property
    def routes(self) -> tuple[tuple[str, str, str], ...]:
        """(method, path template, operationId) of every operation, in document order."""
        return tuple(
            (method.upper(), path, item[method]["operationId"])
            for path, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        )

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Path prefixes under which the same paths answer once more."""
        return dict(self.document.get("x-voice-aliases", {}))

    @cached_property
    def unbuilt(self) -> Mapping[str, tuple[str, ...]]:
        """Path templates that are known, with their methods, and that nothing stands behind."""
        table = self.document.get("x-voice-unbuilt", {}).get("paths", {})
        return {path: tuple(methods) for path, methods in table.items()}

    def place(self, operation_id: str) -> tuple[str, str, dict[str, Any]]:
        """Return (method, path, OpenAPI object) of an operation. Raises SettingsError for an unknown id."""
        for method, path, one in self.routes:
            if one == operation_id:
                return method, path, self.document["paths"][path][method.lower()]
        known = [one for _, _, one in self.routes]
        raise SettingsError(f"{self.id}: no operation {operation_id!r}{did_you_mean(operation_id, known)}")

    # -- tables --------------------------------------------------------------------------------------

    @cached_property
    def errors(self) -> Mapping[str, ErrorRow]:
        """The error table by code."""
        return {code: _error_row(code, row) for code, row in self.document["x-voice-errors"].items()}

    @cached_property
    def fault_words(self) -> Mapping[str, Mapping[str, Any]]:
        """What templates tell of a failure that was only asked for, by code."""
        return dict(self.document.get("x-mock-faults", {}))

    @cached_property
    def file_rules(self) -> Mapping[str, FileRule]:
        """How long the files live whose addresses answers tell, by kind."""
        return {
            kind: FileRule(
                row["seconds"],
                row["expired"]["status"],
                row["expired"].get("media", "text/plain"),
                row["expired"].get("body", "").encode(),
            )
            for kind, row in self.document.get("x-voice-files", {}).items()
        }

    @cached_property
    def window_rules(self) -> Mapping[str, WindowRule]:
        """Rate limits of accounts by name."""
        return self._window_rules("account")

    @cached_property
    def address_rules(self) -> Mapping[str, WindowRule]:
        """Rate limits of addresses that call without an account, by name."""
        return self._window_rules("address")

    def _window_rules(self, per: str) -> dict[str, WindowRule]:
        rows = self.document.get("x-voice-limits", {}).get("windows", {})
        return {
            name: WindowRule(name, row["seconds"], row["allowances"], row.get("cost", 1), row["refusal"], per)
            for name, row in rows.items()
            if row.get("per", "account") == per
        }

    @cached_property
    def at_once(self) -> AtOnce | None:
        """How many calls of an account may be under way at the same time; None where that is not limited."""
        row = self.document.get("x-voice-limits", {}).get("at-once")
        return None if row is None else AtOnce(row["calls"], row["refusal"], row["wait"])

    @cached_property
    def addresses(self) -> Mapping[str, Any]:
        """Whom the simulator believes about addresses, and what single addresses may: `x-mock-addresses`."""
        return dict(self.document.get("x-mock-addresses", {}))

    @cached_property
    def quota_rule(self) -> QuotaRule | None:
        """How long a balance lasts; None when it is never filled up again."""
        row = self.document.get("x-voice-limits", {}).get("quota")
        return None if row is None else QuotaRule(row["seconds"], row["allowances"])

    @cached_property
    def seeds(self) -> tuple[Seed, ...]:
        """The accounts a fresh simulator knows."""
        quota = self.quota_rule
        return tuple(
            Seed(role=role, quota=quota, **{**row, "budget": self._budget(row.get("budget"))})
            for role, row in self.document["x-mock-accounts"].items()
        )

    def _budget(self, row: Mapping[str, Any] | None) -> Budget | None:
        """Return the budget of an account, with the length of its period."""
        if row is None:
            return None
        period = self.document["x-voice-limits"]["budgets"][row["period"]]
        return Budget(row["period"], period.get("calendar") or period["seconds"], row["amount"])

    @cached_property
    def machines(self) -> Mapping[str, Machine]:
        """Task machines by name."""
        return {name: machine_of(name, row) for name, row in self.document.get("x-voice-tasks", {}).items()}

    def pace(self, machine: str) -> Mapping[str, float]:
        """Seconds a task of that machine spends in each state."""
        found: Mapping[str, float] = self.document.get("x-mock-pace", {}).get(machine, {})
        return found

    def figure(self, name: str) -> Any:
        """Return a provider's figure (`x-voice-figures`) or a knob (`x-mock-figures`) by name."""
        for table in ("x-voice-figures", "x-mock-figures"):
            row = self.document.get(table, {}).get(name)
            if row is not None:
                return row["value"]
        raise SpecError([f"{self.id}: no figure {name!r} in x-voice-figures or x-mock-figures"])

    @property
    def needed(self) -> frozenset[str]:
        """What the provider needs and may be made to miss (`can-fail` of x-mock-figures)."""
        return frozenset(self.document.get("x-mock-figures", {}).get("can-fail", {}).get("value", ()))

    @cached_property
    def video_refusals(self) -> Mapping[str, str]:
        """The same of video."""
        return {condition: row["refusal"] for condition, row in self.document.get("x-voice-video", {}).items()}

    @cached_property
    def audio_refusals(self) -> Mapping[str, str]:
        """What is answered about audio that cannot be had or used: condition → error code."""
        return {condition: row["refusal"] for condition, row in self.document.get("x-voice-audio", {}).items()}

    @cached_property
    def hosts(self) -> Mapping[str, str]:
        """Reserved host names that provoke a condition."""
        return dict(self.document.get("x-mock-hosts", {}))

    @cached_property
    def id_patterns(self) -> Mapping[str, str]:
        """Patterns for make_ids by name."""
        return dict(self.document.get("x-mock-ids", {}))

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Which check speaks first when an operation says nothing else."""
        return tuple(self.document["x-voice-precedence"]["order"])

    @cached_property
    def refusals(self) -> Mapping[str, str | Mapping[str, str]]:
        """Which error code each kind of refusal has, unless an operation says otherwise."""
        return dict(self.document["x-voice-refusals"])

    def refusal_at(self, pointer: str) -> str | None:
        """Return the error that a schema names for what breaks it; `pointer` is where the broken keyword stands."""
        try:
            node = read(self.document, pointer.rpartition("/")[0])
        except (KeyError, ValueError):
            return None
        found = node.get("x-voice-refusal") if isinstance(node, dict) else None
        return None if found is None else str(found)

    @cached_property
    def credentials(self) -> Mapping[str, Credential]:
        """Security schemes by name."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        return {name: credential_of(name, scheme) for name, scheme in schemes.items()}

    @cached_property
    def routing(self) -> FieldReader | None:
        """The headers a gateway routes by, for a path nobody knows."""
        declared = self.document.get("components", {}).get("parameters", {})
        parameters = [(spell(("components", "parameters", name)), one) for name, one in declared.items()]
        return parameter_reader(self.document, parameters, "header", routes=True)

    def default_credentials(self) -> tuple[tuple[Credential, ...], ...]:
        """The ways in that hold where an operation says nothing, or for a path nobody knows."""
        return self.ways_in(self.document.get("security", []))

    def ways_in(self, security: list[dict[str, Any]]) -> tuple[tuple[Credential, ...], ...]:
        """The ways in that a `security` lists."""
        return tuple(tuple(self.credentials[name] for name in way) for way in security if way)

    def component_response(self, name: str) -> ResponsePlan:
        """Compile a response of `components` that belongs to no operation, such as an unknown path's."""
        response = self.document["components"]["responses"][name]
        return ResponsePlan(tuple(response.get("content", {})), headers_of(self.document, response))

    # -- operations ----------------------------------------------------------------------------------

    def operation(self, operation_id: str) -> Operation:
        """Return an operation, compiled on first use."""
        found = self._operations.get(operation_id)
        if found is None:
            found = self._operations[operation_id] = operation_of(self, operation_id)
        return found


def _error_row(code: str, row: Mapping[str, Any]) -> ErrorRow:
    body = row.get("body")
    media = row.get("media") or ("text/plain; charset=utf-8" if isinstance(body, str) else JSON_TYPE)
    operations = frozenset(row["operations"]) if "operations" in row else None
    excepted = frozenset(row.get("except", ()))
    return ErrorRow(code, row["status"], row["when"], body, media, row.get("response"), operations, excepted)


def machine_of(name: str, row: Mapping[str, Any]) -> Machine:
    """Compile one machine of `x-voice-tasks`."""
    return Machine(
        name=name,
        initial=row["initial"],
        success=row["success"],
        edges={state: tuple(following) for state, following in row["edges"].items()},
        terminal=frozenset(row["terminal"]),
        progress={state: tuple(figures) for state, figures in row["progress"].items()},
    )
