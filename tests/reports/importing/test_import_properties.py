"""Whatever people type and whenever the school is scanned: no word is lost, and no file counts twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.load import load_catalogue
from config.site import Site
from inventory.ledger import Ledger, build_ledger
from inventory.record import FieldValue, Scalar
from inventory.sheet_meta import META_PAGE, SheetMeta, read_meta
from inventory.sheets import Opened, Raw, open_sheet
from inventory.store import Store, open_store
from inventory.taking import Ground, Taking
from probe.model import ScanReport
from reports.form import fill
from reports.forms.desk import Choices as Wishes
from reports.importing.edits import read_edits
from reports.importing.plan import Choices, Plan, make_plan, taking_of
from reports.importing.record_now import record_now
from reports.xlsx import write_xlsx

pytestmark = pytest.mark.slow

CATALOGUE = load_catalogue()
FORM = CATALOGUE.forms["ruian-2018-list"]
SITE = Site(school="示例第一小学", town="示例镇", address="文教路 18 号")
START = datetime(2026, 9, 8, 2, 0, tzinfo=UTC)
FIRST, LAST = 3, 13  # lines of the table, the free ones with it
CAMERAS = range(FIRST, FIRST + 6)  # lines with a camera on them
VISIBLE = 13  # columns; behind them stands the hidden one
COLUMNS = {"position": 2, "build_state": 3, "hd": 6, "access_network": 7, "upper_network": 8, "remark": 12}

Rows = list[list[Raw]]

TYPED = st.one_of(
    st.sampled_from(
        ["正门", "后门", "是", "否", "互联网", "其他", "拟改建", "已建", "正门√", "", "　", "９", "=1"]
    ),
    st.text(max_size=6),
    st.integers(0, 60_000),
    st.booleans(),
)
EDITS = st.lists(
    st.tuples(st.integers(FIRST, LAST - 1), st.sampled_from(list(COLUMNS.values())), TYPED), max_size=8
)
ORDERS = st.permutations(range(FIRST, LAST))
DEEDS = st.lists(
    st.one_of(st.tuples(st.just("sheet"), EDITS), st.tuples(st.just("scan"), st.just([]))), max_size=5
)
RELAXED = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


PLAIN = Choices()
NOBODYS = SheetMeta({"made": START.isoformat()}, {}, ())


class School:
    """A workspace with a clock of its own."""

    def __init__(self, store: Store, folder: Path, scanned: Callable[[int], ScanReport]) -> None:
        self.store = store
        self._folder = folder
        self._scanned = scanned
        self._hours = 0
        self._days = 0

    def now(self) -> datetime:
        self._hours += 1
        return START + timedelta(hours=self._hours)

    def scan(self) -> None:
        self._days += 1
        self.store.record(self._scanned(self._days))

    def known(self, ground: Ground) -> Ledger:
        return build_ledger(ground.view, SITE, CATALOGUE, ground.words, self.now())

    def export(self) -> Opened:
        ground = self.store.ground()
        wishes = Wishes(grouped=False, scope="all", workspace=ground.workspace)
        write_xlsx(fill(FORM, self.known(ground), CATALOGUE, wishes), self._folder / "清单.xlsx")
        return open_sheet(self._folder / "清单.xlsx")

    def plan(self, opened: Opened, meta: SheetMeta) -> tuple[Plan, Ground]:
        ground = self.store.ground()
        record = record_now(ground, self.known(ground), meta, opened.name)
        return make_plan(read_edits(opened, meta, FORM, CATALOGUE), record, FORM, CATALOGUE), ground

    def bring(self, opened: Opened, choices: Choices = PLAIN) -> Plan:
        meta = read_meta(opened)
        plan, ground = self.plan(opened, meta)
        blank = Taking(meta.export, opened.name, opened.digest, "李老师", self.now())
        self.store.take_in(taking_of(plan, choices, blank), ground.stamp)
        return plan

    def claims(self) -> set[tuple[str, str, str]]:
        ground = self.store.ground()
        return {
            (subject, field, repr(one))
            for subject, fields in ground.said.items()
            for field, many in fields.items()
            for one in many
        }

    def typed(self) -> dict[tuple[str, str], Scalar]:
        """Return what stands on record as people's words."""
        ground = self.store.ground()
        record = record_now(ground, self.known(ground), NOBODYS, "")
        return {
            (subject, name): said.value
            for subject, fields in record.fields.items()
            for name, said in fields.items()
            if said.source == "person"
        }


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, scanned: Callable[[int], ScanReport]) -> Path:
    folder = tmp_path_factory.mktemp("template")
    store = open_store(folder / "camcensus.db", CATALOGUE)
    store.record(scanned(0))
    store.close()
    return folder / "camcensus.db"


@pytest.fixture
def begin(template: Path, tmp_path: Path, scanned: Callable[[int], ScanReport]) -> Callable[[], School]:
    def new() -> School:
        shutil.copy(template, tmp_path / "camcensus.db")
        return School(open_store(tmp_path / "camcensus.db", CATALOGUE), tmp_path, scanned)

    return new


Begin = Callable[[], School]


def edited(opened: Opened, edits: list[tuple[int, int, Raw]], order: list[int] | None = None) -> Opened:
    """Return the file as people sent it back: cells typed over, lines in another order."""
    name = next(one for one in opened.pages if one != META_PAGE)
    rows: Rows = [list(row) for row in opened.pages[name].rows]
    for line, column, value in edits:
        if line < len(rows):
            rows[line][column] = value
    if order is not None:
        shuffled = [rows[line] for line in order if line < len(rows)]
        rows[FIRST : FIRST + len(shuffled)] = shuffled
    page = replace(opened.pages[name], rows=tuple(tuple(row) for row in rows))
    return replace(opened, pages={**opened.pages, name: page}, is_saved=True)


def cells_of(opened: Opened) -> Rows:
    return [list(row) for row in next(page for name, page in opened.pages.items() if name != META_PAGE).rows]


def with_cells(opened: Opened, rows: Rows) -> Opened:
    name = next(one for one in opened.pages if one != META_PAGE)
    page = replace(opened.pages[name], rows=tuple(tuple(row) for row in rows))
    return replace(opened, pages={**opened.pages, name: page}, is_saved=True)


def sorted_without_keys(opened: Opened, order: list[int]) -> Opened:
    rows = cells_of(opened)
    moved = [rows[line][:VISIBLE] for line in order]
    for line, held in zip(CAMERAS, moved, strict=True):
        rows[line][:VISIBLE] = held
    return with_cells(opened, rows)


def without_keys(opened: Opened, lines: set[int]) -> Opened:
    rows = cells_of(opened)
    for line in lines:
        rows[line][VISIBLE] = ""
    return with_cells(opened, rows)


def of_cameras(school: School) -> dict[tuple[str, str], Scalar]:
    return {key: value for key, value in school.typed().items() if key[0].startswith("camera:d")}


def changes(plan: Plan) -> int:
    return len(plan.steps) + plan.newcomers


@RELAXED
@given(EDITS, ORDERS)
def test_a_file_never_counts_twice(begin: Begin, edits: list[tuple[int, int, Raw]], order: list[int]) -> None:
    school = begin()
    opened = edited(school.export(), edits, order)
    school.bring(opened, Choices(clear=True, overwrite=True))
    before = school.claims()
    assert changes(school.bring(opened, Choices(clear=True, overwrite=True))) == 0
    assert school.claims() == before
    school.store.close()


@RELAXED
@given(EDITS)
def test_a_scan_between_two_imports_changes_nothing(begin: Begin, edits: list[tuple[int, int, Raw]]) -> None:
    school = begin()
    opened = edited(school.export(), edits)
    school.bring(opened)
    before = school.typed()
    school.scan()
    school.bring(opened)
    assert school.typed() == before
    school.store.close()


@RELAXED
@given(DEEDS)
def test_no_word_is_ever_lost(begin: Begin, deeds: list[tuple[str, list[tuple[int, int, Raw]]]]) -> None:
    school = begin()
    sheets = [school.export()]
    for deed, edits in deeds:
        before = school.claims()
        if deed == "scan":
            school.scan()
        else:
            school.bring(
                edited(sheets[len(edits) % len(sheets)], edits), Choices(confirm=len(edits) % 2 == 0)
            )
            sheets.append(school.export())
        assert before <= school.claims()
    school.store.close()


@RELAXED
@given(DEEDS, EDITS)
def test_a_scan_never_changes_what_people_typed(
    begin: Begin, deeds: list[tuple[str, list[tuple[int, int, Raw]]]], edits: list[tuple[int, int, Raw]]
) -> None:
    school = begin()
    for deed, some in deeds:
        if deed == "sheet":
            school.bring(edited(school.export(), some))
    school.bring(edited(school.export(), edits))
    before = school.typed()
    school.scan()
    assert {key: value for key, value in school.typed().items() if key in before} == before
    school.store.close()


@RELAXED
@given(DEEDS)
def test_a_fresh_sheet_left_alone_changes_nothing(
    begin: Begin, deeds: list[tuple[str, list[tuple[int, int, Raw]]]]
) -> None:
    school = begin()
    for deed, edits in deeds:
        if deed == "scan":
            school.scan()
        else:
            school.bring(edited(school.export(), edits))
    plan = school.bring(school.export())
    assert (plan.steps, plan.newcomers, plan.unclear, plan.gone) == ((), 0, (), ())
    school.store.close()


@RELAXED
@example([(6, 3, "\x16")])
@example([(6, 3, "\u200b")])
@given(EDITS)
def test_the_next_sheet_shows_what_was_taken(begin: Begin, edits: list[tuple[int, int, Raw]]) -> None:
    school = begin()
    plan = school.bring(edited(school.export(), edits))
    said = {
        (step.subject, step.edit.field): step.value
        for step in plan.steps
        if step.kind in ("new", "changed", "confirmed")
    }
    ground = school.store.ground()
    record = record_now(ground, school.known(ground), NOBODYS, "")
    for (subject, field), value in said.items():
        stands: FieldValue | None = record.value(subject, field)
        assert stands is not None
        assert stands.value == value or CATALOGUE.fields[field].wins == "probe"
    school.store.close()


@RELAXED
@given(EDITS, st.permutations(CAMERAS))
def test_a_sorting_without_the_keys_gives_no_camera_anothers_word(
    begin: Begin, edits: list[tuple[int, int, Raw]], order: list[int]
) -> None:
    on_cameras = [one for one in edits if one[0] in CAMERAS]
    plain, sorted_ = begin(), begin()
    plain.bring(edited(plain.export(), on_cameras))
    sorted_.bring(sorted_without_keys(edited(sorted_.export(), on_cameras), order))
    assert of_cameras(sorted_).items() <= of_cameras(plain).items()
    plain.store.close()
    sorted_.store.close()


@RELAXED
@given(EDITS, st.sets(st.sampled_from(CAMERAS)))
def test_lost_keys_add_no_camera_and_give_none_anothers_word(
    begin: Begin, edits: list[tuple[int, int, Raw]], lines: set[int]
) -> None:
    on_cameras = [one for one in edits if one[0] in CAMERAS]
    plain, torn = begin(), begin()
    plain.bring(edited(plain.export(), on_cameras))
    plan = torn.bring(without_keys(edited(torn.export(), on_cameras), lines))
    assert plan.newcomers == 0
    assert of_cameras(torn).items() <= of_cameras(plain).items()
    plain.store.close()
    torn.store.close()


@RELAXED
@given(EDITS)
def test_what_was_typed_is_all_taken_back_in_the_same_file(
    begin: Begin, edits: list[tuple[int, int, Raw]]
) -> None:
    school = begin()
    blank = school.export()
    on_cameras = [one for one in edits if one[0] in CAMERAS]
    before = shown_by(school)
    school.bring(edited(blank, on_cameras), Choices(clear=True, overwrite=True))
    school.bring(edited(blank, []), Choices(clear=True, overwrite=True))
    assert shown_by(school) == before
    school.store.close()


def shown_by(school: School) -> Rows:
    """Return what a sheet written now shows."""
    return cells_of(school.export())
