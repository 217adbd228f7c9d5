"""When nothing can be written any more, people are told of that, and not every minute."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.errors import UsageError
from config.notices import Notice
from inventory.trouble import Busy
from reports.told.keys import Keys
from reports.told.message import Message, as_text
from reports.told.outcome import NotSent, Secret, Sent
from reports.told.straight import Straight
from reports.workspace import Workspace, open_workspace

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)  # in Shanghai
FULL = UsageError("camcensus.db：磁盘已满")
SITE = 'school = "示例一小"\n[[notices]]\nname = "group"\nkind = "wecom"\nquiet = "21:00-07:00"\n'


@dataclass
class Line:
    """Where notices go; `fails` is what becomes of each."""

    place: Workspace
    fails: NotSent | None = None
    sent: list[Message] = field(default_factory=list)

    def send(self, _: Notice, __: Secret, message: Message) -> Sent | NotSent:
        self.sent.append(message)
        return self.fails or Sent()

    def tell(self, by: Straight, now: datetime = NOON, error: UsageError = FULL) -> int:
        before = len(self.sent)
        by.tell(self.place, error, now, send=self.send)
        return len(self.sent) - before


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Line:
    monkeypatch.setattr("probe.transport.vault.system_keyring", lambda: None)
    (tmp_path / "camcensus.toml").write_text(SITE, "utf-8")
    place = open_workspace(tmp_path)
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000"
    Keys.open(tmp_path).set(place.site.notices[0], "url", url)
    return Line(place)


def test_they_are_told_what_is_wrong(line: Line) -> None:
    line.tell(Straight())
    assert "磁盘已满" in as_text(line.sent[0])


def test_they_are_told_once_a_day_whoever_asks(line: Line) -> None:
    hours = [line.tell(Straight(), NOON + timedelta(hours=hour)) for hour in (0, 1, 4, 24, 25)]
    assert hours == [1, 0, 0, 1, 0]


def test_what_reached_nobody_is_tried_again_after_an_hour(line: Line) -> None:
    line.fails = NotSent("没有网络", retry=True)
    tries = [line.tell(Straight(), NOON + timedelta(minutes=minutes)) for minutes in (0, 5, 59, 61, 66)]
    assert tries == [1, 0, 0, 1, 0]


def test_what_may_have_arrived_is_not_repeated(line: Line) -> None:
    line.fails = NotSent("没有回答", retry=True, is_unclear=True)
    assert [line.tell(Straight(), NOON + timedelta(hours=hour)) for hour in (0, 2)] == [1, 0]


def test_what_is_over_in_a_moment_is_no_news(line: Line) -> None:
    assert line.tell(Straight(), error=Busy("数据库被占用")) == 0


def test_it_waits_for_the_end_of_quiet_hours(line: Line) -> None:
    night = NOON + timedelta(hours=12)
    assert [line.tell(Straight(), night + timedelta(hours=hours)) for hours in (0, 8)] == [0, 1]


@pytest.mark.parametrize(("lives", "times"), [(True, 1), (False, 0)])
def test_where_no_mark_can_be_made_only_who_remembers_tells(
    line: Line, monkeypatch: pytest.MonkeyPatch, lives: bool, times: int
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "touch", refuses)
    straight = Straight(lives=lives)
    assert [line.tell(straight), line.tell(straight)] == [times, 0]


def test_who_wants_no_word_of_missed_nights_is_not_told(line: Line, tmp_path: Path) -> None:
    (tmp_path / "camcensus.toml").write_text(SITE + 'which = ["digest"]\n', "utf-8")
    line.place = open_workspace(tmp_path)
    assert line.tell(Straight()) == 0
