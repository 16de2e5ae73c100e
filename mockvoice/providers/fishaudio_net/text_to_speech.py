"""Text to speech, in two editions: the legacy call, and the newer one with engines of choice.

Speed and volume are heard. What an engine would make of pitch, stability, similarity, emotion and language is not:
they are checked, and no more.
"""

from __future__ import annotations

from collections.abc import Awaitable

from mockvoice.audio.script import Script, solo
from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call, Reply
from mockvoice.service.files import address, put_up
from mockvoice.service.speech import speak_file
from mockvoice.service.voices import find

# Members that only some versions take, and the value that asks for nothing.
_V3_MEMBERS = ("emotion", "language")
_AUTO = "auto"


def _check_voice(call: Call, field: str, code: str) -> None:
    """Refuse a voice that the caller may not use. Raises ApiError."""
    voice = call.fields[field]
    if find(call, voice) is None:
        expected = "the id of a voice that this account may use"
        raise ApiError(code, field=field, voice=voice[:80], expected=expected, got=voice[:80])


def _script(call: Call, voice: str) -> Script:
    """Return what is to be spoken; `voice` is the field that names who."""
    fields = call.fields
    return solo(fields["text"], fields[voice], fields["speed"], fields["format"], fields["volume"])


# -- the legacy call -----------------------------------------------------------------------------------


def _check(call: Call) -> None:
    fields = call.fields
    if call.chosen("v3-members") == "refused" and fields["version"] not in call.figure("v3-versions"):
        for name in _V3_MEMBERS:
            if fields[name] != _AUTO:
                expected, got = "a version of v3, or auto", fields["version"]
                raise ApiError("wrong_version", field=name, detail=f"{name}: is for v3", expected=expected, got=got)
    _check_voice(call, "reference_id", "unknown_voice")


def _speak(call: Call) -> Reply | Awaitable[Reply]:
    script = _script(call, "reference_id")
    media = call.operation.format_types[script.format]
    if call.fields["cache"]:
        return _put_up(call, script, media)
    return speak_file(call, script, media.encode(), {"code-points": call.measured()})


def _put_up(call: Call, script: Script, media: str) -> Reply:
    """Answer with the address of a file that is spoken when it is fetched."""
    studio = call.desk.studio

    async def make() -> bytes:
        return (await studio.speak(script)).data

    used = call.measured()
    name = put_up(call, "speech", script.format, media, make, held=4 * used)
    answer = {
        "success": True,
        "audio_url": address(call, name),
        "format": script.format,
        "characters_used": used,
        "quota_remaining": call.remaining,
    }
    return Reply.json(answer, {"code-points": used})


# -- the newer call ------------------------------------------------------------------------------------


def _check_v2(call: Call) -> None:
    model = call.fields.get("modelId")
    if model is not None and call.chosen("v2-members") == "refused":
        family = call.figure("engine-families")[model]
        for name, families in call.figure("family-members").items():
            if name in call.fields and family not in families:
                expected = "an engine of " + " or ".join(families)
                raise ApiError("v2_engine_member", field=name, model=model, expected=expected, got=model)
    _check_voice(call, "voiceId", "v2_unknown_voice")


def _speak_v2(call: Call) -> Reply | Awaitable[Reply]:
    script = _script(call, "voiceId")
    media = call.operation.format_types[script.format]
    return speak_file(call, script, media.encode(), {"code-points": call.measured()})


CHECKS = {"textToSpeech": _check, "textToSpeechV2": _check_v2}
BEHAVIOURS = {"textToSpeech": _speak, "textToSpeechV2": _speak_v2}
