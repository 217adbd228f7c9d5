"""What is known of a system by its recorders, platforms and cameras: each value with its source."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.schema import Catalogue, Derivation, Field
from inventory.brand import brand_of, model_of, word_of
from inventory.derive import reads
from inventory.fault_points import fault_points
from inventory.record import CameraRecord, DeviceRecord, FieldValue
from inventory.watch import Watched
from probe.model import Evidence, Measured, value_of


@dataclass(frozen=True, slots=True)
class Plant:
    """A system as it was met, and all devices by id: a camera's own is among them."""

    recorders: Sequence[DeviceRecord]
    cameras: Sequence[CameraRecord]
    devices: Mapping[str, DeviceRecord]
    unit: Mapping[str, FieldValue]
    catalogue: Catalogue
    at: datetime
    watched: Watched

    @property
    def main(self) -> DeviceRecord | None:
        """What answers for the system: the platform, else the recorder with the most channels."""
        # Of equals `max` takes the first.
        return max(sorted(self.recorders, key=_age), key=_rank, default=None)

    @property
    def words(self) -> Mapping[str, str]:
        return self.catalogue.sheet_words.values


def of_system(plant: Plant) -> dict[str, FieldValue]:
    """Return what the readings let us say of the system, under the fields derived so."""
    found: dict[str, FieldValue] = {}
    for rule in plant.catalogue.fields.values():
        if rule.level != "system" or rule.derived is None or rule.derived not in DERIVATIONS:
            continue
        if (value := DERIVATIONS[rule.derived](rule, plant)) is not None and value.value not in (None, ""):
            found[rule.id] = replace(value, source="suggested", confirmed=False) if rule.confirm else value
    return found


def _project_name(rule: Field, plant: Plant) -> FieldValue | None:
    if (school := plant.unit.get("school")) is None:
        return None
    return _guess(plant.words["project-name"].format(school=school.value), school)


def _unit_address(rule: Field, plant: Plant) -> FieldValue | None:
    address = plant.unit.get("address")
    return None if address is None else _guess(address.value, address, plant.words["from-unit"])


def _has_platform(rule: Field, plant: Plant) -> FieldValue | None:
    main = plant.main
    if main is None or main.kind != "platform":
        return None
    return FieldValue(rule.allowed[0], "suggested", "sheet", main.last_seen, False, main.address)


def _brand(rule: Field, plant: Plant) -> FieldValue | None:
    if (main := plant.main) is None:
        return None
    return _of_main(plant, brand_of(main.report, plant.catalogue.brands, main.last_seen))


def _model(rule: Field, plant: Plant) -> FieldValue | None:
    if (main := plant.main) is None:
        return None
    return _of_main(plant, model_of(main.report, plant.catalogue.brands, main.last_seen))


def _version(rule: Field, plant: Plant) -> FieldValue | None:
    if plant.main is None or (said := word_of(plant.main.report, "firmware", plant.catalogue.brands)) is None:
        return None
    return _of_main(plant, FieldValue(said[0], "measured", said[1].probe, said[1].at, True))


def _description(rule: Field, plant: Plant) -> FieldValue | None:
    school = plant.unit.get("school")
    if school is None or not plant.cameras:
        return None
    channels = sum(max(1, len(camera.channels)) for camera in plant.cameras)
    return _guess(plant.words["platform-description"].format(school=school.value, n=channels), school)


def _gb28181(rule: Field, plant: Plant) -> FieldValue | None:
    """是 where the main one is registered; where a platform is set and it is not, a person has to say."""
    if plant.main is None:
        return None
    yes, is_off, _ = rule.allowed
    for evidence in _read((plant.main,), "gb_registered"):
        if reads(evidence, True):
            return _of_main(plant, FieldValue(yes, "derived", evidence.probe, evidence.at, True))
    for evidence in _read((plant.main,), "gb_platform"):
        match evidence.reading:
            case Measured(value=str(platform)):
                found = FieldValue(is_off, "suggested", evidence.probe, evidence.at, False, platform)
                return _of_main(plant, found)
            case _:
                continue
    return None


def _onvif(rule: Field, plant: Plant) -> FieldValue | None:
    if plant.main is None:
        return None
    for evidence in _read((plant.main,), "onvif"):
        if reads(evidence, "supported"):
            return _of_main(plant, FieldValue(rule.allowed[0], "derived", evidence.probe, evidence.at, True))
    return None


def _gb_code(rule: Field, plant: Plant) -> FieldValue | None:
    if plant.main is None:
        return None
    for evidence in _read((plant.main,), "gb_code"):
        match evidence.reading:
            case Measured(value=str(code)) if code.strip():
                return _of_main(
                    plant, FieldValue(code.strip(), "measured", evidence.probe, evidence.at, True)
                )
            case _:
                continue
    return None


def _registered(rule: Field, plant: Plant) -> FieldValue | None:
    if plant.main is None:
        return None
    for evidence in _read((plant.main,), "gb_registered"):
        if reads(evidence, True):
            platform = value_of(plant.main.report.evidence, "gb_platform")
            found = FieldValue(
                rule.allowed[0], "suggested", evidence.probe, evidence.at, False, str(platform or "")
            )
            return _of_main(plant, found)
    return None


def _signal(rule: Field, plant: Plant) -> FieldValue | None:
    said = [one for camera in plant.cameras if (one := camera.fields.get("camera_signal")) is not None]
    if not said:
        return None
    kinds = {one.value for one in said}
    digital, analogue = rule.allowed[:2]
    words = [word for word, kind in ((digital, "网络"), (analogue, "模拟")) if kind in kinds]
    is_whole = len(said) == len(plant.cameras)
    last = max(said, key=lambda one: one.at)
    return FieldValue("/".join(words), "derived" if is_whole else "suggested", last.by, last.at, is_whole)


def _network_kind(rule: Field, plant: Plant) -> FieldValue | None:
    return _where_private(rule.allowed[0], plant)


def _network_structure(rule: Field, plant: Plant) -> FieldValue | None:
    return _where_private(rule.allowed[1], plant)


def _network_ranges(rule: Field, plant: Plant) -> FieldValue | None:
    found = {
        str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))
        for address in _addresses(plant)
    }
    if not found:
        return None
    order = sorted(found, key=lambda one: ipaddress.ip_network(one).network_address.packed)
    return FieldValue("、".join(order), "suggested", "sheet", plant.at, False)


def _storage_mode(rule: Field, plant: Plant) -> FieldValue | None:
    recorders = [one for one in plant.recorders if one.kind == "recorder"]
    own = [plant.devices[camera.device_id] for camera in plant.cameras if camera.device_id in plant.devices]
    cards = [
        one for device in own if device.kind == "camera" for one in _read((device,), "disks") if _holds(one)
    ]
    words = [word for word, there in ((rule.allowed[0], recorders), (rule.allowed[1], cards)) if there]
    return FieldValue("/".join(words), "suggested", "sheet", plant.at, False) if words else None


def _capacity(rule: Field, plant: Plant) -> FieldValue | None:
    read = [
        (evidence, float(evidence.reading.value))
        for evidence in _read(plant.recorders, "storage_capacity_gib")
        if isinstance(evidence.reading, Measured) and isinstance(evidence.reading.value, int | float)
    ]
    if not read:
        return None
    last = max((evidence for evidence, _ in read), key=lambda one: one.at)
    # Disks are sold by powers of ten, and read by powers of two.
    whole = round(sum(gib for _, gib in read) * 2**30 / 1e12, 1)
    return FieldValue(whole, "derived", last.probe, last.at, len(read) == len(plant.recorders))


def _retention(rule: Field, plant: Plant) -> FieldValue | None:
    """The worst camera's days. Where some were not measured the worst may be worse: a person has to look."""
    said = [one for camera in plant.cameras if (one := camera.fields.get("retention_days")) is not None]
    days = [one for one in said if isinstance(one.value, int)]
    if not days:
        return None
    worst = min(days, key=lambda one: int(one.value or 0))
    unknown = len(plant.cameras) - len(days)
    note = plant.words["retention-part"].format(known=len(days), unknown=unknown)
    return FieldValue(
        worst.value, "suggested" if unknown else "derived", worst.by, worst.at, not unknown, note
    )


def _faults(rule: Field, plant: Plant) -> FieldValue | None:
    own = [plant.devices[one.device_id] for one in plant.cameras if one.device_id in plant.devices]
    held = {device.id: device for device in (*plant.recorders, *own)}
    said = fault_points(plant.watched, held.values(), plant.cameras, plant.catalogue.watch)
    seen = max((device.last_seen for device in held.values()), default=plant.at)
    return None if said is None else FieldValue(said, "suggested", "sheet", seen, False)


def _of_main(plant: Plant, value: FieldValue | None) -> FieldValue | None:
    """Where there are several, that the main one answers for all is a guess."""
    if value is None or plant.main is None or len(plant.recorders) < 2:
        return value
    why = plant.words[_why_main(plant.main, plant.recorders)]
    note = plant.words["several-recorders"].format(
        n=len(plant.recorders), address=plant.main.address, why=why
    )
    told = "；".join(part for part in (value.note, note) if part)
    return replace(value, source="suggested", confirmed=False, note=told)


def _rank(one: DeviceRecord) -> tuple[bool, int, bool]:
    """Rank a box by what makes it the main one."""
    is_registered = any(reads(evidence, True) for evidence in _read((one,), "gb_registered"))
    return one.kind == "platform", len(one.report.channels), is_registered


def _age(one: DeviceRecord) -> tuple[datetime, int, str]:
    return one.first_seen, len(one.id), one.id  # d2 was met before d10


def _why_main(main: DeviceRecord, recorders: Iterable[DeviceRecord]) -> str:
    """Return the word for what sets the main one apart from the one next to it."""
    next_best = max((_rank(one) for one in recorders if one is not main), default=_rank(main))
    for word, own, other in zip(_WHY_MAIN, _rank(main), next_best, strict=True):
        if own != other:
            return word
    return "main-first"


def _guess(word: object, after: FieldValue, note: str = "") -> FieldValue:
    return replace(after, value=str(word), source="suggested", confirmed=False, note=note)


def _where_private(word: str, plant: Plant) -> FieldValue | None:
    addresses = list(_addresses(plant))
    if not addresses or not all(one.is_private for one in addresses):
        return None
    return FieldValue(word, "suggested", "sheet", plant.at, False)


def _addresses(plant: Plant) -> Iterable[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    own = [plant.devices[camera.device_id] for camera in plant.cameras if camera.device_id in plant.devices]
    for said in dict.fromkeys(one.report.target.address for one in (*plant.recorders, *own)):
        try:
            yield ipaddress.ip_address(said.split("%")[0])
        except ValueError:
            continue


def _read(devices: Iterable[DeviceRecord], metric: str) -> Iterable[Evidence]:
    return [one for device in devices for one in device.report.evidence if one.metric == metric]


_WHY_MAIN = ("main-platform", "main-most", "main-registered")


def _holds(evidence: Evidence) -> bool:
    return isinstance(evidence.reading, Measured) and bool(evidence.reading.value)


DERIVATIONS: Mapping[Derivation, Callable[[Field, Plant], FieldValue | None]] = {
    "project-name": _project_name,
    "unit-address": _unit_address,
    "has-platform": _has_platform,
    "platform-brand": _brand,
    "platform-model": _model,
    "platform-version": _version,
    "platform-description": _description,
    "platform-gb28181": _gb28181,
    "platform-onvif": _onvif,
    "platform-gb-code": _gb_code,
    "platform-registered": _registered,
    "system-signal": _signal,
    "network-kind": _network_kind,
    "network-ranges": _network_ranges,
    "network-structure": _network_structure,
    "storage-mode": _storage_mode,
    "storage-capacity": _capacity,
    "system-retention": _retention,
    "system-faults": _faults,
}
