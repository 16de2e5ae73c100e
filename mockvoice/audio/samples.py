"""The one place that imports pydub, our sample type. It warns at import; exactly those warnings are silenced."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # No ffmpeg on the path: we do not use pydub's exports, PyAV is the codec.
    warnings.filterwarnings("ignore", message="Couldn't find ff", category=RuntimeWarning)
    # pydub 0.25.1 was written before these: audioop's farewell (3.11, 3.12) and stricter escapes (3.12 on).
    warnings.filterwarnings("ignore", message="'audioop' is deprecated", category=DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    from pydub import AudioSegment

__all__ = ["AudioSegment"]
