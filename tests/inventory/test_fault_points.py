"""What is wrong with a system, in the one cell that a form has for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from config.load import load_catalogue
from inventory.fault_points import fault_points, points_of_cases
from inventory.record import CameraRecord, DeviceRecord, FieldValue
from inventory.watch import TOGETHER, Case, Spell, Subject
from probe.model import Channel, ChannelReport, DeviceReport, Evidence, Gap, Measured, NotMeasured, Target

CATALOGUE = load_catalogue()
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
    return ChannelReport(Channel(number, online=online), evidence(**{"alive": True, **said}))


def camera(number: int, name: str, *, answered: bool = True, **fields: str) -> CameraRecord:
    known = {field: FieldValue(word, "person", "填表人", AT, True) for field, word in fields.items()}
    known["channel_name"] = FieldValue(name, "measured", "onvif.channels", AT, True)
    return CameraRecord(f"d1.{number}", "d1", number, (), known, answered, (number,))


def said(device: DeviceRecord, *cameras: CameraRecord) -> str:
    return fault_points([device], cameras, CATALOGUE) or ""


def test_cameras_that_gave_no_answer_are_counted_and_named() -> None:
    device = recorder(channel(1), channel(2))
    told = said(device, camera(1, "东门", answered=False), camera(2, "食堂"))
    assert told == "离线1路：东门。"


def test_an_input_without_a_signal_is_video_lost_and_nothing_else() -> None:
    device = recorder(channel(1, online=False, alive=NotMeasured(Gap.NO_PICTURE)))
    assert said(device, camera(1, "东门")) == "视频丢失1路：东门。"


def test_a_channel_that_does_not_record_is_told() -> None:
    assert said(recorder(channel(1, recording_now=False)), camera(1, "东门")) == "未录像1路：东门。"


def test_a_picture_with_a_fault_is_told_with_the_fault() -> None:
    black: dict[str, Any] = {"luma_p97": 10.0, "luma_spread": 2.0, "chroma_mean": 1.0, "luma_structure": 0.1}
    assert said(recorder(channel(1, **black)), camera(1, "东门")) == "画面故障1路：东门（黑屏）。"


def test_each_bad_disk_is_told() -> None:
    disks = [{"id": "1", "is_good": True}, {"id": "2", "is_good": False}, {"id": "3", "is_good": None}]
    assert said(recorder(channel(1), disks=disks), camera(1, "东门")) == "硬盘故障1块：10.0.2.50 第2块。"


def test_a_recorder_that_only_says_that_its_disks_are_bad_is_believed() -> None:
    assert said(recorder(channel(1), storage_state="bad"), camera(1, "东门")) == "硬盘故障：10.0.2.50。"


def test_a_clock_that_is_far_off_is_told_with_its_direction() -> None:
    assert (
        said(recorder(channel(1), clock_offset_s=-320.4), camera(1, "东门"))
        == "时钟偏差：10.0.2.50 慢320秒。"
    )


def test_a_clock_within_a_minute_is_no_fault() -> None:
    assert said(recorder(channel(1), clock_offset_s=59.0), camera(1, "东门")) == "检测时未发现故障。"


def test_what_could_not_be_measured_is_not_called_sound() -> None:
    device = recorder(channel(1, alive=NotMeasured(Gap.AUTH_REFUSED)))
    assert said(device, camera(1, "东门")) == "未能检测1路：东门。"


def test_a_camera_out_of_use_is_no_fault() -> None:
    assert (
        said(recorder(channel(1)), camera(1, "东门", answered=False, life_state="拆除"))
        == "检测时未发现故障。"
    )


def test_many_names_are_cut_but_all_are_counted() -> None:
    device = recorder(*(channel(number) for number in range(1, 12)))
    cameras = [camera(number, f"走廊{number}", answered=False) for number in range(1, 12)]
    told = said(device, *cameras)
    assert told.startswith("离线11路：走廊1、")
    assert told.endswith("走廊8等。")


def test_nothing_is_told_of_nothing() -> None:
    assert fault_points([], [], CATALOGUE) is None


def test_a_recorder_that_gave_no_answer_is_told_before_its_channels() -> None:
    silent = replace(recorder(channel(1)), answered=False)
    assert said(silent, camera(1, "东门", answered=False)) == "录像机离线1台：10.0.2.50；离线1路：东门。"


# --- where the watch is sure of what is wrong ---


def case(number: int, kind: str, subject: Subject, camera_id: str = "", **more: Any) -> Case:  # noqa: ANN401
    return Case(number, kind, subject, camera_id, (Spell(AT, AT),), **more)


def settled(cases: list[Case], *cameras: CameraRecord) -> str:
    return points_of_cases(cases, [recorder(channel(1), channel(2))], cameras, CATALOGUE) or ""


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
