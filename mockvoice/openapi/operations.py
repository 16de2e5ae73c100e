"""Compiles one operation of a spec, when it is first called: its request, its answers, its ways in, its price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockvoice.core.money import CHARGED_AT_ONCE, Count, Foreseen, Rate, Step, Tariff
from mockvoice.openapi.plans import FORM_TYPE, Credential, HeaderPlan, Operation, ResponsePlan, Trigger
from mockvoice.openapi.pointer import spell
from mockvoice.openapi.requests import FieldReader, ObjectCheck
from mockvoice.openapi.vocabulary import resolve

if TYPE_CHECKING:
    from mockvoice.openapi.model import Spec


def operation_of(spec: Spec, operation_id: str) -> Operation:
    """Compile an operation of a spec. Raises SettingsError for an unknown id."""
    document = spec.document
    method, path, node = spec.place(operation_id)
    security = node.get("security", document.get("security", []))
    limits = node.get("x-voice-limits", {})
    root_limits = document.get("x-voice-limits", {})
    body = node.get("requestBody", {})
    media, *other_media = body.get("content", {}) or (None,)
    schema = body.get("content", {}).get(media, {}).get("schema")
    formats = node.get("x-voice-formats", {})
    responses = {
        int(status): ResponsePlan(tuple(resolve(document, one).get("content", {})), headers_of(document, one))
        for status, one in node["responses"].items()
    }
    here = ("paths", path, method.lower())
    parameters = [
        (one.get("$ref", "").removeprefix("#") or spell((*here, "parameters", index)), resolve(document, one))
        for index, one in enumerate(node.get("parameters", []))
    ]
    inline = spell((*here, "requestBody", "content", media, "schema")) if media is not None else ""
    check = ObjectCheck(schema, document, "body", inline) if schema is not None else None
    precedence = node.get("x-voice-precedence", document["x-voice-precedence"])
    return Operation(
        id=operation_id,
        method=method,
        path=path,
        order=tuple(node.get("x-voice-precedence", {}).get("order", spec.order)),
        credentials=spec.ways_in(security),
        body_credential=node.get("x-voice-body-credential"),
        body_media=media,
        body_required=bool(body.get("required", False)),
        body_limit=limits.get("body", root_limits.get("body", {"bytes": 1 << 20}))["bytes"],
        body=check,
        form=FieldReader(check) if check is not None and media == FORM_TYPE else None,
        query=parameter_reader(document, parameters, "query"),
        path_fields=parameter_reader(document, parameters, "path"),
        header_fields=parameter_reader(document, parameters, "header"),
        tariff=tariff_of(node.get("x-voice-billing")),
        windows=tuple(limits.get("apply", spec.window_rules)),
        refusals={**spec.refusals, **node.get("x-voice-refusals", {})},
        responses=responses,
        success=min(status for status in responses if 200 <= status < 300),
        format_field=formats.get("field"),
        format_types=formats.get("types", {}),
        triggers=tuple(
            Trigger(name, row["field"], row["contains"], row.get("fails-after"), row.get("refuses"))
            for name, row in document.get("x-mock-triggers", {}).items()
            if row["operation"] == operation_id
        ),
        # A wrong method is no refusal of a request that has found its operation.
        upstream=frozenset(precedence.get("upstream", ())) - {str(spec.refusals["wrong-method"])},
        kinds=tuple(precedence.get("kinds", ())),
        routing=parameter_reader(document, parameters, "header", routes=True),
        other_media=tuple(other_media),
        scope=node.get("x-voice-scope", {}).get("name", ""),
    )


def headers_of(document: dict[str, Any], response: dict[str, Any]) -> tuple[HeaderPlan, ...]:
    """Compile the headers of a response object."""
    plans = []
    for name, header in resolve(document, response).get("headers", {}).items():
        target = resolve(document, header)
        constant = target.get("schema", {}).get("const", target.get("x-mock-value"))
        value, _, argument = target.get("x-voice-value", "").partition(":")
        plans.append(
            HeaderPlan(
                name.lower().encode(),
                value,
                argument,
                None if constant is None else str(constant).encode(),
            )
        )
    return tuple(plans)


def parameter_reader(
    document: dict[str, Any], parameters: list[tuple[str, dict[str, Any]]], place: str, routes: bool = False
) -> FieldReader | None:
    """Return the reader of the parameters of a place, each given with its pointer; None when there are none."""
    pointers = {
        one["name"]: pointer
        for pointer, one in parameters
        if one["in"] == place and one.get("x-voice-routes", False) is routes
    }
    chosen = [one for _, one in parameters if one["name"] in pointers and one["in"] == place]
    if not chosen:
        return None
    schema = {
        "type": "object",
        "properties": {one["name"]: one["schema"] for one in chosen},
        "required": [one["name"] for one in chosen if one.get("required")],
    }
    return FieldReader(ObjectCheck(schema, document, place, parameters=pointers))


def credential_of(name: str, scheme: Mapping[str, Any]) -> Credential:
    """Compile a security scheme."""
    rule = scheme.get("x-voice-key-prefix", {})
    prefix, otherwise = rule.get("prefix", ""), rule.get("otherwise", "malformed")
    if scheme["type"] == "http":
        return Credential(name, b"authorization", str(scheme["scheme"]).lower(), prefix, otherwise)
    return Credential(name, str(scheme["name"]).lower().encode(), "", prefix, otherwise)


def tariff_of(row: Mapping[str, Any] | None) -> Tariff | None:
    """Compile an `x-voice-billing` table; None for an operation that costs nothing."""
    if row is None:
        return None
    steps = tuple(
        Step(
            per=step["per"],
            give=_give(step["give"]),
            rounding=step.get("rounding", "down"),
            minimum=step.get("minimum", 0),
        )
        for step in row["steps"]
    )
    rates = [step.give for step in steps if isinstance(step.give, Rate)]
    fields = {name for one in rates for name in one.fields()} or {""}
    hold = row.get("hold")
    counts = tuple(Count(name, _give(one["give"])) for name, one in row.get("counts", {}).items())
    return Tariff(
        row["measure"], row.get("field", ""), steps, row["refusal"], hold if isinstance(hold, int) else None,
        row.get("trusted-multiple"), row.get("refused") == "charged", row.get("charged", CHARGED_AT_ONCE),
        {} if len(fields) == 1 else None, fields.pop(), counts, Foreseen(**hold) if isinstance(hold, dict) else None,
    )  # fmt: skip


def _give(give: Any) -> int | Rate:
    """Compile what a step gives: a number, or a rate by a field, which may hold other rates."""
    if isinstance(give, int):
        return give
    values = {name: _give(one) for name, one in give["values"].items()}
    return Rate(give["by"], values, _give(give["otherwise"]), give.get("match") == "beginning")
