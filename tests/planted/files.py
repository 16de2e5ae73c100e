"""Plants that are wrong about files behind addresses, about MessagePack, and about how loud they speak."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from mockvoice.audio.script import solo
from mockvoice.core.settings import Settings
from mockvoice.core.shelf import SharedFile, Shelf
from mockvoice.service.call import Call, Reply
from mockvoice.web.exchange import Exchange
from tests.planted.faithful import awaited, before, desk_of, patched, with_spec, with_verb
from tests.planted.plant import App, Kind, Plant

SPEAK = "textToSpeech"
TTS = "/paths/~1api~1open~1tts/post"
ADDRESS = "/components/schemas/CachedSpeech/properties/audio_url"
PACKED = f"{TTS}/requestBody/content/application~1msgpack"
STEPS = f"{TTS}/x-voice-billing/steps"

SERVES = "files.an_address_that_was_told_serves_its_file"
SAME = "files.a_file_is_the_same_each_time"
HOLDS = "files.a_file_holds_the_speech_that_was_asked_for"
COSTS = "files.a_file_costs_what_was_spoken_and_its_download_nothing"
ALIKE = "bodies.messagepack_is_answered_as_json_is"
MALFORMED = "bodies.malformed_messagepack_is_refused"
SCHEMA = "bodies.messagepack_is_judged_by_the_same_schema"
LOUDER = "audio.volume_makes_it_louder"

OTHER_TEXT = "Nothing of what was asked for is said here, but another text altogether."
PAGE = b"<!doctype html><title>Downloads</title><p>Your download begins in a moment.</p>"


# -- files ---------------------------------------------------------------------------------------------

Swap = Callable[[App, SharedFile], SharedFile]


def with_shelf(swap: Swap) -> Callable[[Settings], App]:
    """Build a simulator that serves something else than what was shared."""

    def build(settings: Settings) -> App:
        app = patched(settings)

        class Swapping(Shelf):
            """Swaps every file when it is put up."""

            def put(self, name: str, file: SharedFile, held: int = 0) -> None:
                super().put(name, swap(app, file), held)

        app.world.shelf = Swapping()
        return app

    return build


def _of_another_text(app: App, file: SharedFile) -> SharedFile:
    async def make() -> bytes:
        return (await desk_of(app).studio.speak(solo(OTHER_TEXT, "somebody", 1, "mp3"))).data

    return file._replace(make=make)


def _page(_: App, file: SharedFile) -> SharedFile:
    async def make() -> bytes:
        return PAGE

    return file._replace(media="text/html; charset=utf-8", make=make)


def _over(_: App, file: SharedFile) -> SharedFile:
    return file._replace(expires=0)


def _other_each_time(_: App, file: SharedFile) -> SharedFile:
    count = itertools.count()

    async def make() -> bytes:
        # A tag of five bytes in front, as of a server that stamps its downloads: the sound stays what it is.
        return b"ID3\x04\x00\x00\x00\x00\x00\x05%05d" % next(count) + await file.make()

    return file._replace(make=make)


# -- money ---------------------------------------------------------------------------------------------


def _files_cost_twice(call: Call) -> None:
    if call.fields["cache"]:
        call._price = 2 * call.price


def _bytes_count(behave: Callable[[Call], Any]) -> Callable[[Call], Any]:
    async def counted(call: Call) -> Reply:
        size = len(call.fields["text"].encode())
        call._price = size
        reply = await awaited(behave(call))
        if call.fields["cache"]:
            reply.body = orjson.dumps({**orjson.loads(reply.body), "characters_used": size})
        return reply

    return counted


# -- MessagePack and volume ----------------------------------------------------------------------------


def _is_packed(call: Call) -> bool:
    assert isinstance(call, Exchange)
    return call.header(b"content-type").startswith("application/msgpack")


def _packed_text_is_lost(behave: Callable[[Call], Any]) -> Callable[[Call], Any]:
    def spoken(call: Call) -> Reply | Awaitable[Reply]:
        if _is_packed(call):
            price = call.price
            call.fields["text"] = OTHER_TEXT
            call._price = price
        return behave(call)

    return spoken


def _as_loud_as_ever(call: Call) -> None:
    call.fields["volume"] = 0


PLANTS = (
    Plant(
        name="net-file-of-another-text",
        provider="fishaudio-net",
        kind=Kind.FILE_OF_ANOTHER,
        summary="the address of a cached speech serves the audio of another text",
        build=with_shelf(_of_another_text),
        found_by=(HOLDS,),
        fact=f"{TTS}/x-voice-speech/file",
    ),
    Plant(
        name="net-file-gone-at-once",
        provider="fishaudio-net",
        kind=Kind.FILE_GONE,
        summary="the address of a cached speech is over as soon as it is told",
        build=with_shelf(_over),
        found_by=(SERVES,),
        fact=ADDRESS,
    ),
    Plant(
        name="net-file-is-a-page",
        provider="fishaudio-net",
        kind=Kind.FILE_IS_A_PAGE,
        summary="the address of a cached speech serves a page of HTML",
        build=with_shelf(_page),
        found_by=(SERVES,),
        fact=ADDRESS,
    ),
    Plant(
        name="net-file-stamped",
        provider="fishaudio-net",
        kind=Kind.FILE_CHANGES,
        summary="each download of a cached speech has other bytes",
        build=with_shelf(_other_each_time),
        found_by=(SAME,),
        fact=ADDRESS,
    ),
    Plant(
        name="net-file-charged-twice",
        provider="fishaudio-net",
        kind=Kind.DOUBLE_CHARGE,
        summary="a speech that is answered with an address costs twice its price",
        build=with_verb(SPEAK, before(_files_cost_twice)),
        found_by=(COSTS,),
        fact=STEPS,
    ),
    Plant(
        name="net-characters-as-bytes",
        provider="fishaudio-net",
        kind=Kind.PRICE,
        summary="characters are counted as bytes of UTF-8, in the price and in what is told of it",
        build=with_verb(SPEAK, _bytes_count),
        found_by=(COSTS, "credits.cost_headers_are_true", "credits.what_is_reported_is_what_the_balance_drops"),
        fact=STEPS,
    ),
    Plant(
        name="net-packed-text-lost",
        provider="fishaudio-net",
        kind=Kind.PACKED_MISREAD,
        summary="of a request in MessagePack the text is lost: another one is spoken",
        build=with_verb(SPEAK, _packed_text_is_lost),
        found_by=(ALIKE,),
        fact=PACKED,
    ),
    Plant(
        name="net-packed-is-no-json",
        provider="fishaudio-net",
        kind=Kind.PACKED_MISREAD,
        summary="a request in MessagePack is refused as malformed JSON",
        build=with_spec(without=(PACKED,)),
        found_by=(ALIKE,),
        fact=PACKED,
    ),
    Plant(
        name="net-volume-ignored",
        provider="fishaudio-net",
        kind=Kind.VOLUME_IGNORED,
        summary="speech is as loud as ever, whatever volume is asked for",
        build=with_verb(SPEAK, before(_as_loud_as_ever)),
        found_by=(LOUDER,),
        fact="/components/schemas/SpeechRequest/properties/volume",
    ),
)
