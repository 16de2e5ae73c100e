"""How a call gets hold of the audio it was given, by URL or as an upload, and what is refused about it.

The conditions are the keys of `x-voice-audio`; the spec says which error each one is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

from mockvoice.audio.sound import BadAudio, Unavailable
from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call, Upload
from mockvoice.service.files import own_bytes

if TYPE_CHECKING:
    from mockvoice.audio.listening import Recording

# Looks at the recording of a call. Raises ApiError.
Judge = Callable[[Call], None]
# Addresses of clips that are remembered, for each provider.
_URLS_KEPT = 1_000
# File name extension → the containers it may stand for; the others are not judged.
_CONTAINERS = {
    "mp3": ("mp3",), "mpga": ("mp3",), "wav": ("wav",), "flac": ("flac",), "m4a": ("mov",), "ogg": ("ogg",),
    "oga": ("ogg",), "opus": ("ogg",), "webm": ("matroska",), "aac": ("aac",),
}  # fmt: skip
# What a decoder says → the condition of x-voice-audio.
_CONDITIONS = {
    "empty": "empty",
    "not-audio": "not-audio",
    "no-samples": "corrupt",
    "crashed": "corrupt",
    "too-long": "too-long",
}

# The conditions of x-voice-audio that each way to audio can end in.
BY_URL = ("unreachable", "timeout", "gone", "not-audio", "too-large", "corrupt")
BY_UPLOAD = tuple(sorted({*_CONDITIONS.values()}))


def refuse_audio(call: Call, condition: str, message: str, field: str = "", expected: str = "usable audio") -> ApiError:
    """Return the error the spec gives for a condition of the audio."""
    return ApiError(
        call.desk.spec.audio_refusals[condition],
        field=field,
        message=message,
        condition=condition,
        pointer=f"/x-voice-audio/{condition}",
        expected=expected,
        got=f"{condition}: {message}",
    )


def hear_url(call: Call, field: str, name_hint: str | None = None) -> Awaitable[None] | None:
    """Set `call.recording` to what is behind the URL in a field; only a new URL is worth waiting for.

    The figures `audio-file-bytes` and `audio-extensions` bound what is taken; `name_hint` is a file name that
    speaks for the type. Raises ApiError.
    """
    url = call.fields[field]
    known = call.desk.heard.get(url if name_hint is None else (url, name_hint))
    if known is None:
        return _hear_new_url(call, field, name_hint)
    call.recording = known
    return None


async def _hear_new_url(call: Call, field: str, name_hint: str | None) -> None:
    desk, url = call.desk, call.fields[field]
    most = call.figure("audio-file-bytes")
    try:
        own = await own_bytes(call, url, most)
        if own is not None:
            call.recording = await desk.listener.hear_own(own)
            return
        recording = call.recording = await desk.listener.hear_url(
            url,
            desk.spec.hosts,
            call.figure("audio-extensions"),
            name_hint,
            most,
        )
    except Unavailable as error:
        raise refuse_audio(call, error.condition, str(error), field, "audio that can be fetched") from None
    # Our own clips stay what they are; what was really fetched may be something else the next time.
    if recording.clip is not None and not desk.world.settings.fetch and len(desk.heard) < _URLS_KEPT:
        desk.heard[url if name_hint is None else (url, name_hint)] = recording


def hear_upload(
    call: Call, field: str, extensions: Collection[str] = (), judge: Judge | None = None
) -> Awaitable[None] | None:
    """Set `call.recording` to what the upload of a field holds; only new bytes are worth waiting for.

    With `extensions` (without dot) the file name must end in one of them. `judge` then looks at the recording.
    Raises ApiError.
    """
    return _hear(call, call.upload(field), field, extensions, judge)


async def hear_uploads(
    call: Call, field: str, longest_seconds: float, extensions: Collection[str] = (), judge: Judge | None = None
) -> None:
    """As hear_upload, for every file of a field, one after the other; `call.recording` ends as the last of them.

    All together they last `longest_seconds` at the most, and no more than that is decoded.
    """
    left = longest_seconds
    for upload in call.uploads[field]:
        waiting = _hear(call, upload, field, extensions, judge, left)
        if waiting is not None:
            await waiting
        if not call.recording.is_taken_for_audio:
            left -= call.recording.milliseconds / 1000
        if left < 0:
            raise refuse_audio(call, "too-long", "all together", field, f"at most {longest_seconds:g} s of audio")


def _hear(
    call: Call,
    upload: Upload,
    field: str,
    extensions: Collection[str],
    judge: Judge | None,
    max_seconds: float | None = None,
) -> Awaitable[None] | None:
    lenient = call.desk.world.settings.lenient_audio
    if extensions and not lenient and extension_of(upload) not in extensions:
        shown = extension_of(upload) or "without extension"
        raise refuse_audio(call, "extension", shown, field, "a file name ending in " + ", ".join(sorted(extensions)))
    try:
        known = call.desk.listener.known_upload(upload.data)
    except BadAudio as error:
        raise refuse_audio(call, _CONDITIONS[error.reason], str(error), field) from None
    if known is None:
        return _hear_new(call, upload, field, judge, max_seconds)
    _take(call, upload, known, field, judge)
    return None


async def _hear_new(call: Call, upload: Upload, field: str, judge: Judge | None, max_seconds: float | None) -> None:
    _take(call, upload, await judge_bytes(call, upload.data, field, max_seconds), field, judge)


def _take(call: Call, upload: Upload, recording: Recording, field: str, judge: Judge | None) -> None:
    _check_whole(call, upload, recording, field)
    call.recording = recording
    if judge is not None:
        judge(call)


def _check_whole(call: Call, upload: Upload, recording: Recording, field: str) -> None:
    """Refuse a file that breaks off, or is not what its name says, if the spec refuses that. Raises ApiError."""
    sound, judged = recording.sound, call.desk.spec.audio_refusals
    if sound is None:
        return
    if sound.is_truncated and "truncated" in judged:
        message = f"it claims {sound.header_milliseconds} ms and has {sound.milliseconds}"
        raise refuse_audio(call, "truncated", message, field, "a whole file")
    containers = _CONTAINERS.get(extension_of(upload))
    if containers is not None and sound.container not in containers and "mismatch" in judged:
        message = f"the name says {extension_of(upload)}, the content is {sound.container}"
        raise refuse_audio(call, "mismatch", message, field, "content that agrees with the name")


async def judge_bytes(call: Call, data: bytes, field: str, max_seconds: float | None = None) -> Recording:
    """Return the recording of bytes that came in a field, decoded no further than `max_seconds`. Raises ApiError."""
    try:
        return await call.desk.listener.hear_upload(data, max_seconds)
    except BadAudio as error:
        raise refuse_audio(call, _CONDITIONS[error.reason], str(error), field) from None


def extension_of(upload: Upload) -> str:
    """Return the lower-case extension of an upload's file name, without the dot; empty when it has none."""
    return upload.filename.rpartition(".")[2].lower() if "." in upload.filename else ""


def check_length(
    call: Call, recording: Recording, shortest_seconds: float | None, longest_seconds: float | None, field: str
) -> None:
    """Refuse audio that is too short or too long, judged by its decoded samples. Raises ApiError."""
    if recording.is_taken_for_audio:
        return
    seconds = recording.milliseconds / 1000
    if shortest_seconds is not None and seconds < shortest_seconds:
        raise refuse_audio(call, "too-short", f"{seconds:g} s", field, f"at least {shortest_seconds:g} s")
    if longest_seconds is not None and seconds > longest_seconds:
        raise refuse_audio(call, "too-long", f"{seconds:g} s", field, f"at most {longest_seconds:g} s")
