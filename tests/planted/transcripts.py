"""Plants whose transcripts disagree with the audio, or with themselves."""

from __future__ import annotations

from typing import Any

from mockvoice.service.call import Call
from tests.planted.claims import DURATION, READINGS
from tests.planted.faithful import before, with_verb
from tests.planted.plant import Kind, Plant
from tests.planted.wrapping import JSON, Answer, Asked, changing, edited, editing

TRANSCRIBE = "createTranscription"
FORMS = "transcripts.formats_of_one_clip_agree"
KNOWN_WORDS = "transcripts.the_words_of_a_known_clip_are_right"
JOINED = "transcripts.words_join_to_the_text"
ORDERED = "transcripts.words_are_ordered_and_inside"
WORDS = "/components/schemas/VerboseTranscription/properties/words"


def shorter(text: str) -> str:
    """Return a text without its last word, or without its last letter where there is no space."""
    head, space, _ = text.rpartition(" ")
    return head if space else text[:-1]


def _a_tenth_longer(body: dict[str, Any]) -> None:
    body["duration"] = round(body["duration"] * 1.1, 3)


def _swapped(body: dict[str, Any]) -> None:
    words = body.get("words", [])
    words[:2] = reversed(words[:2])


def _word_missing(body: dict[str, Any]) -> None:
    if "words" in body:
        body["words"] = body["words"][:-1]


def _no_language(body: dict[str, Any]) -> None:
    if "language" in body:
        body["language"] = "xx"


def _text_shorter_if_verbose(body: dict[str, Any]) -> None:
    if "segments" in body:
        body["text"] = shorter(body["text"])


def _nobody(body: dict[str, Any]) -> None:
    for segment in body.get("segments", ()):
        if "speaker" in segment:
            segment["speaker"] = "nobody"


def _srt_shorter(_asked: Asked, answer: Answer) -> None:
    text = answer.body.decode()
    if " --> " not in text or text.startswith("WEBVTT"):
        return
    *lines, last = text.rstrip("\n").split("\n")
    answer.body = "\n".join([*lines, shorter(last), "", ""]).encode()


def _plain_text_shorter(asked: Asked, answer: Answer) -> None:
    def edit(body: dict[str, Any]) -> None:
        body["text"] = shorter(body["text"])

    if "plain_text=" in asked.query:
        edited(edit)(asked, answer)


def _segments_only(call: Call) -> None:
    call.fields.pop("timestamp_granularities", None)


def _keep_times(call: Call) -> None:
    call.fields["ignore_timestamps"] = False


PLANTS = (
    Plant(
        name="org-duration-a-tenth-longer",
        provider="fishaudio-org",
        kind=Kind.DURATION_WRONG,
        summary="the duration of a transcription is a tenth too long",
        build=editing(_a_tenth_longer, (TRANSCRIBE,)),
        found_by=(DURATION,),
        fact="/components/schemas/Transcription/properties/duration",
    ),
    Plant(
        name="net-times-kept",
        provider="fishaudio-net",
        kind=Kind.OPTION_IGNORED,
        summary="ignore_timestamps changes nothing: the segments keep their times",
        build=with_verb("speechToText", before(_keep_times)),
        found_by=("transcripts.timestamps_can_be_left_out", READINGS),
        fact="/components/schemas/SpeechToTextRequest/properties/ignore_timestamps",
    ),
    Plant(
        name="hadrian-no-words",
        provider="hadrian",
        kind=Kind.OPTION_IGNORED,
        summary="a verbose transcript has segments, also where words were asked for",
        build=with_verb(TRANSCRIBE, before(_segments_only)),
        found_by=("transcripts.granularities_are_honoured",),
        fact="/components/schemas/TranscriptionRequest/properties/timestamp_granularities",
    ),
    Plant(
        name="hadrian-words-swapped",
        provider="hadrian",
        kind=Kind.WORDS_OUT_OF_ORDER,
        summary="the first two words of a verbose transcript stand in the wrong order, with their times",
        build=editing(_swapped, (TRANSCRIBE,)),
        found_by=(ORDERED, JOINED),
        fact=WORDS,
    ),
    Plant(
        name="hadrian-word-missing",
        provider="hadrian",
        kind=Kind.WORDS_DIFFER,
        summary="the words of a verbose transcript lack the last word of its text",
        build=editing(_word_missing, (TRANSCRIBE,)),
        found_by=(JOINED,),
        fact=WORDS,
    ),
    Plant(
        name="hadrian-srt-shorter",
        provider="hadrian",
        kind=Kind.SRT_DIFFERS,
        summary="srt lacks the last word that all other forms have",
        build=changing(_srt_shorter, (TRANSCRIBE,), (200,), "text/plain"),
        found_by=(FORMS, KNOWN_WORDS),
        fact="/paths/~1api~1v1~1audio~1transcriptions/post/x-voice-formats",
    ),
    Plant(
        name="aitre-verbose-text-shorter",
        provider="aitre",
        kind=Kind.TEXTS_DIFFER,
        summary="the text of verbose_json lacks the last word that all other forms have",
        build=editing(_text_shorter_if_verbose, (TRANSCRIBE,)),
        found_by=(FORMS, KNOWN_WORDS),
        fact="/components/schemas/VerboseTranscript/properties/text",
    ),
    Plant(
        name="voiceapi-plain-text-shorter",
        provider="voiceapi",
        kind=Kind.TEXTS_DIFFER,
        summary="plain_text lacks the last word of the transcript",
        build=changing(_plain_text_shorter, ("stt_result",), (200,), JSON),
        found_by=("transcripts.plain_text_is_the_text", FORMS, KNOWN_WORDS),
        fact="/paths/~1v1~1stt~1{task_id}~1result/get/parameters/2",
    ),
    Plant(
        name="hadrian-no-such-language",
        provider="hadrian",
        kind=Kind.LANGUAGE_CODE,
        summary="the language of a verbose transcript is xx",
        build=editing(_no_language, (TRANSCRIBE,)),
        found_by=("transcripts.language_codes_are_valid",),
        fact="/components/schemas/VerboseTranscription/properties/language",
    ),
    Plant(
        name="hadrian-speaker-nobody",
        provider="hadrian",
        kind=Kind.SPEAKER,
        summary="every segment of a diarised transcript is by nobody, who is none of the known speakers and no letter",
        build=editing(_nobody, (TRANSCRIBE,)),
        found_by=("transcripts.speakers_are_among_the_known",),
        fact="/components/schemas/DiarizedSegment/properties/speaker",
    ),
)
