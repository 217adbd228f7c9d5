"""A small invented school with a recorder, people's words and wanted points, for every form but the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from config.schema import Catalogue
from config.site import Site
from inventory.ledger import Ledger, build_ledger
from inventory.people import PeoplesWords
from inventory.record import CameraRecord, FieldValue, View
from reports.form import fill
from reports.forms.desk import Choices
from reports.paper import Paper
from reports.xlsx import workbook_bytes

AT = datetime(2026, 3, 2, 0, 15, 0, tzinfo=UTC)
SCHOOL = Site(school="示例县第一小学", town="示例镇", address="示例镇文教路 18 号", district="示例学区")
UNIT = {
    "county": "示例县",
    "police_station": "示例派出所",
    "contact_name": "某某",
    "contact_phone": "000-0000000",
    "technician_name": "某甲",
    "technician_phone": "000-1111111",
}
SYSTEM: dict[str, str | int] = {
    "project_name": "示例小学视频监控系统",
    "platform_mode": "本级自建",
    "build_mode": "自建",
    "system_built_on": "2019-09",
    "rented": "否",
    "storage_mode": "硬盘录像机",
    "system_retention_days": 30,
    "platform_gb28181": "是",
    "cascade": "未级联",
    "sharing_gateway": "有",
}

Known = Callable[..., Ledger]
MakePaper = Callable[..., Paper]


def typed(value: str | int | bool, by: str = "整合表.xlsx C3") -> FieldValue:
    return FieldValue(value, "person", by, AT, True)


def wanted(number: int, **fields: str | int) -> CameraRecord:
    """Return a point that a person asked for: no device stands there."""
    said = {"build_state": "拟新建", **fields}
    return CameraRecord(
        f"h{number}", "", 1, (), {name: typed(value) for name, value in said.items()}, answered=False
    )


POINTS = (
    wanted(1, point_name="南校门外", scene="车辆乱停", wanted_bullets=2, wanted_faces=1),
    wanted(2, point_name="体育馆东北角", wanted_domes=1, wanted_pixels="400万像素"),
    wanted(3, point_name="后勤通道"),
    wanted(4, point_name="车棚", wanted_others=3),
)


@pytest.fixture
def known(catalogue: Catalogue, view: View) -> Known:
    """Give a function that returns all that is known of the small school."""
    small = View(
        view.run,
        view.devices,
        tuple(camera for camera in view.cameras if camera.id.split("-")[1] in KEPT),
        (),
        view.silent,
    )

    def gather(
        cameras: View = small,
        *,
        site: Site = SCHOOL,
        unit: dict[str, str | bool] | None = None,
        system: dict[str, str | int] | None = None,
        points: tuple[CameraRecord, ...] = POINTS,
    ) -> Ledger:
        said = PeoplesWords(
            unit={name: (typed(value),) for name, value in (UNIT if unit is None else unit).items()},
            systems={
                "s1": {
                    name: (typed(value),) for name, value in (SYSTEM if system is None else system).items()
                }
            },
            added=points,
        )
        return build_ledger(cameras, site, catalogue, said, AT + timedelta(minutes=12))

    return gather


KEPT = ("d11", "d14", "d15", "d18", "d23", "d24", "d27", "d29", "10.20.1.50")


@pytest.fixture
def nothing(catalogue: Catalogue) -> Ledger:
    """What is known before the first scan of a school that typed nothing."""
    return build_ledger(View(None), Site(), catalogue, PeoplesWords(), AT)


@pytest.fixture
def filled_form(catalogue: Catalogue, known: Known) -> MakePaper:
    """Give a function that fills any form for the small school, or for another ledger."""

    def fill_form(form: str, ledger: Ledger | None = None, **choices: bool | str) -> Paper:
        return fill(catalogue.forms[form], ledger or known(), catalogue, Choices(**choices))  # type: ignore[arg-type]

    return fill_form


@pytest.fixture
def opened() -> Callable[[Paper], Workbook]:
    """Give a function that returns a paper's file as a spreadsheet program reads it."""
    return lambda paper: load_workbook(BytesIO(workbook_bytes(paper)))
