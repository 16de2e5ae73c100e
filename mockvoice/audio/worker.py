"""The process that holds the codec: reads jobs from stdin, answers on stdout, leaves when idle.

A process of its own keeps 30 MB of codec out of the server, never blocks its event loop, and a file that
crashes a decoder crashes only this. Wire, both ways: two big-endian 32-bit lengths, then JSON, then bytes.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
from typing import IO, Any

from mockvoice.audio.jobs import Answer, answers

HEAD = struct.Struct(">II")


def write(stream: IO[bytes], header: dict[str, Any], payload: bytes) -> None:
    """Send one message."""
    text = json.dumps(header).encode()
    stream.write(HEAD.pack(len(text), len(payload)))
    stream.write(text)
    stream.write(payload)
    stream.flush()


def read(stream: IO[bytes]) -> Answer | None:
    """Receive one message; None when the other side is gone."""
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    text_bytes, payload_bytes = HEAD.unpack(head)
    text = stream.read(text_bytes)
    payload = stream.read(payload_bytes)
    if len(text) < text_bytes or len(payload) < payload_bytes:
        return None
    header: dict[str, Any] = json.loads(text)
    return header, payload


class Idleness:
    """Ends the process when no job came for a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer: threading.Timer | None = None

    def start(self) -> None:
        """Begin to wait."""
        self._timer = threading.Timer(self._seconds, os._exit, (0,))
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """A job came."""
        if self._timer is not None:
            self._timer.cancel()


def main(idle_seconds: float) -> None:
    """Work until stdin closes or nothing came for `idle_seconds`."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    # Whatever a library prints must not end up between our messages.
    sys.stdout = sys.stderr
    idleness = Idleness(idle_seconds)
    while True:
        idleness.start()
        message = read(source)
        idleness.stop()
        if message is None:
            return
        for answer in answers(*message):
            write(sink, *answer)


if __name__ == "__main__":
    main(float(sys.argv[1]))
