"""The plants whose audio or film is wrong: what a decoder finds is wrong in the way the summary says."""

from __future__ import annotations

import asyncio
import base64
import io
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import av
import pytest

from mockvoice.audio import codec
from mockvoice.audio.listening import Listener
from mockvoice.audio.sound import BadAudio, Sound
from mockvoice.core.settings import Settings
from mockvoice.web.simulator import Simulator
from tests.harness.recipes import Kitchen
from tests.harness.wire import Answer, Client
from tests.planted import PLANTS
from tests.planted.events import events_of
from tests.planted.faithful import patched
from tests.planted.plant import App

pytestmark = pytest.mark.slow

Pair = tuple[Answer, Answer]
SPEAK = "createSpeech"
TEXT = "Hello, how can I help you today?"


@pytest.fixture(scope="module")
def kitchen_of(runner: asyncio.Runner, spec_cache: Path) -> Iterator[Callable[[str], tuple[Kitchen, Kitchen]]]:
    """Make the faithful simulator and a plant, by the plant's name; all share one listener."""
    shared: list[Listener] = []

    def make(name: str) -> tuple[Kitchen, Kitchen]:
        plant = PLANTS[name]
        settings = Settings(providers=(plant.provider,), clock="manual", cache=spec_cache)

        def kitchen(app: App) -> Kitchen:
            shared[:] = shared or [app.world.listener]
            vars(app.world)["listener"] = shared[0]
            return Kitchen(Client(cast(Simulator, app), runner), plant.provider)

        return kitchen(patched(settings)), kitchen(plant.build(settings))

    yield make
    for listener in shared:
        listener.studio.close()


@pytest.fixture
def both(kitchen_of: Callable[[str], tuple[Kitchen, Kitchen]]) -> Callable[..., Pair]:
    """Ask the simulator and a plant the same; return both answers."""

    def ask(name: str, recipe: dict[str, Any], operation: str = SPEAK) -> Pair:
        right, wrong = kitchen_of(name)
        return right.cook(recipe, operation), wrong.cook(recipe, operation)

    return ask


def heard(answer: Answer) -> Sound:
    return codec.examine(answer.body)


def claimed_bytes(wav: bytes) -> int:
    """Return how long a wav says it is."""
    size: int = struct.unpack_from("<I", wav, 4)[0]
    return size + 8


@pytest.mark.parametrize("form", ["mp3", "wav", "flac", "opus", "aac", "pcm"])
def test_a_cut_speech_is_the_beginning_of_the_whole_one(both: Callable[..., Pair], form: str) -> None:
    whole, cut = both("hadrian-speech-cut", {"with": {"response_format": form}})

    assert len(cut.body) == len(whole.body) * 6 // 10
    assert whole.body.startswith(cut.body)
    assert cut.headers["content-length"] == str(len(cut.body))


def test_a_cut_wav_claims_more_than_it_has(both: Callable[..., Pair]) -> None:
    whole, cut = both("hadrian-speech-cut", {"with": {"response_format": "wav"}})

    assert [claimed_bytes(one.body) == len(one.body) for one in (whole, cut)] == [True, False]
    assert claimed_bytes(cut.body) == len(whole.body)


@pytest.mark.parametrize("form", ["mp3", "flac", "opus", "aac"])
def test_a_cut_speech_lasts_less(both: Callable[..., Pair], form: str) -> None:
    whole, cut = both("hadrian-speech-cut", {"with": {"response_format": form}})

    assert heard(cut).milliseconds < 0.7 * heard(whole).milliseconds


def test_a_link_is_no_audio(both: Callable[..., Pair]) -> None:
    recipe = {"first": [{"operation": "tts_submit"}], "wait": 60}

    right, wrong = both("voiceapi-link-as-audio", recipe, "tts_audio")

    assert heard(right).container == "mp3"
    assert wrong.media == "audio/mpeg"
    with pytest.raises(BadAudio):
        heard(wrong)


@pytest.mark.parametrize(
    ("name", "form", "media", "container"),
    [("aitre-wav-as-mp3", "mp3", "audio/mpeg", "wav"), ("hadrian-mp3-as-flac", "flac", "audio/flac", "mp3")],
)
def test_another_codec_comes_under_the_type_that_was_asked_for(
    both: Callable[..., Pair], name: str, form: str, media: str, container: str
) -> None:
    right, wrong = both(name, {"with": {"response_format": form}})

    assert (right.media, wrong.media) == (media, media)
    assert (heard(right).container, heard(wrong).container) == (form, container)
    assert heard(wrong).milliseconds == pytest.approx(heard(right).milliseconds, rel=0.02)


def test_a_wav_of_twice_the_rate_lasts_half_as_long(both: Callable[..., Pair]) -> None:
    right, wrong = both("hadrian-wav-twice-the-rate", {"with": {"response_format": "wav"}})

    assert (heard(right).sample_rate, heard(wrong).sample_rate) == (24_000, 48_000)
    assert heard(wrong).milliseconds == pytest.approx(heard(right).milliseconds / 2, abs=2)
    assert right.body[44:] == wrong.body[44:]


def test_opus_lasts_a_tenth_longer(both: Callable[..., Pair]) -> None:
    right, wrong = both("hadrian-opus-a-tenth-longer", {"with": {"response_format": "opus"}})

    assert heard(wrong).milliseconds == pytest.approx(1.1 * heard(right).milliseconds, rel=0.01)


@pytest.mark.parametrize("form", ["mp3", "opus", "aac", "flac"])
def test_silence_is_as_long_as_the_speech_and_of_its_format(both: Callable[..., Pair], form: str) -> None:
    right, wrong = both("aitre-silence", {"with": {"response_format": form}})

    assert (heard(right).is_silent, heard(wrong).is_silent) == (False, True)
    assert (heard(wrong).container, heard(wrong).codec) == (heard(right).container, heard(right).codec)
    assert heard(wrong).milliseconds == pytest.approx(heard(right).milliseconds, abs=60)


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_any_speed_takes_the_same_time(both: Callable[..., Pair], speed: float) -> None:
    normal, _ = both("aitre-speed-ignored", {})

    right, wrong = both("aitre-speed-ignored", {"with": {"speed": speed}})

    assert heard(right).milliseconds == pytest.approx(heard(normal).milliseconds / speed, rel=0.02)
    assert wrong.body == normal.body


def test_a_long_script_lasts_no_longer_than_its_first_word(both: Callable[..., Pair]) -> None:
    def script(text: str) -> dict[str, Any]:
        return {"first": [{"operation": "tts_submit", "with": {"text": text}}], "wait": 60}

    word, _ = both("voiceapi-first-word-only", script("Hello,"), "tts_audio")

    right, wrong = both("voiceapi-first-word-only", script(4 * TEXT), "tts_audio")

    assert heard(right).milliseconds > 2 * heard(word).milliseconds
    assert wrong.body == word.body


# -- events --------------------------------------------------------------------------------------------


def pieces(answer: Answer) -> list[bytes]:
    return [base64.b64decode(one["audio"]) for one in events_of(answer.body) if "audio" in one]


@pytest.mark.parametrize("text", [TEXT, "Hi."])
def test_swapped_pieces_are_those_of_the_speech_in_another_order(both: Callable[..., Pair], text: str) -> None:
    """A short text comes in one piece, which is cut, so that there is something to swap."""
    recipe = {"with": {"model": "gpt-4o-mini-tts", "stream_format": "sse", "input": text}}

    right, wrong = both("hadrian-events-swapped", recipe)

    whole, (second, first, *rest) = b"".join(pieces(right)), pieces(wrong)
    assert first + second + b"".join(rest) == whole
    assert b"".join(pieces(wrong)) != whole


@pytest.mark.parametrize("text", [TEXT, "Hi."])
def test_without_its_last_piece_a_speech_breaks_off(both: Callable[..., Pair], text: str) -> None:
    recipe = {"with": {"model": "gpt-4o-mini-tts", "stream_format": "sse", "input": text}}

    right, wrong = both("hadrian-event-dropped", recipe)

    whole, cut = b"".join(pieces(right)), b"".join(pieces(wrong))
    assert cut
    assert whole.startswith(cut)
    assert len(cut) < len(whole)


def test_the_last_word_is_missing_in_srt(both: Callable[..., Pair]) -> None:
    recipe = {"with": {"response_format": "srt"}}

    right, wrong = both("hadrian-srt-shorter", recipe, "createTranscription")

    assert wrong.body.decode() == right.body.decode().replace(" today?", "")


# -- films ---------------------------------------------------------------------------------------------


@pytest.fixture
def films(kitchen_of: Callable[[str], tuple[Kitchen, Kitchen]]) -> Callable[[str, str, str], Pair]:
    """Return the film of the simulator and that of a plant, by the operations that make a job and tell of it."""

    def film(kitchen: Kitchen, create: str, status: str) -> Answer:
        done = kitchen.cook({"first": [{"operation": create}], "wait": 60}, status).json()
        return kitchen.client.send("GET", urlsplit(done["data"]["result_url"]).path)

    def ask(name: str, create: str, status: str) -> Pair:
        right, wrong = kitchen_of(name)
        return film(right, create, status), film(wrong, create, status)

    return ask


def test_a_mute_film_has_pictures_alone(films: Callable[[str, str, str], Pair]) -> None:
    right, wrong = films("org-mute-films", "createLipSyncJob", "getLipSyncJob")

    assert not heard(right).is_silent
    assert wrong.media == right.media == "video/mp4"
    assert pictures(wrong) > 0
    with pytest.raises(BadAudio, match="without an audio stream"):
        heard(wrong)


def test_another_film_lasts_a_second_and_is_silent(films: Callable[[str, str, str], Pair]) -> None:
    right, wrong = films("net-another-film", "createLipSync", "queryLipSync")

    assert heard(right).milliseconds > 2_000
    assert (heard(wrong).milliseconds, heard(wrong).is_silent) == (1_000, True)
    assert min(pictures(right), pictures(wrong)) > 0


def pictures(film: Answer) -> int:
    """Return how many pictures a film has."""
    with av.open(io.BytesIO(film.body), "r") as container:
        return len([*container.decode(video=0)])
