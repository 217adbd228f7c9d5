"""Faults that only a decoded picture shows, as FFmpeg receives and decodes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from probe.sim.model import Campus, Device

Start = Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]


async def test_fault_frozen__keeps_every_picture_the_same(one_device: Start) -> None:
    _, device = await one_device("frozen")
    first, last = await keyframes(device)
    assert np.array_equal(first, last)


async def test_fault_frozen_clock__changes_the_clock_and_little_else(one_device: Start) -> None:
    _, device = await one_device("frozen-clock")
    first, last = await keyframes(device)
    top = device.lenses[0].main.height // 10
    assert not np.array_equal(first[:top], last[:top])
    assert identical_blocks(first, last) > 0.1


async def test_a_live_picture_is_never_the_same_twice(one_device: Start) -> None:
    _, device = await one_device()
    assert identical_blocks(*await keyframes(device)) < 0.05


async def test_fault_black__the_decoded_picture_is_dark(one_device: Start) -> None:
    _, device = await one_device("black")
    first, _ = await keyframes(device)
    assert np.percentile(first, 97) < 30


async def test_fault_qcif__the_decoded_picture_is_176_by_144(one_device: Start) -> None:
    _, device = await one_device("qcif")
    first, _ = await keyframes(device)
    assert first.shape == (144, 176)


def identical_blocks(first: NDArray[np.uint8], last: NDArray[np.uint8]) -> float:
    """Return the share of bit-identical 8x8 blocks among the most textured fifth."""
    height, width = (side // 8 * 8 for side in first.shape)
    blocks = [
        one[:height, :width].reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2).reshape(-1, 64)
        for one in (first, last)
    ]
    texture = blocks[0].std(axis=1)
    return float((blocks[0] == blocks[1]).all(axis=1)[texture >= np.quantile(texture, 0.8)].mean())


async def keyframes(device: Device) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the luma of the first key picture and of the next, as FFmpeg receives and decodes them."""
    return await asyncio.to_thread(_keyframes, device)


def _keyframes(device: Device) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    url = f"rtsp://{device.user}:{device.password}@{device.address}:{device.rtsp_port}{device.lenses[0].main.path}"
    found: list[NDArray[np.uint8]] = []
    with av.open(url, timeout=(10, 10), options={"rtsp_transport": "tcp", "probesize": "32"}) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        stream.codec_context.skip_frame = "NONKEY"
        for frame in container.decode(stream):
            found.append(np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)[: frame.height])
            if len(found) == 2:
                break
    return found[0], found[1]
