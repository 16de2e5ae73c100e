"""Knows the forms in which a key may come back, and masks them in texts, bytes and files; sends and judges nothing.

Masked are, anywhere in a text: the key itself; the key with any of its characters percent-encoded (`+` for a blank
too), JSON-escaped, HTML-escaped or shell-quoted, also when that was done several times; its hex digits; and its base64
(either alphabet, padded or not), also as a part of the base64 of something longer. Not masked are forms that no server
gives by accident: compressed, reversed, base64 broken over lines, an escape of one kind inside one of another.

A key shorter than SHORT characters is too likely a word or a number: it is masked only where it stands as a whole
word (no letter, digit, `_`, `-` or dotted name around it), plain or escaped, never as hex or base64. `Secrets.short`
names such keys' marks, for a run to say that it can protect them less.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html.entities import html5
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote, unquote, unquote_plus

SHORT = 6
KINDS = ("text", "hex", "base64")
UTF8 = ("utf-8", "surrogatepass")
Possible: TypeAlias = tuple[tuple[int, str], ...]

# What an escape begins with, bounded so that no text makes the search slow: `%2525…`, `\\\u`, `&amp;amp;#`.
PERCENT, BACKSLASH, AMPERSAND = "%(?:25){0,4}", r"\\\\{0,7}", "&(?:amp;){0,4}"
JSON_LETTERS = {'"': '"', "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
# Escapes of a few characters only: form-urlencoding, and how a shell's single quotes are broken up.
SPECIAL = {" ": (r"\+",), "'": (r"'\\''", r"""'"'"'"""), "\\": (r"\\{4}", r"\\{2}")}
WORD = r"[0-9A-Za-z_\-\x80-\xff]"
BEFORE = rf"(?:(?<!{WORD})(?<!{WORD}\.)|(?<=\\[bfnrt])|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\u[0-9A-Fa-f]{{4}}))"
AFTER = rf"(?!\.?{WORD})"


@dataclass(frozen=True)
class Leak:
    """A key found in a file, by the name of its form; never the key itself."""

    path: Path
    form: str
    count: int


@dataclass(frozen=True)
class Key:
    """One key with the role it plays in the run, `""` for none."""

    text: str
    role: str

    @property
    def mark(self) -> str:
        """What stands in the key's place."""
        return f"[key: {self.role}]" if self.role else "[key]"

    @property
    def short(self) -> bool:
        """Whether it is masked only as a whole word."""
        return len(self.text) < SHORT


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
        data = text.encode(*UTF8)
        masked = self.mask_bytes(data)
        return text if masked is data else masked.decode(*UTF8)

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
                form = _named(match.group().decode("utf-8", "replace"), key.text) if kind == "text" else kind
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
        """For each key, what must be in the data (for hex: in lower case) for an unescaped form to be there."""
        return [{kind: [needle.encode(*UTF8) for needle in _needles(key, kind)] for kind in KINDS} for key in self.keys]

    @cached_property
    def _escaped(self) -> re.Pattern[bytes]:
        """What must be in the data for an escaped form: an escaped character before one that follows it in a key."""
        tails: dict[str, list[str]] = {}
        for char in sorted({char for key in self.keys for char in key.text}):
            followers = sorted({key.text[at + 1 : at + 2] for key in self.keys for at in _places(char, key.text)})
            ahead = "" if "" in followers else rf"(?=[%&+'\\]|{'|'.join(map(re.escape, followers))})"
            for start, tail in _escapes(char):
                tails.setdefault(start, []).append(tail + ahead)
        return _compiled("|".join(f"{start}(?:{'|'.join(ends)})" for start, ends in tails.items()))

    def _pattern(self, possible: Possible) -> re.Pattern[bytes]:
        """Match the given kinds, one group each; the marks come first, so that masking twice changes nothing."""
        if possible not in self._patterns:
            marks = "|".join(re.escape(mark) for mark in sorted({key.mark for key in self.keys}))
            forms = [f"(?P<k{number}_{kind}>{FORMS[kind](self.keys[number])})" for number, kind in possible]
            self._patterns[possible] = _compiled("|".join((f"(?P<k>{marks})", *forms)))
        return self._patterns[possible]


def _compiled(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode(*UTF8))


def _places(char: str, text: str) -> list[int]:
    return [at for at, one in enumerate(text) if one == char]


def _needles(key: Key, kind: str) -> list[str]:
    if kind == "text":
        return [key.text]
    if key.short:
        return []
    if kind == "hex":
        return [_hex(key.text)]
    # Letters and digits are never escaped; a core has others only where they stand for 62 and 63.
    return [max(re.findall("[0-9A-Za-z]+", core) or [""], key=len) for core, _, _ in _base64(key.text)]


def _text_form(key: Key) -> str:
    text = "".join(map(_spelled, key.text))
    return f"{BEFORE}{text}{AFTER}" if key.short else text


def _hex_form(key: Key) -> str:
    return _any_case(_hex(key.text))


def _base64_form(key: Key) -> str:
    digits = {"+": f"(?:-|{_spelled('+')})", "/": f"(?:_|{_spelled('/')})"}
    partly = f"(?:[0-9A-Za-z]|{digits['+']}|{digits['/']})?"
    return "|".join(
        (partly if left else "") + "".join(digits.get(char, char) for char in core) + (partly if right else "")
        for core, left, right in _base64(key.text)
    ).join(("(?:", f"){_spelled('=')}{{0,2}}"))


FORMS: Mapping[str, Callable[[Key], str]] = {"text": _text_form, "hex": _hex_form, "base64": _base64_form}


@cache
def _escapes(char: str) -> tuple[tuple[str, str], ...]:
    """Give the escapes of a character as patterns, each in two parts: how it begins, and how it goes on."""
    code, units = ord(char), char.encode("utf-16-be", "surrogatepass").hex()
    percent = [_any_case(f"{byte:02x}") for byte in char.encode(*UTF8)]
    found = [
        (PERCENT, PERCENT.join(percent)),
        (BACKSLASH, BACKSLASH.join("u" + _any_case(units[at : at + 4]) for at in range(0, len(units), 4))),
        (AMPERSAND, f"#0{{0,6}}{code};"),
        (AMPERSAND, f"#[xX]0{{0,6}}{_any_case(f'{code:x}')};"),
    ]
    found += [(AMPERSAND, re.escape(name)) for name, value in html5.items() if value == char and name[-1] == ";"]
    found += [(BACKSLASH, f"x{percent[0]}")] if len(percent) == 1 else []
    found += [(BACKSLASH, JSON_LETTERS[char])] if char in JSON_LETTERS else []
    return (*found, *(("", escape) for escape in SPECIAL.get(char, ())))


@cache
def _spelled(char: str) -> str:
    """Give the pattern of one character in any spelling, escapes first: `\\` alone is also how one begins."""
    return f"(?:{'|'.join(start + tail for start, tail in _escapes(char))}|{re.escape(char)})"


def _any_case(digits: str) -> str:
    return re.sub("[a-f]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", digits)


def _hex(text: str) -> str:
    return text.encode(*UTF8).hex()


def _base64(text: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield what of its base64 the text alone decides, where it begins in each of the three places of a group.

    With it comes whether the characters left and right of that also carry some of its bits.
    """
    written = {text, quote(text, safe="", errors="replace"), json.dumps(text)[1:-1]}
    for one in sorted(written):
        data = one.encode(*UTF8)
        for shift in range(3):
            first, last = -(-8 * shift // 6), 8 * (shift + len(data)) // 6
            core = b64encode(bytes(shift) + data).decode()[first:last]
            yield core, 8 * shift % 6 != 0, 8 * (shift + len(data)) % 6 != 0


def _of_json(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return ""


# How each form with escapes is read back, the likeliest first.
READERS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "percent-encoded": unquote,
    "form-urlencoded": unquote_plus,
    "HTML-escaped": html.unescape,
    "JSON-escaped": _of_json,
}


def _named(found: str, key: str) -> str:
    """Name the form of a match that is the key itself or the key with escapes."""
    return next((name for name, read in READERS.items() if read(found) == key), "escaped in several ways")


def _files(path: Path) -> Iterator[Path]:
    yield from (one for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file())
