"""The proof: bounds in the order of what settles most, carried on while they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import cv2
import numpy as np
import pytest

from probe.memory import Memory, Past
from probe.model import Gap, Measured, NotMeasured, Reading, Readings, Value
from probe.picture.tvl.evidence import edge_crops
from probe.picture.tvl.proof import PROOF

NEED = 380
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
Make = Callable[..., Any]


def readings(look: Any, found: frozenset[str] = frozenset(), **read: Reading) -> Readings:  # noqa: ANN401  a look
    return PROOF.read(look, read, found)


def value(reading: Reading) -> Value | None:
    return reading.value if isinstance(reading, Measured) else None


def test_every_metric_is_given_whatever_is_seen(look_of: Make) -> None:
    assert set(readings(look_of([np.full((720, 1280), 128, np.uint8)]))) == set(PROOF.metrics)


def test_cif_cannot_reach_the_need_whatever_it_shows(look_of: Make, blocks_of: Make) -> None:
    read = readings(look_of([blocks_of(352, 288)]))
    assert (value(read["tvl_live_at_most"]), value(read["tvl_live_by"])) == (264, "format")


def test_the_pixels_of_a_format_that_is_too_small_are_not_looked_at(look_of: Make) -> None:
    look = look_of([np.zeros((288, 352), np.uint8)])
    readings(look)
    assert "scene" not in vars(look.last)


def test_a_sharp_scene_proves_the_need_and_names_its_edges(look_of: Make, blocks_of: Make) -> None:
    read = readings(look_of([blocks_of()]))
    least = read["tvl_live_at_least"]
    assert isinstance(least, Measured)
    assert isinstance(least.value, int)
    assert least.value >= NEED
    assert "edges in the last keyframe, sharpest " in least.detail
    assert value(read["tvl_live_on"]) == "2026-11-20"


def test_the_day_is_that_of_the_school(look_of: Make, blocks_of: Make) -> None:
    late = look_of([blocks_of(352, 288)], at=datetime(2026, 11, 20, 17, 0, tzinfo=UTC))
    assert value(readings(late)["tvl_live_on"]) == "2026-11-21"
    west = replace(late, outfit=replace(late.outfit, zone=timezone(timedelta(hours=6))))
    assert value(readings(west)["tvl_live_on"]) == "2026-11-20"


def test_the_edges_that_were_named_are_cut_out(look_of: Make, blocks_of: Make) -> None:
    look = look_of([blocks_of()])
    strip = edge_crops(look, readings(look))["tvl"]
    assert len(strip) <= 30_000
    assert cv2.imdecode(np.frombuffer(strip, np.uint8), cv2.IMREAD_GRAYSCALE) is not None


def test_nothing_is_cut_out_where_no_edge_was_named(look_of: Make, blocks_of: Make) -> None:
    look = look_of([blocks_of(352, 288)])
    assert edge_crops(look, readings(look)) == {}


@pytest.mark.parametrize("fault", ["black", "no-signal", "covered", "under", "over", "noise"])
def test_a_picture_that_shows_nothing_is_no_proof_against_the_lens(
    look_of: Make, blocks_of: Make, fault: str
) -> None:
    read = readings(look_of([blocks_of(sigma=4.0)]), frozenset({fault}))
    assert isinstance(read["tvl_live_at_least"], NotMeasured)
    assert read["tvl_live_at_least"].gap is Gap.HIDDEN
    assert value(read["tvl_live_at_most"]) == 540


def test_a_frozen_picture_shows_its_lens_all_the_same(look_of: Make, blocks_of: Make) -> None:
    assert isinstance(readings(look_of([blocks_of()]), frozenset({"frozen"}))["tvl_live_at_least"], Measured)


def test_a_blurred_night_alone_condemns_nobody(look_of: Make, blocks_of: Make) -> None:
    read = readings(look_of([blocks_of(sigma=3.0)]))
    tonight = value(read["tvl_structure_at_most"])
    assert isinstance(tonight, int)
    assert tonight < NEED
    assert value(read["tvl_live_at_most"]) == 540


def past(at: datetime, **last: Value) -> Memory:
    return Memory(last={metric: Past(value, at) for metric, value in last.items()})


def test_a_second_blurred_night_lowers_the_upper_bound(look_of: Make, blocks_of: Make) -> None:
    memory = past(NOW - timedelta(days=1), tvl_structure_at_most=300)
    read = readings(look_of([blocks_of(sigma=3.0)], memory=memory))
    most = value(read["tvl_live_at_most"])
    assert isinstance(most, int)
    assert 300 <= most < NEED
    assert value(read["tvl_live_by"]) == "structure"


@pytest.mark.parametrize(
    ("hours", "last"),
    [
        (8, {"tvl_structure_at_most": 300}),  # the same night
        (24, {"tvl_structure_at_most": 450}),  # which was sharp enough
        (24 * 60, {"tvl_structure_at_most": 300}),  # too long ago
    ],
)
def test_what_is_no_second_night_condemns_nobody(
    look_of: Make, blocks_of: Make, hours: int, last: dict[str, Value]
) -> None:
    memory = past(NOW - timedelta(hours=hours), **last)
    read = readings(look_of([blocks_of(sigma=3.0)], memory=memory))
    assert value(read["tvl_live_at_most"]) == 540


def test_a_sharp_night_in_between_takes_the_blurred_one_back(look_of: Make, blocks_of: Make) -> None:
    last = {
        "tvl_structure_at_most": Past(300, NOW - timedelta(days=3)),
        "tvl_live_at_least": Past(420, NOW - timedelta(days=1)),
    }
    read = readings(look_of([blocks_of(sigma=3.0)], memory=Memory(last=last)))
    assert value(read["tvl_live_at_most"]) == 540


PROVED: dict[str, Value] = {
    "tvl_format": 540,
    "tvl_live_at_least": 430,
    "tvl_live_at_most": 540,
    "tvl_live_by": "edges",
    "tvl_live_on": "2026-11-01",
    "sharpness": 1.0,
}


def test_what_was_proved_is_carried_on_while_the_sharpness_holds(look_of: Make, blocks_of: Make) -> None:
    look = look_of([blocks_of(sigma=3.0)], memory=past(NOW - timedelta(days=1), **PROVED))
    read = readings(look, sharpness=Measured(0.9))
    assert read["tvl_live_at_least"] == Measured(430, "carried from 2026-11-01")
    assert value(read["tvl_live_on"]) == "2026-11-01"


@pytest.mark.parametrize(
    ("changed", "sharpness", "found"),
    [
        ({}, Measured(0.7), frozenset[str]()),
        ({}, NotMeasured(Gap.UNCLEAR), frozenset[str]()),
        ({}, Measured(1.0), frozenset({"defocus"})),
        ({"tvl_live_on": "2026-10-01"}, Measured(1.0), frozenset[str]()),
        ({"tvl_live_on": "2026-12-01"}, Measured(1.0), frozenset[str]()),
        ({"tvl_live_on": "?"}, Measured(1.0), frozenset[str]()),
        ({"tvl_live_at_least": 300}, Measured(1.0), frozenset[str]()),
        ({"tvl_format": 1080}, Measured(1.0), frozenset[str]()),
    ],
)
def test_it_is_measured_anew_once_that_is_not_sure(
    look_of: Make, blocks_of: Make, changed: dict[str, Value], sharpness: Reading, found: frozenset[str]
) -> None:
    memory = past(NOW - timedelta(days=1), **{**PROVED, **changed})
    read = readings(look_of([blocks_of(sigma=3.0)], memory=memory), found, sharpness=sharpness)
    assert value(read["tvl_live_on"]) == "2026-11-20"


@pytest.mark.parametrize("size", [(1, 1), (1, 600), (600, 1), (16, 16), (33, 17), (400, 400)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_picture_without_content_gives_no_bound_but_its_format(
    look_of: Make, size: tuple[int, int], level: int
) -> None:
    read = readings(look_of([np.full(size, level, np.uint8)] * 2, find_card=True))
    assert isinstance(read["tvl_live_at_least"], NotMeasured)
    assert value(read["tvl_live_at_most"]) == value(read["tvl_format"])


def test_an_enlarged_picture_proves_nothing_and_says_from_what_it_was_enlarged(
    look_of: Make, blocks_of: Make
) -> None:
    luma = cv2.resize(blocks_of(704, 576, noise=4.0), (1920, 1080), interpolation=cv2.INTER_LINEAR)
    read = readings(look_of([luma]))
    assert value(read["enlarged_from"]) == [704, 576]
    assert isinstance(read["tvl_live_at_least"], NotMeasured)
    assert "enlarged" in read["tvl_live_at_least"].detail


def test_two_keyframes_of_different_sizes_are_no_pair(look_of: Make, blocks_of: Make) -> None:
    read = readings(look_of([blocks_of(640, 480), blocks_of()]))
    assert value(read["tvl_format"]) == 540
