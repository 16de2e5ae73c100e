"""Does a status look-up cost more when a hundred thousand tasks are in memory?"""

from __future__ import annotations

import time

from benchmarks.load import load
from benchmarks.routes import Route, on_the_wire, request_of, routes
from benchmarks.servers import Server, start_mockvoice

CONNECTIONS = 32
# The operation that makes the tasks, and the one that looks at them.
MAKE, LOOK = "voiceapi tts_submit", "voiceapi tts_status"
# More than what one run differs from another.
MOST_TIMES = 1.5
# Longest that making them may take.
_PATIENCE_SECONDS = 300.0


def measure_many_tasks(wanted: int, seconds: float, repeats: int) -> list[str]:
    """Print what a look at a task costs with few tasks and with many, in one server; return what is too slow."""
    known = {one.name: one for one in routes() if one.name in {MAKE, LOOK}}
    server = start_mockvoice()
    try:
        oldest = _bytes(known[LOOK], server)
        few = min(_cost(server, oldest, seconds) for _ in range(repeats))
        made = _make(server, _bytes(known[MAKE], server), wanted)
        newest = _bytes(known[LOOK], server)
        many = {name: min(_cost(server, one, seconds) for _ in range(repeats)) for name, one in
                (("the oldest", oldest), ("the newest", newest))}  # fmt: skip
        print(f"\n{LOOK:<42} {'µs/request':>10} {'ratio':>6}")
        print(f"{'few tasks':<42} {few:>10.1f}")
        for name, cost in many.items():
            print(f"{f'{made} tasks, {name}':<42} {cost:>10.1f} {cost / few:>6.2f}")
        print(f"memory with them (PSS): {server.memory_megabytes():.1f} MB")
        return [
            f"{LOOK}: {cost:.1f} µs for {name} of {made} tasks, {few:.1f} with few"
            for name, cost in many.items()
            if cost > MOST_TIMES * few
        ]
    finally:
        server.stop()


def _bytes(route: Route, server: Server) -> bytes:
    return on_the_wire(route.spec, request_of(route, server))


def _cost(server: Server, request: bytes, seconds: float) -> float:
    """Return the server's CPU time per request, in microseconds."""
    before = server.cpu_seconds()
    result = load(server.port, request, CONNECTIONS, seconds)
    return (server.cpu_seconds() - before) / result.requests * 1e6


def _make(server: Server, request: bytes, wanted: int) -> int:
    made, deadline = 0, time.monotonic() + _PATIENCE_SECONDS
    while made < wanted and time.monotonic() < deadline:
        made += load(server.port, request, CONNECTIONS, 1.0).requests
    return made
