"""Whose work is done first, and that nobody loses a turn."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from probe.sim.workbench import Turns, Workbench


async def test_the_work_that_is_due_first_goes_first() -> None:
    turns, order = Turns(1), []

    async def one(due: float) -> None:
        async with turns.take(due):
            order.append(due)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(turns.take(0.0))
        waiting = [asyncio.create_task(one(due)) for due in (3.0, 1.0, 2.0)]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert order == [1.0, 2.0, 3.0]


async def test_a_turn_that_is_given_up_goes_to_the_next() -> None:
    turns = Turns(1)

    async def one(due: float) -> str:
        async with turns.take(due):
            return "done"

    async with turns.take(0.0):
        given_up, next_one = (asyncio.create_task(one(due)) for due in (1.0, 2.0))
        await asyncio.sleep(0)
        given_up.cancel()
    assert await next_one == "done"


async def test_a_turn_that_is_given_up_as_it_comes_goes_to_the_next() -> None:
    turns = Turns(1)

    async def one(due: float) -> str:
        async with turns.take(due):
            return "done"

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(turns.take(0.0))
        given_up, next_one = (asyncio.create_task(one(due)) for due in (1.0, 2.0))
        await asyncio.sleep(0)
    given_up.cancel()
    assert await next_one == "done"


async def test_cancelled_work_is_waited_for() -> None:
    bench, steps = Workbench(), []
    loop = asyncio.get_running_loop()
    begun = asyncio.Event()

    def job() -> None:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.05), loop).result()
        steps.append("worked")

    task = asyncio.create_task(bench.work(job, due=0.0))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    steps.append("cancelled")
    bench.close()
    assert steps == ["worked", "cancelled"]
