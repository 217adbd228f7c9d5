"""A few threads for CPU work; whoever must be ready first gets the next free one."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

T = TypeVar("T")

# An open encoder holds 20 to 60 MB at 1080p: more of them at once would cost memory and win nothing.
_ENCODERS_PER_CORE = 4


class Turns:
    """Lets so many in at once. Of those who wait, the one whose result is due first goes first."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    @asynccontextmanager
    async def take(self, due: float) -> AsyncIterator[None]:
        """Wait for a turn. `due` is a loop time."""
        if self._free:
            self._free -= 1
        else:
            turn = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (due, next(self._order), turn))
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._pass_on()
                raise
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class Workbench:
    """As many threads as cores: PyAV and OpenCV let go of the interpreter while they work."""

    def __init__(self) -> None:
        cores = os.cpu_count() or 1
        self.encoders = Turns(cores * _ENCODERS_PER_CORE)
        self._threads = Turns(cores)
        self._pool = ThreadPoolExecutor(max_workers=cores, thread_name_prefix="sim-video")

    async def work(self, job: Callable[[], T], due: float) -> T:
        """Run a job in a thread. `due` is the loop time at which its result is wanted."""
        async with self._threads.take(due):
            running = asyncio.get_running_loop().run_in_executor(self._pool, job)
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                # A thread cannot be stopped: whoever comes next must not touch what it still works on.
                await asyncio.wait({running})
                raise

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
