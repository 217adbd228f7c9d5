"""The days recorded on the 依据 sheet: the worst first, unknown as 未测, a young recorder as what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from config.schema import Catalogue
from reports import scan_json as out
from reports.paper import Paper
from reports.retention import Held, Retention
from reports.retention_sheet import days_words, retention_lines, retention_remarks

MakeSheet = Callable[..., Paper]


def held(days: int | None = None, most: int | None = None, **told: object) -> Held:
    unknown = dict.fromkeys(("source", "oldest", "newest", "days_recorded", "window_days", "holes", "mode"))
    told = {**unknown, "continuous_days": days, "continuous_days_at_most": most, **told}
    return Held("c", "10.20.1.50", 1, out.Recording.model_validate(told), None)


@pytest.mark.parametrize(
    ("days", "most", "words"),
    [
        (45, 45, "连续 45 天"),
        (45, None, "连续 45 天（至少，再早的没有查）"),
        (3, 45, "连续至少 3 天，至多 45 天"),
        (None, 12, "至多 12 天，未证实"),
        (None, None, "未测"),
        (0, 0, "连续 0 天"),
    ],
)
def test_days_are_written_as_far_as_they_are_proved(
    catalogue: Catalogue, days: int | None, most: int | None, words: str
) -> None:
    assert days_words(held(days, most), catalogue.sheet_words.retention) == words


def test_the_channel_with_fewest_days_is_the_first_line(filled: MakeSheet) -> None:
    sheet = filled()
    assert [line[2] for line in retention_lines(sheet)] == ["连续 12 天", "连续 45 天", "未测"]


def test_the_worst_days_are_said_with_how_many_are_unknown(filled: MakeSheet) -> None:
    sheet = filled()
    first, second = retention_remarks(sheet.retention, sheet.words)
    assert "连续 12 天（10.20.1.50 通道2）；已测 2 路，未测 1 路" in first
    assert "17 台" in second


def test_no_days_are_named_where_none_is_measured(catalogue: Catalogue) -> None:
    (remark,) = retention_remarks(Retention((held(),)), catalogue.sheet_words)
    assert remark == catalogue.sheet_words.retention.none_measured.format(unknown=1)


def test_a_school_without_recorders_hears_nothing_of_days(catalogue: Catalogue) -> None:
    assert list(retention_remarks(Retention((), ("d1.1",)), catalogue.sheet_words)) == []


def test_the_days_that_lack_are_named(filled: MakeSheet) -> None:
    assert next(retention_lines(filled()))[3] == "2026-02-16 至 2026-02-17"


@pytest.mark.parametrize(
    ("days", "words"),
    [(["2026-02-20", "2026-02-23"], "2026-02-22、查不清 1 天"), ([], "查不清 1 天")],
)
def test_days_that_are_not_known_are_not_said_to_lack(filled: MakeSheet, days: list[str], words: str) -> None:
    sheet = filled()
    listed = {"days": days, "unknown_days": ["2026-02-21"], "read_at": "2026-02-24T08:00:00+08:00"}
    recording = held(3, 45).recording
    assert recording is not None
    told = replace(sheet.retention.held[0], recording=recording.model_copy(update=listed))
    (line,) = retention_lines(replace(sheet, retention=Retention((told,))))
    assert line[3] == words


def test_a_playback_is_written_with_its_size_and_its_picture(filled: MakeSheet) -> None:
    words = next(retention_lines(filled()))[6]
    assert "704×576" in words
    assert "snapshots/10.20.1.50-2.playback_alive.jpg" in words
