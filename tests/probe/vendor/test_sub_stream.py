"""Channels that are set to record their sub-stream alone, to save room: they have recordings all the same."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from probe.model import Io
from probe.vendor import dahua, hikvision
from probe.vendor.protocol import Vendor

START = datetime(2026, 9, 1)  # noqa: DTZ001  by the recorder's own clock
END = START + timedelta(days=14)
MOST = 40


@dataclass
class FakeIo:
    """A recorder of both makers whose channel 1 has recordings on these streams, of noon each day."""

    recorded: set[str]  # "1" and "2", as Hikvision numbers them
    asked: list[str] = field(default_factory=list)
    _kept: dict[str, Any] = field(default_factory=dict)
    _page: bytes = b""

    async def once(self, name: str, fetch: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  whatever it is
        if name not in self._kept:
            self._kept[name] = await fetch()
        return self._kept[name]

    async def post(self, path: str, body: bytes, *, fresh: bool = False) -> bytes:
        found = re.search(r"(?:tracks/|<trackID>)10(\d)", path + body.decode())
        assert found is not None
        self.asked.append(found[1])
        if "dailyDistribution" in path:
            return self._days(found[1])
        span = "<startTime>2026-09-02T12:00:00Z</startTime><endTime>2026-09-02T13:00:00Z</endTime>"
        row = f"<searchMatchItem><timeSpan>{span}</timeSpan></searchMatchItem>"
        rows, word = (row, "OK") if found[1] in self.recorded else ("", "NO MATCHES")
        head = f"<responseStatusStrg>{word}</responseStatusStrg>"
        return f"<CMSearchResult>{head}<matchList>{rows}</matchList></CMSearchResult>".encode()

    def _days(self, stream: str) -> bytes:
        record = str(stream in self.recorded).lower()
        days = "".join(
            f"<day><dayOfMonth>{day}</dayOfMonth><record>{record}</record></day>" for day in range(1, 31)
        )
        return f"<trackDailyDistribution><dayList>{days}</dayList></trackDailyDistribution>".encode()

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        if path.endswith("/time"):
            return b"<Time><localTime>2026-09-15T14:30:00</localTime></Time>"
        if path.startswith("/ISAPI"):
            tracks = "".join(
                f"<Track><id>10{stream}</id><Enable>{str(stream in self.recorded).lower()}</Enable>"
                "<DefaultRecordingMode>CMR</DefaultRecordingMode></Track>"
                for stream in "12"
            )
            return f"<TrackList>{tracks}</TrackList>".encode()
        if "findFile" in path:
            is_there = "2" in self.recorded if "VideoStream" not in path else "1" in self.recorded
            self.asked.append("Main" if "VideoStream" in path else "any")
            row = "items[0].StartTime=2026-09-02 12:00:00\r\nitems[0].EndTime=2026-09-02 13:00:00\r\n"
            self._page = f"found=1\r\n{row}".encode() if is_there else b""
        if "findNextFile" in path:
            page, self._page = self._page, b""
            return page or b"found=0\r\n"
        return b"result=8\r\n" if "factory" in path else b"OK\r\n" if "Find" in path else b"deviceType=31\r\n"


async def files(io: FakeIo, vendor: Vendor) -> tuple[int, int]:
    assert vendor.fetch_takes is not None
    found = await vendor.fetch_takes(cast("Io", io), 1, START, END, MOST)
    return len(found.takes), found.requests


async def played(io: FakeIo, vendor: Vendor) -> str:
    assert vendor.fetch_playback is not None
    return await vendor.fetch_playback(cast("Io", io), 1, START, END)


@pytest.mark.parametrize("vendor", [hikvision.VENDOR, dahua.VENDOR], ids=["hikvision", "dahua"])
@pytest.mark.parametrize(("recorded", "count"), [({"1"}, 1), ({"2"}, 1), (set(), 0)])
async def test_files_of_the_sub_stream_alone_are_found(
    vendor: Vendor, recorded: set[str], count: int
) -> None:
    assert (await files(FakeIo(recorded), vendor))[0] == count


@pytest.mark.parametrize(
    ("vendor", "main", "sub"),
    [
        (hikvision.VENDOR, "/tracks/101/", "/tracks/102/"),
        (dahua.VENDOR, "subtype=0", "subtype=1"),
    ],
    ids=["hikvision", "dahua"],
)
async def test_what_was_found_is_what_is_played(vendor: Vendor, main: str, sub: str) -> None:
    for recorded, words in (({"1"}, main), ({"2"}, sub), ({"1", "2"}, main)):
        io = FakeIo(recorded)
        await files(io, vendor)
        assert words in await played(io, vendor)


@pytest.mark.parametrize("vendor", [hikvision.VENDOR, dahua.VENDOR], ids=["hikvision", "dahua"])
async def test_the_sub_stream_of_an_empty_channel_is_asked_for_once(vendor: Vendor) -> None:
    io = FakeIo(set())
    await files(io, vendor)
    asked = len(io.asked)
    await files(io, vendor)
    assert (asked, len(io.asked)) == (2, 3)


@pytest.mark.parametrize(("recorded", "mode"), [({"1"}, "continuous"), ({"2"}, "continuous"), (set(), "off")])
async def test_hikvisions_sub_stream_alone_is_not_off(recorded: set[str], mode: str) -> None:
    (track,) = await hikvision.VENDOR.fetch_tracks(cast("Io", FakeIo(recorded)))
    assert track.mode == mode


async def test_each_request_is_counted() -> None:
    assert await files(FakeIo(set()), hikvision.VENDOR) == (0, 2)
    assert await files(FakeIo({"2"}), dahua.VENDOR) == (1, 5 + 6)


async def test_a_month_of_the_sub_stream_alone_is_a_recorded_month() -> None:
    io = FakeIo({"2"})
    assert hikvision.VENDOR.fetch_month is not None
    first = await hikvision.VENDOR.fetch_month(cast("Io", io), 1, 2026, 9)
    second = await hikvision.VENDOR.fetch_month(cast("Io", io), 1, 2026, 8)
    assert all(first.days.values())
    assert all(second.days.values())
    assert (first.requests, second.requests, io.asked) == (2, 1, ["1", "2", "2"])
