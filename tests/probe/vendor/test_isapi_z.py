"""What the Z of a Hikvision recorder's times means, where its first channels record nothing that tells."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from probe.model import Io
from probe.vendor.hikvision import records

WALL = datetime(2026, 9, 15, 14, 30)  # noqa: DTZ001  by the recorder's own clock
UTC = WALL - timedelta(hours=8)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class FakeIo:
    """Four channels are set to record; `ends` tells when the newest file of each ends, as it is written."""

    ends: Mapping[int, datetime]
    asked: list[str] = field(default_factory=list)
    _kept: dict[str, Any] = field(default_factory=dict)

    async def once(self, name: str, fetch: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  whatever it is
        if name not in self._kept:
            self._kept[name] = await fetch()
        return self._kept[name]

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        if path.endswith("/time"):
            return f"<Time><localTime>{WALL.isoformat()}+08:00</localTime></Time>".encode()
        tracks = "".join(f"<Track><id>{number}01</id></Track>" for number in (1, 2, 3, 4))
        return f"<TrackList>{tracks}</TrackList>".encode()

    async def post(self, path: str, body: bytes, *, fresh: bool = False) -> bytes:
        found = re.search(rb"<trackID>(\d+)01<", body)
        assert found is not None
        end = self.ends.get(int(found[1]))
        if end is None:
            return b"<CMSearchResult><responseStatusStrg>NO MATCHES</responseStatusStrg></CMSearchResult>"
        span = f"<startTime>{(end - HOUR).isoformat()}Z</startTime><endTime>{end.isoformat()}Z</endTime>"
        row = f"<searchMatchItem><timeSpan>{span}</timeSpan></searchMatchItem>"
        head = "<responseStatusStrg>OK</responseStatusStrg>"
        return f"<CMSearchResult>{head}<matchList>{row}</matchList></CMSearchResult>".encode()


async def newest(io: FakeIo, number: int) -> tuple[datetime, bool]:
    """Return when the newest file ends by the clock on the wall, and whether it is sure to be the newest."""
    takes = await records.fetch_recent(cast("Io", io), number)
    return takes.takes[-1].end, takes.is_whole


async def test_a_channel_that_records_now_tells_for_itself_where_the_first_three_are_dead() -> None:
    assert await newest(FakeIo({4: UTC}), 4) == (WALL, True)


async def test_what_one_channel_told_holds_for_those_after_it() -> None:
    io = FakeIo({4: UTC, 5: UTC - 40 * MINUTE})
    await newest(io, 4)
    assert await newest(io, 5) == (WALL - 40 * MINUTE, True)


async def test_a_newest_file_that_may_be_of_this_hour_is_not_sure_to_be_old() -> None:
    assert await newest(FakeIo({5: UTC - 40 * MINUTE}), 5) == (UTC - 40 * MINUTE, False)


async def test_a_newest_file_that_is_old_either_way_is_old() -> None:
    assert await newest(FakeIo({5: UTC - 5 * HOUR}), 5) == (UTC - 5 * HOUR, True)


async def test_a_first_channel_that_records_by_the_clock_on_the_wall_settles_it() -> None:
    io = FakeIo({1: WALL, 5: UTC})
    assert await newest(io, 5) == (UTC, True)
