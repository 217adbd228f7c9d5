"""camcensus check --if-due: after what was due come second looks, the report, and what people are told."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.errors import UsageError
from config.words import say
from inventory.lock import holding
from inventory.schedule import Slot
from inventory.store import Store
from probe.model import DeviceReport, Evidence, Measured, ScanReport, Target
from reports.cli import build
from reports.commands import checking, following
from reports.told.outbox import Delivery
from reports.told.outcome import NotSent, Sent
from reports.told.straight import Straight
from reports.told.trial import compose
from reports.workspace import Workspace, open_workspace, utc_now

SITE = """
[[notices]]
name = "group"
kind = "wecom"
[settings.watch]
online_min = 0
scan_weekday = 0
playback_day = 0
"""
Run = Callable[[], Result]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace whose night is done, so that nothing is due."""
    monkeypatch.setattr("probe.transport.vault.system_keyring", lambda: None)
    (tmp_path / "camcensus.toml").write_text(SITE, "utf-8")
    place = open_workspace(tmp_path)
    now = utc_now()
    with place.store() as store:
        for days in (2, 1, 0):
            at = now - timedelta(days=days)
            keep(store, at, store.begin_turn(Slot("check", china(at), at), at))
    return place


@pytest.fixture
def run(place: Workspace) -> Run:
    return lambda: CliRunner().invoke(build(), ["check", "--if-due", "-w", str(place.folder)])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Whose news was told, one entry for each time."""
    asked: list[Path] = []

    def note(place: Workspace, *_: object, **__: object) -> list[Delivery]:
        asked.append(place.folder)
        return []

    monkeypatch.setattr(following, "tell_what_is_due", note)
    return asked


def china(at: datetime) -> str:
    return (at + timedelta(hours=8)).date().isoformat()


def keep(store: Store, at: datetime, turn: int | None = None) -> None:
    evidence = (Evidence("onvif", Measured("supported"), "onvif.identity", at),)
    device = DeviceReport(Target("127.0.0.1", (80,)), evidence, ())
    store.record(ScanReport("check", at, at, ("127.0.0.1",), 1, 1, (device,)), turn)


def test_people_are_told_also_when_nothing_was_due(run: Run, place: Workspace, told: list[Path]) -> None:
    assert (run().exit_code, told) == (0, [place.folder])


def test_people_are_told_of_a_night_that_failed(
    run: Run, place: Workspace, told: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise UsageError("没有网络")

    monkeypatch.setattr(checking, "do_what_is_due", fails)
    assert (isinstance(run().exception, UsageError), told) == (True, [place.folder])


def test_where_the_service_runs_it_tells_alone(run: Run, place: Workspace, told: list[Path]) -> None:
    with holding(place.folder, "serve", utc_now()):
        run()
    assert told == []


def test_how_sending_ended_is_shown(run: Run, place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    message = compose("示例一小", place.site.notices[0], utc_now())
    both = [Delivery("group", message, Sent()), Delivery("mail", message, NotSent("密码不对", retry=False))]
    monkeypatch.setattr(following, "tell_what_is_due", lambda *_, **__: both)
    shown = run().output
    assert say("notice.test_failed", name="mail", why="密码不对") in shown.replace("\n", "")


def test_the_report_is_written_once_for_each_run(run: Run, place: Workspace, told: list[Path]) -> None:
    run()
    page = place.out / "health.html"
    first = page.stat().st_mtime_ns
    run()
    assert page.stat().st_mtime_ns == first
    with place.store() as store:
        keep(store, utc_now() + timedelta(seconds=1))
    run()
    assert page.stat().st_mtime_ns > first


def test_the_sheet_of_the_night_is_there_before_people_are_told(
    run: Run, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[bool] = []

    def note(place: Workspace, *_: object, **__: object) -> list[Delivery]:
        there.append(any(place.out.glob(f"*{china(utc_now())}.xlsx")))
        return []

    monkeypatch.setattr(following, "tell_what_is_due", note)
    run()
    assert there == [True]


def test_what_waits_to_be_sure_is_asked_again(
    run: Run, told: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[Path] = []
    monkeypatch.setattr(checking, "look_again", lambda place: again.append(place.folder))
    run()
    assert len(again) == 1


def test_by_the_timer_too_it_is_seen_each_hour_who_answers(
    run: Run, place: Workspace, told: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []
    monkeypatch.setattr(checking, "_see_who_answers", lambda place: looked.append(place.folder))
    (place.folder / "camcensus.toml").write_text(SITE.replace("online_min = 0", "online_min = 10"), "utf-8")
    run()
    with place.store() as store:
        store.looked({"d1": ""}, utc_now())
    run()
    assert len(looked) == 1


def test_what_cannot_be_told_keeps_nothing_else_from_being_done(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> list[Delivery]:
        raise UsageError("camcensus.db：磁盘已满")

    monkeypatch.setattr(following, "tell_what_is_due", fails)
    done = run()
    assert (done.exit_code, "磁盘已满" in done.output) == (0, True)


def test_that_nothing_can_be_written_is_told_past_the_outbox(
    run: Run, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> list[Delivery]:
        raise UsageError("camcensus.db：磁盘已满")

    message = compose("示例一小", place.site.notices[0], utc_now())
    told = [Delivery("group", message, Sent())]
    monkeypatch.setattr(following, "tell_what_is_due", fails)
    monkeypatch.setattr(Straight, "tell", lambda *_: told)
    shown = run().output
    assert (say("notice.sent", name="group", title=message.title) in shown, "磁盘已满" in shown) == (
        True,
        True,
    )


def test_a_note_that_a_full_disk_does_not_take_ends_nothing(
    run: Run, told: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    done = run()
    assert done.exit_code == 0


def test_a_new_workspace_is_told_nothing_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("probe.transport.vault.system_keyring", lambda: None)
    (tmp_path / "camcensus.toml").write_text(SITE + "spread_h = 0.0\n", "utf-8")
    monkeypatch.setattr(checking, "do_what_is_due", lambda *_: 0)
    done = CliRunner().invoke(build(), ["check", "--if-due", "-w", str(tmp_path)])
    assert (done.exit_code, done.output) == (0, "")


def test_the_first_light_look_is_not_compared_with_one_that_never_was(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def everybody_answers(doors: dict[str, object], *_: object) -> dict[str, str]:
        return dict.fromkeys(doors, "")

    monkeypatch.setattr(checking, "look_lightly", everybody_answers)
    shown = [
        CliRunner().invoke(build(), ["check", "--online", "-w", str(place.folder)]).output for _ in range(2)
    ]
    assert ("第一次" in shown[0], "不同的 0 台" in shown[1]) == (True, True)
