"""The neighbour table as witness: who is there, who is not, and who never got a place."""

from __future__ import annotations

import asyncio

import pytest

from probe.discover import on_link
from probe.discover.on_link import Resolved, Table, resolve
from probe.wire.neighbours import Neighbour, TableState

EVERYBODY = tuple(f"10.5.{number // 256}.{number % 256}" for number in range(60))
MAC = "02:00:00:00:00:01"


class Kernel:
    """A neighbour table that drops what it has no place for, as Linux does, without saying so."""

    def __init__(self, live: set[str], *, places: int, held_s: float = 0.2) -> None:
        self.live = live
        self.places = places
        self.held_s = held_s
        self.lines: dict[str, float] = {}
        self.contacted: list[str] = []
        self.fulls = 0

    def contact(self, address: str) -> None:
        self.contacted.append(address)
        now = asyncio.get_running_loop().time()
        kept = {
            one: since for one, since in self.lines.items() if one in self.live or now - since < self.held_s
        }
        if len(kept) >= self.places and address not in kept:
            self.fulls += 1
            return
        self.lines = {**kept, address: now}

    def read(self) -> tuple[Neighbour, ...]:
        return tuple(Neighbour(one, MAC if one in self.live else "") for one in self.lines)

    def table(self, *, limit: int) -> Table:
        return Table(self.read, lambda: TableState(len(self.lines), self.fulls), lambda: limit)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("_HELD_S", 0.2),
        ("_SETTLED_S", 0.1),
        ("_TICK_S", 0.01),
        ("_WAITS_S", (0.2, 0.2)),
    ):
        monkeypatch.setattr(on_link, name, value)
    monkeypatch.setattr(on_link, "_LEAST", 1)
    monkeypatch.setattr(on_link, "_REACHABLE_S", 0.2)


async def resolved(kernel: Kernel, table: Table) -> tuple[set[str], set[str], Resolved]:
    there: set[str] = set()
    gone: set[str] = set()
    found = await resolve(
        EVERYBODY, kernel.contact, per_s=10_000, table=table, answered=there.add, absent=gone.add
    )
    return there, gone, found


async def test_who_answers_is_told_from_who_does_not() -> None:
    kernel = Kernel({"10.5.0.7"}, places=1000)
    there, gone, found = await resolved(kernel, kernel.table(limit=1000))
    assert (there, len(gone), found) == ({"10.5.0.7"}, 59, Resolved())


async def test_no_more_addresses_wait_than_the_table_holds() -> None:
    kernel = Kernel({"10.5.0.59"}, places=20)
    there, _, _ = await resolved(kernel, kernel.table(limit=20))
    assert (there, kernel.fulls) == ({"10.5.0.59"}, 0)


async def test_who_found_no_place_is_asked_again_and_the_overflow_is_reported() -> None:
    kernel = Kernel({"10.5.0.58", "10.5.0.59"}, places=20)
    there, gone, found = await resolved(kernel, kernel.table(limit=1000))
    assert (there, len(gone), found.unknown, found.overflowed) == (kernel.live, 58, (), True)


async def test_who_never_finds_a_place_stays_unknown_and_is_not_called_absent() -> None:
    kernel = Kernel(set(EVERYBODY), places=20)
    there, gone, found = await resolved(kernel, kernel.table(limit=1000))
    assert (len(there), gone, len(found.unknown), found.overflowed) == (20, set(), 40, True)


async def test_an_address_that_has_no_neighbour_for_another_reason_is_not_waited_for() -> None:
    kernel = Kernel(set(), places=0)
    table = Table(kernel.read, lambda: TableState(0, 0), lambda: 1000)
    _, _, found = await resolved(kernel, table)
    assert (len(found.unknown), found.overflowed, len(kernel.contacted)) == (60, False, 60)


async def test_where_the_count_is_hidden_a_missing_place_is_reason_to_ask_again() -> None:
    kernel = Kernel({"10.5.0.59"}, places=20)
    there, _, found = await resolved(kernel, Table(kernel.read, lambda: None, lambda: 1000))
    assert (there, found.overflowed) == ({"10.5.0.59"}, True)


async def test_without_a_table_nobody_is_contacted_and_all_are_unknown() -> None:
    kernel = Kernel(set(), places=1000)
    _, _, found = await resolved(kernel, Table(lambda: None, lambda: None, lambda: 1000))
    assert (found, kernel.contacted) == (Resolved(unknown=EVERYBODY, is_blind=True), [])
