"""Knows the forms in which a key may come back, and masks them in texts, bytes and files; sends and judges nothing.

Masked are, anywhere in a text: the key itself; the key with any of its characters percent-encoded (`+` for a blank
too), JSON-escaped, HTML-escaped or shell-quoted, also when that was done several times; its hex digits; and its base64
(either alphabet, padded or not), also as a part of the base64 of something longer. Not masked are forms that no server
gives by accident: compressed, reversed, base64 broken over lines, an escape of one kind inside one of another. Of
a key that is hardly more than one character repeated (`000001`), the last one may stay beside the mark in base64.

A key shorter than six characters is too likely a word or a number: it is masked only where it stands as a whole
word (no letter, digit, `_`, `-` or dotted name around it), plain or escaped, never as hex or base64. `Secrets.short`
names such keys' marks, for a run to say that it can protect them less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from contract_tests.kit import spellings

Possible: TypeAlias = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Leak:
    """A key found in a file, by the name of its form; never the key itself."""

    path: Path
    form: str
    count: int


@dataclass(frozen=True)
class Key:
    """One key with the role it plays in the run, `""` for none."""

    text: str = field(repr=False)
    role: str

    @property
    def mark(self) -> str:
        """What stands in the key's place."""
        return f"[key: {self.role}]" if self.role else "[key]"

    @property
    def short(self) -> bool:
        """Whether it is masked only as a whole word."""
        return len(self.text) < spellings.SHORT


class Secrets:
    """The keys of a run: hand in the keys, or a mapping of role to key; blank ones are left out."""

    def __init__(self, tokens: Iterable[str] | Mapping[str, str]) -> None:
        if isinstance(tokens, str):
            raise TypeError("Secrets takes several keys (a list, or a mapping of role to key), not one text")
        named = tokens.items() if isinstance(tokens, Mapping) else (("", token) for token in tokens)
        keys: dict[str, str] = {}
        for role, token in named:
            if token.strip():
                keys.setdefault(token.strip(), role)
        # The longest first: a key may be the beginning of another.
        self.keys = tuple(Key(*item) for item in sorted(keys.items(), key=lambda item: (-len(item[0]), item[0])))
        self._patterns: dict[Possible, re.Pattern[bytes]] = {}

    @property
    def short(self) -> list[str]:
        """The marks of the keys that are masked as whole words only."""
        return [key.mark for key in self.keys if key.short]

    def mask_text(self, text: str) -> str:
        """Put marks in the place of every form of every key; a text without one comes back as it is."""
        data = text.encode(*spellings.UTF8)
        masked = self.mask_bytes(data)
        return text if masked is data else masked.decode(*spellings.UTF8)

    def mask_bytes(self, data: bytes) -> bytes:
        """Do the same for bytes of any kind; those without a key come back as the same object.

        100 kB without a key cost about two milliseconds for seven keys, with one up to a tenth of a second.
        """
        possible = self._possible(data)
        return self._pattern(possible).sub(self._marked, data) if possible else data

    def found_in(self, data: bytes) -> list[str]:
        """Name each form found, once, with the key's role: `plain`, `base64 of empty`."""
        return list(dict.fromkeys(self._forms(data)))

    def scrub_files(self, paths: Iterable[Path]) -> list[Leak]:
        """Search files (all below a folder) and mask in place what is found; pipes and devices are left alone."""
        leaks: list[Leak] = []
        for path in sorted({file for given in paths for file in _files(given)}):
            data = path.read_bytes()
            found = Counter(self._forms(data))
            if found:
                path.write_bytes(self.mask_bytes(data))
            leaks += [Leak(path, form, count) for form, count in found.items()]
        return leaks

    def _forms(self, data: bytes) -> Iterator[str]:
        possible = self._possible(data)
        for match in self._pattern(possible).finditer(data) if possible else ():
            key, kind = self._matched(match)
            if key is not None:
                form = spellings.named(match.group().decode("utf-8", "replace"), key.text) if kind == "text" else kind
                yield f"{form} of {key.role}" if key.role else form

    def _matched(self, match: re.Match[bytes]) -> tuple[Key | None, str]:
        number, _, kind = str(match.lastgroup)[1:].partition("_")
        return (self.keys[int(number)] if number else None), kind

    def _marked(self, match: re.Match[bytes]) -> bytes:
        key, _ = self._matched(match)
        return key.mark.encode() if key else match.group()

    def _possible(self, data: bytes) -> Possible:
        """Tell by cheap searches which kinds of which keys may be in there; mostly none."""
        if not self.keys:
            return ()
        lowered = data.lower()
        escaped = self._escaped.search(data) is not None
        found: list[tuple[int, str]] = []
        for number, needles in enumerate(self._needles):
            found += [(number, "text")] if escaped or needles["text"][0] in data else []
            found += [(number, "hex")] if any(one in lowered for one in needles["hex"]) else []
            found += [(number, "base64")] if any(one in data for one in needles["base64"]) else []
        return tuple(found)

    @cached_property
    def _needles(self) -> list[dict[str, list[bytes]]]:
        return [{kind: spellings.needles(key.text, kind) for kind in spellings.KINDS} for key in self.keys]

    @cached_property
    def _escaped(self) -> re.Pattern[bytes]:
        return spellings.escaped_in(key.text for key in self.keys)

    def _pattern(self, possible: Possible) -> re.Pattern[bytes]:
        """Match the given kinds, one group each; the marks come first, so that masking twice changes nothing."""
        if possible not in self._patterns:
            marks = "|".join(re.escape(mark) for mark in sorted({key.mark for key in self.keys}))
            forms = [
                f"(?P<k{number}_{kind}>{spellings.FORMS[kind](self.keys[number].text)})" for number, kind in possible
            ]
            self._patterns[possible] = spellings.compiled("|".join((f"(?P<k>{marks})", *forms)))
        return self._patterns[possible]


def _files(path: Path) -> Iterator[Path]:
    yield from (one for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file())
