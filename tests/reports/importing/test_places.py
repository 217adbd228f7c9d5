"""What only people know of a camera's place is typed into a form of the school's own and comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import Result

from config.load import load_catalogue
from inventory.ledger import Ledger
from inventory.record import Scalar
from probe.model import Measured
from reports.form import fill
from reports.judge import Verdict, judge

CATALOGUE = load_catalogue()
PLACES = "camera-places"
# What other forms, checks and limits ask of each camera.
ASKED = (
    "position",
    "faces_public",
    "coverage",
    "anti_terror_key",
    "longitude",
    "latitude",
    "datum",
    "located_by",
    "system",
)

Export = Callable[..., Path]
Edit = Callable[..., Path]
Bring = Callable[..., Result]
Value = Callable[[str, str], Scalar]
Known = Callable[[], Ledger]


def typed(number: int, **words: str) -> Callable[[Worksheet], None]:
    """Return what a person does who writes these into the line of one camera."""
    form = CATALOGUE.forms[PLACES]
    assert form.listing is not None
    columns = {column.of[0]: place for place, column in enumerate(form.listing.columns, start=1)}

    def change(page: Worksheet) -> None:
        line = next(row[0].row for row in page.iter_rows() if row[0].value == number)
        for field, word in words.items():
            page.cell(line, columns[field]).value = word

    return change


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("position", "食堂"),
        ("faces_public", "是"),
        ("coverage", "C类"),
        ("anti_terror_key", "是"),
        ("longitude", "120.655135"),
        ("latitude", "27.778657"),
        ("datum", "GCJ-02"),
        ("located_by", "地图点选"),
        ("system", "s1"),
    ],
)
def test_what_is_typed_of_a_place_is_taken_on_record(
    export: Export, edit: Edit, bring: Bring, value: Value, field: str, word: str
) -> None:
    ran = bring(edit(export(form=PLACES), typed(3, **{field: word})))
    assert value("d3.1", field) == word, ran.output


def test_every_camera_has_a_line_with_its_address(export: Export, ledger: Known) -> None:
    (page, *_) = fill(CATALOGUE.forms[PLACES], ledger(), CATALOGUE).pages
    shown = [cell.filled.value for cell in page.cells if cell.label == "地址（认摄像机用）" and cell.key]
    assert shown == [ledger().devices[one.device_id].address for one in ledger().cameras]


def test_a_camera_that_shows_nothing_public_leaves_the_list_of_public_places(
    export: Export, edit: Edit, bring: Bring, ledger: Known
) -> None:
    bring(edit(export(form=PLACES), typed(1, faces_public="否")))
    left_out = fill(CATALOGUE.forms["huoqiu-2023-cameras"], ledger(), CATALOGUE).left_out
    assert "d1.1" in [one.camera for one in left_out]


@pytest.mark.parametrize(("word", "verdict"), [("是", Verdict.NOT_MET), ("否", Verdict.NOT_APPLICABLE)])
def test_the_ninety_days_are_asked_of_what_was_registered(
    export: Export, edit: Edit, bring: Bring, value: Value, word: str, verdict: Verdict
) -> None:
    bring(edit(export(form=PLACES), typed(1, anti_terror_key=word)))
    (rule,) = (one for one in CATALOGUE.standards["chuzhou-2019"].rules if one.applies_to is not None)
    days = {"recording_age_days": 400}
    found = judge(
        rule, lambda metric: Measured(days.get(metric, 31)), said=lambda field: value("d1.1", field)
    )
    assert found.verdict is verdict


def test_what_is_asked_of_a_place_can_be_typed_in_every_line(ledger: Known) -> None:
    (page, *_) = fill(CATALOGUE.forms[PLACES], ledger(), CATALOGUE).pages
    for camera in ledger().cameras:
        mine = {
            one.field for cell in page.cells for one in cell.about if one.subject == f"camera:{camera.id}"
        }
        assert mine >= set(ASKED)
