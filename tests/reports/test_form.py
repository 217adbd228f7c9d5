"""Which cameras stand in which rows, what each cell says, and why a cell is blank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.blocks import Column
from config.form import Form
from config.schema import Catalogue
from config.site import FormOptions, Site
from inventory.ledger import Ledger
from inventory.record import Conflict, FieldValue, View
from probe.model import Gap
from reports.form import choices_of, fill
from reports.paper import Paper, Row
from reports.sheet import Filled, ScopeChoice

MakePaper = Callable[..., Paper]
MakeLedger = Callable[..., Ledger]
MakeTold = Callable[..., Any]


def columns_of(sheet: Paper) -> tuple[Column, ...]:
    assert sheet.form.listing is not None
    return sheet.form.listing.columns


def cell(sheet: Paper, row: Row, column: str) -> Filled:
    return row.cells[[one.id for one in columns_of(sheet)].index(column)]


def values(sheet: Paper, column: str) -> list[str | int | float | None]:
    return [cell(sheet, row, column).value for row in sheet.rows]


def row_of(sheet: Paper, camera: str) -> Row:
    return next(row for row in sheet.rows if camera in row.cameras)


def counted(sheet: Paper) -> int:
    return sum(value for value in values(sheet, "count") if isinstance(value, int))


def test_like_cameras_share_a_row_that_counts_them(filled: MakePaper) -> None:
    sheet = filled()
    row = row_of(sheet, "c-d11-1")
    assert (row.cameras, cell(sheet, row, "count").value) == (("c-d11-1", "c-d12-1", "c-d13-1"), 3)


def test_one_row_per_camera_counts_the_same_cameras(filled: MakePaper) -> None:
    assert counted(filled(grouped=False)) == counted(filled(grouped=True))


def test_the_site_may_ask_for_one_row_per_camera(filled: MakePaper, site: Site) -> None:
    choices = choices_of(site.model_copy(update={"form": FormOptions(one_row_per_camera=True)}))
    sheet = filled(grouped=choices.grouped)
    assert {len(row.cameras) for row in sheet.rows} == {1}


def test_rows_are_numbered_from_one(filled: MakePaper) -> None:
    sheet = filled()
    assert values(sheet, "number") == list(range(1, len(sheet.rows) + 1))


def test_rows_stand_in_the_order_in_which_the_form_names_the_places(filled: MakePaper) -> None:
    places = list(dict.fromkeys(values(filled(), "position")))
    assert places == ["正门", "侧门", "后门", "操场", "户外活动场所", None]


def test_brand_and_model_stand_on_two_lines(filled: MakePaper) -> None:
    sheet = filled()
    made = cell(sheet, row_of(sheet, "c-d15-1"), "brand_model")
    assert made.value == "大华\nDH-IPC-HFW2433DM"


def test_a_camera_without_a_place_keeps_a_row_of_its_own(filled: MakePaper) -> None:
    rows = [row for row in filled().rows if not row.placed]
    assert [row.cameras for row in rows] == [("c-d24-1",), ("c-d25-1",), ("c-d26-1",), ("c-10.20.1.50-3",)]


def test_a_camera_outside_the_scope_is_left_out_and_named(filled: MakePaper) -> None:
    left_out = {one.camera: one.said.value for one in filled().left_out}
    assert left_out == {
        "c-d27-1": "周界",
        "c-d28-1": "食堂",
        "c-d29-1": "教学楼",
        "c-d30-1": "教学楼",
        "c-d31-1": "功能用房",
        "c-10.20.1.50-4": "停车场",
    }


def test_all_cameras_are_listed_where_all_are_asked_for(filled: MakePaper) -> None:
    sheet = filled(scope="all")
    assert (counted(sheet), sheet.left_out) == (26, ())


def test_a_place_that_the_form_does_not_name_is_marked_odd(filled: MakePaper) -> None:
    sheet = filled(scope="all")
    assert cell(sheet, row_of(sheet, "c-d27-1"), "position").odd


def test_a_place_that_the_form_names_is_not_odd(filled: MakePaper) -> None:
    sheet = filled(scope="all")
    assert not cell(sheet, row_of(sheet, "c-d11-1"), "position").odd


@pytest.mark.parametrize("grouped", [True, False])
def test_every_value_has_an_origin_and_every_blank_a_reason(filled: MakePaper, *, grouped: bool) -> None:
    cells = [one for row in filled(grouped=grouped, scope="all").rows for one in row.cells]
    assert [one for one in cells if (one.value is not None and not one.origins)] == []
    assert [one for one in cells if (one.value is None and not one.missing)] == []


def test_a_blank_has_no_origin(filled: MakePaper) -> None:
    cells = [one for row in filled(scope="all").rows for one in row.cells]
    assert [one for one in cells if one.value is None and one.origins] == []


def test_an_origin_names_the_probe_the_time_and_the_cameras(filled: MakePaper) -> None:
    sheet = filled()
    brand, model = cell(sheet, row_of(sheet, "c-d15-1"), "brand_model").origins
    assert (brand.by, brand.cameras, (brand.last - brand.first).seconds) == (
        "onvif.identity",
        ("c-d15-1", "c-d16-1"),
        1,
    )
    assert model.value == "DH-IPC-HFW2433DM"


def test_a_suggestion_is_not_confirmed(filled: MakePaper) -> None:
    sheet = filled()
    assert not cell(sheet, row_of(sheet, "c-d11-1"), "position").confirmed


def test_what_a_person_typed_is_confirmed(filled: MakePaper) -> None:
    sheet = filled()
    assert cell(sheet, row_of(sheet, "c-d23-1"), "position").confirmed


def test_what_the_school_did_not_type_stays_blank(filled: MakePaper) -> None:
    sheet = filled(site=Site())
    assert set(values(sheet, "town")) == {None}


def test_a_refused_password_is_named_as_the_reason(filled: MakePaper, catalogue: Catalogue) -> None:
    sheet = filled()
    (brand, _) = cell(sheet, row_of(sheet, "c-d25-1"), "brand_model").missing
    assert brand.why == catalogue.gaps[Gap.AUTH_REFUSED].name


def test_a_filler_word_is_named_as_the_reason(filled: MakePaper, catalogue: Catalogue) -> None:
    sheet = filled()
    (brand, _) = cell(sheet, row_of(sheet, "c-d24-1"), "brand_model").missing
    assert brand.why == catalogue.sheet_words.blank["brand"].why


def test_a_camera_behind_a_recorder_is_not_blamed_on_the_camera(
    filled: MakePaper, catalogue: Catalogue
) -> None:
    sheet = filled()
    (brand, _) = cell(sheet, row_of(sheet, "c-10.20.1.50-1"), "brand_model").missing
    assert brand.why == catalogue.sheet_words.blank["behind-recorder"].why


def test_a_remark_may_stay_blank(filled: MakePaper) -> None:
    sheet = filled()
    assert not cell(sheet, sheet.rows[0], "remark").wanted


def test_a_missing_network_awaits_a_person(filled: MakePaper) -> None:
    sheet = filled()
    assert cell(sheet, sheet.rows[0], "upper_network").wanted


def test_offline_cameras_are_not_remarked_on_by_default(filled: MakePaper) -> None:
    sheet = filled()
    assert cell(sheet, row_of(sheet, "c-d21-1"), "remark").value is None


def test_offline_cameras_are_remarked_on_where_the_site_asks(filled: MakePaper, site: Site) -> None:
    choices = choices_of(site.model_copy(update={"form": FormOptions(note_offline=True)}))
    sheet = filled(note_offline=choices.note_offline)
    assert cell(sheet, row_of(sheet, "c-d21-1"), "remark").value == "离线1台"


def test_addresses_that_are_no_camera_are_told(filled: MakePaper) -> None:
    assert filled().unidentified == ("10.20.1.99",)


def test_a_multi_lens_camera_counts_once(
    ruian: Form, catalogue: Catalogue, view: View, ledger_of: MakeLedger
) -> None:
    dome = replace(view.cameras[0], channels=(1, 2, 3, 4))
    sheet = fill(ruian, ledger_of(replace(view, cameras=(dome,))), catalogue)
    assert values(sheet, "count") == [1]


def test_a_conflict_shows_both_words_and_the_one_taken(
    ruian: Form, catalogue: Catalogue, view: View, ledger_of: MakeLedger
) -> None:
    at = view.cameras[0].fields["brand"].at
    typed = FieldValue("萤石", "person", "清单.xlsx F4", at, True)
    measured = FieldValue("海康威视", "derived", "onvif.identity", at, True)
    clash = Conflict(view.cameras[0].id, "brand", typed, measured)
    sheet = fill(ruian, ledger_of(replace(view, conflicts=(clash,))), catalogue)
    (found,) = sheet.disagreements
    assert (found.typed, found.measured, found.taken) == ("萤石", "海康威视", "海康威视")


def test_before_the_first_run_the_form_is_empty(
    ruian: Form, catalogue: Catalogue, view: View, ledger_of: MakeLedger
) -> None:
    sheet = fill(ruian, ledger_of(View(None)), catalogue)
    assert (sheet.rows, sheet.blank_rows) == ((), 7)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["正门", "操场", "食堂", "", None]), st.booleans()), max_size=8),
    st.booleans(),
    st.sampled_from(["in-scope", "all"]),
)
def test_no_camera_is_lost_or_counted_twice(
    filled: MakePaper,
    told: MakeTold,
    places: list[tuple[str | None, bool]],
    grouped: bool,
    scope: ScopeChoice,
) -> None:
    cameras = tuple(
        told(number, "", place, answered=answered)
        for number, (place, answered) in enumerate(places, start=11)
    )
    sheet = filled(cameras, grouped=grouped, scope=scope)
    listed = [camera for row in sheet.rows for camera in row.cameras]
    left_out = [one.camera for one in sheet.left_out]
    assert sorted(listed + left_out) == sorted(f"c-d{camera.number}-1" for camera in cameras)


def test_the_site_decides_how_forms_are_written() -> None:
    options = FormOptions(
        scope="all", rebuild_counts_as_built=True, propose_points=True, ticked="■", one_row_per_camera=True
    )
    choices = choices_of(Site(form=options))
    said = (choices.scope, choices.rebuild_counts_as_built, choices.drafts, choices.ticked, choices.grouped)
    assert said == ("all", True, True, "■", False)
