"""A survey that a district has typed, held to the sums of the lists that it was made from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from config.words import say
from inventory.sheets import address
from reports.rollup.counts import whole
from reports.rollup.handed import Handed, short
from reports.rollup.submission import Submission, Trouble

_TOTALS = re.compile(r"已建总数\(([^)]*)\).*?高清监控数量\s*\(([^)]*)\)", re.DOTALL)
_STATE = re.compile(r"(已建|拟新建|拟改建)监控:([^\n]*)")
_CLASS = re.compile(r"([^、(:：\s]+)\(([^)]*)\)个")
# The survey's word for a class where the list has another one.
_AS_LISTED = {"学校主要出入口": "单位主要出入口"}


def read_figures(handed: Handed) -> pd.DataFrame:
    """Return the counts that stand in the survey's parentheses, each with its cell."""
    found: list[dict[str, object]] = []
    for line, row in enumerate(handed.page.rows):
        for column, value in enumerate(row):
            text = unicodedata.normalize("NFKC", str(value))
            cell = address((line, column))
            for figure, typed in _figures(text):
                number = whole(typed)
                if isinstance(number, int):
                    found.append(
                        {"figure": figure, "number": number, "sheet": handed.page.name, "cell": cell}
                    )
                elif number != "empty":
                    what = say(f"rollup.{number}", label=figure, value=short(typed))
                    handed.tell("error", cell, what, say("rollup.mend_number"))
    return pd.DataFrame(found, columns=["figure", "number", "sheet", "cell"])


def differences(surveys: Iterable[Submission], rows: pd.DataFrame) -> Iterator[Trouble]:
    """Yield every typed count that is not the sum of the rows."""
    summed = _summed(rows)
    for one in surveys:
        for said in one.rows.to_dict("records"):
            figure, number = str(said["figure"]), int(said["number"])
            if summed.get(figure, 0) != number:
                what = say("rollup.survey_differs", figure=figure, said=number, summed=summed.get(figure, 0))
                mend = say("rollup.mend_survey")
                yield Trouble("error", one.source, str(said["sheet"]), str(said["cell"]), what, mend)


def _figures(text: str) -> Iterator[tuple[str, str]]:
    if totals := _TOTALS.search(text):
        yield from zip(("已建", "高清"), totals.groups(), strict=True)
    for state, classes in _STATE.findall(text):
        for name, typed in _CLASS.findall(classes):
            yield f"{state} {_AS_LISTED.get(name, name)}", typed


def _summed(rows: pd.DataFrame) -> Mapping[str, int]:
    counted = rows["count"].astype("Int64")
    built = rows["build_state"] == "已建"
    figures = rows["build_state"].fillna("") + " " + rows["resource_class"].fillna("")
    found = {str(figure): int(many) for figure, many in counted.groupby(figures).sum().items()}
    return found | {
        "已建": int(counted[built].sum()),
        "高清": int(counted[built & (rows["hd"] == "是")].sum()),
    }
