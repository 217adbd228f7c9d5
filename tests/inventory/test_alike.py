"""Suggestions by picture: the same scene through camera and recorder is found, other scenes never are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from config.load import load_catalogue
from inventory import alike
from inventory.alike import LEAST_SCENE, Alike, Look, name_likeness, suggest
from inventory.store import Store, open_store
from probe.memory import Kept
from probe.model import (
    Behind,
    Channel,
    ChannelReport,
    DeviceReport,
    Evidence,
    Measured,
    ScanReport,
    StreamOffer,
    Target,
)
from probe.picture.displacement import VIEW_WIDTH, ViewMap
from probe.picture.record import Reference, pack
from probe.picture.sight import GRID
from probe.picture.text_mask import captions_on, scene_without
from probe.picture.tint import Tint
from probe.sim.encode import jpeg
from probe.sim.lettering import Lettering
from probe.sim.model import Lens, Scene, Stream
from probe.sim.view import View, sensor_grain

CATALOGUE = load_catalogue()
AT = datetime(2026, 9, 7, 1, 30, tzinfo=UTC)
LIVE = Stream("main", "", "", "H264", 1280, 720, 25, 2048)
THROUGH = Stream("main", "", "", "H264", 704, 576, 12, 512)  # as a recorder sends it on
GRAIN, LETTERS = sensor_grain(1280, 720), Lettering()
SCENES: tuple[Scene, ...] = ("gate", "field", "canteen", "dormitory", "corridor", "classroom", "parking")


@cache
def record_of(scene: Scene, seed: str, *, through: bool = False) -> bytes:
    """Return what a look at a room of the virtual school leaves; every seed is another room."""
    stream, at = (THROUGH, AT + timedelta(seconds=40)) if through else (LIVE, AT)
    lens = Lens(1, "", seed, scene, (stream,))
    picture = np.frombuffer(jpeg(View(lens, stream, seed, GRAIN, LETTERS), stream, at), np.uint8)
    grey = cv2.imdecode(picture, cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    size = (VIEW_WIDTH, round(grey.shape[0] * VIEW_WIDTH / grey.shape[1]))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    seen = ViewMap(small, scene_without(captions_on(small, small.shape), (small.shape[0], small.shape[1])))
    nothing = np.zeros(GRID, np.float32)
    reference = Reference(
        stream.width,
        stream.height,
        seen,
        nothing,
        nothing,
        nothing,
        None,
        Tint(0.0, 0.0, 0.0, 0.0),
        (0.0, 255.0),
    )
    return pack(reference)


def look(
    device: int, scene: Scene, seed: str, *names: str, through: bool = False, late_s: float = 0.0
) -> Look:
    at = AT + timedelta(seconds=late_s)
    return Look((device, 1), (device, 1), at, record_of(scene, seed, through=through), names)


def test_one_scene_seen_twice_is_suggested() -> None:
    (found,) = suggest([look(1, "gate", "a")], [look(2, "gate", "a", through=True)])
    assert found.scene > 0.7


def test_equal_names_raise_the_score() -> None:
    def score(*names: str) -> float:
        (found,) = suggest([look(1, "gate", "a", *names)], [look(2, "gate", "a", *names, through=True)])
        return found.score

    assert score("正门") > score() + 0.3


def test_pictures_of_another_light_are_not_compared() -> None:
    assert suggest([look(1, "gate", "a")], [look(2, "gate", "a", through=True, late_s=901)]) == []


def test_rooms_that_are_built_alike_are_told_apart() -> None:
    rooms = [look(n, "corridor", f"room-{n}", through=True) for n in (2, 3, 4)]
    (found,) = suggest([look(1, "corridor", "room-3")], rooms)
    assert found.other.place == (3, 1)


@pytest.mark.parametrize("scene", [*SCENES, "wall"])
def test_two_rooms_of_one_kind_stay_far_below_the_threshold(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "LEAST_SCENE", LEAST_SCENE / 2)
    rooms = [look(n, scene, f"room-{n}", through=True) for n in (2, 3, 4)]
    assert suggest([look(1, scene, "room-1")], rooms) == []


def test_no_two_different_scenes_of_a_school_are_suggested() -> None:
    chance = random.Random(7)
    lan = [look(n, chance.choice(SCENES), f"lan-{n}", "Camera 01") for n in range(1, 9)]
    channels = [look(100 + n, chance.choice(SCENES), f"nvr-{n}", f"通道{n}", through=True) for n in range(8)]
    assert suggest(lan, channels) == []


def test_of_a_whole_school_the_right_pairs_are_suggested_and_no_other() -> None:
    lan = [look(n, SCENES[n % 7], f"spot-{n}") for n in range(1, 9)]
    channels = [look(100 + n, SCENES[n % 7], f"spot-{n}", through=True) for n in range(1, 9)]
    pairs = [(one.one.place[0], one.other.place[0] - 100) for one in suggest(lan, channels)]
    assert sorted(pairs) == [(n, n) for n in range(1, 9)]


def test_the_order_of_looks_changes_nothing() -> None:
    lan = [look(n, SCENES[n % 7], f"spot-{n}", f"{n}号点") for n in range(1, 5)]
    channels = [look(100 + n, SCENES[n % 7], f"spot-{n}", through=True) for n in range(1, 5)]

    def found(first: list[Look], second: list[Look]) -> list[Alike]:
        return sorted(suggest(first, second), key=lambda one: one.one.place)

    assert found(lan, channels) == found(lan[::-1], channels[::-1])


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("一楼走廊", "一楼 走廊", 1.0),
        ("食堂后厨", "学校食堂后厨", 0.8),
        ("教室1", "教室11", 0.0),
        ("１号门", "1号门", 1.0),
        ("Camera 01", "camera01", 0.0),
        ("IPCamera 03", "IPCamera 03", 0.0),
        ("通道5", "通道5", 0.0),
        ("", "", 0.0),
        ("东门", "西门", 0.0),
    ],
)
def test_names_are_alike_where_they_name_one_place(one: str, other: str, likeness: float) -> None:
    assert name_likeness(one, other) == likeness


# --- from a run to a person's answer ---


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "camcensus.db", CATALOGUE)
    yield store
    store.close()


def device(kind: str, address: str, serial: str, *shown: ChannelReport) -> DeviceReport:
    said = {"onvif": "supported", "model": "X-1", "serial": serial, "device_kind": kind}
    read = tuple(Evidence(name, Measured(word), "test.probe", AT) for name, word in said.items())
    return DeviceReport(Target(address, (80,)), read, shown)


def shown(name: str, *, behind: Behind | None = None, scene: Scene = "gate") -> ChannelReport:
    through = behind is not None
    channel = Channel(
        1, name, streams=(StreamOffer("main"),), kind="network" if through else "", camera=behind
    )
    read = (Evidence("keyframes", Measured(3), "test.probe", AT + timedelta(seconds=20)),)
    return ChannelReport(channel, read, kept=Kept("day", record=record_of(scene, "a", through=through)))


APART = Behind("172.31.0.5")  # a second address, at which nobody answers
CAMERA = device("camera", "10.0.2.9", "CAM-0000-01", shown("正门"))
RECORDER = device("recorder", "10.0.2.200", "REC-0000-77", shown("学校正门", behind=APART))


def run(*devices: DeviceReport, day: int = 0) -> ScanReport:
    at = AT + timedelta(days=day)
    return ScanReport("scan", at, at + timedelta(minutes=3), (), 254, len(devices), devices)


def answer(store: Store, says: str) -> None:
    (one,) = store.view().suggestions or [word.suggestion for word in store.answers()]
    store.answer(one, says, "李老师", AT + timedelta(hours=1))  # type: ignore[arg-type]


def test_what_nothing_ties_stays_two_until_a_person_confirms(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    before = len(store.view().cameras)
    answer(store, "same")
    assert (before, len(store.view().cameras), store.view().suggestions) == (2, 1, ())


def test_a_confirmed_tie_says_who_confirmed_it(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    answer(store, "same")
    (tie,) = store.view().ties
    assert [(one.key, one.own) for one in tie.why] == [("person", "李老师")]


def test_a_confirmed_tie_holds_in_the_next_run(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    answer(store, "same")
    store.record(run(RECORDER, CAMERA, day=1))
    assert len(store.view().cameras) == 1


def test_what_was_typed_on_either_survives_a_confirmation_and_its_withdrawal(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    for camera in store.view().cameras:
        store.claim(camera.id, "remark", camera.id, "person", "李老师", AT)
    answer(store, "same")
    answer(store, "open")
    found = {one.id: one.fields["remark"].value for one in store.view().cameras}
    assert found == {"d1.1": "d1.1", "d2.1": "d2.1"}


def test_a_withdrawn_answer_leaves_the_question_open(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    answer(store, "same")
    answer(store, "open")
    assert (len(store.view().suggestions), store.answers()) == (1, ())


def test_a_refused_suggestion_never_comes_back(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    answer(store, "different")
    store.record(run(CAMERA, RECORDER, day=1))
    assert (store.view().suggestions, len(store.view().cameras)) == ((), 2)


def test_an_address_does_not_tie_what_a_person_told_apart(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    answer(store, "different")
    moved = device("recorder", "10.0.2.200", "REC-0000-77", shown("学校正门", behind=Behind("10.0.2.9")))
    store.record(run(CAMERA, moved, day=1))
    assert len(store.view().cameras) == 2


def test_a_key_that_turns_up_later_ties_and_closes_the_question(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    known = replace(APART, serial="CAM-0000-01")
    told = device("recorder", "10.0.2.200", "REC-0000-77", shown("学校正门", behind=known))
    store.record(run(CAMERA, told, day=1))
    assert (len(store.view().cameras), store.view().suggestions) == (1, ())


def test_a_suggestion_is_made_once(store: Store) -> None:
    store.record(run(CAMERA, RECORDER))
    (first,) = store.view().suggestions
    store.record(run(CAMERA, RECORDER, day=1))
    assert store.view().suggestions == (first,)
