"""What the service has done and when: by the settings of this minute, and what fails is said."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from config.errors import UsageError
from inventory import notices
from inventory.database import writing
from inventory.lock import holding
from inventory.schedule import Slot
from probe.model import DeviceReport, Evidence, Measured, ScanReport, Target
from reports.serve import chores
from reports.serve.chores import Chores, alarm, keep_ringing, ring_after_setback
from reports.serve.current import Current
from reports.told import outbox
from reports.told.outbox import Delivery
from reports.told.straight import Straight, compose
from reports.workspace import open_workspace

CHINA = ZoneInfo("Asia/Shanghai")
SETTINGS = "[settings.watch]\njitter_min = 0\nscan_weekday = 0\nplayback_day = 0\nonline_min = 10\n"
CHECK, REPORT, LOOK = ("check", "--if-due"), ("report",), ("check", "--online")
Deed = Callable[[tuple[str, ...]], int | None]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


@dataclass
class Hands:
    """Does nothing but what the test says, and keeps what it was asked."""

    deed: Deed = lambda _: 0
    asked: list[tuple[str, ...]] = field(default_factory=list)
    is_stopped: bool = False

    def run(self, words: tuple[str, ...], _: float) -> int | None:
        self.asked.append(words)
        return self.deed(words)


@dataclass
class Service:
    chores: Chores
    hands: Hands
    folder: Path
    now: datetime = field(default=at(18, 1, 31))

    def keep(self, *, turn: bool = True) -> None:
        """Keep a run that ends now, as the turn that is due or by itself."""
        evidence = (Evidence("onvif", Measured("supported"), "onvif.identity", self.now),)
        device = DeviceReport(Target("10.0.0.1", (80,)), evidence, ())
        with self.chores.place.store() as store:
            slot = Slot("check", self.now.date().isoformat(), self.now)
            begun = store.begin_turn(slot, self.now) if turn else None
            store.record(ScanReport("check", self.now, self.now, (), 1, 1, (device,)), begun)

    def write_report(self) -> None:
        page = self.folder / "out" / "health.html"
        page.parent.mkdir(exist_ok=True)
        page.write_text("<body></body>", "utf-8")
        os.utime(page, (self.now.timestamp() + 1, self.now.timestamp() + 1))

    def type(self, settings: str) -> None:
        (self.folder / "camcensus.toml").write_text(settings, "utf-8")


def work(service: Service) -> Deed:
    """Return hands that do what they are asked for."""

    def do(words: tuple[str, ...]) -> int:
        if words == CHECK:
            service.keep()
        if words == REPORT:
            service.write_report()
        return 0

    return do


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr("probe.transport.vault.system_keyring", lambda: None)
    (tmp_path / "camcensus.toml").write_text(SETTINGS, "utf-8")
    hands = Hands()
    made: list[Service] = []
    chores = Chores(Current(open_workspace(tmp_path)), lambda: made[0].now, hands)
    made.append(Service(chores, hands, tmp_path))
    hands.deed = work(made[0])
    return made[0]


def said(service: Service) -> str:
    return " ".join(service.chores.troubles.said)


def test_the_night_that_is_due_is_begun_once_and_its_report_is_written(service: Service) -> None:
    for _ in range(3):
        service.chores.check()
    assert service.hands.asked == [CHECK, REPORT]


def test_the_report_is_not_written_each_minute_because_a_night_seems_due(service: Service) -> None:
    service.chores.check()
    service.hands.deed = lambda _: 0  # it finds nothing to do, as after a change of check_at
    service.type(SETTINGS + 'check_at = "01:40"\n')
    service.hands.asked.clear()
    for minute in (41, 42, 43):
        service.now = at(19, 1, minute)
        service.chores.check()
    assert REPORT not in service.hands.asked


def test_a_run_by_hand_gets_into_the_report(service: Service) -> None:
    service.chores.check()
    service.now += timedelta(minutes=30)
    service.keep(turn=False)
    service.hands.asked.clear()
    service.chores.check()
    assert service.hands.asked == [REPORT]


def test_a_report_that_fails_is_said_and_not_tried_each_minute(service: Service) -> None:
    service.keep()
    service.hands.deed = lambda _: 2
    for _ in range(5):
        service.chores.check()
        service.now += timedelta(minutes=1)
    assert (service.hands.asked, "camcensus report 没有做成（退出码 2）" in said(service)) == ([REPORT], True)


def test_a_report_of_a_clock_that_was_ahead_is_written_again(service: Service) -> None:
    service.chores.check()
    service.hands.asked.clear()
    service.hands.deed = lambda _: 0  # no other run is kept
    service.now -= timedelta(hours=8)
    service.chores.check()
    assert REPORT in service.hands.asked


def test_a_new_hour_of_the_check_counts_within_the_next_minute(service: Service) -> None:
    service.chores.check()
    service.type(SETTINGS + 'check_at = "03:00"\n')
    service.hands.asked.clear()
    began = []
    for service.now in (at(19, 2), at(19, 3, 1)):
        service.chores.check()
        began.append(CHECK in service.hands.asked)
    assert began == [False, True]


def test_with_broken_settings_nothing_is_begun_and_it_is_said_where_they_are_broken(service: Service) -> None:
    service.type("broken = = 1\n")
    service.chores.check()
    assert service.hands.asked == []
    assert ("巡检暂停" in said(service), "camcensus.toml" in said(service)) == (True, True)


def test_settings_that_stay_broken_are_grave_and_mended_ones_are_no_trouble(service: Service) -> None:
    service.type("broken = = 1\n")
    for _ in range(3):
        service.chores.check()
    assert service.chores.troubles.is_grave
    service.type(SETTINGS + "# mended\n")
    service.chores.check()
    assert (said(service), service.hands.asked) == ("", [CHECK, REPORT])


def test_settings_that_are_gone_are_not_taken_for_empty_ones(service: Service) -> None:
    (service.folder / "camcensus.toml").unlink()
    service.chores.check()
    assert (service.hands.asked, "不见了" in said(service)) == ([], True)


def test_a_check_that_fails_is_said(service: Service) -> None:
    service.hands.deed = lambda _: 2
    service.chores.check()
    assert "camcensus check --if-due 没有做成（退出码 2）" in said(service)


def test_a_night_with_a_fault_of_ours_in_it_is_kept_and_no_trouble_of_the_watch(service: Service) -> None:
    def with_a_fault(words: tuple[str, ...]) -> int:
        work(service)(words)
        return 1 if words == CHECK else 0

    service.hands.deed = with_a_fault
    service.chores.check()
    assert said(service) == ""


def test_a_night_that_a_fault_of_ours_ended_is_said(service: Service) -> None:
    def breaks(_: tuple[str, ...]) -> int:
        with service.chores.place.store() as store:
            turn = store.begin_turn(Slot("check", service.now.date().isoformat(), service.now), service.now)
            store.end_turn(turn, service.now, "failed", "TypeError")
        return 1

    service.hands.deed = breaks
    service.chores.check()
    assert "退出码 1" in said(service)


def test_a_night_that_was_killed_is_noted_though_it_is_not_tried_again_yet(service: Service) -> None:
    slot = Slot("check", service.now.date().isoformat(), service.now)
    with service.chores.place.store() as store:
        store.begin_turn(slot, service.now)
        service.now += timedelta(minutes=1)
        service.chores.check()
        assert [night.state for night in store.nights()] == ["broken-off"]
    assert CHECK not in service.hands.asked


def test_a_night_that_somebody_works_at_is_not_taken_for_killed(service: Service) -> None:
    slot = Slot("check", service.now.date().isoformat(), service.now)
    with service.chores.place.store() as store, holding(service.folder, "work", service.now):
        store.begin_turn(slot, service.now)
        service.chores.check()
        assert [night.state for night in store.nights()] == ["running"]
    assert said(service) == ""


def test_a_night_that_somebody_holds_up_for_too_long_is_said(service: Service) -> None:
    with holding(service.folder, "work", service.now - timedelta(hours=7)):
        service.chores.check()
        assert (service.hands.asked, f"进程 {os.getpid()}" in said(service)) == ([], True)
    service.chores.check()
    assert (service.hands.asked, said(service)) == ([CHECK, REPORT], "")


def test_somebody_elses_work_of_an_ordinary_length_is_no_trouble(service: Service) -> None:
    with holding(service.folder, "work", service.now - timedelta(hours=5)):
        service.chores.check()
    assert (service.hands.asked, said(service)) == ([], "")


@pytest.fixture
def ringing(service: Service) -> Iterator[BackgroundScheduler]:
    scheduler = alarm(service.chores)
    scheduler.start(paused=True)
    yield scheduler
    scheduler.shutdown()


def test_after_the_clock_was_set_back_everything_rings_at_once(
    service: Service, ringing: BackgroundScheduler
) -> None:
    before = service.now - timedelta(hours=8)  # a computer that took its clock for UTC, until it was set
    ring_after_setback(ringing, before)
    assert {job.next_run_time for job in ringing.get_jobs()} == {before}


def test_what_rings_in_its_interval_is_left_alone(service: Service, ringing: BackgroundScheduler) -> None:
    planned = [job.next_run_time for job in ringing.get_jobs()]
    ring_after_setback(ringing, service.now)
    assert [job.next_run_time for job in ringing.get_jobs()] == planned


def test_the_clock_is_looked_at_for_as_long_as_it_rings(
    service: Service, ringing: BackgroundScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "_EVERY_S", 0.01)
    before = service.now - timedelta(hours=8)

    looked: list[datetime] = []

    def clock() -> datetime:
        looked.append(before)
        if len(looked) == 3:
            raise TimeoutError
        return before

    with pytest.raises(TimeoutError):
        asyncio.run(keep_ringing(ringing, clock))
    assert {job.next_run_time for job in ringing.get_jobs()} == {before}


def test_a_chore_that_breaks_is_said_until_it_does_not(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [TypeError("no such thing")]

    def look(_: Chores) -> None:
        if faults:
            raise faults[0]

    monkeypatch.setattr(Chores, "look", look)
    service.now = datetime.now(CHINA) + timedelta(days=1)  # nothing rings by itself
    scheduler = alarm(service.chores)
    scheduler.start()
    try:
        ring_and_wait(scheduler, lambda: "TypeError: no such thing" in said(service))
        faults.clear()
        ring_and_wait(scheduler, lambda: said(service) == "")
    finally:
        scheduler.shutdown()


def ring_and_wait(scheduler: BackgroundScheduler, found: Callable[[], bool]) -> None:
    scheduler.get_job("look").modify(next_run_time=datetime.now(CHINA))
    deadline = time.monotonic() + 30
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_check_that_breaks_before_it_begins_is_said(service: Service) -> None:
    service.hands.deed = lambda _: 1
    service.chores.check()
    assert "退出码 1" in said(service)


def test_a_check_that_goes_on_for_ever_is_said_to_be_ended(service: Service) -> None:
    service.hands.deed = lambda _: None
    service.chores.check()
    assert "还没有做完，已经结束它" in said(service)


def test_a_light_look_that_fails_is_said(service: Service) -> None:
    service.keep()
    service.hands.deed = lambda _: 2
    service.chores.look()
    assert (service.hands.asked, "check --online" in said(service)) == ([LOOK], True)


def test_a_full_disk_ends_no_chore(service: Service) -> None:
    def full(_: tuple[str, ...]) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    service.hands.deed = full
    service.chores.check()
    assert "No space left" in said(service)


def test_an_end_of_the_service_is_no_trouble(service: Service) -> None:
    service.hands.deed, service.hands.is_stopped = (lambda _: None), True
    service.chores.check()
    assert said(service) == ""


def test_pages_and_plan_follow_the_file(tmp_path: Path) -> None:
    (tmp_path / "camcensus.toml").write_text('school = "甲校"\n', "utf-8")
    current = Current(open_workspace(tmp_path))
    (tmp_path / "camcensus.toml").write_text('school = "乙校乙校"\n', "utf-8")
    current.renew()
    assert current.place.site.school == "乙校乙校"


def test_a_workspace_without_settings_is_none_with_broken_ones(tmp_path: Path) -> None:
    current = Current(open_workspace(tmp_path))
    current.renew()
    assert current.wrong == ""


def test_that_nothing_can_be_written_is_told_by_who_remembers_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> list[Delivery]:
        raise UsageError("camcensus.db：磁盘已满")

    told: list[tuple[Straight, str]] = []
    monkeypatch.setattr(chores, "tell_what_is_due", full)
    monkeypatch.setattr(Straight, "tell", lambda self, _, error, __: told.append((self, str(error))))
    service.keep()
    service.type(SETTINGS + '[[notices]]\nname = "group"\nkind = "wecom"\n')
    service.chores.tell()
    service.chores.tell()
    assert [why for _, why in told] == ["camcensus.db：磁盘已满"] * 2
    assert (told[0][0] is told[1][0], told[0][0].lives) == (True, True)


def test_a_channel_that_takes_no_notices_is_said_until_it_takes_one(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "tell_what_is_due", lambda *_, **__: [])
    service.keep()
    service.type(SETTINGS + '[[notices]]\nname = "group"\nkind = "wecom"\n')
    service.chores.current.renew()
    place = service.chores.place
    with place.store() as store:
        outbox.put(store.engine, place.site.notices[0], [compose("某校", "磁盘", service.now)], service.now)
        said_then = []
        for step in ("refused", "sent"):
            with writing(store.engine) as connection:
                notices.note(connection, 1, step, service.now, "机器人已停用")
            service.chores.tell()
            said_then.append("没有发到“group”：机器人已停用" in said(service))
    assert said_then == [True, False]


def test_once_the_service_is_told_to_end_it_sends_nothing_more(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def tells(*_: object, is_over: Callable[[], bool], **__: object) -> list[Delivery]:
        seen.append(is_over())
        service.hands.is_stopped = True
        seen.append(is_over())
        return []

    monkeypatch.setattr(chores, "tell_what_is_due", tells)
    service.keep()
    service.type(SETTINGS + '[[notices]]\nname = "group"\nkind = "wecom"\n')
    service.chores.tell()
    assert seen == [False, True]
