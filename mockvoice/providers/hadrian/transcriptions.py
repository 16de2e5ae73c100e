"""Speech to text: every format and model of the upstream, streamed or whole, with speakers told apart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mockvoice.audio.transcript import Transcript
from mockvoice.core.errors import ApiError
from mockvoice.providers.hadrian import hearing, speakers, usage
from mockvoice.providers.hadrian.hearing import Rules, rules_of
from mockvoice.providers.hadrian.members import asked
from mockvoice.service.call import Call, Reply
from mockvoice.service.speech import event_reply
from mockvoice.service.transcription_formats import (
    diarized_json,
    logprobs,
    plain_text,
    speaker_labels,
    transcript_events,
    verbose_json,
)

Usage = Mapping[str, Any]


def _check(call: Call) -> None:
    rules = hearing.admit(call, "transcription-models")
    _check_stream(call, rules)
    _check_granularities(call)
    if asked(call, "include") and rules["logprobs"] == "refused":
        raise _unsupported("include", call.fields["model"])
    if rules["diarizes"]:
        speakers.check(call)


def _check_stream(call: Call, rules: Rules) -> None:
    if asked(call, "stream") and rules["stream"] == "refused":
        raise _unsupported("stream", call.fields["model"])


def _check_granularities(call: Call) -> None:
    form = call.fields["response_format"]
    if form == "verbose_json" or not asked(call, "timestamp_granularities"):
        return
    if call.figure("granularities-without-verbose-json") == "refused":
        raise _unsupported("timestamp_granularities", f"response_format '{form}'")


def _unsupported(field: str, companion: str) -> ApiError:
    return ApiError("upstream_unsupported", field=field, companion=companion, expected=f"no {field}", got=companion)


def _listen(call: Call) -> Awaitable[None] | None:
    return speakers.listen(call) if rules_of(call)["diarizes"] else hearing.listen(call)


def _transcribe(call: Call) -> Reply:
    rules = rules_of(call)
    transcript = call.recording.transcript(call.fields.get("language"))
    used = usage.tokens(call, transcript) if rules["usage"] == "tokens" else usage.duration(call)
    if asked(call, "stream") and rules["stream"] == "events":
        return _stream(call, transcript, used)
    form = call.fields["response_format"]
    as_json = _JSON.get(form)
    if as_json is None:
        return hearing.text_reply(call, plain_text(transcript, form))
    return Reply.json(as_json(call, transcript, used))


def _has_logprobs(call: Call) -> bool:
    return bool(asked(call, "include")) and rules_of(call)["logprobs"] == "given"


def _plain(call: Call, transcript: Transcript, used: Usage) -> Any:
    if _has_logprobs(call):
        return {"text": transcript.text, "logprobs": logprobs(transcript), "usage": used}
    return {"text": transcript.text, "usage": used}


def _verbose(call: Call, transcript: Transcript, used: Usage) -> Any:
    granularities = asked(call, "timestamp_granularities") or call.figure("default-granularities")
    return verbose_json(transcript, "transcribe", granularities, used)


def _diarized(call: Call, transcript: Transcript, used: Usage) -> Any:
    return diarized_json(transcript, speakers.known(call), used)


_JSON: dict[str, Callable[[Call, Transcript, Usage], Any]] = {
    "json": _plain,
    "verbose_json": _verbose,
    "diarized_json": _diarized,
}


def _stream(call: Call, transcript: Transcript, used: Usage) -> Reply:
    is_diarized = call.fields["response_format"] == "diarized_json"
    labels = speaker_labels(transcript, speakers.known(call)) if is_diarized else None
    events = transcript_events(transcript, used, labels, _has_logprobs(call))
    return event_reply(events, {}, call.figure("sse-delivery") == "incremental")


CHECKS = {"createTranscription": _check}
MEDIA = {"createTranscription": _listen}
BEHAVIOURS = {"createTranscription": _transcribe}
