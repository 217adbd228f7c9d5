"""What lies on the table while the evidence is written: the inventory, its past, and the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from config.campaign import Area
from config.evidence import Evidence as Words
from config.schema import Catalogue
from inventory.course import Course
from inventory.in_use import is_out_of_use
from inventory.ledger import Ledger, absent_spots
from inventory.nights import cameras_by_place, replaced_devices
from inventory.record import CameraRecord, DeviceRecord, Sight
from probe.model import (
    Channel,
    ChannelReport,
    Evidence,
    Gap,
    Measured,
    NotMeasured,
    Reading,
    Value,
    reading_of,
)
from reports import scan_json as out
from reports.document import scan_document
from reports.guannan.page import Box, Look, Table
from reports.local_time import to_the_minute

LOOKS: Mapping[str, Look] = {"met": "good", "not-met": "bad", "unknown": "unknown", "not-due": ""}


@dataclass(frozen=True, slots=True)
class Lens:
    """One channel: what was read of it, what it is judged to be, the camera it belongs to."""

    device: DeviceRecord
    shown: ChannelReport
    judged: out.Channel
    camera: CameraRecord | None

    @property
    def number(self) -> int:
        return self.shown.channel.number

    @property
    def place(self) -> Sight:
        return Sight(self.device.id, self.number)

    @property
    def is_own(self) -> bool:
        """Say whether the camera is met here itself, and not through a recorder that shows it too."""
        camera = self.camera
        return camera is not None and camera.device_id == self.device.id and self.number in camera.numbers

    def read(self, metric: str) -> Reading:
        return reading_of(self.shown.evidence, metric)

    def value(self, metric: str) -> Value | None:
        reading = self.read(metric)
        return reading.value if isinstance(reading, Measured) else None


@dataclass(frozen=True, slots=True)
class Scene:
    words: Words
    catalogue: Catalogue
    ledger: Ledger
    course: Course
    lenses: tuple[Lens, ...]
    snapshots: Path | None = None

    @property
    def areas(self) -> tuple[Area, ...]:
        """The places that the document names, in its order."""
        return self.catalogue.campaigns[self.words.id].areas

    @property
    def used(self) -> tuple[Lens, ...]:
        """The channels but for those of cameras that are stopped, removed or replaced."""
        gone = replaced_devices(self.ledger.view)
        lenses = (lens for lens in self.lenses if lens.device.id not in gone)
        return tuple(lens for lens in lenses if lens.camera is None or not is_out_of_use(lens.camera))

    @property
    def not_applicable(self) -> tuple[str, ...]:
        """The places that the school says it has not, as typed."""
        return absent_spots(self.ledger.unit)

    def said(self, key: str, /, **values: object) -> str:
        return self.words.said(key, **values)

    def unknown(self, gap: Gap | str | None) -> Box:
        """Return 未测 with the reason."""
        words = self.catalogue.gaps.get(str(gap)) if gap else None
        text = self.said("unknown_why", why=words.name) if words else self.said("unknown")
        return Box(text, "unknown")

    def reading(self, reading: Reading, key: str = "", name: str = "") -> Box:
        """Return a value, in the sentence `key` if one is named, or why there is none."""
        match reading:
            case Measured(value=value):
                return Box(self.said(key, **{name: value}) if key else str(value))
            case NotMeasured(gap=gap):
                return self.unknown(gap)

    def verdict(self, finding: out.Finding) -> Box:
        word = self.catalogue.verdicts[finding.verdict].name
        if finding.binding:
            return Box(word, LOOKS.get(finding.verdict, ""))
        return Box(f"{word}{self.said('advisory')}")

    def time(self, at: datetime) -> str:
        return to_the_minute(at, self.catalogue.settings.zone)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.catalogue.settings.zone).date()

    def dates(self, days: list[date]) -> str:
        """Return dates in words, neighbours joined to a range."""
        ranges: list[tuple[date, date]] = []
        for one in sorted(days):
            if ranges and (one - ranges[-1][1]).days == 1:
                ranges[-1] = (ranges[-1][0], one)
            else:
                ranges.append((one, one))
        return self.said("comma").join(
            first.isoformat()
            if first == last
            else self.said("day_range", first=first.isoformat(), last=last.isoformat())
            for first, last in ranges
        )

    def table(
        self, title: str, columns: str, lines: list[tuple[Box | None, ...]], instead: str = ""
    ) -> Table:
        """Return a table of the declared columns, cut where it would become too long."""
        most = self.words.most_lines
        below = self.said("cut", count=len(lines) - most) if len(lines) > most else ""
        heading = self.said(title) if title else ""
        return Table(heading, self.words.columns[columns], tuple(lines[:most]), instead, below)

    def place(self, device: str, number: int = 1) -> str:
        """Return where a device, or a channel of one with several, is found."""
        record = self.ledger.devices.get(device)
        if record is None:
            return device
        several = record.kind == "recorder" or len(record.report.channels) > 1
        words = self.catalogue.sheet_words.channel
        return words.format(address=record.address, number=number) if several else record.address

    def spot(self, device: str, number: int = 0) -> str:
        """Return a device, or one of its channels, as a person finds it: the name, and below it the place."""
        known = next(
            (one for one in self.lenses if one.device.id == device and number in (0, one.number)), None
        )
        if known is None:
            return self.place(device, number or 1)
        if number or known.device.kind == "camera":
            return self.title(known)
        return known.device.address

    def offset(self, seconds: float) -> str:
        """Return a clock's offset in words."""
        key = "clock_ahead" if seconds >= 0 else "clock_behind"
        return self.said(key, seconds=f"{abs(seconds):.0f}")

    def title(self, lens: Lens) -> str:
        """Return a channel's name, and below it where it is found."""
        said = lens.camera.fields.get("channel_name") if lens.camera and lens.is_own else None
        name = str(said.value) if said and said.value else lens.shown.channel.name
        return "\n".join(part for part in (name[:40], self.place(lens.device.id, lens.number)) if part)

    def camera_title(self, camera: CameraRecord) -> str:
        said = camera.fields.get("channel_name")
        place = self.place(camera.device_id, camera.channel) if camera.device_id else camera.id
        return "\n".join(
            part for part in (str(said.value)[:40] if said and said.value else "", place) if part
        )


def lenses_of(ledger: Ledger, catalogue: Catalogue) -> tuple[Lens, ...]:
    """Return every channel that shows or should show a camera: those too of a device that lists none.

    Empty inputs of recorders are left out.
    """
    cameras = cameras_by_place(ledger.cameras)
    metrics = [metric for metric, rule in catalogue.metrics.items() if rule.subject != "device"]
    devices = tuple(_with_its_cameras(device, ledger.cameras, metrics) for device in ledger.view.devices)
    document = scan_document(replace(ledger.view, devices=devices), catalogue, whole=True)
    judged = {(device.id, one.number): one for device in document.devices for one in device.channels}
    found = []
    for device in devices:
        for shown in device.report.channels:
            place = (device.id, shown.channel.number)
            camera = cameras.get(place)
            if camera is None and not shown.channel.streams:
                continue
            found.append(Lens(device, shown, judged[place], camera))
    return tuple(sorted(found, key=order))


def _with_its_cameras(
    device: DeviceRecord, cameras: Iterable[CameraRecord], metrics: Sequence[str]
) -> DeviceRecord:
    """Return a device with a channel for each of its cameras; where it lists none, all is not measured."""
    listed = {shown.channel.number for shown in device.report.channels}
    wanted = {number for camera in cameras if camera.device_id == device.id for number in camera.numbers}
    if wanted <= listed:
        return device
    gap = NotMeasured(_why_nothing(device))
    evidence = tuple(Evidence(metric, gap, "", device.last_seen) for metric in metrics)
    unlisted = (ChannelReport(Channel(number), evidence=evidence) for number in sorted(wanted - listed))
    channels = (*device.report.channels, *unlisted)
    return replace(device, report=replace(device.report, channels=channels))


def _why_nothing(device: DeviceRecord) -> Gap:
    """Return why a device shows no channel, as the result of a scan tells it."""
    read = (reading_of(device.report.evidence, metric) for metric in ("alive", "channels", "onvif"))
    gaps = (reading.gap for reading in read if isinstance(reading, NotMeasured))
    return next((gap for gap in gaps if gap is not Gap.NOT_ASKED), Gap.NOT_ASKED)


def findings_of_item(lens: Lens, standard: str, item: int) -> list[out.Finding]:
    """Return what the clauses of one item of the rubric say of a channel."""
    return [finding for finding in lens.judged.findings if is_of_item(finding.rule, standard, item)]


def is_of_item(rule: str, standard: str, item: int) -> bool:
    return re.fullmatch(rf"{re.escape(standard)}\.{item}(?:[-.].*)?", rule) is not None


def outcome(findings: list[out.Finding]) -> str:
    """Return the worst verdict of those that bind: not met, then unknown, then not due, then met."""
    verdicts = {finding.verdict for finding in findings if finding.binding}
    return next((one for one in ("not-met", "unknown", "not-due", "met") if one in verdicts), "unknown")


def signal_of(lens: Lens) -> str:
    """Return digital or analogue where it is known; a camera of its own codes its picture itself."""
    kind = lens.shown.channel.kind
    if kind:
        return "analogue" if kind == "analogue" else "digital"
    return "digital" if lens.device.kind == "camera" else "unknown"


def in_areas(scene: Scene, camera: CameraRecord) -> Iterator[str]:
    """Yield the ids of the named areas that a camera's position stands for."""
    said = camera.fields.get("position")
    word = str(said.value).strip() if said and said.value else ""
    yield from (area.id for area in scene.areas if word in area.positions or word == area.name)


def order(lens: Lens) -> tuple[object, ...]:
    digits = tuple(int(part) for part in re.findall(r"\d+", lens.device.address))
    return (digits, lens.device.id, lens.number)
