"""Cameras that people took out of use: the watch misses none of them, and their cases end. 停用、拆除"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from config.schema import Catalogue
from inventory import known
from inventory.case_book import Book, Event, word_on
from inventory.in_use import OUT_OF_USE, is_out_of_use
from inventory.merge import merge
from inventory.nights import cameras_by_place, cameras_of
from inventory.record import CameraRecord, FieldValue, View
from inventory.sights import load_sights
from inventory.watch import Subject


def idle_devices(connection: Connection, catalogue: Catalogue) -> frozenset[str]:
    """Return the devices that are cameras out of use, by what people have said until now."""
    same = known.load_same(connection)
    kinds = known.load_kinds(connection, same)
    sights = load_sights(connection, same, kinds)
    said: dict[known.CameraKey, dict[str, list[FieldValue]]] = defaultdict(lambda: defaultdict(list))
    for name, fields in known.load_claims(connection, same, fields=tuple(OUT_OF_USE)).items():
        for field, many in fields.items():
            said[sights.camera(name)][field] += many
    idle = {
        camera
        for camera, fields in said.items()
        for field, many in fields.items()
        if (one := merge(many, catalogue.fields[field].wins).value) is not None
        if str(one.value).strip() in OUT_OF_USE[field]
    }
    return frozenset(
        f"d{device}"
        for (device, _), camera in sights.shown.items()
        if camera in idle and kinds.get(device) != "recorder"
    )


def ended(book: Book, view: View, at: datetime) -> Iterator[Event]:
    """End what is open or suspected of cameras out of use, on the word of who said so: none was mended."""
    cameras, kinds = cameras_by_place(view.cameras), {one.id: one.kind for one in view.devices}

    def word(subject: Subject) -> FieldValue | None:
        if subject.channel:
            shown = cameras.get((subject.device_id, subject.channel))
            of = [] if shown is None else [shown]
        elif kinds.get(subject.device_id) == "recorder":
            of = []
        else:
            of = cameras_of(subject.device_id, cameras)
        return _word(of[0]) if of and all(is_out_of_use(one) for one in of) else None

    for case in book.open_cases():
        if not case.subject.is_shared and (said := word(case.subject)) is not None:
            yield word_on("dismissed", case, at, said.by, str(said.value))
    for subject, kind in book.suspicions:
        if word(subject) is not None:
            yield Event("dropped", at, kind, subject)


def _word(camera: CameraRecord) -> FieldValue:
    """Return the word that puts a camera out of use."""
    found = ((camera.fields[field], words) for field, words in OUT_OF_USE.items() if field in camera.fields)
    return next(said for said, words in found if str(said.value).strip() in words)
