"""Who is out there: everything that can answer is asked, and whoever answers becomes a target. 发现"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from config.plain import system_words
from config.settings import Discover
from config.words import say
from probe.discover.assemble import is_asked, kept_sightings, lone_macs, silent_of, targets_of
from probe.discover.interfaces import Interface, on_link
from probe.discover.neighbours import read_table
from probe.discover.on_link import Resolved, Table, resolve
from probe.discover.sweep import Swept, socket_budget, sweep
from probe.discover.targets import Asked
from probe.discover.ws_discovery import Heard, Unicast, multicast, unicast, union
from probe.model import Sighting, SilentTarget, Target
from probe.wire.neighbours import Neighbour
from probe.wire.wsd import PORT, VIDEO_TRANSMITTER

# progress(stage, done, total): "ws-discovery" counts interfaces, "sweep" counts addresses and pinned ports.
Progress = Callable[[str, int, int], None]

_LINES = 12  # for some 1,900 neighbours that are not resolved yet, more than ever wait at once


@dataclass(frozen=True, slots=True)
class Found:
    """Whoever answered. `silent` holds only what was asked by name; `asked` counts addresses and pins."""

    targets: tuple[Target, ...]
    silent: tuple[SilentTarget, ...] = ()
    asked: int = 0
    notes: tuple[str, ...] = ()


async def find(
    asked: Asked,
    settings: Discover,
    progress: Progress = lambda _stage, _done, _total: None,
    *,
    is_known: Callable[[Sighting], bool] = lambda _: False,
    table: Table | None = None,
    wsd_port: int = PORT,
) -> Found:
    """Ask by multicast, and each address by WS-Discovery and on every port; return who answered.

    Whoever answers the multicast, `is_known` and stands elsewhere than asked is found where it is now.
    `table` and `wsd_port` are replaced only where a test stages a full table or another port.
    """
    sockets = socket_budget(settings.sockets)
    search = _Search(asked, settings, progress, table or Table(), asyncio.Semaphore(sockets), wsd_port)
    if sockets < settings.sockets:
        search.notes.append(say("discover.few_sockets", wanted=settings.sockets, given=sockets))

    async with asyncio.TaskGroup() as group:
        spoken = group.create_task(_multicast_everywhere(search))
        asked_singly = group.create_task(_ask_addresses(search))
        group.create_task(_ask_pinned(search))
    sightings, notes = kept_sightings(union((spoken.result(), asked_singly.result())), asked, is_known)
    search.notes += notes
    # Of who belongs to a pin that port alone is asked: on its others it would be found a second time.
    await _sweep(search, _each({one.address for one in sightings if not is_asked(one, asked)}))

    answered = {*search.swept.open, *(sighting.address for sighting in sightings)}
    links = [one for one in asked.local if one.resolves]
    linked = [address for address in answered if on_link(address, links)]
    macs, notes = lone_macs(await _neighbours(linked), linked)
    search.notes += notes
    if search.swept.lost:
        search.notes.append(say("discover.starved", lost=search.swept.lost))
    targets = targets_of(asked, sightings, search.swept.open, macs)
    return Found(targets, silent_of(asked, targets), asked.count, tuple(search.notes))


@dataclass(slots=True)
class _Search:
    """One search: how it asks, and what it has learnt so far."""

    asked: Asked
    settings: Discover
    progress: Progress
    table: Table
    slots: asyncio.Semaphore
    wsd_port: int
    swept: Swept = field(default_factory=Swept)
    notes: list[str] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)

    def settle(self, name: str) -> None:
        self.settled.add(name)
        self.progress("sweep", min(len(self.settled), self.asked.count), self.asked.count)


async def _multicast_everywhere(search: _Search) -> Heard:
    interfaces = search.asked.multicast
    done = 0

    async def on(interface: Interface) -> Heard:
        nonlocal done
        try:
            return await multicast(interface, search.settings, port=search.wsd_port)
        except OSError as error:
            why = system_words(error)
            search.notes.append(say("discover.no_multicast", name=interface.name, why=why))
            return Heard()
        finally:
            done += 1
            search.progress("ws-discovery", done, len(interfaces))

    return union(await asyncio.gather(*(on(one) for one in interfaces)))


async def _ask_addresses(search: _Search) -> Heard:
    """Ask every address: our own link as its neighbour table allows, what is routed or our own at once."""
    if not search.asked.spans:
        return Heard()
    mine = {one.address for one in search.asked.local}
    links = [one for one in search.asked.local if one.resolves]
    direct: list[str] = []
    linked: list[str] = []
    for address in search.asked.addresses():
        (linked if address not in mine and on_link(address, links) else direct).append(address)

    async with unicast(port=search.wsd_port, sockets=_LINES if linked else 1) as line:
        async with asyncio.TaskGroup() as group:
            group.create_task(_sweep(search, _asking(line, direct)))
            group.create_task(_ask_linked(search, line, linked))
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, line.last_asked + search.settings.wsd_listen_s - loop.time()))
        return line.heard()


async def _ask_linked(search: _Search, line: Unicast, linked: Sequence[str]) -> None:
    ready: asyncio.Queue[str | None] = asyncio.Queue()

    def answered(address: str) -> None:
        # The first probe waited for the address to be resolved, and may have been pushed out of that queue.
        line.ask(address)
        ready.put_nowait(address)

    async with asyncio.TaskGroup() as group:
        group.create_task(_sweep(search, _until_none(ready)))
        resolved = await resolve(
            linked,
            lambda address: line.ask(address, ((VIDEO_TRANSMITTER,),)),
            per_s=search.settings.new_neighbours_per_s,
            table=search.table,
            answered=answered,
            absent=search.settle,
        )
        ready.put_nowait(None)
    await _sweep(search, _slowly(_asking(line, resolved.unknown), search.settings.new_neighbours_per_s))
    await _ask_once_more(search, resolved, len(linked))


async def _ask_once_more(search: _Search, resolved: Resolved, linked: int) -> None:
    """Ask those again that a full neighbour table may have cost, in batches that fit it, and say so."""
    missed = [address for address in resolved.unknown if address not in search.swept.present]
    limit = search.table.limit()
    retried = len(resolved.retried)
    if resolved.overflowed and missed:
        search.notes.append(say("discover.table_lost", retried=retried, lost=len(missed)))
    elif resolved.overflowed:
        search.notes.append(say("discover.table_settled", retried=retried))
    elif resolved.is_blind and missed and linked > limit:
        # The system shows no table, and more was asked than Linux would hold: nobody knows what was lost.
        batch = max(1, limit // 4)
        for start in range(0, len(missed), batch):
            await _sweep(search, _each(missed[start : start + batch]))
        still = [address for address in missed if address not in search.swept.present]
        gained = len(missed) - len(still)
        search.notes.append(say("discover.table_unseen", retried=len(missed), gained=gained))


async def _ask_pinned(search: _Search) -> None:
    ports: dict[str, list[int]] = {}
    for address, port in search.asked.pinned:
        ports.setdefault(address, []).append(port)
    await _sweep(search, _each(ports), lambda address: ports[address])


async def _sweep(
    search: _Search, addresses: AsyncIterator[str], ports: Callable[[str], Sequence[int]] | None = None
) -> None:
    await sweep(
        addresses,
        ports or (lambda _address: search.settings.sweep_ports),
        search.swept,
        slots=search.slots,
        connect_s=search.settings.connect_s,
        settled=search.settle,
    )


async def _neighbours(linked: Sequence[str]) -> tuple[Neighbour, ...]:
    return await asyncio.to_thread(read_table) if linked else ()


async def _each(addresses: Iterable[str]) -> AsyncIterator[str]:
    for address in addresses:
        yield address


async def _asking(line: Unicast, addresses: Iterable[str]) -> AsyncIterator[str]:
    """Ask each address by WS-Discovery as the sweep comes to it: so the sweep's pace bounds both."""
    for address in addresses:
        line.ask(address)
        yield address


async def _slowly(addresses: AsyncIterator[str], per_s: int) -> AsyncIterator[str]:
    async for address in addresses:
        yield address
        await asyncio.sleep(1 / per_s)


async def _until_none(ready: asyncio.Queue[str | None]) -> AsyncIterator[str]:
    while (address := await ready.get()) is not None:
        yield address
