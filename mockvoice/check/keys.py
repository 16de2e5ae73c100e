"""Knows the roles of keys, in which variables the suite looks for them, and how to keep keys out of what is shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockvoice.core.errors import SettingsError
from mockvoice.openapi.model import Spec

MASKED = "[masked]"
# What is shorter than this is likely to be a word or a number: it is looked for as a whole word, and not in base64.
_SHORT = 6


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of account: what the simulator calls it, its option, its variable."""

    seed: str
    option: str
    variable: str


ROLES = (
    Role("mock-funded", "--token", "MOCKVOICE_TOKEN"),
    *(
        Role(f"mock-{name}", f"--{name}-token", f"MOCKVOICE_{name.upper()}_TOKEN")
        for name in (
            "empty",
            "low",
            "limited",
            "revoked",
            "other",
            "forbidden",
            "fresh",
            "warned",
            "expired",
            "scoped",
            "bound",
            "elsewhere",
        )
    ),
)


def keys_of_simulator(spec: Spec) -> dict[str, str]:
    """Return the keys of the seed accounts by variable; a role that a provider has not is left out."""
    tokens = {seed.role: seed.token for seed in spec.seeds}
    return {role.variable: tokens[role.seed] for role in ROLES if role.seed in tokens}


def keys_of_user(tokens: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """Return the keys the user gave, by variable; the command line counts more than the environment.

    Raises SettingsError for a key that no header can hold, without telling it.
    """
    keys = {}
    for role in ROLES:
        where = role.option if tokens.get(role.option) else role.variable
        key = tokens.get(role.option) or environ.get(role.variable, "")
        if not key:
            continue
        if not (key.isascii() and key.isprintable()) or key != key.strip():
            raise SettingsError(f"{where}: this is no key; expected printable ASCII, no line break, no space around it")
        keys[role.variable] = key
    return keys


def without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the variables that hold keys."""
    names = {role.variable for role in ROLES}
    return {name: value for name, value in environ.items() if name not in names}


class Masker:
    """Replaces keys in texts, however they are written: plain, in URLs, in JSON, in base64 at any place."""

    def __init__(self, keys: Iterable[str]) -> None:
        longest_first = sorted(filter(None, set(keys)), key=len, reverse=True)
        forms = [form for key in longest_first for form in (_as_word(key), *_encoded(key.encode()))]
        self._pattern = re.compile("|".join(forms)) if forms else None

    def text(self, text: str) -> str:
        """Return a text without any key."""
        return self._pattern.sub(MASKED, text) if self._pattern else text

    def value(self, value: Any) -> Any:
        """Return decoded JSON without any key in its texts."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {self.text(name): self.value(one) for name, one in value.items()}
        return value


def _as_word(key: str) -> str:
    return _loosely(key) if len(key) >= _SHORT else rf"(?<![\w-]){_loosely(key)}(?![\w-])"


def _loosely(key: str) -> str:
    """Return a pattern for a key of which any character may be written as URLs or JSON would."""
    return "".join(f"(?:{'|'.join(_spellings(one))})" for one in key)


def _spellings(one: str) -> Iterator[str]:
    yield re.escape(one)
    yield f"(?i:%{ord(one):02x})"
    yield rf"(?i:\\u{ord(one):04x})"
    if not one.isalnum():
        yield re.escape("\\" + one)
    if one == " ":
        yield re.escape("+")


def _encoded(key: bytes) -> Iterator[str]:
    """Yield patterns for what base64 makes of a key within something longer, without what its neighbours decide."""
    for shift in range(3):
        first, last = -(-shift * 8 // 6), (shift + len(key)) * 8 // 6
        whole = base64.b64encode(b"\0" * shift + key).decode()[first:last]
        if len(whole) >= _SHORT:
            yield re.escape(whole)
            yield re.escape(whole.replace("+", "-").replace("/", "_"))
