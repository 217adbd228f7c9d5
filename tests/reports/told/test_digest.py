"""The morning digest: one cause is one line, the worst comes first, what is unknown is never called good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.told import digest
from reports.told.message import Message, as_text, loose_rows
from reports.told.news import CaseNews, Night, RateNews

ZONE = ZoneInfo("Asia/Shanghai")
SEVEN = datetime(2026, 11, 21, 7, tzinfo=ZONE)
MakeNight = Callable[..., Night]
MakeCase = Callable[..., CaseNews]


def told(night: Night, lines: int = 15) -> list[str]:
    return as_text(digest.compose(night, SEVEN, ZONE, lines=lines)).splitlines()


def test_a_night_without_a_fault_is_one_sentence(make_night: MakeNight) -> None:
    assert told(make_night()) == ["【示例市第一小学】11月21日 监控晨报", "昨夜巡检 64 台全部正常。"]


def test_one_unmeasured_picture_is_no_all_clear(make_night: MakeNight) -> None:
    assert told(make_night(good=63, unknown=1))[1] == (
        "昨夜巡检 64 台：完好 63，不完好 0，没测全 1（没测全的不知道好坏）。"
    )


@pytest.mark.parametrize("state", ["missed", "failed", "broken-off", "running"])
def test_a_night_that_was_not_checked_to_its_end_is_no_all_clear(make_night: MakeNight, state: str) -> None:
    assert "全部正常" not in "\n".join(told(make_night(state=state)))


def test_an_open_case_is_no_all_clear_even_where_every_picture_is_good(
    make_night: MakeNight, make_case: MakeCase
) -> None:
    night = make_night(continuing=(make_case(kind="disk", name="硬盘故障", where="一号录像机"),))
    assert "全部正常" not in "\n".join(told(night))


def test_a_case_that_can_wait_for_monday_is_no_all_clear(make_night: MakeNight, make_case: MakeCase) -> None:
    lines = told(make_night(continuing=(make_case(urgency="weekly"),)))
    assert lines[1:] == ["昨夜巡检 64 台：完好 64，不完好 0。", "", "另有 1 处不急的小问题，周一汇总。"]


def test_on_monday_what_could_wait_is_named(make_night: MakeNight, make_case: MakeCase) -> None:
    weekly = make_case(urgency="weekly", name="时间不准", where="多功能厅")
    lines = told(make_night(day=date(2026, 11, 23), continuing=(weekly,)))
    assert lines[-2:] == ["不急，本周内处理 1 处", "· 多功能厅：时间不准"]


def test_a_recorder_that_took_cameras_down_is_one_line(make_night: MakeNight, make_case: MakeCase) -> None:
    recorder = make_case(name="断线", where="一号录像机", took_down=("正门", "操场"), is_offline=True)
    night = make_night(good=62, faulty=2, opened=(recorder,))
    assert told(night)[3:] == ["新故障 1 处", "· 一号录像机：断线，连带 2 台看不到（正门、操场）"]


def test_cameras_that_can_still_be_seen_are_not_called_gone(
    make_night: MakeNight, make_case: MakeCase
) -> None:
    disk = make_case(name="录像硬盘故障", where="一号录像机", took_down=("正门", "操场"))
    assert told(make_night(opened=(disk,)))[4:] == ["· 一号录像机：录像硬盘故障，影响 2 台（正门、操场）"]


def test_a_cause_that_several_devices_share_has_no_place(make_night: MakeNight, make_case: MakeCase) -> None:
    cause = make_case(name="多台设备同时断开", where="", took_down=("正门", "操场"), is_offline=True)
    assert told(make_night(opened=(cause,)))[4:] == ["· 多台设备同时断开，连带 2 台看不到（正门、操场）"]


def test_faults_of_one_kind_share_a_line(make_night: MakeNight, make_case: MakeCase) -> None:
    cases = tuple(make_case(n, where=where) for n, where in enumerate(("正门", "后门", "操场")))
    assert told(make_night(good=61, faulty=3, opened=cases))[4:] == ["· 断线 3 处：正门、后门、操场"]


def test_many_of_one_kind_are_counted(make_night: MakeNight, make_case: MakeCase) -> None:
    cases = tuple(make_case(n, where=f"{n}号") for n in range(9))
    assert told(make_night(good=55, faulty=9, opened=cases))[4:] == [
        "· 断线 9 处：0号、1号、2号、3号、4号、5号等"
    ]


def test_the_worst_comes_first(make_night: MakeNight, make_case: MakeCase) -> None:
    small = make_case(1, "cast", "偏色", "食堂", rank=9)
    no_video = make_case(2, "not-recording", "没有录像", "后门", urgency="urgent", rank=3)
    switch = make_case(3, "switch", "断电", "交换机", urgency="urgent", took_down=("正门",))
    lines = told(make_night(good=61, faulty=3, opened=(small, no_video, switch)))
    assert [line[2:5] for line in lines[4:]] == ["交换机", "后门：", "食堂："]


def test_what_is_mended_says_how_long_it_was(make_night: MakeNight, make_case: MakeCase) -> None:
    over = datetime(2026, 11, 21, 5, 40, tzinfo=ZONE)
    assert told(make_night(closed=(make_case(closed=over),)))[3:] == [
        "已恢复 1 处",
        "· 正门（历时 3 小时）：断线",
    ]


def test_what_goes_on_says_for_how_long_and_what_a_person_wrote(
    make_night: MakeNight, make_case: MakeCase
) -> None:
    since = datetime(2026, 11, 16, 2, tzinfo=ZONE)
    night = make_night(good=63, faulty=1, continuing=(make_case(since=since, note="已报修，等配件"),))
    assert told(night)[4:] == ["· 正门（已 5 天，已报修，等配件）：断线"]


def test_a_fault_that_came_back_says_so(make_night: MakeNight, make_case: MakeCase) -> None:
    assert told(make_night(good=63, faulty=1, opened=(make_case(times=2),)))[4:] == [
        "· 正门（第 3 次）：断线"
    ]


def test_what_is_too_much_is_counted(make_night: MakeNight, make_case: MakeCase) -> None:
    cases = tuple(make_case(n, f"k{n}", f"故障{n}", rank=n) for n in range(10))
    lines = told(make_night(good=54, faulty=10, opened=cases), lines=4)
    assert lines[4:] == ["· 正门：故障0", "· 正门：故障1", "· 正门：故障2", "", "其余 7 处见报告"]


def test_the_place_of_the_report_is_never_cut(make_night: MakeNight, make_case: MakeCase) -> None:
    cases = tuple(make_case(n, f"k{n}", f"故障{n}") for n in range(10))
    night = make_night(good=54, faulty=10, opened=cases, report="out/health.html")
    assert told(night, lines=3)[-1] == "详细报告：out/health.html"


@pytest.mark.parametrize(
    ("rate", "line"),
    [
        (RateNews("在线率", 64, 64), "在线率 100.0%（64/64）"),
        (RateNews("在线率", 2999, 3000), "在线率 99.9%（2999/3000）"),
        (RateNews("在线率", 62, 64, 2), "在线率 至少 96.8%（62/64，另有 2 台未测）"),
        (RateNews("在线率", 0, 0), "在线率：还没测到"),
        (RateNews("在线率", 0, 64, 64), "在线率：还没测到"),
    ],
)
def test_a_rate_is_cut_and_shows_what_it_is_counted_from(
    make_night: MakeNight, rate: RateNews, line: str
) -> None:
    assert told(make_night(rates=(rate,)))[2] == line


def test_of_a_missed_night_no_rate_is_told(make_night: MakeNight) -> None:
    lines = told(make_night(state="missed", rates=(RateNews("在线率", 64, 64),), why="电脑关机"))
    assert lines[1:] == ["昨夜没有巡检（电脑关机）。摄像机好坏、有没有录像，都不知道。"]


def test_a_check_made_up_for_in_the_day_says_so(make_night: MakeNight) -> None:
    assert told(make_night(is_late=True))[1] == "昨夜没有按时巡检，后来补查 64 台全部正常。"


def test_counts_that_do_not_add_up_are_a_fault_of_ours(make_night: MakeNight) -> None:
    with pytest.raises(ValueError, match="counted once"):
        make_night(good=63)


HOSTILE = st.text(max_size=40)


@settings(deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=9)), max_size=30), st.integers(3, 20))
def test_any_names_give_a_message_of_so_many_lines(
    make_night: MakeNight, make_case: MakeCase, named: list[tuple[str, str, list[str]]], lines: int
) -> None:
    cases = tuple(
        make_case(n, f"k{n}", "断线", where=where, took_down=tuple(down), note=note)
        for n, (where, note, down) in enumerate(named)
    )
    message = digest.compose(make_night(opened=cases), SEVEN, ZONE, lines=lines)
    assert loose_rows(message) <= lines
    assert counted(message) == len(cases)
    assert all(line.isprintable() for line in as_text(message).split("\n"))


def counted(message: Message) -> int:
    return sum(row.weight for part in message.parts for row in part.rows)
