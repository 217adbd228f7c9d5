"""What the watch did is on record: a killed turn is known as such, and a run and its turn stand together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import load_catalogue
from inventory.schedule import Slot, Turn
from inventory.store import Store, open_store
from probe.model import ScanReport

NIGHT = datetime(2026, 11, 17, 17, 30, tzinfo=UTC)
SLOT = Slot("check", "2026-11-18", NIGHT)
LATER = NIGHT + timedelta(minutes=9)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", load_catalogue())
    yield store
    store.close()


def report() -> ScanReport:
    return ScanReport("check", NIGHT, LATER, (), 0, 0, ())


def test_a_turn_runs_until_its_end_is_written(store: Store) -> None:
    turn = store.begin_turn(SLOT, NIGHT)
    (running,) = store.turns(NIGHT)
    store.end_turn(turn, LATER, "failed", "no network")
    (ended,) = store.turns(NIGHT)
    assert (running, ended) == (
        Turn("check", "2026-11-18", NIGHT, None, None),
        Turn("check", "2026-11-18", NIGHT, LATER, "failed"),
    )


def test_a_turn_is_done_by_the_run_that_it_was(store: Store) -> None:
    run_id = store.record(report(), store.begin_turn(SLOT, NIGHT))
    (night,) = store.nights()
    assert (night.state, night.run_id, night.finished) == ("done", run_id, LATER)


def test_a_run_that_cannot_be_kept_leaves_its_turn_open(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = store.begin_turn(SLOT, NIGHT)

    def full(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("inventory.turns.end", full)
    with pytest.raises(ZeroDivisionError):
        store.record(report(), turn)
    assert (store.last_run(), store.nights()[0].state) == (None, "running")


def test_a_killed_turn_is_noticed_once_by_who_comes_next(store: Store) -> None:
    store.begin_turn(SLOT, NIGHT)
    assert (store.end_broken_off(LATER), store.end_broken_off(LATER)) == (1, 0)
    assert store.nights()[0].state == "broken-off"


def test_why_a_turn_failed_is_kept(store: Store) -> None:
    store.end_turn(store.begin_turn(SLOT, NIGHT), LATER, "failed", "网络不通\ud800")
    assert store.nights()[0].note == "网络不通\ud800"


def test_nights_carry_their_local_day(store: Store) -> None:
    store.begin_turn(SLOT, NIGHT)
    assert store.nights()[0].day.isoformat() == "2026-11-18"
