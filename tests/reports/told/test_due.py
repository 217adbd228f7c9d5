"""What a channel is told when: once, at its hour, not in quiet hours, and the all-clear at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.notices import Notice
from reports.told.due import due_now
from reports.told.message import Message, as_text
from reports.told.news import CaseNews, MissedNight, Night, Standing
from reports.told.quiet import is_quiet

ZONE = ZoneInfo("Asia/Shanghai")
GROUP = Notice(name="group", kind="wecom")
MakeNight = Callable[..., Night]
MakeCase = Callable[..., CaseNews]


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def due(now: datetime, told: set[str] | None = None, channel: Notice = GROUP, **news: Any) -> list[Message]:  # noqa: ANN401
    return due_now(channel, told or set(), now, ZONE, school="示例市第一小学", **news)


def standing(*open_ones: CaseNews, closed: tuple[CaseNews, ...] = (), cameras: int = 64) -> Standing:
    return Standing("示例市第一小学", cameras, open_ones, closed)


def marks(messages: list[Message]) -> set[str]:
    return {mark for message in messages for mark in message.marks}


def kinds(messages: list[Message]) -> list[str]:
    return [message.kind for message in messages]


@pytest.mark.parametrize(
    ("now", "expected"), [(at(6, 59), []), (at(7), ["digest"]), (at(20), ["digest"]), (at(21), [])]
)
def test_the_digest_has_its_hour(make_night: MakeNight, now: datetime, expected: list[str]) -> None:
    assert kinds(due(now, night=make_night())) == expected


def test_a_check_of_the_evening_is_told_on_the_next_morning(make_night: MakeNight) -> None:
    night = make_night(due=at(22, day=20), started=at(22, day=20), day=date(2026, 11, 20))
    assert (kinds(due(at(23, day=20), night=night)), kinds(due(at(7), night=night))) == ([], ["digest"])


def test_a_digest_is_told_once(make_night: MakeNight) -> None:
    first = due(at(7), night=make_night())
    assert due(at(7, 1), marks(first), night=make_night()) == []


@pytest.mark.parametrize("state", ["running", "broken-off"])
def test_a_check_that_still_runs_or_is_tried_again_is_waited_for(make_night: MakeNight, state: str) -> None:
    assert due(at(7), night=make_night(state=state)) == []


@pytest.mark.parametrize("state", ["running", "broken-off"])
def test_a_check_that_takes_hours_is_told_as_far_as_it_got(make_night: MakeNight, state: str) -> None:
    assert kinds(due(at(10), night=make_night(state=state))) == ["digest"]


def test_an_urgent_case_is_told_at_once_and_once(make_case: MakeCase) -> None:
    case = make_case(urgency="urgent")
    first = due(at(2, 13), standing=standing(case))
    assert kinds(first) == ["urgent"]
    assert due(at(2, 14), marks(first), standing=standing(case)) == []


def test_what_is_not_urgent_waits_for_the_digest(make_case: MakeCase) -> None:
    assert due(at(2, 13), standing=standing(make_case())) == []


def test_several_urgent_cases_are_one_message(make_case: MakeCase) -> None:
    cases = [make_case(n, urgency="urgent", where=f"{n}号录像机") for n in range(3)]
    (message,) = due(at(2, 13), standing=standing(*cases))
    assert message.title == "【示例市第一小学】监控紧急故障 3 处（02:13）"


def test_an_urgent_case_that_is_over_gets_one_all_clear(make_case: MakeCase) -> None:
    case = make_case(urgency="urgent", where="一号录像机")
    told = marks(due(at(2, 13), standing=standing(case)))
    over = make_case(urgency="urgent", where="一号录像机", closed=at(9, 13))
    (clear,) = due(at(9, 14), told, standing=standing(closed=(over,)))
    assert as_text(clear).splitlines() == [
        "【示例市第一小学】监控已恢复 1 处（09:14）",
        "· 一号录像机：断线，09:13 已恢复，历时 7 小时",
    ]
    assert due(at(9, 15), told | set(clear.marks), standing=standing(closed=(over,))) == []


def test_a_cause_that_several_devices_shared_is_over_without_a_place(make_case: MakeCase) -> None:
    cause = make_case(urgency="urgent", where="", name="多台设备同时断开", took_down=("正门", "操场"))
    told = marks(due(at(2, 13), standing=standing(cause)))
    over = make_case(urgency="urgent", where="", name="多台设备同时断开", closed=at(9, 13))
    (clear,) = due(at(9, 14), told, standing=standing(closed=(over,)))
    assert as_text(clear).splitlines()[1] == "· 多台设备同时断开，09:13 已恢复，历时 7 小时"


def test_what_was_never_told_gets_no_all_clear(make_case: MakeCase) -> None:
    over = make_case(urgency="urgent", closed=at(9))
    assert due(at(9, 1), standing=standing(closed=(over,))) == []


def test_a_case_that_opens_again_is_told_again(make_case: MakeCase) -> None:
    told = marks(due(at(2, 13), standing=standing(make_case(urgency="urgent"))))
    assert kinds(due(at(4), told, standing=standing(make_case(urgency="urgent", times=1)))) == ["urgent"]


def test_quiet_hours_hold_an_urgent_case_until_their_end(make_case: MakeCase) -> None:
    quiet = GROUP.model_copy(update={"quiet": "22:00-06:30"})
    case = standing(make_case(urgency="urgent"))
    assert (
        kinds(due(at(2), None, quiet, standing=case)),
        kinds(due(at(6, 30), None, quiet, standing=case)),
    ) == (
        [],
        ["urgent"],
    )


def test_what_opened_and_closed_in_quiet_hours_rings_nobody(make_case: MakeCase) -> None:
    quiet = GROUP.model_copy(update={"quiet": "22:00-06:30"})
    over = make_case(urgency="urgent", closed=at(4))
    assert due(at(6, 30), None, quiet, standing=standing(closed=(over,))) == []


def test_a_kind_that_the_school_marks_rings_in_quiet_hours(make_case: MakeCase) -> None:
    quiet = GROUP.model_copy(update={"quiet": "22:00-06:30", "always": ("recorder-down",)})
    cases = standing(make_case(1, "recorder-down", urgency="urgent"), make_case(2, urgency="urgent"))
    (message,) = due(at(2), None, quiet, standing=cases)
    assert message.marks == ("open:1.0",)


def lost(make_case: MakeCase, count: int) -> list[CaseNews]:
    return [make_case(n, where=f"{n}", is_offline=True) for n in range(count)]


def test_a_third_of_a_school_gone_at_once_is_an_urgent_notice(make_case: MakeCase) -> None:
    (message,) = due(at(2, 13), standing=standing(*lost(make_case, 20)))
    assert as_text(message).splitlines()[1] == (
        "· 大面积断线：64 台里有 20 台同时看不到，请先查停电和核心交换机"
    )


def test_cameras_behind_a_dead_recorder_are_no_mass_outage_beside_it(make_case: MakeCase) -> None:
    recorder = make_case(urgency="urgent", is_offline=True, took_down=tuple(map(str, range(30))))
    (message,) = due(at(2, 13), standing=standing(recorder))
    assert message.marks == ("open:1.0",)


def test_a_mass_outage_is_told_once_however_its_size_changes(make_case: MakeCase) -> None:
    told = marks(due(at(2, 13), standing=standing(*lost(make_case, 20))))
    assert [due(at(3), told, standing=standing(*lost(make_case, n))) for n in (40, 19, 12, 25)] == [[]] * 4


def test_a_mass_outage_that_is_over_gets_one_all_clear(make_case: MakeCase) -> None:
    told = marks(due(at(2, 13), standing=standing(*lost(make_case, 20))))
    (clear,) = due(at(8), told, standing=standing(*lost(make_case, 1)))
    assert as_text(clear).splitlines()[1] == "· 大面积断线已恢复，64 台里还有 1 台看不到"
    assert due(at(8, 1), told | set(clear.marks), standing=standing(*lost(make_case, 1))) == []


def missed(*days: int) -> tuple[MissedNight, ...]:
    return tuple(MissedNight(date(2026, 11, day), "电脑关机", is_over=True) for day in days)


def test_missed_nights_are_named_with_what_that_means() -> None:
    (message,) = due(at(8), missed=missed(14, 16, 17, 18))
    assert as_text(message).splitlines() == [
        "【示例市第一小学】有 4 个晚上没有做成巡检",
        "没有做成巡检的晚上：11月14日、11月16日至11月18日。这 4 个晚上摄像机好坏、有没有录像，都不知道。",
        "原因：电脑关机",
        "现在已重新开始巡检。",
    ]


def test_while_no_later_night_is_checked_the_check_is_not_said_to_run_again() -> None:
    (message,) = due(at(8), missed=(MissedNight(date(2026, 11, 18), "磁盘已满"),))
    assert as_text(message).splitlines()[2:] == ["原因：磁盘已满", "至今没有做成一次巡检。"]


def test_nights_of_which_nobody_knows_why_ask_for_a_computer_that_is_awake() -> None:
    (message,) = due(at(8), missed=(MissedNight(date(2026, 11, 18), is_over=True),))
    assert "不关机、不休眠" in as_text(message)


def test_a_year_of_scattered_nights_is_told_in_a_few_words() -> None:
    days = tuple(MissedNight(date(2026, 1, 1) + timedelta(days=2 * n)) for n in range(160))
    (message,) = due(at(8), missed=days)
    assert "这 160 个晚上" in as_text(message)
    assert len(as_text(message)) < 250


def test_a_missed_night_is_told_once_and_a_new_one_alone() -> None:
    told = marks(due(at(8), missed=missed(14)))
    (message,) = due(at(8, day=22), told, missed=missed(14, 21))
    assert message.marks == ("missed:2026-11-21",)


def test_a_channel_is_told_only_what_it_is_for(make_night: MakeNight, make_case: MakeCase) -> None:
    news: dict[str, Any] = {
        "night": make_night(),
        "standing": standing(make_case(urgency="urgent")),
        "missed": missed(20),
    }
    only = {
        which: kinds(due(at(8), None, Notice(name="a", kind="wecom", which=(which,)), **news))
        for which in ("digest", "urgent", "deadman")
    }
    assert only == {"digest": ["digest"], "urgent": ["urgent"], "deadman": ["deadman"]}


@pytest.mark.parametrize(
    ("hours", "clock", "quiet"),
    [
        ("22:00-06:30", at(22), True),
        ("22:00-06:30", at(21, 59), False),
        ("22:00-06:30", at(6, 29), True),
        ("22:00-06:30", at(6, 30), False),
        ("12:00-14:00", at(13), True),
        ("12:00-14:00", at(14), False),
        ("", at(3), False),
    ],
)
def test_quiet_hours_go_past_midnight_and_end_on_time(hours: str, clock: datetime, quiet: bool) -> None:
    assert is_quiet(Notice(name="a", kind="wecom", quiet=hours).quiet_hours, clock, ZONE) is quiet


EVENTS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["open", "close", "look"]), st.integers(1, 300)), max_size=60
)


@settings(deadline=None)
@given(EVENTS, st.sampled_from(["", "22:00-06:30", "09:00-17:00"]))
def test_nothing_is_ever_told_twice_and_every_all_clear_follows_its_notice(
    make_case: MakeCase, events: list[tuple[int, str, int]], quiet: str
) -> None:
    channel = GROUP.model_copy(update={"quiet": quiet})
    now, told = at(0), list[str]()
    open_ones: dict[int, CaseNews] = {}
    closed: dict[int, CaseNews] = {}
    times: dict[int, int] = {}
    for number, deed, minutes in events:
        now += timedelta(minutes=minutes)
        if deed == "open" and number not in open_ones:
            open_ones[number] = make_case(number, urgency="urgent", since=now, times=times.get(number, 0))
            closed.pop(number, None)
        if deed == "close" and number in open_ones:
            gone = open_ones.pop(number)
            times[number] = gone.times + 1
            closed[number] = make_case(
                number, urgency="urgent", since=gone.since, times=gone.times, closed=now
            )
        news = standing(*open_ones.values(), closed=tuple(closed.values()))
        told += [mark for one in due(now, set(told), channel, standing=news) for mark in one.marks]
    assert len(told) == len(set(told))
    for place, mark in enumerate(told):
        if mark.startswith("clear:"):
            assert mark.replace("clear:", "open:") in told[:place]
