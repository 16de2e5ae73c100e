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
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.load import http_request, load
from benchmarks.many_tasks import measure_many_tasks
from benchmarks.room import write_roomy_specs
from benchmarks.routes import (
    REFUSED,
    NotMeasured,
    Route,
    ask,
    clip,
    furnish,
    on_the_wire,
    request_of,
    requests_of,
    routes,
)  # fmt: skip
from benchmarks.servers import Cost, Server, run_python, start_aimock, start_mockvoice, start_nothing, start_prism

CONNECTIONS = 32
# What can be asked once is asked so often in each repeat.
ONCE_REQUESTS = 1_000
OURS = ("mockvoice, all providers", "mockvoice, one provider", "nothing")
ROOT = Path(__file__).parents[1]
# The routes on which rivals are measured: 36 KB of speech, a 32 KB upload, JSON in and out.
RIVAL_ROUTES = ("aitre createSpeech", "aitre createTranscription", "fishaudio-org createTranscription")
# JSON in and out, as it was at first: others are to cost no more than so many times the dearest of these.
FIRST_ROUTES = (
    "fishaudio-net speechToText", "fishaudio-net getProfile", "fishaudio-net postProfile",
    "fishaudio-org createTranscription", "fishaudio-org getProfile", "aitre listModels", "voiceapi tts_submit",
)  # fmt: skip
MOST_TIMES = 1.5


class Load(NamedTuple):
    """How long, how often, and where the specs with room are."""

    seconds: float
    repeats: int
    folder: Path


def cpu_microseconds(server: Server, requests: bytes | Sequence[bytes], seconds: float) -> float:
    """Return the server's CPU time per request under load: of one again and again, or of several once each."""
    if isinstance(requests, bytes):
        load(server.port, requests, CONNECTIONS, 0.3)
    before = server.cpu_seconds()
    result = load(server.port, requests, CONNECTIONS, seconds, mark=REFUSED)
    spent = server.cpu_seconds() - before
    wrong = {status: count for status, count in result.statuses.items() if not 200 <= status < 300}
    if wrong or result.marked:
        refused = f", of which {result.marked} refused" if result.marked else ""
        raise NotMeasured(f"{server.name} answered {result.statuses}{refused} under load")
    return spent / result.requests * 1e6


def measure_routes(seconds: float, repeats: int, only: str, folder: Path) -> tuple[dict[str, float], list[str]]:
    """Print the table of routes; return the best CPU time of each, and what went wrong."""
    write_roomy_specs(folder)
    ours, nothing = start_mockvoice(), start_nothing()
    best: dict[str, float] = {}
    troubles: list[str] = []
    measured: list[Route] = []
    how = Load(seconds, repeats, folder)

    def again(route: Route) -> float:
        return measure_route(route, ours, nothing, how)

    try:
        furnish(ours)
        print(f"{'route':<42} {'answer':>8} {'µs/request':>10} {'nothing':>8} {'ratio':>6}")
        for route in routes(only):
            try:
                best[route.name] = again(route)
                measured.append(route)
            except NotMeasured as error:
                print(f"{route.name:<42} not measured: {error}", flush=True)
                if route.is_json:
                    troubles.append(f"{route.name}: {error}")
        troubles += too_dear(best, [one for one in measured if one.is_json], again)
        print(
            f"memory after this load (PSS): mockvoice {ours.memory_megabytes():.1f} MB, "
            f"nothing {nothing.memory_megabytes():.1f} MB"
        )
    finally:
        ours.stop()
        nothing.stop()
    return best, troubles


def measure_route(route: Route, ours: Server, nothing: Server, how: Load) -> float:
    """Print a line of the table; return the best CPU time. Raises NotMeasured.

    What an account may do a few times only is measured on a server of its own, which has room.
    """
    if not route.is_once:
        try:
            return _measured(route, ours, nothing, how, "")
        except NotMeasured:
            pass
    roomy = start_mockvoice("--specs", str(how.folder))
    try:
        return _measured(route, roomy, nothing, how, "  with room")
    finally:
        roomy.stop()


def _measured(route: Route, ours: Server, nothing: Server, how: Load, note: str) -> float:
    if route.is_once:
        first, *others = requests_of(route, ours, 1 + how.repeats * ONCE_REQUESTS)
        answer = ask(ours, route.spec, first)
        if not answer.is_success:
            raise NotMeasured(f"answers {answer.status}")
        size, request = len(answer.body), first
        wired = [on_the_wire(route.spec, one) for one in others]
        rounds: list[bytes | list[bytes]] = [wired[number :: how.repeats] for number in range(how.repeats)]
    else:
        request = request_of(route, ours)
        size = len(ask(ours, route.spec, request).body)
        rounds = [on_the_wire(route.spec, request)] * how.repeats
    empty = http_request(request.method, f"/{size}", list(request.headers), request.body)
    pairs = [
        (cpu_microseconds(ours, one, how.seconds), cpu_microseconds(nothing, empty, how.seconds)) for one in rounds
    ]
    mine, none = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    print(f"{route.name:<42} {size:>8} {mine:>10.1f} {none:>8.1f} {mine / none:>6.2f}{note}", flush=True)
    return mine


def too_dear(best: dict[str, float], with_json: list[Route], again: Callable[[Route], float]) -> list[str]:
    """Print the bound of operations with JSON in and out; return those beyond it, also when measured `again`.

    A machine that is busy for a moment makes one route dear, and hardly the same one twice.
    """
    known = [best[name] for name in FIRST_ROUTES if name in best]
    if len(known) < len(FIRST_ROUTES):
        return []
    bound = MOST_TIMES * max(known)
    for route in with_json:
        if best[route.name] > bound:
            with suppress(NotMeasured):
                best[route.name] = min(best[route.name], again(route))
    over = [
        f"{one.name}: {best[one.name]:.1f} µs, more than {bound:.1f}" for one in with_json if best[one.name] > bound
    ]
    print(f"{len(with_json)} routes with JSON in and out; {len(over)} of them need more than {bound:.1f} µs")
    return over


def measure_start(starters: dict[str, Callable[[], Server]], repeats: int) -> None:
    """Print how long each server takes from spawn to its first answer, started in turns, and the interpreter alone.

    The first start of each is not counted: it may have to compile, and to read specs for the first time.
    """
    starting = {name: partial(_start_once, start) for name, start in starters.items()} | {"python -c pass": run_python}
    costs: dict[str, list[Cost]] = {name: [] for name in starting}
    for number in range(1 + repeats):
        for name, start in starting.items():
            cost = start()
            if number:
                costs[name].append(cost)
    print(f"\n{'spawn to first answer, ms':<42} {'CPU best':>8} {'median':>8} {'wall best':>10} {'median':>8}")
    for name, found in costs.items():
        cpu, wall = [one.cpu for one in found], [one.wall for one in found]
        print(
            f"{name:<42} {min(cpu):>8.1f} {statistics.median(cpu):>8.1f}"
            f" {min(wall):>10.0f} {statistics.median(wall):>8.0f}"
        )


def _start_once(start: Callable[[], Server]) -> Cost:
    server = start()
    server.stop()
    return server.first_answer


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
            OURS[1]: partial(start_mockvoice, "fishaudio-org"),
            OURS[2]: start_nothing,
        }
        if arguments.aimock:
            starters["aimock"] = lambda: start_aimock(arguments.aimock, aimock_fixtures(Path(folder)))
        if arguments.prism:
            starters["Prism"] = lambda: start_prism(arguments.prism, ROOT / "specs" / "fishaudio-org.yaml")
        ours, troubles = measure_routes(arguments.seconds, arguments.repeats, arguments.only, Path(folder))
        measure_start(starters, max(15, arguments.repeats))
        if arguments.tasks:
            troubles += measure_many_tasks(arguments.tasks, arguments.seconds, arguments.repeats)
        if len(starters) > len(OURS):
            measure_rivals(arguments, ours, starters)
    if troubles:
        sys.exit("\n".join(["", *troubles]))


if __name__ == "__main__":
    main()
