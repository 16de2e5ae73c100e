"""Knows how Debian's ffmpeg, ffprobe and sox are called: sound in and out through pipes. They are the judges."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np

from mockvoice.audio.modem.ear import Floats

RATE = 24_000
RAW = ("-f", "s16le", "-ar", str(RATE), "-ac", "1")
_FFMPEG = ("ffmpeg", "-hide_banner", "-loglevel", "error", "-threads", "1")
_SOX_RAW = ("-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", str(RATE))


class Missing(Exception):
    """A program is not installed; says which and how to install it."""


def require(*programs: str) -> None:
    """Raise Missing unless all of these can be run."""
    absent = [program for program in programs if shutil.which(program) is None]
    if absent:
        packages = sorted({"ffmpeg" if program == "ffprobe" else program for program in absent})
        raise Missing(f"cannot find {', '.join(absent)}; on Debian: apt-get install {' '.join(packages)}")


def run(command: tuple[str, ...], data: bytes = b"") -> bytes:
    """Return what a program writes when it reads `data`."""
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def ffmpeg(data: bytes, *arguments: str, source: tuple[str, ...] = RAW) -> bytes:
    """Return what ffmpeg makes of `data`; without a `source` these are samples of ours."""
    return run((*_FFMPEG, *source, "-i", "pipe:0", *arguments, "pipe:1"), data)


def decoded(data: bytes, form: str) -> bytes:
    """Return the samples of a file, mono at 24 kHz."""
    return ffmpeg(data, *RAW, source=("-f", form))


def sox(data: bytes, *effects: str) -> bytes:
    """Return samples after the effects of sox, without dither."""
    return run(("sox", "-D", "-V1", *_SOX_RAW, "-", *_SOX_RAW, "-", *effects), data)


def heard(data: bytes, rate: int = 8_000) -> Floats:
    """Return samples of ours as recognition takes them: resampled by ffmpeg, full scale 1."""
    return np.frombuffer(ffmpeg(data, "-f", "f32le", "-ar", str(rate), "-ac", "1"), np.float32)


def probed_seconds(path: Path) -> float:
    """Return the duration that ffprobe reads."""
    return float(run(("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path))))
