"""The picture that people look at is the one that was judged: upright, in its aspect, in its levels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from probe.model import Grab
from probe.picture.check import Outfit
from probe.picture.frames import decode, frames_of, full_range, luma_8bit
from probe.picture.look import look_at

Make = Callable[..., Any]


@pytest.fixture
def grey_shown(job: Make, outfits: Make) -> Callable[[Grab], Any]:
    """Return the snapshot of a grab, in grey."""

    def shown(grab: Grab) -> Any:  # noqa: ANN401  what cv2 returns
        outfit: Outfit = outfits(snapshot_width=320, snapshot_quality=90)
        jpeg = look_at(job(grab), outfit).jpeg
        return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)

    return shown


def judged(grab: Grab, size: tuple[int, int]) -> Any:  # noqa: ANN401  what cv2 returns
    """Return the levels that were judged, drawn to this width and height."""
    frame = frames_of(decode(grab, 1 << 25))[-1]
    return cv2.resize(
        full_range(luma_8bit(frame), is_full=frame.full_range), size, interpolation=cv2.INTER_AREA
    )


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ((640, 360), (320, 180)),
        ((160, 120), (160, 120)),
        ((960, 1080), (320, 180)),
        ((352, 288), (320, 240)),
        ((704, 288), (320, 240)),
        ((176, 144), (192, 144)),
    ],
)
def test_it_has_the_asked_width_or_its_own_height_in_the_aspect_that_is_meant(
    stored: tuple[int, int], shown: tuple[int, int], make_scene: Make, grab_of: Make, grey_shown: Make
) -> None:
    assert grey_shown(grab_of([make_scene(*stored)])).shape == shown[::-1]


def test_the_shape_of_a_pixel_in_the_stream_counts(make_scene: Make, grab_of: Make, grey_shown: Make) -> None:
    options = {"preset": "ultrafast", "bf": "0", "x264-params": "sar=2/1"}
    assert grey_shown(grab_of([make_scene(320, 360)], options=options)).shape == (180, 320)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_it_is_turned_as_what_was_judged(
    quarters: int, make_scene: Make, grab_of: Make, to_be_turned: Make, grey_shown: Make
) -> None:
    turned = to_be_turned(grab_of([make_scene(640, 360)]), quarters)
    shown = grey_shown(turned)
    assert shown.shape == ((180, 320) if quarters == 2 else (569, 320))
    assert np.abs(shown - judged(turned, shown.shape[::-1])).mean() < 3


def test_a_range_that_the_stream_lies_about_is_shown_as_it_was_judged(
    make_scene: Make, grab_of: Make, grey_shown: Make
) -> None:
    grey = cv2.cvtColor(make_scene(), cv2.COLOR_BGR2GRAY).astype(np.float32)
    wide = np.clip((grey - 80) * 4, 0, 255).astype(np.uint8)
    grab = grab_of([cv2.merge([wide] * 3)], full_range=True, flagged_full=False)
    shown = grey_shown(grab)
    assert np.abs(shown - judged(grab, shown.shape[::-1])).mean() < 3
