"""What a simulated recorder plays of a minute: the picture of that time, nothing, or a refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.sim.footage import Footage, Stretch
from probe.sim.lettering import Lettering
from probe.sim.model import Campus, Device, Stream
from probe.sim.plan import plan_school
from probe.sim.recorder import Archive, Asked
from probe.sim.view import View, sensor_grain
from probe.wire.dahua_records import playback_path
from probe.wire.onvif_replay import parse_stamp
from probe.wire.rtp import parse_packet

Start = Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]
Serve = Callable[[Campus], Coroutine[Any, Any, Campus]]
Client = Any  # the client of conftest.py; pytest hands it over

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


# Once for the whole file: two readings of the clock would fall into two hours now and then.
NOW = datetime.now(UTC)


def yesterday() -> datetime:
    return NOW.replace(minute=7, second=20, microsecond=0) - DAY


def recorded() -> Footage:
    """Return three hours of yesterday, with ten minutes in the middle of them missing."""
    middle = yesterday()
    return Footage((Stretch(middle - HOUR, middle), Stretch(middle + HOUR / 6, middle + HOUR)))


def archive_of(device: Device) -> Archive:
    assert device.recorder is not None
    return Archive(device, device.recorder, Asked(), lambda: NOW)


def recorded_stream(device: Device) -> Stream:
    archive = archive_of(device)
    return archive.recorded_stream(archive.cameras()[0])[1]


def hikvision_path(device: Device, at: datetime, lasts: timedelta = HOUR) -> str:
    archive = archive_of(device)
    start, end = (f"{archive.stamped(one):%Y%m%dT%H%M%SZ}" for one in (at, at + lasts))
    return f"/Streaming/tracks/101/?starttime={start}&endtime={end}"


def dahua_path(device: Device, at: datetime, lasts: timedelta = HOUR) -> str:
    archive = archive_of(device)
    return playback_path(1, archive.wall(at), archive.wall(at + lasts))


def decoded(device: Device, path: str, pictures: int = 1) -> list[NDArray[np.uint8]]:
    url = f"rtsp://{device.user}:{device.password}@{device.address}:{device.rtsp_port}{path}"
    options = {"rtsp_transport": "tcp", "probesize": "32"}
    with av.open(url, timeout=(10, 10), options=options) as container:
        frames = container.decode(video=0)
        return [np.asarray(next(frames).to_ndarray(format="gray"), np.uint8) for _ in range(pictures)]


def strokes(device: Device, at: datetime) -> NDArray[np.bool_]:
    """Return where the clock on the picture is white at a time."""
    stream = recorded_stream(device)
    plane = np.zeros((stream.height, stream.width), np.uint8)
    view = View(device.lenses[0], stream, "x", sensor_grain(1920, 1080), Lettering())
    view._write((plane, plane, plane), at)
    plane[plane.shape[0] // 2 :] = 0  # the name
    return plane > 200


def shows(device: Device, picture: NDArray[np.uint8], at: datetime, but_not: datetime | None = None) -> bool:
    """Whether the clock on the picture is of one time rather than another: bright where its digits are."""
    own, other = strokes(device, at), strokes(device, but_not or at + timedelta(hours=3, minutes=11))
    return bool(picture[own & ~other].mean() - picture[other & ~own].mean() > 40)


@pytest.mark.parametrize(("maker", "path_of"), [("hikvision", hikvision_path), ("dahua", dahua_path)])
async def test_a_picture_carries_the_time_it_was_recorded(
    one_recorder: Start, maker: str, path_of: Callable[..., str]
) -> None:
    at = yesterday() - HOUR / 2
    _, device = await one_recorder(maker, footage=recorded())
    (picture,) = await asyncio.to_thread(decoded, device, path_of(device, at))
    own = at + timedelta(seconds=device.clock_offset_s)
    assert shows(device, picture, own)
    assert not shows(device, picture, own + timedelta(minutes=11), but_not=own)


async def test_the_recorded_stream_has_its_own_size(one_recorder: Start) -> None:
    _, device = await one_recorder("hikvision", footage=recorded())
    (picture,) = await asyncio.to_thread(decoded, device, hikvision_path(device, yesterday() - HOUR / 2))
    stream = recorded_stream(device)
    assert picture.shape == (stream.height, stream.width)


async def test_a_window_that_begins_in_a_hole_plays_what_comes_after(one_recorder: Start) -> None:
    at = yesterday() + timedelta(minutes=2)
    _, device = await one_recorder("hikvision", footage=recorded())
    (picture,) = await asyncio.to_thread(decoded, device, hikvision_path(device, at))
    after = yesterday() + HOUR / 6 + timedelta(seconds=device.clock_offset_s)
    assert shows(device, picture, after)


async def test_hikvision_has_no_address_for_a_minute_without_recording(
    one_recorder: Start, client: Client
) -> None:
    _, device = await one_recorder("hikvision", footage=recorded())
    path = hikvision_path(device, yesterday() - 9 * DAY)
    async with client.line(device.address, device.rtsp_port) as line:
        assert (await asked(client, line, device, "DESCRIBE", path)).status == 404


async def test_dahua_plays_nothing_for_a_minute_without_recording(
    one_recorder: Start, client: Client
) -> None:
    _, device = await one_recorder("dahua", footage=recorded())
    async with client.line(device.address, device.rtsp_port) as line:
        assert (await played(client, line, device, dahua_path(device, yesterday() - 9 * DAY))).status == 200
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await line.reader.readexactly(1)


async def test_one_without_a_name_refuses_a_range_without_recording(
    one_recorder: Start, client: Client
) -> None:
    _, device = await one_recorder("no-name", footage=recorded())
    async with client.line(device.address, device.rtsp_port) as line:
        asked_for = clock(device, yesterday() - 9 * DAY, yesterday() - 8 * DAY)
        answer = await played(client, line, device, "/onvif/replay/1", asked_for)
    assert answer.status == 457


async def test_replay_stamps_each_frame_with_its_time(one_recorder: Start, client: Client) -> None:
    _, device = await one_recorder("no-name", footage=recorded())
    at = yesterday() - HOUR / 2
    async with client.line(device.address, device.rtsp_port) as line:
        answer = await played(client, line, device, "/onvif/replay/1", clock(device, at))
        stamps = [stamp for packet in await packets(line, 80) if (stamp := parse_stamp(packet))]
    own = at + timedelta(seconds=device.clock_offset_s)
    assert answer.header("range")[0].startswith(f"clock={own:%Y%m%dT%H%M}")
    assert abs(stamps[0].at - own) < timedelta(seconds=1)
    assert [stamp.is_clean_point for stamp in stamps[:2]] == [True, False]
    frame = timedelta(seconds=1 / recorded_stream(device).fps)
    assert abs(stamps[1].at - stamps[0].at - frame) < timedelta(milliseconds=1)


async def test_replay_says_where_a_stretch_ends_and_the_next_follows_a_gap(
    one_recorder: Start, client: Client
) -> None:
    _, device = await one_recorder("no-name", footage=recorded())
    async with client.line(device.address, device.rtsp_port) as line:
        headers = clock(device, yesterday() - timedelta(seconds=1)) + "\r\nRate-Control: no"
        await played(client, line, device, "/onvif/replay/1", headers)
        stamps = [stamp for packet in await packets(line, 120) if (stamp := parse_stamp(packet))]
    end = next(at for at, stamp in enumerate(stamps) if stamp.ends_stretch)
    assert stamps[end + 1].follows_gap
    assert stamps[end + 1].at - stamps[end].at > timedelta(minutes=9)


async def test_replay_ends_with_what_was_recorded(one_recorder: Start, client: Client) -> None:
    _, device = await one_recorder("no-name", footage=recorded())
    ends = yesterday() + HOUR
    async with client.line(device.address, device.rtsp_port) as line:
        headers = clock(device, ends - timedelta(seconds=1)) + "\r\nRate-Control: no"
        await played(client, line, device, "/onvif/replay/1", headers)
        stamps = [stamp for packet in await packets(line) if (stamp := parse_stamp(packet))]
    assert stamps[-1].ends_all


async def test_a_campus_of_loops_plays_recordings_too(start: Serve, own_network: str) -> None:
    campus = plan_school(4, 0, own_network, {}, recorders=1, video="loops")
    device = (await start(campus)).devices[0]
    assert device.recorder is not None
    number = next(one.number for one in device.recorder.channels if one.mode == "continuous" and one.online)
    path = hikvision_path(device, yesterday(), DAY).replace("/101/", f"/{number}01/")
    pictures = await asyncio.to_thread(decoded, device, path, 2)
    assert len(pictures) == 2


async def test_playback_sessions_are_counted_and_how_many_there_were_at_once(
    one_recorder: Start, client: Client
) -> None:
    campus, device = await one_recorder("hikvision", footage=recorded())
    path, count = hikvision_path(device, yesterday() - HOUR / 2), campus.marks[device.number].asked
    for _ in range(2):
        async with client.line(device.address, device.rtsp_port) as line:
            await played(client, line, device, path)
        async with asyncio.timeout(5):
            while count.tapes_at_once:  # noqa: ASYNC110  plain counts send no event
                await asyncio.sleep(0.01)
    assert (count.tapes, count.most_tapes_at_once) == (2, 1)


async def test_a_slot_plays_nothing(one_recorder: Start, client: Client) -> None:
    _, device = await one_recorder("no-name")
    assert device.recorder is not None
    slot = next(one.number for one in device.recorder.channels if one.is_slot)
    async with client.line(device.address, device.rtsp_port) as line:
        answer = await asked(client, line, device, "DESCRIBE", f"/onvif/replay/{slot}")
    assert answer.status == 404


async def test_a_live_picture_of_a_recorder_is_the_cameras(one_recorder: Start) -> None:
    _, device = await one_recorder("hikvision")
    (picture,) = await asyncio.to_thread(decoded, device, device.lenses[0].main.path)
    assert picture.shape == (device.lenses[0].main.height, device.lenses[0].main.width)


def clock(device: Device, start: datetime, end: datetime | None = None) -> str:
    own = timedelta(seconds=device.clock_offset_s)
    times = [f"{one + own:%Y%m%dT%H%M%S.%f}"[:-3] + "Z" if one else "" for one in (start, end)]
    return f"Require: onvif-replay\r\nRange: clock={times[0]}-{times[1]}"


async def asked(client: Client, line: Any, device: Device, method: str, path: str, headers: str = "") -> Any:  # noqa: ANN401
    """Ask once without login and once with what the challenge wants."""
    url = f"rtsp://{device.address}:{device.rtsp_port}{path}"
    more = f"\r\n{headers}" if headers else ""
    refused = await line.ask(f"{method} {url} RTSP/1.0{more}")
    if refused.status != 401:
        return refused
    header = client.digest(device, refused.header("www-authenticate")[0], method, url, device.password)
    return await line.ask(f"{method} {url} RTSP/1.0{more}\r\n{header}")


async def played(client: Client, line: Any, device: Device, path: str, headers: str = "") -> Any:  # noqa: ANN401
    transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
    ready = await asked(client, line, device, "SETUP", f"{path}/trackID=1", transport)
    assert ready.status == 200
    session = f"Session: {ready.header('session')[0].split(';')[0]}"
    return await asked(client, line, device, "PLAY", path, f"{session}\r\n{headers}".strip())


async def packets(line: Any, count: int = 100_000) -> list[Any]:  # noqa: ANN401
    """Return RTP packets until so many have come or RTCP says goodbye."""
    found: list[Any] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            head = await line.reader.readexactly(4)
            body = await line.reader.readexactly(int.from_bytes(head[2:], "big"))
            if head[1] == 0:
                found.append(parse_packet(body))
            elif b"\x81\xcb\x00\x01" in body:
                break
    return found
