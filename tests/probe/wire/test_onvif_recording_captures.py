"""Profile G answers of real devices, where the reference captures lie beside the project."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from probe.wire import onvif_device, onvif_replay, onvif_search
from probe.wire.recorder import WallTime
from probe.wire.soap import Fault, Reply, parse_reply

CAPTURES = Path(__file__).resolve().parents[3].parent / "shared" / "captures"
pytestmark = pytest.mark.skipif(not (CAPTURES / "INDEX.csv").exists(), reason="no reference captures here")

Facts = dict[str, Any]


def summary(reply: Reply) -> Facts:
    read = onvif_search.parse_summary(reply)
    return {
        "oldest_recording": written(read.start),
        "newest_recording": written(read.end),
        "recordings": read.recordings,
    }


def search_results(reply: Reply) -> Facts:
    page = onvif_search.parse_search_results(reply)
    assert page.is_complete
    return {"oldest_recording": min(written(one.start) or "9" for one in page.recordings)}


def recordings(reply: Reply) -> Facts:
    read = onvif_search.parse_recordings(reply)
    return {"recordings": len(read), "recording_tokens": [one.token for one in read]}


def token(reply: Reply) -> Facts:
    assert onvif_search.parse_search_token(reply)
    return {}


def uri(reply: Reply) -> Facts:
    assert onvif_replay.parse_replay_uri(reply).startswith("rtsp://")
    return {}


def capabilities(reply: Reply) -> Facts:
    assert onvif_replay.parse_replay_capabilities(reply).over_tcp
    return {}


READERS: dict[str, Callable[[Reply], Facts]] = {
    "get_recording_summary": summary,
    "get_recording_search_results": search_results,
    "get_recordings": recordings,
    "find_recordings": token,
    "get_replay_uri": uri,
    "get_service_capabilities_success": capabilities,
}
REFUSED = "get_replay_uri__recording_not_found"


def written(time: WallTime | None) -> str | None:
    return f"{time.local:%Y-%m-%dT%H:%M:%S}{'Z' if time.zone == 'z' else ''}" if time else None


def rows() -> Iterator[dict[str, str]]:
    if not (CAPTURES / "INDEX.csv").exists():
        return
    with (CAPTURES / "INDEX.csv").open(encoding="utf-8", newline="") as index:
        yield from (
            row
            for row in csv.DictReader(index)
            if row["protocol"] == "onvif" and row["operation"] in (*READERS, REFUSED)
        )


def said(row: dict[str, str]) -> Reply | Fault:
    return parse_reply(
        int(row["http_status"] or 200), row["content_type"], (CAPTURES / row["file"]).read_bytes()
    )


def compare(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (fact, equal | missing | wrong) for every fact of recordings that the index expects."""
    expected = json.loads(row["expected"] or "{}")
    answer = said(row)
    if isinstance(answer, Fault):
        theirs = expected["fault"]
        ours = (answer.code, list(answer.subcodes), answer.reason)
        yield "fault", "equal" if ours == (theirs["code"], theirs["subcodes"], theirs["reason"]) else "wrong"
        return
    facts = READERS[row["operation"]](answer)
    for name, value in expected.items():
        if name == "soap":  # of the envelope, which test_onvif_captures.py reads
            continue
        ours_here = facts.get(name)
        outcome = "missing" if ours_here is None else "equal" if ours_here == value else "wrong"
        yield name, outcome


@pytest.mark.parametrize("row", tuple(rows()), ids=lambda row: row["file"])
def test_every_fact_of_a_capture_is_read(row: dict[str, str]) -> None:
    assert [fact for fact in compare(row) if fact[1] != "equal"] == []


def test_the_table_of_all_captures_is_whole() -> None:
    table: Counter[str] = Counter()
    for row in rows():
        table.update(outcome for _, outcome in compare(row))
        table["parsed"] += 1
    print(dict(table))  # noqa: T201  shown by pytest -s, for the report
    assert (table["wrong"], table["missing"]) == (0, 0)
    assert table["parsed"] >= 7


def test_a_card_that_was_never_set_keeps_its_1970_for_others_to_judge() -> None:
    row = next(row for row in rows() if row["operation"] == "get_recording_search_results")
    answer = said(row)
    assert isinstance(answer, Reply)
    (one,) = onvif_search.parse_search_results(answer).recordings
    assert (one.source_name, one.status) == ("IpCamera_1", "Stopped")
    assert [(track.kind, written(track.start)) for track in one.tracks] == [
        ("video", "1970-01-01T00:03:15Z"),
        ("audio", "1970-01-01T00:03:15Z"),
        ("metadata", "1970-01-01T00:03:15Z"),
    ]


def test_an_hours_retention_is_read_from_a_cameras_card() -> None:
    row = next(row for row in rows() if row["operation"] == "get_recordings")
    answer = said(row)
    assert isinstance(answer, Reply)
    assert {one.retention_s for one in onvif_search.parse_recordings(answer)} == {3600}


@pytest.mark.parametrize("service", [onvif_search.SEARCH, onvif_search.RECORDING, onvif_replay.REPLAY])
@pytest.mark.parametrize("operation", ["GetServices", "GetCapabilities"])
def test_a_camera_with_a_card_tells_where_its_recordings_are_asked_for(operation: str, service: str) -> None:
    raw = (CAPTURES / "onvif" / "AXIS_P3818-PVE" / f"{operation}.xml").read_bytes()
    answer = parse_reply(200, "application/soap+xml", raw)
    assert isinstance(answer, Reply)
    read = {"GetServices": onvif_device.parse_services, "GetCapabilities": onvif_device.parse_capabilities}
    assert read[operation](answer)[service].startswith("http://")
