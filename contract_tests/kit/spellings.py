"""Knows how a key may be spelled, as patterns and as cheap searches for them; masks nothing, knows no file and no role.

`KINDS` are looked for apart: `text` (the key itself or with escapes), `hex` and `base64`.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from html.entities import html5
from urllib.parse import quote, unquote, unquote_plus

SHORT = 6  # characters; a shorter key is only looked for as a whole word
KINDS = ("text", "hex", "base64")
UTF8 = ("utf-8", "surrogatepass")

# What an escape begins with, bounded so that no text makes the search slow: `%2525…`, `\\\u`, `&amp;amp;#`.
PERCENT, BACKSLASH, AMPERSAND = "%(?:25){0,4}", r"\\\\{0,7}", "&(?:amp;){0,4}"
JSON_LETTERS = {'"': '"', "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
# Escapes of a few characters only: form-urlencoding, and how a shell's single quotes are broken up.
SPECIAL = {" ": (r"\+",), "'": (r"'\\''", r"""'"'"'"""), "\\": (r"\\{4}", r"\\{2}")}
WORD = r"[0-9A-Za-z_\-\x80-\xff]"
BEFORE = rf"(?:(?<!{WORD})(?<!{WORD}\.)|(?<=\\[bfnrt])|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\u[0-9A-Fa-f]{{4}}))"
AFTER = rf"(?!\.?{WORD})"


def compiled(pattern: str) -> re.Pattern[bytes]:
    """Make the pattern of texts one of bytes, in UTF-8."""
    return re.compile(pattern.encode(*UTF8))


def escaped_in(keys: Iterable[str]) -> re.Pattern[bytes]:
    """Match what must be in the data for a form with escapes: an escaped character before one that follows it in a key.

    The lookahead is there for audio, in which an escape alone stands by chance every 300 kB.
    """
    followers: dict[str, set[str]] = {}
    for key in keys:
        for char, after in zip(key, [*key[1:], ""], strict=True):
            followers.setdefault(char, set()).add(after)
    tails: dict[str, list[str]] = {}
    for char, after in sorted(followers.items()):
        ahead = "" if "" in after else rf"(?=[%&+'\\]|{'|'.join(map(re.escape, sorted(after)))})"
        for start, tail in _escapes(char):
            tails.setdefault(start, []).append(tail + ahead)
    return compiled("|".join(f"{start}(?:{'|'.join(ends)})" for start, ends in tails.items()))


def needles(key: str, kind: str) -> list[bytes]:
    """Give what must be in the data, one of them at least, for an unescaped form; for hex in the data in lower case."""
    if kind == "text":
        return [key.encode(*UTF8)]
    if len(key) < SHORT:
        return []
    if kind == "hex":
        return [_hex(key).encode()]
    # Letters and digits are never escaped; a core has others only where they stand for 62 and 63.
    runs = (re.findall("[0-9A-Za-z]+", core) for core, _, _ in _base64(key))
    return [max(run, key=len, default="").encode() for run in runs]


def _text_form(key: str) -> str:
    text = "".join(map(_spelled, key))
    return f"{BEFORE}{text}{AFTER}" if len(key) < SHORT else text


def _hex_form(key: str) -> str:
    return _any_case(_hex(key))


def _base64_form(key: str) -> str:
    digits = {"+": f"(?:-|{_spelled('+')})", "/": f"(?:_|{_spelled('/')})"}
    partly = f"(?:[0-9A-Za-z]|{digits['+']}|{digits['/']})?"
    return "|".join(
        (partly if left else "") + "".join(digits.get(char, char) for char in core) + (partly if right else "")
        for core, left, right in _base64(key)
    ).join(("(?:", f"){_spelled('=')}{{0,2}}"))


FORMS: Mapping[str, Callable[[str], str]] = {"text": _text_form, "hex": _hex_form, "base64": _base64_form}


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


def named(found: str, key: str) -> str:
    """Name the form of a match that is the key itself or the key with escapes."""
    return next((name for name, read in READERS.items() if read(found) == key), "escaped in several ways")
