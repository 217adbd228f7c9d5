"""Answers of real Dahua devices, where the reference captures lie beside the project."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from probe.errors import Unsupported
from probe.wire import dahua_device as device
from probe.wire import dahua_inputs as inputs
from probe.wire import dahua_records as records
from probe.wire.dahua_table import Table, parse_table
from probe.wire.onvif_media import codec_word

CAPTURES = Path(__file__).resolve().parents[3].parent / "shared" / "captures"
pytestmark = pytest.mark.skipif(not (CAPTURES / "INDEX.csv").exists(), reason="no reference captures here")

MIB = 1024 * 1024


def rows() -> Iterator[dict[str, str]]:
    if not (CAPTURES / "INDEX.csv").exists():
        return
    with (CAPTURES / "INDEX.csv").open(encoding="utf-8", newline="") as index:
        yield from (row for row in csv.DictReader(index) if row["protocol"] == "dahua_cgi")


def system_info(table: Table, raw: bytes) -> dict[str, Any]:
    read = device.system_info_of(table)
    return {
        "device_type": read.device_type,
        "serial": read.serial,
        "processor": read.processor,
        "update_serial": read.update_serial,
    }


def remote_devices(table: Table, raw: bytes) -> dict[str, Any]:
    read = inputs.remote_devices_of(table)
    cameras = [one for one in read if not one.is_slot]
    return {
        "slots": len(read),
        "enabled": len(cameras),
        "cameras": [
            {
                "ip": one.address,
                "model": one.model,
                "serial": one.serial,
                "firmware": one.firmware,
                "mac": one.mac or None,
            }
            for one in cameras
        ],
    }


def encode(table: Table, raw: bytes) -> dict[str, Any]:
    return {
        one.role: {
            "codec": one.codec,
            "res": f"{one.width}x{one.height}",
            "fps": one.fps,
            "kbps": one.kbps,
        }
        for one in inputs.stream_settings_of(table)
    }


def titles(table: Table, raw: bytes) -> dict[str, Any]:
    read = inputs.titles_of(table)
    return {"channels": [read[number] for number in sorted(read)], "channel_count": len(read)}


def storage(table: Table, raw: bytes) -> dict[str, Any]:
    return {
        "disks": [
            {"path": one.id, "total": one.capacity_mib, "used": _used(one.capacity_mib, one.free_mib)}
            for one in device.disks_of(table)
        ]
    }


def _used(capacity: int | None, free: int | None) -> int | None:
    return None if capacity is None or free is None else capacity - free


def record_mode(table: Table, raw: bytes) -> dict[str, Any]:
    return {"record_mode": {one.number: one.mode for one in device.tracks_of(table)}}


def found_files(table: Table, raw: bytes) -> dict[str, Any]:
    read = records.clips_of(table)
    oldest = min(read.clips, key=lambda clip: clip.start.local)
    return {
        "oldest_recording": f"{oldest.start.local}",
        "found": len(read.clips),
        "utc_offset_s": oldest.start.offset_s,
    }


READERS: dict[str, Callable[[Table, bytes], dict[str, Any]]] = {
    "magicBox.cgi?action=getSystemInfo": system_info,
    "magicBox.cgi?action=getDeviceType": lambda table, _: {"device_type": device.device_type_of(table)},
    "magicBox.cgi?action=getSerialNo": lambda table, _: {"serial": device.serial_of(table)},
    "magicBox.cgi?action=getSoftwareVersion": lambda table, _: {"firmware": device.version_of(table)},
    "global.cgi?action=getCurrentTime": lambda table, _: {"device_time": f"{device.time_of(table).local}"},
    "storageDevice.cgi?action=getDeviceAllInfo": storage,
    "configManager.cgi?action=getConfig&name=ChannelTitle": titles,
    "configManager.cgi?action=getConfig&name=RemoteDevice": remote_devices,
    "configManager.cgi?action=getConfig&name=Encode": encode,
    "configManager.cgi?action=getConfig&name=RecordMode": record_mode,
    "mediaFileFind.cgi?action=findNextFile": found_files,
}
LOST = "eventManager.cgi?action=getEventIndexes&code=VideoMotion"


def compare(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (fact, equal | missing | wrong) for every fact that the index expects of a capture."""
    expected = json.loads(row["expected"] or "{}")
    raw = (CAPTURES / row["file"]).read_bytes()
    if row["operation"] == "(unsupported)":
        try:
            parse_table(raw, "probe")
        except Unsupported as error:
            said = " ".join(expected["error"].split())
            yield "error", "equal" if said in str(error) else "wrong"
        else:
            yield "error", "wrong"
        return
    if row["operation"] == LOST:
        channels = inputs.parse_lost_pictures(raw)
        if "error" in expected:  # none of its channels
            yield "error", "equal" if channels == () else "wrong"
        return
    ours = READERS[row["operation"]](parse_table(raw, row["operation"]), raw)
    for name, value in expected.items():
        yield from judged(name, ours.get(name), value)


def judged(name: str, ours: Any, theirs: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  facts of any shape
    if isinstance(theirs, list) and isinstance(ours, list):
        yield f"{name} count", "equal" if len(ours) == len(theirs) else "wrong"
        for place, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
            yield from judged(f"{name}[{place}]", mine, other)
    elif isinstance(theirs, dict) and isinstance(ours, dict) and name != "record_mode":
        for key, other in theirs.items():
            yield from judged(f"{name}.{key}", ours.get(key), other)
    elif ours is None and theirs is not None:
        yield name, "missing"
    else:
        yield name, "equal" if same(name, ours, theirs) else "wrong"


def same(name: str, ours: Any, theirs: Any) -> bool:  # noqa: ANN401
    match name.rpartition(".")[2]:
        case "device_type":
            return bool(ours == theirs.strip())
        case "codec":
            return bool(ours == codec_word(theirs))
        case "total" | "used":
            return bool(ours == theirs // MIB)
        case "path":  # a disk is named, the index names its first part
            return bool(theirs.startswith(ours))
        case "record_mode":  # 0: by the plan
            return bool(ours == {1: "schedule"} and theirs == {"table.RecordMode[0].Mode": "0"})
        case _:
            return bool(ours == theirs)


@pytest.mark.parametrize("row", tuple(rows()), ids=lambda row: row["file"])
def test_no_fact_of_a_capture_is_read_wrongly(row: dict[str, str]) -> None:
    assert [fact for fact in compare(row) if fact[1] == "wrong"] == []


def test_the_table_of_all_captures_is_whole() -> None:
    table: Counter[str] = Counter()
    missing: list[str] = []
    for row in rows():
        facts = list(compare(row))
        table.update(outcome for _, outcome in facts)
        table["parsed"] += 1
        missing += [f"{row['file']} {name}" for name, outcome in facts if outcome == "missing"]
    print(dict(table), missing)  # noqa: T201  shown by pytest -s, for the report
    assert table["wrong"] == 0
    # What is used of a disk whose answer was cut off cannot be known.
    assert len(missing) <= 1
    assert table["equal"] > 50


def test_a_channel_without_a_picture_counts_from_one() -> None:
    raw = (CAPTURES / "dahua_cgi" / "Dahua_fleet_2026" / "eventManager_indexes.txt").read_bytes()
    assert inputs.parse_lost_pictures(raw) == (3, 6)


def test_a_recorder_is_named_by_its_model_and_not_by_its_number() -> None:
    raw = (CAPTURES / "dahua_cgi" / "Dahua_DH-NVR5232-4KS3_I" / "getSystemInfo.txt").read_bytes()
    assert device.system_info_of(parse_table(raw, "getSystemInfo")).model == "DH-NVR5232-4KS3/I"


def test_the_captured_clip_is_made_by_hand_and_knows_its_zone() -> None:
    raw = (CAPTURES / "dahua_cgi" / "Dahua_mediaFileFind" / "findNextFile.txt").read_bytes()
    (clip,) = records.clips_of(parse_table(raw, "findNextFile")).clips
    assert (clip.kind, clip.size, clip.start.zone, clip.locked) == ("manual", 320256446, "offset", None)
