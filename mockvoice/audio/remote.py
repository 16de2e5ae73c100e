"""Knows what is behind an audio URL without going there: fixtures, reserved names, stand-ins.

Nothing leaves the machine here; audio/download.py does that, and only when it was asked for.
"""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from mockvoice.audio.clips import Clip, ClipLibrary
from mockvoice.audio.sound import Unavailable

if TYPE_CHECKING:
    from mimetypes import MimeTypes

CLIP_HOST = "clips.mock.test"
RESERVED_SUFFIX = ".mock.test"
FIXTURE_PATH = "/_mock/fixtures/"
AUDIO, VIDEO = "audio", "video"
# What certainly is none: a video may be all sound, an audio file has no pictures.
_CERTAINLY_NOT = {AUDIO: frozenset({"text", "image"}), VIDEO: frozenset({"text", "image", "audio"})}
# Types beside these that are certainly neither.
_NO_AUDIO = frozenset({"application/pdf", "application/zip", "application/json"})
# Names that no resolver on the internet knows (RFC 2606, 6761, 6762, 8375, and ICANN's `internal`).
_NOWHERE = (".invalid", ".localhost", ".local", ".internal", ".home.arpa")
# Names are judged once: of URLs as many are remembered as Python itself remembers the parts of.
_KEPT = 128
# A stand-in lasts between two seconds and a minute and a half, by its URL.
_SHORTEST, _LONGEST = 2_000, 90_000


@dataclass(frozen=True, slots=True)
class StandIn:
    """Audio nobody fetched: only its length and a seed for its words are known."""

    seed: str
    milliseconds: int


@lru_cache(maxsize=_KEPT)
def is_public_name(host: str) -> bool:
    """Say whether a host could be reached by a service on the internet, judged by its name alone."""
    if not host or host == "localhost" or host.endswith(_NOWHERE):
        return False
    try:
        return ipaddress.ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host.strip(".")


def look_up(
    url: str,
    library: ClipLibrary,
    hosts: Mapping[str, str],
    extensions: Collection[str] | None,
    name_hint: str | None,
    wanted: str = AUDIO,
) -> Clip | StandIn:
    """Return what a URL stands for. Raises Unavailable with the condition to be answered.

    `hosts` are the provider's reserved names (host → condition), `extensions` the file types it takes (without dot,
    empty: any that is `wanted`, AUDIO or VIDEO; None: names are not judged); `name_hint` is a file name that speaks
    for the type instead of the URL.
    """
    try:
        scheme, host, path, name = _parts(url)
    except ValueError:
        raise Unavailable("unreachable", "the URL cannot be read") from None
    if scheme not in {"http", "https"}:
        raise Unavailable("unreachable", f"the scheme {scheme!r} is not http or https")
    found = library.by_url(url) or _stands_for(url, path, host, name, library, hosts)
    if extensions is not None:
        _judge_name(name_hint or name, extensions, wanted)
    return found


@lru_cache(maxsize=_KEPT)
def _parts(url: str) -> tuple[str, str, str, str]:
    """Return (scheme, host, path, name of the file). Raises ValueError."""
    parts = urlsplit(url)
    # Asking for the port is what finds out that it is none.
    host, _ = (parts.hostname or "").lower(), parts.port
    return parts.scheme, host, parts.path, unquote(parts.path.rpartition("/")[2])


def _stands_for(
    url: str, path: str, host: str, name: str, library: ClipLibrary, hosts: Mapping[str, str]
) -> Clip | StandIn:
    if host == CLIP_HOST or FIXTURE_PATH in path:
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
    return StandIn(url, _SHORTEST + zlib.crc32(url.encode()) % (_LONGEST - _SHORTEST) // 100 * 100)


def _judge_name(name: str, extensions: Collection[str], wanted: str) -> None:
    """Refuse a name whose suffix is certainly none of the types taken. Raises Unavailable.

    A suffix nobody knows (`get.php`, `call-2024.05.12`) says nothing about what is behind it.
    """
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if not suffix or suffix in extensions:
        return
    media = _media_of(suffix)
    kind = media.partition("/")[0]
    if kind in _CERTAINLY_NOT[wanted] or media in _NO_AUDIO or (extensions and kind in {"audio", "video"}):
        raise Unavailable(f"not-{wanted}", f"a .{suffix} file is none of the {wanted} types taken")


@lru_cache(maxsize=_KEPT)
def _media_of(suffix: str) -> str:
    """Return the type that a suffix stands for; empty for one that nobody knows."""
    return _types().guess_type(f"x.{suffix}")[0] or ""


@cache
def _types() -> MimeTypes:
    """Return the types Python itself knows; what a machine's own tables add would differ from the next machine's."""
    from mimetypes import MimeTypes  # noqa: PLC0415 - with the first URL only

    return MimeTypes()
