"""The keys a run was given, by what their accounts are good for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Role → what its account is.
ROLES = {
    "funded": "an account with credit",
    "empty": "an account without credit",
    "low": "an account with credit for exactly one documented example",
    "limited": "an account with one request left in its rate window",
    "revoked": "a key that was taken back",
    "other": "a second account with credit",
    "forbidden": "an account that is barred",
    "fresh": "an account with the documented limits, nothing of them used",
    "warned": "an account whose budget is so far spent that answers warn of it",
    "expired": "a key whose time is over",
    "scoped": "a key with some scopes only, not with all that the operations need",
    "bound": "a key bound to other models than those of the examples",
    "elsewhere": "a key bound to other addresses than this one",
}

# Roles whose account is let in, whatever becomes of the call: a key that is nobody's cannot be one of them.
LET_IN = frozenset({"empty", "low", "limited", "other", "fresh", "warned", "scoped", "bound"})


class NoRole(Exception):
    """A claim needs the key of a role that was not given."""


def option_of(role: str) -> str:
    """Return the option that gives a role's key."""
    return "--token" if role == "funded" else f"--{role}-token"


def variable_of(role: str) -> str:
    """Return the environment variable that gives a role's key."""
    return "MOCKVOICE_TOKEN" if role == "funded" else f"MOCKVOICE_{role.upper()}_TOKEN"


@dataclass(frozen=True)
class Keys:
    """Role → key."""

    by_role: Mapping[str, str] = field(repr=False)

    def of(self, role: str) -> str:
        """Return the key of a role. Raises NoRole."""
        key = self.by_role.get(role)
        if not key:
            raise NoRole(f"needs the role {role} ({ROLES[role]}): {option_of(role)} or {variable_of(role)}")
        return key

    def role_in(self, text: str) -> str | None:
        """Return the role whose key a text holds; None if it holds none."""
        return next((role for role, key in self.by_role.items() if key and key in text), None)


def role_of(name: str) -> str:
    """Return the role that a recipe of a spec means: `mock-empty` is `empty`."""
    return name.removeprefix("mock-")
