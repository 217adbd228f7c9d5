"""Every camera as a card: where it is, what it is, how it stands, how its nights were. 摄像机"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from config.schema import Catalogue, Rule
from config.watching import Watching
from config.words import language, say
from inventory.condition import condition_of
from inventory.in_use import why_out_of_use
from inventory.record import CameraRecord
from inventory.watch import OwnKind, Result, Subject
from reports import scan_json as out
from reports.health.album import Album
from reports.health.dossier import Dossier, Place
from reports.health.parts import Card, Picture, Square, Standing
from reports.health.shown import Shown, address_of, camera_name, of_camera
from reports.lines import Line
from reports.snapshots import snapshot_name

NIGHTS = 30
_OF_LINE: Mapping[str, Standing] = {"good": "ok", "faulty": "fault", "unknown": "unknown"}
_ORDER: Mapping[Standing, int] = {"fault": 0, "unknown": 1, "ok": 2, "none": 3}


def cards(dossier: Dossier, places: Mapping[Place, Shown], album: Album) -> list[Card]:
    """Return a card for every camera on record, the faulty ones first, then those that nobody knows of."""
    nights = _nights(dossier)
    newest = dossier.now_by_place()
    made = [_card(camera, dossier, places, album, newest, nights) for camera in dossier.document.cameras]
    return sorted(made, key=lambda card: (_ORDER[card.standing], card.position, card.name, card.address))


def standing_of(
    record: CameraRecord | None, results: Mapping[Subject, Result], watching: Watching
) -> tuple[Standing, tuple[str, ...]]:
    """Say how a camera was by what one look at each place found, with the kinds of its faults."""
    found = _of_camera(record, results)
    if record is None or not found:
        return "none", ()
    condition = condition_of(record, results, watching)
    # A place that cannot see the camera is no fault of it where another can.
    held: dict[OwnKind, bool | None] = {"offline": condition.online, "not-recording": condition.recording}
    mended = {kind for kind, holds in held.items() if holds is True}
    kinds = dict.fromkeys(kind for one in found for kind in one.faults if kind not in mended)
    if condition.keeps is not False:
        kinds.pop("retention", None)
    if condition.intact is False or kinds:
        return "fault", tuple(kinds)
    return ("ok" if condition.intact else "unknown"), ()


def _of_camera(record: CameraRecord | None, results: Mapping[Subject, Result]) -> list[Result]:
    if record is None:
        return []
    places = [Subject(one.device_id, one.channel) for one in record.sights]
    wanted = [*(places or [Subject(record.device_id, record.channel)])]
    own = Subject(record.device_id)
    if record.device_id not in {one.device_id for one in record.recorders}:
        wanted.append(own)
    return [results[one] for one in wanted if one in results]


def kind_words(kind: str, catalogue: Catalogue) -> str:
    known = catalogue.watch.kinds.get(kind)
    return known.name if known and language() == "zh" else kind


def _nights(dossier: Dossier) -> Mapping[date, Mapping[Subject, Result]]:
    """Return the last look of each night at each place."""
    found: dict[date, dict[Subject, Result]] = defaultdict(dict)
    for one in sorted(dossier.results, key=lambda one: one.at):
        found[one.day][one.subject] = one
    return found


def _card(
    camera: out.Camera,
    dossier: Dossier,
    places: Mapping[Place, Shown],
    album: Album,
    newest: Mapping[Subject, Result],
    nights: Mapping[date, Mapping[Subject, Result]],
) -> Card:
    catalogue, record = dossier.catalogue, dossier.records.get(camera.id)
    shown = of_camera(camera, places)
    line = shown.line if shown else None
    standing, kinds = standing_of(record, newest, catalogue.watch)
    why = why_out_of_use(record) if record else None
    if why:
        standing, kinds = "none", ()
    elif standing == "none":
        standing = _OF_LINE[line.state] if line else "unknown"
    elif line and line.state == "faulty":
        standing = "fault"  # an enlarged picture: the watch opens no case for it, the scan calls it faulty
    return Card(
        camera=camera.id,
        name=camera_name(camera, shown),
        position=_said(camera, "position"),
        address=address_of(camera, shown),
        make=" ".join(word for word in (camera.brand, camera.model) if word),
        size=line.resolution if line else "",
        standing=standing,
        words=say(f"rate_excluded.{why}") if why else _words(line, standing, kinds, catalogue),
        remark=say("reading.semicolon").join(_remarks(line, record, standing, newest, dossier)),
        picture=album.file(snapshot_name(*shown.place)) if shown and shown.channel else _nothing(),
        not_met=tuple(_not_met(shown, catalogue)),
        strip=_strip(record, nights, dossier),
    )


def _words(line: Line | None, standing: Standing, kinds: Iterable[str], catalogue: Catalogue) -> str:
    """Say what is wrong: the line names a fault of the picture more exactly than its kind does."""
    said = line.picture if line else say("picture.unknown")
    names = [kind_words(kind, catalogue) for kind in kinds]
    if not names and standing == "ok":
        return say("picture.good")
    if not names:
        return say("health.picture_good") if line and line.state == "good" else said
    more = [name for name in names if name not in said]
    return say("reading.comma").join([said, *more] if line and line.state == "faulty" else names)


def _remarks(
    line: Line | None,
    record: CameraRecord | None,
    standing: Standing,
    newest: Mapping[Subject, Result],
    dossier: Dossier,
) -> Iterator[str]:
    """Say what the line says, what nobody could judge of a good picture, and since when nobody looked."""
    if line and line.remark:
        yield line.remark
    results = _of_camera(record, newest)
    if standing == "unknown" and line and line.state == "good" and results:
        judged = {kind for one in results for kind in (*one.faults, *one.fine)}
        kinds = dossier.catalogue.watch.kinds.values()
        unjudged = [one.id for one in kinds if one.needed and one.id not in judged]
        if unjudged:
            names = [kind_words(kind, dossier.catalogue) for kind in unjudged]
            yield say("health.unjudged", kinds=say("reading.comma").join(names))
    if results and (day := max(one.day for one in results)) < dossier.day:
        yield say("health.last_look", day=day)


def _strip(
    record: CameraRecord | None, nights: Mapping[date, Mapping[Subject, Result]], dossier: Dossier
) -> tuple[Square, ...]:
    """Return the last nights, the newest last; nothing while there is only one."""
    days = [dossier.day - timedelta(days=ago) for ago in reversed(range(NIGHTS))]
    if sum(1 for day in days if _of_camera(record, nights.get(day, {}))) < 2:
        return ()
    squares = []
    for day in days:
        standing, kinds = standing_of(record, nights.get(day, {}), dossier.catalogue.watch)
        names = [kind_words(kind, dossier.catalogue) for kind in kinds]
        squares.append(Square(day, standing, say("reading.comma").join(names)))
    return tuple(squares)


def _not_met(shown: Shown | None, catalogue: Catalogue) -> Iterable[str]:
    findings = shown.channel.findings if shown and shown.channel else ()
    for finding in findings:
        if finding.verdict == "not-met" and finding.binding:
            yield rule_words(catalogue.rule(finding.rule))


def rule_words(rule: Rule) -> str:
    return rule.name if language() == "zh" else rule.id


def _said(camera: out.Camera, field: str) -> str:
    said = camera.record.get(field)
    return str(said.value) if said and said.value is not None else ""


def _nothing() -> Picture:
    return Picture(why=say("health.no_picture"))
