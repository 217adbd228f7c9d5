"""Sheets that schools hand in, made up row by row, and what the roll-up says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from config.load import load_catalogue
from config.schema import Catalogue
from inventory.record import FieldValue
from reports.rollup.expected import Unit
from reports.rollup.outcome import Outcome, roll_up
from reports.rollup.pages import frame
from reports.rollup.paper import Heading, list_paper
from reports.rollup.submission import Key, Submission
from reports.xlsx import write_xlsx

MADE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = MADE + timedelta(days=1)
GATE: Mapping[str, object] = {
    "position": "正门",
    "build_state": "已建",
    "count": 4,
    "brand_model": "海康威视\nDS-2CD1021FD-I",
    "hd": "是",
    "access_network": "自建局域网",
    "resource_class": "单位主要出入口",
    "town": "示例镇",
    "address": "文教路1号",
}
YARD = {**GATE, "position": "操场", "count": 2, "resource_class": "操场或户外活动场所"}
PLANNED = {**YARD, "build_state": "拟新建", "count": 3, "brand_model": None, "hd": None}

HandIn = Callable[..., Path]
RollUp = Callable[..., Outcome]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def hand_in(tmp_path: Path, catalogue: Catalogue) -> HandIn:
    """Give a function that writes a list as a school's own sheet and returns the file."""

    def write(
        school: str,
        rows: Sequence[Mapping[str, object]] = (GATE, YARD),
        *,
        form: str = "ruian-2018-list",
        made: datetime = MADE,
        name: str = "",
        workspace: str = "",
    ) -> Path:
        own = catalogue.forms[form]
        column = "school" if form.startswith("ruian") else "unit"
        lines = [{column: school, **row} for row in rows]
        unit = {"district": FieldValue(school, "person", "test", made, confirmed=True)}
        paper = list_paper(own, catalogue, pd.DataFrame(lines), made, Heading(unit))
        path = tmp_path / "in" / (name or f"{school}.xlsx")
        path.parent.mkdir(exist_ok=True)
        write_xlsx(
            replace(paper, meta={**paper.meta, "edition": "e", "workspace": workspace or school}), path
        )
        return path

    return write


@pytest.fixture
def submission(catalogue: Catalogue) -> Callable[..., Submission]:
    """Give a function that makes a submission of the Ruian list without a file."""
    block = catalogue.forms["ruian-2018-list"].listing
    assert block is not None

    def make(
        unit: str,
        count: int,
        made: datetime = MADE,
        source: str = "",
        network: str = "",
        *,
        code: str = "",
        workspace: str = "",
        is_own: bool = True,
        district: str = "",
        **said: object,
    ) -> Submission:
        row = {**dict.fromkeys(c.id for c in block.columns), **GATE, "school": unit, "count": count, **said}
        rows = frame(block, [row])
        key = Key("ruian-2018", code or unit, "ruian-2018-list", network)
        file = source or f"{unit}-{count}.xlsx"
        return Submission(key, unit, made, made, file, "0", rows, workspace, is_own, district=district)

    return make


@pytest.fixture
def rolled(catalogue: Catalogue) -> RollUp:
    """Give a function that rolls files up into a form, by default the joined list."""

    def run(
        *paths: Path, form: str = "ruian-2018-list", units: Sequence[str] = (), history: Path | None = None
    ) -> Outcome:
        listed = tuple(Unit(name) for name in units)
        return roll_up(catalogue.forms[form], paths, catalogue, units=listed, history=history, made=MADE)

    return run
