"""How a call gets hold of the video it was given by URL, and what is refused about it.

The conditions are the keys of `x-voice-video`; the spec says which error each one is.
"""

from __future__ import annotations

from mockvoice.audio.sound import Unavailable
from mockvoice.core.errors import ApiError
from mockvoice.service.call import Call
from mockvoice.service.files import own_bytes

# The conditions of x-voice-video that a URL can end in.
BY_URL = ("unreachable", "timeout", "gone", "not-video", "too-large", "corrupt")
# Reserved hosts speak of audio.
_OF_VIDEO = {"not-audio": "not-video"}


async def see_url(call: Call, field: str) -> bool:
    """Make sure that a video is behind the URL in a field, and say whether a face is in it.

    The figures `video-file-bytes` and `video-extensions` bound what is taken. Raises ApiError.
    """
    desk, url, most = call.desk, call.fields[field], call.figure("video-file-bytes")
    try:
        own = await own_bytes(call, url, most)
        if own is None:
            return await desk.listener.look_url(url, desk.spec.hosts, call.figure("video-extensions"), most)
        await desk.listener.look_at(own)
    except Unavailable as error:
        condition = _OF_VIDEO.get(error.condition, error.condition)
        raise refuse_video(call, condition, str(error), field) from None
    return True


def refuse_video(call: Call, condition: str, message: str, field: str) -> ApiError:
    """Return the error the spec gives for a condition of the video."""
    return ApiError(
        call.desk.spec.video_refusals[condition],
        field=field,
        message=message,
        condition=condition,
        pointer=f"/x-voice-video/{condition}",
        expected="a video that can be fetched",
        got=f"{condition}: {message}",
    )
