"""Sends texts through channels, in a small pool of processes, and counts what comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from benchmarks.audio import effects
from benchmarks.audio.channels import CHANNELS
from benchmarks.audio.saying import plan, say, text_of, wrong_packets
from benchmarks.audio.tools import heard
from mockvoice.audio.jobs import answers
from mockvoice.audio.modem import halving
from mockvoice.audio.modem.ear import Floats
from mockvoice.audio.modem.recognise import recognise

WORKERS = 2


class Job(NamedTuple):
    """Texts that go through one channel at one speed."""

    channel: str
    speed: float
    texts: tuple[str, ...]


class Score(NamedTuple):
    """How many texts came back exactly, which did not, how many packets were never sent, and what recognition cost."""

    job: Job
    exact: int
    missed: tuple[int, ...]
    wrong: int
    cpu_milliseconds_per_second: float


class Alarm(NamedTuple):
    """What was heard in sound that is not ours."""

    sound: str
    packets: int
    cpu_milliseconds_per_second: float


def trip(job: Job) -> Score:
    """Send the texts of a job through its channel."""
    return _trip(job, say, lambda data: (heard(data),))


def human_trip(job: Job) -> Score:
    """Send the texts of a job through its channel, hidden above the speech of espeak-ng."""
    return _trip(job, _say_in_words, _both_bands)


def _say_in_words(text: str, speed: float) -> bytes:
    job = {"job": "speak", "engine": "espeak", "format": "pcm", "lines": [["alloy", text]], "speed": speed}
    return b"".join(data for _, data in answers(job, b""))


def _both_bands(data: bytes) -> tuple[Floats, Floats]:
    wide = heard(data, halving.RATE)
    return halving.halve(wide), wide


def _trip(job: Job, say_it: Callable[[str, float], bytes], ears: Callable[[bytes], tuple[Floats, ...]]) -> Score:
    channel = CHANNELS[job.channel]
    wrong, missed = 0, []
    spent = seconds = 0.0
    for index, text in enumerate(job.texts):
        samples = ears(channel(say_it(text, job.speed)))
        begin = time.process_time()
        found = recognise(*samples)
        spent += time.process_time() - begin
        seconds += len(samples[0]) / 8_000
        wrong += wrong_packets(found, text)
        if text_of(found) != text:
            missed.append(index)
    return Score(job, len(job.texts) - len(missed), tuple(missed), wrong, spent * 1e3 / seconds)


def symbol_milliseconds(job: Job) -> int:
    """Return how long the symbols of a job's first text last."""
    return 24 * plan(job.texts[0], job.speed).symbol_ticks


def false_alarms(request: tuple[str, int]) -> Alarm:
    """Return what is heard in so many seconds of a sound by its name."""
    sound, seconds = request
    samples = _both_bands(effects.FOREIGN[sound](seconds))
    begin = time.process_time()
    found = recognise(*samples)
    return Alarm(sound, len(found), (time.process_time() - begin) * 1e3 / seconds)


def pool() -> ProcessPoolExecutor:
    """Return two processes of their own; they import, and fork nothing that is half used."""
    return ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"))


def all_trips(
    workers: ProcessPoolExecutor, jobs: Iterable[Job], take: Callable[[Job], Score] = trip
) -> Iterator[Score]:
    """Yield the scores in the order of the jobs, as they become known."""
    return workers.map(take, jobs)
