"""One device in full: what a technician needs is there in words, raw numbers only where they matter."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import get_args

import pytest
from rich.console import Console

from config.load import load_catalogue
from config.schema import Condition, FaultRule
from config.words import say
from probe.model import Gap, SeenBy
from reports import scan_json as out
from reports.picture_words import LIVE_RULE, SHIFT
from reports.readings import show_readings
from reports.recorder_page import KEPT_RULE

SHIPPED = load_catalogue()
DAYS = "continuous_days,continuous_days_at_most"
DARK = {"luma_p97": 17.25, "chroma_mean": 0.75}


def rule(fault: str, *conditions: Condition, needs: tuple[Condition, ...] = ()) -> FaultRule:
    return SHIPPED.faults[fault].model_copy(update={"ways": (conditions,), "needs": needs})


# Limits of the test's own: those that are shipped are tuned.
CATALOGUE = SHIPPED.model_copy(
    update={
        "faults": {
            "black": rule(
                "black",
                Condition(metric="luma_p97", op="<", limit=30),
                Condition(metric="chroma_mean", op="<", limit=12),
            ),
            "frozen": rule(
                "frozen",
                Condition(metric="identical_textured_share", op=">=", limit=0.1),
                needs=(Condition(metric="still_s", op=">=", limit=3),),
            ),
        }
    }
)


@pytest.fixture
def page(document_of: Callable[..., out.Document]) -> Callable[..., str]:
    """Give a function that returns what is shown of a channel, readings of its picture given by name."""

    def show(picture: dict[str, object] | None = None, **channel: object) -> str:
        written = StringIO()
        document = document_of(picture={"alive": True, **(picture or {})}, **channel)
        show_readings(Console(file=written, width=300), document, CATALOGUE)
        return written.getvalue()

    return show


Page = Callable[..., str]


def test_a_fault_that_was_found_stands_there_with_its_numbers(page: Page) -> None:
    said = page(DARK, faults=["black"])
    assert all(words in said for words in ("黑屏", "17.25", "< 30", "0.75"))


def test_a_frozen_picture_says_how_long_it_was_watched(page: Page) -> None:
    still = {"identical_textured_share": 0.63, "still_s": 4.2}
    assert "4.2（判据 ≥ 3）" in page(still, faults=["frozen"])


def test_the_numbers_of_faults_that_are_not_there_are_left_to_the_json(page: Page) -> None:
    assert "17.25" not in page(DARK)


def test_a_fault_that_was_left_open_stands_there_with_what_was_read(page: Page) -> None:
    said = page({"luma_p97": 17.25}, gaps={"black": "unclear", "chroma_mean": "unclear"})
    assert "17.25" in said
    assert say("picture.open", faults="黑屏", why=CATALOGUE.gaps["unclear"].name) in said


def test_the_gap_of_a_number_that_only_feeds_a_fault_is_told_by_the_fault(page: Page) -> None:
    said = page(gaps={"luma_p97": "unclear", "black": "unclear"})
    assert CATALOGUE.metrics["luma_p97"].name not in said


def test_a_bug_of_ours_is_shown_whatever_number_it_hides(page: Page) -> None:
    assert CATALOGUE.metrics["luma_p97"].name in page(gaps={"luma_p97": "our-bug"})


@pytest.mark.parametrize("gap", [gap for gap in Gap if gap is not Gap.OUR_BUG])
def test_every_gap_has_its_mend_beside_it(page: Page, gap: Gap) -> None:
    said = "".join(page(gaps={"black": gap.value}).split())
    assert "".join(CATALOGUE.gaps[gap.value].mend.split()) in said.replace("│", "")


@pytest.mark.parametrize("by", ["format", "card", "enlarged", "edges", "structure", "none"])
def test_the_tv_lines_say_what_they_were_measured_by_and_when(page: Page, by: str) -> None:
    said = page({"tvl_live_at_least": 502, "tvl_live_by": by, "tvl_live_on": "2026-11-20"})
    assert all(words in said for words in ("≥ 502 线", say(f"lines_by.{by}"), "2026-11-20"))


@pytest.mark.parametrize(("at_most", "told"), [(None, True), (1080, False)])
def test_why_there_are_no_tv_lines_is_told_where_nothing_is_known_of_them(
    page: Page, at_most: int | None, told: bool
) -> None:
    said = page({"tvl_live_at_most": at_most}, gaps={"tvl_live_at_least": "unclear"})
    assert (CATALOGUE.gaps["unclear"].name in said) is told


def test_tv_lines_that_a_fault_hides_do_not_send_anybody_for_a_card(page: Page) -> None:
    said = page({"tvl_live_at_most": 1080, "tvl_live_by": "none"}, gaps={"tvl_live_at_least": "hidden"})
    assert say("lines_by.none") not in said


def test_an_enlarged_picture_says_its_first_size(page: Page) -> None:
    assert say("picture.enlarged", width=352, height=288) in page({"enlarged_from": [352, 288]})


@pytest.mark.parametrize("gap", ["no-baseline", "off-preset", "hidden"])
def test_why_a_fault_was_not_judged_stands_beside_its_name(page: Page, gap: str) -> None:
    (row,) = (row for row in page(gaps={"frozen": gap}).splitlines() if CATALOGUE.gaps[gap].name in row)
    assert "画面冻结" in row


@pytest.mark.parametrize("light", ["same-light", "other-light"])
def test_it_says_what_the_comparison_with_the_baseline_gave(page: Page, light: str) -> None:
    said = page({"baseline": light, SHIFT: 0.4, "sharpness_ratio": 0.97})
    expected = (
        f"compared.{light}",
        say("compared.shift", value="0.4"),
        say("compared.sharpness", value="0.97"),
    )
    assert all(words in said for words in (say(expected[0]), *expected[1:]))


def test_a_picture_without_a_baseline_has_no_line_on_comparing(page: Page) -> None:
    assert say("reading.baseline") not in page({"baseline": "none"})


def found_of(rule_id: str, metric: str, value: object, limit: object, verdict: str) -> dict[str, object]:
    said = {"metric": metric, "value": value, "limit": limit, "verdict": verdict, "binding": True}
    return {"rule": rule_id, "clause": "某条", **said}


def test_a_limit_stands_with_its_sign_and_unit(page: Page) -> None:
    found = found_of(KEPT_RULE, DAYS, None, 30, "unknown")
    assert "（要求 ≥ 30 天）" in page(findings=[found])


def test_a_clause_on_key_spots_says_so_while_nobody_has_said_whether_this_is_one(page: Page) -> None:
    found = found_of("chuzhou-2019.storage-key", DAYS, [0, 0], 90, "unknown")
    said = "".join(page(findings=[found]).replace("│", "").split())
    assert "要求≥90天，只对“反恐重点部位”填“是”的判断）" in said


def test_how_a_device_was_found_is_told_in_words(page: Page) -> None:
    assert f"│ {say('reading.tcp')} " in page()


@pytest.mark.parametrize("way", get_args(SeenBy))
def test_every_way_to_find_a_device_has_words(way: str) -> None:
    assert say(f"reading.{way}") != way


def test_where_the_raw_numbers_are_is_told_once_whatever_the_channels(page: Page) -> None:
    assert page().count(say("reading.more")) == 1


def test_a_finding_that_does_not_bind_is_for_information(page: Page) -> None:
    bounds = {"metric": "tvl_live_at_least,tvl_live_at_most", "value": [None, 264], "limit": 380}
    finding = {"rule": LIVE_RULE, "clause": "第3项", "verdict": "not-met", "binding": False, **bounds}
    said = page({"tvl_live_at_most": 264}, findings=[finding])
    assert say("reading.finding", verdict="不符合", value="≤ 264 线", limit="≥ 380 线") in said
    assert say("reading.advisory") in said


@pytest.mark.parametrize("verdict", get_args(out.Verdict))
def test_every_verdict_can_be_shown(page: Page, verdict: str) -> None:
    finding = {"rule": "guannan-2018.4", "clause": "第4项", "metric": "continuous_days", "value": None}
    said = page(findings=[{**finding, "limit": 30, "verdict": verdict, "binding": True}])
    assert CATALOGUE.verdicts[verdict].name in said
