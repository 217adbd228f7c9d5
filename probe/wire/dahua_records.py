"""Finding what a Dahua recorder has recorded: mediaFileFind by CGI and RPC2, its replies, playback. 大华

A search is made (CREATE_PATH), begun with its conditions, read page by page, closed and destroyed; its handle
holds only in the session that made it. By RPC2 the same steps are `mediaFileFind.factory.create`, `.findFile`
with `condition`, `.findNextFile`, `.close`, `.destroy`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from probe.errors import Malformed
from probe.wire.dahua_table import MOST_BYTES, Table, first, refusal, rows, wall_time, whole
from probe.wire.recorder import Clip, Clips, WallTime
from probe.wire.xml_repair import decoded

MOST_PER_PAGE = 100

CREATE_PATH = "/cgi-bin/mediaFileFind.cgi?action=factory.create"
_FIND = "/cgi-bin/mediaFileFind.cgi?action={}&object={}"


def find_path(
    handle: str, channel: int, start: datetime, end: datetime, *, kind: str = "dav", stream: str = "Main"
) -> str:
    """Return the request that begins a search in the device's own time.

    `channel` is counted as this device counts: from 1 with most, from 0 with some (DHI-NVR4108HS), which also
    answer Bad Request to a `kind`; leave it empty there.
    """
    conditions = [
        f"condition.Channel={channel}",
        f"condition.StartTime={_asked(start)}",
        f"condition.EndTime={_asked(end)}",
        *([f"condition.Types[0]={kind}"] if kind else []),
        *([f"condition.VideoStream={stream}"] if stream else []),
    ]
    return "&".join([_FIND.format("findFile", handle), *conditions])


def next_path(handle: str, most: int = MOST_PER_PAGE) -> str:
    """Return the request for the next page of at most `most` clips; more than 100 no device gives."""
    return f"{_FIND.format('findNextFile', handle)}&count={min(most, MOST_PER_PAGE)}"


def close_path(handle: str) -> str:
    return _FIND.format("close", handle)


def destroy_path(handle: str) -> str:
    return _FIND.format("destroy", handle)


def condition(channel: int, start: datetime, end: datetime, stream: str = "Main") -> dict[str, object]:
    """Return the params of RPC2's findFile, whose channels count from 0 while `channel` counts from 1."""
    return {
        "condition": {
            "Channel": channel - 1,
            "StartTime": _wall(start),
            "EndTime": _wall(end),
            "Types": ["dav"],
            "Events": ["*"],
            "Flags": None,
            **({"VideoStream": stream} if stream else {}),
        }
    }


def playback_path(channel: int, start: datetime, end: datetime, *, is_sub: bool = False) -> str:
    """Return the path of the RTSP address that plays a stretch of `channel`, counted from 1."""
    begin, until = (f"{one:%Y_%m_%d_%H_%M_%S}" for one in (start, end))
    return f"/cam/playback?channel={channel}&subtype={is_sub:d}&starttime={begin}&endtime={until}"


def handle_of(table: Table) -> str:
    """Return the handle that factory.create made. Raise Malformed when it made none."""
    said = table.get("result", "")
    if not re.fullmatch(r"\w{1,32}", said) or not said.strip("0"):
        raise Malformed(f"CGI factory.create: {said[:40]!r} instead of a handle")
    return said


def parse_done(raw: bytes, operation: str) -> None:
    """Read the bare OK of findFile, close and destroy. Raise what it means when it says something else."""
    said = decoded(raw[:MOST_BYTES]).strip()
    if not re.match(r"ok\b|result\s*=\s*true\b", said, re.IGNORECASE):
        raise refusal(f"CGI {operation}", said)


def clips_of(table: Table) -> Clips:
    """Return one page of findNextFile, of the CGI or RPC2; only one that finds nothing is the last.

    Some give fewer at once than were asked for. Clips without two readable times are left out. Raise
    Malformed when it counts more than it lists: a page that broke off.
    """
    listed = {**rows(table, "infos"), **rows(table, "items")}
    found = whole(table.get("found", ""))
    if found is None and not listed:
        raise Malformed(f"findNextFile: {' '.join(list(table)[:3])[:60]!r} instead of found=")
    clips = [clip for row in listed.values() if (clip := _clip(row)) is not None]
    if found is not None and found > len(listed):
        # What is missing would be a day without recordings.
        raise Malformed(f"findNextFile: found={found}, but {len(listed)} clips")
    if found and not clips:
        raise Malformed(f"findNextFile: found={found}, but no clip with its times")
    return Clips(tuple(clips), more=bool(clips))


def channels_of(table: Table) -> frozenset[int]:
    """Return the channels that the clips of a page name, in the device's own counting."""
    listed = {**rows(table, "infos"), **rows(table, "items")}
    said = (whole(row.get("channel", "")) for row in listed.values())
    return frozenset(channel for channel in said if channel is not None)


_KINDS = {"timing": "continuous", "manual": "manual"}
_BY_PATH = {"R": "continuous", "M": "motion", "A": "alarm"}
_LOCKS = {"locked": True, "unlocked": False}
_MARKS = ("marked", "important")


def _clip(row: Mapping[str, str]) -> Clip | None:
    start, end = (_zoned(row, name) for name in ("starttime", "endtime"))
    if start is None or end is None or end.local <= start.local:
        return None
    flags = [
        value.lower() for key, value in row.items() if key == "flags" or re.fullmatch(r"flags\[\d+\]", key)
    ]
    return Clip(
        start=start,
        end=end,
        locked=next((_LOCKS[word] for word in flags if word in _LOCKS), None),
        marked=any(word in _MARKS for word in flags),
        kind=_kind(row, flags),
        size=whole(row.get("length", "")),
        source=row.get("filepath", ""),
    )


def _zoned(row: Mapping[str, str], name: str) -> WallTime | None:
    written = wall_time(row.get(name, ""))
    offset = row.get("utcoffset", "")
    if written is None or not re.fullmatch(r"-?\d{1,5}", offset) or abs(int(offset)) > 14 * 3600:
        return written
    return WallTime(written.local, "offset", int(offset))


def _kind(row: Mapping[str, str], flags: list[str]) -> str:
    known = next((_KINDS[word] for word in flags if word in _KINDS), "")
    if known:
        return known
    events = " ".join(value.lower() for key, value in row.items() if key.startswith("events"))
    if events:
        return "motion" if "motion" in events else "alarm"
    # /mnt/dvr/…/12.00.00-13.00.00[R][0@0][0].dav
    marked = re.search(r"\[([RMA])\]\[", first(row, "filepath"))
    return _BY_PATH[marked[1]] if marked else ""


def _asked(moment: datetime) -> str:
    return _wall(moment).replace(" ", "%20")


def _wall(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
