"""A whole campus: how fast it stands, what it counts, and that it goes away without a trace."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from config.errors import UsageError
from probe.sim.model import Campus, Device
from probe.sim.plan import plan_school
from probe.sim.serve import serve

Start = Callable[[Campus], Coroutine[Any, Any, Campus]]
OneDevice = Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]
Client = Any  # the client of conftest.py; pytest hands it over


async def test_forty_devices_stand_within_five_seconds(start: Start, own_network: str) -> None:
    began = time.monotonic()
    campus = await start(plan_school(1, 40, own_network))
    assert time.monotonic() - began < 5.0
    assert len(campus.devices) == 40


async def test_every_device_that_should_answer_does(start: Start, client: Client, own_network: str) -> None:
    campus = await start(plan_school(1, 40, own_network))
    answering = [one for one in campus.devices if one.answers and one.quirks.onvif]
    answers = await asyncio.gather(
        *(client.soap(one, "GetSystemDateAndTime/", login=False) for one in answering)
    )
    assert {one.status for one in answers} == {200}


async def test_marks_are_written_at_the_end(client: Client, own_network: str, tmp_path: Path) -> None:
    campus = plan_school(1, 1, own_network, {1: ["wrong-password"]})
    ready = asyncio.Event()
    task = asyncio.create_task(serve(campus, ready.set, stats_path=tmp_path / "stats.json"))
    await ready.wait()
    await client.soap(campus.devices[0], "GetDeviceInformation/")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    written = json.loads((tmp_path / "stats.json").read_text("utf-8"))["devices"][0]
    assert (written["requests"], written["logins"], written["wrong_logins"]) == (1, 1, 0)


async def test_a_torn_down_session_leaves_nothing_open(one_device: OneDevice) -> None:
    campus, device = await one_device()
    await asyncio.to_thread(_play, device)
    marks = campus.marks[device.number]
    async with asyncio.timeout(5):
        # FFmpeg does not wait for the answer to its TEARDOWN.
        while marks.rtsp_left_open:  # noqa: ASYNC110  plain counts send no event
            await asyncio.sleep(0.01)
    assert marks.rtsp_opened == 1


async def test_a_session_cut_off_without_teardown_is_seen(one_device: OneDevice, client: Client) -> None:
    campus, device = await one_device("placeholder-maker")
    async with client.line(device.address, device.rtsp_port) as line:
        url = f"rtsp://{device.address}{device.lenses[0].main.path}"
        challenged = await line.ask(f"SETUP {url}/trackID=1 RTSP/1.0")
        basic = "Authorization: Basic " + _basic(device)
        await line.ask(f"SETUP {url}/trackID=1 RTSP/1.0\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n{basic}")
    assert (challenged.status, campus.marks[device.number].rtsp_left_open) == (401, 1)


async def test_an_attempt_to_change_a_device_is_counted_and_refused(
    one_device: OneDevice, client: Client
) -> None:
    campus, device = await one_device()
    answer = await client.soap(device, "SetHostname/")
    assert (answer.status, campus.marks[device.number].changes_asked) == (500, 1)


async def test_two_campuses_on_the_same_addresses_are_refused_with_a_sentence(
    start: Start, own_network: str
) -> None:
    campus = await start(plan_school(1, 2, own_network, {}))
    with pytest.raises(UsageError, match=campus.devices[0].address):
        await serve(plan_school(1, 2, own_network, {}), lambda: None)


async def test_a_snapshot_is_a_jpeg_of_the_main_streams_size(one_device: OneDevice, client: Client) -> None:
    _, device = await one_device()
    uri = await client.soap(
        device,
        f"GetSnapshotUri><trt:ProfileToken>{device.lenses[0].main.token}</trt:ProfileToken>",
        service="trt",
    )
    path = uri.text.split("<tt:Uri>")[1].split("</tt:Uri>")[0].replace("&amp;", "&").split(device.address)[1]
    path = path[path.index("/") :]
    async with client.line(device.address, device.http_port) as line:
        refused = await line.ask(f"GET {path} HTTP/1.1")
        bare = path.split("?")[0]
        header = client.digest(device, refused.header("www-authenticate")[0], "GET", bare, device.password)
        taken = await line.ask(f"GET {path} HTTP/1.1\r\n{header}")
    assert (refused.status, taken.status, taken.body[:2]) == (401, 200, b"\xff\xd8")


async def test_loops_play_like_live_video(start: Start, own_network: str) -> None:
    campus = await start(plan_school(1, 2, own_network, {}, video="loops"))
    pictures = await asyncio.to_thread(_play, campus.devices[0])
    assert pictures[0].shape[:2] == (
        campus.devices[0].lenses[0].main.height,
        campus.devices[0].lenses[0].main.width,
    )


def _basic(device: Device) -> str:
    return base64.b64encode(f"{device.user}:{device.password}".encode()).decode()


def _play(device: Device) -> list[NDArray[np.uint8]]:
    """Receive one key picture with FFmpeg, which ends with TEARDOWN."""
    url = f"rtsp://{device.user}:{device.password}@{device.address}:{device.rtsp_port}{device.lenses[0].main.path}"
    with av.open(url, timeout=(10, 10), options={"rtsp_transport": "tcp", "probesize": "32"}) as container:
        return [np.asarray(next(container.decode(video=0)).to_ndarray(format="bgr24"), np.uint8)]
