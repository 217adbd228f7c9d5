"""The result's lines: good only when every fault was judged and none found; a gap stays a gap."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.load import load_catalogue
from config.words import say
from reports import scan_json as out
from reports.lines import FORMAT_RULE, Line, lines
from reports.picture_words import SHIFT

CATALOGUE = load_catalogue()


MakeLine = Callable[..., Line]


@pytest.fixture
def line(document_of: Callable[..., out.Document]) -> MakeLine:
    """Give a function that returns the line of a healthy channel of which some parts are other ones."""

    def make(**channel: object) -> Line:
        (only,) = lines(document_of(**channel), CATALOGUE)
        return only

    return make


def test_a_living_picture_with_every_fault_judged_is_good(line: MakeLine) -> None:
    good = line()
    assert (good.state, good.picture) == ("good", say("picture.good"))


@pytest.mark.parametrize("fault", sorted(CATALOGUE.faults))
@pytest.mark.parametrize("gap", ["too-short", "unclear", "our-bug"])
def test_a_picture_of_which_a_fault_was_not_judged_is_never_called_good(
    line: MakeLine, fault: str, gap: str
) -> None:
    seen = line(gaps={fault: gap})
    assert (seen.state, seen.picture) == ("unknown", say("picture.seen"))


@pytest.mark.parametrize("fault", sorted(CATALOGUE.faults))
@pytest.mark.parametrize("gap", ["no-baseline", "off-preset"])
def test_what_only_lacks_a_picture_to_compare_with_does_not_spoil_the_line(
    line: MakeLine, fault: str, gap: str
) -> None:
    good = line(gaps={fault: gap})
    assert (good.state, good.remark) == ("good", "")


def test_each_reason_is_named_once_with_the_faults_that_it_leaves_open(line: MakeLine) -> None:
    remark = line(gaps={"black": "unclear", "frozen": "too-short"}).remark
    reasons = [("black", "unclear"), ("frozen", "too-short")]
    said = [
        say("picture.open", faults=CATALOGUE.faults[fault].name, why=CATALOGUE.gaps[gap].name)
        for fault, gap in reasons
    ]
    assert remark == say("reading.semicolon").join(said)


@pytest.mark.parametrize("fault", sorted(CATALOGUE.faults))
def test_a_found_fault_is_named(line: MakeLine, fault: str) -> None:
    faulty = line(faults=[fault])
    assert (faulty.state, faulty.picture) == ("faulty", CATALOGUE.faults[fault].name)


def test_a_frozen_picture_on_which_the_clock_runs_is_told_apart(line: MakeLine) -> None:
    faulty = line(faults=["frozen"], picture={"alive": True, "clock_runs": True})
    assert faulty.picture == say("picture.clock_runs")


def test_a_moved_view_says_by_how_much(line: MakeLine) -> None:
    assert "6.25%" in line(faults=["moved"], picture={"alive": True, SHIFT: 6.25}).picture


def test_an_enlarged_picture_is_faulty_and_says_its_first_size(line: MakeLine) -> None:
    faulty = line(picture={"alive": True, "enlarged_from": [352, 288]})
    assert (faulty.state, faulty.picture) == ("faulty", say("picture.enlarged", width=352, height=288))


@pytest.mark.parametrize("value", [None, []])
def test_a_picture_not_found_enlarged_is_none(line: MakeLine, value: object) -> None:
    assert line(picture={"alive": True, "enlarged_from": value}).state == "good"


@pytest.mark.parametrize(
    ("at_least", "at_most", "words"),
    [
        (502, None, "≥ 502 线"),
        (502, 540, "≥ 502 线"),
        (None, 264, "≤ 264 线"),
        (300, 500, "未定（300–500）"),
        (300, None, "未定（≥ 300）"),
        (None, 1080, "未定（≤ 1080）"),
        (None, None, "未测"),
    ],
)
def test_the_tv_lines_are_said_as_far_as_they_settle_the_clause(
    line: MakeLine, at_least: int | None, at_most: int | None, words: str
) -> None:
    assert (
        line(picture={"alive": True, "tvl_live_at_least": at_least, "tvl_live_at_most": at_most}).tv_lines
        == words
    )


def test_a_channel_of_which_only_the_sub_stream_came_says_so(line: MakeLine) -> None:
    assert say("picture.sub") in line(picture={"alive": True, "stream_role": "sub"}).remark


def test_a_stream_without_a_picture_that_moves_is_faulty_and_not_unexamined(line: MakeLine) -> None:
    dead = line(picture={"alive": False})
    assert (dead.state, dead.picture) == ("faulty", say("picture.dead"))


def test_a_picture_that_was_not_fetched_is_unknown_with_its_reason(line: MakeLine) -> None:
    unknown = line(picture={"alive": None}, gaps={"alive": "auth-refused"})
    assert unknown.state == "unknown"
    assert unknown.remark


def test_the_verdict_is_that_of_the_format_clause_alone(line: MakeLine) -> None:
    other = {"clause": "x", "metric": "width,height", "value": [1, 1], "limit": [1, 1], "binding": True}
    findings = [
        {**other, "rule": "other", "verdict": "met"},
        {**other, "rule": FORMAT_RULE, "verdict": "not-met"},
    ]
    assert line(findings=findings).verdict == "not-met"


def test_the_format_clause_is_in_the_catalogue() -> None:
    assert {condition.metric for condition in CATALOGUE.rule(FORMAT_RULE).all} == {"width", "height"}
