"""录像天数: the worst camera's, by the recorder that holds most of it; what is unknown is never 0."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from config.load import load_catalogue
from inventory.record import CameraRecord, DeviceRecord, RunInfo, Sight, View
from probe.model import Channel, ChannelReport, DeviceReport, Evidence, Gap, Measured, NotMeasured, Target
from reports import scan_json as out
from reports.recorded import recording_of
from reports.retention import missing_days, retention_of, runs_of

ZONE = load_catalogue().settings.zone
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def evidence(days: int | None, *, plays: bool | None = None) -> tuple[Evidence, ...]:
    held = NotMeasured(Gap.TIMEOUT) if days is None else Measured(days)
    played = NotMeasured(Gap.TIMEOUT) if plays is None else Measured(plays)
    readings = {"recording_source": Measured("isapi-days"), "continuous_days": held, "playback_alive": played}
    return tuple(Evidence(metric, reading, "test", NOON) for metric, reading in readings.items())


def view(cameras: Mapping[str, tuple[int | None, ...]], *, plays: bool | None = None) -> View:
    """Cameras and what each of two recorders holds of them; a camera without any is on the network alone."""
    numbered = list(enumerate(cameras.items(), 1))
    recorders = []
    for at in (0, 1):
        channels = tuple(
            ChannelReport(Channel(number), evidence(held[at], plays=plays))
            for number, (_, held) in numbered
            if len(held) > at
        )
        report = DeviceReport(Target(f"10.1.2.{at}"), (), channels)
        recorders.append(
            DeviceRecord(f"r{at}", "recorder", f"10.1.2.{at}", report, NOON, NOON, answered=True)
        )
    records = tuple(
        CameraRecord(
            name,
            "d9",
            1,
            (),
            {},
            answered=True,
            recorders=tuple(Sight(f"r{at}", number) for at, _ in enumerate(held)),
        )
        for number, (name, held) in numbered
    )
    return View(RunInfo(1, "scan", NOON, NOON, (), 1, 1), tuple(recorders), records)


def test_the_worst_cameras_days_stand_for_all() -> None:
    assert retention_of(view({"a": (45,), "b": (12,), "c": (31,)}), ZONE).days == 12


def test_the_list_begins_with_the_worst_and_ends_with_the_unknown() -> None:
    kept = retention_of(view({"a": (45,), "b": (None,), "c": (12,)}), ZONE)
    assert [one.camera for one in kept.held] == ["c", "a", "b"]


def test_a_camera_that_is_not_measured_is_counted_and_takes_no_part_in_the_days() -> None:
    kept = retention_of(view({"a": (45,), "b": (None,)}), ZONE)
    assert (kept.days, kept.measured, kept.unknown) == (45, 1, 1)


def test_where_nothing_is_measured_there_are_no_days() -> None:
    assert retention_of(view({"a": (None,)}), ZONE).days is None


def test_no_days_recorded_is_a_measured_nought() -> None:
    assert retention_of(view({"a": (0,), "b": (45,)}), ZONE).days == 0


@pytest.mark.parametrize("held", [(3, 45), (45, 3), (None, 45)])
def test_a_camera_counts_by_the_recorder_that_holds_most_of_it(held: tuple[int | None, ...]) -> None:
    assert retention_of(view({"a": held}), ZONE).days == 45


def test_a_camera_that_no_recorder_shows_is_named_apart() -> None:
    kept = retention_of(view({"a": (45,), "b": ()}), ZONE)
    assert (len(kept.held), kept.unrecorded) == (1, ("b",))


@pytest.mark.parametrize(("plays", "file"), [(True, "r0-1.playback_alive.jpg"), (False, ""), (None, "")])
def test_a_playback_is_shown_by_its_picture_only_where_it_played_this_time(
    plays: bool | None, file: str
) -> None:
    (held,) = retention_of(view({"a": (45,)}, plays=plays), ZONE).held
    assert held.picture == file


def recording(*days: str) -> out.Recording:
    listed = Evidence("recording_days", Measured(list(days)), "test", NOON)
    found = recording_of((*evidence(1), listed), ZONE)
    assert found is not None
    return found


def test_days_that_are_not_listed_count_from_the_oldest_to_yesterday() -> None:
    missing = missing_days(recording("2026-02-25", "2026-02-27", "2026-02-28", "2026-03-02"))
    assert missing == [date(2026, 2, 26), date(2026, 3, 1)]


def test_missing_days_side_by_side_are_one_stretch() -> None:
    days = [date(2026, 2, 26), date(2026, 2, 27), date(2026, 3, 1)]
    assert runs_of(days) == [(days[0], days[1]), (days[2], days[2])]
