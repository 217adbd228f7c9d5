"""mediaFileFind inside a simulated Dahua recorder: a search is made, begun, read on, closed and destroyed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from probe.sim.footage import Clip
from probe.sim.recorder import Archive, Channel

_MOST = 100
_FEW = 64
_MOST_HANDLES = 16
_FIRST_HANDLE = 1_290_000_000
_LASTS = timedelta(seconds=60)
_STRAY = "254"

Row = dict[str, str]


class Refused(Exception):
    """A step of a search that the recorder refuses, in its own words."""


class Lost(Refused):
    """The handle is not known any more."""

    def __init__(self) -> None:
        super().__init__("Invalid session in request data!")


@dataclass(frozen=True, slots=True)
class Page:
    """What is told at once. `found` may claim more rows than there are."""

    found: int
    rows: list[Row]
    is_cut: bool = False


@dataclass(slots=True)
class Search:
    """One handle. `files` is None until it is begun; `touched` is when it was last asked."""

    touched: datetime
    dies_early: bool
    channel: Channel | None = None
    files: list[Clip] | None = None
    given: int = 0
    closed: bool = False


class Finder:
    """All searches of one recorder, whichever way they are asked."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._searches: dict[str, Search] = {}
        self._made = 0

    def create(self) -> str:
        """Return a new handle. Handles that nobody destroys are what stops the next one."""
        if len(self._searches) >= _MOST_HANDLES:
            raise Refused("Not Enough Resource!")
        self._made += 1
        handle = str(_FIRST_HANDLE + 8 * self._made)
        dies_early = self._archive.recorder.ills.searches_expire and self._made % 2 == 1
        self._searches[handle] = Search(self._archive.now(), dies_early)
        self._archive.asked.searches_opened += 1
        return handle

    def begin(
        self, handle: str, number: int, start: str, end: str, kinds: Sequence[str] = (), stream: str = "Main"
    ) -> None:
        """Look for files of a channel, counted from 1, in a window of its own clock.

        Nothing found is no error: the first page then says so.
        """
        search = self._search(handle)
        begins, ends = _moment(start), _moment(end)
        channel = self._archive.recorder.channel(number)
        if begins is None or ends is None or channel is None or ends <= begins:
            raise Refused("Bad Request!")
        self._archive.asked.about(number)
        is_there = (not kinds or "dav" in kinds) and stream == "Main" and not channel.is_slot
        window = self._archive.from_wall(begins), self._archive.from_wall(ends)
        search.channel = channel
        search.files = self._archive.files(channel, *window) if is_there else []
        search.given = 0

    def read_on(self, handle: str, count: int) -> Page:
        search = self._search(handle)
        if search.files is None or search.channel is None or search.closed:
            raise Refused("Bad Request!")
        channel, ills = search.channel, self._archive.recorder.ills
        self._archive.asked.about(channel.number)
        if search.dies_early and search.given:
            self._forget(handle)
            raise Lost
        if ills.endless_more:
            return Page(count, [])
        most = _FEW if ills.short_pages else _MOST
        page = search.files[search.given : search.given + min(count, most)]
        rows = [_row(self._archive, channel, one) for one in page]
        if ills.odd_times and search.given == 0:
            for year in (1970, 2038):
                at = datetime(year, 1, 1, 0, 3, 15, tzinfo=UTC)
                rows.append(_row(self._archive, channel, Clip(at, at + timedelta(minutes=30))))
        if ills.stray_channels and rows:
            rows.append({**rows[0], "Channel": _STRAY})
        search.given += len(page)
        return Page(len(rows), rows, ills.cut_bodies and channel.number == self._archive.ailing)

    def close(self, handle: str) -> None:
        self._search(handle).closed = True

    def destroy(self, handle: str) -> None:
        self._search(handle)
        self._forget(handle)

    def _search(self, handle: str) -> Search:
        search = self._searches.get(handle)
        if search is None or self._archive.now() - search.touched > _LASTS:
            self._searches.pop(handle, None)
            raise Lost
        search.touched = self._archive.now()
        return search

    def _forget(self, handle: str) -> None:
        del self._searches[handle]
        self._archive.asked.searches_closed += 1


def _row(archive: Archive, channel: Channel, clip: Clip) -> Row:
    _, stream = archive.recorded_stream(channel)
    start, end = archive.wall(clip.start), archive.wall(clip.end)
    duration = round((clip.end - clip.start).total_seconds())
    size = -1 if archive.recorder.ills.negative_sizes else duration * stream.kbps * 125
    mark = "R" if clip.kind == "continuous" else "M"
    place = f"/mnt/dvr/{start:%Y-%m-%d}/{channel.number - 1}/dav/{start:%H}"
    row = {
        "Channel": str(channel.number),
        "Cluster": "7861",
        "Disk": "0",
        "Duration": str(duration),
        "EndTime": f"{end:%Y-%m-%d %H:%M:%S}",
        "FilePath": f"{place}/{start:%H.%M.%S}-{end:%H.%M.%S}[{mark}][0@0][0].dav",
        "Flags[0]": "Timing" if clip.kind == "continuous" else "Event",
        "Length": str(size),
        "Partition": "0",
        "StartTime": f"{start:%Y-%m-%d %H:%M:%S}",
        "Type": "dav",
        "VideoStream": "Main",
    }
    if clip.kind == "motion":
        row["Events[0]"] = "VideoMotion"
    if clip.locked:
        row["Flags[1]"] = "Locked"
    return row


def _moment(text: str) -> datetime | None:
    """Return the digits of a time; a day or hour may be of one digit."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})", text)
    try:
        return datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
