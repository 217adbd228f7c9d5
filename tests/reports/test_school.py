"""The virtual school in its own process: its truth file says what is there now."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from reports.school import School, running

BIND = f"127.{120 + os.getpid() % 40}.{os.getpid() // 40 % 250}.0/29"


def faults_in(truth: dict[str, Any]) -> list[list[str]]:
    return [channel["faults"] for device in truth["devices"] for channel in device["channels"]]


def test_the_truth_is_written_anew_when_a_fault_begins(tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    school = School(devices=2, seed=1, bind=BIND, faults={1: ("black",), 2: ("covered@1",)}, truth=path)
    with running(school) as campus:
        at_first, deadline = campus.truth, time.monotonic() + 10
        while (now := json.loads(path.read_text("utf-8"))) == at_first and time.monotonic() < deadline:
            time.sleep(0.05)
    assert (faults_in(at_first), faults_in(now)) == ([["black"], []], [["black"], ["covered"]])
    assert [one.name for one in tmp_path.iterdir()] == ["truth.json"]


def test_a_school_opened_again_with_other_faults_is_the_same_school(tmp_path: Path) -> None:
    days: list[dict[str, Any]] = []
    for faults in ({}, {1: ("nudged",)}):
        with running(School(devices=2, seed=1, bind=BIND, faults=faults)) as campus:
            days.append(campus.truth)
    kept = [
        [{key: value for key, value in device.items() if key != "channels"} for device in day["devices"]]
        for day in days
    ]
    assert kept[0] == kept[1]
    assert [faults_in(day) for day in days] == [[[], []], [["moved"], []]]
