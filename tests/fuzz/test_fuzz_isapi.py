"""Bends the corpus of ISAPI answers: a value within its bounds, or a device error, never anything else.

CAMCENSUS_FUZZ_ROUNDS says how many bent inputs each file gives; the default keeps CI short.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from probe.errors import Malformed, Unsupported
from probe.wire import isapi_device as device
from probe.wire import isapi_inputs as inputs
from probe.wire import isapi_records as records
from probe.wire.isapi_xml import MOST_CHANNELS

Bend = Callable[..., bytes]
CORPUS = Path(__file__).parent / "corpus" / "isapi"
ROUNDS = int(os.environ.get("CAMCENSUS_FUZZ_ROUNDS", "200"))

PARTS = (
    b"<",
    b">",
    b"&",
    b"</",
    b"/>",
    b"]]>",
    b"<!ENTITY a 'b'>",
    b"-1",
    b"99999999999999999999",
    b"1970-01-01T00:00:00Z",
    b"2038-01-19T03:14:08Z",
    b"0000-00-00",
    b"24:00:00",
    b"\xff\xfe",
    b"\x81\x30",
    b"\0",
)


def read_disks(raw: bytes) -> None:
    for disk in device.parse_disks(raw):
        assert (disk.capacity_mib or 0) >= 0
        assert (disk.free_mib or 0) >= 0


def read_inputs(raw: bytes) -> None:
    listed = inputs.parse_proxy_inputs(raw)
    numbers = [one.number for one in listed]
    assert all(1 <= number <= MOST_CHANNELS for number in numbers)
    assert len(set(numbers)) == len(numbers)
    inputs.with_statuses(listed, {1: inputs.InputStatus(1, False, "netUnreachable")})


def read_clips(raw: bytes) -> None:
    page = records.parse_clips(raw)
    assert page.clips or page.total or page.more or b"NO MATCHES" in raw.upper() or b"OK" in raw.upper()
    assert all(clip.start.local <= clip.end.local for clip in page.clips)
    assert all((clip.size or 1) > 0 for clip in page.clips)


def read_days(raw: bytes) -> None:
    assert all(day.month == 9 for day in records.parse_days(raw, 2026, 9))


READERS: dict[str, Callable[[bytes], object]] = {
    "clips": read_clips,
    "clock": device.parse_clock,
    "codes": device.parse_channel_codes,
    "days": read_days,
    "disks": read_disks,
    "identity": device.parse_identity,
    "inputs": read_inputs,
    "network": device.parse_interfaces,
    "platforms": device.parse_platforms,
    "quotas": records.parse_quotas,
    "status": device.parse_status,
    "statuses": inputs.parse_proxy_statuses,
    "streams": inputs.parse_streams,
    "tracks": records.parse_tracks,
    "video_inputs": inputs.parse_video_inputs,
}


def test_every_reader_has_a_seed_and_every_seed_a_reader_that_takes_it() -> None:
    assert {file.stem for file in CORPUS.iterdir()} == {*READERS, "refusal"}
    for name, read in READERS.items():
        read((CORPUS / f"{name}.xml").read_bytes())


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_a_seed_is_a_value_or_a_device_error_to_every_reader(file: Path) -> None:
    for read in READERS.values():
        try:
            read(file.read_bytes())
        except (Malformed, Unsupported):
            continue


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_a_bent_answer_is_a_value_or_a_device_error(bent: Bend, file: Path) -> None:
    chance = random.Random(file.name)
    seed = file.read_bytes()
    read = READERS.get(file.stem, device.parse_identity)
    for raw in (bent(chance, seed, PARTS, cuts=0.1) for _ in range(ROUNDS)):
        try:
            read(raw)
        except (Malformed, Unsupported):
            continue
