"""系统技术测试数据: all that was measured of a new system, camera by camera."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from config.schema import Rule
from config.words import say
from reports import scan_json as out
from reports.health.album import Album
from reports.health.calendars import recorders
from reports.health.cameras import rule_words
from reports.health.dossier import Dossier, Place
from reports.health.figures import clauses
from reports.health.shown import Shown, address_of, camera_name, of_camera, shown_places
from reports.lines import gap_words, verdict_words
from reports.logbook.book import Book, Column, Leaf, Table
from reports.recorded import METRICS
from reports.recording_words import days_words
from reports.snapshots import snapshot_name

_PICTURE_WIDTH = 18
_CAUSES = ("alive", "channels", "onvif")  # why nothing else was measured either
_CAMERA_WIDTHS = (_PICTURE_WIDTH, 17, 20, 20, 14, 17, 13, 8, 10, 9, 13, 18, 18, 10, 22)
_CAMERA_KEYS = (
    "c_picture",
    "c_name",
    "c_address",
    "c_make",
    "c_firmware",
    "c_serial",
    "c_size",
    "c_fps",
    "c_kbps",
    "c_keyframes",
    "c_lines",
    "c_state",
    "c_remark",
    "c_clock",
    "c_kept",
)


def acceptance_sheet(dossier: Dossier, album: Album) -> Book:
    """Return the test data: a summary, the cameras, the recorders, and each clause camera by camera."""
    places = shown_places(dossier.document, dossier.catalogue)
    title = say("logbook.acceptance_title")
    leaves = [_summary(dossier), _cameras(dossier, places, album), _verdicts(dossier, places)]
    leaves += _recorders(dossier)
    return Book(title, dossier.now, leaves)


def _summary(dossier: Dossier) -> Leaf:
    document = dossier.document
    recorders_count = sum(device.kind == "recorder" for device in document.devices)
    rows = [
        (
            f"{clause.document}\n{clause.clause}".strip(),
            clause.name,
            str(clause.met),
            str(clause.not_met),
            str(clause.unknown),
            str(clause.not_due),
            clause.remark,
        )
        for clause in clauses(dossier)
    ]
    columns = [
        Column(say("health.clause")),
        Column(say("health.requirement")),
        *(Column(say(f"health.{key}"), 1, "center") for key in ("met", "not_met", "unknown", "not_due")),
        Column(say("table.remark")),
    ]
    sign = [(say(f"logbook.{key}"), "") for key in ("built_by", "tested_by", "accepted_by", "opinion")]
    measured = dossier.measured.strftime("%Y-%m-%d %H:%M") if dossier.measured else say("health.never")
    return Leaf(
        name=say("logbook.summary"),
        title=say("logbook.acceptance_title"),
        widths=(24, 30, 8, 8, 8, 8, 18),
        above=(
            say("logbook.acceptance_head", school=dossier.school, at=measured),
            say("logbook.acceptance_counts", cameras=len(document.cameras), recorders=recorders_count),
        ),
        tables=(
            Table(say("logbook.clauses"), columns, rows),
            Table(say("logbook.by_people"), (Column("", 1, "center"), Column("", 6)), sign, row_pt=36),
        ),
        below=(say("logbook.acceptance_note"),),
    )


def _cameras(dossier: Dossier, places: Mapping[Place, Shown], album: Album) -> Leaf:
    rows, pictures = [], {}
    for number, camera in enumerate(dossier.document.cameras):
        shown = of_camera(camera, places)
        rows.append(tuple(_camera(camera, shown, dossier)))
        if shown and shown.channel and (jpeg := _jpeg(album, snapshot_name(*shown.place))):
            pictures[number] = jpeg
    columns = [Column(say(f"logbook.{key}")) for key in _CAMERA_KEYS]
    return Leaf(
        name=say("logbook.per_camera"),
        title=say("logbook.per_camera"),
        widths=_CAMERA_WIDTHS,
        above=(),
        tables=(Table("", columns, rows, pictures=pictures),),
        below=(say("logbook.blank_note"),),
        paper="A3",
        is_wide=True,
    )


def _camera(camera: out.Camera, shown: Shown | None, dossier: Dossier) -> Iterator[str]:
    catalogue, channel = dossier.catalogue, shown.channel if shown else None
    device = shown.device if shown else None
    own = device if device and device.kind != "recorder" else None
    main = next((one for one in channel.streams if one.role == "main"), None) if channel else None
    gaps = {**(device.gaps if device else {}), **(channel.gaps if channel else {})}

    def value(found: object, metric: str, unit: str = "") -> str:
        if found is None:
            return say(
                "logbook.open_metric",
                why=gap_words(catalogue, next(filter(None, map(gaps.get, (metric, *_CAUSES))), "not-asked")),
            )
        return f"{found:.4g}{unit}" if isinstance(found, float) else f"{found}{unit}"

    yield ""
    yield camera_name(camera, shown)
    yield address_of(camera, shown)
    yield " ".join(word for word in (camera.brand, camera.model) if word)
    yield (own.firmware or "") if own else ""
    yield (own.serial or "") if own else _said(camera, "serial")
    size = f"{main.width}×{main.height} {main.codec or ''}".strip() if main and main.width else None
    yield value(size, "width")
    yield value(main.fps if main else None, "fps")
    yield value(main.kbps if main else None, "kbps")
    yield value(channel.picture.get("keyframe_interval_s") if channel else None, "keyframe_interval_s", " s")
    yield shown.line.tv_lines if shown else ""
    yield shown.line.picture if shown else ""
    yield shown.line.remark if shown else ""
    yield value(device.clock_offset_s if device else None, "clock_offset_s", " s")
    yield "\n".join(_kept(camera, dossier))


def _kept(camera: out.Camera, dossier: Dossier) -> Iterator[str]:
    """Say of every recorder that records the camera how many days it holds."""
    for device in dossier.document.devices:
        for channel in device.channels if device.kind == "recorder" else ():
            if channel.camera_id == camera.id:
                place = say("recorder.place", address=device.address, number=channel.number)
                yield f"{place} {days_words(channel.recording, channel.gaps, dossier.catalogue)}"


def _verdicts(dossier: Dossier, places: Mapping[Place, Shown]) -> Leaf:
    """One row for each camera, one column for each clause that speaks of cameras."""
    rules = [rule for rule in dossier.catalogue.rules.values() if rule.subject != "device"]
    rows = []
    for camera in dossier.document.cameras:
        shown = of_camera(camera, places)
        words = [_verdict(rule, camera, dossier) for rule in rules]
        rows.append((camera_name(camera, shown), address_of(camera, shown), *words))
    columns = [
        Column(say("logbook.c_name")),
        Column(say("logbook.c_address")),
        *(Column(f"{rule.clause}\n{rule_words(rule)}", 1, "center") for rule in rules),
    ]
    return Leaf(
        name=say("logbook.verdicts"),
        title=say("logbook.verdicts"),
        widths=(18, 20, *(15 for _ in rules)),
        above=(),
        tables=(Table("", columns, rows),),
        below=(say("logbook.verdicts_note"),),
        paper="A3",
        is_wide=True,
    )


# Of several recorders the best counts; of several pictures of one camera the worst.
_BEST = ("met", "not-due", "unknown", "not-met", "n/a")
_WORST = ("not-met", "unknown", "not-due", "met", "n/a")


def _verdict(rule: Rule, camera: out.Camera, dossier: Dossier) -> str:
    is_recorded = any(_is_of_recordings(condition.metric) for condition in rule.all)
    channels = _recorded(camera, dossier) if is_recorded else _own(camera, dossier)
    judged = [one for channel in channels for one in channel.findings if one.rule == rule.id]
    found = [one.verdict for one in judged if one.binding]
    if not found:
        return say("result.advisory") if judged else verdict_words(dossier.catalogue, "unknown")
    return verdict_words(dossier.catalogue, min(found, key=(_BEST if is_recorded else _WORST).index))


def _is_of_recordings(metric: str) -> bool:
    return metric in METRICS or metric.startswith("tvl_playback")


def _own(camera: out.Camera, dossier: Dossier) -> list[out.Channel]:
    """Return the channels of the device by which the camera is known."""
    devices = dossier.document.devices
    of = [one for device in devices if device.id == camera.device_id for one in device.channels]
    return [channel for channel in of if channel.camera_id == camera.id]


def _recorded(camera: out.Camera, dossier: Dossier) -> list[out.Channel]:
    """Return the recorders' channels that show the camera."""
    return [
        channel
        for device in dossier.document.devices
        for channel in (device.channels if device.kind == "recorder" else ())
        if channel.camera_id == camera.id
    ]


def _recorders(dossier: Dossier) -> Iterator[Leaf]:
    made = recorders(dossier)
    if not made:
        return
    columns = [
        Column(say("recorder.title")),
        Column(say("recorder.number"), 1, "center"),
        Column(say("recorder.name")),
        Column(say("recorder.camera")),
        Column(say("recorder.days")),
        Column(say("table.picture"), 1, "center"),
        Column(say("recorder.plays")),
        Column(say("recorder.missing")),
    ]
    rows = [
        (
            f"{one.address} {one.model}".strip(),
            str(channel.number),
            channel.name,
            channel.camera,
            channel.days,
            channel.verdict_words,
            channel.plays,
            channel.missing,
        )
        for one in made
        for channel in sorted(one.channels, key=lambda channel: channel.number)
    ]
    yield Leaf(
        name=say("logbook.recorders"),
        title=say("logbook.recorders"),
        widths=(24, 7, 14, 26, 20, 10, 16, 28),
        above=tuple(
            f"{one.address} {one.model}：" + say("reading.semicolon").join(f"{a} {b}" for a, b in one.disks)
            for one in made
        ),
        tables=(Table("", columns, rows),),
        is_wide=True,
    )


def _said(camera: out.Camera, field: str) -> str:
    said = camera.record.get(field)
    return str(said.value) if said and said.value is not None else ""


def _jpeg(album: Album, name: str) -> bytes:
    uri = album.file(name).uri
    return base64.b64decode(uri.partition(",")[2]) if uri else b""
