"""Renders video only for streams that somebody watches, each two seconds once for all who watch."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from probe.sim.encode import CLOCK_HZ, jpeg, parameter_sets, pictures_in, render
from probe.sim.lettering import Lettering
from probe.sim.model import Device, Lens, Stream
from probe.sim.rtp import PacedPicture, packetize
from probe.sim.view import View, sensor_grain
from probe.sim.workbench import Workbench

_LOOP_GOPS = 3


@dataclass(frozen=True, slots=True)
class Watch:
    """One viewer's place in a feed: the GOP to begin with, and the loop time at which GOP 0 began."""

    index: int
    began: float


class Reel:
    """One GOP while it is being rendered: pictures come one after another."""

    def __init__(self) -> None:
        self.pictures: list[PacedPicture] = []
        self.task: asyncio.Task[None] | None = None
        self._grown = asyncio.Event()

    def add(self, pictures: tuple[PacedPicture, ...]) -> None:
        self.pictures += pictures
        self._grown.set()
        self._grown = asyncio.Event()

    async def wait_for(self, position: int) -> PacedPicture:
        """Return a picture as soon as it is there. Raise what stopped the rendering."""
        while len(self.pictures) <= position:
            assert self.task is not None  # noqa: S101  a reel is handed out with its task
            growing = asyncio.create_task(self._grown.wait())
            try:
                await asyncio.wait({growing, self.task}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                growing.cancel()
            if self.task.done() and len(self.pictures) <= position:
                self.task.result()
                raise RuntimeError("a GOP ended before its last picture")
        return self.pictures[position]


class Feed:
    """One stream as it is being watched. GOP 0 begins when the first viewer comes."""

    def __init__(
        self,
        bench: Workbench,
        stream: Stream,
        make_view: Callable[[], View],
        since: Callable[[float], float],
        *,
        loops: bool,
    ) -> None:
        self._bench = bench
        self._stream = stream
        self._make_view = make_view
        self._since = since
        self._loops = loops
        self._view: View | None = None
        self._one_at_a_time = asyncio.Lock()
        self._reels: dict[int, Reel] = {}
        self._sets: tuple[bytes, ...] = ()
        self._viewers = 0
        self._began = 0.0
        self._began_at: datetime | None = None

    @property
    def gop_ticks(self) -> int:
        return pictures_in(self._stream) * CLOCK_HZ // self._stream.fps

    def join(self, device_time: datetime) -> Watch:
        now = asyncio.get_running_loop().time()
        if self._viewers == 0:
            self._began, self._began_at = now, device_time
        self._viewers += 1
        return Watch(int((now - self._began) // self._stream.gop_s), self._began)

    def leave(self) -> None:
        self._viewers -= 1
        if self._viewers == 0 and not self._loops:
            # Nobody is waiting any more: the cores belong to those who are.
            for reel in self._reels.values():
                if reel.task is not None:
                    reel.task.cancel()
            self._reels.clear()

    def prepare(self, index: int) -> Reel:
        """Begin to render a GOP that somebody is going to ask for."""
        key = index % _LOOP_GOPS if self._loops else index
        if key not in self._reels:
            for old in [one for one in self._reels if one < index - 1 and not self._loops]:
                del self._reels[old]
            reel = self._reels[key] = Reel()
            reel.task = asyncio.create_task(self._render(reel, key))
        return self._reels[key]

    async def pictures(self, index: int) -> AsyncIterator[PacedPicture]:
        reel = self.prepare(index)
        for position in range(pictures_in(self._stream)):
            yield await reel.wait_for(position)

    async def parameter_sets(self) -> tuple[bytes, ...]:
        if not self._sets:
            self._sets = await self._bench.work(lambda: parameter_sets(self._stream), due=0.0)
        return self._sets

    async def snapshot(self, device_time: datetime) -> bytes:
        async with self._one_at_a_time:
            since_s = self._since(asyncio.get_running_loop().time())
            return await self._bench.work(
                lambda: jpeg(self._ready_view(), self._stream, device_time, since_s), due=0.0
            )

    async def close(self) -> None:
        tasks = [reel.task for reel in self._reels.values() if reel.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _render(self, reel: Reel, index: int) -> None:
        assert self._began_at is not None  # noqa: S101  join() comes before any prepare()
        start = self._began_at + timedelta(seconds=index * self._stream.gop_s)
        due = self._began + index * self._stream.gop_s
        codec = self._stream.codec
        async with self._one_at_a_time, self._bench.encoders.take(due):
            view = await self._bench.work(self._ready_view, due)
            # Closing frees the encoder at once; else a cancelled task keeps it until garbage is collected.
            with closing(render(view, self._stream, start, self._since(due))) as parts:
                while len(reel.pictures) < pictures_in(self._stream):
                    wanted = due + len(reel.pictures) / self._stream.fps
                    reel.add(await self._bench.work(lambda: packetize(next(parts), codec), wanted))

    def _ready_view(self) -> View:
        if self._view is None:
            self._view = self._make_view()
        return self._view


class Studio:
    """All feeds of a campus. `loops`: streams alike share three ready GOPs, without a true name and clock."""

    def __init__(self, seed: int, video: Literal["live", "loops"]) -> None:
        self._seed = seed
        self._loops = video == "loops"
        self._bench = Workbench()
        self._feeds: dict[tuple[object, ...], Feed] = {}
        self._tapes: set[Feed] = set()
        self._grain = sensor_grain(1920, 1080)
        self._letters = Lettering()
        self._opened = math.inf

    def open(self) -> None:
        """Say that the campus answers from now on: effects that begin late count from here."""
        self._opened = asyncio.get_running_loop().time()

    def feed(self, device: Device, lens: Lens, stream: Stream) -> Feed:
        if self._loops:
            key: tuple[object, ...] = (
                lens.image,
                lens.aim,
                stream.codec,
                stream.width,
                stream.height,
                stream.fps,
            )
            lens = replace(lens, name="")
        else:
            key = (device.number, lens.number, stream.role)
        if key not in self._feeds:
            seed = f"{self._seed}/{lens.camera_id}"
            self._feeds[key] = Feed(
                self._bench,
                stream,
                lambda: self._view(lens, stream, seed),
                self._since,
                loops=self._loops,
            )
        return self._feeds[key]

    def tape(self, device: Device, lens: Lens, stream: Stream) -> Feed:
        """Return a feed for one viewer of a recording, whose time he sets; in loops the one of all."""
        if self._loops:
            return self.feed(device, lens, stream)
        seed = f"{self._seed}/{lens.camera_id}"
        # An effect that begins late was not there when it was recorded.
        feed = Feed(
            self._bench,
            stream,
            lambda: self._view(lens, stream, seed),
            lambda due: 0.0 if lens.begins_s else math.inf,
            loops=False,
        )
        self._tapes.add(feed)
        return feed

    async def put_away(self, feed: Feed) -> None:
        """End a feed that came from `tape`."""
        if feed in self._tapes:
            self._tapes.discard(feed)
            await feed.close()

    def _since(self, due: float) -> float:
        """Return how long the campus has been answering at a loop time. In loops all has begun long ago."""
        return math.inf if self._loops else due - self._opened

    async def close(self) -> None:
        for feed in (*self._feeds.values(), *self._tapes):
            await feed.close()
        self._bench.close()

    def _view(self, lens: Lens, stream: Stream, seed: str) -> View:
        if stream.width > self._grain.shape[1] - 128 or stream.height > self._grain.shape[0] - 128:
            self._grain = sensor_grain(stream.width, stream.height)
        return View(lens, stream, seed, self._grain, self._letters)
