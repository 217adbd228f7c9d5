"""Which case explains which: a switch or a recorder that is away is one cause, not sixteen. 同一原因"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from config.watching import Kind, Together, Watching
from inventory.case_book import Book, Deed, Event, word_on
from inventory.record import CameraRecord
from inventory.watch import EVERYTHING, TOGETHER, Case, Look, OwnKind, Result, Subject

Add = Callable[[Event], None]

AWAY: tuple[OwnKind, ...] = ("offline", "recorder-down")
_ALL_KIND: OwnKind = "everything-down"
_SOME_KIND: OwnKind = "together-down"
# Kinds that mean: cannot be reached.
OUT_OF_REACH: frozenset[OwnKind] = frozenset({*AWAY, _ALL_KIND, _SOME_KIND})
# A cause may be met a moment after what it does: devices are asked one after another.
_SAME_MOMENT = timedelta(minutes=30)


def trace(book: Book, add: Add, look: Look, watching: Watching) -> None:
    """Add which open cases have one cause now, and which are explained no longer."""
    released = _release(book, add, look)
    _gather(book, add, look, watching)
    # What explains what is settled when a case opens, or is released: between, nothing new can be said.
    fresh = {case.id for case in book.open_cases() if case.confirmed == look.at}
    for symptom in sorted(_unexplained(book), key=lambda case: case.id):
        if not fresh and symptom.id not in released:
            continue
        cause = _cause_of(symptom, book, watching)
        if cause is not None:
            _put_under(book, add, symptom, look, cause)
    _close_shared(book, add, look)


def unsure_causes(book: Book, look: Look, watching: Watching) -> list[tuple[Result, Kind]]:
    """Return what a look found bad that would explain other faults, and that is not sure yet."""
    found = []
    for result in look.results:
        for rule in (watching.kinds.get(bad) for bad in result.faults):
            count = book.suspicions.get((result.subject, rule.id)) if rule and rule.explains else None
            if rule is not None and count is not None and count.looks < rule.looks:
                found.append((result, rule))
    return found


def is_explained_by(causes: Sequence[tuple[Result, Kind]], symptom: Result, kind: Kind) -> bool:
    """Say whether one of these would explain a fault, were it sure: of its place, device or camera."""
    places = (symptom.subject, Subject(symptom.subject.device_id))
    for result, rule in causes:
        same_camera = result.camera_id != "" and result.camera_id == symptom.camera_id
        is_its = result.subject in places or (same_camera and rule.id in AWAY and not result.subject.channel)
        is_deeper = _is_deeper((rule.id, result.subject), (kind.id, symptom.subject))
        if kind.id in rule.explains and is_its and is_deeper:
            return True
    return False


def is_away(case: Case) -> bool:
    """Say whether a whole device is not reached."""
    return case.kind in AWAY and not case.subject.channel


def cameras_under(case: Case, cases: Mapping[int, Case], cameras: Iterable[CameraRecord]) -> list[str]:
    """Return the ids of the other cameras that cannot be seen because of an open case, each once.

    Those of the cases that it explains; and of a device that is away all that only it shows.
    """
    explained = [one for number in case.explains if (one := cases.get(number)) is not None and one.is_open]
    found = dict.fromkeys(one.camera_id for one in explained if one.camera_id)
    away = {one.subject.device_id for one in (case, *explained) if is_away(one)}
    for camera in cameras:
        places = {camera.device_id, *(sight.device_id for sight in camera.sights)}
        if places <= away:
            found[camera.id] = None
    return [camera for camera in found if camera != case.camera_id]


def _release(book: Book, add: Add, look: Look) -> set[int]:
    """A case that is still bad after what explained it is over stands for itself."""
    bad = {(result.subject, kind) for result in look.results for kind in result.faults}
    released: set[int] = set()
    for case in book.open_cases():
        if case.caused_by is None or (case.subject, case.kind) not in bad:
            continue
        cause = book.cases[case.caused_by]
        if cause.closed is not None and cause.closed < look.at:
            add(_link("released", case, look, cause))
            released.add(case.id)
    return released


def _unexplained(book: Book) -> Iterator[Case]:
    return (case for case in book.open_cases() if case.caused_by is None and not case.subject.is_shared)


def _cause_of(symptom: Case, book: Book, watching: Watching) -> Case | None:
    """Return the open case that explains this one: of the same place, of its device, or of its camera."""
    found = []
    for case in book.open_cases():
        rule = watching.kinds.get(case.kind)
        if rule is None or case.id == symptom.id or symptom.kind not in rule.explains:
            continue
        on_it = case.subject in (symptom.subject, Subject(symptom.subject.device_id))
        # The camera itself is away: then what its recorder says of it is no news.
        of_camera = is_away(case) and case.camera_id != "" and case.camera_id == symptom.camera_id
        is_deeper = _is_deeper((case.kind, case.subject), (symptom.kind, symptom.subject))
        follows = (on_it or of_camera) and symptom.since >= case.since - _SAME_MOMENT and is_deeper
        if follows or _is_twin(case, symptom):
            found.append(case)
    return min(found, key=lambda case: (case.subject.channel, watching.rank(case.kind)), default=None)


def _is_twin(case: Case, symptom: Case) -> bool:
    """Say whether an older case is the same fault of the same camera, seen on another of its channels."""
    both_pictures = case.subject.channel != 0 and symptom.subject.channel != 0
    is_same = case.kind == symptom.kind and case.camera_id != "" and case.camera_id == symptom.camera_id
    return both_pictures and is_same and case.id < symptom.id


def _is_deeper(cause: tuple[str, Subject], symptom: tuple[str, Subject]) -> bool:
    """Keep two faults from explaining each other: a device explains its channels, and never the reverse."""
    (kind, at), (other_kind, other) = cause, symptom
    if kind == other_kind:
        return at.channel == 0 and other.channel != 0
    return at.channel == 0 or other.channel != 0


def _put_under(book: Book, add: Add, symptom: Case, look: Look, cause: Case) -> None:
    """Put a case under its cause, with whose it is and what people wrote: that is read at the cause then."""
    add(_link("explained", symptom, look, cause))
    known = book.cases[cause.id]
    if symptom.owner and not known.owner:
        add(word_on("owned", cause, look.at, symptom.owner))
    for note in symptom.notes:
        if note not in known.notes:
            add(word_on("noted", cause, note.at, note.who, note.text))


def _gather(book: Book, add: Add, look: Look, watching: Watching) -> None:
    addresses = {one.subject: one.address for one in look.results if not one.subject.channel}
    if not addresses:
        return
    alone = [case for case in _unexplained(book) if is_away(case) and case.subject in addresses]
    if not any(case.confirmed == look.at for case in alone):
        return
    rules = watching.together
    everything = _is_everything(look, rules)
    by_net: dict[str, list[Case]] = defaultdict(list)
    for case in alone:
        net = EVERYTHING if everything else subnet(addresses[case.subject], rules.subnet_bits)
        by_net[net].append(case)
    shared = [case for case in book.open_cases() if case.subject.is_shared]
    for net, cases in sorted(by_net.items()):
        nets = {
            cause.id: {
                subnet(addresses[book.cases[one].subject], rules.subnet_bits)
                for one in cause.explains
                if book.cases[one].subject in addresses
            }
            for cause in shared
        }
        for group in _at_once(cases):
            fits = [
                one
                for one in shared
                if abs(one.since - group[0].since) <= _SAME_MOMENT
                and (everything or one.kind == _ALL_KIND or net in nets[one.id])
            ]
            if fits:
                for case in group:
                    _put_under(book, add, case, look, fits[0])
            elif len(group) >= rules.devices:
                _open_shared(book, add, look, group, everything=everything)


def _at_once(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Yield the cases that began in one moment."""
    group: list[Case] = []
    for case in sorted(cases, key=lambda one: (one.since, one.id)):
        if group and case.since - group[0].since > _SAME_MOMENT:
            yield group
            group = []
        group.append(case)
    if group:
        yield group


def _open_shared(book: Book, add: Add, look: Look, group: Sequence[Case], *, everything: bool) -> None:
    number = book.next_id()
    subject = Subject(EVERYTHING if everything else TOGETHER, number)
    kind = _ALL_KIND if everything else _SOME_KIND
    add(
        Event(
            "opened",
            look.at,
            kind,
            subject,
            case_id=number,
            since=min(one.since for one in group),
            run_id=look.run_id,
        )
    )
    for case in group:
        _put_under(book, add, case, look, book.cases[number])


def _is_everything(look: Look, rules: Together) -> bool:
    asked = [one for one in look.results if not one.subject.channel]
    away = [one for one in asked if any(kind in AWAY for kind in one.faults)]
    return len(asked) >= rules.everything_devices and 100 * len(away) >= rules.everything_pct * len(asked)


def _close_shared(book: Book, add: Add, look: Look) -> None:
    """Close a shared cause when more than half of what it took down is back; the rest has its own trouble."""
    for cause in [case for case in book.open_cases() if case.subject.is_shared]:
        under = [book.cases[one] for one in cause.explains]
        back = [case for case in under if not case.is_open]
        if 2 * len(back) > len(under):
            moments: Iterable[datetime] = (case.repaired for case in back if case.repaired is not None)
            since = max(moments, default=look.at)
            add(
                Event(
                    "closed",
                    look.at,
                    cause.kind,
                    cause.subject,
                    case_id=cause.id,
                    since=since,
                    run_id=look.run_id,
                )
            )


def subnet(address: str, bits: int) -> str:
    """Return the subnet of an IPv4 address, of others their first half; nothing groups what is no address."""
    try:
        found = ipaddress.ip_address(address.rpartition(":")[0] if address.count(":") == 1 else address)
    except ValueError:
        return address
    size = bits if found.version == 4 else 64
    return str(ipaddress.ip_network((found, size), strict=False))


def _link(deed: Deed, case: Case, look: Look, cause: Case) -> Event:
    return Event(
        deed,
        look.at,
        case.kind,
        case.subject,
        case.camera_id,
        case.id,
        run_id=look.run_id,
        other=cause.id,
    )
