"""Encoding and decoding, judged by decoded samples and never by encoded bytes (these differ between codec versions)."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path

import pytest

from mockvoice.audio import codec, voice
from mockvoice.audio.bare import wav_header
from mockvoice.audio.sniff import sniff
from mockvoice.audio.sound import BadAudio

FIXTURES = Path(__file__).parents[2] / "fixtures"
SPOKEN = voice.speak("The quick brown fox jumped over the lazy dog.", "alloy")
FILE_FORMATS = ("mp3", "opus", "aac", "flac", "wav", "m4a", "webm")
MAGIC = {
    "mp3": (b"ID3", b"\xff"), "opus": (b"OggS",), "aac": (b"\xff\xf1", b"\xff\xf9"), "flac": (b"fLaC",),
    "wav": (b"RIFF",), "m4a": (b"\0\0\0",), "webm": (b"\x1a\x45\xdf\xa3",),
}  # fmt: skip


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_a_file_has_the_magic_bytes_of_its_format_and_decodes_to_its_length(form: str) -> None:
    data = codec.encode(SPOKEN, voice.RATE, form)

    sound = codec.examine(data)

    assert data.startswith(MAGIC[form])
    expected = len(SPOKEN) / 2 / voice.RATE * 1000
    # Bare AAC comes in whole frames of 43 ms and starts with priming samples; nothing in the file tells how many.
    assert abs(sound.milliseconds - expected) <= (90 if form == "aac" else 1)
    assert sound.errors == 0
    assert not sound.is_silent


def test_the_padding_that_an_encoder_adds_is_not_part_of_the_sound() -> None:
    blocks, sound = codec.decode(codec.encode(SPOKEN, voice.RATE, "m4a"), voice.RATE)

    assert sum(len(block) for block in blocks) == len(SPOKEN)
    assert sound.milliseconds == round(len(SPOKEN) / 2 / voice.RATE * 1000)


def test_pcm_is_the_samples_themselves() -> None:
    assert codec.encode(SPOKEN, voice.RATE, "pcm") == SPOKEN


def test_a_wav_tells_its_own_length() -> None:
    data = codec.encode(SPOKEN, voice.RATE, "wav")

    riff_bytes, data_bytes = struct.unpack("<I", data[4:8])[0], struct.unpack("<I", data[40:44])[0]
    assert (riff_bytes, data_bytes) == (len(data) - 8, len(SPOKEN))


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_the_same_samples_give_the_same_bytes(form: str) -> None:
    assert codec.encode(SPOKEN, voice.RATE, form) == codec.encode(SPOKEN, voice.RATE, form)


def test_decoded_samples_are_those_that_were_encoded() -> None:
    blocks, _ = codec.decode(codec.encode(SPOKEN, voice.RATE, "flac"), voice.RATE)

    assert b"".join(blocks) == SPOKEN


SDP = b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n"
NO_AUDIO = {
    "nothing": b"",
    "one byte": b"x",
    "text": b"hello, I am a text" * 50,
    "json": b'{"audio": "no"}',
    "html": b"<!DOCTYPE html><html></html>",
    "zip": b"PK\x03\x04" + bytes(100),
    "pdf": b"%PDF-1.7\n" + bytes(100),
    "zeros": bytes(10_000),
    "random": random.Random(1).randbytes(10_000),
    "sdp": SDP,
    "playlist": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "only a wav header": wav_header(0, 24_000),
    "only an id3 tag": b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(50),
    "wav of rate 0": wav_header(100, 0) + bytes(100),
    "wav of rate 2^31": wav_header(100, 2**31 - 1)[:28] + bytes(16) + bytes(100),
    "wav without channels": wav_header(100, 24_000, 0) + bytes(100),
    "ogg without packets": b"OggS" + bytes(100),
    "flac without frames": b"fLaC" + bytes(100),
    "mp4 without media": b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42isom",
    "matroska header": b"\x1a\x45\xdf\xa3" + bytes(100),
}


@pytest.mark.parametrize("name", NO_AUDIO)
def test_what_is_no_audio_is_bad_audio_at_once(name: str) -> None:
    started = time.monotonic()

    with pytest.raises(BadAudio):
        codec.examine(NO_AUDIO[name])

    assert time.monotonic() - started < 2, "a probe waited for something"


@pytest.mark.parametrize("form", FILE_FORMATS)
def test_half_a_file_is_judged_by_what_is_there(form: str) -> None:
    """Headers go on telling the whole length; some containers cannot be read at all without their end."""
    data = codec.encode(SPOKEN, voice.RATE, form)

    try:
        sound = codec.examine(data[: len(data) // 2])
    except BadAudio:
        assert form == "m4a"
        return

    whole = len(SPOKEN) / 2 / voice.RATE * 1000
    assert 0.2 * whole < sound.milliseconds < 0.7 * whole


def test_a_header_that_lies_is_not_believed() -> None:
    data = wav_header(0xFFFFFF00 - 36, voice.RATE) + SPOKEN

    assert codec.examine(data).milliseconds == round(len(SPOKEN) / 2 / voice.RATE * 1000)


def test_a_file_that_unfolds_without_end_is_stopped() -> None:
    """A 1 Hz wav: a sample a second, resampled to sixteen thousand."""
    with pytest.raises(BadAudio) as refused:
        codec.examine(wav_header(48_000, 1) + bytes(48_000), max_seconds=60)

    assert refused.value.reason == "too-long"


def test_joined_files_of_different_rates_are_decoded_whole() -> None:
    second = voice.speak("And then another file.", "echo")
    joined = codec.encode(SPOKEN, voice.RATE, "mp3") + codec.encode(second, 16_000, "mp3")

    sound = codec.examine(joined)

    expected = len(SPOKEN) / 2 / voice.RATE + len(second) / 2 / 16_000
    assert abs(sound.milliseconds / 1000 - expected) < 0.2


def test_silence_is_seen() -> None:
    assert codec.examine((FIXTURES / "silence.wav").read_bytes()).is_silent


@pytest.mark.parametrize("seed", range(20))
def test_flipped_bytes_are_decoded_or_refused(seed: int) -> None:
    source = random.Random(seed)
    data = bytearray(codec.encode(SPOKEN, voice.RATE, source.choice(FILE_FORMATS)))
    for _ in range(max(1, len(data) // 300)):
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)

    try:
        assert codec.examine(bytes(data), max_seconds=600).milliseconds >= 0
    except BadAudio as error:
        assert error.reason in {"not-audio", "no-samples", "too-long"}


def test_formats_are_known_by_their_first_bytes() -> None:
    found = {form: sniff(codec.encode(SPOKEN, voice.RATE, form)) for form in FILE_FORMATS}

    assert found == {
        "mp3": "mp3", "opus": "ogg", "aac": "aac", "flac": "flac", "wav": "wav", "m4a": "mov", "webm": "matroska",
    }  # fmt: skip
