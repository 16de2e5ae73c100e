"""Judges audio that was made of a text: what it is, whether it is whole, how long it lasts, what it sounds like.

Knows bytes, sounds and texts; no exchange and no spec. Each judge yields flaws; where there are none, all is well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

from contract_tests.kit.audio.framing import lack_of
from contract_tests.kit.audio.sound import CONTAINERS, NotAudio, Sound, container_of, decode, of_pcm
from contract_tests.kit.flaws import Flaw
from contract_tests.kit.media import bare
from contract_tests.kit.transcripts.words import length_in_letters

# Two formats of one speech differ by what their codecs put around it: AAC some 80 ms, MP3 some 50 ms.
AGREED_MILLISECONDS, AGREED_PART = 150, 0.02
# Containers whose header tells the length of the sound, and by how much it may tell more than there is: FLAC counts
# samples, the others count what a decoder drops at the beginning. Of other containers libav guesses it.
TOLD_MILLISECONDS = {"flac": 0, "wav": 0, "mp4": 100, "webm": 100, "ogg": 100}
# Speech in seven languages has 5.2 to 7.8 syllables a second (Pellegrino, Coupé, Marsico: A cross-language perspective
# on speech information rate, Language 87, 2011), a syllable of an alphabet some three letters. One syllable a second,
# and thirteen, are beyond what anybody takes for speech at its ordinary pace.
SLOWEST, FASTEST = 3.0, 40.0
# Below that, pauses before and after count for more than the words.
ENOUGH_LETTERS = 20
# A text said twice lasts longer than once, by more than this and less than that.
TWICE_AT_LEAST, TWICE_AT_MOST = 1.4, 2.8
# How far a ratio of durations may be from that of the speeds: pauses may keep their length.
SPEED_PART = 0.15
# Loudness is compared in steps of so many milliseconds, and in bands between these frequencies: those of a telephone.
STEP_MILLISECONDS = 10
BANDS = tuple(range(200, 3_500, 150))
# How alike two files of one speech are at least. Measured on a clip in eight formats: 0.98 and more; with its parts in
# another order: 0.3 and less.
LIKE = 0.85


@dataclass(frozen=True)
class Form:
    """What a format's name promises: a container and the codecs that may be in it."""

    container: str
    codecs: tuple[str, ...]


# What samples without a container are called.
BARE = "pcm"
# A format's name, without figures behind an underscore → what it is.
FORMS = {
    "mp3": Form("mp3", ("mp3", "mp3float")),
    "opus": Form("ogg", ("opus", "libopus")),
    "ogg": Form("ogg", ("opus", "libopus", "vorbis")),
    "aac": Form("aac", ("aac",)),
    "m4a": Form("mp4", ("aac", "alac")),
    "webm": Form("webm", ("opus", "libopus", "vorbis")),
    "flac": Form("flac", ("flac",)),
    "wav": Form("wav", ("pcm",)),
    "pcm": Form(BARE, ("pcm",)),
}  # fmt: skip


def form_of(name: str) -> Form | None:
    """Return what the name of a format promises (`mp3`, `mp3_44100_128`); None for a name nobody here knows."""
    return FORMS.get(name.lower().partition("_")[0])


@lru_cache(maxsize=128)
def heard(data: bytes, is_bare: bool, rate: int = 24_000) -> Sound:
    """Decode an answer; `is_bare` says that it is samples without a container. Raises NotAudio."""
    return of_pcm(data, rate) if is_bare else decode(data)


# -- what it is --------------------------------------------------------------------------------------


def disguises(data: bytes, media: str, name: str, documented: str) -> Iterator[Flaw]:
    """Yield where bytes are not the format that was asked for by name, or come under another media type than its own.

    `documented` is the type that the documents give to the format, empty for none; where they mislead (a wav as
    audio/mpeg), the name decides what the bytes have to be. Without a name the type says it.
    """
    if documented and media != bare(documented):
        yield Flaw(f"Content-Type {bare(documented)} for {name}", f"Content-Type {media or 'absent'}")
    form = form_of(name)
    yield from _mistyped(data, media) if form is None else _misnamed(data, name, form)


def _mistyped(data: bytes, media: str) -> Iterator[Flaw]:
    said = CONTAINERS.get(media, ())
    if is_text(data) or (said and _container(data, "pcm" in said) not in said):
        yield Flaw(f"{' or '.join(said) or 'audio'}, as Content-Type {media} says", _described(data))


def _misnamed(data: bytes, name: str, form: Form) -> Iterator[Flaw]:
    if is_text(data) or _container(data, form.container == BARE) != form.container:
        yield Flaw(f"{form.container}, as {name} was asked for", _described(data))
        return
    try:
        sound = heard(data, form.container == BARE)
    except NotAudio:
        return
    if not sound.codec.startswith(form.codecs):
        yield Flaw(f"{name} coded as {' or '.join(form.codecs)}", f"{form.container} coded as {sound.codec}")


def _container(data: bytes, may_be_bare: bool) -> str:
    """Return the container of bytes; samples may begin like one by chance, and then it does not decode."""
    found = container_of(data)
    if not may_be_bare:
        return found
    try:
        return heard(data, is_bare=False).container
    except NotAudio:
        return BARE


def is_text(data: bytes) -> bool:
    """Say whether bytes are plainly a text: sound is not made of printable characters alone."""
    try:
        shown = data[:4096].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(shown.strip()) and all(one.isprintable() or one.isspace() for one in shown)


def _described(data: bytes) -> str:
    found = container_of(data)
    if found:
        return found
    return f"text: {data[:60].decode('utf-8', 'replace')}" if is_text(data) else f"bytes that begin {data[:8].hex(' ')}"


# -- whether it is whole -----------------------------------------------------------------------------


def breaks(data: bytes, is_bare: bool) -> Iterator[Flaw]:
    """Yield where a file breaks off: by its frames and sizes, by the length it tells, or because it does not decode."""
    whole = "a whole file"
    lack = "" if is_bare else lack_of(data)
    if lack:
        yield Flaw(whole, lack)
        return
    try:
        sound = heard(data, is_bare)
    except NotAudio as error:
        yield Flaw("a file that decodes to its end", str(error))
        return
    told, allowed = sound.claimed_milliseconds, TOLD_MILLISECONDS.get(sound.container)
    if told is not None and allowed is not None and sound.milliseconds + allowed < told:
        yield Flaw(f"{told:,} ms, as its header tells", f"{sound.milliseconds:,} ms of sound")


def silences(sound: Sound) -> Iterator[Flaw]:
    """Yield that nothing is to be heard."""
    if sound.is_silent:
        yield Flaw("something to be heard", f"{sound.milliseconds:,} ms whose loudest sample is {sound.peak} of 32,768")


# -- how long it lasts -------------------------------------------------------------------------------


def hurries(milliseconds: int, text: str) -> Iterator[Flaw]:
    """Yield that nobody says a text in this time. Texts of less than ENOUGH_LETTERS are not judged."""
    letters = length_in_letters(text)
    if letters < ENOUGH_LETTERS:
        return
    pace = letters / (milliseconds / 1000) if milliseconds else float("inf")
    if not SLOWEST <= pace <= FASTEST:
        yield Flaw(
            f"{letters} letters in {letters / FASTEST:.1f} to {letters / SLOWEST:.1f} s", f"{milliseconds / 1000:.3f} s"
        )


def is_near(milliseconds: int, other: float) -> bool:
    """Say whether two durations are those of one speech in two formats."""
    return abs(milliseconds - other) <= max(AGREED_MILLISECONDS, AGREED_PART * other)


def outliers(durations: Mapping[str, int]) -> dict[str, Flaw]:
    """Return by name the formats that do not last as long as the others do; durations in milliseconds.

    Of two that differ, the second is the outlier: nobody knows which of them is right.
    """
    middle = median(durations.values()) if len(durations) > 2 else next(iter(durations.values()), 0)
    return {
        name: Flaw(f"{middle / 1000:.3f} s, as in other formats", f"{one / 1000:.3f} s as {name}")
        for name, one in durations.items()
        if not is_near(one, middle)
    }


def growth(once: int, twice: int) -> Iterator[Flaw]:
    """Yield that a text said twice does not last accordingly; both in milliseconds."""
    if not once * TWICE_AT_LEAST <= twice <= once * TWICE_AT_MOST:
        least, most = once * TWICE_AT_LEAST / 1000, once * TWICE_AT_MOST / 1000
        yield Flaw(f"{least:.1f} to {most:.1f} s for a text twice as long", f"{twice / 1000:.3f} s")


def speeds(slow: int, fast: int, ratio: float) -> Iterator[Flaw]:
    """Yield that a speech is not so many times faster than another; durations in milliseconds."""
    got = slow / fast if fast else float("inf")
    if abs(got - ratio) > ratio * SPEED_PART:
        yield Flaw(f"{ratio:g} times faster, to within {SPEED_PART:.0%}", f"{got:.2f} times faster")


# -- what it sounds like -----------------------------------------------------------------------------


def likeness(one: Sound, other: Sound) -> float:
    """Return how alike the courses of two sounds are: 1 for the same, about 0 for those of different texts.

    Sounds whose durations are not near are not alike at all.
    """
    if not is_near(one.milliseconds, other.milliseconds):
        return 0.0
    first, second = _course(one), _course(other)
    # A codec may begin late.
    late = range(AGREED_MILLISECONDS // STEP_MILLISECONDS + 1)
    return max(*(_alike(first[by:], second) for by in late), *(_alike(first, second[by:]) for by in late))


def _alike(first: Any, second: Any) -> float:
    """Return how two courses go together, as far as both go."""
    import numpy as np  # noqa: PLC0415

    length = min(len(first), len(second))
    if length < 2:
        return 1.0
    first, second = (course[:length] - course[:length].mean(axis=0) for course in (first, second))
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    # Without a course there is nothing to compare, unless both have none.
    return float((first * second).sum()) / size if size else float(not first.any() and not second.any())


def _course(sound: Sound) -> Any:
    """Return the loudness of a sound in each band of BANDS, step by step: what is said, whatever the codec."""
    import numpy as np  # noqa: PLC0415

    step = sound.rate * STEP_MILLISECONDS // 1000
    whole = np.pad(sound.samples.astype(np.float32), (0, 2 * step))
    windows = np.lib.stride_tricks.sliding_window_view(whole, 2 * step)[::step] * np.hanning(2 * step)
    loud = np.abs(np.fft.rfft(windows))
    hertz = np.fft.rfftfreq(2 * step, 1 / sound.rate)
    edges = np.minimum(np.searchsorted(hertz, BANDS), len(hertz) - 1)
    return np.sqrt(np.add.reduceat(loud**2, edges, axis=1)[:, :-1])
