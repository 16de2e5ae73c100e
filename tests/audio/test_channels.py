"""A sample of `make bench-audio`: texts come back exactly through pipelines of Debian's ffmpeg and sox."""

from __future__ import annotations

import shutil

import pytest

from benchmarks.audio import tools, trips
from benchmarks.audio.channels import TABLE
from benchmarks.audio.texts import QUICK_TEXTS, TEXTS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, ("ffmpeg", "sox"))), reason="ffmpeg and sox are not installed"),
]
SAMPLE = QUICK_TEXTS[1::2]
CHANNELS = (
    "mp3 16k", "opus 10k", "opus 24k voip", "mu-law 8k", "mp3, wav 16k, opus 24k", "phone", "other speech 0 dB",
    "+9 dB clipped", "gsm 13k", "asetrate 1.02", "atempo 0.95",
)  # fmt: skip


@pytest.mark.parametrize("channel", CHANNELS)
def test_texts_come_back_exactly_through_a_channel(channel: str) -> None:
    score = trips.trip(trips.Job(channel, 1.0, SAMPLE))

    assert (score.exact, score.wrong) == (len(SAMPLE), 0)


def test_the_table_has_the_channels_and_texts_of_the_design() -> None:
    assert len(TABLE) == 39
    assert len(set(TEXTS)) == 24
    assert (min(map(len, TEXTS)), max(map(len, TEXTS))) == (1, 400)


def test_a_missing_program_is_named_with_the_package_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(tools.Missing, match=r"ffprobe.*apt-get install ffmpeg"):
        tools.require("ffprobe")
