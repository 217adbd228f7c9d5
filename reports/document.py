"""From the inventory to the JSON document: every reading, every gap, every verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from config.schema import Catalogue, Rule, Signal
from inventory.brand import brand_of
from inventory.record import CameraRecord, DeviceRecord, FieldValue, Scalar, View
from probe.model import ChannelReport, Evidence, NotMeasured, StreamOffer, reading_of, value_of
from probe.picture.faults import picture_faults
from reports import places, recorded
from reports import scan_json as out
from reports.judge import Finding, Said, judge, metrics_of

# Metrics that stand in a place of their own; every other channel metric stands under `picture`.
_STREAM = ("codec", "width", "height", "fps", "kbps")
_ELSEWHERE = frozenset((*_STREAM, "osd", *recorded.METRICS))


def scan_document(view: View, catalogue: Catalogue, *, whole: bool = False) -> out.Document:
    """Project a run onto `camcensus/scan/1`: the devices that it asked, or the `whole` inventory."""
    if not whole:
        view = _of_the_run(view)
    by_device: dict[str, dict[int, CameraRecord]] = {}
    for camera in view.cameras:
        for number in camera.numbers:
            by_device.setdefault(camera.device_id, {})[number] = camera
        for sight in camera.sights:
            by_device.setdefault(sight.device_id, {})[sight.channel] = camera
    devices = [_device(d, by_device.get(d.id, {}), catalogue, view.known_days(d)) for d in view.devices]
    return out.Document(
        run=_run(view),
        devices=places.settled(devices, catalogue),
        cameras=[_camera(camera) for camera in view.cameras],
        silent=[out.Silent(address=silent.address, why=silent.why) for silent in view.silent],
        conflicts=[
            out.Conflict(camera_id=c.camera_id, field=c.field, typed=c.typed.value, measured=c.measured.value)
            for c in view.conflicts
        ],
        ties=places.ties_of(view),
        suggestions=places.suggestions_of(view),
        unplaced=places.unplaced_of(view),
    )


def to_json(document: out.Document) -> str:
    return document.model_dump_json(by_alias=True, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is judged besides readings: its kind, its signal, how long it is on record, what people said."""

    kind: str
    signal: Signal | None = None
    known_days: int = 0
    said: Said = lambda field: None


def findings_of(evidence: tuple[Evidence, ...], catalogue: Catalogue, subject: Subject) -> list[Finding]:
    """Judge every rule of every standard that speaks of this kind of subject."""
    return [
        _judged(evidence, rule, subject)
        for rule in catalogue.rules.values()
        if _speaks_of(rule, subject.kind)
    ]


def _judged(evidence: tuple[Evidence, ...], rule: Rule, subject: Subject) -> Finding:
    given = recorded.handed(evidence, rule, subject.known_days)
    return judge(rule, lambda metric: reading_of(given, metric), subject.signal, subject.said)


def _of_the_run(view: View) -> View:
    devices = tuple(device for device in view.devices if device.asked)
    ids = {device.id for device in devices}
    cameras = tuple(
        camera
        for camera in view.cameras
        if camera.device_id in ids or any(sight.device_id in ids for sight in camera.sights)
    )
    records = {camera.id for camera in cameras}
    conflicts = tuple(conflict for conflict in view.conflicts if conflict.camera_id in records)
    return replace(view, devices=devices, cameras=cameras, conflicts=conflicts)


def _signal(device: DeviceRecord, report: ChannelReport) -> Signal | None:
    """A camera codes its own picture; what a recorder codes may come from either kind of camera."""
    match report.channel.kind:
        case "analogue":
            return "analogue"
        case "network":
            return "digital"
        case "":
            return "digital" if device.kind == "camera" else None


def _speaks_of(rule: Rule, subject: str) -> bool:
    return rule.subject == subject or (subject == "channel" and rule.subject == "camera")


def _run(view: View) -> out.Run | None:
    if view.run is None:
        return None
    return out.Run(
        id=view.run.id,
        started=_time(view.run.started),
        finished=_time(view.run.finished),
        targets=list(view.run.targets),
        asked=view.run.asked,
        answered=view.run.answered,
    )


def _device(
    device: DeviceRecord, cameras: Mapping[int, CameraRecord], catalogue: Catalogue, known_days: int
) -> out.Device:
    evidence = device.report.evidence
    target = device.report.target
    main = next(iter(cameras.values()), None)
    return out.Device(
        id=device.id,
        kind=device.kind,
        address=device.address,
        ports=list(target.ports),
        mac=_known(value_of(evidence, "mac") or target.mac),
        brand=_brand(device, main, catalogue),
        manufacturer=_known(value_of(evidence, "manufacturer")),
        model=_known(value_of(evidence, "model")),
        firmware=_known(value_of(evidence, "firmware")),
        serial=_known(value_of(evidence, "serial")),
        gb_code=_text(main, "gb_code") if device.kind == "camera" else _known(value_of(evidence, "gb_code")),
        protocols=out.Protocols(
            onvif=value_of(evidence, "onvif") or "unknown",
            rtsp=value_of(evidence, "rtsp") or "unknown",
            **recorded.protocols_of(device.report),  # type: ignore[arg-type]  # words of Support
        ),
        seen_by=sorted({sighting.seen_by for sighting in target.sightings}),
        clock_offset_s=value_of(evidence, "clock_offset_s"),
        channels=[
            _channel(c, cameras.get(c.channel.number), catalogue, _signal(device, c), known_days)
            for c in device.report.channels
        ],
        findings=[_finding(f) for f in findings_of(evidence, catalogue, Subject("device"))],
        gaps=_gaps(evidence),
        first_seen=_time(device.first_seen),
        disks=recorded.disks_of(evidence),
        storage=recorded.storage_of(evidence),
        gb_platform=_known(value_of(evidence, "gb_platform")),
        gb_registered=value_of(evidence, "gb_registered"),
        dhcp=value_of(evidence, "dhcp"),
    )


def _brand(device: DeviceRecord, main: CameraRecord | None, catalogue: Catalogue) -> str | None:
    """Return the maker: a recorder's own, which is not that of the cameras behind it."""
    if device.kind != "recorder":
        return _text(main, "brand")
    said = brand_of(device.report, catalogue.brands, device.last_seen)
    return str(said.value) if said else None


def _channel(
    report: ChannelReport,
    camera: CameraRecord | None,
    catalogue: Catalogue,
    signal: Signal | None,
    known_days: int,
) -> out.Channel:
    evidence = report.evidence
    subject = Subject("channel", signal, known_days, lambda field: _said(camera, field))
    faults = picture_faults(catalogue.faults.values(), lambda metric: reading_of(evidence, metric))
    return out.Channel(
        number=report.channel.number,
        name=_known(report.channel.name),
        osd=value_of(evidence, "osd") or [],
        camera_id=camera.id if camera else None,
        source=recorded.source_of(report),
        streams=[
            *(_stream(offer, evidence) for offer in report.channel.streams),
            *recorded.recorded_stream(evidence),
        ],
        picture={
            one.metric: value_of(evidence, one.metric) for one in evidence if one.metric not in _ELSEWHERE
        },
        faults=list(faults.found),  # type: ignore[arg-type]  # the catalogue's words, held to the schema on the way in
        gaps={**_gaps(evidence), **{fault: gap.value for fault, gap in faults.gaps.items()}},
        recording=recorded.recording_of(evidence, catalogue.settings.zone),
        findings=[_finding(f) for f in findings_of(evidence, catalogue, subject)],
        kind=report.channel.kind or None,
        online=report.channel.online,
        why_offline=_known(report.channel.why_offline),
    )


def _stream(offer: StreamOffer, evidence: tuple[Evidence, ...]) -> out.Stream:
    measured: dict[str, Any] = dict.fromkeys(_STREAM)
    if offer.role == "main":
        measured = {metric: value_of(evidence, metric) for metric in _STREAM}
    declared = out.Declared(codec=_known(offer.codec), width=offer.width, height=offer.height, fps=offer.fps)
    return out.Stream(role=offer.role, **measured, declared=declared, uri=_known(offer.uri))


def _finding(finding: Finding) -> out.Finding:
    return out.Finding(
        rule=finding.rule.id,
        clause=finding.rule.clause,
        metric=",".join(metrics_of(finding.rule)),
        value=_one_or_all(finding.values),
        limit=_one_or_all([condition.limit for condition in finding.rule.all]),
        verdict=finding.verdict.value,
        binding=finding.binding,
    )


def _one_or_all(values: Iterable[Any]) -> Any:  # noqa: ANN401  JSON
    listed = list(values)
    if len(listed) == 1:
        return listed[0]
    return None if all(value is None for value in listed) else listed


def _camera(camera: CameraRecord) -> out.Camera:
    return out.Camera(
        id=camera.id,
        device_id=camera.device_id,
        channel=camera.channel,
        also_seen_as=list(camera.also_seen_as),
        brand=_text(camera, "brand"),
        model=_text(camera, "model"),
        record={
            name: out.Field_(value=said.value, source=said.source, confirmed=said.confirmed)
            for name, said in sorted(camera.fields.items())
        },
    )


def _gaps(evidence: tuple[Evidence, ...]) -> dict[str, str]:
    return {one.metric: one.reading.gap.value for one in evidence if isinstance(one.reading, NotMeasured)}


def _text(camera: CameraRecord | None, name: str) -> str | None:
    value = _said(camera, name)
    return None if value is None else str(value)


def _said(camera: CameraRecord | None, name: str) -> Scalar:
    """Return what is on record of a camera under a field, or None for nothing."""
    said: FieldValue | None = camera.fields.get(name) if camera else None
    return said.value if said and said.value != "" else None


def _known(text: str | None) -> str | None:
    return text or None


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
