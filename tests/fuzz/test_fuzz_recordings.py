"""Bends the corpora of Dahua, LAPI and Profile G and reads them: a value or a DeviceError, nothing else.

CAMCENSUS_FUZZ_ROUNDS says how many bent inputs each file gives; the default keeps CI short.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from probe.errors import DeviceError
from probe.wire import dahua_device, dahua_inputs, dahua_records, dahua_rpc, lapi, onvif_replay, onvif_search
from probe.wire.dahua_table import parse_table
from probe.wire.soap import Reply, parse_reply

Bend = Callable[..., bytes]
CORPUS = Path(__file__).parent / "corpus"
FOLDERS = ("dahua", "lapi", "profile_g")
ROUNDS = int(os.environ.get("CAMCENSUS_FUZZ_ROUNDS", "300"))


def each(said: object, *readers: Callable[..., object]) -> None:
    for read in readers:
        try:
            read(said)
        except DeviceError:
            continue


def read_table(received: bytes) -> None:
    each(received, dahua_inputs.parse_lost_pictures, lambda raw: dahua_records.parse_done(raw, "findFile"))
    table = parse_table(received, "fuzz")
    each(
        table,
        dahua_device.system_info_of,
        dahua_device.device_type_of,
        dahua_device.version_of,
        dahua_device.time_of,
        dahua_device.network_cards_of,
        dahua_device.disks_of,
        lambda said: dahua_device.tracks_of(said, said, dahua_device.hold_days_of(said)),
        dahua_inputs.remote_devices_of,
        dahua_inputs.stream_settings_of,
        dahua_records.handle_of,
        dahua_records.clips_of,
        dahua_records.channels_of,
        lambda said: dahua_inputs.merged(
            (), dahua_inputs.titles_of(said), dahua_inputs.camera_states_of(said), (1, 2)
        ),
    )


def read_rpc(received: bytes) -> None:
    each(
        received,
        dahua_rpc.parse_challenge,
        dahua_rpc.parse_login,
        lambda raw: dahua_rpc.parse_rpc_reply(raw, "x.y", "ChannelTitle"),
        lambda raw: dahua_records.clips_of(dahua_rpc.parse_rpc_reply(raw, "x.y").table),
    )


def read_lapi(received: bytes) -> None:
    each(
        received,
        lapi.parse_device,
        lambda raw: lapi.with_devices(lapi.parse_channel_details(raw), raw),
        lapi.parse_containers,
        lambda raw: lapi.parse_recorded_days(raw, 2026, 2),
    )


def read_profile_g(received: bytes) -> None:
    reply = parse_reply(200, "", received)
    if not isinstance(reply, Reply):
        return
    each(
        reply,
        onvif_search.parse_summary,
        onvif_search.parse_search_token,
        onvif_search.parse_search_results,
        onvif_search.parse_recordings,
        onvif_search.parse_media_attributes,
        onvif_replay.parse_replay_uri,
        onvif_replay.parse_replay_capabilities,
    )


READERS: dict[tuple[str, str], Callable[[bytes], None]] = {
    ("dahua", ".txt"): read_table,
    ("dahua", ".json"): read_rpc,
    ("lapi", ".json"): read_lapi,
    ("profile_g", ".xml"): read_profile_g,
}
PARTS = (
    b"<", b">", b"&", b"</", b"]]>", b"\r\n", b"=", b"[", b"].", b"table.", b"{", b"}", b'"', b",", b":",
    b"null", b"true", b"1e999", b"-1", b"99999999999999999999", b"0000-00-00", b"9999-12-31", b"\xff\xfe",
    b"\x81\x30", b"[[[[[[[[[[[[[[[[[[[[[[[[", "²٣".encode(), b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
)  # fmt: skip


@pytest.mark.parametrize(
    "file",
    [file for folder in FOLDERS for file in sorted((CORPUS / folder).iterdir())],
    ids=lambda file: f"{file.parent.name}/{file.name}",
)
def test_a_bent_input_is_a_value_or_a_refusal(bent: Bend, file: Path) -> None:
    chance = random.Random(file.name)
    seed = file.read_bytes()
    read = READERS[file.parent.name, file.suffix]
    for raw in (seed, *(bent(chance, seed, PARTS, cuts=0.5) for _ in range(ROUNDS))):
        try:
            read(raw)
        except DeviceError:
            continue
