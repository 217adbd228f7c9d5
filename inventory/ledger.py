"""All that a form may print about one unit: itself, its systems, its cameras, and who says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from config.schema import Catalogue, Level
from config.site import FILE, Site
from inventory.in_use import is_planned
from inventory.membership import members, system_ids
from inventory.merge import merge
from inventory.people import Claims, PeoplesWords
from inventory.record import CameraRecord, DeviceRecord, FieldValue, Scalar, View
from inventory.standing import watched_in
from inventory.systems import Plant, of_system
from inventory.watch import Watched


@dataclass(frozen=True, slots=True)
class SystemRecord:
    """One recorder, platform or network that stands alone. `devices` are its recorders and platforms."""

    id: str
    fields: Mapping[str, FieldValue]
    devices: tuple[str, ...]
    cameras: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One unit. `cameras` holds those that people added too: their device_id is empty."""

    unit: Mapping[str, FieldValue]
    systems: tuple[SystemRecord, ...]
    cameras: tuple[CameraRecord, ...]
    devices: Mapping[str, DeviceRecord]
    view: View
    made: datetime
    watched: Watched = field(default_factory=Watched)


def build_ledger(
    view: View,
    site: Site,
    catalogue: Catalogue,
    said: PeoplesWords,
    made: datetime,
    watched: Watched | None = None,
) -> Ledger:
    """Return everything known of the unit at `made`. A field that nobody speaks of is absent.

    `watched`: how things stand by all looks until now; None where only the viewed run is to be told of.
    """
    watched = watched_in(view, catalogue) if watched is None else watched
    devices = {device.id: device for device in view.devices}
    unit = unit_of(site, catalogue, said, made)
    plain = (*view.cameras, *said.added)
    profiles = dict(zip(system_ids(site.systems), site.systems, strict=True))
    systems = []
    fields_of: dict[str, Mapping[str, FieldValue]] = {}
    for member in members(site.systems, devices, plain):
        claims = said.systems.get(member.system, {})
        typed = profiles[member.system].typed if member.system in profiles else {}
        plant = Plant(member.devices, member.cameras, devices, unit, catalogue, made, watched)
        fields = _merged(
            claims, profile_claims(typed, claims, made), of_system(plant), "system", catalogue, made
        )
        cameras = tuple(camera.id for camera in member.cameras)
        fields_of.update(dict.fromkeys(cameras, fields))
        systems.append(
            SystemRecord(member.system, fields, tuple(device.id for device in member.devices), cameras)
        )
    return Ledger(
        unit,
        tuple(systems),
        tuple(_completed(camera, unit, fields_of.get(camera.id, {}), catalogue, made) for camera in plain),
        devices,
        view,
        made,
        watched,
    )


def unit_of(site: Site, catalogue: Catalogue, said: PeoplesWords, made: datetime) -> Mapping[str, FieldValue]:
    """Return what is known of the unit itself at `made`."""
    return _merged(said.unit, profile_claims(site.profile, said.unit, made), {}, "unit", catalogue, made)


def absent_spots(unit: Mapping[str, FieldValue]) -> tuple[str, ...]:
    """Return the names of the spots that the school says it has not."""
    said = unit.get("absent_positions")
    parts = re.split(r"[/、\n]", str(said.value) if said and said.value else "")
    return tuple(part.strip() for part in parts if part.strip())


def profile_claims(typed: Mapping[str, Scalar], said: Claims, made: datetime) -> Mapping[str, FieldValue]:
    """Return what the profile says, as claims at the time when that was known.

    What it said when a sheet was imported stands among the claims. If it says the same today, it is older
    than the sheet; if it says something else, it was edited since and speaks last.
    """
    found = {}
    for name, value in typed.items():
        if value in ("", None):
            continue
        by = f"{FILE}: {name}"
        before = next((one for one in reversed(said.get(name, ())) if one.by == by), None)
        is_old = before is not None and repr(before.value) == repr(value)
        found[name] = before if before and is_old else FieldValue(value, "person", by, made, True)
    return found


def _merged(
    said: Claims,
    typed: Mapping[str, FieldValue],
    derived: Mapping[str, FieldValue],
    level: Level,
    catalogue: Catalogue,
    made: datetime,
) -> Mapping[str, FieldValue]:
    fields: dict[str, FieldValue] = {}
    offered = catalogue.sheet_words.values["offered"]
    for rule in catalogue.fields.values():
        if rule.level != level:
            continue
        claims = [*said.get(rule.id, ()), *(one[rule.id] for one in (typed, derived) if rule.id in one)]
        value = merge(claims, rule.wins).value if claims else None
        if value is None and rule.suggest is not None:
            value = FieldValue(rule.suggest, "suggested", "sheet", made, False, offered)
        if value is not None:
            fields[rule.id] = value
    return fields


def _completed(
    camera: CameraRecord,
    unit: Mapping[str, FieldValue],
    system: Mapping[str, FieldValue],
    catalogue: Catalogue,
    made: datetime,
) -> CameraRecord:
    """Add what only the unit, the system and the last run can say of a camera; nothing is replaced."""
    words = catalogue.sheet_words.values
    fields = dict(camera.fields)
    for rule in catalogue.fields.values():
        if rule.level != "camera" or _is_said(fields.get(rule.id)):
            continue
        offered: FieldValue | None = None
        match rule.derived:
            case "unit-address":
                offered = _taken(unit.get("address"), words["from-unit"])
            case "system-built-on" if not is_planned(camera):
                offered = _taken(system.get("system_built_on"), words["from-system"])
            case "in-use" if camera.answered:
                offered = FieldValue(rule.allowed[0], "derived", "sheet", made, True)
            case _:
                pass
        if offered is None and rule.suggest is not None:
            offered = FieldValue(rule.suggest, "suggested", "sheet", made, False, words["offered"])
        if offered is not None:
            fields[rule.id] = offered
    return replace(camera, fields=fields)


def _is_said(value: FieldValue | None) -> bool:
    return value is not None and value.value not in ("", None)


def _taken(value: FieldValue | None, note: str) -> FieldValue | None:
    if value is None:
        return None
    return replace(value, source="suggested", confirmed=False, note=note)


def system_of(ledger: Ledger, camera_id: str) -> SystemRecord | None:
    """Return the system that a camera belongs to, if it belongs to one."""
    return next((one for one in ledger.systems if camera_id in one.cameras), None)


def outside(ledger: Ledger) -> Sequence[str]:
    """Return the cameras that belong to no system."""
    inside = {camera for system in ledger.systems for camera in system.cameras}
    return [camera.id for camera in ledger.cameras if camera.id not in inside]
