"""What a look leaves to be remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from probe.memory import Kept, Memory, Place
from probe.model import Grab
from probe.picture.check import Outfit
from probe.picture.look import look_at

Make = Callable[..., Any]


@pytest.fixture
def clip(make_scene: Make, noisy: Make, grab_of: Make) -> Make:
    def make(seed: int = 1, noise: int = 1) -> Grab:
        scene = make_scene(seed=seed)
        grab = grab_of([noisy(scene, noise), noisy(scene, noise + 50)], seconds_apart=4.0)
        assert isinstance(grab, Grab)
        return grab

    return make


@pytest.fixture
def kept(outfit: Outfit, job: Make) -> Make:
    def keep(grab: Grab, **known: Any) -> Kept:  # noqa: ANN401  any field of a job
        left = look_at(job(grab, **known), outfit).kept
        assert left is not None
        return left

    return keep


def test_a_healthy_look_leaves_a_record_and_a_sample(clip: Make, kept: Make) -> None:
    left = kept(clip())
    assert left.record
    assert left.sample


def test_a_frozen_picture_leaves_no_record(make_scene: Make, grab_of: Make, kept: Make) -> None:
    assert kept(grab_of([make_scene()] * 2, seconds_apart=4.0)).record == b""


def test_a_black_picture_leaves_no_record(grab_of: Make, kept: Make) -> None:
    assert kept(grab_of([np.zeros((360, 640, 3), np.uint8)])).record == b""


def test_a_head_between_its_presets_leaves_no_record(clip: Make, kept: Make) -> None:
    assert kept(clip(), place=Place(moves=True, preset=None)).record == b""


def test_the_record_of_a_preset_names_it(clip: Make, kept: Make) -> None:
    assert kept(clip(), place=Place(moves=True, preset="gate")).preset == "gate"


def test_a_look_agrees_with_the_candidate_of_the_same_view(clip: Make, kept: Make, baseline_of: Make) -> None:
    same = baseline_of(clip(noise=9), 4, by="candidate")
    other = baseline_of(clip(seed=5), 5, by="candidate", made=datetime(2026, 11, 19, tzinfo=UTC))
    assert kept(clip(), memory=Memory((other, same))).agrees_with == 4


def test_a_look_at_something_else_agrees_with_nothing(clip: Make, kept: Make, baseline_of: Make) -> None:
    assert kept(clip(), memory=Memory((baseline_of(clip(seed=5), by="candidate"),))).agrees_with is None


def test_a_baseline_that_judges_goes_before_a_newer_candidate(
    clip: Make, kept: Make, baseline_of: Make
) -> None:
    judging = baseline_of(clip(noise=9), 4)
    newer = replace(judging, id=5, by="candidate", made=datetime(2026, 11, 19, tzinfo=UTC))
    assert kept(clip(), memory=Memory((newer, judging))).agrees_with == 4


def test_a_candidate_is_never_judged_by(clip: Make, outfit: Outfit, job: Make, baseline_of: Make) -> None:
    memory = Memory((baseline_of(clip(seed=5), by="candidate"),))
    readings = look_at(job(clip(), memory=memory), outfit).readings
    assert getattr(readings["baseline"], "value", None) == "none"


def test_the_day_does_not_agree_with_the_night(
    clip: Make, kept: Make, baseline_of: Make, make_scene: Make, night_of: Make, grab_of: Make
) -> None:
    night = baseline_of(grab_of([night_of(make_scene())]), by="candidate")
    assert kept(clip(), memory=Memory((night,))).agrees_with is None
