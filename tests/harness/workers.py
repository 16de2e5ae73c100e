"""Hands codec workers from one simulator to the next: starting one takes longer than most tests."""

from __future__ import annotations

from mockvoice.audio.listening import Listener
from mockvoice.audio.pool import WORKERS, Pool, _Worker
from mockvoice.service.world import World


class HandedOn:
    """The idle workers of simulators that are over. They keep nothing of the jobs they did."""

    def __init__(self) -> None:
        self._idle: list[_Worker] = []

    def give(self, world: World) -> None:
        """Let a simulator begin with the workers of those before it, once it needs any."""
        open_listener = world._open_listener

        def opened() -> Listener:
            listener = open_listener()
            pool_of(listener)._idle, self._idle = self._idle, []
            return listener

        world._open_listener = opened

    def take(self, world: World) -> None:
        """Take the workers of a simulator that is over."""
        if "listener" not in vars(world):
            return
        pool = pool_of(world.listener)
        if pool._threads is not None:
            pool._threads.shutdown(wait=True, cancel_futures=True)
            pool._threads = None
        while pool._idle and len(self._idle) < WORKERS:
            self._idle.append(pool._idle.pop())

    def close(self) -> None:
        """End those that are left."""
        for worker in self._idle:
            worker.close()


def pool_of(listener: Listener) -> Pool:
    return listener.studio._pool
