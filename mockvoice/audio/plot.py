"""Knows how to draw a sound: waveform, spectrogram, and the words over them. Needs matplotlib, the extra `plot`.

Draws with matplotlib's objects alone: no pyplot, no window, no state that another user of matplotlib would see.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockvoice.core.errors import Missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A row shows so much of the sound, a picture so many rows: four minutes.
ROW_SECONDS, MOST_ROWS = 12.0, 20
_ROW_INCHES, _WIDTH_INCHES, _DOTS_PER_INCH = 2.4, 14.0, 100
_COLUMNS = 1_200
_HIGHEST_HERTZ, _DEEPEST_DECIBELS = 8_000.0, -90.0
_WINDOW_SECONDS = 0.032
# Words stand on so many lines by turns, so that short ones do not cover each other.
_LINES = 3
# Fonts that are used if they are installed, for scripts that matplotlib's own font lacks.
_OWN_FONT = "DejaVu Sans"
_MORE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR",
    "Source Han Sans", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Microsoft YaHei", "Yu Gothic", "Malgun Gothic",
    "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Noto Sans Devanagari", "Noto Sans Thai", "Noto Emoji",
)  # fmt: skip
# What stands for a character that no font has.
_UNKNOWN = "□"


def plot(
    samples: NDArray[np.float32], rate: int, words: Sequence[tuple[str, float, float]], target: Path, title: str = ""
) -> None:
    """Write a PNG of mono samples (full scale 1) with `words` over them: (text, start and end in seconds).

    Rows of 12 seconds, at most 20; the title tells when there is more sound than that. Raises Missing without the
    extra.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - an extra, and 0.3 s to import
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        raise Missing("plots need", "plot") from None
    seconds = len(samples) / rate
    shown = min(seconds, ROW_SECONDS * MOST_ROWS)
    rows = max(1, math.ceil(shown / ROW_SECONDS))
    width = min(ROW_SECONDS, max(shown, 0.1))
    figure = Figure(figsize=(_WIDTH_INCHES, 0.6 + rows * _ROW_INCHES), dpi=_DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    fonts = _Fonts()
    rest = f", the first {shown:g} s of {seconds:.1f} s" if shown < seconds else f" {seconds:.2f} s"
    figure.suptitle(fonts.safe(title) + rest, family=fonts.names, parse_math=False)
    panels = figure.subplots(2 * rows, 1, squeeze=False, gridspec_kw={"height_ratios": [1, 2] * rows})[:, 0]
    for row in range(rows):
        first = row * ROW_SECONDS
        part = samples[int(first * rate) : int((first + width) * rate)]
        wave, spectrum = panels[2 * row], panels[2 * row + 1]
        _draw_wave(wave, part, rate, first)
        _draw_spectrum(spectrum, part, rate, first)
        for panel in (wave, spectrum):
            panel.set_xlim(first, first + width)
        inside = [word for word in words if word[1] < first + width and word[2] > first]
        _draw_words(wave, spectrum, inside, (first, first + width), fonts)
    panels[-1].set_xlabel("seconds")
    figure.savefig(target, format="png")


def _draw_wave(panel: Any, part: NDArray[np.float32], rate: int, first: float) -> None:
    """Draw what lies between the quietest and the loudest sample of each column."""
    import numpy as np  # noqa: PLC0415

    step = max(1, len(part) // _COLUMNS)
    columns = part[: len(part) // step * step].reshape(-1, step)
    if len(columns):
        time = first + (np.arange(len(columns)) + 0.5) * step / rate
        panel.fill_between(time, columns.min(axis=1), columns.max(axis=1), linewidth=0.4, color="#2c5f8a")
    panel.set_ylim(-1, 1)
    panel.set_yticks([])
    panel.tick_params(labelbottom=False)


def _draw_spectrum(panel: Any, part: NDArray[np.float32], rate: int, first: float) -> None:
    import numpy as np  # noqa: PLC0415

    size = max(2, int(rate * _WINDOW_SECONDS))
    panel.set_ylabel("kHz")
    if len(part) < size:
        return
    step = max(1, size // 4, (len(part) - size) // _COLUMNS)
    windows = np.lib.stride_tricks.sliding_window_view(part, size)[::step] * np.hanning(size).astype(np.float32)
    energy = np.abs(np.fft.rfft(windows, axis=1)) / (size / 4)
    highest = min(_HIGHEST_HERTZ, rate / 2)
    lines = max(1, int(energy.shape[1] * highest / (rate / 2)))
    decibels = 20 * np.log10(energy[:, :lines].T + 1e-9)
    begin = first + size / 2 / rate
    end = begin + windows.shape[0] * step / rate
    panel.imshow(
        decibels, origin="lower", aspect="auto", cmap="magma", vmin=_DEEPEST_DECIBELS, vmax=0.0,
        extent=(begin, end, 0.0, highest / 1000), interpolation="nearest",
    )  # fmt: skip


def _draw_words(
    wave: Any, spectrum: Any, words: Sequence[tuple[str, float, float]], span: tuple[float, float], fonts: _Fonts
) -> None:
    """Write the words on the waveform, and mark where they begin in both panels."""
    for index, (text, start, end) in enumerate(words):
        begin = max(start, span[0])
        for panel in (wave, spectrum):
            panel.axvline(begin, color="#888888", linewidth=0.4)
        wave.axvspan(begin, min(end, span[1]), color="#f2b84b", alpha=0.25 if index % 2 else 0.12, linewidth=0)
        wave.text(
            begin, 0.96 - 0.3 * (index % _LINES), fonts.safe(text), fontsize=8, family=fonts.names, parse_math=False,
            transform=wave.get_xaxis_transform(), verticalalignment="top", clip_on=True,
        )  # fmt: skip


class _Fonts:
    """The fonts at hand, in order, and which characters they have."""

    def __init__(self) -> None:
        from matplotlib import font_manager  # noqa: PLC0415

        installed = set(font_manager.fontManager.get_font_names())
        self.names = [name for name in (_OWN_FONT, *_MORE_FONTS) if name in installed]
        self._faces = [
            font_manager.get_font(font_manager.findfont(font_manager.FontProperties(family=name)))
            for name in self.names
        ]

    def safe(self, text: str) -> str:
        """Return a text with a box for each character no font has: matplotlib would warn of it."""
        joined = " ".join(text.split())
        kept = (one for one in joined if unicodedata.category(one) not in {"Cc", "Cf", "Mn"} or self._has(one))
        return "".join(one if self._has(one) else _UNKNOWN for one in kept)

    def _has(self, character: str) -> bool:
        return any(face.get_char_index(ord(character)) for face in self._faces)
