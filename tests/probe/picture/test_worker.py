"""Decoder processes: bounded, and replaced when one is lost."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from multiprocessing import resource_tracker
from typing import Any

import numpy as np
import pytest

from probe.errors import Malformed, Silent
from probe.memory import Job
from probe.model import Gap, Measured, NotMeasured
from probe.picture.check import Outfit
from probe.picture.worker import Workers

Make = Callable[..., Any]


@pytest.fixture
async def workers(outfit: Outfit) -> AsyncIterator[Workers]:
    async with Workers(outfit) as some:
        yield some


@pytest.fixture
def task(make_scene: Make, grab_of: Make, job: Make) -> Job:
    taken = job(grab_of([make_scene(), make_scene()]))
    assert isinstance(taken, Job)
    return taken


async def test_a_grab_goes_in_and_a_picture_comes_out(workers: Workers, task: Job) -> None:
    picture = await workers.picture(task)
    assert picture.readings["width"] == Measured(640)


async def test_more_grabs_than_workers_wait_their_turn(workers: Workers, task: Job) -> None:
    pictures = await asyncio.gather(*(workers.picture(task) for _ in range(5)))
    assert [picture.readings["width"] for picture in pictures] == [Measured(640)] * 5


async def killed(process: int) -> None:
    """Kill a process and give it time to end."""
    os.kill(process, signal.SIGKILL)
    await asyncio.sleep(0.5)


async def test_a_killed_decoder_costs_its_own_picture_only(workers: Workers, task: Job) -> None:
    await workers.picture(task)
    (process,) = workers.processes()
    os.kill(process, signal.SIGSTOP)
    losing = asyncio.create_task(workers.picture(task))
    waiting = asyncio.create_task(workers.picture(task))
    await asyncio.sleep(0.5)  # until the job is handed over
    os.kill(process, signal.SIGKILL)
    with pytest.raises(Malformed, match="killed its decoder"):
        await losing
    assert (await waiting).readings["width"] == Measured(640)


async def test_a_decoder_that_died_idle_is_replaced(workers: Workers, task: Job) -> None:
    await workers.picture(task)
    (process,) = workers.processes()
    await killed(process)
    assert (await workers.picture(task)).readings["width"] == Measured(640)


async def test_a_decoder_that_hangs_is_ended_at_its_limit(outfits: Make, task: Job) -> None:
    async with Workers(outfits(decode_s=0.5)) as workers:
        await workers.picture(task)
        (process,) = workers.processes()
        os.kill(process, signal.SIGSTOP)
        begun = time.monotonic()
        with pytest.raises(Silent, match=r"more than 0\.5 s"):
            await workers.picture(task)
        assert time.monotonic() - begun < 10
        assert (await workers.picture(task)).readings["width"] == Measured(640)


async def test_a_cancelled_picture_frees_its_place(workers: Workers, task: Job) -> None:
    await workers.picture(task)
    (process,) = workers.processes()
    os.kill(process, signal.SIGSTOP)
    cancelled = asyncio.create_task(workers.picture(task))
    await asyncio.sleep(0.5)  # until the job is handed over
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert (await workers.picture(task)).readings["width"] == Measured(640)


async def test_no_process_outlives_the_pool(outfit: Outfit, task: Job) -> None:
    async with Workers(outfit) as workers:
        await workers.picture(task)
        (process,) = workers.processes()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


async def test_the_largest_picture_sold_fits(workers: Workers, grab_of: Make, job: Make) -> None:
    assert (await workers.picture(twice(7680, 4000, grab_of, job))).readings["width"] == Measured(7680)


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no memory limit on this system")  # noqa: PTH110
async def test_a_decoder_may_not_take_more_memory_than_allowed(
    outfits: Make, grab_of: Make, job: Make
) -> None:
    async with Workers(outfits(memory_mib=12)) as workers:
        reading = (await workers.picture(twice(3840, 2160, grab_of, job))).readings["width"]
        # Whether the decoder or what comes after it asks for the byte too many is the allocator's affair.
        assert isinstance(reading, NotMeasured)
        assert reading.gap in (Gap.NO_PICTURE, Gap.UNSUPPORTED)


def twice(width: int, height: int, grab_of: Make, job: Make) -> Job:
    """Return one keyframe twice."""
    grab = grab_of([np.full((height, width, 3), 80, np.uint8)], each=1)
    (key,) = grab.keyframes
    made = job(replace(grab, keyframes=(key, replace(key, time_s=4.0))))
    assert isinstance(made, Job)
    return made


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="open files are not listed on this system")  # noqa: PTH110
async def test_a_pool_that_has_ended_holds_no_pipe(outfit: Outfit, task: Job) -> None:
    resource_tracker.ensure_running()  # which multiprocessing keeps open once it has started a process
    gc.collect()  # what earlier tests left
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    async with Workers(outfit) as workers:
        await workers.picture(task)
        (process,) = workers.processes()
        await killed(process)
        await workers.picture(task)
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208
