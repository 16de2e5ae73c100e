"""A film of somebody who says the audio of a call: made when it is first downloaded."""

from __future__ import annotations

import hashlib

from mockvoice.service.audio_input import check_length, hear_url
from mockvoice.service.call import Call
from mockvoice.service.files import file_behind
from mockvoice.service.jobs import Product
from mockvoice.service.video_input import see_url

MEDIA = "video/mp4"
# What a call notes between media and behaviour: whether there is a face in its video.
FACE = "face"


async def take_both(call: Call, video: str, audio: str) -> None:
    """Make sure of the video and the audio behind two URLs, and set `call.recording`. Raises ApiError.

    The figure `lip-sync-longest-seconds` says how long the audio may be.
    """
    call.notes[FACE] = await see_url(call, video)
    waiting = hear_url(call, audio)
    if waiting is not None:
        await waiting
    check_length(call, call.recording, None, call.figure("lip-sync-longest-seconds"), audio)


def film_of(call: Call, kind: str, audio: str) -> Product:
    """Return the film of a call's audio, as a file of a kind of x-voice-files.

    Of audio that nobody fetched only the length is known; words are made up, as its transcript has them, and spoken.
    """
    studio, recording, url = call.desk.studio, call.recording, call.fields[audio]
    own = file_behind(call.desk.world.shelf, url)
    job = {"max_seconds": call.figure("lip-sync-longest-seconds") + 1}
    fetched, clip = recording.fetched, recording.clip
    key = url if clip is None else f"clip {clip.name}"
    if fetched is not None:
        key = hashlib.sha256(fetched).hexdigest()
    if own is None and clip is None and fetched is None:
        job |= {"text": recording.transcript().text, "milliseconds": recording.milliseconds}

    async def read_audio() -> bytes:
        if own is not None:
            return await own.make()
        return fetched or (clip.data if clip is not None else b"")

    async def make() -> bytes:
        return await studio.film(key, job, read_audio)

    return Product(kind, "mp4", MEDIA, make, len(fetched or b""))
