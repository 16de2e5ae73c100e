"""How good the contract suite is at telling right from wrong: `make power`, or `python -m tests.power [NAME]...`.

Every planted server is served on a port of its own and judged at `standard --strict`. A wrong one has to be found by a
claim that is about its fault, a benign one and the faithful simulator must not be flagged by any. With `--readings`
the simulator is judged under every reading that is not the default instead, which takes as long again.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mockvoice.providers import REGISTRY
from tests.contract.suite import Outcome, run_suite
from tests.harness.specs import document
from tests.planted import PLANTS, Plant

SEEDS = range(10)
# Twice as many suites as a small machine has cores: each waits for tasks a good part of its time.
AT_ONCE = 4


@dataclass(frozen=True)
class Row:
    """What a run against one server came to. `claims` are those that found anything."""

    name: str
    kind: str
    is_right: bool
    told: str
    claims: tuple[str, ...]
    requests: int
    credits: int
    seconds: float


@contextlib.contextmanager
def served(command: Sequence[str]) -> Iterator[str]:
    """Run a server and yield its base URL, the last word of its first line that has one."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            line = next((line for line in process.stdout if "http://" in line), "")
            if not line:
                raise RuntimeError(f"{' '.join(command)} did not start")
            yield line.split()[-1].rstrip("/")
        finally:
            process.terminate()
            process.wait(10)


def judge(provider: str, command: Sequence[str], seed: int, *words: str) -> tuple[Outcome, float]:
    """Judge what a command serves."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, served(command) as base:
        outcome = run_suite(provider, base, Path(folder), "--strict", "--seed", str(seed), *words)
    return outcome, time.monotonic() - began


def judge_plant(plant: Plant) -> Row:
    """Judge one planted server."""
    outcome, seconds = judge(plant.provider, [sys.executable, "-m", "tests.planted", plant.name, "--port", "0"], 0)
    found = claims_of(outcome)
    related = tuple(one for one in found if one in plant.found_by)
    if plant.is_benign:
        return _row(plant.name, plant.kind, outcome, seconds, not found, "clean" if not found else "FLAGGED", found)
    told = "found" if related else "MISSED" if not found else "MISSED, found by others only"
    return _row(plant.name, plant.kind, outcome, seconds, bool(related), told, related or found)


def judge_faithful(provider: str, seed: int) -> Row:
    """Judge the simulator itself."""
    command = [sys.executable, "-m", "mockvoice", "serve", provider, "--port", "0", "--quiet", "--seed", str(seed)]
    outcome, seconds = judge(provider, command, seed)
    found = claims_of(outcome)
    told = "clean" if not found and outcome.code == 0 else f"FLAGGED, exit code {outcome.code}"
    return _row(f"{provider}, seed {seed}", "faithful", outcome, seconds, told == "clean", told, found)


def other_readings(provider: str) -> list[tuple[str, str, bool]]:
    """Return (row, reading, whether it can be asked about from outside) of every reading that is not the default."""
    rows = document(provider).get("x-voice-ambiguities", {})
    return [
        (name, reading, "probe" in row)
        for name, row in rows.items()
        for reading in row["readings"]
        if reading != row["default"]
    ]


def judge_reading(provider: str, row: str, reading: str, can_be_asked: bool) -> Row:
    """Judge the simulator under a reading that the suite is not told, unless it cannot find out."""
    command = [sys.executable, "-m", "mockvoice", "serve", provider, "--port", "0", "--quiet"]
    command += ["--choose", f"{provider}.{row}={reading}"]
    told = () if can_be_asked else ("--choose", f"{row}={reading}")
    outcome, seconds = judge(provider, command, 0, *told)
    found = claims_of(outcome)
    verdict = "clean" if not found and outcome.code == 0 else f"FLAGGED, exit code {outcome.code}"
    return _row(f"{provider}.{row}={reading}", "reading", outcome, seconds, verdict == "clean", verdict, found)


def claims_of(outcome: Outcome) -> tuple[str, ...]:
    """Return the claims that have findings; what was observed or added is none."""
    found = [
        record["claim"]
        for record in outcome.records
        if any(finding["severity"] != "note" for finding in record["findings"])
    ]
    return tuple(dict.fromkeys(found))


def _row(
    name: str, kind: str, outcome: Outcome, seconds: float, right: bool, told: str, claims: tuple[str, ...]
) -> Row:
    if not outcome.events or outcome.events[-1]["event"] != "end":
        return Row(
            name, kind, False, f"BROKE DOWN, exit code {outcome.code}: {outcome.output[-400:]}", claims, 0, 0, seconds
        )
    end = outcome.events[-1]
    return Row(name, kind, right, told, claims, end["requests"], end["credits"], seconds)


def main(words: Sequence[str] | None = None) -> int:
    """Judge, print the table, and return 1 where anything was judged wrongly."""
    parser = argparse.ArgumentParser(prog="tests.power", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="plants, or providers for the faithful simulator")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), metavar="N", help="how many seeds for the faithful")
    parser.add_argument("--readings", action="store_true", help="the simulator under every other reading")
    options = parser.parse_args(words)
    unknown = [name for name in options.names if name not in PLANTS and name not in REGISTRY]
    if unknown:
        parser.error(f"no plant or provider {', '.join(unknown)}; `python -m tests.planted --list` has them")
    plants = [one for name, one in PLANTS.items() if not options.names or name in options.names]
    faithful = [one for one in REGISTRY if not options.names or one in options.names]
    # Two hundred servers and suites: none needs to compile again what the one before it has compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        if options.readings:
            waiting = [pool.submit(judge_reading, one, *case) for one in faithful for case in other_readings(one)]
        else:
            waiting = [pool.submit(judge_plant, one) for one in plants]
            waiting += [pool.submit(judge_faithful, one, seed) for seed in range(options.seeds) for one in faithful]
        rows = []
        for one in waiting:
            rows.append(one.result())
            show(rows[-1])
    wrong = [row for row in rows if not row.is_right]
    print(f"\n{len(rows)} servers, {len(rows) - len(wrong)} judged rightly, {time.monotonic() - began:.0f} s")
    for row in wrong:
        print(f"wrong: {row.name} ({row.kind}): {row.told}; {', '.join(row.claims) or 'no claim'}")
    return int(bool(wrong))


def show(row: Row) -> None:
    """Print one line of the table."""
    print(
        f"{row.name:<44} {row.kind:<36} {row.told:<8} {row.requests:>5} {row.credits:>9} {row.seconds:>5.1f} s"
        f"  {', '.join(row.claims)}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
