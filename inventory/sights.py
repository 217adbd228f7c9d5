"""Which camera every place shows, as the database has it: read for a run, and written after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, Table, select

from inventory.behind import Keys, Place
from inventory.identity import Key
from inventory.known import NOW, Same
from inventory.record import Agreement, Kind
from inventory.rows import NewRow, write_rows
from inventory.tables import CAMERA, CAMERA_JOIN, CAMERA_KEY, IDENTITY_CONFLICT, SAME_WORD, SHOWN, TIE
from inventory.tie import Before, Tied

Role = Literal["device", "channel"]
Says = Literal["same", "different", "open"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a recorder's channel shows what another place shows, and since when that is known."""

    other: Place
    why: tuple[Agreement, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Word:
    """A person's last word on two cameras, as they were named then."""

    pair: tuple[Place, Place]
    says: Says
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sights:
    """`shown` holds the camera of every place that its device has; a camera goes by its oldest name.

    `raw` is the same before records were made one.
    """

    shown: Mapping[Place, Place | None] = field(default_factory=dict)
    raw: Mapping[Place, Place] = field(default_factory=dict)
    joined: Mapping[Place, Place] = field(default_factory=dict)
    keys: Mapping[Place, Keys] = field(default_factory=dict)
    born: Mapping[Place, int] = field(default_factory=dict)
    evidence: Mapping[Place, Evidence] = field(default_factory=dict)
    words: tuple[Word, ...] = ()

    def camera(self, name: Place) -> Place:
        """Return the name that a camera goes by now."""
        return self.joined.get(name, name)

    def parts(self, camera: Place) -> Iterator[Place]:
        """Yield every name that this camera ever had."""
        yield camera
        yield from (name for name, now in self.joined.items() if now == camera)

    def is_cascaded(self, place: Place) -> bool:
        """Say whether a channel shows another recorder's: the list tells of that, not of the camera."""
        if place in self.shown and self.shown[place] is None:
            return True
        tie = self.tie_of(place)
        return tie is not None and any(one.key in ("channel", "name") for one in tie.why)

    def tie_of(self, place: Place) -> Evidence | None:
        """Return why a channel shows what another place shows, as long as both do."""
        tie = self.evidence.get(place)
        if tie is None or self.shown.get(place) != self.shown.get(tie.other):
            return None
        return tie

    def before(self, names: Mapping[Place, str]) -> Before:
        listed_at = {
            place: next((_without_port(one.listed) for one in tie.why if one.key == "address"), "")
            for place, tie in self.evidence.items()
        }
        refused = [word.pair for word in self.words if word.says == "different"]
        apart = frozenset(
            (one, other)
            for pair in refused
            for one in self._places_of(pair)
            for other in self._places_of(pair)
            if self.raw[one] != self.raw[other]
        )
        return Before(self.shown, self.keys, self.born, self.joined, listed_at, names, apart)

    def _places_of(self, pair: tuple[Place, Place]) -> list[Place]:
        return [place for place, camera in self.raw.items() if camera in pair]


def load_sights(connection: Connection, same: Same, kinds: Mapping[int, Kind], up_to: int = NOW) -> Sights:
    born: dict[Place, int] = {}
    for row in connection.execute(select(CAMERA).where(CAMERA.c.run_id <= up_to).order_by(CAMERA.c.id)):
        born.setdefault((same[row.device_id], row.channel), row.id)
    unions: list[tuple[Place, Place]] = []
    raw: dict[Place, Place] = {}
    hidden: set[Place] = set()
    for place, cameras in _newest_shown(connection, same, kinds, up_to).items():
        known = [camera for camera in cameras if camera is not None]
        if known:
            raw[place] = known[-1]
            # Two devices that turned out to be one each had a camera there.
            unions += [(known[-1], other) for other in known[:-1]]
        else:
            hidden.add(place)
    for row in connection.execute(_upto(CAMERA_JOIN, up_to)):
        unions.append(((same[row.device_id], row.channel), (same[row.into_device], row.into_channel)))
    words = _load_words(connection, same, up_to)
    unions += [word.pair for word in words if word.says == "same"]
    joined = _joined(unions, born)
    keys: dict[Place, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(_upto(CAMERA_KEY, up_to)):
        name = (same[row.device_id], row.channel)
        keys[joined.get(name, name)][row.key] = row.value
    shown: dict[Place, Place | None] = {place: joined.get(name, name) for place, name in raw.items()}
    return Sights(
        shown=shown | dict.fromkeys(hidden),
        raw=raw,
        joined=joined,
        keys={
            camera: frozenset(Key(kind, value) for kind, value in by_kind.items())  # type: ignore[arg-type]
            for camera, by_kind in keys.items()
        },
        born=born,
        evidence=_load_evidence(connection, same, up_to),
        words=words,
    )


def write_sights(
    connection: Connection, run_id: int, at: datetime, before: Sights, tied: Tied, roles: Mapping[Place, Role]
) -> None:
    """Write what this run says otherwise than those before it."""
    stamp: NewRow = {"run_id": run_id}
    cameras = dict.fromkeys(one for one in tied.shown.values() if one is not None)
    write_rows(
        connection,
        CAMERA,
        [
            {**stamp, "device_id": device, "channel": number, "role": _role((device, number), roles)}
            for device, number in cameras
            if (device, number) not in before.born
        ],
    )
    joins = [
        {**stamp, **_columns(goes), "into_device": stays[0], "into_channel": stays[1]}
        for goes, stays in tied.joins
        if goes in before.born and stays in before.born
    ]
    write_rows(connection, CAMERA_JOIN, joins)
    shown: list[NewRow] = []
    for place, camera in sorted(tied.shown.items()):
        if place in before.shown and _now(before.shown[place], tied) == camera:
            continue
        device, number = camera or (None, None)
        shown.append(
            {**stamp, **_columns(place), "role": roles[place], "of_device": device, "of_channel": number}
        )
    write_rows(connection, SHOWN, shown)
    write_rows(
        connection,
        TIE,
        [
            {
                **stamp,
                **_columns(place),
                "other_device": other[0],
                "other_channel": other[1],
                "why": [asdict(one) for one in why],
                "at": at,
            }
            for place, (other, why) in sorted(tied.why.items())
            if why and _is_news(before.evidence.get(place), other, why)
        ],
    )
    write_rows(
        connection,
        CAMERA_KEY,
        [
            {**stamp, **_columns(camera), "key": key.kind, "value": key.value}
            for camera, keys in sorted(tied.keys.items())
            for key in sorted(keys - before.keys.get(camera, frozenset()))
        ],
    )
    swaps = [
        {"run_id": run_id, "device_id": camera[0], "key": key.kind, "seen": key.value, "known": was, "at": at}
        for camera, key, was in tied.swaps
    ]
    write_rows(connection, IDENTITY_CONFLICT, swaps)


def _now(camera: Place | None, tied: Tied) -> Place | None:
    """Return the name of a camera after the joins of this run."""
    for goes, stays in tied.joins:
        if camera == goes:
            camera = stays
    return camera


def _is_news(was: Evidence | None, other: Place, why: tuple[Agreement, ...]) -> bool:
    return was is None or (was.other, was.why) != (other, why)


def _newest_shown(
    connection: Connection, same: Same, kinds: Mapping[int, Kind], up_to: int
) -> dict[Place, list[Place | None]]:
    """Return by place what each device row that it was once known under showed last, the newest last."""
    newest: dict[Place, dict[int, Place | None]] = defaultdict(dict)
    for row in connection.execute(_upto(SHOWN, up_to)):
        device = same[row.device_id]
        if row.role != ("channel" if kinds.get(device) == "recorder" else "device"):
            continue
        camera = None if row.of_device is None else (same[row.of_device], row.of_channel)
        by_device = newest[device, row.channel]
        by_device.pop(row.device_id, None)
        by_device[row.device_id] = camera
    return {place: list(by_device.values()) for place, by_device in newest.items()}


def _load_words(connection: Connection, same: Same, up_to: int) -> tuple[Word, ...]:
    newest: dict[frozenset[Place], Word] = {}
    for row in connection.execute(_upto(SAME_WORD, up_to)):
        pair = ((same[row.device_id], row.channel), (same[row.other_device], row.other_channel))
        newest.pop(frozenset(pair), None)
        newest[frozenset(pair)] = Word(pair, row.says, row.who, row.at)
    return tuple(newest.values())


def _load_evidence(connection: Connection, same: Same, up_to: int) -> dict[Place, Evidence]:
    evidence = {}
    for row in connection.execute(_upto(TIE, up_to)):
        other = (same[row.other_device], row.other_channel)
        why = tuple(Agreement(**one) for one in row.why)
        evidence[same[row.device_id], row.channel] = Evidence(other, why, row.at)
    return evidence


def _joined(unions: Iterable[tuple[Place, Place]], born: Mapping[Place, int]) -> dict[Place, Place]:
    """Return from every name that is no longer used the camera it is part of: the oldest of them."""
    group: dict[Place, set[Place]] = {}
    for one, other in unions:
        whole = group.get(one, {one}) | group.get(other, {other})
        group.update(dict.fromkeys(whole, whole))
    oldest = {
        name: min(whole, key=lambda camera: (born.get(camera, NOW), camera)) for name, whole in group.items()
    }
    return {name: now for name, now in oldest.items() if name != now}


def _role(camera: Place, roles: Mapping[Place, Role]) -> Role:
    return roles.get(camera, "channel")


def _columns(place: Place) -> NewRow:
    return {"device_id": place[0], "channel": place[1]}


def _upto(table: Table, up_to: int) -> Select[Any]:
    return select(table).where(table.c.run_id <= up_to).order_by(table.c.id)


def _without_port(said: str) -> str:
    address, colon, port = said.rpartition(":")
    return address if colon and port.isdigit() and address.count(":") == 0 else said
