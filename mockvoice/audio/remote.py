"""Knows what is behind an audio URL without going there: fixtures, reserved names, stand-ins.

Nothing leaves the machine here; audio/download.py does that, and only when it was asked for.
"""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from mockvoice.audio.clips import Clip, ClipLibrary
from mockvoice.audio.sound import Unavailable

CLIP_HOST = "clips.mock.test"
RESERVED_SUFFIX = ".mock.test"
FIXTURE_PATH = "/_mock/fixtures/"
# A stand-in lasts between two seconds and a minute and a half, by its URL.
_SHORTEST, _LONGEST = 2_000, 90_000


@dataclass(frozen=True, slots=True)
class StandIn:
    """Audio nobody fetched: only its length and a seed for its words are known."""

    seed: str
    milliseconds: int


def is_public_name(host: str) -> bool:
    """Say whether a host could be reached by a service on the internet, judged by its name alone."""
    if not host or host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".home.arpa")):
        return False
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host.strip(".")


def look_up(
    url: str, library: ClipLibrary, hosts: Mapping[str, str], extensions: Collection[str], name_hint: str | None
) -> Clip | StandIn:
    """Return what a URL stands for. Raises Unavailable with the condition to be answered.

    `hosts` are the provider's reserved names (host → condition), `extensions` the file types it takes
    (without dot, empty: any); `name_hint` is a file name that speaks for the type instead of the URL.
    """
    clip = library.by_url(url)
    if clip is not None:
        return clip
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise Unavailable("unreachable", "the URL cannot be read") from None
    if parts.scheme not in {"http", "https"}:
        raise Unavailable("unreachable", f"the scheme {parts.scheme!r} is not http or https")
    name = unquote(parts.path.rpartition("/")[2])
    if host == CLIP_HOST or FIXTURE_PATH in parts.path:
        found = library.by_name(name)
        if found is None:
            raise Unavailable("gone", f"no fixture {name!r}")
        return found
    if host in hosts:
        raise Unavailable(hosts[host], f"the reserved name {host} provokes this")
    if host.endswith(RESERVED_SUFFIX):
        raise Unavailable("unreachable", f"{host} is not a reserved name; known: {', '.join(sorted(hosts))}")
    if not is_public_name(host):
        raise Unavailable("unreachable", f"{host or 'no host'} cannot be reached from the internet")
    extension = (name_hint or name).rpartition(".")[2].lower() if "." in (name_hint or name) else ""
    if extension and extensions and extension not in extensions:
        raise Unavailable("not-audio", f"a .{extension} file is none of the audio types taken")
    return StandIn(url, _SHORTEST + zlib.crc32(url.encode()) % (_LONGEST - _SHORTEST) // 100 * 100)
