"""Sends what a simulated recorder recorded to one client, stretch after stretch, each frame at its time."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from probe.sim.encode import CLOCK_HZ
from probe.sim.footage import Clip
from probe.sim.playback import Tape
from probe.sim.recorder import Archive
from probe.sim.rtp import PacedPicture, extended, goodbye, replay_words, rtp_header, sender_report
from probe.sim.sender import PAYLOAD_TYPE, Emit
from probe.sim.studio import Studio


@dataclass(frozen=True, slots=True)
class Cue:
    """What one PLAY asked for. `stamped`: each frame carries its time, as ONVIF's replay does it."""

    clips: tuple[Clip, ...]
    stamped: bool
    at_own_speed: bool = True
    only_keyframes: bool = False
    sequence: int = 0  # CSeq of the PLAY


class Player:
    """One playback session. `cue` says what comes next, `start` begins it."""

    def __init__(self, archive: Archive, tape: Tape, studio: Studio, emit: Emit, ssrc: int) -> None:
        self._archive = archive
        self._tape = tape
        self._studio = studio
        self._emit = emit
        self._ssrc = ssrc
        self._cue: Cue | None = None
        self._task: asyncio.Task[None] | None = None
        self.sequence = random.getrandbits(15)
        self.first_timestamp = random.getrandbits(31)
        self._timestamp = self.first_timestamp
        self._is_in = True
        archive.asked.put_in()

    async def cue(self, cue: Cue) -> None:
        await self._halt()
        self._cue = cue

    def start(self) -> None:
        if self._task is None and self._cue is not None:
            self._task = asyncio.create_task(self._run(self._cue))

    async def stop(self) -> None:
        await self._halt()
        if self._is_in:
            self._is_in = False
            self._archive.asked.take_out()
        self._emit.close()

    async def _halt(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self, cue: Cue) -> None:
        try:
            for at, clip in enumerate(cue.clips):
                await self._play(cue, clip, follows_gap=at > 0, is_last=at == len(cue.clips) - 1)
            if cue.clips:
                await self._emit.rtcp(goodbye(self._ssrc))
        except (ConnectionError, OSError):
            # The client went away without TEARDOWN; the marks show it.
            return

    async def _play(self, cue: Cue, clip: Clip, *, follows_gap: bool, is_last: bool) -> None:
        """Play one stretch. Its last frame is the last that begins before its end."""
        device, stream = self._archive.device, self._tape.stream
        feed = self._studio.tape(device, self._tape.lens, stream)
        loop = asyncio.get_running_loop()
        watch = feed.join(clip.start + timedelta(seconds=device.clock_offset_s))
        began, index, first = loop.time(), watch.index, self._timestamp
        step = CLOCK_HZ // stream.fps
        try:
            while True:
                async for picture in feed.pictures(index):
                    ticks = (index - watch.index) * feed.gop_ticks + picture.ticks
                    moment = clip.start + timedelta(seconds=ticks / CLOCK_HZ)
                    if moment >= clip.end:
                        return
                    if cue.at_own_speed and (wait := began + ticks / CLOCK_HZ - loop.time()) > 0:
                        await asyncio.sleep(wait)
                    if picture.ticks and cue.only_keyframes:
                        continue
                    self._timestamp = first + ticks + step
                    ends = moment + timedelta(seconds=step / CLOCK_HZ) >= clip.end
                    flags = (not picture.ticks, ends, follows_gap and not ticks, ends and is_last)
                    await self._send(cue, picture, first + ticks, moment, flags)
                    if not picture.ticks and not cue.stamped:
                        await self._report(first + ticks)
                    if picture.ticks >= feed.gop_ticks // 2:
                        feed.prepare(index + 1)
                index += 1
        finally:
            feed.leave()
            await self._studio.put_away(feed)

    async def _send(
        self,
        cue: Cue,
        picture: PacedPicture,
        timestamp: int,
        moment: datetime,
        flags: tuple[bool, bool, bool, bool],
    ) -> None:
        last = len(picture.payloads) - 1
        words = replay_words(self._archive.stamped(moment), flags, cue.sequence) if cue.stamped else b""
        packets = []
        for i, payload in enumerate(picture.payloads):
            header = rtp_header(PAYLOAD_TYPE, self.sequence + i, timestamp, self._ssrc, marker=i == last)
            packets.append((extended(header, words) if words and i == 0 else header) + payload)
        self.sequence += len(packets)
        await self._emit.rtp(packets)

    async def _report(self, timestamp: int) -> None:
        own = self._archive.now() + timedelta(seconds=self._archive.device.clock_offset_s)
        await self._emit.rtcp(sender_report(self._ssrc, own, timestamp, self.sequence, 0))
