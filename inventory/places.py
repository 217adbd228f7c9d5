"""Where each camera is seen: by itself on the network, through recorders, or nowhere any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inventory.behind import Place
from inventory.history import Past
from inventory.meeting import Slot
from inventory.record import Sight
from inventory.sights import Sights


@dataclass(frozen=True, slots=True)
class Places:
    """All places of one camera. The first one shown gives its identity and its live picture.

    A camera that `is_gone` was seen nowhere else when its channel began to show another one; what was typed
    of it keeps it on record.
    """

    camera: Place
    shown: tuple[tuple[Past, Slot], ...]
    is_gone: bool = False

    @property
    def sights(self) -> tuple[Sight, ...]:
        if self.is_gone:
            return ()
        return tuple(
            Sight(past.device.id, number)
            for past, slot in self.shown
            for number in ([one.channel.number for one in slot.shown] or [slot.channel])
        )

    @property
    def recorders(self) -> tuple[Sight, ...]:
        through = (via(past, slot) for past, slot in self.shown if not self.is_gone)
        return tuple(one for one in through if one is not None)


def via(past: Past, slot: Slot) -> Sight | None:
    """Return the recorder's channel that a camera is seen through there; None for the camera itself."""
    return Sight(past.device.id, slot.channel) if slot.role == "channel" else None


def places_of(sights: Sights, pasts: Mapping[int, Past], typed: Iterable[Place]) -> Iterator[Places]:
    """Yield every camera that is seen, or of which something was `typed`, in the order of their devices."""
    found: dict[Place, list[Place]] = defaultdict(list)
    for place, camera in sights.shown.items():
        if camera is not None and place[0] in pasts:
            found[camera].append(place)
    whole = []
    for camera, places in found.items():
        first = sorted(places, key=lambda place: _rank(place, sights, pasts))
        shown = tuple((pasts[place[0]], _slot(place, sights, pasts)) for place in first)
        whole.append((first[0], Places(camera, shown)))
    for camera in typed:
        if camera not in found and camera[0] in pasts:
            gone = (pasts[camera[0]], _slot(camera, sights, pasts))
            whole.append((camera, Places(camera, (gone,), is_gone=True)))
    for _, one in sorted(whole, key=lambda pair: (pair[0], pair[1].camera)):
        yield one


def unplaced(sights: Sights, pasts: Mapping[int, Past]) -> Iterator[Sight]:
    """Yield the channels that show some camera of another recorder, not known which."""
    for place, camera in sorted(sights.shown.items()):
        if camera is None and place[0] in pasts:
            yield Sight(pasts[place[0]].device.id, place[1])


def _rank(place: Place, sights: Sights, pasts: Mapping[int, Past]) -> tuple[int, bool, bool, Place]:
    """Put the camera itself first, then its own recorder, and those that answer before others."""
    device = pasts[place[0]].device
    through = 1 if device.kind == "recorder" else 0
    return (through, sights.is_cascaded(place), not device.answered, place)


def _slot(place: Place, sights: Sights, pasts: Mapping[int, Past]) -> Slot:
    past = pasts[place[0]]
    reports = past.device.report.channels
    if past.device.kind != "recorder" and place[1] == 1:
        return Slot(1, "device", reports)
    there = tuple(one for one in reports if one.channel.number == place[1])
    return Slot(place[1], "channel", there, is_listed=not sights.is_cascaded(place))
