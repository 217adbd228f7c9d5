"""The forms that can be rolled up: what each is made from, and by which function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.rollup import chuzhou, grades, ruian, yongjia
from reports.rollup.built import Built, Given
from reports.rollup.gather import Source
from reports.rollup.pages import list_rows
from reports.rollup.survey_check import read_figures


@dataclass(frozen=True, slots=True)
class Plan:
    source: Source
    build: Callable[[Given], Built]
    beside: tuple[str, ...] = ()  # forms that are compared with the result and count for nothing
    lists_units: bool = False  # the form knows its own units: it is of use before anybody has reported


_LISTS = Source({ruian.LIST: list_rows}, ruian.extract)

PLANS: Mapping[str, Plan] = {
    ruian.LIST: Plan(_LISTS, ruian.build_list),
    ruian.SURVEY: Plan(
        Source({ruian.LIST: list_rows, ruian.SURVEY: read_figures}, ruian.extract),
        ruian.build_survey,
        beside=(ruian.SURVEY,),
    ),
    chuzhou.SUMMARY: Plan(
        Source({chuzhou.SURVEY: chuzhou.read_survey}, chuzhou.extract_numbers), chuzhou.build_summary
    ),
    chuzhou.RATES: Plan(
        Source({chuzhou.RATES: chuzhou.read_rates}, chuzhou.extract_rates), chuzhou.build_rates
    ),
    grades.FORM: Plan(
        Source({grades.SELF: grades.scores, grades.COUNTY: grades.scores}, grades.extract), grades.build
    ),
    yongjia.FORM: Plan(Source({yongjia.FORM: yongjia.read_report}), yongjia.build, lists_units=True),
}
