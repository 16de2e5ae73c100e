"""The transcription formats of the OpenAI family: json, text, srt, vtt, verbose_json, diarized_json, events.

Shapes as in the OpenAI specification 2.3.0 (providers.md C.8); which of them a provider offers, and what it
leaves out, is its own business.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

from mockvoice.audio.subtitles import srt, vtt
from mockvoice.audio.transcript import Segment, Transcript, gap_between
from mockvoice.service.speech import event

# The forms of a transcript; a provider without speakers has no diarized_json.
TRANSCRIPT_FORMS = ("json", "text", "srt", "verbose_json", "vtt", "diarized_json")

# ISO 639-1 → the English name that verbose_json gives.
LANGUAGE_NAMES = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian",
    "ja": "japanese", "ko": "korean", "nl": "dutch", "pt": "portuguese", "ru": "russian", "zh": "chinese",
}  # fmt: skip


def seconds(milliseconds: int) -> float:
    """Return milliseconds as seconds."""
    return milliseconds / 1000


def plain_text(transcript: Transcript, response_format: str) -> str:
    """Return the text, srt or vtt form."""
    if response_format == "srt":
        return srt(transcript.segments)
    if response_format == "vtt":
        return vtt(transcript.segments)
    return transcript.text + "\n"


def verbose_json(
    transcript: Transcript, task: str, granularities: Collection[str], usage: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the verbose form; `granularities` says whether it carries segments, words or both."""
    body: dict[str, Any] = {
        "task": task,
        "language": LANGUAGE_NAMES.get(transcript.language, transcript.language),
        "duration": seconds(transcript.milliseconds),
        "text": transcript.text,
    }
    if "word" in granularities:
        body["words"] = [
            {"word": one.text, "start": seconds(one.start_milliseconds), "end": seconds(one.end_milliseconds)}
            for one in transcript.words
        ]
    if "segment" in granularities:
        body["segments"] = [_verbose_segment(index, one) for index, one in enumerate(transcript.segments)]
    if usage is not None:
        body["usage"] = usage
    return body


def _verbose_segment(index: int, segment: Segment) -> dict[str, Any]:
    return {
        "id": index,
        "seek": segment.start_milliseconds // 10,
        "start": seconds(segment.start_milliseconds),
        "end": seconds(segment.end_milliseconds),
        "text": segment.text,
        "tokens": [token_number(word) for word in segment.text.split()],
        "temperature": 0.0,
        "avg_logprob": -0.25,
        "compression_ratio": 1.2,
        "no_speech_prob": 0.01,
    }


def token_number(word: str) -> int:
    """Return a stable token number for a word, below the size of a real vocabulary."""
    return zlib.crc32(word.encode()) % 50_000


def speaker_labels(transcript: Transcript, known: Mapping[str, str]) -> dict[str, str]:
    """Return the label of each speaker: a known name, else A, B, C …

    `known` maps names to voices, as their references tell; a name whose voice is not known ("") goes to a speaker
    in order of appearance. A speaker whose own name is among the known ones keeps it.
    """
    speakers = list(dict.fromkeys(one.speaker for one in transcript.segments))
    by_voice = {voice: name for name, voice in known.items() if voice}
    labels = {speaker: by_voice.get(speaker, speaker) for speaker in speakers if speaker in {*by_voice, *known}}
    left = [name for name, voice in known.items() if not voice and name not in labels.values()]
    letters = iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for speaker in speakers:
        if speaker not in labels:
            labels[speaker] = left.pop(0) if left else next(letters, "Z")
    return labels


def diarized_json(transcript: Transcript, known: Mapping[str, str], usage: Mapping[str, Any]) -> dict[str, Any]:
    """Return the diarised form: segments with speakers, and a text of `Speaker: words` lines."""
    labels = speaker_labels(transcript, known)
    segments = list(diarized_segments(transcript, labels))
    return {
        "task": "transcribe",
        "duration": seconds(transcript.milliseconds),
        "text": "\n".join(f"{one['speaker']}: {one['text']}" for one in segments),
        "segments": segments,
        "usage": usage,
    }


def diarized_segments(transcript: Transcript, labels: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the segments of the diarised form, also used as events."""
    for index, one in enumerate(transcript.segments, start=1):
        yield {
            "type": "transcript.text.segment",
            "id": f"seg_{index:03d}",
            "start": seconds(one.start_milliseconds),
            "end": seconds(one.end_milliseconds),
            "text": one.text,
            "speaker": labels[one.speaker],
        }


def logprobs(transcript: Transcript) -> list[dict[str, Any]]:
    """Return a log probability for each word, the same for the same word."""
    return [
        {
            "token": token,
            "logprob": round(-(token_number(token) % 1000) / 1000 - 0.001, 4),
            "bytes": list(token.encode()),
        }
        for token in tokens(transcript)
    ]


def tokens(transcript: Transcript) -> list[str]:
    """Return the words with what separates them, so that joining them gives the text."""
    texts = [one.text for one in transcript.words]
    return [gap_between(before, text, transcript.language) + text for before, text in pairwise(["", *texts])]


def transcript_events(
    transcript: Transcript, usage: Mapping[str, Any], labels: Mapping[str, str] | None, with_logprobs: bool
) -> Iterator[bytes]:
    """Yield the events of a streamed transcription; with `labels` diarised segments stand between the deltas."""
    probabilities = logprobs(transcript) if with_logprobs else None
    delta: dict[str, Any]
    if labels is not None:
        before = ""
        for segment in diarized_segments(transcript, labels):
            said = gap_between(before, segment["text"], transcript.language) + segment["text"]
            delta = {"type": "transcript.text.delta", "delta": said, "segment_id": segment["id"]}
            yield event(delta)
            yield event(segment)
            before = segment["text"]
    else:
        for index, token in enumerate(tokens(transcript)):
            delta = {"type": "transcript.text.delta", "delta": token}
            if probabilities is not None:
                delta["logprobs"] = [probabilities[index]]
            yield event(delta)
    done: dict[str, Any] = {"type": "transcript.text.done", "text": transcript.text, "usage": usage}
    if probabilities is not None:
        done["logprobs"] = probabilities
    yield event(done)
