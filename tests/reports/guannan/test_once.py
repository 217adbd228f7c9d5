"""Each camera once on every page: what nobody could log in to, and what a recorder shows a second time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.schema import Catalogue
from inventory.record import FieldValue
from probe.model import Behind, DeviceReport, Evidence, Gap, Measured, NotMeasured
from reports.guannan.coverage import coverage_page
from reports.guannan.moves import moves_page
from reports.guannan.pack import scene_of
from reports.guannan.page import Box, EvidencePage
from reports.guannan.pictures import pictures_page
from reports.guannan.retention import retention_page
from reports.guannan.scene import Scene
from tests.reports.guannan.conftest import (
    NIGHT,
    Lens,
    camera,
    kept,
    night,
    recorded,
    recorder,
    scene_from,
)

PAGES = [pictures_page, retention_page, moves_page]
TAPE = {"playback_width": 1280, "playback_height": 720}
HELD = {**kept("2026-08-01T00:00:00+08:00", 40, NIGHT), **TAPE}
SEEN_TWICE = Behind("10.30.1.21", serial="SER-CAM-0021", model="DS-2CD2T47")

Made = Callable[..., Scene]
Words = Mapping[str, Any]
NOTHING: Words = {}


def locked_out(host: int) -> DeviceReport:
    """Return a camera that answers and lets nobody in: it lists no channel."""
    refused = NotMeasured(Gap.AUTH_REFUSED)
    device = camera(host, "", NIGHT)
    evidence = tuple(
        Evidence(one.metric, refused, one.probe, one.at) if one.metric == "channels" else one
        for one in device.evidence
    )
    return replace(device, evidence=evidence, channels=())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue) -> Made:
    """Give a function that returns a school: a camera that a recorder shows too, and one that is locked."""
    known: dict[str, Scene] = {}

    def school(own: Words = NOTHING, on_tape: Words = NOTHING, *, kind: str = "network") -> Scene:
        key = repr((own, on_tape, kind))
        if key not in known:
            shown = Lens(1, "走廊", {**HELD, **on_tape}, SEEN_TWICE, True, kind)
            direct = camera(21, "走廊", NIGHT, serial="SER-CAM-0021", **own)
            devices = (direct, locked_out(22), recorder(NIGHT, shown))
            path = tmp_path_factory.mktemp("school") / "camcensus.db"
            store = recorded(path, catalogue, (night(0, *devices),))
            known[key] = scene_from(store, catalogue)
            store.close()
        return known[key]

    return school


def texts(page: EvidencePage, table: int = 0) -> list[list[str]]:
    return [[str(box.text) if box else "" for box in cells] for cells in page.tables[table].lines]


def row(page: EvidencePage, place: str, table: int = 0) -> list[str]:
    return next(cells for cells in texts(page, table) if place in cells[0])


def boxes(page: EvidencePage, place: str) -> list[Box]:
    lines = ([box for box in cells if box] for cells in page.tables[0].lines)
    return next(cells for cells in lines if place in str(cells[0].text))


def said_of(scene: Scene, place: str, **words: str) -> Scene:
    """Return the scene where people said something of the camera at an address."""
    at = scene.ledger.made
    said = {name: FieldValue(word, "person", "填表人", at, True) for name, word in words.items()}
    cameras = tuple(
        replace(one, fields={**one.fields, **said})
        if scene.ledger.devices[one.device_id].address == place
        else one
        for one in scene.ledger.cameras
    )
    return scene_of(replace(scene.ledger, cameras=cameras), scene.catalogue, scene.course)


# --- nobody could log in ---
@pytest.mark.parametrize("page", PAGES)
def test_a_camera_that_lets_nobody_in_is_listed_with_the_reason(
    made: Made, page: Callable[[Scene], EvidencePage]
) -> None:
    assert "未测：密码不对" in row(page(made()), "10.30.1.22")


@pytest.mark.parametrize("page", PAGES)
def test_a_camera_that_lets_nobody_in_is_counted(made: Made, page: Callable[[Scene], EvidencePage]) -> None:
    assert page(made()).lead[0].startswith("共 2 路")


def test_the_picture_of_a_camera_that_lets_nobody_in_is_not_measured(made: Made) -> None:
    assert row(coverage_page(made()), "10.30.1.22", table=1)[-1] == "未测：密码不对"


def test_a_recorder_that_lists_no_channel_is_named(made: Made) -> None:
    scene = made()
    devices = tuple(
        replace(one, report=replace(one.report, channels=())) if one.kind == "recorder" else one
        for one in scene.ledger.view.devices
    )
    ledger = replace(scene.ledger, view=replace(scene.ledger.view, devices=devices))
    lead = retention_page(replace(scene, ledger=ledger)).lead
    assert "录像机 10.30.1.50 没有列出任何通道，不知道接了几路，没有计入以上各数。" in lead


# --- seen twice ---
@pytest.mark.parametrize("page", PAGES)
def test_a_camera_that_a_recorder_shows_too_is_listed_once(
    made: Made, page: Callable[[Scene], EvidencePage]
) -> None:
    assert len([cells for cells in texts(page(made())) if "22" not in cells[0]]) == 1


@pytest.mark.parametrize("page", PAGES)
def test_it_is_said_that_it_was_counted_once(made: Made, page: Callable[[Scene], EvidencePage]) -> None:
    assert page(made()).lead[1] == "既在网络上查到、又接在录像机上的 1 台，只算一次。"


def test_the_recorded_picture_is_judged_where_it_is_recorded(made: Made) -> None:
    cells = row(pictures_page(made()), "10.30.1.21")
    assert (cells[2], cells[3], "回放像素：符合" in cells[6]) == ("1920×1080", "1280×720", True)


def test_it_is_said_where_the_recordings_are(made: Made) -> None:
    assert row(pictures_page(made()), "10.30.1.21")[7] == "录像取自 10.30.1.50 通道1"


def test_a_camera_whose_recordings_are_too_small_is_not_met(made: Made) -> None:
    lead = pictures_page(made(on_tape={"playback_width": 320, "playback_height": 240})).lead[0]
    assert "符合 0 路，不符合 1 路" in lead


def test_a_recorder_that_cannot_play_leaves_the_camera_unknown(made: Made) -> None:
    gap = NotMeasured(Gap.NO_PICTURE)
    lead = pictures_page(made(on_tape={"playback_width": gap, "playback_height": gap})).lead[0]
    assert "符合 0 路，不符合 0 路，未测 2 路" in lead


def test_a_recorder_that_does_not_know_the_signal_asks_no_tv_lines_of_a_digital_camera(made: Made) -> None:
    assert "符合 1 路" in pictures_page(made(kind="")).lead[0]


def test_a_camera_without_a_picture_of_its_own_is_judged_by_the_recorders(made: Made) -> None:
    gap = NotMeasured(Gap.NO_PICTURE)
    cells = row(pictures_page(made({"width": gap, "height": gap})), "10.30.1.21")
    assert (cells[2], "画面取自 10.30.1.50 通道1" in cells[7]) == ("1920×1080", True)


def test_a_view_that_moved_at_one_place_has_moved(made: Made) -> None:
    cells = row(moves_page(made(on_tape={"view_shift_pct": 7.0})), "10.30.1.21")
    assert (cells[2], cells[3]) == ("7%", "不符合")


def test_the_days_of_a_camera_are_those_of_its_recorder(made: Made) -> None:
    cells = row(retention_page(made()), "10.30.1.50")
    assert (cells[0], cells[1], cells[7]) == ("走廊\n10.30.1.50 通道1", "40", "符合")


def test_two_channels_of_a_recorder_that_show_one_camera_do_not_hide_each_other(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    few = {**kept("2026-09-01T00:00:00+08:00", 12, NIGHT), **TAPE}
    shown = [Lens(n, "走廊", said, SEEN_TWICE, True, "network") for n, said in ((1, HELD), (2, few))]
    both = (camera(21, "走廊", NIGHT, serial="SER-CAM-0021"), recorder(NIGHT, *shown))
    store = recorded(tmp_path / "camcensus.db", catalogue, (night(0, *both),))
    page = retention_page(scene_from(store, catalogue))
    store.close()
    assert [cells[1] for cells in texts(page)] == ["40", "12"]


# --- out of use ---
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("word", ["停用", "拆除"])
def test_a_camera_out_of_use_is_in_no_count(
    made: Made, page: Callable[[Scene], EvidencePage], word: str
) -> None:
    lead = page(said_of(made(), "10.30.1.21", life_state=word)).lead
    assert (lead[0][:5], lead[1]) == ("共 1 路", "拟新建、停用、拆除的 1 台不列入。")


# --- item 4: days without recordings ---
def test_days_that_are_not_known_are_counted_and_not_named_as_missing(made: Made) -> None:
    told = {
        "recording_days": ["2026-09-01", "2026-09-02"],
        "recording_unknown_days": ["2026-09-03"],
        "days_recorded": Measured(2, "1 days unknown"),
    }
    missing = row(retention_page(made(on_tape=told)), "10.30.1.50")[4]
    assert missing.startswith("2026-09-04")
    assert "另有 1 天查不清" in missing
    assert "09-03" not in missing


# --- item 4: recorded all the time? ---
def test_the_verdict_on_days_is_headed_by_what_it_judges(made: Made) -> None:
    assert [text for text, _ in retention_page(made()).tables[0].headings][7] == "保存天数"


def test_the_note_of_the_rule_is_printed(made: Made) -> None:
    scene = made()
    assert scene.catalogue.rule("guannan-2018.4").note in retention_page(scene).notes


@pytest.mark.parametrize("mode", ["motion", "schedule"])
def test_whether_a_channel_that_is_not_set_to_record_always_does_is_left_to_people(
    made: Made, mode: str
) -> None:
    box = boxes(retention_page(made(on_tape={"recording_mode": mode})), "10.30.1.50")[7]
    assert (box.text, box.look) == ("符合\n实时记录：请人判断", "unknown")


def test_too_few_days_stay_not_met_however_they_are_recorded(made: Made) -> None:
    few = {**kept("2026-09-01T00:00:00+08:00", 12, NIGHT), "recording_mode": "motion"}
    box = boxes(retention_page(made(on_tape=few)), "10.30.1.50")[7]
    assert (box.text, box.look) == ("不符合\n实时记录：请人判断", "bad")


def test_channels_that_do_not_record_always_are_counted(made: Made) -> None:
    lead = retention_page(made(on_tape={"recording_mode": "motion"})).lead
    assert "其中 1 路不是设定为全天录像，是否“实时记录”请人判断。" in lead


def test_a_channel_that_records_always_or_tells_no_mode_is_only_judged_by_its_days(made: Made) -> None:
    gap = NotMeasured(Gap.UNSUPPORTED)
    told = retention_page(made(on_tape={"recording_mode": gap}))
    assert row(told, "10.30.1.50")[7] == "符合"
