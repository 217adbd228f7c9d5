"""A picture that is the same to the bit as hours ago is stuck; any bytes are a sample or a gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.memory import Job, Memory
from probe.model import Gap, Measured, NotMeasured
from probe.picture.check import Look, Outfit
from probe.picture.faults import picture_faults
from probe.picture.frames import Frame
from probe.picture.look import look_at
from probe.picture.sight import Sight
from probe.picture.texture_sample import read, sample_of

Make = Callable[..., Any]
NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


@pytest.fixture
def again(grab_of: Make, outfit: Outfit, job: Make) -> Callable[..., Job]:
    """Return a maker of a second visit: what was seen before, what is seen now, and the hours between."""

    def make(before: object, now: object, hours: float) -> Job:
        kept = look_at(job(grab_of([before])), outfit).kept
        assert kept is not None
        known = Memory(sample=kept.sample, sampled=NOW - timedelta(hours=hours))
        one: Job = job(grab_of([now]), memory=known)
        return one

    return make


def found(one: Job, outfit: Outfit) -> tuple[str, ...]:
    readings = look_at(one, outfit).readings
    return picture_faults(outfit.faults, readings.__getitem__).found


def test_a_living_scene_is_not_as_it_was(again: Make, make_scene: Make, noisy: Make, outfit: Outfit) -> None:
    visit = again(noisy(make_scene(), 1), noisy(make_scene(), 2), 5.0)
    assert look_at(visit, outfit).readings["same_as_before_share"] == Measured(0.0)


def test_a_picture_unchanged_for_hours_is_frozen_by_one_keyframe(
    again: Make, make_scene: Make, outfit: Outfit
) -> None:
    assert "frozen" in found(again(make_scene(), make_scene(), 5.0), outfit)


def test_within_the_hour_it_is_not(again: Make, make_scene: Make, outfit: Outfit) -> None:
    assert "frozen" not in found(again(make_scene(), make_scene(), 0.5), outfit)


def test_a_clock_on_it_does_not_count(again: Make, make_scene: Make, captioned: Make, outfit: Outfit) -> None:
    visit = again(captioned(make_scene(), "08:00:11 GATE"), captioned(make_scene(), "13:27:45 GATE"), 5.0)
    assert "frozen" in found(visit, outfit)


def test_a_first_visit_has_no_share_and_no_age(
    make_scene: Make, grab_of: Make, job: Make, outfit: Outfit
) -> None:
    readings = look_at(job(grab_of([make_scene()])), outfit).readings
    assert isinstance(readings["same_as_before_share"], NotMeasured)
    assert readings["before_h"] == Measured(0.0)


def test_another_size_is_a_gap(again: Make, make_scene: Make, outfit: Outfit) -> None:
    reading = look_at(again(make_scene(), make_scene(320, 180), 5.0), outfit).readings["same_as_before_share"]
    assert isinstance(reading, NotMeasured)
    assert reading.gap is Gap.TOO_SHORT


@pytest.fixture
def one_grab(grab_of: Make) -> Any:  # noqa: ANN401  a grab
    return grab_of([np.full((64, 64, 3), 90, np.uint8)])


def seen(pixels: object) -> Sight:
    return Sight(Frame(0.0, np.ascontiguousarray(np.asarray(pixels)[..., 1]), None, 8, True), 480)


def test_a_sample_is_a_kilobyte_at_most(make_scene: Make) -> None:
    assert 0 < len(sample_of(seen(make_scene(1920, 1080)), "H264")) <= 1024


def test_an_empty_wall_leaves_no_sample() -> None:
    assert sample_of(seen(np.full((360, 640, 3), 90, np.uint8)), "H264") == b""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    st.binary(max_size=1100) | st.binary(max_size=200).map(lambda rest: b"tex1\x80\x02h\x01\x08\x00" + rest)
)
def test_any_bytes_are_a_share_or_a_gap(one_grab: Any, job: Make, outfit: Outfit, kept: bytes) -> None:  # noqa: ANN401
    one = job(one_grab, memory=Memory(sample=kept, sampled=NOW - timedelta(hours=3)))
    reading = read(Look((seen(np.full((360, 640, 3), 90, np.uint8)),), one, outfit))["same_as_before_share"]
    assert isinstance(reading, NotMeasured) or 0 <= float(str(reading.value)) <= 1
