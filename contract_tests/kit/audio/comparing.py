"""Two speeches side by side: whether they are one, and whether one is louder."""

from __future__ import annotations

from contract_tests.kit.audio.sound import NotAudio, Sound
from contract_tests.kit.audio.speaking import Said
from contract_tests.kit.audio.speech import LIKE, is_near, likeness
from contract_tests.kit.claims import Unverified


def audible(said: Said) -> Sound:
    """Decode a speech. Raises Unverified; that it is no audio is for other claims to tell."""
    try:
        return said.sound()
    except NotAudio as error:
        raise Unverified(f"the speech does not decode: {error}") from None


def same_speech(one: Sound, other: Sound) -> bool:
    """Say whether two sounds are one speech: as long, and the same to be heard."""
    return is_near(one.milliseconds, other.milliseconds) and likeness(one, other) >= LIKE


def level(sound: Sound) -> float:
    """Return how loud a sound is on the whole: root mean square, in 1/32,768 of full scale."""
    import numpy as np  # noqa: PLC0415 - comes with the first audio

    samples = sound.samples.astype(np.float64)
    return float(np.sqrt((samples**2).mean())) if len(samples) else 0.0
