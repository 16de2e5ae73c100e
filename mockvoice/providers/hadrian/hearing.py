"""What the upstream demands of an upload and of the format, for transcriptions and translations alike."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from mockvoice.core.errors import ApiError
from mockvoice.providers.hadrian.gateway import relay
from mockvoice.providers.hadrian.wording import either
from mockvoice.service.audio_input import check_length, extension_of, hear_upload
from mockvoice.service.call import Call, Reply

FILE = "file"
Rules = Mapping[str, Any]
# Where the rules of the model are noted.
_RULES = "rules"


def admit(call: Call, models: str) -> Rules:
    """Relay the call and check what does not need the audio; return the upstream's rules for the model.

    `models` names the figure that lists the models. Raises ApiError.
    """
    relay(call)
    _check_size(call)
    model = call.fields["model"]
    rules: Rules | None = call.figure(models).get(model)
    if rules is None:
        raise ApiError("upstream_model_not_found", field="model", expected="a model for audio", got=model)
    _check_extension(call, rules)
    form, formats = call.fields["response_format"], rules["formats"]
    if form not in formats:
        raise ApiError(
            "upstream_format_incompatible",
            field="response_format",
            format=form,
            formats=either(formats),
            expected=either(formats),
            got=form,
        )
    call.notes[_RULES] = rules
    return rules


def rules_of(call: Call) -> Rules:
    """Return the upstream's rules for the model of an admitted call."""
    rules: Rules = call.notes[_RULES]
    return rules


def _check_size(call: Call) -> None:
    size, maximum = len(call.upload(FILE).data), call.figure("upstream-upload-bytes")
    if size > maximum:
        raise ApiError(
            "upstream_too_large", field=FILE, size=size, maximum=maximum, expected=f"at most {maximum} bytes", got=size
        )


def _check_extension(call: Call, rules: Rules) -> None:
    extension, extensions = extension_of(call.upload(FILE)), call.figure("audio-extensions")
    if extension not in extensions and not call.desk.world.settings.lenient_audio:
        raise ApiError(
            rules["file-format"],
            field=FILE,
            extension=extension,
            formats=str(extensions),
            expected="a file name ending in " + ", ".join(extensions),
            got=extension or "no extension",
        )


def listen(call: Call) -> Awaitable[None] | None:
    """Hear the upload and judge its length; only new bytes are worth waiting for. Raises ApiError."""
    return hear_upload(call, FILE, judge=judge)


def judge(call: Call) -> None:
    """Refuse a recording that is too short, or too long for the model. Raises ApiError."""
    recording, rules = call.recording, rules_of(call)
    check_length(call, recording, call.figure("shortest-seconds"), None, FILE)
    longest = rules.get("longest-seconds")
    seconds = recording.milliseconds / 1000
    if longest is not None and seconds > longest:
        raise ApiError(
            rules["too-long"],
            field=FILE,
            duration=_above(seconds, longest),
            longest=longest,
            expected=f"at most {longest} s",
            got=f"{seconds:g} s",
        )


def _above(seconds: float, longest: float) -> str:
    """Return seconds with as many decimals as it takes to see that they are more than the maximum, one at least."""
    return next(text for digits in (1, 2, 3) if float(text := f"{seconds:.{digits}f}") > longest)


def media_type(call: Call) -> bytes:
    """Return the Content-Type of the format asked for."""
    return call.operation.format_types[call.fields["response_format"]].encode()


def text_reply(call: Call, text: str) -> Reply:
    """Answer with a text in the type of the format asked for."""
    return Reply(text.encode(), media_type(call))
