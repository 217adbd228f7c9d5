"""What a Dahua recorder has recorded: a search that is made, begun, read on, closed and destroyed. 大华"""

from __future__ import annotations

from datetime import datetime

from probe.errors import Malformed, Unsupported
from probe.model import Io
from probe.vendor.protocol import Take, Takes, in_order
from probe.wire import dahua_records
from probe.wire.dahua_table import SessionLost, parse_table

_TRIES = 2


async def fetch_takes(io: Io, number: int, start: datetime, end: datetime, most: int) -> Takes:
    """Return the files of a window; a search whose handle is lost begins anew, once."""
    spent = 0
    for _ in range(_TRIES):
        search = _Search(io, number, start, end, most - spent)
        try:
            return await search.run(spent)
        except (SessionLost, Unsupported) as error:
            # A lost handle comes with status 400 and the word in the body.
            if not isinstance(error, SessionLost) and "session" not in str(error).lower():
                raise
            spent, last = spent + search.requests, error
    raise last


async def fetch_playback(_: Io, number: int, start: datetime, end: datetime) -> str:
    return dahua_records.playback_path(number, start, end)


class _Search:
    """One search and its handle, which is given back whatever happens."""

    def __init__(self, io: Io, number: int, start: datetime, end: datetime, most: int) -> None:
        self.requests = 0
        self._io = io
        self._number = number
        self._start = start
        self._end = end
        self._most = most

    async def run(self, spent: int) -> Takes:
        handle = dahua_records.handle_of(
            parse_table(await self._ask(dahua_records.CREATE_PATH), "factory.create")
        )
        try:
            takes, is_whole = await self._read(handle)
        finally:
            await self._give_back(handle)
        return Takes(in_order(takes), spent + self.requests, is_whole)

    async def _read(self, handle: str) -> tuple[list[Take], bool]:
        begun = await self._ask(dahua_records.find_path(handle, self._number, self._start, self._end))
        dahua_records.parse_done(begun, "findFile")
        found: list[Take] = []
        while self.requests < self._most - _GIVING_BACK:
            page = dahua_records.clips_of(
                parse_table(await self._ask(dahua_records.next_path(handle)), "findNextFile")
            )
            # A window may also give files of years in which nobody recorded: 1970, 2038.
            found += [
                Take(one.start.local, one.end.local, one.locked, one.kind, one.source)
                for one in page.clips
                if one.start.local < self._end and one.end.local > self._start
            ]
            if not page.more:
                return found, True
        return found, False

    async def _give_back(self, handle: str) -> None:
        for path in (dahua_records.close_path(handle), dahua_records.destroy_path(handle)):
            try:
                await self._ask(path)
            except (Unsupported, Malformed):
                continue  # it is gone already

    async def _ask(self, path: str) -> bytes:
        self.requests += 1
        return await self._io.get(path, fresh=True)


_GIVING_BACK = 2
