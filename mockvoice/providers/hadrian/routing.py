"""Knows the ways that a model names: `model`, `provider/model`, or a provider kept in the gateway's database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call

STATIC, DYNAMIC = "static", "dynamic"


class Way(NamedTuple):
    """Where a call goes: `provider` as it is called, `place` what it is, the bare `model`, where it is configured."""

    provider: str
    place: Mapping[str, Any]
    model: str
    source: str


def way_of(call: Call, named: str) -> Way:
    """Return the way that a model names. Raises ApiError."""
    first, slash, rest = named.partition("/")
    providers: Mapping[str, Any] = call.figure("gateway-providers")
    if not slash:
        default = call.figure("default-provider")
        return Way(default, providers[default], named, STATIC)
    if first in providers:
        return Way(first, providers[first], rest, STATIC)
    forms: Mapping[str, Any] = call.figure("routing-scopes")
    if first in forms["outer"]:
        return _dynamic(call, forms, first, rest)
    said = f"Provider '{first}' not found"
    raise ApiError("routing_error", field="model", problem=said, expected=f"one of {', '.join(providers)}", got=first)


def _dynamic(call: Call, forms: Mapping[str, Any], scope: str, rest: str) -> Way:
    """Return the way to a provider of an organisation, a project or a team of it, or a user. Raises ApiError."""
    parts = rest.split("/", 2)
    if len(parts) < 3:
        raise _incomplete(forms["outer"][scope], rest)
    owner, provider, model = parts
    if scope == ":org" and provider in forms["inner"]:
        inner = provider
        owned = f"{owner}/:{inner.removeprefix(':')}"
        # What stands behind the inner scope: its owner, the provider, the model, which may hold slashes.
        parts = model.split("/", 2)
        if len(parts) < 3:
            raise _incomplete(forms["inner"][inner], rest)
        name, provider, model = parts
        return _found(call, inner, f"{owned}/{name}", name, owner, provider, model)
    return _found(call, scope, owner, owner, owner, provider, model)


def _incomplete(needed: str, rest: str) -> ApiError:
    return ApiError("routing_error", field="model", problem=f"Missing component: {needed}", expected=needed, got=rest)


def _found(call: Call, scope: str, key: str, name: str, owner: str, provider: str, model: str) -> Way:
    """Look a provider up, as the gateway does in its database: its owner, the provider, whether the caller may."""
    known: Mapping[str, Mapping[str, str]] = call.figure("dynamic-providers")
    kind = call.figure("scope-names")[scope]
    if scope == ":user":
        # A user counts alone, whatever organisation is named before.
        key = name
    elif owner not in known:
        raise _unresolved(f"Invalid scope: Organization '{owner}' not found")
    if key not in known:
        within = "" if scope in {":org", ":user"} else f" in org '{owner}'"
        raise _unresolved(f"Invalid scope: {kind.capitalize()} '{name}' not found{within}")
    configured = known[key].get(provider)
    if configured is None:
        raise _unresolved(_twice(f"Provider '{provider}' not found for {kind} '{name}'"))
    member = call.account.attributes.get("member_of", ())
    if (name if scope == ":user" else owner) not in member:
        raise _unresolved(_twice("Provider not found"))
    return Way(provider, call.figure("gateway-providers")[configured], model, DYNAMIC)


def _twice(said: str) -> str:
    """Return a sentence as the gateway wraps it once more in its own."""
    return f"Provider '{said}' not found"


def _unresolved(said: str) -> ApiError:
    expected = "a provider of that owner, which the caller belongs to"
    return ApiError("provider_resolution_error", field="model", problem=said, expected=expected, got="none")
