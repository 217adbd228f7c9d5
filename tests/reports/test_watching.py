"""What is due is done once, told in words, and noted however it ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.errors import UsageError
from inventory.schedule import Slot
from inventory.store import Store
from probe.model import ScanReport
from reports.watching import do_what_is_due, missed, slot_by_hand, watch_of
from reports.workspace import Workspace, open_workspace

CHINA = ZoneInfo("Asia/Shanghai")
SETTINGS = """
[settings.watch]
jitter_min = 0
scan_weekday = 0
playback_day = 0
"""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@dataclass
class School:
    """A workspace whose work is made up."""

    place: Workspace
    store: Store
    now: datetime = field(default=at(18, 1, 31))
    told: list[str] = field(default_factory=list)
    spreads: list[float] = field(default_factory=list)

    def watch(
        self, work: Callable[[Slot, int], None] | None = None, clock: Callable[[], datetime] | None = None
    ) -> int:
        def do(slot: Slot, turn: int, spread_s: float) -> None:
            self.spreads.append(spread_s)
            (work or self.keep)(slot, turn)

        return do_what_is_due(self.place, self.store, do, clock or (lambda: self.now), self.told.append)

    def keep(self, _: Slot, turn: int) -> None:
        self.store.record(ScanReport("check", self.now, self.now + timedelta(minutes=5), (), 0, 0, ()), turn)

    @property
    def states(self) -> list[str]:
        return [night.state for night in self.store.nights()]


def refuses(_: Slot, __: int) -> None:
    raise UsageError("没有网络")


def is_stopped(_: Slot, __: int) -> None:
    raise KeyboardInterrupt


def breaks(_: Slot, __: int) -> None:
    raise ZeroDivisionError


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[School]:
    monkeypatch.setattr("probe.transport.vault.system_keyring", lambda: None)
    (tmp_path / "camcensus.toml").write_text(SETTINGS, "utf-8")
    place = open_workspace(tmp_path)
    with place.store() as store:
        yield School(place, store)


def test_a_night_is_done_once_however_often_it_is_asked_for(school: School) -> None:
    assert (school.watch(), school.watch(), school.states) == (1, 0, ["done"])


def test_what_was_done_and_what_comes_next_is_told(school: School) -> None:
    school.watch()
    assert school.told == [
        "每晚检测（应在 2026-11-18 01:30）：现在开始。",
        "每晚检测（应在 2026-11-18 01:30）：已做完。",
        "下一次：每晚检测，2026-11-19 01:30。",
    ]


def test_that_it_was_done_today_is_told(school: School) -> None:
    school.watch()
    school.told.clear()
    school.watch()
    assert school.told[0] == "今天已经查过（2026-11-18 01:36），不再重复。"


def test_a_missed_night_is_made_up_for_and_not_spread(school: School) -> None:
    school.now = at(18, 8)
    school.watch()
    assert (school.told[0].endswith("现在补做。"), school.spreads) == (True, [0.0])


def test_a_punctual_night_is_spread(school: School) -> None:
    school.watch()
    assert school.spreads == [3600.0]


def test_a_night_that_failed_is_noted_with_why_and_raised(school: School) -> None:
    with pytest.raises(UsageError, match="没有网络"):
        school.watch(refuses)
    (night,) = school.store.nights()
    assert (night.state, night.note) == ("failed", "没有网络")


def test_a_fault_of_ours_is_noted_and_not_hidden(school: School) -> None:
    with pytest.raises(ZeroDivisionError):
        school.watch(breaks)
    assert school.store.nights()[0].note == "ZeroDivisionError"


def test_a_stopped_night_is_broken_off_and_comes_again(school: School) -> None:
    with pytest.raises(KeyboardInterrupt):
        school.watch(is_stopped)
    school.now += timedelta(minutes=20)
    school.watch()
    assert school.states == ["broken-off", "done"]


def test_a_second_interrupt_does_not_cut_off_the_note_of_the_first(school: School) -> None:
    stopped: list[int] = []

    def works(_: Slot, turn: int) -> None:
        stopped.append(turn)
        raise KeyboardInterrupt

    def impatient() -> datetime:
        if stopped:
            signal.raise_signal(signal.SIGINT)
        return school.now

    with pytest.raises(KeyboardInterrupt):
        school.watch(works, impatient)
    assert school.states == ["broken-off"]


def test_a_night_is_broken_off_whenever_the_interrupt_comes(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Store.begin_turn

    def begins(store: Store, slot: Slot, now: datetime) -> int:
        begin(store, slot, now)
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "begin_turn", begins)
    with pytest.raises(KeyboardInterrupt):
        school.watch()
    assert school.states == ["broken-off"]


def test_an_interrupt_that_cannot_be_noted_still_ends_all_work(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "camcensus.toml").write_text(
        SETTINGS.replace("scan_weekday = 0", "scan_weekday = 3"), "utf-8"
    )
    school.place = open_workspace(tmp_path)
    begun: list[str] = []

    def stopped(slot: Slot, _: int) -> None:
        begun.append(slot.work)
        monkeypatch.setattr(Store, "end_broken_off", locked)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        school.watch(stopped)
    assert begun == ["check"]


def test_a_failure_that_cannot_be_noted_is_told_as_it_was(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "end_turn", locked)
    with pytest.raises(UsageError, match="没有网络"):
        school.watch(refuses)


def locked(*_: object) -> int:
    raise UsageError("数据库被占用")


def test_a_killed_night_is_told_of(school: School) -> None:
    school.store.begin_turn(watch_of(school.place).due((), school.now)[0], school.now)
    school.now += timedelta(hours=1)
    school.watch()
    assert (school.told[0].startswith("有 1 次检测没有做完就中断了"), school.states[0]) == (
        True,
        "broken-off",
    )


def test_what_fails_keeps_nothing_else_from_being_done(school: School, tmp_path: Path) -> None:
    (tmp_path / "camcensus.toml").write_text(
        SETTINGS.replace("scan_weekday = 0", "scan_weekday = 3"), "utf-8"
    )
    school.place = open_workspace(tmp_path)

    def work(slot: Slot, turn: int) -> None:
        (refuses if slot.work == "check" else school.keep)(slot, turn)

    with pytest.raises(UsageError, match="没有网络"):
        school.watch(work)
    assert school.states == ["failed", "done"]


def test_a_check_by_hand_stands_for_a_night_that_was_not_done(school: School) -> None:
    school.now = at(18, 22)
    slot = slot_by_hand(school.place, school.store.turns(school.now), school.now)
    assert slot is not None
    assert slot.key == "2026-11-18"


def test_a_check_by_hand_stands_for_no_night_that_was_done(school: School) -> None:
    school.watch()
    assert slot_by_hand(school.place, school.store.turns(school.now), school.now) is None


def test_nights_that_nobody_was_there_for_are_counted_from_the_first_one_on(school: School) -> None:
    school.watch()
    school.now = at(21, 9)
    lost = missed(school.store, watch_of(school.place), school.now)
    assert [one.slot.key for one in lost] == ["2026-11-19", "2026-11-20"]


def test_after_a_summer_with_the_computer_off_every_night_of_it_is_known(school: School) -> None:
    school.watch()
    school.now = datetime(2027, 1, 17, 1, 31, tzinfo=CHINA)  # 60 days later, and at work again
    school.watch()
    lost = missed(school.store, watch_of(school.place), school.now)
    assert (len(lost), lost[0].slot.key, lost[-1].slot.key) == (59, "2026-11-19", "2027-01-16")
    assert all(one.is_over for one in lost)


def test_a_night_that_failed_is_missed_with_why_and_is_not_over(school: School) -> None:
    school.watch()
    school.now = at(19, 1, 31)
    with pytest.raises(UsageError):
        school.watch(refuses)
    school.now = at(20, 1)
    (lost,) = missed(school.store, watch_of(school.place), school.now)
    assert (lost.why, lost.is_over) == ("没有网络", False)


def test_a_new_workspace_has_missed_nothing(school: School) -> None:
    assert missed(school.store, watch_of(school.place), school.now) == []
