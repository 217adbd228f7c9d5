"""How a Dahua search is read on: recorders differ in how much they give at once, and in how they end."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast
from urllib.parse import unquote

import pytest

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io
from probe.record.by_file import fetch_by_file
from probe.record.days import continuous
from probe.vendor.dahua import VENDOR
from tests.probe.record.fakes import NOW, RECORD, RIGHT, YESTERDAY, ZONE

HALF_HOUR = timedelta(minutes=30)
FIRST = datetime(2026, 6, 1)  # noqa: DTZ001  by the recorder's own clock


@dataclass
class FakeDahua:
    """Has recorded without a break since June, in files of half an hour; `at_once` are given on a page."""

    at_once: int = 100
    ends_with: DeviceError | None = None  # instead of an empty page
    repeats: bool = False  # page one again and again
    gone: date | None = None  # a day without a file
    record: Any = RECORD
    zone: Any = ZONE
    asked: list[str] = field(default_factory=list)
    _found: list[datetime] = field(default_factory=list)
    _kept: dict[str, Any] = field(default_factory=dict)

    def now(self) -> datetime:
        return NOW

    async def once(self, name: str, fetch: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401  whatever it is
        if name not in self._kept:
            self._kept[name] = await fetch()
        return self._kept[name]

    async def get(self, path: str, *, fresh: bool = False) -> bytes:
        if "mediaFileFind" not in path:
            return b"deviceType=31\r\nserialNumber=X1234567\r\n"
        self.asked.append(path)
        if "factory.create" in path:
            return b"result=8\r\n"
        if "action=findFile" in path:
            self._found = self._inside(*re.findall(r"Time=([^&]+)", unquote(path)))
        if "findNextFile" not in path:
            return b"OK\r\n"
        page = self._found[: self.at_once]
        if not self.repeats:
            self._found = self._found[self.at_once :]
        if not page and self.ends_with is not None:
            raise self.ends_with
        rows = [f"items[{at}].{said}\r\n" for at, start in enumerate(page) for said in row(start)]
        return f"found={len(page)}\r\n{''.join(rows)}".encode()

    def _inside(self, start: str, end: str) -> list[datetime]:
        first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
        now = datetime(2026, 9, 15, 14, 30)  # noqa: DTZ001  by the recorder's own clock
        count = (now - FIRST) // HALF_HOUR
        files = [FIRST + number * HALF_HOUR for number in range(count)]
        return [one for one in files if one < last and one + HALF_HOUR > first and one.date() != self.gone]


def row(start: datetime) -> tuple[str, ...]:
    return (
        "Channel=1",
        f"StartTime={start}",
        f"EndTime={start + HALF_HOUR}",
        f"FilePath=/{start:%m%d%H%M}.dav",
    )


async def days(recorder: FakeDahua) -> tuple[int, int | None]:
    history = await fetch_by_file(cast("Io", recorder), VENDOR, 1, RIGHT)
    assert len(recorder.asked) <= history.requests <= 100
    return continuous(history.days, YESTERDAY)


@pytest.mark.parametrize("at_once", [100, 96])
async def test_ninety_days_cost_at_most_a_hundred_requests(at_once: int) -> None:
    at_least, at_most = await days(FakeDahua(at_once))
    assert at_least >= 90
    assert at_most is None or at_most >= 106


@pytest.mark.parametrize("at_once", [64, 40])
async def test_a_page_that_is_not_full_is_not_the_last(at_once: int) -> None:
    at_least, at_most = await days(FakeDahua(at_once))
    assert at_least >= 30
    assert at_most is None


@pytest.mark.parametrize("error", [Unsupported("Bad Request!"), Malformed("'' instead of an answer")])
async def test_a_search_that_ends_with_an_error_keeps_what_it_gave(error: DeviceError) -> None:
    at_least, at_most = await days(FakeDahua(ends_with=error))
    assert at_least >= 60
    assert at_most is None or at_most >= 106


async def test_a_day_without_a_file_is_found_whatever_the_end_of_a_search_looks_like() -> None:
    recorder = FakeDahua(ends_with=Unsupported("Bad Request!"), gone=date(2026, 9, 1))
    assert await days(recorder) == (13, 13)


async def test_a_page_that_comes_again_and_again_is_read_once() -> None:
    recorder = FakeDahua(repeats=True)
    await days(recorder)
    pages = [path for path in recorder.asked if "findNextFile" in path]
    searches = [path for path in recorder.asked if "findFile" in path]
    assert len(pages) <= 2 * len(searches)
