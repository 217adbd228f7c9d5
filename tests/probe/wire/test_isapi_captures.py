"""Answers of real Hikvision devices, where the reference captures lie beside the project."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from probe.errors import DeviceError, Malformed, Unsupported
from probe.wire import isapi_device as device
from probe.wire import isapi_inputs as inputs
from probe.wire import isapi_records as records
from probe.wire.onvif_media import codec_word
from probe.wire.recorder import Disk, WallTime, plain_mac

CAPTURES = Path(__file__).resolve().parents[3].parent / "shared" / "captures"
pytestmark = pytest.mark.skipif(not (CAPTURES / "INDEX.csv").exists(), reason="no reference captures here")

# Facts that say how the file is written, and what none of our parsers is for.
ABOUT_THE_FILE = ("root", "xmlns")
Facts = dict[str, Any]


def rows() -> Iterator[dict[str, str]]:
    if not CAPTURES.exists():
        return
    with (CAPTURES / "INDEX.csv").open(encoding="utf-8", newline="") as index:
        yield from (row for row in csv.DictReader(index) if row["protocol"] == "isapi")


def written(time: WallTime | None) -> str | None:
    if time is None:
        return None
    sign = "-" if (time.offset_s or 0) < 0 else "+"
    hours, minutes = divmod(abs(time.offset_s or 0) // 60, 60)
    zone = {"z": "Z", "none": "", "offset": f"{sign}{hours:02}:{minutes:02}"}[time.zone]
    return time.local.isoformat() + zone


def identity_facts(raw: bytes) -> Facts:
    one = device.parse_identity(raw)
    return {
        "name": one.name,
        "model": one.model,
        "serial": one.serial,
        "mac": one.mac,
        "firmware": one.firmware,
        "firmware_date": one.built,
        "device_type": one.kind,
        "manufacturer": one.manufacturer,
    }


def status_facts(raw: bytes) -> Facts:
    one = device.parse_status(raw)
    return {"device_time": written(one.clock), "uptime_s": one.uptime_s}


def disk_facts(raw: bytes) -> Facts:
    found = device.parse_disks(raw)

    def fact(disk: Disk) -> Facts:
        return {
            "id": disk.id,
            "status": disk.status,
            "capacity_mb": disk.capacity_mib,
            "free_mb": disk.free_mib,
            "ip": disk.name.partition(":")[0],
        }

    local = [disk for disk in found if disk.kind != "nas"]
    return {
        "disks": [fact(disk) for disk in local],
        "nas": [fact(disk) for disk in found if disk.kind == "nas"],
        "capacity_mb": sum(disk.capacity_mib or 0 for disk in local),
        "installed": len(local),
    }


def input_facts(raw: bytes) -> Facts:
    found = inputs.parse_proxy_inputs(raw)
    return {
        "channel_count": len(found),
        "channels": [
            {
                "id": str(one.number),
                "name": one.name,
                "ip": one.address,
                "proto": one.protocol,
                "model": one.model or None,
                "serial": one.serial or None,
                "firmware": one.firmware or None,
            }
            for one in found
        ],
    }


def stream_facts(raw: bytes) -> Facts:
    found = inputs.parse_streams(raw)
    return {
        "stream_count": len(found),
        "channel_count": len({one.number for one in found}),
        "streams": [
            {
                "id": one.id,
                "name": one.name,
                "codec": one.codec,
                "res": f"{one.width}x{one.height}",
                "fps": one.fps,
                "full_rate": one.has_full_rate or None,
                "kbps": one.kbps,
                "enabled": {True: "true", False: "false", None: None}[one.enabled],
            }
            for one in found
        ],
    }


def clip_facts(raw: bytes) -> Facts:
    page = records.parse_clips(raw, "301")
    return {
        "matches": page.total,
        "status": "MORE" if page.more else "OK",
        "items": len(page.clips),
        "oldest_recording": min(str(written(one.start)) for one in page.clips),
        "tracks": ["301"],  # any other would have been refused
    }


def video_input_facts(raw: bytes) -> Facts:
    return {"channel_count": len(inputs.parse_video_inputs(raw))}


PARSERS: dict[str, Callable[[bytes], Facts]] = {
    "System_deviceInfo": identity_facts,
    "System_status": status_facts,
    "ContentMgmt_Storage": disk_facts,
    "ContentMgmt_InputProxy_channels": input_facts,
    "ContentMgmt_search": clip_facts,
    "System_Video_inputs_channels": video_input_facts,
    "Streaming_channels": stream_facts,
}


def parser_of(file: str) -> Callable[[bytes], Facts] | None:
    return next((parse for name, parse in PARSERS.items() if name in file), None)


def canonical(name: str, value: Any) -> Any:  # noqa: ANN401  facts of any shape
    """Return an expected fact in the words that we read it into."""
    if name == "mac":
        return plain_mac(value)
    if name == "disks":  # a bay without a disk is none
        return [row for row in value if row["status"] != "notexist"]
    if name == "streams":
        return [{**row, "codec": codec_word(row["codec"])} for row in value]
    if name == "channels":  # a serial of zeros is none
        return [
            {**row, "serial": ((row["serial"] or "").strip("0") and row["serial"]) or None} for row in value
        ]
    return value


def outcomes(name: str, ours: Any, expected: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield equal, missing or wrong: for each named fact of each row where there are rows."""
    expected = canonical(name, expected)
    if not (isinstance(expected, list) and expected and isinstance(expected[0], dict)):
        yield "equal" if ours == expected else "missing" if ours in (None, "", []) else "wrong"
        return
    for place, row in enumerate(expected):
        mine = ours[place] if place < len(ours) else {}
        for key, value in row.items():
            if key not in mine:
                yield "missing"
            else:
                yield "equal" if mine[key] == value else "missing" if mine[key] in (None, "") else "wrong"
    if len(ours) > len(expected):
        yield "wrong"


def compare(row: dict[str, str], facts: Facts) -> Iterator[tuple[str, str]]:
    expected = json.loads(row["expected"] or "{}")
    for name, value in expected.items():
        if name not in ABOUT_THE_FILE:
            for outcome in outcomes(name, facts.get(name), value):
                yield name, outcome


SPOKEN = tuple(row for row in rows() if parser_of(row["file"]) is not None)


@pytest.mark.parametrize("row", SPOKEN, ids=lambda row: row["file"])
def test_no_fact_of_a_capture_is_read_wrong(row: dict[str, str]) -> None:
    parse = parser_of(row["file"])
    assert parse is not None
    facts = parse((CAPTURES / row["file"]).read_bytes())
    assert [name for name, outcome in compare(row, facts) if outcome == "wrong"] == []


@pytest.mark.parametrize(
    "row", [row for row in rows() if parser_of(row["file"]) is None], ids=lambda row: row["file"]
)
def test_what_speaks_of_something_else_is_refused_by_every_parser(row: dict[str, str]) -> None:
    raw = (CAPTURES / row["file"]).read_bytes()
    for parse in PARSERS.values():
        with pytest.raises((Malformed, Unsupported)):
            parse(raw)


def test_the_table_of_all_captures_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    table: Counter[str] = Counter()
    for row in rows():
        parse = parser_of(row["file"])
        if parse is None:
            table["of something else"] += 1
            continue
        try:
            facts = parse((CAPTURES / row["file"]).read_bytes())
        except DeviceError:
            table["not parsed"] += 1
            continue
        table["parsed"] += 1
        table.update(outcome for _, outcome in compare(row, facts))
    with capsys.disabled():
        print(f"\nISAPI captures: {dict(table)}")  # noqa: T201  for the report
    assert (table["not parsed"], table["wrong"]) == (0, 0)
    assert table["parsed"] == len(SPOKEN)
