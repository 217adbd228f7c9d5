"""What a Hikvision recorder has recorded, by ISAPI: tracks, days of a month, clips of a window, quotas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from probe.errors import Malformed
from probe.wire.isapi_xml import all_of, child_of, flag_of, number_of, opened, text_of, whole_of
from probe.wire.onvif_media import codec_word
from probe.wire.recorder import Clip, Clips, Track, parse_wall_time
from probe.wire.soap import Node, escaped

TRACKS = "/ISAPI/ContentMgmt/record/tracks"
SEARCH = "/ISAPI/ContentMgmt/search"
QUOTAS = "/ISAPI/ContentMgmt/Storage/quota"

# More than this is badParameters on several firmwares.
MOST_RESULTS = 50


@dataclass(frozen=True, slots=True)
class Quota:
    """What share of the disks channel `number` may fill. None: not said, or no limit."""

    number: int
    ratio_pct: int | None
    video_mib: int | None
    free_mib: int | None


def main_track(number: int) -> str:
    """Return the id of the track on which channel `number` records its main stream."""
    return f"{number}01"


def sub_track(number: int) -> str:
    return f"{number}02"


def parse_tracks(raw: bytes) -> tuple[Track, ...]:
    """Return how the channels are set to record, in the device's order. It proves no recording."""
    root = opened(raw, "record/tracks", "tracklist", "track")
    rows = [root] if root.name.lower() == "track" else list(all_of(root, "track"))
    tracks: dict[str, Track] = {}
    for row in rows:
        if (one := _track(row)) is not None:
            tracks.setdefault(one.id, one)
    if rows and not tracks:
        raise Malformed("ISAPI record/tracks: no track has a channel")
    return tuple(tracks.values())


def days_request(track: str, year: int, month: int) -> tuple[str, bytes]:
    """Return path and body that ask on which days of a month a track has recordings."""
    body = f"<trackDailyParam><year>{year}</year><monthOfYear>{month}</monthOfYear></trackDailyParam>"
    return f"{TRACKS}/{track}/dailyDistribution", body.encode()


def parse_days(raw: bytes, year: int, month: int) -> dict[date, bool]:
    """Return day → whether it has recordings, for the days of that month that the answer lists.

    Raise Malformed when it lists a recording on a day that the month has not: it is another month's.
    """
    root = opened(raw, "dailyDistribution", "trackdailydistribution")
    days: dict[date, bool] = {}
    for row in all_of(root, "day"):
        number = whole_of(row, "dayofmonth", least=1, most=31) or whole_of(row, "id", least=1, most=31)
        has_recordings = flag_of(row, "record")
        if number is None or has_recordings is None:
            continue
        try:
            day = date(year, month, number)
        except ValueError as error:
            if has_recordings:
                raise Malformed(f"ISAPI dailyDistribution: a recording on {year}-{month}-{number}") from error
            continue
        days[day] = has_recordings or days.get(day, False)
    if not days:
        raise Malformed("ISAPI dailyDistribution: it tells of no day")
    return days


def search_request(
    track: str,
    start: datetime,
    end: datetime,
    *,
    search_id: str,
    position: int = 0,
    most: int = 40,
    track_list: Literal["trackIDList", "trackList"] = "trackIDList",
) -> bytes:
    """Return the body that asks for a track's clips in a window, from the clip `position` on.

    The times are written as they are, with the Z that the form demands: on many firmwares it means the
    recorder's own clock. `search_id` is a GUID in braces, the same for all pages.
    """
    # Its own misspelling: a device ignores the right spelling in silence and sends page one again. No
    # namespace: DS-7616NI-Q1 V3.4.104 refuses the one it uses itself. Without metadata some find nothing.
    return (
        '<?xml version="1.0" encoding="UTF-8"?><CMSearchDescription>'
        f"<searchID>{escaped(search_id)}</searchID>"
        f"<{track_list}><trackID>{escaped(track)}</trackID></{track_list}>"
        f"<timeSpanList><timeSpan><startTime>{_asked(start)}</startTime>"
        f"<endTime>{_asked(end)}</endTime></timeSpan></timeSpanList>"
        f"<maxResults>{min(max(most, 1), MOST_RESULTS)}</maxResults>"
        f"<searchResultPostion>{max(position, 0)}</searchResultPostion>"
        "<metadataList><metadataDescriptor>//recordType.meta.std-cgi.com</metadataDescriptor></metadataList>"
        "</CMSearchDescription>"
    ).encode()


def parse_clips(raw: bytes, track: str = "") -> Clips:
    """Return one page of clips. With `track`, clips of another track are left out.

    `total` is None where the device counts only the page. An empty page may still say that there is more.
    Raise Malformed for an empty page that does not say that nothing matched, and for one of which no clip
    can be read or none is of that track.
    """
    root = opened(raw, "ContentMgmt/search", "cmsearchresult")
    # Most firmwares write Strg, some Strip.
    word = (text_of(root, "responsestatusstrg") or text_of(root, "responsestatusstrip")).upper()
    rows = list(all_of(root, "searchmatchitem"))
    counts = [whole_of(root, "totalmatches"), whole_of(root, "numofmatches")]
    total = max((count for count in counts if count is not None), default=None)
    if flag_of(root, "responsestatus") is False and not rows:
        raise Malformed(f"ISAPI ContentMgmt/search: it failed{f': {word[:40]}' if word else ''}")
    if not rows:
        _check_empty(word, total)
        return Clips((), word == "MORE", total)

    of_track = [row for row in rows if not track or _is_of(row, track)]
    if not of_track:
        other = text_of(rows[0], "trackid")[:20]
        raise Malformed(f"ISAPI ContentMgmt/search: clips of track {other} instead of {track}")
    clips = tuple(clip for row in of_track if (clip := _clip(row)) is not None)
    if not clips:
        raise Malformed(f"ISAPI ContentMgmt/search: {len(rows)} clips without a readable time")
    counts_the_page = word == "MORE" and total is not None and total <= len(rows)
    return Clips(clips, word == "MORE", None if counts_the_page else total)


def parse_quotas(raw: bytes) -> tuple[Quota, ...]:
    """Return the quotas of /ISAPI/ContentMgmt/Storage/quota; a full one shortens only its own channel."""
    root = opened(raw, "Storage/quota", "diskquotalist", "diskquota")
    rows = [root] if root.name.lower() == "diskquota" else all_of(root, "diskquota")
    return tuple(
        Quota(
            number=number,
            ratio_pct=whole_of(row, "videoquotaratio", least=1, most=100),
            video_mib=whole_of(row, "totalvideovolume", least=1, most=2**34),
            free_mib=whole_of(row, "freevideoquota", most=2**34),
        )
        for row in rows
        if (number := number_of(row, "id")) is not None
    )


def _asked(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_empty(word: str, total: int | None) -> None:
    if word == "NO MATCHES" or word == "MORE" or (word == "OK" and not total):
        return
    said = f"{total} matches and " if total else ""
    raise Malformed(f"ISAPI ContentMgmt/search: {said}{word[:40] or 'no status'}, but no clip")


def _is_of(row: Node, track: str) -> bool:
    said = text_of(row, "trackid")
    return not said or said == track


def _clip(row: Node) -> Clip | None:
    try:
        start = parse_wall_time(text_of(row, "timespan", "starttime"))
        end = parse_wall_time(text_of(row, "timespan", "endtime"))
    except Malformed:
        return None
    if end.local < start.local:
        return None
    media = child_of(row, "mediasegmentdescriptor") or row
    # The address is broken over lines in some answers.
    source = "".join(text_of(media, "playbackuri").split()).replace("&amp;", "&")
    size = re.search(r"[?&]size=([0-9]{1,14})(?:&|$)", source)
    lock = {"lock": True, "locked": True, "unlock": False, "unlocked": False}
    return Clip(
        start=start,
        end=end,
        locked=lock.get(text_of(media, "lockstatus").lower()),
        kind=_kind(text_of(row, "metadatamatches", "metadatadescriptor")),
        codec=codec_word(re.sub(r"(?i)^(h\.?26[45])-.*", r"\1", text_of(media, "codectype"))),
        size=int(size[1]) if size and 0 < int(size[1]) <= 2**42 else None,
        source=source,
    )


def _kind(descriptor: str) -> str:
    # recordType.meta.hikvision.com/timing; the part before the slash differs with every brand.
    return _KINDS.get(descriptor.rpartition("/")[2].lower(), "")


_KINDS = {
    "timing": "continuous",
    "time": "continuous",
    "cmr": "continuous",
    "motion": "motion",
    "vmd": "motion",
    "alarm": "alarm",
    "edr": "alarm",
    "alarmandmotion": "alarm",
    "alarmormotion": "alarm",
    "manual": "manual",
}


def _track(row: Node) -> Track | None:
    said = whole_of(row, "id", least=1, most=999_999)
    number = said // 100 if said is not None and said > 100 else None
    # Channel repeats the track's id on some (101) and is the channel on others (1).
    number = number or number_of(row, "srcdescriptor", "srcchannel") or number_of(row, "channel") or said
    if number is None:
        return None
    extension = next(all_of(row, "customextension"), row)
    switches = (flag_of(row, "enable"), flag_of(extension, "enableschedule"))
    enabled = False if False in switches else True if True in switches else None
    loop = flag_of(row, "loopenable")
    return Track(
        number=number,
        id=text_of(row, "id") or main_track(number),
        enabled=enabled,
        mode="off" if enabled is False else _mode(row),
        expiry_days=_expiry_days(row),
        loop=flag_of(row, "loop") if loop is None else loop,
    )


def _mode(row: Node) -> Literal["continuous", "motion", "schedule", "off", ""]:
    schedule = child_of(row, "trackschedule")
    if schedule is None:
        return _mode_of({text_of(row, "defaultrecordingmode").lower()} - {""})
    stretches = [
        one for action in all_of(schedule, "scheduleaction") if (one := _stretch(action)) is not None
    ]
    mode = _mode_of({kind for _, _, kind in stretches})
    covers_the_week = _covered((start, end) for start, end, _ in stretches) >= _WEEK - _SEAMS
    return mode if not mode or covers_the_week else "schedule"


def _mode_of(kinds: set[str]) -> Literal["continuous", "motion", "schedule", ""]:
    if not kinds:
        return ""
    if kinds <= {"cmr", "timing", "continuous"}:
        return "continuous"
    return (
        "motion" if kinds <= {"motion", "edr", "alarmandmotion", "alarmormotion", "allevent"} else "schedule"
    )


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = 7 * 24 * 60
_SEAMS = 7  # a day may end at 23:59


def _stretch(action: Node) -> tuple[int, int, str] | None:
    """Return start and end in minutes of the week, and the mode; None when nothing is recorded then."""
    actions = child_of(action, "actions") or action
    start = _minute(child_of(action, "scheduleactionstarttime"))
    end = _minute(child_of(action, "scheduleactionendtime"))
    kind = text_of(actions, "actionrecordingmode").lower()
    if start is None or end is None or not kind or flag_of(actions, "record") is False:
        return None
    # Sunday ends on Monday at 00:00.
    return start, end if end > start else end + _WEEK, kind


def _minute(when: Node | None) -> int | None:
    if when is None:
        return None
    day = text_of(when, "dayofweek").lower()
    found = re.match(r"([0-9]{1,2}):([0-9]{2})", text_of(when, "timeofday"))
    if day not in _DAYS or found is None:
        return None
    return _DAYS.index(day) * 24 * 60 + int(found[1]) * 60 + int(found[2])


def _covered(stretches: Iterator[tuple[int, int]]) -> int:
    minutes, reached = 0, 0
    for start, end in sorted(stretches):
        minutes += max(0, min(end, _WEEK) - max(start, reached))
        reached = max(reached, end)
    return minutes


def _expiry_days(row: Node) -> int | None:
    if flag_of(row, "durationenabled") is False:
        return None
    found = re.match(r"P([0-9]{1,4})D", text_of(row, "duration"))
    return int(found[1]) or None if found else None
