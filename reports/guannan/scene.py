"""What lies on the table while the evidence is written: the inventory, its past, and the words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.campaign import Area
from config.evidence import Evidence
from config.schema import Catalogue
from inventory.course import Course
from inventory.ledger import Ledger, absent_spots
from inventory.record import CameraRecord, DeviceRecord
from probe.model import ChannelReport, Gap, Measured, NotMeasured, Reading, Value, reading_of
from reports import scan_json as out
from reports.document import scan_document
from reports.guannan.page import Box, Look, Table

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

    def read(self, metric: str) -> Reading:
        return reading_of(self.shown.evidence, metric)

    def value(self, metric: str) -> Value | None:
        reading = self.read(metric)
        return reading.value if isinstance(reading, Measured) else None


@dataclass(frozen=True, slots=True)
class Scene:
    words: Evidence
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
        return at.astimezone(ZoneInfo(self.words.timezone)).strftime("%Y-%m-%d %H:%M")

    def day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.words.timezone)).date()

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
        said = lens.camera.fields.get("channel_name") if lens.camera else None
        name = str(said.value) if said and said.value else lens.shown.channel.name
        return "\n".join(part for part in (name[:40], self.place(lens.device.id, lens.number)) if part)

    def camera_title(self, camera: CameraRecord) -> str:
        said = camera.fields.get("channel_name")
        place = self.place(camera.device_id, camera.channel) if camera.device_id else camera.id
        return "\n".join(
            part for part in (str(said.value)[:40] if said and said.value else "", place) if part
        )


def lenses_of(ledger: Ledger, catalogue: Catalogue) -> tuple[Lens, ...]:
    """Return every channel that shows or should show a camera; empty inputs of recorders are left out."""
    cameras = {
        (camera.device_id, number): camera
        for camera in ledger.cameras
        for number in camera.channels or (camera.channel,)
    }
    document = scan_document(ledger.view, catalogue, whole=True)
    judged = {(device.id, one.number): one for device in document.devices for one in device.channels}
    found = []
    for device in ledger.view.devices:
        for shown in device.report.channels:
            place = (device.id, shown.channel.number)
            camera = cameras.get(place)
            if camera is None and not shown.channel.streams:
                continue
            found.append(Lens(device, shown, judged[place], camera))
    return tuple(sorted(found, key=_order))


def findings_of_item(lens: Lens, standard: str, item: int) -> list[out.Finding]:
    """Return what the clauses of one item of the rubric say of a channel."""
    own = re.compile(rf"{re.escape(standard)}\.{item}(?:[-.].*)?")
    return [finding for finding in lens.judged.findings if own.fullmatch(finding.rule)]


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


def behind_recorders(lenses: tuple[Lens, ...]) -> Mapping[str, Lens]:
    """Return by device id of a camera the recorder's channel that says it stands in front of it."""
    by_address = {lens.device.report.target.address: lens.device.id for lens in lenses}
    found = {}
    for lens in lenses:
        behind = lens.shown.channel.camera
        if lens.device.kind == "recorder" and behind is not None and behind.address in by_address:
            found[by_address[behind.address]] = lens
    return found


def in_areas(scene: Scene, camera: CameraRecord) -> Iterator[str]:
    """Yield the ids of the named areas that a camera's position stands for."""
    said = camera.fields.get("position")
    word = str(said.value).strip() if said and said.value else ""
    yield from (area.id for area in scene.areas if word in area.positions or word == area.name)


def _order(lens: Lens) -> tuple[object, ...]:
    digits = tuple(int(part) for part in re.findall(r"\d+", lens.device.address))
    return (digits, lens.device.id, lens.number)
