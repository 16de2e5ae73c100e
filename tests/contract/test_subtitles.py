"""Subtitles are read strictly: what a player would stumble over is refused."""

from __future__ import annotations

import pytest

from contract_tests.kit.transcripts.subtitles import BadSubtitles, Cue, read

SRT = "1\n00:00:00,000 --> 00:00:03,075\nThank you\nfor calling.\n\n2\n00:00:03,076 --> 01:00:05,816\nGladly.\n\n"
VTT = "WEBVTT\n\n00:00.000 --> 00:03.075\nThank you\nfor calling.\n\n00:00:03.076 --> 01:00:05.816\nGladly.\n\n"
CUES = [Cue(0, 3_075, "Thank you for calling."), Cue(3_076, 3_605_816, "Gladly.")]


@pytest.mark.parametrize(("kind", "text"), [("srt", SRT), ("vtt", VTT)])
def test_both_kinds_are_read(kind: str, text: str) -> None:
    assert read(kind, text) == CUES


@pytest.mark.parametrize(("kind", "text"), [("srt", SRT), ("vtt", VTT)])
def test_lines_may_end_as_windows_writes_them(kind: str, text: str) -> None:
    assert read(kind, "\ufeff" + text.replace("\n", "\r\n")) == CUES


def test_silence_has_no_cues() -> None:
    assert read("srt", "") == []
    assert read("vtt", "WEBVTT\n\n") == []


def test_names_notes_settings_and_tags_of_a_vtt_are_no_words() -> None:
    text = (
        "WEBVTT - made by hand\n\nNOTE\nnothing\n\n"
        "first\n00:01.000 --> 00:02.000 align:start line:0\n<v Ann><i>Hello</i> <00:01.500>you"
    )

    assert read("vtt", text) == [Cue(1_000, 2_000, "Hello you")]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("srt", VTT, "cue 1 begins with 'WEBVTT', not with its number"),
        ("srt", SRT.replace(",", "."), "the times of cue 1 are '00:00:00.000 --> 00:00:03.075'"),
        ("srt", SRT.replace("\n2\n", "\n3\n"), "cue 2 begins with '3', not with its number"),
        ("srt", "1\n", "cue 1 has no times"),
        ("vtt", SRT, "it begins with '1', not with WEBVTT"),
        ("vtt", VTT.replace(".", ","), "the times of cue 1 are '00:00,000 --> 00:03,075'"),
        ("vtt", "", "it begins with '', not with WEBVTT"),
        ("vtt", "WEBVTT\n\nHello", "cue 1 has no times"),
        ("srt", '{"text": "Hello"}', 'cue 1 begins with \'{"text": "Hello"}\', not with its number'),
    ],
)
def test_what_a_player_would_stumble_over_is_refused(kind: str, text: str, message: str) -> None:
    with pytest.raises(BadSubtitles) as refused:
        read(kind, text)

    assert str(refused.value) == message
