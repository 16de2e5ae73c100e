"""What a key is good for: the scopes, addresses and models it is bound to, and what a policy keeps from it."""

from __future__ import annotations

from collections.abc import Iterable

from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call

# Attributes of an account; one without them may do everything.
SCOPES, ADDRESSES, MODELS, DENIED, WITHOUT_CACHE = "scopes", "addresses", "models", "denied_models", "without_cache"
_AT_EACH_CALL = (SCOPES, ADDRESSES, WITHOUT_CACHE)


def admit(call: Call) -> bool:
    """Refuse a call that the key is not good for; say whether that has to be asked at each call. Raises ApiError."""
    bound = call.account.attributes
    if not any(name in bound for name in _AT_EACH_CALL):
        return False
    scope = call.operation.scope
    if SCOPES in bound and scope and scope not in bound[SCOPES]:
        expected = f"a key with the scope {scope}"
        raise ApiError("insufficient_scope", scope=scope, expected=expected, got=", ".join(bound[SCOPES]) or "none")
    # An empty list of scopes is good for nothing, one of addresses binds to none.
    if bound.get(ADDRESSES):
        _check_address(call.address, bound[ADDRESSES])
    if WITHOUT_CACHE in bound and call.account.budget is not None:
        raise ApiError("cache_required", expected="a cache that holds what is spent", got="none")
    return True


def _check_address(address: str, allowed: Iterable[str]) -> None:
    from ipaddress import ip_address, ip_network  # noqa: PLC0415 - for a key that is bound to addresses

    try:
        is_allowed = any(ip_address(address) in ip_network(one, strict=False) for one in allowed)
    except ValueError:
        is_allowed = False
    if not is_allowed:
        shown = address or "unknown"
        raise ApiError("ip_not_allowed", ip=shown, expected=f"one of {', '.join(allowed)}", got=shown)


def check_model(call: Call, named: str) -> None:
    """Refuse a model, as it was asked for, that the key or a policy keeps away. Raises ApiError."""
    bound = call.account.attributes
    patterns = bound.get(MODELS)
    if patterns and not any(_fits(named, pattern) for pattern in patterns):
        shown = ", ".join(patterns)
        code = call.figure("model-refusal")
        raise ApiError(code, field="model", patterns=shown, expected=f"one of {shown}", got=named)
    if any(_fits(named, pattern) for pattern in bound.get(DENIED, ())):
        raise ApiError("authorization_denied", field="model", expected="a model the policies allow", got=named)


def _fits(model: str, pattern: str) -> bool:
    """Say whether a model is the one of a pattern, or begins as one that ends with a star."""
    return model.startswith(pattern[:-1]) if pattern.endswith("*") else model == pattern
