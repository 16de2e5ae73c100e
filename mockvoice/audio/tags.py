"""Knows the comment that a file of ours carries: who says what, and how long the file was when it was made.

A comment survives many a conversion, and also a cut; so it is believed only where the length still agrees.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from mockvoice.audio.modem.packets import voice_number
from mockvoice.audio.script import Line

_MARK = "mockvoice"
# Beyond this many characters of text nothing is written.
_LONGEST = 20_000
# JSON in ASCII takes up to twelve for one of them.
_LONGEST_COMMENT = 16 * _LONGEST
# By how much a file may be longer or shorter than its comment says: an encoder's padding, or a fiftieth.
_MILLISECONDS, _SHARE = 150, 0.02


def comment_of(lines: Sequence[Line], milliseconds: int) -> str:
    """Return the comment of a file; empty where the text is too long for one."""
    if sum(len(line.text) for line in lines) > _LONGEST:
        return ""
    return json.dumps({_MARK: 1, "milliseconds": milliseconds, "lines": [list(line) for line in lines]})


def lines_of(comment: str, milliseconds: int) -> tuple[Line, ...]:
    """Return what a comment says, if it is one of ours and the file is as long as it says; else nothing."""
    said = _read(comment)
    if said is None or abs(said[0] - milliseconds) > max(_MILLISECONDS, _SHARE * said[0]):
        return ()
    return said[1]


def voices_of(comment: str) -> dict[int, str]:
    """Return the voices that a comment names, by their numbers; whatever became of the file, a number fits its name."""
    said = _read(comment)
    return {voice_number(line.voice): line.voice for line in said[1]} if said is not None else {}


def _read(comment: str) -> tuple[int, tuple[Line, ...]] | None:
    """Return the milliseconds and the lines of a comment of ours."""
    if len(comment) > _LONGEST_COMMENT:
        return None
    try:
        found = json.loads(comment)
        if found[_MARK] != 1:
            return None
        claimed = int(found["milliseconds"])
        lines = tuple(Line(str(voice), str(text)) for voice, text in found["lines"])
        # Half a character can be written in JSON, but is no text.
        "".join(part for line in lines for part in line).encode()
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return claimed, lines


def id3(comment: str) -> bytes:
    """Return an ID3v2.3 tag with one comment, to stand before an MP3; nothing for an empty comment."""
    if not comment:
        return b""
    # Encoding 0 (Latin-1) will do: the comment is JSON in ASCII. Language, empty description, text.
    frame = b"\0eng\0" + comment.encode("ascii")
    body = b"COMM" + len(frame).to_bytes(4, "big") + b"\0\0" + frame
    size = len(body)
    return b"ID3\x03\0\0" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0)) + body
