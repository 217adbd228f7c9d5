"""What moves in a picture: people who walk and cars that pass, drawn straight into YUV planes."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.sim.model import Aim, Scene

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]
Yuv = tuple[int, int, int]
Box = tuple[int, int, int, int]  # left, top, right, bottom in luma pixels, all even

_SKIN: Yuv = (170, 108, 150)
_DARK: Yuv = (40, 128, 128)


@dataclass(frozen=True, slots=True)
class Mover:
    """One person or car. Places and sizes are fractions of the painting, speed is widths per second."""

    kind: Literal["person", "car"]
    start: float
    ground: float
    size: float
    speed: float
    colour: Yuv
    skin: Yuv = _SKIN
    dark: Yuv = _DARK


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


def tinted(one: Mover, tint: Callable[[Yuv], Yuv]) -> Mover:
    """Return the same person or car in other colours."""
    return replace(one, colour=tint(one.colour), skin=tint(one.skin), dark=tint(one.dark))


def draw(planes: Planes, moving: Sequence[Mover], at_s: float, aim: Aim) -> list[Box]:
    """Draw everybody where they are at this time and return the boxes that were touched."""
    return [
        box
        for one in moving
        if _has_area(
            box := (_draw_car if one.kind == "car" else _draw_person)(planes, one, at_s, aim),
        )
    ]


def place(aim: Aim, x: float, y: float, width: int, height: int) -> tuple[float, float]:
    """Return where in a picture of this size a point of the painting is, in pixels."""
    right, down = (x - aim.x) * aim.zoom * width, (y - aim.y) * aim.zoom * height
    turn = math.radians(aim.turn_deg)
    return (
        width / 2 + right * math.cos(turn) + down * math.sin(turn),
        height / 2 - right * math.sin(turn) + down * math.cos(turn),
    )


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


def _draw_person(planes: Planes, one: Mover, at_s: float, aim: Aim) -> Box:
    height, width = planes[0].shape
    tall = one.size * height * aim.zoom
    x, foot = place(aim, _x(one, at_s), one.ground, width, height)
    swing = math.sin(at_s * 7.0 + one.start * 9.0) * tall * 0.16
    hip, neck = foot - tall * 0.46, foot - tall * 0.82
    for side in (-1, 1):
        _line(planes, (x, hip), (x + side * swing, foot), tall * 0.10, one.dark)
        _line(planes, (x, neck + tall * 0.06), (x - side * swing * 0.8, hip), tall * 0.06, one.colour)
    _line(planes, (x, neck + tall * 0.06), (x, hip), tall * 0.2, one.colour)
    _disc(planes, (x, neck - tall * 0.05), tall * 0.085, one.skin)
    _disc(planes, (x, neck - tall * 0.08), tall * 0.08, one.dark)
    return _box(planes, x - tall * 0.3, neck - tall * 0.25, x + tall * 0.3, foot + tall * 0.1)


def _draw_car(planes: Planes, one: Mover, at_s: float, aim: Aim) -> Box:
    height, width = planes[0].shape
    long = one.size * width * aim.zoom
    x, y = place(aim, _x(one, at_s), one.ground, width, height)
    _line(planes, (x, y - long * 0.14), (x + long, y - long * 0.14), long * 0.2, one.colour)
    _line(planes, (x + long * 0.25, y - long * 0.3), (x + long * 0.75, y - long * 0.3), long * 0.16, one.dark)
    for wheel in (0.2, 0.8):
        _disc(planes, (x + long * wheel, y), long * 0.08, one.dark)
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
        max(0, min(width, (int(right) + 2) & ~1)),
        max(0, min(height, (int(bottom) + 2) & ~1)),
    )


def _has_area(box: Box) -> bool:
    """Whether any of it is in the picture."""
    left, top, right, bottom = box
    return left < right and top < bottom
