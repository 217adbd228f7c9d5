"""The result's lines: good only when every fault was judged and none found; a gap stays a gap."""

from __future__ import annotations

from typing import Any

import pytest

from config.load import load_catalogue
from config.words import say
from reports import scan_json as out
from reports.lines import FORMAT_RULE, format_rule, lines

CATALOGUE = load_catalogue()
JUDGED = {fault.id for fault in CATALOGUE.faults.values() if fault.judged}


def document(**channel: Any) -> out.Document:  # noqa: ANN401  any part of a channel
    stream = {
        "role": "main",
        "codec": "H264",
        "width": 1920,
        "height": 1080,
        "fps": 25.0,
        "kbps": 900.0,
        "declared": {"codec": None, "width": None, "height": None, "fps": None},
        "uri": None,
    }
    whole = {
        "number": 1,
        "name": None,
        "osd": ["正门"],
        "camera_id": "d1.1",
        "source": {},
        "streams": [stream],
        "picture": {"alive": True},
        "faults": [],
        "gaps": {},
        "recording": None,
        "findings": [],
        **channel,
    }
    device = {
        "id": "d1",
        "kind": "camera",
        "address": "127.0.0.2",
        "ports": [80],
        "mac": None,
        "brand": "海康威视",
        "manufacturer": "HIKVISION",
        "model": "DS-1",
        "firmware": None,
        "serial": None,
        "gb_code": None,
        "protocols": {"onvif": "supported", "rtsp": "supported"},
        "seen_by": ["tcp"],
        "clock_offset_s": None,
        "channels": [whole],
        "findings": [],
        "gaps": {},
    }
    parts = {"run": None, "devices": [device], "cameras": [], "silent": [], "conflicts": []}
    return out.Document.model_validate({"schema": "camcensus/scan/1", **parts})


def test_a_living_picture_with_every_fault_judged_is_good() -> None:
    (line,) = lines(document(), CATALOGUE)
    assert (line.state, line.picture) == ("good", say("picture.good"))


@pytest.mark.parametrize("fault", sorted(JUDGED))
def test_a_picture_of_which_a_fault_was_not_judged_is_never_called_good(fault: str) -> None:
    (line,) = lines(document(gaps={fault: "too-short"}), CATALOGUE)
    assert (line.state, line.picture) == ("unknown", say("picture.seen"))


def test_a_fault_that_this_version_never_judges_does_not_spoil_the_result() -> None:
    (line,) = lines(document(gaps={"moved": "not-asked"}), CATALOGUE)
    assert line.state == "good"


def test_a_found_fault_is_named() -> None:
    (line,) = lines(document(faults=["frozen"]), CATALOGUE)
    assert line.state == "faulty"


def test_a_stream_without_a_picture_that_moves_is_faulty_and_not_unexamined() -> None:
    (line,) = lines(document(picture={"alive": False}), CATALOGUE)
    assert (line.state, line.picture) == ("faulty", say("picture.dead"))


def test_a_picture_that_was_not_fetched_is_unknown_with_its_reason() -> None:
    (line,) = lines(document(picture={"alive": None}, gaps={"alive": "auth-refused"}), CATALOGUE)
    assert line.state == "unknown"
    assert line.remark


def test_the_verdict_is_that_of_the_format_clause_alone() -> None:
    other = {"clause": "x", "metric": "width,height", "value": [1, 1], "limit": [1, 1], "verdict": "met"}
    findings = [{**other, "rule": "other"}, {**other, "rule": FORMAT_RULE, "verdict": "not-met"}]
    (line,) = lines(document(findings=findings), CATALOGUE)
    assert line.verdict == "not-met"


def test_the_format_clause_is_in_the_catalogue() -> None:
    assert {condition.metric for condition in format_rule(CATALOGUE).all} == {"width", "height"}
