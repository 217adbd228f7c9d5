"""How long a camera's recordings are kept: what is proven, what is possible, since when. 录像天数"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inventory.ledger import Ledger
from inventory.record import CameraRecord, DeviceRecord, Sight
from probe.model import Evidence, value_of
from reports.recorded import AGE


@dataclass(frozen=True, slots=True)
class Kept:
    """None is unknown. `age`: the days since the youngest of its recorders began to record it."""

    least: int | None = None
    most: int | None = None
    age: int | None = None


def kept_of(camera: CameraRecord, ledger: Ledger) -> Kept:
    """Return the bounds at the best of a camera's recorders; a person's confirmed word is both of them."""
    said = camera.fields.get("retention_days")
    known = said if said is not None and said.confirmed else None
    least = known.value if known is not None and isinstance(known.value, int) else None
    if known is not None and known.source == "person":
        return Kept(least, least)
    read = list(_read(camera, ledger))
    most = [_number(evidence, "continuous_days_at_most") for _, evidence in read]
    ages = [_age(device, evidence, ledger) for device, evidence in read]
    return Kept(
        least,
        # One that may hold more than we know leaves it open how much the best one holds.
        None if None in most else max((one for one in most if one is not None), default=None),
        min((one for one in ages if one is not None), default=None),
    )


def _read(camera: CameraRecord, ledger: Ledger) -> Iterator[tuple[DeviceRecord, Sequence[Evidence]]]:
    for sight in camera.recorders or (Sight(camera.device_id, camera.channel),):
        device = ledger.devices.get(sight.device_id)
        if device is not None and (camera.recorders or device.kind == "recorder"):
            shown = (one.evidence for one in device.report.channels if one.channel.number == sight.channel)
            yield device, next(shown, ())


def _age(device: DeviceRecord, evidence: Sequence[Evidence], ledger: Ledger) -> int | None:
    """Return for how long it has recorded: at least for as long as we have known the recorder."""
    age = _number(evidence, AGE)
    return None if age is None else max(age, ledger.view.known_days(device))


def _number(evidence: Sequence[Evidence], metric: str) -> int | None:
    value = value_of(tuple(evidence), metric)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
