"""What a Dahua recorder has recorded: a search that is made, begun, read on, closed and destroyed. 大华"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Io
from probe.vendor.dahua.ask import fetch_way
from probe.vendor.protocol import Take, Takes, takes_of
from probe.wire import dahua_records
from probe.wire.dahua_table import SessionLost, parse_table
from probe.wire.recorder import Clip, Clips

_TRIES = 2
_MAIN, _ANY = "Main", ""
_LEAST_REQUESTS = 5  # of one search, with a page that finds nothing


async def fetch_takes(io: Io, number: int, start: datetime, end: datetime, most: int) -> Takes:
    """Return the files of a window: of the main stream, or of any where the channel has none of it.

    It may be set to record its sub-stream alone, to save room: once asked.
    """
    streams = await _fetch_filled(io)
    found = await _find(io, number, streams.get(number, _MAIN), (start, end), most)
    left = most - found.requests
    if number in streams or found.takes or not found.is_whole or left < _LEAST_REQUESTS:
        streams.setdefault(number, _MAIN)
        return found
    streams[number], spent = _MAIN, found.requests + _LEAST_REQUESTS
    with suppress(Unsupported, Malformed):
        of_any = await _find(io, number, _ANY, (start, end), left)
        spent = found.requests + of_any.requests
        if of_any.takes:
            streams[number], found = _ANY, of_any
    return replace(found, requests=spent)


async def _fetch_filled(io: Io) -> dict[int, str]:
    """Return, for all to add to, the streams that channels are recorded of."""

    async def none() -> dict[int, str]:
        return {}

    return await io.once("dahua.filled", none)


async def _find(io: Io, number: int, stream: str, window: tuple[datetime, datetime], most: int) -> Takes:
    """Return the files of a stream; a search whose handle is lost begins anew, once."""
    spent = 0
    for _ in range(_TRIES):
        steps: _Steps = _ByCgi(io, stream) if await fetch_way(io) == "CGI" else _ByRpc(io, stream)
        search = _Search(steps, number, *window, most - spent)
        try:
            return await search.run(spent)
        except (SessionLost, Unsupported) as error:
            if not _is_lost(error):
                raise
            spent, last = spent + search.requests, error
    raise last


def _is_lost(error: DeviceError) -> bool:
    # A lost handle comes with status 400 and the word in the body.
    return isinstance(error, SessionLost) or "session" in str(error).lower()


async def fetch_playback(io: Io, number: int, start: datetime, end: datetime) -> str:
    is_sub = (await _fetch_filled(io)).get(number) == _ANY
    return dahua_records.playback_path(number, start, end, is_sub=is_sub)


class _Steps(Protocol):
    """The steps of a search, as the way that the device answers has them. A handle is what `create` made."""

    async def create(self) -> str: ...
    async def begin(self, handle: str, number: int, start: datetime, end: datetime) -> None: ...
    async def read_on(self, handle: str) -> Clips: ...
    async def close(self, handle: str) -> None: ...
    async def destroy(self, handle: str) -> None: ...


class _Search:
    """One search and its handle, which is given back whatever happens."""

    def __init__(self, steps: _Steps, number: int, start: datetime, end: datetime, most: int) -> None:
        self.requests = 0
        self._steps = steps
        self._number = number
        self._start = start
        self._end = end
        self._most = most

    async def run(self, spent: int) -> Takes:
        self.requests += 1
        handle = await self._steps.create()
        try:
            takes, is_whole = await self._read(handle)
        finally:
            await self._give_back(handle)
        return takes_of(takes, spent + self.requests, is_whole=is_whole)

    async def _read(self, handle: str) -> tuple[list[Take], bool]:
        self.requests += 1
        await self._steps.begin(handle, self._number, self._start, self._end)
        found: list[Take] = []
        read: set[Clip] = set()
        while self.requests < self._most - _GIVING_BACK:
            self.requests += 1
            try:
                page = await self._steps.read_on(handle)
            except (Unsupported, Malformed) as error:
                if not read or _is_lost(error):
                    raise
                break  # some end so; whether this is the end is not known
            if not page.more:
                return found, True
            fresh = [one for one in page.clips if one not in read]
            if not fresh:
                break  # the same page again
            read.update(fresh)
            # A window may also give files of years in which nobody recorded: 1970, 2038.
            found += [
                Take(one.start.local, one.end.local, one.locked, one.kind, one.source, one.marked)
                for one in fresh
                if one.start.local < self._end and one.end.local > self._start
            ]
        return found, False

    async def _give_back(self, handle: str) -> None:
        for step in (self._steps.close, self._steps.destroy):
            self.requests += 1
            try:
                await step(handle)
            except (Unsupported, Malformed):
                continue  # it is gone already


@dataclass(frozen=True, slots=True)
class _ByCgi:
    io: Io
    stream: str

    async def create(self) -> str:
        made = await self._ask(dahua_records.CREATE_PATH)
        return dahua_records.handle_of(parse_table(made, "factory.create"))

    async def begin(self, handle: str, number: int, start: datetime, end: datetime) -> None:
        begun = await self._ask(dahua_records.find_path(handle, number, start, end, stream=self.stream))
        dahua_records.parse_done(begun, "findFile")

    async def read_on(self, handle: str) -> Clips:
        page = await self._ask(dahua_records.next_path(handle))
        return dahua_records.clips_of(parse_table(page, "findNextFile"))

    async def close(self, handle: str) -> None:
        await self._ask(dahua_records.close_path(handle))

    async def destroy(self, handle: str) -> None:
        await self._ask(dahua_records.destroy_path(handle))

    async def _ask(self, path: str) -> bytes:
        return await self.io.get(path, fresh=True)


@dataclass(frozen=True, slots=True)
class _ByRpc:
    io: Io
    stream: str

    async def create(self) -> str:
        made = (await self.io.rpc("mediaFileFind.factory.create")).handle
        if made is None:
            raise Malformed("RPC2 mediaFileFind.factory.create: no handle")
        return str(made)

    async def begin(self, handle: str, number: int, start: datetime, end: datetime) -> None:
        asked = dahua_records.condition(number, start, end, self.stream)
        await self.io.rpc("mediaFileFind.findFile", asked, handle=int(handle))

    async def read_on(self, handle: str) -> Clips:
        count = {"count": dahua_records.MOST_PER_PAGE}
        page = await self.io.rpc("mediaFileFind.findNextFile", count, handle=int(handle))
        return dahua_records.clips_of(page.table)

    async def close(self, handle: str) -> None:
        await self.io.rpc("mediaFileFind.close", handle=int(handle))

    async def destroy(self, handle: str) -> None:
        await self.io.rpc("mediaFileFind.destroy", handle=int(handle))


_GIVING_BACK = 2
