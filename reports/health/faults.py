"""The open faults: cases, and what the last look found that is no case yet. 系统目前的故障点"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from config.words import say
from inventory.causes import cameras_under
from inventory.record import CameraRecord
from inventory.watch import Case, Subject
from reports import scan_json as out
from reports.health.album import Album
from reports.health.cameras import kind_words, standing_of
from reports.health.dossier import Dossier, Place
from reports.health.parts import Fault, Picture
from reports.health.shown import Shown, address_of, camera_name, device_place, of_camera, subject_words
from reports.snapshots import snapshot_name

_URGENCY = ("urgent", "morning", "weekly")


def open_faults(dossier: Dossier, places: Mapping[Place, Shown], album: Album) -> list[Fault]:
    """Return what is open, the most urgent first. What another case explains stands under that one."""
    ordered = sorted(explaining(dossier), key=lambda case: (*_rank(case, dossier), case.since))
    sure = [_fault(case, dossier, places, album) for case in ordered]
    return [*sure, *unconfirmed(dossier, places, album)]


def unconfirmed(dossier: Dossier, places: Mapping[Place, Shown], album: Album) -> Iterator[Fault]:
    """Yield what the last look found and no case speaks of yet: it has not been looked at often enough."""
    if not dossier.results:
        yield from _of_the_run(dossier, places, album)
        return
    looked, open_ones = dossier.now_by_place(), [case for case in dossier.cases if case.is_open]
    for camera in dossier.document.cameras:
        record = dossier.records.get(camera.id)
        _, kinds = standing_of(record, looked, dossier.catalogue.watch)
        known = {case.kind for case in open_ones if case.camera_id == camera.id}
        if record is not None and (left := [kind for kind in kinds if kind not in known]):
            subjects = [Subject(record.device_id, record.channel), *(Subject(*at) for at in _at(record))]
            yield _unconfirmed(_where(camera, places), left, subjects, dossier, places, album)
    for subject, one in sorted(looked.items()):
        is_recorder = one.camera_id == "" and subject.channel == 0
        known = {case.kind for case in open_ones if case.subject == subject}
        if is_recorder and (left := [kind for kind in one.faults if kind not in known]):
            where = subject_words(subject, dossier.document, places)
            yield _unconfirmed(where, left, [subject], dossier, places, album)


def _at(record: CameraRecord) -> list[Place]:
    return [(sight.device_id, sight.channel) for sight in record.sights]


def _unconfirmed(
    where: str,
    kinds: Sequence[str],
    subjects: Sequence[Subject],
    dossier: Dossier,
    places: Mapping[Place, Shown],
    album: Album,
) -> Fault:
    pictures = (_fault_picture(subject, kind, places, album) for kind in kinds for subject in subjects)
    names = [kind_words(kind, dossier.catalogue) for kind in kinds]
    return Fault(
        number=None,
        name=say("reading.comma").join(names),
        urgency="morning",
        where=where,
        since=_seen(dossier),
        lasting="",
        times="",
        picture=next((one for one in pictures if one.uri), Picture()),
    )


def _seen(dossier: Dossier) -> str:
    return dossier.measured.strftime("%Y-%m-%d %H:%M") if dossier.measured else ""


def explaining(dossier: Dossier) -> list[Case]:
    """Return the open cases that no other open case explains."""
    numbers = {case.id for case in dossier.cases if case.is_open}
    return [case for case in dossier.cases if case.is_open and case.caused_by not in numbers]


def lasting(since: datetime, until: datetime) -> str:
    """Say how long, in days, hours or minutes, whole ones."""
    time = until - since
    if time < timedelta(hours=1):
        return say("health.minutes", count=max(0, time // timedelta(minutes=1)))
    if time >= timedelta(days=1):
        return say("health.days", count=time.days)
    return say("health.hours", count=time // timedelta(hours=1))


def case_place(case: Case, dossier: Dossier, places: Mapping[Place, Shown]) -> str:
    """Name the camera of a case, or the device that it is about, with its address."""
    camera = next(
        (one for one in dossier.document.cameras if case.camera_id and one.id == case.camera_id), None
    )
    if camera is None or case.subject.is_shared:
        return subject_words(case.subject, dossier.document, places)
    words = _where(camera, places)
    if case.subject.device_id == camera.device_id or case.subject.channel == 0:
        return words
    return say("health.seen_through", where=words, place=device_place(case.subject, dossier.document))


def _where(camera: out.Camera, places: Mapping[Place, Shown]) -> str:
    shown = of_camera(camera, places)
    return f"{camera_name(camera, shown)} {address_of(camera, shown)}".strip()


def took_down(case: Case, dossier: Dossier) -> list[out.Camera]:
    """Return the cameras that cannot be seen because of a cause."""
    cases = {one.id: one for one in dossier.cases}
    under = frozenset(cameras_under(case, cases, dossier.records.values()))
    return [camera for camera in dossier.document.cameras if camera.id in under]


def _fault(case: Case, dossier: Dossier, places: Mapping[Place, Shown], album: Album) -> Fault:
    return Fault(
        number=case.id,
        name=kind_words(case.kind, dossier.catalogue),
        urgency=_urgency(case, dossier),
        where=case_place(case, dossier, places),
        since=dossier.local(case.since),
        lasting=lasting(case.since, dossier.now),
        times=say("health.times", count=case.reopened + 1) if case.reopened else "",
        picture=_evidence(case, places, album),
        took_down=tuple(_where(camera, places) for camera in took_down(case, dossier)),
        owner=case.owner,
        notes=tuple(f"{one.who} {dossier.local(one.at)}：{one.text}" for one in case.notes),
    )


def _evidence(case: Case, places: Mapping[Place, Shown], album: Album) -> Picture:
    """Return the newest kept proof of a case, else the newest picture that shows its fault, else nothing."""
    if kept := [one.file for one in case.evidence if one.file]:
        return album.file(kept[-1].removeprefix("snapshots/"))
    return _fault_picture(case.subject, case.kind, places, album)


def _fault_picture(subject: Subject, fault: str, places: Mapping[Place, Shown], album: Album) -> Picture:
    shown = places.get((subject.device_id, subject.channel))
    if shown is None or shown.channel is None or fault not in shown.channel.faults:
        return Picture()
    proof = album.file(snapshot_name(subject.device_id, subject.channel, fault))
    return proof if proof.uri else album.file(snapshot_name(subject.device_id, subject.channel))


def _rank(case: Case, dossier: Dossier) -> tuple[int, int]:
    kinds = dossier.catalogue.watch.kinds
    rank = list(kinds).index(case.kind) if case.kind in kinds else len(kinds)
    return _URGENCY.index(_urgency(case, dossier)), rank


def _urgency(case: Case, dossier: Dossier) -> str:
    known = dossier.catalogue.watch.kinds.get(case.kind)
    return known.urgency if known else "morning"


def _of_the_run(dossier: Dossier, places: Mapping[Place, Shown], album: Album) -> Iterator[Fault]:
    """Return what one run alone shows: nobody has looked twice, so that nothing is a case yet."""
    cameras: Mapping[str | None, out.Camera] = {one.id: one for one in dossier.document.cameras}
    for shown in places.values():
        if shown.line.state != "faulty" or shown.channel is None:
            continue
        subject = Subject(*shown.place)
        camera = cameras.get(shown.channel.camera_id)
        name = camera_name(camera, of_camera(camera, places)) if camera else shown.line.name
        at = subject_words(subject, dossier.document, places)
        pictures = [_fault_picture(subject, fault, places, album) for fault in shown.channel.faults]
        yield Fault(
            number=None,
            name=shown.line.picture,
            urgency="morning",
            where=at if name in at else f"{name} {at}",
            since=_seen(dossier),
            lasting="",
            times="",
            picture=next((one for one in pictures if one.uri), Picture()),
        )
