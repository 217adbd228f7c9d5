"""Sets a scan against the truth of a virtual campus: what was found, missed, and wrongly claimed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.errors import UsageError
from config.plain import json_words, system_words
from config.words import say

TRUTH = "camcensus/truth/1"
SCAN = "camcensus/scan/1"

_FACTS = ("kind", "manufacturer", "model", "firmware", "serial", "mac")
_FPS_TOLERANCE = 0.1
_ENLARGED_TOLERANCE = 0.1  # of each side: what is read off an enlarged picture is a ratio

Json = Mapping[str, Any]


@dataclass(slots=True)
class Row:
    """Counts of one thing that can be compared. `unknown`: the scan says that it does not know."""

    name: str
    right: int = 0
    unknown: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, where: str, true: object, said: object, *, same: bool | None = None) -> None:
        if said is None:
            self.unknown += 1
        elif true == said if same is None else same:
            self.right += 1
        else:
            self.wrong.append(f"{where}: {self.name} is {true!r}, the scan says {said!r}")


@dataclass(slots=True)
class FaultRow:
    """One class of picture fault. `unjudged`: it is there, and the scan says that it could not judge."""

    name: str
    found: int = 0
    unjudged: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Score:
    devices: Row
    facts: list[Row]
    pictures: list[Row]
    faults: list[FaultRow]
    retention: Row
    playback: Row
    cameras: Row

    @property
    def mistakes(self) -> list[str]:
        rows = [self.devices, *self.facts, *self.pictures, self.retention, self.playback, self.cameras]
        return [
            *(mistake for row in rows for mistake in row.wrong),
            *(f"{where}: {row.name} was missed" for row in self.faults for where in row.missed),
            *(f"{where}: {row.name} is not there" for row in self.faults for where in row.false),
        ]


def load(path: Path, schema: str) -> Json:
    """Read a JSON file of the given schema. Raise UsageError when it is another thing."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(say("score.unreadable", path=path, why=system_words(error))) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(say("score.unreadable", path=path, why=json_words(error))) from error
    if not isinstance(document, dict) or document.get("schema") != schema:
        raise UsageError(say("score.other", path=path, schema=schema))
    return document


def score(scan: Json, truth: Json) -> Score:
    """Compare a scan with the truth, device by device. A gap is never a mistake, a wrong word always is.

    Raise UsageError where one of them lacks what its schema promises.
    """
    try:
        return _compared(scan, truth)
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(say("score.broken", what=f"{type(error).__name__}: {error}")) from error


def _compared(scan: Json, truth: Json) -> Score:
    said = {device["address"]: device for device in scan["devices"]}
    said |= {device["address"].partition(":")[0]: device for device in scan["devices"]} | said
    pairs = [(true, said.get(_name(true)) or said.get(true["address"])) for true in truth["devices"]]
    return Score(
        devices=_devices(pairs, scan),
        facts=[_fact(name, pairs) for name in _FACTS],
        pictures=[_size(pairs), _codec(pairs), _fps(pairs), _enlarged(pairs)],
        faults=_faults(pairs),
        retention=_retention(pairs),
        playback=_playback(pairs),
        cameras=_cameras(truth, pairs, scan),
    )


Pairs = list[tuple[Json, Json | None]]


def _name(device: Json) -> str:
    return f"{device['address']}:{device['port']}"


def _devices(pairs: Pairs, scan: Json) -> Row:
    row = Row("answers")
    for true, device in pairs:
        heard = device is not None and _was_heard(device)
        row.add(_name(true), bool(true["answers"]), heard)
    known = {id(device) for _, device in pairs if device is not None}
    row.wrong += [f"{d['address']}: no such device" for d in scan["devices"] if id(d) not in known]
    return row


def _was_heard(device: Json) -> bool:
    """A device that fell silent stays in the scan's list, with nothing but gaps."""
    protocols = device["protocols"].values()
    return bool(device["seen_by"]) and (
        "supported" in protocols or "off" in protocols or not device["gaps"].get("onvif")
    )


def _fact(name: str, pairs: Pairs) -> Row:
    row = Row(name)
    for true, device in pairs:
        if true["answers"] and device is not None:
            said = device[name] if device[name] != "unknown" else None
            row.add(_name(true), true[name], said)
    return row


def _channels(pairs: Pairs) -> Iterator[tuple[str, Json, Json | None]]:
    for true, device in pairs:
        said = {channel["number"]: channel for channel in device["channels"]} if device else {}
        for channel in true["channels"] if true["answers"] else ():
            yield f"{_name(true)} channel {channel['number']}", channel, said.get(channel["number"])


def _main(channel: Json | None) -> Json:
    streams = channel["streams"] if channel else []
    return next((s for s in streams if s["role"] == "main"), {})


def _size(pairs: Pairs) -> Row:
    row = Row("width×height")
    for where, true, said in _channels(pairs):
        width, height = _main(said).get("width"), _main(said).get("height")
        measured = None if width is None or height is None else f"{width}×{height}"
        row.add(where, f"{true['width']}×{true['height']}", measured)
    return row


def _codec(pairs: Pairs) -> Row:
    row = Row("codec")
    for where, true, said in _channels(pairs):
        row.add(where, true["codec"], _main(said).get("codec"))
    return row


def _fps(pairs: Pairs) -> Row:
    row = Row("fps")
    for where, true, said in _channels(pairs):
        fps = _main(said).get("fps")
        close = fps is not None and abs(fps - true["fps"]) <= _FPS_TOLERANCE * true["fps"]
        row.add(where, true["fps"], fps, same=close)
    return row


def _enlarged(pairs: Pairs) -> Row:
    """What a picture was enlarged from, or that it was not. Not known where the scan has no reading."""
    row = Row("enlarged_from")
    for where, true, channel in _channels(pairs):
        said = channel["picture"].get("enlarged_from") if channel else None
        small = true.get("enlarged_from") or []
        row.add(where, small, said, same=said is not None and _alike(small, said))
    return row


def _alike(true: list[int], said: list[int]) -> bool:
    """Say whether two sizes are about the same; an empty one is like no other."""
    close = (abs(one - other) <= _ENLARGED_TOLERANCE * one for one, other in zip(true, said, strict=False))
    return len(true) == len(said) and all(close)


def _faults(pairs: Pairs) -> list[FaultRow]:
    rows: dict[str, FaultRow] = {}
    for where, true, channel in _channels(pairs):
        said = set(channel["faults"]) if channel else set()
        gaps = channel["gaps"] if channel else {}
        for fault in set(true["faults"]) | said:
            row = rows.setdefault(fault, FaultRow(fault))
            if fault not in true["faults"]:
                row.false.append(where)
            elif fault in said:
                row.found += 1
            elif channel is None or fault in gaps:
                row.unjudged += 1
            else:
                row.missed.append(where)
    return [rows[name] for name in sorted(rows)]


def _retention(pairs: Pairs) -> Row:
    row = Row("continuous_days")
    for where, true, said in _channels(pairs):
        if true.get("recording"):
            days = true["recording"]["continuous_days"]
            at_least, at_most = _bounds((said or {}).get("recording") or {})
            if at_least is None and at_most is not None and days > at_most:
                row.wrong.append(f"{where}: {row.name} is {days}, the scan says at most {at_most}")
            elif at_least is not None and at_least < days and (at_most is None or days <= at_most):
                row.unknown += 1  # bounds, and the truth is between them
            else:
                row.add(where, days, at_least)
    return row


def _bounds(recording: Json) -> tuple[int | None, int | None]:
    return recording.get("continuous_days"), recording.get("continuous_days_at_most")


def _playback(pairs: Pairs) -> Row:
    """The size of a recorded picture that was played."""
    row = Row("recorded width×height")
    for where, true, channel in _channels(pairs):
        recording = true.get("recording") or {}
        if not recording.get("oldest") or not recording.get("width"):
            continue
        streams = channel["streams"] if channel else []
        played: Json = next((one for one in streams if one["role"] == "recorded"), {})
        width, height = played.get("width"), played.get("height")
        said = None if width is None or height is None else f"{width}×{height}"
        row.add(where, f"{recording['width']}×{recording['height']}", said)
    return row


def _cameras(truth: Json, pairs: Pairs, scan: Json) -> Row:
    """One camera, one record: every place of a true camera has one id, and no other camera has it.

    Two records of which the scan itself says that they may be one are not known to be.
    """
    row = Row("cameras")
    ids = {
        (true["address"], true["port"], channel["number"]): channel["camera_id"]
        for true, device in pairs
        if device is not None
        for channel in device["channels"]
    }
    ports = {device["address"]: device["port"] for device in truth["devices"]}
    owner: dict[str, str] = {}
    for camera in truth["cameras"]:
        places = [
            (p["address"], p.get("port", ports.get(p["address"])), p["channel"]) for p in camera["seen_as"]
        ]
        found = {ids[place] for place in places if ids.get(place)}
        where = f"camera {camera['camera_id']}"
        if not found or (len(found) > 1 and _suggested(found, scan, ids, ports)):
            row.unknown += 1
        elif len(found) > 1:
            row.wrong.append(f"{where}: counted {len(found)} times")
        elif (other := owner.setdefault(record := next(iter(found)), where)) != where:
            row.wrong.append(f"{where}: counted as one with {other} ({record})")
        else:
            row.right += 1
    return row


Ids = Mapping[tuple[str, int, int], str | None]


def _suggested(found: set[str], scan: Json, ids: Ids, ports: Mapping[str, int]) -> bool:
    """Say whether the scan suggests that these records are one camera: all but one of them by a pair."""
    pairs = [
        {_id_at(one[end], ids, ports) for end in ("camera", "channel")} for one in scan.get("suggestions", ())
    ]
    return sum(len(pair & found) == 2 for pair in pairs) >= len(found) - 1


def _id_at(place: Json, ids: Ids, ports: Mapping[str, int]) -> str | None:
    address, _, port = place["address"].partition(":")
    return ids.get((address, int(port) if port else ports.get(address, 0), place["channel"]))
