"""What is wrong with a system, in the one cell that a form has for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from config.load import load_catalogue
from config.watching import Pause
from config.words import say_in
from inventory.fault_points import fault_points
from inventory.record import CameraRecord, DeviceRecord, FieldValue, RunInfo, Sight, View
from inventory.standing import watched_in
from inventory.watch import TOGETHER, Case, Spell, Subject, Watched
from probe.model import Channel, ChannelReport, DeviceReport, Evidence, Gap, Measured, NotMeasured, Target

CATALOGUE = load_catalogue()
FINE: Mapping[str, Any] = {
    "alive": True, "luma_p97": 200.0, "luma_spread": 60.0, "luma_structure": 6.0, "chroma_mean": 15.0,
    "flat_share": 0.1, "dominant_share": 0.1, "unchanged_share": 0.1, "clipped_share": 0.02,
    "identical_textured_share": 0.0, "same_as_before_share": 0.0,
}  # fmt: skip
BLACK: Mapping[str, Any] = {"luma_p97": 10.0, "luma_spread": 2.0, "chroma_mean": 1.0, "luma_structure": 0.1}
AT = datetime(2026, 9, 7, 18, 0, tzinfo=UTC)


def evidence(**said: Any) -> tuple[Evidence, ...]:  # noqa: ANN401  whatever a device says
    return tuple(
        Evidence(metric, one if isinstance(one, NotMeasured) else Measured(one), "probe", AT)
        for metric, one in said.items()
    )


def recorder(*channels: ChannelReport, **said: Any) -> DeviceRecord:  # noqa: ANN401
    report = DeviceReport(Target("10.0.2.50"), evidence(**said), channels)
    return DeviceRecord("d1", "recorder", "10.0.2.50", report, AT, AT, True)


def channel(number: int, *, online: bool | None = None, **said: Any) -> ChannelReport:  # noqa: ANN401
    return ChannelReport(Channel(number, online=online), evidence(**{**FINE, **said}))


def camera(number: int, name: str, *, answered: bool = True, **fields: str) -> CameraRecord:
    known = {field: FieldValue(word, "person", "填表人", AT, True) for field, word in fields.items()}
    known["channel_name"] = FieldValue(name, "measured", "onvif.channels", AT, True)
    return CameraRecord(f"d1.{number}", "d1", number, (), known, answered, (number,), (Sight("d1", number),))


def said(device: DeviceRecord, *cameras: CameraRecord) -> str:
    """Return what is told after one run."""
    run = RunInfo(1, "scan", AT, AT, ("10.0.2.0/24",), 1, 1)
    view = View(run, (device,), cameras)
    return fault_points(watched_in(view, CATALOGUE), [device], cameras, CATALOGUE.watch) or ""


def test_an_input_without_a_camera_is_off_line_and_nothing_else() -> None:
    device = recorder(channel(1, online=False, alive=NotMeasured(Gap.NO_PICTURE)))
    assert said(device, camera(1, "东门")) == "离线1路：东门。"


def test_a_channel_that_does_not_record_is_told() -> None:
    assert said(recorder(channel(1, recording_now=False)), camera(1, "东门")) == "没有录像1路：东门。"


def test_a_picture_with_a_fault_is_told_with_the_fault() -> None:
    assert said(recorder(channel(1, **BLACK)), camera(1, "东门")) == "黑屏1路：东门。"


def test_a_bad_disk_is_told() -> None:
    disks = [{"id": "1", "is_good": True}, {"id": "2", "is_good": False}, {"id": "3", "is_good": None}]
    assert said(recorder(channel(1), disks=disks), camera(1, "东门")) == "录像硬盘故障1台：10.0.2.50。"


def test_a_recorder_that_only_says_that_its_disks_are_bad_is_believed() -> None:
    told = said(recorder(channel(1), storage_state="bad"), camera(1, "东门"))
    assert told == "录像硬盘故障1台：10.0.2.50。"


def test_during_a_pause_what_cannot_be_seen_is_said_not_to_be_measured() -> None:
    pause = Pause(name="暑假", first=AT.date(), last=AT.date() + timedelta(days=1))
    silent = replace(recorder(channel(1)), answered=False)
    cameras = (camera(1, "东门", answered=False),)
    view = View(RunInfo(1, "scan", AT, AT, (), 1, 1), (silent,), cameras)
    quiet = CATALOGUE.model_copy(update={"watch": CATALOGUE.watch.model_copy(update={"pauses": (pause,)})})
    told = fault_points(watched_in(view, quiet), [silent], cameras, quiet.watch)
    assert told == "未能检测1路：东门。"


def test_a_clock_that_is_far_off_is_told() -> None:
    assert said(recorder(channel(1), clock_offset_s=-320.4), camera(1, "东门")) == "时钟不准1台：10.0.2.50。"


def test_a_clock_within_a_minute_is_no_fault() -> None:
    assert said(recorder(channel(1), clock_offset_s=59.0), camera(1, "东门")) == "检测时未发现故障。"


def test_what_could_not_be_measured_is_not_called_sound() -> None:
    device = recorder(channel(1, alive=NotMeasured(Gap.AUTH_REFUSED)))
    assert said(device, camera(1, "东门")) == "未能检测1路：东门。"


def test_a_camera_out_of_use_is_no_fault() -> None:
    device = recorder(channel(1, **BLACK))
    assert said(device, camera(1, "东门", life_state="拆除")) == "检测时未发现故障。"


def test_many_names_are_cut_but_all_are_counted() -> None:
    device = recorder(*(channel(number, **BLACK) for number in range(1, 12)))
    told = said(device, *(camera(number, f"走廊{number}") for number in range(1, 12)))
    assert told.startswith("黑屏11路：走廊1、")
    assert told.endswith("走廊8等。")


def test_nothing_is_told_of_nothing() -> None:
    assert fault_points(Watched(), [], [], CATALOGUE.watch) is None


def test_a_recorder_that_gave_no_answer_is_one_point_with_what_it_took_down() -> None:
    silent = replace(recorder(channel(1)), answered=False)
    told = said(silent, camera(1, "东门", answered=False))
    assert told == f"录像机离线1台：{say_in('zh', 'fault_point.with', name='10.0.2.50', count=1)}。"


# --- where the watch is sure of what is wrong ---


def case(number: int, kind: str, subject: Subject, camera_id: str = "", **more: Any) -> Case:  # noqa: ANN401
    return Case(number, kind, subject, camera_id, (Spell(AT, AT),), **more)


def settled(cases: list[Case], *cameras: CameraRecord) -> str:
    device = recorder(channel(1), channel(2))
    fine = watched_in(View(RunInfo(1, "scan", AT, AT, (), 1, 1), (device,), cameras), CATALOGUE).results
    watched = Watched(fine, {case.id: case for case in cases})
    return fault_points(watched, [device], cameras, CATALOGUE.watch) or ""


def test_a_case_is_named_by_its_camera() -> None:
    told = settled([case(1, "black", Subject("d1", 1), "d1.1")], camera(1, "东门"), camera(2, "食堂"))
    assert "东门" in told
    assert "食堂" not in told


def test_a_recorder_that_took_its_cameras_down_is_one_point() -> None:
    cause = case(1, "recorder-down", Subject("d1"), explains=(2, 3))
    under = [case(n + 1, "offline", Subject("d1", n), f"d1.{n}", caused_by=1) for n in (1, 2)]
    told = settled([cause, *under], camera(1, "东门"), camera(2, "食堂"))
    assert "10.0.2.50" in told
    assert "2" in told
    assert "东门" not in told


def test_a_case_of_another_system_is_not_told_here() -> None:
    other = case(1, "offline", Subject("d7"))
    shared = case(2, "together-down", Subject(TOGETHER), explains=(1,))
    assert settled([other, shared], camera(1, "东门")) == settled([], camera(1, "东门"))


def test_without_an_open_case_it_says_that_nothing_is_known_to_be_wrong() -> None:
    assert settled([], camera(1, "东门")) == "检测时未发现故障。"
