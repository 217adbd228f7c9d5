"""Who is there on our own network: one datagram each, slowly enough for the kernel's neighbour table.

Linux keeps at most gc_thresh3 (1024) neighbours. An address where nobody is holds its place for the three
seconds that the kernel asks for it, and when all places are held, connections to others time out without any
error: open ports look closed. So new addresses are contacted only as places come free, and the table itself
says of each one whether somebody answered, nobody did, or it never got a place and must be asked again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from probe.discover.neighbours import read_linux_table, read_table_limit, read_table_state
from probe.wire.neighbours import Neighbour, TableState

# The kernel asks three times, a second apart (mcast_solicit, retrans_time_ms): then the place may be reused.
_HELD_S = 3.2
# The second question is answered by now, so a lost first one costs nothing.
_SETTLED_S = 2.2
_TICK_S = 0.1
# A quarter stays free for the devices that answer, and for everybody else on this PC.
_SHARE = 0.75
_LEAST = 32
_WAITS_S = (_HELD_S, 10.0)
# Who answered keeps its place for 15 to 45 s (base_reachable_time_ms); among 1,000 only this makes room.
_REACHABLE_S = 35.0


@dataclass(frozen=True, slots=True)
class Resolved:
    """`retried` had no place in the table at first, `unknown` none to the end."""

    retried: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    overflowed: bool = False
    is_blind: bool = False  # the system shows no table


@dataclass(frozen=True, slots=True)
class Table:
    """The kernel's table as this module sees it: replaceable, so that an overflow can be staged."""

    read: Callable[[], Sequence[Neighbour] | None] = read_linux_table
    state: Callable[[], TableState | None] = read_table_state
    limit: Callable[[], int] = read_table_limit


async def resolve(
    addresses: Sequence[str],
    contact: Callable[[str], None],
    *,
    per_s: int,
    table: Table,
    answered: Callable[[str], None],
    absent: Callable[[str], None],
) -> Resolved:
    """Contact every address; tell `answered` and `absent` what the table says of it, as soon as it does.

    Where no table can be read (Windows, macOS) nobody is contacted: all are unknown, and the caller must ask.
    """
    if not addresses or table.read() is None:
        return Resolved(unknown=tuple(addresses), is_blind=True)
    before = table.state()
    share = _SHARE
    first = unknown = await _contact_all(addresses, contact, per_s, share, table, answered, absent)
    crowded = sum(1 for line in table.read() or () if line.mac) > table.limit() // 2
    for wait_s in (*_WAITS_S, *((_REACHABLE_S,) if crowded else ())):
        if not unknown or not _may_have_overflowed(before, table.state()):
            break
        await asyncio.sleep(wait_s)
        share /= 2
        unknown = await _contact_all(unknown, contact, per_s, share, table, answered, absent)
    overflowed = bool(first) and _may_have_overflowed(before, table.state())
    return Resolved(retried=first, unknown=unknown, overflowed=overflowed)


async def _contact_all(
    addresses: Sequence[str],
    contact: Callable[[str], None],
    per_s: int,
    share: float,
    table: Table,
    answered: Callable[[str], None],
    absent: Callable[[str], None],
) -> tuple[str, ...]:
    """Contact every address as places come free; return those that never got one."""
    loop = asyncio.get_running_loop()
    places = int(table.limit() * share)
    waiting = deque(addresses)
    asked: dict[str, float] = {}  # nobody has answered for it yet
    holding: deque[float] = deque()  # when the places of those who will not answer were taken
    unknown: list[str] = []
    while waiting or asked:
        macs = {line.address: line.mac for line in table.read() or ()}
        now = loop.time()
        while holding and now - holding[0] > _HELD_S:
            holding.popleft()
        for address, since in list(asked.items()):
            if macs.get(address):
                answered(address)
            elif now - since < _SETTLED_S:
                continue
            elif address in macs:
                holding.append(since)
                absent(address)
            else:
                unknown.append(address)
            del asked[address]

        taken = len(asked) + len(holding) + sum(1 for mac in macs.values() if mac)
        free = max(places - taken, _LEAST - len(asked))
        for _ in range(min(free, len(waiting), max(1, int(per_s * _TICK_S)))):
            address = waiting.popleft()
            contact(address)
            asked[address] = loop.time()
        await asyncio.sleep(_TICK_S)
    return tuple(unknown)


def _may_have_overflowed(before: TableState | None, after: TableState | None) -> bool:
    # A namespace cannot see the count; then an address without a place is reason enough.
    return before is None or after is None or after.fulls > before.fulls
