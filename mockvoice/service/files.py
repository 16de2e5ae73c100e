"""Files that an answer tells the address of: `x-voice-files` says how long each kind lives.

They are downloaded from the simulator itself, and understood where an operation takes the address of a file.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mockvoice.core.shelf import SharedFile, Shelf
from mockvoice.service.call import Call

# Below the control plane, so that no path of a provider can mean the same.
FILES_PATH = "/_mock/files/"
# The pattern of x-mock-ids that names them.
FILE_ID = "file"

Make = Callable[[], Awaitable[bytes]]


def put_up(
    call: Call, kind: str, extension: str, media: str, make: Make, held: int = 0, since: float | None = None
) -> str:
    """Put a file up for download and return its name; `address` gives where.

    Its life of `x-voice-files/<kind>/seconds` begins at `since` (simulated epoch seconds), else now. `make` is called
    for each download; `held` says how many bytes it keeps in memory.
    """
    rule = call.desk.spec.file_rules[kind]
    name = f"{call.id(FILE_ID)}.{extension}"
    expires = (call.now if since is None else since) + rule.seconds
    call.desk.world.shelf.put(name, SharedFile(media, expires, rule, make), held)
    return name


def address(call: Call, name: str) -> str:
    """Return the absolute address of a file that was put up, as the caller reaches this simulator."""
    return f"{call.origin}{FILES_PATH}{name}"


def file_behind(shelf: Shelf, url: str) -> SharedFile | None:
    """Return the file of ours that an address leads to, whatever host it names; None when it leads elsewhere."""
    before, place, name = url.partition(FILES_PATH)
    return shelf.find(name.partition("?")[0]) if place and before.count("/") == 2 else None


async def own_bytes(call: Call, url: str, most: int) -> bytes | None:
    """Return what is in the file of ours that an address leads to; None when it leads elsewhere.

    Raises Unavailable: gone when its time is over, too-large for more than `most` bytes.
    """
    from mockvoice.audio.sound import Unavailable  # noqa: PLC0415 - this module is read at the start, sounds are not

    file = file_behind(call.desk.world.shelf, url)
    if file is None:
        return None
    if file.is_over(call.now):
        raise Unavailable("gone", "the time of this file is over")
    data = await file.make()
    if len(data) > most:
        raise Unavailable("too-large", f"{len(data)} bytes")
    return data
