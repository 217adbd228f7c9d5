"""The list of problems before a form is handed in: what is on it, and what stops an export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import reports.checks
from config.blocks import GridBlock, GridCell, GridRow
from config.figure import Figure
from config.form import Form
from config.problems import Sum
from config.schema import Catalogue
from config.site import Site
from inventory.ledger import Ledger, build_ledger
from inventory.people import PeoplesWords
from inventory.record import CameraRecord, Conflict, DeviceRecord, FieldValue, View
from probe.model import Channel, ChannelReport, DeviceReport, Target
from reports.checks.problem import Problem
from reports.checks.run import CHECKS, by_mend, has_errors, problems, with_warnings
from reports.form import fill

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
GOOD = "33038101111320000001"
POINT = {"longitude": "120.655135", "latitude": "27.778657", "datum": "WGS-84"}


def value(said: Any, *, confirmed: bool = True) -> FieldValue:  # noqa: ANN401
    return FieldValue(said, "person" if confirmed else "suggested", "清单.xlsx B3", AT, confirmed)


def camera(number: int, **fields: Any) -> CameraRecord:  # noqa: ANN401
    said = {name: one if isinstance(one, FieldValue) else value(one) for name, one in fields.items()}
    return CameraRecord(f"d{number}.1", f"d{number}", 1, (), said, answered=True, channels=(1,))


def ledger_of(catalogue: Catalogue, *cameras: CameraRecord, site: Site | None = None, **more: Any) -> Ledger:  # noqa: ANN401
    devices = tuple(
        DeviceRecord(
            one.device_id,
            "camera",
            f"10.0.0.{one.device_id[1:]}",
            DeviceReport(Target(f"10.0.0.{one.device_id[1:]}"), (), (ChannelReport(Channel(1)),)),
            AT,
            AT,
            answered=True,
        )
        for one in cameras
    )
    view = View(None, devices, cameras, **more)
    return build_ledger(view, site or Site(), catalogue, PeoplesWords(), AT)


def problems_of(catalogue: Catalogue, form: str, *cameras: CameraRecord, **more: Any) -> tuple[Problem, ...]:  # noqa: ANN401
    ledger = ledger_of(catalogue, *cameras, **more)
    return problems(fill(catalogue.forms[form], ledger, catalogue), catalogue, ledger)


Find = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def find(catalogue: Catalogue) -> Find:
    """Give a function that returns id and place of every problem of a form for such cameras."""

    def found(form: str, *cameras: CameraRecord, **more: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        return [(one.id, one.where) for one in problems_of(catalogue, form, *cameras, **more)]

    return found


@pytest.fixture
def record(catalogue: Catalogue) -> Form:
    return catalogue.forms["record-27"]


def test_a_sound_code_is_not_spoken_of(find: Find) -> None:
    assert not [one for one in find("record-27", camera(1, gb_code=GOOD)) if one[0].startswith("code")]


def test_the_same_code_twice_is_told_once_with_both_cameras(catalogue: Catalogue, record: Form) -> None:
    ledger = ledger_of(catalogue, camera(1, gb_code=GOOD), camera(2, gb_code="330381 01111320000001"))
    paper = fill(record, ledger, catalogue)
    (twice,) = (one for one in problems(paper, catalogue, ledger) if one.id == "code-twice")
    assert twice.level == "error"
    assert "10.0.0.1" in twice.what
    assert "10.0.0.2" in twice.what


def test_cameras_without_a_code_are_one_line_of_the_list(find: Find) -> None:
    found = find("record-27", camera(1), camera(2))
    assert [where for name, where in found if name == "code-blank"] == ["10.0.0.1、10.0.0.2"]


def test_the_units_own_county_goes_before_the_campaigns(find: Find) -> None:
    there = Site(unit={"region_code": "320724"})
    assert "code-county" in [name for name, _ in find("record-27", camera(1, gb_code=GOOD), site=there)]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"longitude": "120.655135", "datum": "WGS-84"}, "point-half"),
        ({**POINT, "latitude": "27.77"}, "point-digits"),
        ({**POINT, "longitude": "120.655130"}, "point-sixth"),
        ({**POINT, "longitude": "27.778657"}, "point-range"),
        ({**POINT, "datum": ""}, "point-datum"),
    ],
)
def test_a_point_is_looked_at(find: Find, fields: dict[str, str], problem: str) -> None:
    assert [name for name, _ in find("record-27", camera(1, **fields)) if name.startswith("point")] == [
        problem
    ]


def test_two_cameras_at_one_point_are_told(find: Find) -> None:
    found = find("record-27", camera(1, **POINT), camera(2, **{**POINT, "longitude": "120.6551350"}))
    assert ("point-twice", "10.0.0.1") in found


@pytest.mark.parametrize(("longitude", "far"), [("120.755135", ["10.0.0.4"]), ("120.665135", [])])
def test_a_point_far_from_the_others_is_told(find: Find, longitude: str, far: list[str]) -> None:
    cameras = [camera(n, **{**POINT, "longitude": f"120.65513{n}"}) for n in (1, 2, 3)]
    found = find("record-27", *cameras, camera(4, **{**POINT, "longitude": longitude}))
    assert [where for name, where in found if name == "point-far"] == far


def test_what_a_person_wrote_cannot_disturb_the_list(catalogue: Catalogue, record: Form) -> None:
    ledger = ledger_of(catalogue, camera(1, gb_code="\x1b[2J=cmd\n" + "长" * 9000))
    found = problems(fill(record, ledger, catalogue), catalogue, ledger)
    (told,) = (one for one in found if one.id == "code-digits")
    assert "\x1b" not in told.what
    assert len(told.what) < 500


def test_guesses_are_listed_by_field_with_their_cells(find: Find) -> None:
    cameras = (
        camera(1, point_name=value("正门", confirmed=False)),
        camera(2, point_name=value("后门", confirmed=False)),
    )
    assert ("unconfirmed", "B3:B4") in find("record-27", *cameras)


def test_blank_cells_are_listed_by_field_as_spans(find: Find) -> None:
    cameras = (camera(1), camera(2, direction="东"), camera(3), camera(4))
    assert ("wanted", "S3、S5:S6") in find("record-27", *cameras)


def test_a_cell_of_which_a_part_is_not_known_is_listed_too(catalogue: Catalogue) -> None:
    halves = (camera(1, model="IPC-200W", position="正门"), camera(2, model="IPC-300W", position="正门"))
    found = problems_of(catalogue, "ruian-2018-list", *halves)
    assert [one.where for one in found if (one.id, one.what) == ("wanted", "品牌没有填")] == ["F4:F5"]


def test_the_street_without_its_county_is_listed(catalogue: Catalogue) -> None:
    of_a_street = camera(1, build_state="已建", faces_public="是")
    found = problems_of(catalogue, "huoqiu-2023-cameras", of_a_street, site=Site(town="示例街道"))
    assert ("wanted", "所在县（市、区）没有填") in [(one.id, one.what) for one in found]


def test_a_figure_that_is_worked_out_is_never_asked_to_be_typed_and_imported(catalogue: Catalogue) -> None:
    found = problems_of(catalogue, "chuzhou-2019-survey", camera(1, build_state="已建"))
    kinds = {one.id for one in found if one.what.startswith("反恐重点部位摄像头数量")}
    assert kinds == {"wanted-elsewhere"}


def test_a_camera_of_a_system_that_nobody_named_is_told(catalogue: Catalogue) -> None:
    found = problems_of(catalogue, "camera-places", camera(1, system="s1"), camera(2, system="二期"))
    assert [one.where for one in found if one.id == "system-unknown"] == ["10.0.0.2"]


def test_a_place_without_a_word_in_the_campaign_is_told(catalogue: Catalogue) -> None:
    form = catalogue.forms["ruian-2018-list"].model_copy(update={"checks": ("positions",), "scope": None})
    ledger = ledger_of(catalogue, camera(1, position="正门"), camera(2, position="周界"))
    found = problems(fill(form, ledger, catalogue), catalogue, ledger)
    (unmapped,) = (one for one in found if one.id == "unmapped")
    assert "周界" in unmapped.what
    assert "10.0.0.2" in unmapped.where


def test_two_opinions_on_one_thing_are_told(catalogue: Catalogue, record: Form) -> None:
    conflict = Conflict("d1.1", "brand", value("大华"), value("海康威视"))
    ledger = ledger_of(catalogue, camera(1, brand="大华"), conflicts=(conflict,))
    found = problems(fill(record, ledger, catalogue), catalogue, ledger)
    (told,) = (one for one in found if one.id == "disagreement")
    assert "海康威视" in told.what


@pytest.mark.parametrize(
    ("site", "problem"),
    [
        (Site(unit={"region_code": "33038"}), "region-digits"),
        (Site(unit={"police_code": "330381"}), "police-digits"),
    ],
)
def test_the_units_own_codes_are_looked_at(find: Find, site: Site, problem: str) -> None:
    assert problem in [name for name, _ in find("record-27", camera(1), site=site)]


def test_a_unit_of_another_county_is_told(find: Find) -> None:
    site = Site(unit={"region_code": "320724"})
    assert "region-profile" in [name for name, _ in find("ruian-2018-list", camera(1), site=site)]


def test_a_nil_return_needs_a_persons_word(find: Find) -> None:
    assert "nil-not-stated" in [name for name, _ in find("huoqiu-2023-zero")]


def test_a_nil_return_is_stopped_by_a_camera_that_shows_a_public_place(find: Find) -> None:
    site = Site(unit={"no_public_project": True})
    cameras = (camera(1, position="正门", faces_public="是"), camera(2, position="教室", faces_public="否"))
    found = find("huoqiu-2023-zero", *cameras, site=site)
    assert [one for one in found if one[0].startswith("nil")] == [("nil-contradicted", "10.0.0.1")]


def test_a_stated_nil_return_without_cameras_is_free_of_errors(find: Find) -> None:
    site = Site(unit={"no_public_project": True})
    assert not [name for name, _ in find("huoqiu-2023-zero", site=site) if name.startswith("nil")]


SUM = Sum(whole="all", parts=("gates", "grounds"))
FIGURES = {
    "all": Figure(name="总数", count="items"),
    "gates": Figure(name="校门", count="items", where={"position": ("正门",)}),
    "grounds": Figure(name="操场", count="items", where={"position": ("操场",)}),
}


def summing(catalogue: Catalogue, rule: Sum) -> Form:
    cells = tuple(GridCell(text=f"{{{name}: }}") for name in FIGURES)
    grid = GridBlock(kind="grid", id="g", widths=(9, 9, 9), rows=(GridRow(cells=cells),))
    changed = {"figures": FIGURES, "blocks": (grid,), "sums": (rule,), "checks": ()}
    return catalogue.forms["record-27"].model_copy(update=changed)


@pytest.mark.parametrize(
    ("places", "rule", "problem"),
    [
        (("正门", "操场", None, "正门", None), "at-most", ["sum-unknown"]),
        (("正门", "操场"), "equal", []),
        (("正门", "操场", "周界"), "equal", ["sum-differs"]),
        (("正门", "操场", "周界"), "at-most", []),
        (("正门", "操场", None), "equal", ["sum-unknown"]),
    ],
)
def test_figures_have_to_agree(
    catalogue: Catalogue,
    places: tuple[str | None, ...],
    rule: str,
    problem: list[str],
) -> None:
    form = summing(catalogue, SUM.model_copy(update={"rule": rule}))
    cameras = [camera(n, **({"position": place} if place else {})) for n, place in enumerate(places, 1)]
    ledger = ledger_of(catalogue, *cameras)
    found = problems(fill(form, ledger, catalogue), catalogue, ledger)
    assert [one.id for one in found if one.id.startswith("sum")] == problem


def test_sums_are_looked_at_without_a_ledger_too(catalogue: Catalogue) -> None:
    form = summing(catalogue, SUM)
    paper = fill(form, ledger_of(catalogue, camera(1, position="周界")), catalogue)
    assert "sum-differs" in [one.id for one in problems(paper, catalogue)]


def test_errors_come_first_and_each_mend_stands_once(catalogue: Catalogue, record: Form) -> None:
    cameras = [camera(n, gb_code="1", **POINT) for n in (1, 2, 3)]
    ledger = ledger_of(catalogue, *cameras)
    found = problems(fill(record, ledger, catalogue), catalogue, ledger)
    assert [one.level for one in found] == sorted(one.level for one in found)
    mends = [mend for (_, mend) in by_mend(found)]
    assert len(mends) == len(set(mends))
    assert [one.mend for one in found] == [one.mend for group in by_mend(found).values() for one in group]


def test_an_error_stops_an_export_and_a_warning_does_not() -> None:
    warn = Problem("warn", "f", "A1", "…", "…")
    assert not has_errors([warn])
    assert has_errors([warn, replace(warn, level="error")])


def test_problems_are_printed_with_the_form(catalogue: Catalogue, record: Form) -> None:
    paper = fill(record, ledger_of(catalogue), catalogue)
    printed = with_warnings(paper, [Problem("warn", "f", "A1", "什么", "怎么办")]).warnings
    assert printed == ("【提醒】A1：什么。怎么办。",)


def test_every_check_that_a_form_names_is_there(catalogue: Catalogue) -> None:
    known = {name for name, _ in CHECKS}
    named = {name for form in catalogue.forms.values() for name in form.checks}
    assert named <= known
    assert known - named <= {"codes-twice", "some-camera", "positions", "systems", "region"}


def test_every_problem_has_a_check_that_tells_it(catalogue: Catalogue) -> None:
    sources = "".join(
        path.read_text("utf-8") for path in Path(next(iter(reports.checks.__path__))).glob("*.py")
    )
    assert [name for name in catalogue.problems if f'"{name}"' not in sources] == []
