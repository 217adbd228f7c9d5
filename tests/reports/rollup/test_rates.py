"""Rates as whole numbers: nothing is rounded up, and what is not known never helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.campaign import Thresholds
from config.plans import Measure, load_rates
from reports.rollup.rates import CAMERA_COLUMNS, Share, percent, shares, verdict

LIMITS = Thresholds(retention_days=30, retention_days_key=90, new_since="2019-02-12")
RATES = load_rates("chuzhou-2019").rates

counts = st.integers(0, 500)
a_share = st.builds(
    lambda met, unknown, rest: Share(met, met + unknown + rest, unknown), counts, counts, counts
)


def cameras(*said: Mapping[str, object]) -> pd.DataFrame:
    whole: dict[str, object] = {
        "build_state": "已建",
        "faces_public": "是",
        "channels": 1,
        "position": "正门",
    }
    whole |= {"intact": True, "works": True}
    rows = [{**dict.fromkeys(CAMERA_COLUMNS), **whole, **one} for one in said]
    return pd.DataFrame(rows, columns=list(CAMERA_COLUMNS), dtype=object)


def share(rate: str, *said: Mapping[str, object]) -> Share:
    return shares(cameras(*said), RATES, LIMITS, {"各出入口": ["正门"], "食堂": ["食堂"]})[rate]


def test_every_rate_of_the_document_is_measured_somehow() -> None:
    assert {rate.measure for rate in RATES} == set(get_args(Measure))


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(2449, 2500, "97.9%"), (0, 7, "0.0%"), (7, 7, "100.0%")]
)
def test_a_rate_is_cut_and_not_rounded_up(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


def test_nothing_out_of_nothing_is_no_rate() -> None:
    assert percent(0, 0) == "—"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_printed_rate_is_never_above_the_true_one(part: int, whole: int) -> None:
    part = min(part, whole)
    assert int(percent(part, whole).replace(".", "").rstrip("%")) * whole <= 1000 * part


def test_the_limit_is_compared_in_whole_numbers() -> None:
    assert verdict(Share(98, 100, 0), 98) == "met"
    assert verdict(Share(9799, 10000, 0), 98) == "not-met"


def test_an_unknown_camera_leaves_the_question_open() -> None:
    assert verdict(Share(97, 100, 3), 98) == "unknown"


@given(a_share, st.integers(1, 100))
def test_knowing_less_never_makes_a_rate_met(one: Share, limit: int) -> None:
    fewer = Share(max(0, one.met - 1), one.total, one.unknown + min(1, one.met))
    assert not (verdict(fewer, limit) == "met" and verdict(one, limit) != "met")


# Of a camera: whether the rate is about it and whether it meets it, and whether anybody knows either.
a_camera = st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans())


def seen(several: Sequence[tuple[bool, bool, bool, bool]], *, all_known: bool) -> Share:
    found = [0, 0, 0, 0]
    for is_member, is_met, knows_member, knows_met in several:
        if not (knows_member or all_known):
            found[3] += 1
        elif is_member:
            found[1] += 1
            found[0 if knows_met or all_known else 2] += is_met or not (knows_met or all_known)
    return Share(*found)


@given(st.lists(a_camera, max_size=12), st.integers(1, 100))
def test_what_is_not_known_of_cameras_never_decides(
    several: list[tuple[bool, bool, bool, bool]], limit: int
) -> None:
    known = verdict(seen(several, all_known=True), limit)
    assert verdict(seen(several, all_known=False), limit) in (known, "unknown", "n/a")


def test_cameras_that_may_be_part_keep_a_rate_open() -> None:
    assert verdict(Share(1, 1, 0, 63), 100) == "unknown"


def test_a_rate_is_met_whatever_the_few_outside_are() -> None:
    assert verdict(Share(98, 98, 0, 2), 98) == "met"


def test_a_rate_is_missed_whatever_those_outside_are() -> None:
    assert verdict(Share(0, 50, 0, 2), 98) == "not-met"


@given(counts, st.integers(1, 20), st.data())
def test_what_is_not_known_of_places_never_decides(covered: int, total: int, data: st.DataObject) -> None:
    covered = min(covered, total)
    met = data.draw(st.integers(0, covered))
    unknown = data.draw(st.integers(0, total - met))
    outside = data.draw(st.integers(max(0, covered - met - unknown), 30))
    limit = data.draw(st.integers(1, 100))
    known = verdict(Share(covered, total, 0), limit, "positions")
    assert verdict(Share(met, total, unknown, outside), limit, "positions") in (known, "unknown")


def test_a_camera_without_a_place_is_no_place_to_be_covered() -> None:
    assert verdict(Share(12, 12, 0, 40), 100, "positions") == "met"


def test_more_places_than_there_are_cannot_be_covered() -> None:
    assert verdict(Share(0, 12, 0, 1), 100, "positions") == "not-met"


def test_a_camera_that_was_never_reached_stays_in_the_denominator() -> None:
    assert share("intact", {}, {"intact": None}) == Share(1, 2, 1)


def test_a_planned_or_removed_camera_is_in_no_rate() -> None:
    assert share("intact-all", {}, {"build_state": "拟新建"}, {"life_state": "拆除"}) == Share(1, 1, 0)


def test_a_camera_that_is_to_be_rebuilt_still_stands() -> None:
    assert share("intact-all", {}, {"build_state": "拟改建"}) == Share(2, 2, 0)


def test_a_camera_whose_state_nobody_named_may_stand_or_not() -> None:
    assert share("intact-all", {}, {"build_state": None}) == Share(1, 1, 0, 1)


def test_a_camera_whose_state_nobody_named_covers_nothing_for_sure() -> None:
    assert share("covered", {"build_state": None}) == Share(0, 2, 1)


def test_whether_a_camera_sees_public_areas_has_to_be_known() -> None:
    assert share("networked", {"networked": "已联网"}, {"faces_public": None}) == Share(1, 1, 0, 1)


def test_only_cameras_built_since_the_campaign_are_asked_for_hd() -> None:
    said: list[Mapping[str, object]] = [
        {"hd": "否", "built_on": "2018.12"},
        {"hd": "是", "built_on": "2019-02-12"},
        {"hd": "否"},
    ]
    assert share("hd", *said, {"hd": "是", "built_on": "2019.02"}) == Share(1, 1, 0, 2)


def test_a_key_place_has_to_keep_ninety_days() -> None:
    said: list[Mapping[str, object]] = [
        {"days": 30},
        {"days": 89, "days_at_most": 89, "anti_terror_key": "是"},
        {"days": 90, "anti_terror_key": "是"},
        {"days": None},
    ]
    assert share("retained", *said) == Share(2, 4, 1)


def test_recordings_that_began_lately_are_not_short() -> None:
    young: Mapping[str, object] = {"days": 5, "days_at_most": 5, "age": 6}
    assert share("retained", young, {**young, "age": 31}) == Share(0, 2, 1)


def test_recordings_that_may_reach_further_are_not_short() -> None:
    assert share("retained", {"days": 5, "days_at_most": 40}, {"days": 5}) == Share(0, 2, 2)


def test_a_channel_counts_for_itself() -> None:
    assert share("retained", {"days": 31, "channels": 4}, {"days": 1, "days_at_most": 1}) == Share(4, 5, 0)


def test_a_place_is_covered_by_one_camera_that_works() -> None:
    assert share("covered", {"works": False}, {"works": True}) == Share(1, 2, 0)


def test_a_place_whose_cameras_were_not_measured_is_unknown() -> None:
    assert share("covered", {"works": None}, {"position": "食堂", "works": False}) == Share(0, 2, 1)


@given(st.lists(a_share, min_size=1), st.data())
def test_the_whole_is_the_sum_over_any_partition(some: list[Share], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(some)))

    def summed(several: list[Share]) -> Share:
        return sum(several, Share(0, 0, 0))

    assert summed(some) == summed(some[:at]) + summed(some[at:])
