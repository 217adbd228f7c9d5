"""From the inventory to a filled form: which cameras, in which rows, with which words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.form import Column, Form
from config.schema import Catalogue
from config.site import Site
from inventory.derive import site_fields
from inventory.record import CameraRecord, DeviceRecord, FieldValue, View
from reports.blank import why_blank
from reports.retention import retention_of
from reports.sheet import CameraName, Cell, Disagreement, LeftOut, Missing, Origin, Row, ScopeChoice, Sheet


def build_sheet(
    form: Form,
    site: Site,
    view: View,
    catalogue: Catalogue,
    *,
    made: datetime,
    grouped: bool | None = None,
    scope: ScopeChoice | None = None,
) -> Sheet:
    """Return the form as it can be filled at `made`. None takes the site's choice.

    A camera whose scope field is unknown is listed, in a row of its own, so that a person can fill it in.
    """
    if grouped is None:
        grouped = form.row_for == "group" and not site.form.one_row_per_camera
    scope = scope or site.form.scope
    devices = {device.id: device for device in view.devices}
    desk = _Desk(form, site, view, catalogue, made, site_fields(site, catalogue, made), devices)
    cameras = sorted(view.cameras, key=desk.order)
    listed = [camera for camera in cameras if scope == "all" or desk.belongs(camera)]
    chosen = {camera.id for camera in listed}
    rows = tuple(
        desk.row(number, members) for number, members in enumerate(_groups(listed, desk, grouped), start=1)
    )
    hd = catalogue.settings.hd
    return Sheet(
        form=form,
        words=catalogue.sheet_words,
        school=site.school,
        rows=rows,
        grouped=grouped,
        scope=scope,
        made=made,
        measured=view.run.finished if view.run else None,
        cameras={camera.id: desk.name(camera) for camera in cameras},
        left_out=tuple(desk.left_out(camera) for camera in cameras if camera.id not in chosen),
        unanswered=tuple(camera.id for camera in listed if not camera.answered),
        unidentified=_unidentified(view),
        disagreements=_disagreements(view, catalogue, listed),
        remarks=tuple(note.format(hd_width=hd.width, hd_height=hd.height) for note in form.evidence_notes),
        retention=retention_of(view, listed),
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    """What lies on the desk of the one who fills the form in."""

    form: Form
    site: Site
    view: View
    catalogue: Catalogue
    made: datetime
    school: Mapping[str, FieldValue]
    devices: Mapping[str, DeviceRecord]

    def belongs(self, camera: CameraRecord) -> bool:
        scope = self.form.scope
        if scope is None:
            return True
        place = self.said(scope.field, camera)
        return scope.include_unknown if place is None else place.value in scope.values

    def placed(self, camera: CameraRecord) -> bool:
        return self.form.scope is None or self.said(self.form.scope.field, camera) is not None

    def order(self, camera: CameraRecord) -> tuple[object, ...]:
        """In the order in which the form names the places; unknown ones last; then by address."""
        scope = self.form.scope
        place = self.said(scope.field, camera) if scope else None
        word = "" if place is None else str(place.value)
        values = scope.values if scope else ()
        rank = values.index(word) if word in values else len(values) + (not word)
        digits = tuple(int(part) for part in re.findall(r"\d+", self.address(camera)))
        return (rank, word, digits, camera.channel, camera.id)

    def row(self, number: int, cameras: Sequence[CameraRecord]) -> Row:
        ids = tuple(camera.id for camera in cameras)
        cells = tuple(self._cell(column, number, cameras) for column in self.form.columns)
        return Row(cells, ids, placed=all(self.placed(camera) for camera in cameras))

    def key(self, camera: CameraRecord) -> tuple[object, ...]:
        columns = (column for column in self.form.columns if column.id in self.form.group_by)
        return tuple(self._text(field, camera) for column in columns for field in column.fields)

    def said(self, field: str, camera: CameraRecord) -> FieldValue | None:
        """Return the field's value on record, or what the school says of itself, or None for a blank."""
        if self.catalogue.fields[field].level == "unit":
            return self.school.get(field)
        value = camera.fields.get(field)
        return None if value is None or value.value is None or not str(value.value).strip() else value

    def name(self, camera: CameraRecord) -> CameraName:
        device = self.devices.get(camera.device_id)
        place = self.address(camera)
        if camera.channel > 1 or (device is not None and len(device.report.channels) > 1):
            place = self.catalogue.sheet_words.channel.format(address=place, number=camera.channel)
        return CameraName(place, self._text("channel_name", camera)[:40])

    def address(self, camera: CameraRecord) -> str:
        device = self.devices.get(camera.device_id)
        return camera.id if device is None else device.address

    def left_out(self, camera: CameraRecord) -> LeftOut:
        field = self.form.scope.field if self.form.scope else ""
        place = self.said(field, camera)
        if place is None:
            place = FieldValue("", "derived", "sheet", self.made, confirmed=False)
        return LeftOut(camera.id, self._origin(field, place, camera))

    def _cell(self, column: Column, number: int, cameras: Sequence[CameraRecord]) -> Cell:
        words = self.catalogue.sheet_words
        match column.source:
            case "number":
                return self._own(column, number, words.numbered, ())
            case "count":
                per_camera = self.form.counts == "camera"
                count = sum(1 if per_camera else max(1, len(camera.channels)) for camera in cameras)
                return self._own(column, count, words.counted, cameras)
            case "blank":
                hand = words.blank["hand"]
                return Cell(None, missing=(Missing(_flat(column.label), hand.why, hand.mend, needed=False),))
            case "fields":
                return self._from_fields(column, cameras)

    def _own(self, column: Column, value: int, note: str, cameras: Sequence[CameraRecord]) -> Cell:
        ids = tuple(camera.id for camera in cameras)
        label = _flat(column.label)
        origin = Origin(label, str(value), "derived", "sheet", self.made, self.made, True, note, ids)
        return Cell(value, (origin,))

    def _from_fields(self, column: Column, cameras: Sequence[CameraRecord]) -> Cell:
        parts: list[str] = []
        origins: list[Origin] = []
        missing: list[Missing] = []
        for field in column.fields:
            words: list[str] = []
            for camera in cameras:
                value = self.said(field, camera)
                if value is None:
                    missing.append(self._why_blank(column, field, camera))
                else:
                    words.append(_words(value))
                    origins.append(self._origin(field, value, camera, column.note))
            if words:
                parts.append("；".join(dict.fromkeys(words)))
        if offline := self._offline(column, cameras):
            parts.append(offline.value)
            origins.append(offline)
            missing.clear()
        text = column.join.join(parts)
        number = int(text) if column.kind == "integer" and text.isdecimal() else None
        return Cell(
            value=(text or None) if number is None else number,
            origins=tuple(_joined_origins(origins)),
            missing=tuple(_joined_missing(missing)),
            odd=bool(text and column.allowed and text not in column.allowed),
        )

    def _why_blank(self, column: Column, field: str, camera: CameraRecord) -> Missing:
        return why_blank(self.catalogue, column, field, camera, self.devices.get(camera.device_id))

    def _offline(self, column: Column, cameras: Sequence[CameraRecord]) -> Origin | None:
        gone = tuple(camera.id for camera in cameras if not camera.answered)
        if not (gone and self.site.form.note_offline and column.offline_words):
            return None
        text = column.offline_words.format(n=len(gone))
        at = self.view.run.finished if self.view.run else self.made
        return Origin(_flat(column.label), text, "derived", "sheet", at, at, True, "", gone)

    def _origin(self, field: str, value: FieldValue, camera: CameraRecord, note: str = "") -> Origin:
        name = self.catalogue.fields[field].name
        said = "；".join(part for part in (value.note, "" if value.source == "person" else note) if part)
        cameras = () if field in self.school else (camera.id,)
        return Origin(
            name, _words(value), value.source, value.by, value.at, value.at, value.confirmed, said, cameras
        )

    def _text(self, field: str, camera: CameraRecord) -> str:
        value = self.said(field, camera)
        return "" if value is None else _words(value)


def _groups(
    cameras: Iterable[CameraRecord], desk: _Desk, grouped: bool
) -> Iterable[tuple[CameraRecord, ...]]:
    groups: dict[tuple[object, ...], list[CameraRecord]] = {}
    for camera in cameras:
        # An unplaced camera within a group could not be given a place of its own by a person.
        alone = not grouped or not desk.placed(camera)
        groups.setdefault((camera.id,) if alone else ("", *desk.key(camera)), []).append(camera)
    return [tuple(members) for members in groups.values()]


def _joined_origins(origins: Iterable[Origin]) -> Iterable[Origin]:
    joined: dict[tuple[object, ...], Origin] = {}
    for one in origins:
        key = (one.name, one.value, one.source, one.by, one.confirmed, one.note)
        same = joined.get(key, one)
        joined[key] = replace(
            same,
            first=min(same.first, one.first),
            last=max(same.last, one.last),
            cameras=_union(same.cameras, one.cameras),
        )
    return joined.values()


def _joined_missing(missing: Iterable[Missing]) -> Iterable[Missing]:
    joined: dict[tuple[object, ...], Missing] = {}
    for one in missing:
        key = (one.name, one.why, one.mend, one.needed)
        same = joined.get(key, one)
        joined[key] = replace(same, cameras=_union(same.cameras, one.cameras))
    return joined.values()


def _union(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *others)))


def _unidentified(view: View) -> tuple[str, ...]:
    with_cameras = {camera.device_id for camera in view.cameras}
    bare = (
        device.address
        for device in view.devices
        if device.kind == "unknown" and device.id not in with_cameras
    )
    return tuple(dict.fromkeys((*(silent.address for silent in view.silent), *bare)))


def _disagreements(
    view: View, catalogue: Catalogue, cameras: Sequence[CameraRecord]
) -> tuple[Disagreement, ...]:
    listed = {camera.id: camera for camera in cameras}
    found = []
    for conflict in view.conflicts:
        camera = listed.get(conflict.camera_id)
        if camera is not None:
            taken = camera.fields.get(conflict.field)
            found.append(
                Disagreement(
                    camera=camera.id,
                    name=catalogue.fields[conflict.field].name,
                    typed=_words(conflict.typed),
                    measured=_words(conflict.measured),
                    taken="" if taken is None else _words(taken),
                )
            )
    return tuple(found)


def _words(value: FieldValue) -> str:
    match value.value:
        case None:
            return ""
        case bool(yes):
            return "是" if yes else "否"
        case other:
            return str(other).strip()


def _flat(label: str) -> str:
    return label.replace("\n", "")
