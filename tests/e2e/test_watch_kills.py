"""No night is lost and none is done twice, whatever kills the watch, sets the clock or locks the database."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 200

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the watch is forked to be killed often enough"),
]


@dataclass(frozen=True)
class Killed:
    did: dict[str, Any]
    database: Path

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(question).fetchall()


DONE = "SELECT key FROM turn_start JOIN turn_end ON start_id = turn_start.id WHERE state = 'done'"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    folder = tmp_path_factory.mktemp("watch")
    script = Path(__file__).with_name("watch_kills.py")
    done = subprocess.run(
        [sys.executable, str(script), str(folder), "20261121", str(KILLS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,  # it takes half a minute on a computer that does nothing else
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return Killed(json.loads(done.stdout), folder / "camcensus.db")


def test_everything_was_done_to_it(killed: Killed) -> None:
    assert killed.did["killed"] == KILLS
    assert min(killed.did[what] for what in ("database locked", "clock set back", "clock set ahead")) > 0


def test_kills_fell_into_the_work(killed: Killed) -> None:
    ((broken_off,),) = killed.ask("SELECT count(*) FROM turn_end WHERE state = 'broken-off'")
    assert broken_off > KILLS / 10


def test_no_night_is_lost(killed: Killed) -> None:
    first, last = (datetime.fromisoformat(killed.did[which]).date() for which in ("first", "last"))
    nights = {
        (first + timedelta(days=n)).isoformat() for n in range(1, (last - first).days)
    }  # the first noon is past the first night
    assert nights - {key for (key,) in killed.ask(DONE)} == set()


def test_no_night_is_done_twice(killed: Killed) -> None:
    assert killed.ask(f"{DONE} GROUP BY key HAVING count(*) > 1") == []


def test_every_run_belongs_to_the_night_that_it_was_done_for(killed: Killed) -> None:
    runs = killed.ask("SELECT id FROM run")
    assert runs == killed.ask("SELECT run_id FROM turn_end WHERE state = 'done' ORDER BY run_id")


def test_every_turn_has_an_end(killed: Killed) -> None:
    assert killed.ask("SELECT id FROM turn_start WHERE id NOT IN (SELECT start_id FROM turn_end)") == []


def test_the_database_is_whole(killed: Killed) -> None:
    assert killed.ask("PRAGMA integrity_check") == [("ok",)]
    assert killed.ask("PRAGMA foreign_key_check") == []


def test_nights_are_local_days(killed: Killed) -> None:
    assert all(date.fromisoformat(key).isoformat() == key for (key,) in killed.ask(DONE))
