"""What each effect does to the decoded picture, from the view straight to the decoder; two over RTSP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from probe.sim.effects import EFFECTS, LIVE, effect_at, fault_words
from probe.sim.encode import render
from probe.sim.lettering import Lettering
from probe.sim.model import AHEAD, Campus, Device, Lens, Stream
from probe.sim.view import View, sensor_grain

Start = Callable[..., Coroutine[Any, Any, tuple[Campus, Device]]]
Luma = NDArray[np.uint8]

AT = datetime(2026, 11, 21, 2, 30, 0, tzinfo=UTC)
STREAM = Stream("main", "t", "/p", "H264", 640, 360, 10, 900)
GRAIN = sensor_grain(640, 360)
LETTERS = Lettering()
# Between the clock at the top and the name at the bottom there is only scene.
SCENE = slice(40, 320)


def lens_with(effect_id: str, begins_s: float = 0.0) -> Lens:
    return Lens(1, "操场01", "cam-1", "field", (STREAM,), effect_id, begins_s)


@cache
def seen(effect_id: str, since_s: float = 1e9) -> tuple[Luma, Luma, NDArray[np.uint8]]:
    """Return the luma of two keyframes 4 s apart, and the second one in colour (BGR), as decoded."""
    view = View(lens_with(effect_id), STREAM, "5/cam-1", GRAIN, LETTERS)
    frames = [keyframe(view, AT + timedelta(seconds=second), since_s) for second in (0, 4)]
    lumas = [np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)[:360] for frame in frames]
    return lumas[0], lumas[1], np.asarray(frames[1].to_ndarray(format="bgr24"), np.uint8)


def keyframe(view: View, at: datetime, since_s: float) -> av.VideoFrame:
    parts = render(view, STREAM, at, since_s)
    (picture,) = next(parts)
    parts.close()
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    packet = av.Packet(b"".join(b"\0\0\0\1" + nal for nal in picture.nals))
    return [*decoder.decode(packet), *decoder.decode(None)][0]


def detail(luma: Luma) -> float:
    return float(cv2.Laplacian(luma[SCENE].astype(np.float32), cv2.CV_32F).std())


def likeness(one: Luma, other: Luma) -> float:
    return float(np.corrcoef(one[SCENE].ravel(), other[SCENE].ravel())[0, 1])


def shift_of(effect_id: str) -> tuple[float, float]:
    """Return by how much the view went sideways and down, in shares of its size."""
    live, spoiled = (seen(one)[1][SCENE].astype(np.float32) for one in ("live", effect_id))
    (right, down), _ = cv2.phaseCorrelate(
        live, spoiled, cv2.createHanningWindow(live.shape[::-1], cv2.CV_32F)
    )
    return right / 640, down / 360


def test_a_live_picture_is_never_the_same_twice() -> None:
    first, last, _ = seen("live")
    assert identical_blocks(first, last) < 0.05


def test_fault_frozen__keeps_every_picture_the_same() -> None:
    first, last, _ = seen("frozen")
    assert np.array_equal(first, last)


def test_fault_frozen_clock__changes_the_clock_and_little_else() -> None:
    first, last, _ = seen("frozen-clock")
    assert not np.array_equal(first[:36], last[:36])
    assert identical_blocks(first[SCENE], last[SCENE]) > 0.3


def test_fault_black__is_dark_all_over() -> None:
    assert np.percentile(seen("black")[1], 97) < 30


@pytest.mark.parametrize("card", ["no-signal", "no-signal-grey", "no-signal-dark"])
def test_a_card_is_of_one_colour(card: str) -> None:
    *_, picture = seen(card)
    spread = np.ptp(picture[SCENE].reshape(-1, 3)[:: 640 * 7 + 1].astype(int), axis=0)
    assert spread.max() <= 6


def test_fault_no_signal__is_blue_with_words() -> None:
    _, luma, picture = seen("no-signal")
    assert (picture[50, 50, 0] > 150, luma[SCENE].max() > 200) == (True, True)


def test_fault_no_signal_grey__is_grey_with_words() -> None:
    _, luma, picture = seen("no-signal-grey")
    assert (np.ptp(picture[50, 50].astype(int)) < 8, luma[SCENE].max() > 200) == (True, True)


def test_fault_no_signal_dark__has_no_words_at_all() -> None:
    _, luma, _ = seen("no-signal-dark")
    assert np.ptp(luma.astype(int)) < 8


def test_fault_under__is_nearly_black_but_has_a_scene() -> None:
    _, luma, _ = seen("under")
    assert (luma[SCENE].mean() < 35, likeness(luma, seen("live")[1]) > 0.6) == (True, True)


def test_fault_over__has_half_of_it_burnt_out() -> None:
    assert (seen("over")[1][SCENE] >= 228).mean() > 0.5


def test_fault_noise__is_other_noise_in_each_exposure() -> None:
    first, last, _ = seen("noise")
    assert (first[SCENE].astype(float) - last[SCENE]).std() > 20


def test_fault_snow__has_single_bright_and_dark_points() -> None:
    _, luma, _ = seen("snow")
    alone = np.abs(luma[SCENE].astype(int) - cv2.medianBlur(luma, 3)[SCENE]) > 50
    assert alone.mean() > 0.05


def test_fault_stripes__roll_from_exposure_to_exposure() -> None:
    first, last, _ = seen("stripes")
    rows = (first[SCENE].astype(float) - last[SCENE]).mean(axis=1)
    assert np.ptp(rows) > 15


def test_fault_stripes_static__stand_still() -> None:
    first, last, _ = seen("stripes-static")
    moving = (first[SCENE].astype(float) - last[SCENE]).mean(axis=1)
    added = (last[SCENE].astype(float) - seen("live")[1][SCENE]).mean(axis=1)
    assert (np.ptp(moving) < 4, np.ptp(added) > 30) == (True, True)


def test_fault_tearing__moves_some_rows_and_leaves_the_others() -> None:
    _, luma, _ = seen("tearing")
    # Nobody walks in a torn picture; the place behind is best seen in one that was nobody in.
    empty = seen("stripes-static")[1][SCENE].astype(float)
    rows = np.array([np.corrcoef(one, other)[0, 1] for one, other in zip(luma[SCENE], empty, strict=True)])
    assert 0.05 < (rows < 0.7).mean() < 0.5


def test_fault_covered__hides_the_scene() -> None:
    _, luma, _ = seen("covered")
    assert (detail(luma) < detail(seen("live")[1]) / 4, abs(likeness(luma, seen("live")[1])) < 0.5) == (
        True,
        True,
    )


def test_fault_covered_paper__is_bright_and_empty() -> None:
    _, luma, _ = seen("covered-paper")
    assert (luma[SCENE].mean() > 150, detail(luma) < detail(seen("live")[1]) / 4) == (True, True)


def test_fault_covered_bag__lets_only_large_shapes_through() -> None:
    assert detail(seen("covered-bag")[1]) < detail(seen("live")[1]) / 4


def test_fault_covered_most__leaves_a_fifth_of_the_picture() -> None:
    _, luma, _ = seen("covered-most")
    _, live, _ = seen("live")
    left = np.abs(luma[SCENE, :120].astype(float) - live[SCENE, :120]).mean()
    right = np.abs(luma[SCENE, 200:].astype(float) - live[SCENE, 200:]).mean()
    assert (left < 8, right > 30) == (True, True)


def test_fault_defocus__takes_the_detail_and_leaves_the_shapes() -> None:
    _, luma, _ = seen("defocus")
    assert (detail(luma) < detail(seen("live")[1]) / 3, likeness(luma, seen("live")[1]) > 0.8) == (True, True)


def test_fault_defocus_slow__gets_worse_for_a_minute() -> None:
    details = [detail(seen("defocus-slow", since_s)[1]) for since_s in (0.0, 25.0, 61.0)]
    assert details[0] > details[1] > details[2]


def test_fault_cast__makes_everything_redder() -> None:
    *_, picture = seen("cast")
    *_, live = seen("live")
    blue, _, red = (
        picture[SCENE].astype(float).mean((0, 1)) / live[SCENE].astype(float).mean((0, 1))
    ).tolist()
    assert red > 1.15 > 0.9 > blue


def test_fault_nudged__shows_the_scene_eight_percent_further() -> None:
    assert abs(shift_of("nudged")[0]) == pytest.approx(0.08, abs=0.01)


def test_fault_nudged_turned__tilts_the_horizon() -> None:
    _, luma, _ = seen("nudged-turned")
    back = cv2.getRotationMatrix2D((320, 180), -5.0, 1.0)
    upright = np.asarray(cv2.warpAffine(luma, back, (640, 360)), np.uint8)
    _, live, _ = seen("live")
    window = cv2.createHanningWindow((400, 200), cv2.CV_32F)
    middle = (slice(80, 280), slice(120, 520))

    def match(one: Luma) -> float:
        return cv2.phaseCorrelate(live[middle].astype(np.float32), one[middle].astype(np.float32), window)[1]

    assert match(upright) > 1.5 * match(luma)


def test_fault_nudged_zoomed__shows_everything_larger() -> None:
    live, zoomed = seen("live")[1], seen("nudged-zoomed")[1]
    inner = (640 - 492) // 2, (360 - 277) // 2
    part = live[inner[1] : 360 - inner[1], inner[0] : 640 - inner[0]]
    enlarged = np.asarray(cv2.resize(part, (640, 360), interpolation=cv2.INTER_CUBIC), np.uint8)
    assert likeness(enlarged, zoomed) > likeness(live, zoomed) + 0.2


@pytest.mark.parametrize("effect_id", ["enlarged", "enlarged-cubic"])
def test_an_enlarged_picture_has_no_detail_finer_than_its_sensor(effect_id: str) -> None:
    assert fine_share(seen(effect_id)[1]) < fine_share(seen("live")[1]) / 3


async def test_fault_enlarged__is_sold_as_full_hd(one_device: Start) -> None:
    _, device = await one_device("enlarged")
    assert (await first_keyframe(device)).shape == (1080, 1920)


async def test_fault_enlarged_cubic__is_sold_as_full_hd(one_device: Start) -> None:
    _, device = await one_device("enlarged-cubic")
    main = device.lenses[0].main
    assert (main.width, main.height) == (1920, 1080)


def test_fault_night__is_grey_and_healthy() -> None:
    *_, picture = seen("night")
    assert np.ptp(picture.astype(int), axis=2).mean() < 3
    assert fault_words(lens_with("night"), 0.0) == ()


def test_fault_chart_card__hangs_in_the_view() -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    detector = cv2.aruco.ArucoDetector(dictionary)
    markers: list[Any] = [detector.detectMarkers(seen(one)[1])[1] for one in ("live", "chart-card")]
    assert (markers[0], np.ravel(markers[1]).tolist()) == (None, [7])


async def test_fault_qcif__the_decoded_picture_is_176_by_144(one_device: Start) -> None:
    _, device = await one_device("qcif")
    assert (await first_keyframe(device)).shape == (144, 176)


async def test_a_frozen_picture_is_the_same_in_two_visits(one_device: Start) -> None:
    _, device = await one_device("frozen")
    once, again = [await first_keyframe(device) for _ in range(2)]
    assert np.array_equal(once, again)


def test_before_its_time_an_effect_is_not_there() -> None:
    assert effect_at(lens_with("covered", 45.0), 44.0) == LIVE


def test_from_its_time_on_an_effect_is_there() -> None:
    lens = lens_with("covered", 45.0)
    assert (effect_at(lens, 45.0).id, fault_words(lens, 45.0)) == ("covered", ("covered",))


def test_a_picture_that_froze_late_shows_what_was_there_last() -> None:
    view = View(lens_with("frozen", 10.0), STREAM, "5/cam-1", GRAIN, LETTERS)
    lumas = [
        np.asarray(keyframe(view, AT + timedelta(seconds=since_s), since_s).to_ndarray(format="yuv420p"))
        for since_s in (4.0, 8.0, 12.0, 16.0)
    ]
    same = [np.array_equal(one, other) for one, other in pairwise(lumas)]
    assert same == [False, False, True]


def test_a_fault_that_grows_is_one_when_anybody_can_see_it() -> None:
    lens = lens_with("defocus-slow", 45.0)
    assert [fault_words(lens, since_s) for since_s in (46.0, 74.0, 75.0)] == [(), (), ("defocus",)]


def test_people_stand_where_the_place_around_them_is() -> None:
    """Whoever walks in a nudged view is displaced with it, else he would walk on air."""
    nudged = next(one for one in EFFECTS if one.id == "nudged").aim
    assert nudged is not None
    assert (nudged.x - AHEAD.x) * AHEAD.zoom == pytest.approx(0.08)


def fine_share(luma: Luma) -> float:
    """Return the share of energy finer than the widest detail that 352 columns can hold."""
    spectrum = np.abs(np.fft.rfft(luma[SCENE] - luma[SCENE].mean(axis=1, keepdims=True), axis=1)) ** 2
    return float(spectrum[:, 200:].sum() / spectrum.sum())


def identical_blocks(first: Luma, last: Luma) -> float:
    """Return the share of bit-identical 8x8 blocks among the most textured fifth."""
    height, width = (side // 8 * 8 for side in first.shape)
    blocks = [
        one[:height, :width].reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2).reshape(-1, 64)
        for one in (first, last)
    ]
    texture = blocks[0].std(axis=1)
    return float((blocks[0] == blocks[1]).all(axis=1)[texture >= np.quantile(texture, 0.8)].mean())


async def first_keyframe(device: Device) -> Luma:
    """Return the luma of the first key picture, as FFmpeg receives and decodes it."""
    return await asyncio.to_thread(_first_keyframe, device)


def _first_keyframe(device: Device) -> Luma:
    url = f"rtsp://{device.user}:{device.password}@{device.address}:{device.rtsp_port}{device.lenses[0].main.path}"
    with av.open(url, timeout=(10, 10), options={"rtsp_transport": "tcp", "probesize": "32"}) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        stream.codec_context.skip_frame = "NONKEY"
        frame = next(container.decode(stream))
        return np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)[: frame.height]
