"""Decoders in processes of their own, bounded in memory and time: one that dies loses one picture."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

from probe.errors import Malformed, Silent
from probe.memory import Job
from probe.model import Picture
from probe.picture.check import Outfit


class Workers:
    """A pool of decoder processes, started when first needed. Use with `async with`."""

    def __init__(self, outfit: Outfit) -> None:
        self._outfit = outfit
        count = outfit.picture.workers or os.cpu_count() or 1
        self._idle: asyncio.Queue[_Slot] = asyncio.Queue()
        self._slots = [_Slot(outfit) for _ in range(count)]
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="picture")

    async def __aenter__(self) -> Self:
        for slot in self._slots:
            self._idle.put_nowait(slot)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for slot in self._slots:
            slot.kill()
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
        for slot in self._slots:
            slot.close()

    def processes(self) -> tuple[int, ...]:
        """Return the process ids of the decoders that are running."""
        return tuple(pid for slot in self._slots if (pid := slot.pid) is not None)

    async def picture(self, job: Job) -> Picture:
        """Return all picture readings of a job.

        Raise Silent when decoding takes longer than `decode_s`, Malformed when it kills the decoder.
        """
        slot = await self._idle.get()
        looking = asyncio.get_running_loop().run_in_executor(self._threads, slot.look_at, job)
        looking.add_done_callback(lambda done: self._free(slot, done))
        try:
            return await asyncio.shield(looking)
        except asyncio.CancelledError:
            slot.kill()
            raise

    def _free(self, slot: _Slot, done: asyncio.Future[Picture]) -> None:
        if not done.cancelled():
            done.exception()  # whoever was cancelled will not ask for it
        self._idle.put_nowait(slot)


class _Slot:
    """One place in the pool and its process. Used by one thread at a time, but for kill()."""

    def __init__(self, outfit: Outfit) -> None:
        self._outfit = outfit
        self._process: multiprocessing.context.SpawnProcess | None = None
        self._pipe: Connection | None = None

    def look_at(self, job: Job) -> Picture:
        """Have the process do one job; start one if there is none."""
        if self._process is None or not self._process.is_alive():
            self._start()
        process, pipe = self._process, self._pipe
        if process is None or pipe is None:
            raise Silent("the decoder was stopped")
        # The limit holds for handing over too: a stopped process does not even take what it is sent.
        is_over = threading.Event()

        def end() -> None:
            is_over.set()
            process.kill()

        limit = threading.Timer(self._outfit.picture.decode_s, end)
        limit.start()
        try:
            pipe.send(job)
            answer = pipe.recv()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            process.join()
            code = process.exitcode
            self.kill()
            self.close()
            if is_over.is_set():
                raise Silent(f"decoding took more than {self._outfit.picture.decode_s:g} s") from None
            if code == 1:  # Python's own way out: the traceback is on stderr
                raise RuntimeError("the picture worker failed") from None
            raise Malformed(f"the picture killed its decoder (exit code {code})") from None
        finally:
            limit.cancel()
            limit.join()
        assert isinstance(answer, Picture)  # noqa: S101  the other end is serve()
        return answer

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def kill(self) -> None:
        """End the process at once; the next picture starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()

    def close(self) -> None:
        """Close our end of the pipe. Only where no thread reads it; after kill() that thread does so."""
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()

    def _start(self) -> None:
        self.close()  # that of the process before
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=serve, args=(theirs, self._outfit), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        if not ours.poll(_START_S):
            self.kill()
            self.close()
            raise RuntimeError(f"the picture worker did not start in {_START_S:g} s")
        ours.recv()


def serve(pipe: Connection, outfit: Outfit) -> None:
    """Be a worker process: take jobs, send pictures, until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    import cv2

    from probe.picture.look import look_at

    cv2.setNumThreads(1)  # one worker a core: threads of theirs would only wait for each other
    _limit_memory(outfit.picture.memory_mib)
    pipe.send("ready")
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        pipe.send(look_at(job, outfit))


_START_S = 60.0


def _limit_memory(mib: int) -> None:
    """Let the process grow by `mib` over what its libraries take, where the system can hold it to that."""
    if sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + (mib << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
