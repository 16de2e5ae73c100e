"""Knows who does audio work: a small pool of worker processes, asked from threads, with caches in front.

Imports neither codec nor sample library, so that a server that speaks no word stays small.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Hashable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from mockvoice.audio import voice
from mockvoice.audio.memory import Memory
from mockvoice.audio.modem.frames import FrameTable, pieces_of
from mockvoice.audio.modem.schedule import Schedule
from mockvoice.audio.pool import Pool, Take
from mockvoice.audio.recognition import Packet
from mockvoice.audio.script import Script, Speech
from mockvoice.audio.sound import BadAudio, Sound
from mockvoice.audio.tags import comment_of, id3
from mockvoice.audio.transcript import Transcript, from_wire
from mockvoice.core.cache import ByteBoundedCache

SPEECH_CACHE_BYTES = 32 << 20
FILM_CACHE_BYTES = 16 << 20
_SCRIPTS_KEPT = 10_000


Made = TypeVar("Made")


class Listened(NamedTuple):
    """What a worker heard in a file."""

    sound: Sound
    packets: tuple[Packet, ...]
    comment: str
    transcript: Transcript | None = None


def fingerprint(data: bytes) -> tuple[int, int]:
    """Return the length and a hash of three stretches of bytes; that all are equal is checked afterwards."""
    size = len(data)
    return size, hash(data if size < 2_048 else data[:512] + data[size // 2 : size // 2 + 512] + data[-512:])


def _table_key(one: Schedule) -> tuple[int, int]:
    return one.hum, one.symbol_ticks


class Studio:
    """Speaks, remembering what it said, and listens."""

    def __init__(
        self, engine: str = "tones", transcriber: str = "", known_speakers: Callable[[], Iterable[str]] = tuple
    ) -> None:
        self._engine = engine
        self._transcriber = transcriber
        self._pool = Pool()
        self._speeches: ByteBoundedCache[Speech] = ByteBoundedCache(SPEECH_CACHE_BYTES)
        self._films: ByteBoundedCache[bytes] = ByteBoundedCache(FILM_CACHE_BYTES)
        self._scripts: OrderedDict[tuple[int, int], Script] = OrderedDict()
        self._tables: dict[tuple[int, int], FrameTable] = {}
        self._running: dict[Hashable, asyncio.Future[Any]] = {}
        self.memory = Memory(known_speakers)

    # -- speaking ------------------------------------------------------------------------------------

    def known_speech(self, script: Script) -> Speech | None:
        """Return the speech if it was made before, or can be put together at once; never waits."""
        found = self._speeches.get(script)
        return found if found is not None else self._joined(script)

    async def speak(self, script: Script) -> Speech:
        """Return the speech, made in a worker if it is new. Raises BadAudio when the encoder fails."""
        found = self.known_speech(script)
        if found is None:
            found = await self._once(script, lambda: self._make_speech(script))
        return found

    async def _make_speech(self, script: Script) -> Speech:
        if self._can_be_joined(script):
            await self._make_tables(script)
            joined = self._joined(script)
            if joined is not None:
                return joined
        header, data = await self._ask(self._job(script))
        return self._remember(script, Speech(data, header["milliseconds"]))

    async def stream(self, script: Script) -> AsyncGenerator[bytes, None]:
        """Yield the bytes of a speech, the first before the last are made. Raises BadAudio when the encoder fails.

        Afterwards it is known as any other.
        """
        if self._can_be_joined(script):
            await self._make_tables(script)
        known = self.known_speech(script)
        if known is not None:
            yield known.data
            return
        loop, pieces, parts = asyncio.get_running_loop(), asyncio.Queue[bytes | None](), []

        def take(piece: bytes) -> None:
            loop.call_soon_threadsafe(pieces.put_nowait, piece)

        def end(done: asyncio.Future[Any]) -> None:
            if not done.cancelled():
                done.exception()  # looked at, also where the client has gone and nobody asks any more
            # Whatever was taken is in the queue before the end is: both go through the loop in order.
            loop.call_soon(pieces.put_nowait, None)

        asking = asyncio.ensure_future(self._ask({**self._job(script), "in_pieces": True}, take=take))
        asking.add_done_callback(end)
        while (piece := await pieces.get()) is not None:
            parts.append(piece)
            yield piece
        header, _ = await asking
        self._remember(script, Speech(b"".join(parts), header["milliseconds"]))

    def _job(self, script: Script) -> dict[str, Any]:
        return {
            "job": "speak", "lines": script.lines, "speed": script.speed, "format": script.format,
            "engine": self._engine, "volume": script.volume,
        }  # fmt: skip

    async def _make_tables(self, script: Script) -> None:
        for key in {_table_key(one) for one in voice.plan(script)}:
            await self._once(("frames", *key), lambda key=key: self._make_table(key))  # type: ignore[misc]

    async def _make_table(self, key: tuple[int, int]) -> None:
        if key not in self._tables:
            _, packed = await self._ask({"job": "frames", "hum": key[0], "ticks": key[1]})
            self._tables[key] = FrameTable(packed)

    def _can_be_joined(self, script: Script) -> bool:
        # Frames that stand ready are as loud as volume 0.
        return script.format == "mp3" and self._engine == "tones" and not script.volume

    def _joined(self, script: Script) -> Speech | None:
        """Return an MP3 put together from frames; None for another format, or when a table is still missing."""
        if not self._can_be_joined(script):
            return None
        plans = voice.plan(script)
        tables = [self._tables.get(_table_key(one)) for one in plans]
        if None in tables:
            return None
        milliseconds = sum(one.milliseconds for one in plans)
        parts = [id3(comment_of(script.lines, milliseconds))]
        for one, table in zip(plans, tables, strict=True):
            parts += pieces_of(one, table)  # type: ignore[arg-type]
        return self._remember(script, Speech(b"".join(parts), milliseconds))

    def _remember(self, script: Script, speech: Speech) -> Speech:
        self._speeches.put(script, speech, len(speech.data) + sum(len(line.text) for line in script.lines))
        self._scripts[fingerprint(speech.data)] = script
        if len(self._scripts) > _SCRIPTS_KEPT:
            self._scripts.popitem(last=False)
        self.memory.remember(script)
        return speech

    def script_of(self, data: bytes) -> Script | None:
        """Return the script of a file whose very bytes were made here and are still known."""
        script = self._scripts.get(fingerprint(data))
        speech = self._speeches.get(script) if script is not None else None
        return script if speech is not None and speech.data == data else None

    # -- films -----------------------------------------------------------------------------------------

    async def film(self, key: str, job: Mapping[str, Any], read_audio: Callable[[], Awaitable[bytes]]) -> bytes:
        """Return the film of some audio (see jobs.py), made in a worker unless one of that key is still known.

        Raises BadAudio.
        """
        return await self._once(("film", key), lambda: self._make_film(key, job, read_audio))

    async def _make_film(self, key: str, job: Mapping[str, Any], read_audio: Callable[[], Awaitable[bytes]]) -> bytes:
        found = self._films.get(key)
        if found is None:
            _, found = await self._ask({**job, "job": "film"}, await read_audio())
            self._films.put(key, found, len(found))
        return found

    async def look(self, data: bytes) -> None:
        """Make sure that bytes are a video. Raises BadAudio: not-video, corrupt or crashed."""
        await self._once(("watch", data), lambda: self._ask({"job": "watch"}, data))

    # -- listening -----------------------------------------------------------------------------------

    async def listen(self, data: bytes, max_seconds: float | None = None) -> Listened:
        """Decode the bytes in a worker and say what is in them, of audio that is no longer than `max_seconds`.

        Raises BadAudio.
        """
        return await self._once((data, max_seconds), lambda: self._listen(data, max_seconds))

    async def _listen(self, data: bytes, max_seconds: float | None) -> Listened:
        job = {"job": "listen", "transcriber": self._transcriber}
        header, _ = await self._ask(job if max_seconds is None else {**job, "max_seconds": max_seconds}, data)
        packets = tuple(Packet(**one) for one in header["packets"])
        own = header["transcript"]
        if self.memory.has_to_read(one.voice for one in packets):
            await asyncio.to_thread(self.memory.read)
        return Listened(Sound(**header["sound"]), packets, header["comment"], from_wire(own) if own else None)

    # -- workers -------------------------------------------------------------------------------------

    async def work(self, job: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """Let a worker do a job that is neither speaking nor listening; see jobs.py. Raises BadAudio."""
        return await self._ask(job, payload)

    async def _ask(
        self, job: dict[str, Any], payload: bytes = b"", take: Take | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Let a worker do a job. Raises BadAudio for what it cannot use."""
        header, data = await self._pool.ask(job, payload, take)
        if "bad" in header:
            raise BadAudio(header["bad"], header["message"])
        return header, data

    async def _once(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        """Let requests that want the same thing at the same time wait for one piece of work."""
        running = self._running.get(key)
        if running is None or running.get_loop() is not asyncio.get_running_loop():
            running = asyncio.ensure_future(make())
            self._running[key] = running
            running.add_done_callback(lambda _: self._running.pop(key, None))
        made: Made = await asyncio.shield(running)
        return made

    def close(self) -> None:
        """End all workers."""
        self._pool.close()
