"""The virtual school in a process of its own, so that a scan of it is a scan over real sockets."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from config.errors import UsageError
from config.words import say

_START_S = 60.0
_STOP_S = 10.0
_WATCH_S = 0.2


@dataclass(frozen=True, slots=True)
class School:
    """What school to run. `truth` and `stats` are files to write: what is there, and what was done to it."""

    devices: int  # cameras
    seed: int
    bind: str
    spare: tuple[str, ...] = ()  # where to go, in turn, when the school cannot be on `bind`
    faults: Mapping[int, tuple[str, ...]] | None = None  # None: the seed chooses; {}: all are healthy
    video: Literal["live", "loops"] = "live"
    recorders: int = 0
    most_used: int | None = None  # network cameras on one recorder at most
    truth: Path | None = None
    stats: Path | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A school that answers: its invented name, and the truth about it (`camcensus/truth/1`)."""

    name: str
    truth: dict[str, Any]


@contextmanager
def running(school: School) -> Iterator[Running]:
    """Run the school until the block ends. Raise UsageError when it cannot start."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_run, args=(school, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield _started(ours)
    finally:
        ours.close()  # the word to stop; should we be killed, the system says it for us
        process.join(_STOP_S)
        if process.is_alive():
            process.kill()
            process.join()


def _started(ours: Connection) -> Running:
    try:
        said = ours.recv() if ours.poll(_START_S) else say("demo.slow", seconds=f"{_START_S:.0f}")
    except EOFError:
        said = say("demo.ended")
    if not isinstance(said, Running):
        raise UsageError(say("demo.died", why=said))
    return said


def _run(school: School, theirs: Connection) -> None:
    """The child: serve until the parent closes its end, then let the simulator write its statistics."""
    for meant_for_parent in (signal.SIGINT, signal.SIGTERM):
        signal.signal(meant_for_parent, signal.SIG_IGN)
    try:
        asyncio.run(_serve(school, theirs))
    except (UsageError, OSError) as error:
        theirs.send(str(error))


async def _serve(school: School, theirs: Connection) -> None:
    refused: list[UsageError] = []
    for bind in (school.bind, *school.spare):
        try:
            return await _serve_on(bind, school, theirs)
        except UsageError as error:
            refused.append(error)
    raise refused[0]


async def _serve_on(bind: str, school: School, theirs: Connection) -> None:
    from probe.sim.effects import turning_points_s
    from probe.sim.plan import plan_school
    from probe.sim.serve import serve
    from probe.sim.truth import truth

    campus = plan_school(
        school.seed,
        school.devices,
        bind,
        school.faults,
        video=school.video,
        recorders=school.recorders,
        most_used=school.most_used,
    )

    answering = asyncio.Event()

    def ready() -> None:
        there = truth(campus)
        if school.truth:
            _write(school.truth, there)
        theirs.send(Running(campus.school, there))
        answering.set()

    async def keep_true(path: Path) -> None:
        await answering.wait()
        opened = asyncio.get_running_loop().time()
        for since_s in turning_points_s(campus):
            await asyncio.sleep(opened + since_s - asyncio.get_running_loop().time())
            _write(path, truth(campus, since_s))

    serving = asyncio.create_task(serve(campus, ready, stats_path=school.stats))
    watching = asyncio.create_task(_parent_ended(theirs))
    keeping = [asyncio.create_task(keep_true(school.truth))] if school.truth else []
    await asyncio.wait((serving, watching), return_when=asyncio.FIRST_COMPLETED)
    for task in (watching, serving, *keeping):
        task.cancel()
    await asyncio.gather(*keeping, return_exceptions=True)
    try:
        await serving
    except asyncio.CancelledError:
        return


def _write(path: Path, there: Mapping[str, Any]) -> None:
    """Replace the file at once: whoever reads it meets the old truth or the new one, never half of one."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(json.dumps(there, ensure_ascii=False, indent=1) + "\n", "utf-8")
    fresh.replace(path)


async def _parent_ended(theirs: Connection) -> None:
    """Return when the parent has closed its end. It is polled: Windows cannot wait for a pipe in asyncio."""
    try:
        while not theirs.poll():  # noqa: ASYNC110  no event comes from a pipe
            await asyncio.sleep(_WATCH_S)
    except OSError:
        return
