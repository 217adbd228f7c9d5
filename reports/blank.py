"""Why a cell stays blank, and what the person in front of the PC can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from config.schema import Catalogue, Derivation, Field
from inventory.record import CameraRecord, DeviceRecord
from probe.model import Evidence, Gap, NotMeasured
from reports.sheet import Missing

# What a derived value is worked out from; a gap in one of these is why the cell is blank.
_READ_FROM: Mapping[Derivation, tuple[str, ...]] = {
    "address": (),
    "channel-name": ("channels", "osd"),
    "brand": ("manufacturer",),
    "model": ("model",),
    "serial": ("serial",),
    "resolution": ("width", "height"),
    "hd": ("width", "height"),
    "built": (),
    "position": ("channels", "osd"),
    "resource-class": (),
    "access-network": (),
    "coding": ("codec",),
    "osd-text": ("osd",),
    "camera-type": ("ptz",),
    "standard-support": ("onvif",),
}

# Why a cell is blank where that is an answer too.
_MAY_STAY = frozenset({"hand", "ipv6", "place-type"})

# What a recorder says of itself and not of the cameras behind it.
_OF_THE_DEVICE = frozenset(
    {"brand", "model", "serial", "address", "ipv4", "ipv6", "standard-support", "firmware", "mac"}
)


def why_blank(
    catalogue: Catalogue,
    field_id: str,
    camera: CameraRecord | None,
    device: DeviceRecord | None,
    *,
    listed: bool,
) -> Missing:
    """Say why a field has no value. A gap of the device comes first: it can be mended.

    `listed`: the form names the words that may stand here, so that one of them is expected.
    """
    field = catalogue.fields[field_id]
    words = catalogue.sheet_words
    cameras = () if camera is None else (camera.id,)
    gap = None if camera is None else _gap(field, camera, device)
    if gap is not None:
        said = catalogue.gaps[gap]
        by_hand = words.also_by_hand if field.wins == "person" else ""
        return Missing(field.name, said.name, said.mend + by_hand, needed=True, cameras=cameras)
    behind_recorder = device is not None and device.kind == "recorder"
    reason = _reason(field, listed=listed, behind_recorder=behind_recorder)
    said_blank = words.blank[reason]
    return Missing(
        field.name,
        said_blank.why,
        said_blank.mend.format(name=field.name),
        needed=reason not in _MAY_STAY,
        cameras=() if reason in ("site", "hand") else cameras,
    )


def _reason(field: Field, *, listed: bool, behind_recorder: bool) -> str:
    if field.level in ("unit", "system"):
        return "site" if field.level == "unit" else "system"
    if behind_recorder and (field.metric or field.derived) in _OF_THE_DEVICE:
        return "behind-recorder"
    if field.metric is not None:
        return "metric"
    if field.derived is not None:
        return field.derived
    return "hand-list" if listed else "hand"


def _gap(field: Field, camera: CameraRecord, device: DeviceRecord | None) -> Gap | None:
    metrics = (field.metric,) if field.metric else _READ_FROM.get(field.derived, ()) if field.derived else ()
    gaps = [
        one.reading.gap
        for one in _evidence(camera, device)
        if one.metric in metrics and isinstance(one.reading, NotMeasured)
    ]
    told = [gap for gap in gaps if gap is not Gap.NOT_ASKED]
    return next(iter(told or gaps), None)


def _evidence(camera: CameraRecord, device: DeviceRecord | None) -> Iterable[Evidence]:
    if device is None:
        return ()
    channels = (one for one in device.report.channels if one.channel.number in camera.numbers)
    return (*device.report.evidence, *(evidence for channel in channels for evidence in channel.evidence))
