"""Knows who does audio work: a small pool of worker processes, asked from threads, with caches in front.

Imports neither codec nor sample library, so that a server that speaks no word stays small.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from mockvoice.audio import voice
from mockvoice.audio.memory import Memory
from mockvoice.audio.modem.frames import FrameTable, join_pieces
from mockvoice.audio.modem.schedule import Schedule
from mockvoice.audio.recognition import Packet
from mockvoice.audio.script import Script, Speech
from mockvoice.audio.sound import BadAudio, Sound
from mockvoice.audio.tags import comment_of, id3
from mockvoice.audio.worker import read, write
from mockvoice.core.cache import ByteBoundedCache

# At most so many worker processes; they are started when needed and leave when idle.
WORKERS = 2
IDLE_SECONDS = 5.0
# A job that takes longer is given up and its worker killed: no file may hang a request.
JOB_SECONDS = 60.0
SPEECH_CACHE_BYTES = 32 << 20
_SCRIPTS_KEPT = 10_000


Made = TypeVar("Made")


class _Worker:
    """One child process and its pipe."""

    def __init__(self) -> None:
        root = str(Path(__file__).parent.parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.timed_out = False
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-W", "ignore", "-m", "mockvoice.audio.worker", str(IDLE_SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs; it leaves by itself when idle."""
        return self._process.poll() is None

    def ask(self, job: Mapping[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes] | None:
        """Send a job and wait for the answer; None when the worker died or took too long."""
        assert self._process.stdin is not None  # noqa: S101 - opened above
        assert self._process.stdout is not None  # noqa: S101
        alarm = threading.Timer(JOB_SECONDS, self._give_up)
        alarm.daemon = True
        alarm.start()
        try:
            write(self._process.stdin, dict(job), payload)
            return read(self._process.stdout)
        except OSError:
            return None
        finally:
            alarm.cancel()

    def _give_up(self) -> None:
        self.timed_out = True
        self._process.kill()

    def close(self) -> None:
        """End the process and collect it."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Listened(NamedTuple):
    """What a worker heard in a file."""

    sound: Sound
    packets: tuple[Packet, ...]
    comment: str


def fingerprint(data: bytes) -> tuple[int, int]:
    """Return the length and a hash of three stretches of bytes; that all are equal is checked afterwards."""
    size = len(data)
    return size, hash(data if size < 2_048 else data[:512] + data[size // 2 : size // 2 + 512] + data[-512:])


def _can_be_joined(script: Script) -> bool:
    return script.format == "mp3" and script.engine == "tones"


def _table_key(one: Schedule) -> tuple[int, int]:
    return one.hum, one.symbol_ticks


class Studio:
    """Speaks, remembering what it said, and listens."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._idle: list[_Worker] = []
        self._speeches: ByteBoundedCache[Speech] = ByteBoundedCache(SPEECH_CACHE_BYTES)
        self._scripts: OrderedDict[tuple[int, int], Script] = OrderedDict()
        self._tables: dict[tuple[int, int], FrameTable] = {}
        self._running: dict[Hashable, asyncio.Future[Any]] = {}
        self._collecting = False
        self.memory = Memory()

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
        if _can_be_joined(script):
            for key in {_table_key(one) for one in voice.plan(script)}:
                await self._once(("frames", *key), lambda key=key: self._make_table(key))  # type: ignore[misc]
            joined = self._joined(script)
            if joined is not None:
                return joined
        job = {
            "job": "speak", "lines": script.lines, "speed": script.speed, "format": script.format,
            "engine": script.engine,
        }  # fmt: skip
        header, data = await self._ask(job, b"")
        if "bad" in header:
            raise BadAudio(header["bad"], header["message"])
        return self._remember(script, Speech(data, header["milliseconds"]))

    async def _make_table(self, key: tuple[int, int]) -> None:
        if key not in self._tables:
            header, packed = await self._ask({"job": "frames", "hum": key[0], "ticks": key[1]}, b"")
            if "bad" in header:
                raise BadAudio(header["bad"], header["message"])
            self._tables[key] = FrameTable(packed)

    def _joined(self, script: Script) -> Speech | None:
        """Return an MP3 put together from frames; None for another format, or when a table is still missing."""
        if not _can_be_joined(script):
            return None
        plans = voice.plan(script)
        tables = [self._tables.get(_table_key(one)) for one in plans]
        if None in tables:
            return None
        milliseconds = sum(one.milliseconds for one in plans)
        parts = [id3(comment_of(script.lines, milliseconds))]
        for one, table in zip(plans, tables, strict=True):
            parts += join_pieces(one, table)  # type: ignore[arg-type]
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

    # -- listening -----------------------------------------------------------------------------------

    async def listen(self, data: bytes) -> Listened:
        """Decode the bytes in a worker and say what is in them. Raises BadAudio."""
        return await self._once(data, lambda: self._listen(data))

    async def _listen(self, data: bytes) -> Listened:
        header, _ = await self._ask({"job": "listen"}, data)
        if "bad" in header:
            raise BadAudio(header["bad"], header["message"])
        packets = tuple(Packet(**one) for one in header["packets"])
        return Listened(Sound(**header["sound"]), packets, header["comment"])

    # -- workers -------------------------------------------------------------------------------------

    async def _once(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        """Let requests that want the same thing at the same time wait for one piece of work."""
        running = self._running.get(key)
        if running is None or running.get_loop() is not asyncio.get_running_loop():
            running = asyncio.ensure_future(make())
            self._running[key] = running
            running.add_done_callback(lambda _: self._running.pop(key, None))
        made: Made = await asyncio.shield(running)
        return made

    async def _ask(self, job: Mapping[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="mockvoice-studio")
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._ask_worker, job, payload)
        finally:
            if not self._collecting:
                self._collecting = True
                loop.call_later(IDLE_SECONDS * 1.5, self._collect)

    def _collect(self) -> None:
        """Collect the workers that left, so that the system need not remember them; look again while some stay."""
        for worker in list(self._idle):
            if not worker.is_alive:
                with contextlib.suppress(ValueError):  # another thread may have taken it just now
                    self._idle.remove(worker)
                    worker.close()
        self._collecting = bool(self._idle)
        if self._collecting:
            asyncio.get_running_loop().call_later(IDLE_SECONDS, self._collect)

    def _ask_worker(self, job: Mapping[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """Run in a thread. A worker that just left is replaced once; a job that ends a fresh one is bad."""
        for worker in (self._idle_worker(), None):
            chosen = worker or _Worker()
            answer = chosen.ask(job, payload)
            if answer is not None:
                self._idle.append(chosen)
                return answer
            chosen.close()
            if worker is None or chosen.timed_out:
                break
        return {"bad": "crashed", "message": "the codec gave up on it"}, b""

    def _idle_worker(self) -> _Worker | None:
        while True:
            try:
                worker = self._idle.pop()
            except IndexError:
                return None
            if worker.is_alive:
                return worker
            worker.close()

    def close(self) -> None:
        """End all workers."""
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None
        while self._idle:
            self._idle.pop().close()
