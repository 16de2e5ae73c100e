"""Pictures of sound; skipped where the extra is not installed, but for what is said without it."""

from __future__ import annotations

import builtins
import struct
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mockvoice.audio.plot import plot
from mockvoice.core.errors import Missing

needs_matplotlib = pytest.mark.skipif(find_spec("matplotlib") is None, reason="the extra plot is not installed")

RATE = 8_000
WORDS = [
    ("cost", 0.1, 0.4),
    ("$1,234.56_{", 0.4, 0.9),
    ("你好", 0.9, 1.2),
    ("مرحبا", 1.2, 1.4),
    ("👨‍👩‍👧\n\0", 1.4, 9.0),
]


def tone(seconds: float) -> NDArray[np.float32]:
    wave: NDArray[np.float64] = 0.5 * np.sin(np.arange(int(RATE * seconds)) * 0.3)
    return wave.astype(np.float32)


def size_of(picture: Path) -> tuple[int, int]:
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


@needs_matplotlib
@pytest.mark.slow
def test_words_of_any_script_are_drawn_without_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    plot(tone(2.0), RATE, WORDS, tmp_path / "out.png", title="你好 $x.mp3")

    assert size_of(tmp_path / "out.png") == (1_400, 300)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


@needs_matplotlib
@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "height"), [(0.0, 300), (0.001, 300), (12.0, 300), (25.0, 780), (900.0, 4_860)])
def test_long_sound_takes_more_rows_up_to_twenty(tmp_path: Path, seconds: float, height: int) -> None:
    plot(tone(seconds), RATE, [], tmp_path / "out.png")

    assert size_of(tmp_path / "out.png") == (1_400, height)


@needs_matplotlib
@pytest.mark.slow
def test_drawing_leaves_pyplot_alone(tmp_path: Path) -> None:
    before = "matplotlib.pyplot" in sys.modules

    plot(tone(0.5), RATE, [], tmp_path / "out.png")

    assert ("matplotlib.pyplot" in sys.modules) == before


def test_without_the_extra_the_message_tells_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)

    with pytest.raises(Missing) as caught:
        plot(tone(0.5), RATE, [], tmp_path / "out.png")

    assert str(caught.value) == 'plots need the extra: pip install "mockvoice[plot]"'
    assert not (tmp_path / "out.png").exists()
