"""Each camera once, however many places show it: seen where it is seen, recorded where it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from inventory.in_use import is_out_of_use
from inventory.nights import replaced_devices
from inventory.record import Sight
from reports import scan_json as out
from reports.guannan.scene import Lens, Scene, outcome

Findings = Callable[[Lens], list[out.Finding]]

# A picture is bad where any place says so; recordings are good where one place holds them.
_LIVE = ("not-met", "met", "not-due", "unknown")
_RECORDED = ("met", "not-met", "not-due", "unknown")


@dataclass(frozen=True, slots=True)
class Once:
    """A camera, or one of its lenses: its own place, and the recorders' channels that show it too."""

    own: Lens
    recorders: tuple[Lens, ...] = ()

    @property
    def places(self) -> tuple[Lens, ...]:
        return (self.own, *self.recorders)

    def live(self, judged: Findings) -> Lens:
        """Return the place that settles these findings on its picture: its own, unless another says worse."""
        return min(self.places, key=lambda lens: _LIVE.index(outcome(judged(lens))))

    @property
    def held(self) -> tuple[Lens, ...]:
        """Where its recordings are judged: at recorders that show it, and only without one at itself."""
        return tuple(lens for lens in self.places if lens.device.kind == "recorder") or (self.own,)

    def recorded(self, judged: Findings) -> Lens:
        """Return the place that settles these findings on its recordings."""
        return min(self.held, key=lambda lens: _RECORDED.index(outcome(judged(lens))))


def each_once(scene: Scene) -> tuple[Once, ...]:
    """Return every camera that is there and in use, in the order of its own place."""
    used = scene.used
    here = {lens.place for lens in used}
    joined: dict[Sight, list[Lens]] = {lens.place: [] for lens in used}
    taken = {(lens.place, lens.device.id) for lens in used}
    for lens in used:
        own = _own_place(lens, here)
        # Two channels of one recorder may show two lenses of a housing: neither hides the other.
        if own != lens.place and (own, lens.device.id) in taken:
            own = lens.place
        taken.add((own, lens.device.id))
        joined[own].append(lens)
    return tuple(_once(place, lenses) for place, lenses in joined.items() if lenses)


def lead(scene: Scene, cameras: Sequence[Once]) -> list[str]:
    """Say what was counted once, what was not counted, and of which recorder nobody knows the channels."""
    said = []
    if several := sum(len(one.places) > 1 for one in cameras):
        said.append(scene.said("counted_once", count=several))
    if left := sum(is_out_of_use(camera) for camera in scene.ledger.cameras):
        said.append(scene.said("out_of_use", count=left))
    if replaced := replaced_devices(scene.ledger.view):
        said.append(scene.said("replaced", count=len(replaced)))
    mute = [one for one in scene.ledger.view.devices if one.kind == "recorder" and not one.report.channels]
    if mute:
        addresses = scene.said("comma").join(one.address for one in mute)
        said.append(scene.said("no_channels", recorders=addresses))
    return said


def _own_place(lens: Lens, here: Collection[Sight]) -> Sight:
    """Return where the camera that a channel shows is itself; the channel, where nobody can say."""
    camera, behind = lens.camera, lens.shown.channel.camera
    if camera is None or lens.is_own:
        return lens.place
    number = camera.channel if len(camera.numbers) == 1 else behind.channel if behind else None
    own = Sight(camera.device_id, number) if number in camera.numbers and number is not None else lens.place
    return own if own in here else lens.place


def _once(place: Sight, lenses: Iterable[Lens]) -> Once:
    first, *others = sorted(lenses, key=lambda lens: lens.place != place)
    return Once(first, tuple(others))
