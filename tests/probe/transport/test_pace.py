"""A run takes its share of the network and no more: bytes, streams, and fewer of them where it is slow."""

from __future__ import annotations

import asyncio

import pytest

from config.load import load_catalogue
from config.settings import Run
from probe.transport.pace import Pace, Places, subnet_of

RUN = load_catalogue().settings.run


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def limits(**changed: float) -> Run:
    return RUN.model_copy(update=changed)


def slow_after(pace: Pace, usual_s: float, later_s: float) -> int:
    for seconds in [usual_s] * 8 + [later_s] * 8:
        pace.connected(seconds)
    return pace.places.open


def test_what_was_read_too_early_is_waited_for() -> None:
    clock = Clock()
    pace = Pace(limits(mbit_per_s=8.0), clock)
    pace.note(95_000)  # the burst that is always allowed
    assert pace.note(475_000) == pytest.approx(0.5)


def test_a_pause_earns_no_more_than_the_burst() -> None:
    clock = Clock()
    pace = Pace(limits(mbit_per_s=8.0), clock)
    pace.note(0)
    clock.now += 3600
    assert pace.note(950_000) == pytest.approx(0.9)


def test_without_a_limit_nobody_waits() -> None:
    assert Pace(limits(mbit_per_s=0.0), Clock()).note(1 << 30) == 0


@pytest.mark.parametrize(("mbit", "streams"), [(0.0, 12), (4.0, 1), (2.0, 1), (40.0, 10), (1000.0, 12)])
def test_there_are_no_more_streams_than_the_limit_feeds(mbit: float, streams: int) -> None:
    assert Pace(limits(mbit_per_s=mbit, streams_at_once=12), Clock()).places.most == streams


def test_a_network_that_becomes_slow_is_left_alone() -> None:
    pace = Pace(limits(mbit_per_s=0.0, streams_at_once=12), Clock())
    assert slow_after(pace, 0.01, 0.2) == 6


def test_a_network_that_recovers_is_used_again() -> None:
    pace = Pace(limits(mbit_per_s=0.0, streams_at_once=12), Clock())
    slow_after(pace, 0.01, 0.2)
    for _ in range(8 * 6):
        pace.connected(0.01)
    assert pace.places.open == 12


def test_a_fast_network_is_not_slow_because_it_was_faster() -> None:
    assert slow_after(Pace(limits(mbit_per_s=0.0, streams_at_once=12), Clock()), 0.0005, 0.02) == 12


def test_one_slow_device_says_nothing_of_the_network() -> None:
    pace = Pace(limits(mbit_per_s=0.0, streams_at_once=12), Clock())
    for seconds in [0.01] * 8 + [0.9, 0.9, 0.9] + [0.01] * 5:
        pace.connected(seconds)
    assert pace.places.open == 12


def test_however_slow_it_is_one_stream_goes_on() -> None:
    places = Places(12)
    for _ in range(9):
        places.fewer()
    assert places.open == 1


async def test_streams_of_one_subnet_wait_for_each_other_and_for_no_other() -> None:
    pace = Pace(limits(mbit_per_s=0.0, streams_at_once=12, streams_per_subnet=1))
    inside: list[str] = []
    leave = asyncio.Event()

    async def one(address: str) -> None:
        async with pace.stream(address):
            inside.append(address)
            await leave.wait()

    running = [asyncio.create_task(one(address)) for address in ("10.0.1.5", "10.0.1.6", "10.0.2.5")]
    await asyncio.sleep(0.01)
    assert inside == ["10.0.1.5", "10.0.2.5"]
    leave.set()
    await asyncio.gather(*running)


async def test_fewer_places_let_nobody_in_until_so_many_have_left() -> None:
    places, most, inside = Places(4), 0, 0

    async def one() -> None:
        nonlocal most, inside
        async with places:
            inside += 1
            most = max(most, inside) if places.open == 1 and inside <= 1 else most
            assert inside <= 4
            places.fewer()
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(one() for _ in range(20)))
    assert most == 1


async def test_who_gives_up_waiting_takes_no_place_with_him() -> None:
    places = Places(1)
    async with places:
        waiting = asyncio.create_task(places.__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1), places:
        assert places.open == 1


def test_a_neighbourhood_is_a_24() -> None:
    assert subnet_of("10.0.1.5") == subnet_of("10.0.1.250") != subnet_of("10.0.2.5")


def test_an_ipv6_neighbourhood_is_a_64() -> None:
    assert subnet_of("fe80::1%eth0") == subnet_of("fe80::2")
