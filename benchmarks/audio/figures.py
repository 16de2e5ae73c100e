"""Measures durations against the schedule, and how fast texts are said and heard."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from benchmarks.audio.saying import VOICE, pcm, plan, say
from benchmarks.audio.texts import LONG_TEXTS
from benchmarks.audio.tools import ffmpeg, probed_seconds
from mockvoice.audio import codec, espeak
from mockvoice.audio.hearing import Heard, Hearing
from mockvoice.audio.modem import frames, halving, schedule, tones
from mockvoice.audio.modem.highband import mix

FORMATS = ("wav", "flac", "opus", "mp3")
JOINED = "mp3 joined"
# Long enough for 9.5 s of speech.
_ANSWER = "Call {:06d}: the quick brown fox jumped over the lazy dog, and then it slept in the warm sun until the "
_ANSWER += "evening bells rang over the valley and the hills."
_CHARACTERS_A_SECOND = 16
# The machine is shared: the least of so many counts.
_LISTENED = 15


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
    for label, said in _clips():
        block = ffmpeg(said, "-f", "s16le", "-ar", str(halving.RATE), "-ac", "1")
        seconds, packets = len(block) / 2 / halving.RATE, len(_heard(block).packets)
        best = min(_cpu_seconds(lambda: _heard(block)) for _ in range(_LISTENED))  # noqa: B023
        yield f"recognition, {label}, {seconds:.1f} s, packets: {packets}, ms/s", f"{1000 * best / seconds:.2f}"


def _clips() -> Iterator[tuple[str, bytes]]:
    """Yield samples of some ten seconds and short ones, by what they are."""
    for seconds, (symbols, speed) in product((10.0, 2.5), (("48 ms", 1.0), ("24 ms", 1.9))):
        text = LONG_TEXTS["English"][: round(_CHARACTERS_A_SECOND * speed * seconds)]
        yield f"{symbols} symbols", say(text, speed)
        if find_spec("espeakng_loader") is not None:
            yield f"{symbols} symbols above espeak", mix(espeak.say(text, "en", "alloy", speed).pcm, plan(text, speed))


def _heard(block: bytes) -> Heard:
    """Listen to decoded samples as the worker does."""
    hearing = Hearing()
    hearing.take(block)
    return hearing.finish()
