"""What a district received is kept for good, and counts later."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.rollup.history import FOLDER, keep, recall
from reports.rollup.submission import Submission
from tests.reports.rollup.conftest import MADE

Make = Callable[..., Submission]
NOW = datetime(2026, 3, 5, tzinfo=UTC)
FORMS = ("ruian-2018-list",)


def test_what_was_kept_comes_back_whole(tmp_path: Path, submission: Make) -> None:
    keep(tmp_path, [submission("甲", 4)], NOW)
    (back,) = recall(tmp_path, FORMS).submissions
    assert (back.key, back.made, back.content) == (
        submission("甲", 4).key,
        MADE,
        submission("甲", 4).content,
    )
    assert back.rows.dtypes.astype(str).to_dict() == submission("甲", 4).rows.dtypes.astype(str).to_dict()


def test_the_same_once_more_is_kept_once(tmp_path: Path, submission: Make) -> None:
    assert [keep(tmp_path, [submission("甲", 4)], NOW) for _ in range(2)] == [1, 0]


def test_a_second_submission_leaves_the_first_in_the_history(tmp_path: Path, submission: Make) -> None:
    keep(tmp_path, [submission("甲", 4)], NOW)
    before = {path.name: path.read_bytes() for path in (tmp_path / FOLDER).glob("*.json")}
    keep(tmp_path, [submission("甲", 5, MADE + timedelta(days=1))], NOW + timedelta(days=1))
    after = {path.name: path.read_bytes() for path in (tmp_path / FOLDER).glob("*.json")}
    assert len(after) == 2
    assert before.items() <= after.items()


def test_equal_rows_of_two_units_are_kept_apart(tmp_path: Path, submission: Make) -> None:
    one = submission("甲", 4)
    assert keep(tmp_path, [one, submission("乙", 4)], NOW) == 2


def test_who_sent_what_and_when_is_written_down(tmp_path: Path, submission: Make) -> None:
    keep(tmp_path, [submission("甲", 4, source="收到/甲.xlsx")], NOW, "张")
    (line,) = (tmp_path / FOLDER / "received.jsonl").read_text("utf-8").splitlines()
    said = json.loads(line)
    assert (said["who"], said["file"], said["unit"], said["sha256"]) == ("张", "收到/甲.xlsx", "甲", "0")
    assert said["at"] == NOW.isoformat()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"schema": "other"}', '{"schema": "camcensus/submission/1"}']
)
def test_a_broken_file_of_the_history_is_named_and_stops_nothing(
    tmp_path: Path, submission: Make, content: str
) -> None:
    keep(tmp_path, [submission("甲", 4)], NOW)
    (tmp_path / FOLDER / "0.json").write_text(content, "utf-8")
    found = recall(tmp_path, FORMS)
    assert (len(found.submissions), len(found.broken)) == (1, 1)


def test_other_forms_stay_in_the_history(tmp_path: Path, submission: Make) -> None:
    keep(tmp_path, [submission("甲", 4)], NOW)
    assert recall(tmp_path, ("chuzhou-2019-survey",)).submissions == ()


def test_what_nobody_confirmed_comes_back_as_such(tmp_path: Path, submission: Make) -> None:
    one = submission("甲", 4)
    guessed = replace(one, rows=one.rows.assign(_open="position"), guessed=("s1/brand",), scope="all")
    keep(tmp_path, [guessed], NOW)
    (back,) = recall(tmp_path, FORMS).submissions
    assert (back.guessed, back.scope, back.rows["_open"].tolist()) == (("s1/brand",), "all", ["position"])
