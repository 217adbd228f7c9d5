"""Answers of real devices, where the reference captures lie beside the project."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from probe.errors import Malformed
from probe.wire import onvif_device as device
from probe.wire import onvif_media as media
from probe.wire.digest import parse_challenges
from probe.wire.soap import Fault, Reply, parse_reply

CAPTURES = Path(__file__).resolve().parents[3].parent / "shared" / "captures"

# HTTP 500 around an empty body: that they say nothing is what has to be seen.
SAY_NOTHING = tuple(
    f"onvif/Bosch_FLEXIDOME_panoramic_5100i/{name}.fault500.xml"
    for name in ("GetGeoLocation", "GetRemoteUser")
)
pytestmark = pytest.mark.skipif(not (CAPTURES / "INDEX.csv").exists(), reason="no reference captures here")


def rows() -> Iterator[dict[str, str]]:
    with (CAPTURES / "INDEX.csv").open(encoding="utf-8", newline="") as index:
        yield from (row for row in csv.DictReader(index) if row["protocol"] == "onvif")


def read(row: dict[str, str]) -> tuple[Reply | Fault, tuple[str, ...]]:
    raw = (CAPTURES / row["file"]).read_bytes()
    status = int((row["http_status"] or "200").split("/")[0])
    lines: tuple[str, ...] = ()
    if raw.startswith(b"HTTP/1.1 "):
        head, _, raw = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        lines = tuple(
            line.decode().partition(":")[2] for line in head.split(b"\n") if line.lower().startswith(b"www-")
        )
    if ".fragment." in row["file"]:  # copied without its envelope
        raw = b"<Envelope><Body>" + raw + b"</Body></Envelope>"
    return parse_reply(status, row["content_type"], raw), lines


def size(width: int | None, height: int | None) -> str | None:
    return None if width is None else f"{width}x{height}"


def profile_facts(reply: Reply) -> list[dict[str, Any]]:
    return [
        {
            "token": one.token,
            "name": one.name,
            "source": one.source,
            "codec": (one.encoder.codec or None) if one.encoder else None,
            "res": size(one.encoder.width, one.encoder.height) if one.encoder else None,
            "fps": one.encoder.fps if one.encoder else None,
            "kbps": one.encoder.kbps if one.encoder else None,
        }
        for one in media.parse_profiles(reply)
    ]


def channel_count(reply: Reply) -> int:
    return len({one.source for one in media.parse_profiles(reply) if one.source})


def encoder_facts(reply: Reply) -> list[dict[str, Any]]:
    return [
        {"token": one.token, "codec": one.codec, "res": size(one.width, one.height), "fps": one.fps}
        for one in media.parse_video_encoders(reply)
    ]


def source_facts(reply: Reply) -> list[dict[str, Any]]:
    return [
        {"token": one.token, "fps": one.fps, "res": size(one.width, one.height)}
        for one in media.parse_video_sources(reply)
    ]


def utc(reply: Reply) -> str:
    return device.parse_utc_time(reply).strftime("%Y-%m-%dT%H:%M:%S")


def identity(name: str) -> Callable[[Reply], str]:
    return lambda reply: str(getattr(device.parse_device_information(reply), name))


def capability_places(reply: Reply) -> list[str]:
    return sorted(device.parse_capabilities(reply).values())


FACTS: dict[str, Callable[[Reply], Any]] = {
    "manufacturer": identity("manufacturer"),
    "model": identity("model"),
    "firmware": identity("firmware"),
    "serial": identity("serial"),
    "hardware_id": identity("hardware_id"),
    "utc": utc,
    "services": device.parse_services,
    "mac": lambda reply: [one.mac for one in device.parse_network_interfaces(reply) if one.mac],
    "ipv4": lambda reply: [entry for one in device.parse_network_interfaces(reply) for entry in one.ipv4],
    "scopes": lambda reply: list(device.parse_scopes(reply)),
    "profiles": profile_facts,
    "profile_count": lambda reply: len(media.parse_profiles(reply)),
    "channel_count": channel_count,
    "encoders": encoder_facts,
    "encoder_count": lambda reply: len(media.parse_video_encoders(reply)),
    "video_sources": source_facts,
    "video_source_count": lambda reply: len(media.parse_video_sources(reply)),
    "uri": media.parse_uri_answer,
    "xaddrs": capability_places,
}


def same(name: str, ours: Any, expected: Any) -> bool:  # noqa: ANN401  facts of any shape
    if name == "mac":
        return bool(ours == [device.normal_mac(one) for one in expected])
    if name == "ipv4":  # the index puts link-local addresses last, the device does not
        return sorted(ours) == sorted(expected)
    if name == "scopes":
        return bool(ours == list(dict.fromkeys(expected)))
    if name == "xaddrs":
        return bool(set(ours) <= set(expected.values()))
    if name in ("profiles", "encoders", "video_sources"):
        return len(ours) == len(expected) and all(
            theirs[key] == mine.get(key)
            for mine, theirs in zip(ours, expected, strict=True)
            for key in theirs
            if key in mine
        )
    return bool(ours == expected)


def compare(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (fact, equal | missing | different) for every fact that the index expects."""
    expected = json.loads(row["expected"] or "{}")
    said, lines = read(row)
    if isinstance(said, Fault):
        fault = expected.get("fault", {})
        if fault:
            yield "fault", "equal" if same_fault(said, fault) else "different"
        if "attempts_left" in expected:
            yield "attempts_left", "equal" if said.attempts_left == expected["attempts_left"] else "different"
        if "auth" in expected:
            told = [(one.scheme, one.realm) for one in parse_challenges(lines)]
            yield "auth", "equal" if told == [(expected["auth"], expected["realm"])] else "different"
        return
    for name, value in expected.items():
        if name in FACTS and not (name == "xaddrs" and "services" in expected):
            try:
                ours = FACTS[name](said)
            except Malformed:
                yield name, "missing"
            else:
                yield name, "equal" if same(name, ours, value) else "different"


def same_fault(said: Fault, expected: dict[str, Any]) -> bool:
    theirs = (expected["code"], expected["subcodes"], expected["reason"] or "")
    return (said.code, list(said.subcodes), said.reason) == theirs


@pytest.mark.parametrize("row", tuple(rows()) if CAPTURES.exists() else (), ids=lambda row: row["file"])
def test_every_fact_of_a_capture_is_read(row: dict[str, str]) -> None:
    if row["file"] in SAY_NOTHING:
        with pytest.raises(Malformed, match="empty SOAP body"):
            read(row)
        return
    assert [fact for fact in compare(row) if fact[1] != "equal"] == []


def test_the_table_of_all_captures_is_whole() -> None:
    table: Counter[str] = Counter()
    for row in rows():
        try:
            table.update(outcome for _, outcome in compare(row))
            table["parsed"] += 1
        except Malformed:
            table["malformed"] += 1
    print(dict(table))  # noqa: T201  shown by pytest -s, for the report
    assert table["parsed"] > 230
