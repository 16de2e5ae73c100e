"""Knows how to print for people: in colours on a terminal, in whole lines elsewhere."""

from __future__ import annotations

from rich.console import Console

# Without a terminal nothing is wrapped away, so that the output can be searched.
_PLAIN_WIDTH = 200


def make_console() -> Console:
    """Return a console for the standard output; without a terminal it writes no control codes."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PLAIN_WIDTH)
