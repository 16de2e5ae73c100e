"""Measures durations against the schedule, and how fast texts are said and heard."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.audio.saying import VOICE, pcm, plan, say
from benchmarks.audio.texts import LONG_TEXTS, TEXTS
from benchmarks.audio.tools import heard, probed_seconds
from mockvoice.audio import codec
from mockvoice.audio.modem import frames, schedule, tones
from mockvoice.audio.modem.recognise import recognise

FORMATS = ("wav", "flac", "opus", "mp3")
JOINED = "mp3 joined"
# Long enough for 9.5 s of speech.
_ANSWER = "Call {:06d}: the quick brown fox jumped over the lazy dog, and then it slept in the warm sun until the "
_ANSWER += "evening bells rang over the valley and the hills."


def frame_table(symbol_milliseconds: int) -> frames.FrameTable:
    """Return the MP3 frames of the benchmark's voice."""
    return frames.FrameTable(frames.encode_symbols(tones.symbols(schedule.hum_of(VOICE), symbol_milliseconds)))


def duration_errors(texts: tuple[str, ...], speeds: tuple[float, ...]) -> dict[str, float]:
    """Return for each format by how many milliseconds ffprobe's duration is off at most."""
    errors = dict.fromkeys((*FORMATS, JOINED), 0.0)
    tables = {ticks: frame_table(24 * ticks) for ticks in (1, 2)}
    with tempfile.TemporaryDirectory() as folder:
        for text in texts:
            for speed in speeds:
                said = plan(text, speed)
                samples = pcm(said)
                files = {form: codec.encode(samples, tones.RATE, form) for form in FORMATS}
                files[JOINED] = frames.join(said, tables[said.symbol_ticks])
                for form, data in files.items():
                    path = Path(folder) / f"clip.{form.split(' ', maxsplit=1)[0]}"
                    path.write_bytes(data)
                    errors[form] = max(errors[form], abs(1000 * probed_seconds(path) - said.milliseconds))
    return errors


def _cpu_seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def speeds(answers: int) -> Iterator[tuple[str, str]]:
    """Yield what was measured and its figure, on one core."""
    table = frame_table(48)
    texts = iter([_ANSWER.format(number) for number in range(answers + 1)])
    first = plan(next(texts))
    spent = _cpu_seconds(lambda: [frames.join(plan(text), table) for text in texts])
    yield f"joined mp3 of {first.milliseconds / 1000:.1f} s, never seen, answers/s", f"{answers / spent:,.0f}"
    for name in ("English", "Chinese"):
        turned = [LONG_TEXTS[name][turn:] + LONG_TEXTS[name][:turn] for turn in range(1, 6)]
        best = min(_cpu_seconds(lambda text=text: frames.join(plan(text), table)) for text in turned)  # type: ignore[misc]
        yield f"joined mp3 of 4,096 characters, {name}, ms", f"{1000 * best:.1f}"
    for label, speed in (("48 ms symbols", 1.0), ("24 ms symbols", 1.9)):
        samples = heard(say(TEXTS[9] * 3, speed))
        recognise(samples)
        best = min(_cpu_seconds(lambda: recognise(samples)) for _ in range(3))  # noqa: B023
        yield f"recognition, {label}, ms per second of audio", f"{1000 * best / (len(samples) / 8_000):.2f}"
