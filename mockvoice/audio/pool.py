"""Knows the worker processes: starts them when needed, asks them from threads, collects them when they have left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mockvoice.audio.worker import read, write

# At most so many worker processes; they are started when needed and leave when idle.
WORKERS = 2
IDLE_SECONDS = 5.0
# A job that takes longer is given up and its worker killed: no file may hang a request.
JOB_SECONDS = 60.0
# What takes a piece of an answer.
Take = Callable[[bytes], None]


class _Worker:
    """One child process and its pipe."""

    def __init__(self) -> None:
        root = str(Path(__file__).parent.parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.timed_out = self.has_begun = False
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-W", "ignore", "-m", "mockvoice.audio.worker", str(IDLE_SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # One thread for linear algebra: our matrices are small, and threads would wait for each other.
            env={"OPENBLAS_NUM_THREADS": "1", **os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs; it leaves by itself when idle."""
        return self._process.poll() is None

    def ask(self, job: Mapping[str, Any], payload: bytes, take: Take | None) -> tuple[dict[str, Any], bytes] | None:
        """Send a job and wait for the answer; None when the worker died or took too long.

        Pieces that come before the answer go to `take`.
        """
        assert self._process.stdin is not None  # noqa: S101 - opened above
        assert self._process.stdout is not None  # noqa: S101
        alarm = threading.Timer(JOB_SECONDS, self._give_up)
        alarm.daemon = True
        alarm.start()
        try:
            write(self._process.stdin, dict(job), payload)
            answer = read(self._process.stdout)
            while take is not None and answer is not None and "more" in answer[0]:
                self.has_begun = True
                take(answer[1])
                answer = read(self._process.stdout)
            return answer
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


class Pool:
    """A few workers, each with one job at a time."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._idle: list[_Worker] = []
        self._collecting = False

    async def ask(
        self, job: Mapping[str, Any], payload: bytes, take: Take | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Let a worker do a job; see worker.py for the messages. `take` is called in another thread."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="mockvoice-studio")
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._ask_worker, job, payload, take)
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

    def _ask_worker(self, job: Mapping[str, Any], payload: bytes, take: Take | None) -> tuple[dict[str, Any], bytes]:
        """Run in a thread. A worker that just left is replaced once; a job that ends a fresh one is bad."""
        for worker in (self._idle_worker(), None):
            chosen = worker or _Worker()
            chosen.has_begun = False
            answer = chosen.ask(job, payload, take)
            if answer is not None:
                self._idle.append(chosen)
                if "failed" in answer[0]:
                    raise RuntimeError(f"the audio worker failed: {answer[0]['failed']}")
                return answer
            chosen.close()
            if worker is None or chosen.timed_out or chosen.has_begun:
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
