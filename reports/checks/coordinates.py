"""Whether longitude and latitude are written as the forms want them: judged as typed, never changed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from statistics import median

from inventory.record import FieldValue
from reports.checks.problem import Case, Problem, text_of

_DIGITS = 6
# The country's own bounds, in degrees.
_BOUNDS: Mapping[str, tuple[int, int]] = {"longitude": (73, 136), "latitude": (3, 54)}
_FAR = 0.05  # degrees, about 5 km: no campus is as wide
_ENOUGH = 3  # with fewer points nobody can say which of them is off
_NUMBER = re.compile(r"(\d{1,3})(?:\.(\d+))?", re.ASCII)


def coordinates(case: Case) -> Iterator[Problem]:
    for camera in case.cameras:
        said = {axis: text_of(camera.fields, axis) for axis in _BOUNDS}
        if not any(said.values()):
            continue
        where = case.name(camera)
        for axis, text in said.items():
            if not text:
                other = next(one for one in _BOUNDS if one != axis)
                yield case.problem("point-half", where, name=case.field(other))
                continue
            for problem, values in findings(text, *_BOUNDS[axis]):
                yield case.problem(problem, where, name=case.field(axis), said=text, **values)
        if not text_of(camera.fields, "datum"):
            yield case.problem("point-datum", where)
    yield from points_twice(case)
    yield from points_far_off(case)


def findings(said: str, least: int, most: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield what is wrong with one coordinate as it was typed, zeros at its end included."""
    match = _NUMBER.fullmatch(typed(said))
    if match is None:
        yield "point-number", {}
        return
    whole, fraction = int(match[1]), match[2] or ""
    beyond = whole > most or whole < least or (whole == most and fraction.strip("0"))
    if beyond:
        yield "point-range", {"least": least, "most": most}
        return
    if len(fraction) < _DIGITS:
        yield "point-digits", {"n": len(fraction)}
    elif fraction[_DIGITS - 1] == "0":
        yield "point-sixth", {}


def points_twice(case: Case) -> Iterator[Problem]:
    holders: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for camera in case.ledger.cameras:
        point = tuple(typed(text_of(camera.fields, axis)) for axis in _BOUNDS)
        if all(_NUMBER.fullmatch(part) for part in point):
            holders[tuple(_plain(part) for part in point)].append(case.name(camera))
    for names in holders.values():
        if len(names) > 1:
            yield case.problem("point-twice", names[0], others="、".join(names[1:]))


def points_far_off(case: Case) -> Iterator[Problem]:
    """A camera that is nowhere near the others of its school: a digit is wrong, or it is another place's."""
    points = {
        camera.id: point for camera in case.ledger.cameras if (point := _point(camera.fields)) is not None
    }
    if len(points) < _ENOUGH:
        return
    middle = tuple(median(point[axis] for point in points.values()) for axis in (0, 1))
    for camera in case.cameras:
        point = points.get(camera.id)
        if point is not None and any(abs(point[axis] - middle[axis]) > _FAR for axis in (0, 1)):
            yield case.problem("point-far", case.name(camera))


def _point(fields: Mapping[str, FieldValue]) -> tuple[float, float] | None:
    longitude, latitude = (typed(text_of(fields, axis)) for axis in _BOUNDS)
    if _NUMBER.fullmatch(longitude) and _NUMBER.fullmatch(latitude):
        return float(longitude), float(latitude)
    return None


def typed(said: str) -> str:
    """Return a coordinate with plain digits and no blanks or degree sign around it."""
    return unicodedata.normalize("NFKC", said).strip().removesuffix("°").strip()


def _plain(said: str) -> str:
    return said.rstrip("0").rstrip(".") if "." in said else said
