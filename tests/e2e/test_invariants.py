"""The invariants of DESIGN.md §2, seen from outside: a school that misbehaves, scanned twice, then moved."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from zipfile import ZipFile, is_zipfile

import openpyxl
import pytest

from config.load import load_catalogue
from inventory.store import open_store

pytestmark = pytest.mark.e2e

BIND, ELSEWHERE = "127.91.20.0/24", "127.91.21.0/24"
HEALTHY, WRONG, COUNTING, LOCKED, SILENT, GARBAGE, OFF, MUTE = range(1, 9)
FAULTS = {
    WRONG: ["wrong-password"],
    COUNTING: ["attempts-left"],
    LOCKED: ["locked"],
    SILENT: ["silent"],
    GARBAGE: ["garbage"],
    OFF: ["off-line"],
    MUTE: ["no-media"],
}
DEADLINE_S = 12.0


class Ran(Protocol):
    code: int
    out: str
    words: str


class Opened(Protocol):
    truth: dict[str, Any]
    bind: str
    password: str

    def address(self, number: int) -> str: ...


Camcensus = Callable[..., Ran]
OpenSchool = Callable[..., AbstractContextManager[Opened]]
MakeWorkspace = Callable[[Path, Opened], Path]


@dataclass(frozen=True)
class Told:
    """All that two scans and a look left behind."""

    school: Opened
    folder: Path
    first: dict[str, Any]
    second: dict[str, Any]
    stats: list[dict[str, Any]]
    said: str  # on every stdout and stderr
    slowest_s: float

    def device(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = next(
            d for d in self.second["devices"] if d["address"] == self.school.address(number)
        )
        return found


@pytest.fixture(scope="module")
def told(
    camcensus: Camcensus,
    open_school: OpenSchool,
    workspace: MakeWorkspace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Told:
    base = tmp_path_factory.mktemp("misbehaving")
    with open_school(BIND, FAULTS, devices=8, stats=base / "stats.json") as school:
        folder = workspace(base / "school", school)
        settings = f"[settings.run]\ndevice_s = {DEADLINE_S}\nchannel_s = {DEADLINE_S}\n"
        settings += "[settings.http]\nrequest_s = 4.0\n"
        (folder / "camcensus.toml").write_text(settings, "utf-8")
        ran, slowest = [], 0.0
        for number in (1, 2):
            begun = time.monotonic()
            out = folder / f"{number}.json"
            ran.append(camcensus("scan", BIND, school.address(OFF), "-w", folder, "--json", out))
            slowest = max(slowest, time.monotonic() - begun)
        ran += [
            camcensus("inspect", school.address(HEALTHY), "-w", folder, "--bundle", folder / "bundle.zip"),
            camcensus("form", "ruian-2018-list", "-w", folder, "--all", "--per-camera"),
            camcensus("inventory", "-w", folder, "--json", folder / "inventory.json"),
        ]
    assert [one.code for one in ran] == [0] * len(ran), [one.words for one in ran]
    read = [json.loads((folder / f"{number}.json").read_text("utf-8")) for number in (1, 2)]
    stats = json.loads((base / "stats.json").read_text("utf-8"))["devices"]
    said = "".join(one.out + one.words for one in ran)
    return Told(school, folder, read[0], read[1], stats, said, slowest)


def gaps(device: dict[str, Any]) -> dict[str, str]:
    """Every gap of a device and of its channels."""
    found = dict(device["gaps"])
    for channel in device["channels"]:
        found |= channel["gaps"]
    return found


@pytest.mark.parametrize("number", [WRONG, COUNTING, LOCKED, SILENT, GARBAGE, MUTE])
def test_1_what_was_not_measured_is_never_met(told: Told, number: int) -> None:
    try:
        device = told.device(number)
    except StopIteration:
        assert told.school.address(number) in [one["address"] for one in told.second["silent"]]
        return
    findings = [f for channel in device["channels"] for f in channel["findings"]] + device["findings"]
    assert gaps(device)
    assert {finding["verdict"] for finding in findings} <= {"unknown", "n/a", "not-due"}


def test_1_a_device_that_was_named_and_never_answered_is_shown(told: Told) -> None:
    assert told.school.address(OFF) in [one["address"] for one in told.second["silent"]]


def test_2_what_a_person_typed_stays_after_the_next_scan(told: Told) -> None:
    camera = next(c for c in told.second["cameras"] if c["device_id"] == told.device(HEALTHY)["id"])
    store = open_store(told.folder / "camcensus.db", load_catalogue())
    try:
        store.claim(camera["id"], "position", "操场", "person", "李老师", datetime.now(UTC))
        before = len(store.claims(camera["id"]))
        known = {one.id: one for one in store.view().cameras}
        assert known[camera["id"]].fields["position"].value == "操场"
        store.claim(camera["id"], "position", None, "person", "李老师", datetime.now(UTC))
        assert len(store.claims(camera["id"])) == before + 1
    finally:
        store.close()


def test_3_nothing_is_invented(told: Told) -> None:
    never_known = {"gb_code", "longitude", "latitude"}
    filled = [
        camera["record"][name]
        for camera in told.second["cameras"]
        for name in never_known & camera["record"].keys()
    ]
    assert [one for one in filled if one["value"] is not None] == []
    assert [device["gb_code"] for device in told.second["devices"] if device["gb_code"]] == []


def test_3_every_source_that_the_form_names_was_there(told: Told) -> None:
    book = openpyxl.load_workbook(told.folder / "out" / "ruian-2018-list.xlsx")
    named = " ".join(str(cell) for row in book["依据"].iter_rows(values_only=True) for cell in row if cell)
    assert told.school.address(HEALTHY) in named


def test_4_scanning_twice_adds_no_camera(told: Told) -> None:
    ids = [[camera["id"] for camera in one["cameras"]] for one in (told.first, told.second)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


@pytest.mark.parametrize("mark", ["changes_asked", "rtsp_left_open", "subscriptions_left_open"])
def test_5_no_mark_is_left_on_any_device(told: Told, mark: str) -> None:
    assert [device["number"] for device in told.stats if device[mark]] == []


def test_6_a_wrong_password_is_shown_once_in_all_runs(told: Told) -> None:
    shown = {device["number"]: device["wrong_logins"] for device in told.stats}
    assert (shown[WRONG], shown[COUNTING]) == (1, 1)
    assert shown[LOCKED] <= 1


@pytest.mark.parametrize(
    ("number", "reason"), [(WRONG, "auth-refused"), (COUNTING, "locked"), (LOCKED, "locked")]
)
def test_6_the_reason_is_told(told: Told, number: int, reason: str) -> None:
    address = told.school.address(number)
    (first,) = [device for device in told.first["devices"] if device["address"] == address]
    assert reason in gaps(first).values()


def test_7_the_run_ends_whatever_the_devices_do(told: Told) -> None:
    # The sweep and the calling take under ten seconds; every device is asked at once.
    assert told.slowest_s < DEADLINE_S + 20


def test_7_a_healthy_camera_is_measured_beside_them(told: Told) -> None:
    (channel,) = told.device(HEALTHY)["channels"]
    assert channel["picture"]["alive"] is True


def test_8_the_password_is_in_no_file_and_in_no_word(told: Told) -> None:
    secret = told.school.password.encode()
    forms = {
        "plain": secret,
        "basic": base64.b64encode(b"admin:" + secret),
        "alone": base64.b64encode(secret),
    }
    guilty = [
        (str(path.relative_to(told.folder)), form)
        for path in told.folder.rglob("*")
        for form, word in forms.items()
        if path.is_file() and (word in everything(path) or word in path.name.encode())
    ]
    assert guilty == []
    assert told.school.password not in told.said


@pytest.mark.parametrize("proof", [b'response="', b'PasswordDigest">', b"Digest username", b"Basic "])
def test_8_nothing_that_proves_the_password_is_in_the_bundle(told: Told, proof: bytes) -> None:
    with ZipFile(told.folder / "bundle.zip") as parts:
        transcript = parts.read("transcript.txt")
    assert b"DESCRIBE rtsp://" in transcript
    assert [line for line in transcript.splitlines() if proof in line and b"[removed]" not in line] == []


def everything(path: Path) -> bytes:
    """A file's bytes, and those of what is packed in it."""
    if not is_zipfile(path):
        return path.read_bytes()
    with ZipFile(path) as parts:
        return b"".join(parts.read(name) for name in parts.namelist())


def test_a_camera_that_moved_is_the_same_and_one_that_is_gone_stays_as_unknown(
    camcensus: Camcensus, open_school: OpenSchool, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    with open_school(BIND, {}, devices=3) as school:
        folder = workspace(tmp_path / "moving", school)
        before = json.loads(camcensus("scan", BIND, "-w", folder, "--json", "-").out)
    assert len(before["cameras"]) == 3

    # The same cameras, by their seed, get other addresses; the third one does not come along.
    with open_school(ELSEWHERE, {3: ["off-line"]}, devices=3) as school:
        workspace(folder, school)
        moved = json.loads(camcensus("scan", ELSEWHERE, "-w", folder, "--json", "-").out)
        checked = json.loads(camcensus("check", "-w", folder, "--json", "-").out)

    def ids(document: dict[str, Any]) -> dict[str, str]:
        return {device["serial"] or device["id"]: device["id"] for device in document["devices"]}

    came = ids(moved)
    assert len(came) == 2
    assert came.items() <= ids(before).items()
    assert all(device["address"].startswith("127.91.21.") for device in moved["devices"])

    (gone,) = [device for device in checked["devices"] if device["id"] not in came.values()]
    assert {camera["id"] for camera in checked["cameras"]} == {camera["id"] for camera in before["cameras"]}
    assert [channel["gaps"]["alive"] for channel in gone["channels"]] == ["unreachable"]
    assert {f["verdict"] for c in gone["channels"] for f in c["findings"]} == {"unknown"}
    table = camcensus("inventory", "-w", folder).out
    assert "共 3 台摄像机、3 路画面：正常 2 路，有故障 0 路，未测 1 路" in table
