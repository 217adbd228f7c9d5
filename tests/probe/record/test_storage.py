"""What the disks of a recorder amount to."""

from __future__ import annotations

import pytest

from probe.model import Measured, NotMeasured
from probe.record.storage import readings_of
from probe.wire.recorder import Disk


def disk(*, good: bool | None = True, mib: int | None = 1024 * 1000) -> Disk:
    return Disk("1", status="ok", is_good=good, capacity_mib=mib, free_mib=0)


@pytest.mark.parametrize(
    ("disks", "state"),
    [
        ([disk(), disk()], "good"),
        ([disk(), disk(good=False)], "bad"),
        ([disk(), disk(good=None)], "unknown"),
        ([], "none"),
    ],
)
def test_one_bad_disk_is_enough_and_an_unknown_one_is_not_good(disks: list[Disk], state: str) -> None:
    reading = readings_of(disks)["storage_state"]
    assert isinstance(reading, Measured)
    assert reading.value == state


def test_a_full_disk_is_no_fault() -> None:
    assert readings_of([disk()])["storage_free_gib"] == Measured(0.0)


def test_a_capacity_is_not_told_where_one_disk_hides_its_own() -> None:
    assert readings_of([disk(), disk()])["storage_capacity_gib"] == Measured(2000.0)
    assert isinstance(readings_of([disk(), disk(mib=None)])["storage_capacity_gib"], NotMeasured)
