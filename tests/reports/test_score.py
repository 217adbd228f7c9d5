"""Scoring: a gap is never a mistake, a wrong word always is, and one camera is one record."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from reports.score import Score, score

Json = dict[str, Any]


def truth() -> Json:
    return {
        "schema": "camcensus/truth/1",
        "devices": [
            {
                "address": "127.77.0.1",
                "port": 80,
                "kind": "camera",
                "manufacturer": "HIKVISION",
                "model": "DS-1",
                "firmware": "V5",
                "serial": "S1",
                "mac": "44:19:B6:00:00:01",
                "answers": True,
                "login": "ok",
                "channels": [
                    {
                        "number": 1,
                        "camera_id": "cam-1",
                        "width": 1920,
                        "height": 1080,
                        "codec": "H264",
                        "fps": 25,
                        "faults": ["frozen"],
                        "enlarged_from": None,
                        "recording": None,
                    }
                ],
            },
            {"address": "127.77.0.2", "port": 80, "answers": False, "channels": []},
        ],
        "cameras": [{"camera_id": "cam-1", "seen_as": [{"address": "127.77.0.1", "channel": 1}]}],
    }


def scan() -> Json:
    stream = {"role": "main", "codec": "H264", "width": 1920, "height": 1080, "fps": 25.0}
    channel = {
        "number": 1,
        "camera_id": "c1",
        "streams": [stream],
        "picture": {"enlarged_from": []},
        "faults": ["frozen"],
        "gaps": {},
        "recording": None,
    }
    device = {
        "address": "127.77.0.1",
        "kind": "camera",
        "manufacturer": "HIKVISION",
        "model": "DS-1",
        "firmware": "V5",
        "serial": "S1",
        "mac": "44:19:B6:00:00:01",
        "protocols": {"onvif": "supported", "rtsp": "supported"},
        "seen_by": ["ws-unicast"],
        "gaps": {},
        "channels": [channel],
    }
    return {"schema": "camcensus/scan/1", "devices": [device]}


def changed(change: Callable[[Json], object]) -> Score:
    said = copy.deepcopy(scan())
    change(said)
    return score(said, truth())


def channel_of(said: Json) -> Json:
    channel: Json = said["devices"][0]["channels"][0]
    return channel


def test_a_scan_that_says_the_truth_has_no_mistake() -> None:
    assert score(scan(), truth()).mistakes == []


@pytest.mark.parametrize("fact", ["kind", "manufacturer", "model", "firmware", "serial", "mac"])
def test_a_wrong_fact_is_a_mistake(fact: str) -> None:
    assert len(changed(lambda s: s["devices"][0].update({fact: "other"})).mistakes) == 1


@pytest.mark.parametrize("fact", ["manufacturer", "model", "firmware", "serial", "mac"])
def test_an_unknown_fact_is_counted_and_no_mistake(fact: str) -> None:
    result = changed(lambda s: s["devices"][0].update({fact: None}))
    assert result.mistakes == []
    assert next(row for row in result.facts if row.name == fact).unknown == 1


def test_a_device_that_was_not_found_is_a_mistake() -> None:
    assert len(changed(lambda s: s["devices"].clear()).mistakes) == 1


def test_a_device_that_does_not_exist_is_a_mistake() -> None:
    more = {**copy.deepcopy(scan()["devices"][0]), "address": "127.77.0.9"}
    assert len(changed(lambda s: s["devices"].append(more)).mistakes) == 1


def test_a_wrong_size_is_a_mistake() -> None:
    assert len(changed(lambda s: channel_of(s)["streams"][0].update(width=640)).mistakes) == 1


def test_a_rate_within_a_tenth_is_right() -> None:
    assert changed(lambda s: channel_of(s)["streams"][0].update(fps=24.0)).mistakes == []


def test_a_missed_fault_is_a_mistake() -> None:
    assert len(changed(lambda s: channel_of(s).update(faults=[])).mistakes) == 1


def test_a_fault_that_could_not_be_judged_is_no_mistake() -> None:
    result = changed(lambda s: channel_of(s).update(faults=[], gaps={"frozen": "too-short"}))
    assert (result.mistakes, result.faults[0].unjudged) == ([], 1)


def test_a_fault_that_is_not_there_is_a_mistake() -> None:
    assert len(changed(lambda s: channel_of(s).update(faults=["frozen", "black"])).mistakes) == 1


@pytest.mark.parametrize(
    ("true", "said", "mistakes"),
    [
        (None, [], 0),
        (None, [352, 288], 1),
        ([352, 288], [352, 288], 0),
        ([352, 288], [360, 270], 0),
        ([352, 288], [704, 576], 1),
        ([352, 288], [], 1),
    ],
)
def test_what_a_picture_was_enlarged_from_is_compared_to_a_tenth(
    true: list[int] | None, said: list[int], mistakes: int
) -> None:
    real, scanned = truth(), scan()
    real["devices"][0]["channels"][0]["enlarged_from"] = true
    channel_of(scanned)["picture"]["enlarged_from"] = said
    assert len(score(scanned, real).mistakes) == mistakes


def test_an_enlarged_picture_that_could_not_be_told_is_unknown() -> None:
    result = changed(lambda s: channel_of(s)["picture"].update(enlarged_from=None))
    row = next(row for row in result.pictures if row.name == "enlarged_from")
    assert (result.mistakes, row.unknown) == ([], 1)


@pytest.mark.parametrize("gap", ["no-baseline", "off-preset", "hidden"])
def test_a_fault_that_lacked_a_picture_to_compare_with_is_unjudged(gap: str) -> None:
    result = changed(lambda s: channel_of(s).update(faults=[], gaps={"frozen": gap}))
    assert (result.mistakes, result.faults[0].unjudged) == ([], 1)


def test_two_cameras_counted_as_one_are_a_mistake() -> None:
    true = truth()
    true["devices"][0]["channels"].append(
        {**true["devices"][0]["channels"][0], "number": 2, "camera_id": "cam-2"}
    )
    true["cameras"].append({"camera_id": "cam-2", "seen_as": [{"address": "127.77.0.1", "channel": 2}]})
    said = scan()
    said["devices"][0]["channels"].append({**channel_of(said), "number": 2})
    assert len(score(said, true).cameras.wrong) == 1


def test_one_camera_counted_twice_is_a_mistake() -> None:
    true = truth()
    true["devices"][0]["channels"].append({**true["devices"][0]["channels"][0], "number": 2})
    true["cameras"][0]["seen_as"].append({"address": "127.77.0.1", "channel": 2})
    said = scan()
    said["devices"][0]["channels"].append({**channel_of(said), "number": 2, "camera_id": "c2"})
    assert len(score(said, true).cameras.wrong) == 1


def recorded(
    days: int, at_least: int | None, at_most: int | None, size: tuple[int, int] | None = None
) -> Score:
    true, said = copy.deepcopy(truth()), copy.deepcopy(scan())
    true["devices"][0]["channels"][0]["recording"] = {
        "continuous_days": days,
        "oldest": "2026-02-01T00:00:00+08:00",
        "width": 704,
        "height": 576,
    }
    channel = said["devices"][0]["channels"][0]
    channel["recording"] = {"continuous_days": at_least, "continuous_days_at_most": at_most}
    if size:
        channel["streams"].append({"role": "recorded", "width": size[0], "height": size[1]})
    return score(said, true)


@pytest.mark.parametrize(
    ("at_least", "at_most", "counted"),
    [
        (45, 45, (1, 0, 0)),
        (45, None, (1, 0, 0)),
        (30, None, (0, 1, 0)),
        (30, 60, (0, 1, 0)),
        (None, 60, (0, 1, 0)),
        (None, None, (0, 1, 0)),
        (44, 44, (0, 0, 1)),
        (46, None, (0, 0, 1)),
        (30, 40, (0, 0, 1)),
        (None, 40, (0, 0, 1)),
    ],
)
def test_bounds_on_the_days_are_right_unknown_or_wrong(
    at_least: int | None, at_most: int | None, counted: tuple[int, int, int]
) -> None:
    row = recorded(45, at_least, at_most).retention
    assert (row.right, row.unknown, len(row.wrong)) == counted


@pytest.mark.parametrize(
    ("size", "counted"), [((704, 576), (1, 0, 0)), (None, (0, 1, 0)), ((352, 288), (0, 0, 1))]
)
def test_a_recorded_picture_has_the_size_that_was_recorded(
    size: tuple[int, int] | None, counted: tuple[int, int, int]
) -> None:
    row = recorded(45, 45, 45, size).playback
    assert (row.right, row.unknown, len(row.wrong)) == counted


def twice(suggestions: list[Json]) -> Score:
    """One true camera at two places, which the scan has on record as two."""
    true, said = copy.deepcopy(truth()), copy.deepcopy(scan())
    other = copy.deepcopy(true["devices"][0]) | {"address": "127.77.0.3"}
    true["devices"].append(other)
    true["cameras"][0]["seen_as"].append({"address": "127.77.0.3", "channel": 1})
    again = copy.deepcopy(said["devices"][0]) | {"address": "127.77.0.3"}
    again["channels"][0]["camera_id"] = "c2"
    said["devices"].append(again)
    return score(said | {"suggestions": suggestions}, true)


def test_a_camera_that_is_on_record_twice_is_a_mistake() -> None:
    assert len(twice([]).cameras.wrong) == 1


def test_a_camera_that_is_on_record_twice_and_suggested_to_be_one_is_open() -> None:
    place = {"device_id": "d1", "address": "127.77.0.1", "channel": 1}
    row = twice([{"camera": place, "channel": {**place, "address": "127.77.0.3"}}]).cameras
    assert (row.unknown, row.wrong) == (1, [])
