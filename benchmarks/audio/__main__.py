"""Prints how many of 24 texts come back exactly through each channel, false packets, durations and speeds.

`--quick` takes 4 texts and a few channels; `--channel NAME` (more than once) takes the channels whose name holds NAME.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # figures are for one core; the pool inherits it

from benchmarks.audio import figures, trips
from benchmarks.audio.channels import CHANNELS, FRONTIER, LONG_CHANNELS, QUICK_CHANNELS, TABLE, WIDE_CHANNELS
from benchmarks.audio.effects import FOREIGN
from benchmarks.audio.texts import LONG_TEXTS, QUICK_TEXTS, TEXTS
from benchmarks.audio.tools import Missing, require

SPEEDS = (1.0, 1.9)
PARTS = ("table", "espeak", "long", "false", "durations", "speed")
_FALSE_SECONDS, _QUICK_FALSE_SECONDS = 600, 30


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audio", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="4 texts, few channels, 30 s of other sounds")
    parser.add_argument("--channel", action="append", default=[], metavar="NAME", help="only channels so named")
    parser.add_argument("--part", action="append", default=[], choices=PARTS, help="only this part of the report")
    return parser.parse_args()


def chosen_channels(wanted: list[str], quick: bool) -> list[str]:
    """Return the names of channels, exactly so named or holding a wanted part."""
    if not wanted:
        return list(QUICK_CHANNELS if quick else CHANNELS)
    names = [name for name in CHANNELS if name in wanted or any(part in name for part in wanted)]
    exact = [name for name in names if name in wanted]
    if not names:
        raise SystemExit(f"no channel is named {', '.join(wanted)}; there are: {', '.join(CHANNELS)}")
    return exact or names


def print_table(workers: ProcessPoolExecutor, names: list[str], texts: tuple[str, ...]) -> None:
    jobs = [trips.Job(name, speed, texts) for name in names for speed in SPEEDS]
    widths = [f"{trips.symbol_milliseconds(job)} ms" for job in jobs[: len(SPEEDS)]]
    print(f"{'channel':<26}" + "".join(f"{width:>8}{'wrong':>7}{'ms/s':>7}" for width in widths) + "   missed")
    scores = trips.all_trips(workers, jobs)
    whole = dict.fromkeys(SPEEDS, 0)
    wrong = 0
    for name in names:
        if name in FRONTIER and name == next(iter(FRONTIER)):
            print("frontier")
        row = [next(scores) for _ in SPEEDS]
        cells = "".join(f"{f'{s.exact}/{len(texts)}':>8}{s.wrong:>7}{s.cpu_milliseconds_per_second:>7.2f}" for s in row)
        missed = " ".join(f"{s.job.speed}:{','.join(map(str, s.missed))}" for s in row if s.missed)
        print(f"{name:<26}{cells}   {missed}", flush=True)
        wrong += sum(score.wrong for score in row)
        for score in row:
            whole[score.job.speed] += name in TABLE and not score.missed
    asked = sum(name in TABLE for name in names)
    exact = ", ".join(f"{whole[speed]} at speed {speed}" for speed in SPEEDS)
    print(f"all texts exact in, of {asked} channels of the table: {exact}; wrong packets: {wrong}\n", flush=True)


def print_long(workers: ProcessPoolExecutor, names: tuple[str, ...]) -> None:
    jobs = [trips.Job(name, 1.0, (text,)) for name in names for text in LONG_TEXTS.values()]
    print(f"{'4,096 characters':<26}" + "".join(f"{name:>10}" for name in LONG_TEXTS))
    scores = trips.all_trips(workers, jobs)
    for name in names:
        row = [next(scores) for _ in LONG_TEXTS]
        print(f"{name:<26}" + "".join(f"{'exact' if s.exact else 'NOT':>8}{s.wrong:>2}" for s in row), flush=True)
    print()


def print_human(workers: ProcessPoolExecutor, names: tuple[str, ...], texts: tuple[str, ...]) -> None:
    if find_spec("espeakng_loader") is None:
        print("above espeak: the extra is not installed\n")
        return
    print(f"{'above espeak':<26}" + "".join(f"{f'speed {speed}':>12}{'wrong':>7}{'ms/s':>7}" for speed in SPEEDS))
    jobs = [trips.Job(name, speed, texts) for name in names for speed in SPEEDS]
    scores = trips.all_trips(workers, jobs, trips.human_trip)
    for name in names:
        row = [next(scores) for _ in SPEEDS]
        cells = [f"{f'{s.exact}/{len(texts)}':>12}{s.wrong:>7}{s.cpu_milliseconds_per_second:>7.2f}" for s in row]
        print(f"{name:<26}" + "".join(cells), flush=True)
    print()


def print_false(workers: ProcessPoolExecutor, seconds: int) -> None:
    print(f"{f'false packets in {seconds} s':<26}{'packets':>8}{'ms/s':>7}")
    for alarm in workers.map(trips.false_alarms, [(name, seconds) for name in FOREIGN]):
        print(f"{alarm.sound:<26}{alarm.packets:>8}{alarm.cpu_milliseconds_per_second:>7.2f}", flush=True)
    print()


def print_durations(texts: tuple[str, ...]) -> None:
    errors = figures.duration_errors(texts, (0.7, *SPEEDS))
    print("ffprobe against the schedule, ms off at most: ", end="")
    print(", ".join(f"{form} {error:.1f}" for form, error in errors.items()), end="\n\n", flush=True)


def print_speeds(answers: int) -> None:
    for name, figure in figures.speeds(answers):
        print(f"{name:<70}{figure:>8}", flush=True)


def main() -> None:
    chosen = arguments()
    try:
        require("ffmpeg", "ffprobe", "sox")
    except Missing as error:
        sys.exit(f"bench-audio is judged by ffmpeg and sox: {error}")
    quick = chosen.quick
    parts = chosen.part or (("table",) if chosen.channel else PARTS)
    texts = QUICK_TEXTS if quick else TEXTS
    with trips.pool() as workers:
        if "table" in parts:
            print_table(workers, chosen_channels(chosen.channel, quick), texts)
        if "espeak" in parts:
            print_human(workers, WIDE_CHANNELS[1:3] if quick else WIDE_CHANNELS, texts)
        if "long" in parts:
            print_long(workers, LONG_CHANNELS[:1] if quick else LONG_CHANNELS)
        if "false" in parts:
            print_false(workers, _QUICK_FALSE_SECONDS if quick else _FALSE_SECONDS)
    if "durations" in parts:
        print_durations(QUICK_TEXTS if quick else TEXTS[:12])
    if "speed" in parts:
        print_speeds(300 if quick else 2_000)


if __name__ == "__main__":
    main()
