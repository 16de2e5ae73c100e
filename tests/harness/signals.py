"""What child processes do about signals, whatever the tests were started from."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let an interruption end the children that are started in the block, as a shell does for what it runs in front.

    Whoever started the tests may ignore interruptions (`nohup … &`), and children inherit that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
