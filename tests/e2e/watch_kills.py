"""A watch with work made for the test, killed over and over: forked, because 200 starts take minutes.

`python watch_kills.py FOLDER SEED KILLS` prints what was done to it, as JSON. The store, the lock, the turns
and the plan are the real ones; the clock is made up. What must hold afterwards: test_watch_kills.py.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

from config.errors import UsageError
from config.load import load_catalogue
from inventory.database import open_engine
from inventory.lock import Held, holding
from inventory.schedule import Plan, Turn, due_now
from inventory.store import Store
from probe.model import DeviceReport, Evidence, Measured, ScanReport, Target

CHINA = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 11, 1, 12, tzinfo=CHINA)
PLAN = Plan(
    zone=CHINA,
    check_at=clock_time(1, 30),
    jitter_min=20,
    online_min=0,
    scan_weekday=0,
    playback_day=0,
    grace_h=20,
    tries=3,
    retry_min=15,
)
CATALOGUE = load_catalogue()
SCHOOL = "某某小学"
MOST_KILLS_A_NIGHT = 4  # the waits between tries then still leave room in the time of grace
WORK_S = 0.01
BUSY_S = 0.05
HELD = 75


def main(folder: Path, seed: int, kills: int) -> None:
    drawn = random.Random(seed)
    did: Counter[str] = Counter()
    killed_in: Counter[str] = Counter()
    now = BEGIN
    open_engine(folder / "camcensus.db").dispose()
    turns = turns_of(folder, now)
    usual_s = usual(folder)
    set_back = BEGIN
    while did["killed"] < kills:
        now += timedelta(minutes=drawn.randint(1, 50))
        if drawn.random() < 0.02 and now > set_back + timedelta(days=1):
            set_back = now
            now -= timedelta(minutes=drawn.randint(1, 300))
            did["clock set back"] += 1
        elif drawn.random() < 0.01:
            now += timedelta(minutes=drawn.randint(60, 300))
            did["clock set ahead"] += 1
        due = due_now(PLAN, turns, now, SCHOOL)
        if not due:
            continue
        night = due[0].key
        doomed = drawn.random() < 0.9 and killed_in[night] < MOST_KILLS_A_NIGHT
        fate = drawn.random()
        if fate < 0.05:
            did["database locked"] += locked_out(folder, now)
        elif fate < 0.1 and not doomed:
            did["second one refused"] += two_at_once(folder, now)
        elif start(folder, now, drawn.uniform(0, 1.2 * usual_s) if doomed else None):
            did["killed"] += 1
            killed_in[night] += 1
        did["started"] += 1
        turns = turns_of(folder, now)
    now = end_of_the_night(folder, now)
    print(json.dumps({"first": BEGIN.isoformat(), "last": now.isoformat(), **did}))  # noqa: T201


def end_of_the_night(folder: Path, now: datetime) -> datetime:
    for _ in range(16):
        now += timedelta(hours=2)
        start(folder, now, None)
    return now


def usual(folder: Path) -> float:
    """Return how long a start takes here, so that kills may fall anywhere in it."""
    apart = folder / "apart"
    apart.mkdir()
    open_engine(apart / "camcensus.db").dispose()
    taken = []
    for day in range(5):
        begun = time.monotonic()
        start(apart, BEGIN + timedelta(days=day), None)
        taken.append(time.monotonic() - begun)
    return sorted(taken)[2]


def start(folder: Path, now: datetime, kill_after_s: float | None) -> bool:
    """Run the watch once, in a process of its own. Return whether it was killed before it ended by itself."""
    pid = forked(folder, now)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) in (0, HELD), status
    return os.WIFSIGNALED(status)


def two_at_once(folder: Path, now: datetime) -> int:
    """Start two; return 1 where the second one was told of the first."""
    pids = [forked(folder, now), forked(folder, now)]
    codes = [os.WEXITSTATUS(os.waitpid(pid, 0)[1]) for pid in pids]
    assert set(codes) <= {0, HELD}, codes
    return int(HELD in codes)


def locked_out(folder: Path, now: datetime) -> int:
    """Run the watch while somebody else writes to the database, for longer than it waits."""
    with closing(sqlite3.connect(folder / "camcensus.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start(folder, now, None)
        other.execute("ROLLBACK")
    return 1


def turns_of(folder: Path, now: datetime) -> Sequence[Turn]:
    store = opened(folder)
    try:
        return store.turns(now)
    finally:
        store.close()


def forked(folder: Path, now: datetime) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = watch(folder, now)
    finally:
        os._exit(code)


def watch(folder: Path, now: datetime) -> int:
    """Do what is due, as `check --if-due` does, with work that writes a small run."""
    try:
        with holding(folder, "work", now):
            store = opened(folder)
            store.end_broken_off(now)
            for slot in due_now(PLAN, store.turns(now), now, SCHOOL):
                turn = store.begin_turn(slot, now)
                time.sleep(WORK_S)
                store.record(run(now), turn)
            store.close()
    except Held:
        return HELD
    except UsageError:  # the database is locked: the next start tries again
        return 0
    return 0


def run(now: datetime) -> ScanReport:
    evidence = tuple(Evidence("onvif", Measured("supported"), "onvif.identity", now) for _ in range(10))
    devices = tuple(DeviceReport(Target(f"10.9.0.{n}", (80,)), evidence) for n in range(1, 3))
    return ScanReport("check", now, now + timedelta(minutes=3), ("10.9.0.0/24",), 254, 2, devices)


def opened(folder: Path) -> Store:
    return Store(open_engine(folder / "camcensus.db", busy_s=BUSY_S), CATALOGUE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
