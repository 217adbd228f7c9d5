"""onvif-zeep must read to the end what simulated recorders say of their recordings by ONVIF Profile G."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.peer

HERE = Path(__file__).parent
RECORDERS = 4  # Hikvision, Dahua, Uniview, and one without a name: the last two have Profile G
SEED = 7

Pairs = list[tuple[dict[str, Any], dict[str, Any]]]


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Serve recorders alone in a process of its own; give the path of its truth."""
    folder = tmp_path_factory.mktemp("recorders")
    truth, stats = folder / "truth.json", folder / "stats.json"
    bind = f"127.{160 + os.getpid() % 40}.{os.getpid() // 40 % 250}.0/28"
    words = [bind, "0", str(SEED), str(truth), str(stats), str(RECORDERS)]
    command = [sys.executable, str(HERE / "run_campus.py"), *words]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        for _ in range(400):
            if truth.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        try:
            assert truth.exists(), process.stderr and process.poll() and process.stderr.read()
            yield truth
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def read_by_zeep(campus: Path) -> Pairs:
    """Return pairs of what is true of a recorder and what onvif-zeep read of its recordings."""
    if importlib.util.find_spec("onvif") is None:
        pytest.skip("not installed: onvif-zeep")
    ran = subprocess.run(
        [sys.executable, str(HERE / "zeep_recordings.py"), str(campus)],
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert ran.returncode == 0, ran.stderr
    true = json.loads(campus.read_text("utf-8"))["devices"]
    pairs = list(zip(true, json.loads(ran.stdout), strict=True))
    assert [one["manufacturer"] for one, said in pairs if said] == ["UNIVIEW", "JIAAN"]
    return [(one, said) for one, said in pairs if said]


def test_onvif_zeep_finds_a_recording_for_each_channel(read_by_zeep: Pairs) -> None:
    for true, said in read_by_zeep:
        assert [channel["name"] for channel in true["channels"]] == [one["name"] for one in said["channels"]]


def test_onvif_zeep_reads_since_when_each_channel_is_recorded(read_by_zeep: Pairs) -> None:
    off = timedelta(seconds=10)  # what the clock of a healthy recorder may be off
    for true, said in read_by_zeep:
        for channel, one in zip(true["channels"], said["channels"], strict=True):
            recording = channel["recording"]
            if recording["locked_clips"]:
                assert one["oldest"] < recording["oldest"]
            elif recording["oldest"] is None:
                assert one["oldest"] is None
            else:
                apart = datetime.fromisoformat(one["oldest"]) - datetime.fromisoformat(recording["oldest"])
                assert abs(apart) < off


def test_onvif_zeep_reads_no_track_where_nothing_is_recorded(read_by_zeep: Pairs) -> None:
    for true, said in read_by_zeep:
        recorded = [bool(channel["recording"]["days"]) for channel in true["channels"]]
        assert [len(one["tracks"]) == 1 for one in said["channels"]] == recorded


def test_onvif_zeep_counts_the_recordings_in_the_summary(read_by_zeep: Pairs) -> None:
    for true, said in read_by_zeep:
        held = [channel for channel in true["channels"] if channel["recording"]["days"]]
        assert said["summary"][2] == len(held)


def test_onvif_zeep_lists_the_same_recordings_as_it_found(read_by_zeep: Pairs) -> None:
    assert all(said["listed"] == [one["token"] for one in said["channels"]] for _, said in read_by_zeep)


def test_onvif_zeep_gets_an_address_of_replay_for_each(read_by_zeep: Pairs) -> None:
    uris = [one["uri"] for _, said in read_by_zeep for one in said["channels"]]
    assert len(set(uris)) == len(uris)
    assert all(uri.startswith("rtsp://127.") for uri in uris)


def test_onvif_zeep_reads_how_wide_the_recorded_picture_is(read_by_zeep: Pairs) -> None:
    widths = [
        (channel["recording"]["width"], said["attributes"][one["token"]])
        for true, said in read_by_zeep
        for channel, one in zip(true["channels"], said["channels"], strict=True)
    ]
    assert [pair for pair in widths if pair[1] not in ([], [pair[0]])] == []
    assert sum(bool(seen) for _, seen in widths) > len(widths) // 2


def test_onvif_zeep_needs_several_pages_where_there_are_many(read_by_zeep: Pairs) -> None:
    assert [said["pages"] > 1 for true, said in read_by_zeep if len(true["channels"]) > 10] == [True, True]
