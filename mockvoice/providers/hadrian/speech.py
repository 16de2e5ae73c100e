"""Text to speech: the upstream's own checks, then real audio in the format asked for."""

from __future__ import annotations

from collections.abc import Awaitable

from mockvoice.audio.script import Speech, solo
from mockvoice.core.errors import ApiError
from mockvoice.providers.hadrian.gateway import relay
from mockvoice.providers.hadrian.usage import audio_tokens, text_tokens
from mockvoice.service.call import Call, Reply
from mockvoice.service.speech import EVENTS, event_reply, given, speak, speak_file, speech_events, streamed_events


def _check(call: Call) -> None:
    relay(call)
    model, voice = call.fields["model"], call.fields["voice"]
    rules = call.figure("speech-models").get(model)
    if rules is None:
        raise ApiError("upstream_model_not_found", field="model", expected="a model for speech", got=model)
    if not call.fields["input"]:
        raise ApiError("upstream_empty_input", field="input", expected="at least 1 code point", got="none")
    if rules.get("newer-voices") == "refused" and voice not in call.figure("older-voices"):
        named = ", ".join(call.figure("older-voices"))
        raise ApiError("upstream_voice", field="voice", expected=f"one of {named}", got=voice)
    if rules.get("instructions") == "refused" and call.fields.get("instructions"):
        raise _unsupported("instructions", model)
    if rules["sse"] == "refused" and given(call, "stream_format") == "sse":
        raise _unsupported("stream_format", model)


def _unsupported(field: str, model: str) -> ApiError:
    return ApiError("upstream_unsupported", field=field, companion=model, expected=f"no {field}", got=model)


def _speak(call: Call) -> Reply | Awaitable[Reply]:
    fields = call.fields
    script = solo(fields["input"], fields["voice"], given(call, "speed"), given(call, "response_format"))
    as_events = (
        given(call, "stream_format") == "sse" and call.figure("speech-models")[fields["model"]]["sse"] == "events"
    )
    if as_events and call.figure("sse-delivery") == "incremental":
        events = streamed_events(call, script, lambda speech: _usage(call, speech))
        return Reply(b"", EVENTS, {}, stream=events)
    if as_events:
        return speak(call, script, lambda speech: _events(call, speech))
    return speak_file(call, script, call.operation.format_types[script.format].encode())


def _events(call: Call, speech: Speech) -> Reply:
    return event_reply(speech_events(speech, _usage(call, speech)), {}, incremental=False)


def _usage(call: Call, speech: Speech) -> dict[str, int]:
    heard, said = text_tokens(call, call.fields["input"]), audio_tokens(call, speech.milliseconds)
    return {"input_tokens": heard, "output_tokens": said, "total_tokens": heard + said}


CHECKS = {"createSpeech": _check}
BEHAVIOURS = {"createSpeech": _speak}
