"""Nights are kept in short for good; their evidence goes after its time, and nothing that is still needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from config.load import load_catalogue
from config.settings import History
from inventory import case_words
from inventory.database import reading, writing
from inventory.forget import Visited, forgotten_visits, may_go
from inventory.night_tables import FORGOTTEN
from inventory.store import Store, open_store
from inventory.tables import EVIDENCE, VISIT
from inventory.watch import Subject
from probe.model import (
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    ScanReport,
    Sighting,
    Target,
    Value,
    reading_of,
)

CATALOGUE = load_catalogue()
MONDAY = datetime(2026, 9, 6, 17, 40, tzinfo=UTC)
RULES = CATALOGUE.settings.history
DARK: dict[str, Value] = {
    "luma_p97": 10.0, "luma_spread": 1.0, "chroma_mean": 1.0, "luma_structure": 0.1, "luma_mean": 3.0,
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    yield store
    store.close()


def read(at: datetime, **values: Value) -> tuple[Evidence, ...]:
    return tuple(Evidence(name, Measured(one), "test", at) for name, one in values.items())


def camera(day: float, name: str = "正门", picture: Mapping[str, Value] | None = None) -> DeviceReport:
    at = MONDAY + timedelta(days=day)
    sighting = Sighting("10.0.2.9", "ws-discovery", "urn:uuid:5f1e0c3a-0001", ("http://10.0.2.9/onvif",))
    device = read(at, onvif="supported", mac="C0:51:7E:00:00:01", serial="SER-AAA-0001", clock_offset_s=0.5)
    shown = ChannelReport(Channel(1, name), read(at, alive=True, width=1920, height=1080, **(picture or {})))
    return DeviceReport(Target("10.0.2.9", (80, 554), (sighting,)), device, (shown,))


def silent(day: float) -> DeviceReport:
    at = MONDAY + timedelta(days=day)
    gone = (Evidence("onvif", NotMeasured(Gap.UNREACHABLE), "test", at),)
    return DeviceReport(Target("10.0.2.9", (80, 554)), gone)


def night(store: Store, day: float, *devices: DeviceReport) -> int:
    at = MONDAY + timedelta(days=day)
    found = devices or (camera(day),)
    return store.record(ScanReport("check", at, at, ("10.0.2.9",), 1, len(found), found))


def evidence_of(store: Store, run_id: int) -> int:
    with reading(store.engine) as connection:
        asked = select(func.count()).select_from(EVIDENCE.join(VISIT, VISIT.c.id == EVIDENCE.c.visit_id))
        return int(connection.scalar(asked.where(VISIT.c.run_id == run_id)) or 0)


def test_a_night_is_kept_in_short(store: Store) -> None:
    night(store, 0)
    (result,) = store.results(subject=Subject("d1", 1))
    assert (result.values["width"], result.day.isoformat()) == (1920, "2026-09-07")


def test_evidence_of_a_good_night_goes_after_its_time(store: Store) -> None:
    first = night(store, 0)
    night(store, 1)
    night(store, RULES.full_nights + 1)
    assert evidence_of(store, first) == 0


def test_what_was_found_that_night_stays_in_short(store: Store) -> None:
    night(store, 0)
    night(store, 1)
    night(store, RULES.full_nights + 1)
    assert len(store.results(subject=Subject("d1", 1))) == 3


def test_evidence_of_a_fault_stays_longer(store: Store) -> None:
    first = night(store, 0, camera(0, picture=DARK))
    night(store, 1)
    night(store, RULES.full_nights + 1)
    assert evidence_of(store, first) > 0


def test_what_a_case_points_to_never_goes(store: Store) -> None:
    first = night(store, 0, camera(0, picture=DARK))
    night(store, 0.1, camera(0.1, picture=DARK))
    night(store, 1)
    night(store, RULES.fault_nights + 5)
    night(store, RULES.fault_nights + 6)
    assert evidence_of(store, first) > 0


def test_the_last_answer_of_a_device_never_goes(store: Store) -> None:
    last = night(store, 0)
    for n in range(1, 4):
        night(store, n * 200, silent(n * 200))
    assert evidence_of(store, last) > 0


def test_the_view_of_today_is_the_same_after_forgetting(store: Store) -> None:
    night(store, 0)
    night(store, 1)
    kept = night(store, 2)
    before = store.view(kept)
    night(store, RULES.full_nights + 1)
    night(store, RULES.full_nights + 2)
    after = store.view()
    assert [one.fields.keys() for one in after.cameras] == [one.fields.keys() for one in before.cameras]


def test_the_view_of_a_forgotten_night_says_that_its_details_are_gone(store: Store) -> None:
    first = night(store, 0)
    night(store, 1)
    night(store, RULES.full_nights + 1)
    (device,) = store.view(first).devices
    assert reading_of(device.report.evidence, "channels") == NotMeasured(Gap.FORGOTTEN)


def test_only_what_is_listed_can_be_deleted(store: Store) -> None:
    night(store, 0)
    with pytest.raises(IntegrityError, match="append-only"), writing(store.engine) as connection:
        connection.execute(delete(EVIDENCE))


def test_the_list_of_what_was_forgotten_is_never_changed(store: Store) -> None:
    night(store, 0)
    night(store, 1)
    night(store, RULES.full_nights + 1)
    with reading(store.engine) as connection:
        assert forgotten_visits(connection)
    with pytest.raises(IntegrityError, match="append-only"), writing(store.engine) as connection:
        connection.execute(delete(FORGOTTEN))


def test_a_run_that_is_broken_off_leaves_no_result(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    night(store, 0)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("inventory.after_run.forget", broken)
    with pytest.raises(ZeroDivisionError):
        night(store, 1)
    with reading(store.engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM night_result")).scalar() == 2


def test_three_light_looks_without_an_answer_open_a_case(store: Store) -> None:
    night(store, 0)
    for n in range(1, 4):
        store.looked({"d1": "no-connection"}, MONDAY + n * timedelta(minutes=10))
    (case,) = store.book().open_cases()
    assert (case.kind, case.opened) == ("offline", MONDAY + timedelta(minutes=10))


def stop(store: Store, word: str = "停用") -> None:
    store.claim("d1.1", "life_state", word, "person", "李老师", MONDAY + timedelta(minutes=5))


def test_a_light_look_opens_no_case_on_a_camera_that_was_stopped_since_the_last_run(store: Store) -> None:
    night(store, 0)
    stop(store)
    for n in range(1, 5):
        store.looked({"d1": "no-connection"}, MONDAY + n * timedelta(minutes=10))
    assert store.book().cases == {}


def test_a_camera_that_is_put_into_use_again_is_looked_for_again(store: Store) -> None:
    night(store, 0)
    stop(store)
    store.claim("d1.1", "life_state", "在用", "person", "李老师", MONDAY + timedelta(minutes=6))
    for n in range(1, 4):
        store.looked({"d1": "no-connection"}, MONDAY + n * timedelta(minutes=10))
    assert [case.kind for case in store.book().open_cases()] == ["offline"]


def test_the_cases_of_a_stopped_camera_end_on_that_word_and_are_not_called_repaired(store: Store) -> None:
    night(store, 0, camera(0, picture=DARK))
    night(store, 1, camera(1, picture=DARK))
    stop(store, "拆除")
    night(store, 2, silent(2))
    (case,) = store.book().cases.values()
    assert (case.is_open, case.repaired, case.closed_by, case.notes[-1].text) == (
        False,
        None,
        "李老师",
        "拆除",
    )


def test_what_was_suspected_of_a_stopped_camera_is_suspected_no_more(store: Store) -> None:
    night(store, 0, camera(0, picture=DARK))
    stop(store)
    night(store, 1, silent(1))
    assert store.book().suspicions == {}


def test_a_case_is_the_same_when_it_is_read_again(store: Store) -> None:
    for n in range(3):
        night(store, n * 0.2, silent(n * 0.2) if n else camera(0))
    night(store, 0.8, silent(0.8))
    said = store.say_on_case(lambda book: case_words.note(book, 1, "已报修", "李老师", MONDAY))
    assert store.book().cases[1] == said


def test_a_new_name_is_a_change(store: Store) -> None:
    night(store, 0)
    run = night(store, 1, camera(1, name="操场"))
    assert [(one.kind, one.before, one.after) for one in store.changes(run_id=run)] == [
        ("renamed", "正门", "操场")
    ]


def test_a_device_that_two_records_were_keeps_its_results(store: Store) -> None:
    by_serial, by_mac = camera(0), camera(1)
    night(store, 0, replace(by_serial, evidence=read(MONDAY, onvif="supported", serial="SER-AAA-0001")))
    night(store, 1, by_mac)
    assert {one.subject.device_id for one in store.results()} == {"d1"}


VISITS = st.lists(
    st.builds(
        Visited,
        id=st.integers(1, 30),
        run_id=st.integers(1, 10),
        device_id=st.integers(1, 4),
        finished=st.integers(0, 900).map(lambda days: MONDAY - timedelta(days=days)),
        is_faulty=st.booleans(),
    ),
    max_size=30,
)


@given(
    VISITS,
    st.sets(st.integers(1, 30)),
    st.sets(st.tuples(st.integers(1, 4), st.integers(1, 10))),
    st.integers(1, 500),
    st.integers(1, 500),
)
def test_deleting_never_touches_what_is_shown_or_what_a_case_needs(
    visits: list[Visited], kept: set[int], proof: set[tuple[int, int]], full: int, faulty: int
) -> None:
    rules = History(full_nights=full, fault_nights=faulty)
    going = may_go(visits, kept, proof, rules, MONDAY)
    assert not {one.id for one in going} & kept
    assert not {(one.device_id, one.run_id) for one in going} & proof
    assert all(MONDAY - one.finished > timedelta(days=full) for one in going)


def test_what_a_second_look_may_settle_is_named_by_its_place(store: Store) -> None:
    night(store, 0, camera(0, picture=DARK))
    waits = [store.waiting(MONDAY + timedelta(minutes=n)) for n in (5, 65, 600)]
    assert waits == [(), ("10.0.2.9",), ()]


def test_what_one_look_found_is_told_of_before_it_is_sure(store: Store) -> None:
    night(store, 0, camera(0, picture=DARK))
    assert (store.book().open_cases(), [case.kind for case in store.watched().cases.values()]) == (
        [],
        ["black"],
    )


def test_a_fault_that_a_person_closed_is_not_told_of_until_it_is_looked_at_again(store: Store) -> None:
    for number in (0, 1):
        night(store, number, camera(number, picture=DARK))
    at = MONDAY + timedelta(days=1, hours=1)
    store.say_on_case(lambda book: case_words.dismiss(book, 1, "施工", "李老师", at))
    assert not store.watched().cases
