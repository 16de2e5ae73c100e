"""Measures, in one run: CPU per request of each route against an application that does nothing, start, memory.

Times of one run can be compared with each other; the machine's other work makes a single time worth little.
With `--aimock CLI_JS` and `--prism BIN` (installed by you, with npm) these are measured in the same run.
"""

from __future__ import annotations

import argparse
import base64
import json
import statistics
import tempfile
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import http_request, load
from benchmarks.servers import Server, start_aimock, start_mockvoice, start_nothing, start_prism
from mockvoice.app import load_spec
from mockvoice.core.settings import Settings
from mockvoice.openapi.documents import cache_folder, data_folder
from mockvoice.openapi.model import Spec
from mockvoice.openapi.recipes import build
from mockvoice.providers import REGISTRY

CONNECTIONS = 32
ROOT = Path(__file__).parents[1]
# The routes on which rivals are measured: 36 KB of speech, a 32 KB upload, JSON in and out.
SPEECH_TEXT = "The quick brown fox jumped over the lazy dog, and " * 2
RIVAL_ROUTES = ("aitre createSpeech", "aitre createTranscription", "fishaudio-org createTranscription")


@dataclass
class Route:
    """One route and the very bytes that are sent to it."""

    name: str
    request: bytes
    rival_path: str
    body: bytes
    headers: list[tuple[str, str]]


def clip(name: str) -> bytes:
    return (data_folder("fixtures") / name).read_bytes()


def routes() -> list[Route]:
    """Every operation whose example needs no id that has to be made first."""
    found = []
    for provider in REGISTRY:
        spec, _ = load_spec(provider, Settings(cache=cache_folder()), {})
        for _, path, operation_id in spec.routes:
            if "{" not in path:
                found.append(_route(spec, operation_id))
    return found


def _route(spec: Spec, operation_id: str) -> Route:
    recipe: dict[str, object] = {"role": "mock-unlimited"}
    if operation_id == "createSpeech":
        recipe["with"] = {"input": SPEECH_TEXT[:72]}
    elif operation_id in {"createTranscription", "createTranslation"} and spec.id != "fishaudio-org":
        recipe["clips"] = {"file": "upload-32k.mp3"}
    made = build(spec, operation_id, recipe, {}, clip)
    headers = list(made.headers)
    request = http_request(made.method, f"/{spec.id}{made.path}", headers, made.body)
    return Route(f"{spec.id} {operation_id}", request, made.path, made.body, headers)


def answer_length(server: Server, request: bytes) -> int:
    """Send a request once; return how long the answer is."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ")
    headers = dict(line.split(": ", 1) for line in lines[2:])
    asked = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", body or None, headers, method=method)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return len(answer.read())


def cpu_microseconds(server: Server, request: bytes, seconds: float) -> float:
    """Return the server's CPU time per request under load."""
    load(server.port, request, CONNECTIONS, 0.3)
    before = server.cpu_seconds()
    result = load(server.port, request, CONNECTIONS, seconds)
    spent = server.cpu_seconds() - before
    wrong = {status: count for status, count in result.statuses.items() if not 200 <= status < 300}
    if wrong:
        raise RuntimeError(f"{server.name}: answered {wrong} to {request[:80]!r}")
    return spent / result.requests * 1e6


def measure_routes(seconds: float, repeats: int, only: str) -> dict[str, float]:
    """Print the table of routes; return the best CPU time of each."""
    ours, nothing = start_mockvoice(), start_nothing()
    best: dict[str, float] = {}
    try:
        print(f"{'route':<42} {'answer':>8} {'µs/request':>10} {'nothing':>8} {'ratio':>6}")
        for route in routes():
            if only and only not in route.name:
                continue
            length = answer_length(ours, route.request)
            empty = http_request(route.request.split(b" ")[0].decode(), f"/{length}", route.headers, route.body)
            pairs = [
                (cpu_microseconds(ours, route.request, seconds), cpu_microseconds(nothing, empty, seconds))
                for _ in range(repeats)
            ]
            mine, none = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
            best[route.name] = mine
            print(f"{route.name:<42} {length:>8} {mine:>10.1f} {none:>8.1f} {mine / none:>6.2f}", flush=True)
        print(
            f"memory after this load (PSS): mockvoice {ours.memory_megabytes():.1f} MB, "
            f"nothing {nothing.memory_megabytes():.1f} MB"
        )
    finally:
        ours.stop()
        nothing.stop()
    return best


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
    print(f"\n{'rival':<10} {'route':<38} {'µs/request':>10} {'× ours':>7}")
    for name, wanted in (("aimock", RIVAL_ROUTES[:2]), ("Prism", RIVAL_ROUTES[2:])):
        if name not in starters:
            continue
        server = starters[name]()
        try:
            for route_name in wanted:
                route = table[route_name]
                request = http_request("POST", route.rival_path, route.headers, route.body)
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
    parser.add_argument("--aimock", help="path of aimock's dist/cli.js")
    parser.add_argument("--prism", help="path of Prism's bin/prism")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        starters: dict[str, Callable[[], Server]] = {
            "mockvoice, all providers": start_mockvoice,
            "nothing": start_nothing,
        }
        if arguments.aimock:
            starters["aimock"] = lambda: start_aimock(arguments.aimock, aimock_fixtures(Path(folder)))
        if arguments.prism:
            starters["Prism"] = lambda: start_prism(arguments.prism, ROOT / "specs" / "fishaudio-org.yaml")
        ours = measure_routes(arguments.seconds, arguments.repeats, arguments.only)
        measure_start(starters, max(5, arguments.repeats))
        measure_rivals(arguments, ours, starters)


if __name__ == "__main__":
    main()
