"""Healthy on Monday, tampered with on Tuesday: what the nightly check says of each camera of one school."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

pytestmark = pytest.mark.e2e

BIND = "127.91.40.0/24"
SEED = 259  # nearly all of its cameras send H.264 in 720p, which is cheap to play
PTZ = 1
TUESDAY = {
    PTZ: ["ptz-elsewhere"],
    2: ["frozen-clock"],
    3: ["covered"],
    4: ["defocus-slow"],
    5: ["nudged"],
    6: ["cast"],
    7: ["under"],
    8: ["over"],
    9: ["no-signal"],
    10: ["noise"],
    11: ["stripes"],
    12: ["enlarged"],
}
DEVICES = 14  # the last two stay healthy
# From half a minute on anybody can see that the slow one is out of focus, and the truth says so.
OUT_OF_FOCUS_S = 34.0


class Ran(Protocol):
    code: int
    out: str
    words: str


class Opened(Protocol):
    truth: dict[str, Any]
    truth_path: Path
    bind: str
    password: str

    def address(self, number: int) -> str: ...


Camcensus = Callable[..., Ran]
OpenSchool = Callable[..., AbstractContextManager[Opened]]
MakeWorkspace = Callable[[Path, Opened], Path]


@dataclass(frozen=True)
class Tuesday:
    """What Monday's baselines and Tuesday's check left behind."""

    monday: dict[str, Any]
    baselines: Ran
    check: dict[str, Any]
    score: Ran
    truth: Mapping[int, Mapping[str, Any]]  # the one channel of each device, by its number
    addresses: Mapping[int, str]

    def channel(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = next(
            device["channels"][0]
            for device in self.check["devices"]
            if device["address"] == self.addresses[number]
        )
        return found


@pytest.fixture(scope="module")
def tuesday(
    camcensus: Camcensus,
    open_school: OpenSchool,
    workspace: MakeWorkspace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Tuesday:
    base = tmp_path_factory.mktemp("tampered")
    with open_school(BIND, {PTZ: ["ptz"]}, devices=DEVICES, seed=SEED) as school:
        folder = workspace(base / "school", school)
        # School and scan share these cores: with more streams at once some of them would stall.
        (folder / "camcensus.toml").write_text("[settings.run]\nstreams_at_once = 4\n", "utf-8")
        scanned = camcensus("scan", BIND, "-w", folder, "--json", base / "monday.json")
        assert scanned.code == 0, scanned.words
        baselines = camcensus("baseline", "set", "--all", "-w", folder)

    with open_school(BIND, TUESDAY, devices=DEVICES, seed=SEED) as school:
        time.sleep(OUT_OF_FOCUS_S)
        checked = camcensus("check", "-w", folder, "--json", base / "tuesday.json")
        assert checked.code == 0, checked.words
        score = camcensus("score", base / "tuesday.json", school.truth_path)
        truth = json.loads(school.truth_path.read_text("utf-8"))
    return Tuesday(
        monday=json.loads((base / "monday.json").read_text("utf-8")),
        baselines=baselines,
        check=json.loads((base / "tuesday.json").read_text("utf-8")),
        score=score,
        truth={number: device["channels"][0] for number, device in enumerate(truth["devices"], 1)},
        addresses={number: school.address(number) for number in range(1, DEVICES + 1)},
    )


@pytest.mark.timeout(240)
def test_on_monday_nothing_is_wrong_with_any_picture(tuesday: Tuesday) -> None:
    faults = [channel["faults"] for device in tuesday.monday["devices"] for channel in device["channels"]]
    assert faults == [[]] * DEVICES


def test_every_healthy_picture_can_be_a_baseline(tuesday: Tuesday) -> None:
    assert tuesday.baselines.code == 0, tuesday.baselines.out


@pytest.mark.parametrize("number", range(1, DEVICES + 1))
def test_the_check_names_what_is_wrong_and_nothing_else(tuesday: Tuesday, number: int) -> None:
    assert tuesday.channel(number)["faults"] == tuesday.truth[number]["faults"]


def test_every_class_of_fault_was_there(tuesday: Tuesday) -> None:
    assert {word for channel in tuesday.truth.values() for word in channel["faults"]} == {
        *("frozen", "covered", "defocus", "moved", "cast", "under", "over", "no-signal", "noise", "stripes")
    }


def test_a_head_that_looks_elsewhere_is_not_held_against_its_baseline(tuesday: Tuesday) -> None:
    assert tuesday.channel(PTZ)["gaps"]["moved"] == "off-preset"


def test_an_enlarged_picture_is_never_passed_off_as_sharp(tuesday: Tuesday) -> None:
    channel = tuesday.channel(12)
    assert channel["streams"][0]["width"] == 1920
    # 352 columns on a picture of 16:9 carry 198 lines, and nothing may be read above that.
    assert (channel["picture"]["tvl_live_at_least"] or 0) <= 352 * 9 / 16
    assert channel["picture"]["enlarged_from"] != []


def test_the_score_finds_no_mistake(tuesday: Tuesday) -> None:
    assert tuesday.score.code == 0, tuesday.score.out
