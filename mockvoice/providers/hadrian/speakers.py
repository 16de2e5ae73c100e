"""Knows the model that tells speakers apart: known speakers with their references, chunking, no prompt."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Mapping, Sequence

from mockvoice.core.errors import ApiError
from mockvoice.providers.hadrian import hearing
from mockvoice.providers.hadrian.members import asked
from mockvoice.service.audio_input import judge_bytes
from mockvoice.service.call import Call

_NAMES = "known_speaker_names"
_REFERENCES = "known_speaker_references"
_VOICES = "voices of references"


def known(call: Call) -> Mapping[str, str]:
    """Return the names of the known speakers, each with the voice in its reference; empty where nobody knows it."""
    voices: Mapping[str, str] = call.notes.get(_VOICES, {})
    return {name: voices.get(name, "") for name in _names(call)}


def _names(call: Call) -> Sequence[str]:
    names: Sequence[str] = asked(call, _NAMES) or ()
    return names


def check(call: Call) -> None:
    """Refuse what this model does not take, as far as no audio is needed. Raises ApiError."""
    if call.fields.get("prompt"):
        raise ApiError("upstream_prompt_unsupported", field="prompt", expected="no prompt", got="one")
    names, references = _names(call), asked(call, _REFERENCES) or ()
    if len(names) != len(references):
        raise _bad_reference(f"{len(names)} names, {len(references)} references", "one name for each reference")
    call.notes[_REFERENCES] = [_decoded(call, text) for text in references]


def _decoded(call: Call, text: str) -> bytes:
    """Return the bytes of a data URL. Raises ApiError."""
    is_lenient = call.desk.world.settings.lenient_audio
    head, comma, body = text.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        if is_lenient:
            return text.encode()
        raise _bad_reference("no data URL in base64", "data:audio/…;base64,…")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        if is_lenient:
            return text.encode()
        raise _bad_reference(str(error), "base64") from None


def _bad_reference(message: str, expected: str) -> ApiError:
    return ApiError("upstream_bad_reference", field=_REFERENCES, message=message, expected=expected, got=message)


def listen(call: Call) -> Awaitable[None] | None:
    """Hear the upload, then every reference; decide whether it has to be chunked. Raises ApiError."""
    waiting = hearing.listen(call)
    references = call.notes[_REFERENCES]
    if waiting is not None or references:
        return _listen_fully(call, waiting, references)
    _check_chunking(call)
    return None


async def _listen_fully(call: Call, waiting: Awaitable[None] | None, references: Sequence[bytes]) -> None:
    if waiting is not None:
        await waiting
    _check_chunking(call)
    bounds = call.figure("reference-seconds")
    voices = call.notes[_VOICES] = {}
    for name, data in zip(_names(call), references, strict=True):
        reference = await judge_bytes(call, data, _REFERENCES)
        seconds = reference.milliseconds / 1000
        if not (reference.is_taken_for_audio or bounds["shortest"] <= seconds <= bounds["longest"]):
            raise _bad_reference(f"{seconds:g} s", f"{bounds['shortest']} to {bounds['longest']} s")
        if reference.is_known:
            voices[name] = reference.transcript().segments[0].speaker


def _check_chunking(call: Call) -> None:
    seconds, longest = call.recording.milliseconds / 1000, call.figure("unchunked-seconds")
    if seconds > longest and not asked(call, "chunking_strategy"):
        raise ApiError(
            "upstream_chunking_required",
            field="chunking_strategy",
            expected=f"chunking_strategy for more than {longest} s",
            got=f"none for {seconds:g} s",
        )
