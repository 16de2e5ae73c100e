"""Knows how to offer the name somebody probably meant. Imports difflib only when something went wrong."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to `name`, or None when nothing is close."""
    import difflib  # noqa: PLC0415 - only needed on the way to an error message

    matches = difflib.get_close_matches(str(name), [str(one) for one in known], n=1, cutoff=0.5)
    return matches[0] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` or `; known: a, b, c`, to be put behind an error message."""
    names = sorted(str(one) for one in known)
    close = nearest(name, names)
    if close is not None:
        return f"; did you mean {close!r}?"
    if not names:
        return "; none are known here"
    return "; known: " + ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
