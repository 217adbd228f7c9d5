"""Item 2: the places the document names, the cameras that stand there, and whether they show anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from config.campaign import Area
from inventory.in_use import is_out_of_use, word_out_of_use
from inventory.nights import is_replaced, replaced_devices
from inventory.record import CameraRecord
from reports.guannan.page import Box, EvidencePage, Line, line
from reports.guannan.scene import Lens, Scene, in_areas
from reports.lines import WITHOUT_BASELINE

_NAMED = 3  # faults that are named one by one

State = Literal["covered", "dark", "unsure", "empty", "n/a"]


@dataclass(frozen=True, slots=True)
class Covered:
    """One named place. `doubted`: the school calls it not applicable, and yet a camera stands there."""

    area: Area
    state: State
    cameras: tuple[CameraRecord, ...]
    doubted: bool = False


def coverage(scene: Scene) -> tuple[Covered, ...]:
    """Return the named places in their order, each with the cameras that are tagged to it.

    A camera that is only planned, stopped or removed covers nothing.
    """
    there: dict[str, list[CameraRecord]] = {area.id: [] for area in scene.areas}
    for camera in _there(scene):
        if not is_out_of_use(camera):
            for place in dict.fromkeys(in_areas(scene, camera)):
                there[place].append(camera)
    waived = set(scene.not_applicable)
    found = []
    for area in scene.areas:
        cameras = tuple(there[area.id])
        is_waived = area.name in waived
        state = _state(scene, cameras) if cameras else ("n/a" if is_waived else "empty")
        found.append(Covered(area, state, cameras, doubted=is_waived and bool(cameras)))
    return tuple(found)


def _there(scene: Scene) -> list[CameraRecord]:
    """Return every camera on record but those in whose place another one stands."""
    gone = replaced_devices(scene.ledger.view)
    return [camera for camera in scene.ledger.cameras if not is_replaced(camera, gone)]


def coverage_page(scene: Scene) -> EvidencePage:
    found = coverage(scene)
    named = {camera.id for one in found for camera in one.cameras}
    rest = [camera for camera in _there(scene) if camera.id not in named]
    others = [camera for camera in rest if not is_out_of_use(camera)]
    left_out = [camera for camera in rest if is_out_of_use(camera)]
    tables = [scene.table("cover_table", "cover", [row for one in found for row in _rows(scene, one)])]
    if others:
        lines = [_other(scene, camera) for camera in others]
        tables.append(scene.table("cover_other", "cover_other", lines))
    if left_out:
        lines = [_left_out(scene, camera) for camera in left_out]
        tables.append(scene.table("cover_left_out", "cover_left_out", lines))
    return EvidencePage(
        2, scene.said("cover_name"), _lead(scene, found, others), tuple(tables), _notes(scene)
    )


def _lead(scene: Scene, found: Sequence[Covered], others: Sequence[CameraRecord]) -> tuple[str, ...]:
    empty = [one.area.name for one in found if one.state == "empty"]
    waived = sum(one.state == "n/a" for one in found)
    covered = len(found) - len(empty) - waived
    lead = [scene.said("cover_lead", covered=covered, empty=len(empty), not_applicable=waived)]
    if empty:
        lead.append(scene.said("cover_empty", areas=scene.said("comma").join(empty)))
    if others:
        lead.append(scene.said("cover_unknown", count=len(others)))
    lead += [scene.said("cover_doubt", area=one.area.name) for one in found if one.doubted]
    known = {area.name for area in scene.areas}
    lead += [scene.said("cover_strange", word=word) for word in scene.not_applicable if word not in known]
    return tuple(lead)


def _notes(scene: Scene) -> tuple[str, ...]:
    return (scene.said("cover_note"),)


def _rows(scene: Scene, one: Covered) -> list[Line]:
    words: dict[State, tuple[str, Box]] = {
        "covered": ("cover_yes", Box("", "good")),
        "dark": ("cover_dark", Box("", "bad")),
        "unsure": ("cover_unsure", Box("", "unknown")),
        "empty": ("cover_none", Box("", "bad")),
        "n/a": ("cover_not_applicable", Box("")),
    }
    key, box = words[one.state]
    tall = max(1, len(one.cameras))
    head = (Box(one.area.name, rows=tall), Box(scene.said(key), box.look, rows=tall))
    if not one.cameras:
        return [line(*head, *(scene.said("dash") for _ in range(4)))]
    first, *rest = [_camera(scene, camera) for camera in one.cameras]
    return [line(*head, *first), *(line(None, None, *cells) for cells in rest)]


def _camera(scene: Scene, camera: CameraRecord) -> tuple[Box, ...]:
    said = camera.fields.get("position")
    position = str(said.value) if said and said.value else ""
    if position and said and not said.confirmed:
        position += scene.said("unconfirmed")
    title = Box(scene.camera_title(camera))
    if not camera.device_id:
        state = camera.fields.get("build_state")
        return (title, Box(position), Box(str(state.value) if state else ""), Box(scene.said("by_hand")))
    online = Box(scene.said("online"), "good") if camera.answered else Box(scene.said("offline"), "bad")
    return (
        title,
        Box(position or scene.said("no_position")),
        online,
        picture_box(scene, lenses(scene, camera)),
    )


def _other(scene: Scene, camera: CameraRecord) -> Line:
    """A camera at none of the places, and why its position is none of them."""
    title, position, *rest = _camera(scene, camera)
    said = camera.fields.get("position")
    why = scene.catalogue.campaigns[scene.words.id].unlisted.get(str(said.value) if said else "", "")
    told = "\n".join(part for part in (str(position.text), why) if part)
    return line(title, Box(told or scene.said("no_position")), *rest)


def _left_out(scene: Scene, camera: CameraRecord) -> Line:
    """A camera that covers nothing, and why."""
    said = camera.fields.get("position")
    position = str(said.value) if said and said.value else scene.said("no_position")
    return line(scene.camera_title(camera), position, word_out_of_use(camera))


def lenses(scene: Scene, camera: CameraRecord) -> list[Lens]:
    """Return where a camera is met itself."""
    return [lens for lens in scene.lenses if lens.is_own and lens.camera and lens.camera.id == camera.id]


def picture_box(scene: Scene, shown: Sequence[Lens]) -> Box:
    """Say what is wrong with a camera's picture, or what is not known of it; the worst of its channels."""
    boxes = [_picture(scene, lens) for lens in shown]
    for look in ("bad", "unknown", "good"):
        if found := [box for box in boxes if box.look == look]:
            texts = dict.fromkeys(str(box.text) for box in found)
            return Box(scene.said("semicolon").join(texts), found[0].look)
    return scene.unknown(None)


def _picture(scene: Scene, lens: Lens) -> Box:
    if lens.judged.faults:
        names = (scene.catalogue.faults[fault].name for fault in lens.judged.faults)
        return Box(scene.said("comma").join(names), "bad")
    match lens.judged.picture.get("alive"):
        case True:
            return _as_far_as_known(scene, lens)
        case False:
            return Box(scene.said("picture_dead"), "bad")
        case _:
            return scene.unknown(lens.judged.gaps.get("alive") or lens.judged.gaps.get("width"))


def _as_far_as_known(scene: Scene, lens: Lens) -> Box:
    """A fault that could not be judged is not known to be absent: such a picture is not called good."""
    gaps = lens.judged.gaps
    open_still = [
        one for one in scene.catalogue.faults if gaps.get(one) and gaps[one] not in WITHOUT_BASELINE
    ]
    if not open_still:
        return Box(scene.said("picture_good"), "good")
    names = (scene.catalogue.faults[one].name for one in open_still[:_NAMED])
    more = scene.said("and_more") if len(open_still) > _NAMED else ""
    return Box(scene.said("picture_open", faults=scene.said("comma").join(names) + more), "unknown")


def _state(scene: Scene, cameras: Sequence[CameraRecord]) -> State:
    confirmed = [camera for camera in cameras if camera.fields["position"].confirmed]
    if not confirmed:
        return "unsure"
    seen = [camera for camera in confirmed if camera.device_id]
    if seen and all(_is_dark(scene, camera) for camera in seen) and len(seen) == len(confirmed):
        return "dark"
    return "covered"


def _is_dark(scene: Scene, camera: CameraRecord) -> bool:
    return not camera.answered or picture_box(scene, lenses(scene, camera)).look == "bad"
