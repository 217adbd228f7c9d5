"""Rates, each with formula, numerator, denominator and unknowns. 在线率 完好率 高清比例 联网率 覆盖率 存储

No official formula was found for 在线率 and 完好率, so ours stands next to each figure. What is unknown stays
in the denominator. Figures are compared as integers and cut, never rounded up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from config.campaign import Area
from config.schema import Catalogue
from inventory.condition import Condition, condition_of
from inventory.in_use import why_out_of_use
from inventory.nights import is_replaced, replaced_devices
from inventory.record import CameraRecord, View
from inventory.watch import Rate, Result
from probe.model import value_of

Says = Callable[[CameraRecord], bool | None]

# Formulas by the keys of their words.
FORMULAS = {
    "online": "rate_formula.online",
    "intact": "rate_formula.intact",
    "hd": "rate_formula.hd",
    "networked": "rate_formula.networked",
    "networked_all": "rate_formula.networked_all",
    "stored": "rate_formula.stored",
    "covered": "rate_formula.covered",
}
_GROUPS = {"class": "resource_class", "brand": "brand"}


def rates(
    view: View, results: Sequence[Result], catalogue: Catalogue, absent: Collection[str] = ()
) -> list[Rate]:
    """Return every rate of the whole school, then of each class, brand and recorder.

    `results` is what the last look at each device found. `absent`: spots that this school has not.
    """
    by_subject = {one.subject: one for one in results}
    gone = replaced_devices(view)
    view = replace(view, cameras=tuple(one for one in view.cameras if not is_replaced(one, gone)))
    states = {camera.id: condition_of(camera, by_subject, catalogue.watch) for camera in view.cameras}
    networked = _networked(view)
    # Decided once for the school: figures of one column have one meaning.
    public_said = any(_is_public(one) for one in view.cameras if not why_out_of_use(one))
    found: list[Rate] = []
    for group, member, cameras in _groups(view):
        found += _of_cameras(group, member, cameras, states, networked, public_said=public_said)
        if not member:
            found.append(_covered(cameras, states, catalogue.must_cover, absent))
    return found


def _groups(view: View) -> Iterator[tuple[str, str, Sequence[CameraRecord]]]:
    yield "school", "", view.cameras
    for group, field in _GROUPS.items():
        named = [
            (str(said.value), one) for one in view.cameras if (said := one.fields.get(field)) and said.value
        ]
        for member in sorted({name for name, _ in named}):
            yield group, member, [one for name, one in named if name == member]
    addresses = {device.id: device.address for device in view.devices if device.kind == "recorder"}
    for recorder, address in addresses.items():
        behind = [one for one in view.cameras if any(at.device_id == recorder for at in one.recorders)]
        if behind:
            yield "recorder", address, behind


def _of_cameras(
    group: str,
    member: str,
    cameras: Sequence[CameraRecord],
    states: Mapping[str, Condition],
    networked: Says,
    *,
    public_said: bool,
) -> Iterator[Rate]:
    excluded: Counter[str] = Counter(why for one in cameras if (why := why_out_of_use(one)))
    used = [one for one in cameras if not why_out_of_use(one)]
    says: tuple[tuple[str, str, Says, Sequence[CameraRecord]], ...] = (
        ("online", "online", lambda one: states[one.id].online, used),
        ("intact", "intact", lambda one: states[one.id].intact, used),
        ("hd", "hd", _is_hd, used),
        # Where nobody has said which cameras face public places, all of them are counted, and it says so.
        ("networked", "networked", networked, [one for one in used if _is_public(one)])
        if public_said
        else ("networked", "networked_all", networked, used),
        ("stored", "stored", lambda one: states[one.id].keeps, used),
    )
    for name, formula, holds, counted in says:
        outcomes = Counter(holds(one) for one in counted)
        yield Rate(
            name,
            group,
            member,
            outcomes[True],
            len(counted),
            outcomes[None],
            FORMULAS[formula],
            dict(excluded),
        )


def _covered(
    cameras: Iterable[CameraRecord],
    states: Mapping[str, Condition],
    areas: Sequence[Area],
    absent: Collection[str],
) -> Rate:
    """Count the spots that must have a camera: unknown where one may stand, by a suggestion or unmeasured."""
    wanted = [one for one in areas if one.name not in absent]
    there: dict[str, list[bool | None]] = {area.id: [] for area in wanted}
    for camera in cameras:
        works = states[camera.id].works if _known(camera, "position") else None
        for area in wanted if not why_out_of_use(camera) else ():
            if _said(camera, "position") in area.positions:
                there[area.id].append(works)
    covered = sum(1 for states_there in there.values() if True in states_there)
    unknown = sum(1 for one in there.values() if True not in one and None in one)
    left_out = len(areas) - len(wanted)
    excluded = {"not_applicable": left_out} if left_out else {}
    return Rate("covered", "school", "", covered, len(wanted), unknown, FORMULAS["covered"], excluded)


def _networked(view: View) -> Says:
    """Return what tells whether a camera, or a recorder that shows it, is registered at a platform above."""
    registered = {
        device.id: value_of(device.report.evidence, "gb_registered") if device.answered else None
        for device in view.devices
    }

    def is_networked(camera: CameraRecord) -> bool | None:
        places = {camera.device_id, *(one.device_id for one in camera.sights)}
        said = [registered.get(place) for place in places]
        if True in said:
            return True
        # One that is said not to be registered may still be reached through another that tells nothing.
        return False if said and all(one is False for one in said) else None

    return is_networked


def _is_public(camera: CameraRecord) -> bool:
    return _known(camera, "faces_public") == "是"


def _is_hd(camera: CameraRecord) -> bool | None:
    return {"是": True, "否": False}.get(str(_known(camera, "hd")))


def _said(camera: CameraRecord, field: str) -> object:
    said = camera.fields.get(field)
    return said.value if said else None


def _known(camera: CameraRecord, field: str) -> object:
    """Return what is said of a camera, and nothing where it is only suggested."""
    said = camera.fields.get(field)
    return said.value if said and said.confirmed else None
