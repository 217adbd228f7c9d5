"""What moves in a picture: people who walk and cars that pass, drawn straight into YUV planes."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.sim.model import Scene

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
Yuv = tuple[int, int, int]
Box = tuple[int, int, int, int]  # left, top, right, bottom in luma pixels, all even

_SKIN: Yuv = (170, 108, 150)
_DARK: Yuv = (40, 128, 128)


@dataclass(frozen=True, slots=True)
class Mover:
    """One person or car. Places and sizes are fractions of the picture, speed is widths per second."""

    kind: Literal["person", "car"]
    start: float
    ground: float
    size: float
    speed: float
    colour: Yuv


def movers(scene: Scene, seed: str) -> tuple[Mover, ...]:
    chance = random.Random(f"{seed}/movers")
    ground = _GROUND[scene]
    people = [
        Mover(
            kind="person",
            start=chance.random(),
            ground=(foot := chance.uniform(*ground)),
            size=0.10 + 0.16 * (foot - 0.5),
            speed=chance.choice((-1, 1)) * chance.uniform(0.03, 0.09),
            colour=(chance.randint(50, 200), chance.randint(108, 150), chance.randint(108, 150)),
        )
        for _ in range(chance.randint(4, 7))
    ]
    cars = [
        Mover("car", chance.random(), 0.8, 0.14, 0.12, (chance.randint(60, 210), 118, 140))
        for _ in range(1 if scene in ("gate", "parking") else 0)
    ]
    return tuple(sorted((*people, *cars), key=lambda one: one.ground))


def draw(planes: Planes, moving: Sequence[Mover], at_s: float) -> list[Box]:
    """Draw everybody where they are at this time and return the boxes that were touched."""
    return [
        _draw_car(planes, one, at_s) if one.kind == "car" else _draw_person(planes, one, at_s)
        for one in moving
    ]


_GROUND: Mapping[Scene, tuple[float, float]] = {
    "gate": (0.62, 0.95),
    "field": (0.55, 0.95),
    "canteen": (0.55, 0.95),
    "dormitory": (0.68, 0.95),
    "corridor": (0.75, 0.97),
    "classroom": (0.55, 0.9),
    "parking": (0.62, 0.95),
    "wall": (0.75, 0.97),
}


def _draw_person(planes: Planes, one: Mover, at_s: float) -> Box:
    height, width = planes[0].shape
    tall = one.size * height
    x, foot = _x(one, at_s) * width, one.ground * height
    swing = math.sin(at_s * 7.0 + one.start * 9.0) * tall * 0.16
    hip, neck = foot - tall * 0.46, foot - tall * 0.82
    for side in (-1, 1):
        _line(planes, (x, hip), (x + side * swing, foot), tall * 0.10, _DARK)
        _line(planes, (x, neck + tall * 0.06), (x - side * swing * 0.8, hip), tall * 0.06, one.colour)
    _line(planes, (x, neck + tall * 0.06), (x, hip), tall * 0.2, one.colour)
    _disc(planes, (x, neck - tall * 0.05), tall * 0.085, _SKIN)
    _disc(planes, (x, neck - tall * 0.08), tall * 0.08, _DARK)
    return _box(planes, x - tall * 0.3, neck - tall * 0.25, x + tall * 0.3, foot + tall * 0.1)


def _draw_car(planes: Planes, one: Mover, at_s: float) -> Box:
    height, width = planes[0].shape
    long = one.size * width
    x, y = _x(one, at_s) * width, one.ground * height
    _line(planes, (x, y - long * 0.14), (x + long, y - long * 0.14), long * 0.2, one.colour)
    _line(planes, (x + long * 0.25, y - long * 0.3), (x + long * 0.75, y - long * 0.3), long * 0.16, _DARK)
    for wheel in (0.2, 0.8):
        _disc(planes, (x + long * wheel, y), long * 0.08, _DARK)
    return _box(planes, x - long * 0.2, y - long * 0.5, x + long * 1.2, y + long * 0.2)


def _x(one: Mover, at_s: float) -> float:
    return (one.start + one.speed * at_s) % 1.3 - 0.15


def _line(
    planes: Planes, start: tuple[float, float], end: tuple[float, float], thick: float, colour: Yuv
) -> None:
    for plane, scale, value in zip(planes, (1.0, 0.5, 0.5), colour, strict=True):
        ends = [(int(x * scale), int(y * scale)) for x, y in (start, end)]
        cv2.line(plane, ends[0], ends[1], value, max(1, int(thick * scale)))


def _disc(planes: Planes, centre: tuple[float, float], radius: float, colour: Yuv) -> None:
    for plane, scale, value in zip(planes, (1.0, 0.5, 0.5), colour, strict=True):
        at = (int(centre[0] * scale), int(centre[1] * scale))
        cv2.circle(plane, at, max(1, int(radius * scale)), value, cv2.FILLED)


def _box(planes: Planes, left: float, top: float, right: float, bottom: float) -> Box:
    height, width = planes[0].shape
    return (
        max(0, int(left) & ~1),
        max(0, int(top) & ~1),
        min(width, (int(right) + 2) & ~1),
        min(height, (int(bottom) + 2) & ~1),
    )
