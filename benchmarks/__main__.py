"""Measures, in one run: CPU per request of each route against an application that does nothing, start, memory.

Times of one run can be compared with each other; the machine's other work makes a single time worth little.
With `--aimock CLI_JS` and `--prism BIN` (installed by you, with npm) these are measured in the same run.
"""

from __future__ import annotations

import argparse
import base64
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.load import http_request, load
from benchmarks.many_tasks import measure_many_tasks
from benchmarks.routes import NotMeasured, Route, ask, clip, on_the_wire, request_of, routes
from benchmarks.servers import Server, start_aimock, start_mockvoice, start_nothing, start_prism

CONNECTIONS = 32
OURS = ("mockvoice, all providers", "nothing")
ROOT = Path(__file__).parents[1]
# The routes on which rivals are measured: 36 KB of speech, a 32 KB upload, JSON in and out.
RIVAL_ROUTES = ("aitre createSpeech", "aitre createTranscription", "fishaudio-org createTranscription")
# JSON in and out, as it was at first: others are to cost no more than so many times the dearest of these.
FIRST_ROUTES = (
    "fishaudio-net speechToText", "fishaudio-net getProfile", "fishaudio-net postProfile",
    "fishaudio-org createTranscription", "fishaudio-org getProfile", "aitre listModels", "voiceapi tts_submit",
)  # fmt: skip
MOST_TIMES = 1.5


def cpu_microseconds(server: Server, request: bytes, seconds: float) -> float:
    """Return the server's CPU time per request under load."""
    load(server.port, request, CONNECTIONS, 0.3)
    before = server.cpu_seconds()
    result = load(server.port, request, CONNECTIONS, seconds)
    spent = server.cpu_seconds() - before
    wrong = {status: count for status, count in result.statuses.items() if not 200 <= status < 300}
    if wrong:
        raise NotMeasured(f"{server.name} answered {wrong} under load")
    return spent / result.requests * 1e6


def measure_routes(seconds: float, repeats: int, only: str) -> tuple[dict[str, float], list[str]]:
    """Print the table of routes; return the best CPU time of each, and what went wrong."""
    ours, nothing = start_mockvoice(), start_nothing()
    best: dict[str, float] = {}
    troubles: list[str] = []
    measured: list[Route] = []
    try:
        print(f"{'route':<42} {'answer':>8} {'µs/request':>10} {'nothing':>8} {'ratio':>6}")
        for route in routes(only):
            try:
                best[route.name] = measure_route(route, ours, nothing, seconds, repeats)
                measured.append(route)
            except NotMeasured as error:
                print(f"{route.name:<42} not measured: {error}", flush=True)
                if route.is_json and not route.deletes:
                    troubles.append(f"{route.name}: {error}")
        print(
            f"memory after this load (PSS): mockvoice {ours.memory_megabytes():.1f} MB, "
            f"nothing {nothing.memory_megabytes():.1f} MB"
        )
    finally:
        ours.stop()
        nothing.stop()
    return best, [*troubles, *too_dear(best, [one.name for one in measured if one.is_json])]


def measure_route(route: Route, ours: Server, nothing: Server, seconds: float, repeats: int) -> float:
    """Print a line of the table; return the best CPU time. Raises NotMeasured."""
    request = request_of(route, ours)
    _, answer = ask(ours, route.spec, request)
    empty = http_request(request.method, f"/{len(answer)}", list(request.headers), request.body)
    full = on_the_wire(route.spec, request)
    pairs = [(cpu_microseconds(ours, full, seconds), cpu_microseconds(nothing, empty, seconds)) for _ in range(repeats)]
    mine, none = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    print(f"{route.name:<42} {len(answer):>8} {mine:>10.1f} {none:>8.1f} {mine / none:>6.2f}", flush=True)
    return mine


def too_dear(best: dict[str, float], with_json: list[str]) -> list[str]:
    """Print the bound of operations with JSON in and out; return those beyond it."""
    known = [best[name] for name in FIRST_ROUTES if name in best]
    if len(known) < len(FIRST_ROUTES):
        return []
    bound = MOST_TIMES * max(known)
    over = [f"{name}: {best[name]:.1f} µs, more than {bound:.1f}" for name in with_json if best[name] > bound]
    print(f"{len(with_json)} routes with JSON in and out; {len(over)} of them need more than {bound:.1f} µs")
    return over


def measure_start(starters: dict[str, Callable[[], Server]], repeats: int) -> None:
    """Print how long each server takes from spawn to its first answer, started in turns."""
    times: dict[str, list[float]] = {name: [] for name in starters}
    for _ in range(repeats):
        for name, start in starters.items():
            server = start()
            times[name].append(server.first_answer_milliseconds)
            server.stop()
    print(f"\n{'spawn to first answer, ms':<42} {'best':>8} {'median':>10}")
    for name, found in times.items():
        print(f"{name:<42} {min(found):>8.0f} {statistics.median(found):>10.0f}")


def measure_rivals(
    arguments: argparse.Namespace, ours: dict[str, float], starters: dict[str, Callable[[], Server]]
) -> None:
    """Print how many times our CPU time the rivals need on the routes they have."""
    table = {route.name: route for route in routes() if route.name in RIVAL_ROUTES}
    server = start_mockvoice()
    try:
        requests = {name: request_of(route, server) for name, route in table.items()}
    finally:
        server.stop()
    print(f"\n{'rival':<10} {'route':<38} {'µs/request':>10} {'× ours':>7}")
    for name, wanted in (("aimock", RIVAL_ROUTES[:2]), ("Prism", RIVAL_ROUTES[2:])):
        if name not in starters:
            continue
        server = starters[name]()
        try:
            for route_name in wanted:
                asked = requests[route_name]
                request = http_request(asked.method, asked.path, list(asked.headers), asked.body)
                cost = min(cpu_microseconds(server, request, arguments.seconds) for _ in range(arguments.repeats))
                mine = ours.get(route_name)
                ratio = f"{cost / mine:>7.2f}" if mine else ""
                print(f"{name:<10} {route_name:<38} {cost:>10.1f} {ratio}", flush=True)
            print(f"{name:<10} memory after this load: {server.memory_megabytes():.1f} MB (PSS)")
        finally:
            server.stop()


def aimock_fixtures(folder: Path) -> Path:
    """Write the fixtures that let aimock answer as we do: speech of the same length, one transcription."""
    audio = base64.b64encode(clip("upload-32k.mp3")[:32_000] + bytes(4_700)).decode()
    fixtures = [
        {"match": {"endpoint": "speech"}, "response": {"audio": audio}},
        {"match": {"endpoint": "transcription"}, "response": {"transcription": {"text": "hello there"}}},
    ]
    (folder / "fixtures.json").write_text(json.dumps({"fixtures": fixtures}))
    return folder


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="load on each route, each time")
    parser.add_argument("--repeats", type=int, default=3, help="the best of so many")
    parser.add_argument("--only", default="", help="only routes whose name contains this")
    parser.add_argument("--tasks", type=int, default=100_000, help="so many tasks in memory; 0 leaves this out")
    parser.add_argument("--aimock", help="path of aimock's dist/cli.js")
    parser.add_argument("--prism", help="path of Prism's bin/prism")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        starters: dict[str, Callable[[], Server]] = {
            OURS[0]: start_mockvoice,
            OURS[1]: start_nothing,
        }
        if arguments.aimock:
            starters["aimock"] = lambda: start_aimock(arguments.aimock, aimock_fixtures(Path(folder)))
        if arguments.prism:
            starters["Prism"] = lambda: start_prism(arguments.prism, ROOT / "specs" / "fishaudio-org.yaml")
        ours, troubles = measure_routes(arguments.seconds, arguments.repeats, arguments.only)
        measure_start(starters, max(5, arguments.repeats))
        if arguments.tasks:
            measure_many_tasks(arguments.tasks, arguments.seconds, arguments.repeats)
        if len(starters) > len(OURS):
            measure_rivals(arguments, ours, starters)
    if troubles:
        sys.exit("\n".join(["", *troubles]))


if __name__ == "__main__":
    main()
