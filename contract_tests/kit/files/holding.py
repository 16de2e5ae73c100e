"""Judges of what is behind an address: is it the kind of thing that the documents promise?"""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.kit.audio.sound import NotAudio, decode
from contract_tests.kit.audio.speaking import Said
from contract_tests.kit.audio.speech import breaks, disguises, hurries, is_text, silences
from contract_tests.kit.claims import Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.flaws import Flaw

# How the first bytes of pictures and films look, and where.
_MAGIC: dict[str, tuple[tuple[int, bytes], ...]] = {
    "image": ((0, b"\x89PNG\r\n\x1a\n"), (0, b"\xff\xd8\xff"), (8, b"WEBP"), (0, b"GIF8")),
    "video": ((4, b"ftyp"), (0, b"\x1aE\xdf\xa3")),
}


def demand_end(file: Exchange) -> None:
    """Raise Unverified where an address only leads on to another: what is there nobody has seen."""
    if 300 <= file.status < 400:
        raise Unverified(f"the address that was told leads on to another ({file.status}), which is not followed")


def strangers(exchange: Exchange, holds: str) -> Iterator[Flaw]:
    """Yield that a file is not of the sort it is to be: audio, image or video; without one, that it is a page."""
    data, media = exchange.body, exchange.media
    if not data:
        yield Flaw("a file", "no bytes at all")
    elif not holds:
        if media == "text/html":
            yield Flaw("a file", f"a page: {data[:60].decode('utf-8', 'replace')}")
    elif is_text(data):
        yield Flaw(f"a file of type {holds}", f"{media or 'a text'}: {data[:60].decode('utf-8', 'replace')}")
    elif media.partition("/")[0] not in {holds, "application"}:
        yield Flaw(f"Content-Type {holds}/…", f"Content-Type {media or 'absent'}")
    elif holds in _MAGIC and not any(data[at:].startswith(mark) for at, mark in _MAGIC[holds]):
        yield Flaw(f"a file of type {holds}", f"bytes that begin {data[:8].hex(' ')}")


def unplayable(exchange: Exchange, holds: str) -> Iterator[Flaw]:
    """Yield that audio, or the sound of a film, does not decode to its end. Samples without a container are speech."""
    if holds in {"audio", "video"}:
        try:
            decode(exchange.body)
        except NotAudio as error:
            yield Flaw("a file that decodes to its end", str(error))


def misspoken(said: Said) -> Iterator[Flaw]:
    """Yield what is wrong with a speech in a file, as with one that is the answer itself."""
    data = said.exchange.body
    yield from disguises(data, said.exchange.media, said.format, said.documented)
    yield from breaks(data, said.is_bare)
    try:
        sound = said.sound()
    except NotAudio:
        return
    yield from silences(sound)
    if said.has_own_pace:
        yield from hurries(sound.milliseconds, said.text)
