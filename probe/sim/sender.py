"""Sends one RTP stream to one client, at the pace of the camera, between RTSP answers or over UDP."""

from __future__ import annotations

import asyncio
import random
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from probe.sim.encode import CLOCK_HZ
from probe.sim.model import Device
from probe.sim.rtp import rtp_header, sender_report
from probe.sim.studio import Feed

PAYLOAD_TYPE = 96


@dataclass(frozen=True, slots=True)
class Emit:
    """Two ways out, and the end of them."""

    rtp: Callable[[list[bytes]], Awaitable[None]]
    rtcp: Callable[[bytes], Awaitable[None]]
    close: Callable[[], None]


class Sender:
    """One playing session."""

    def __init__(
        self, device: Device, feed: Feed, emit: Emit, ssrc: int, now: Callable[[], datetime]
    ) -> None:
        self._device = device
        self._feed = feed
        self._emit = emit
        self._ssrc = ssrc
        self._now = now
        self._task: asyncio.Task[None] | None = None
        self.sequence = random.getrandbits(15)
        self.first_timestamp = random.getrandbits(31)

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self._emit.close()

    async def _run(self) -> None:
        watch = self._feed.join(self._device_time())
        try:
            await self._play(watch.index, watch.began)
        except (ConnectionError, OSError):
            # The client went away without TEARDOWN; the marks show it.
            return
        finally:
            self._feed.leave()

    async def _play(self, first: int, began: float) -> None:
        loop = asyncio.get_running_loop()
        packets = octets = 0
        index = first
        while True:
            position = 0
            async for picture in self._feed.pictures(index):
                ticks = index * self._feed.gop_ticks + picture.ticks
                timestamp = self.first_timestamp + ticks - first * self._feed.gop_ticks
                if (wait := began + ticks / CLOCK_HZ - loop.time()) > 0:
                    await asyncio.sleep(wait)
                last = len(picture.payloads) - 1
                await self._emit.rtp(
                    [
                        rtp_header(PAYLOAD_TYPE, self.sequence + i, timestamp, self._ssrc, marker=i == last)
                        + payload
                        for i, payload in enumerate(picture.payloads)
                    ]
                )
                self.sequence += last + 1
                packets += last + 1
                octets += sum(len(payload) for payload in picture.payloads)
                if position == 0:
                    await self._emit.rtcp(
                        sender_report(self._ssrc, self._device_time(), timestamp, packets, octets)
                    )
                elif picture.ticks >= self._feed.gop_ticks // 2:
                    self._feed.prepare(index + 1)
                position += 1
            index += 1

    def _device_time(self) -> datetime:
        return self._now() + timedelta(seconds=self._device.clock_offset_s)


def interleaved(writer: asyncio.StreamWriter, channel: int) -> Emit:
    """Send over the RTSP connection itself (RFC 2326 §10.12)."""

    async def rtp(packets: list[bytes]) -> None:
        writer.write(b"".join(struct.pack("!cBH", b"$", channel, len(one)) + one for one in packets))
        await writer.drain()

    async def rtcp(packet: bytes) -> None:
        writer.write(struct.pack("!cBH", b"$", channel + 1, len(packet)) + packet)

    return Emit(rtp, rtcp, lambda: None)


async def udp(here: str, there: str, client_port: int) -> tuple[Emit, str]:
    """Send over a pair of UDP ports. Return also the pair as SETUP names it."""
    loop = asyncio.get_running_loop()
    for _ in range(50):
        even = random.randrange(20000, 60000, 2)
        try:
            media, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=(here, even))
        except OSError:
            continue
        try:
            control, _ = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, local_addr=(here, even + 1)
            )
        except OSError:
            media.close()
            continue
        break
    else:
        raise OSError("no pair of UDP ports is free")

    async def rtp(packets: list[bytes]) -> None:
        for i, one in enumerate(packets):
            media.sendto(one, (there, client_port))
            if i % _BURST == _BURST - 1:
                # A key picture is 200 packets; a receive buffer of 208 KiB holds fewer at once.
                await asyncio.sleep(_BURST_PAUSE_S)

    async def rtcp(packet: bytes) -> None:
        control.sendto(packet, (there, client_port + 1))

    def close() -> None:
        media.close()
        control.close()

    return Emit(rtp, rtcp, close), f"{even}-{even + 1}"


_BURST = 16
_BURST_PAUSE_S = 0.002
