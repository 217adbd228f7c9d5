"""Backgrounds of a school, drawn: gate, field, canteen, dormitory, corridor, classroom, parking, wall."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.sim.model import Scene

Bgr = NDArray[np.uint8]
Colour = tuple[int, int, int]

_SKY, _FAR_SKY = (214, 176, 128), (236, 226, 214)
_ASPHALT, _PAVING, _GRASS, _TRACK = (96, 98, 100), (150, 156, 160), (60, 120, 70), (60, 70, 160)
_PLASTER, _BRICK, _GLASS, _WOOD = (196, 206, 212), (70, 84, 140), (120, 104, 84), (70, 110, 150)


def paint(scene: Scene, width: int, height: int, seed: str) -> Bgr:
    """Return the empty scene, uint8 BGR of (height, width, 3). The same seed gives the same picture."""
    chance = np.random.default_rng(np.frombuffer(seed.encode().ljust(8), np.uint8))
    image = np.zeros((height, width, 3), np.uint8)
    _PAINTERS[scene](_Brush(image, chance))
    return _weather(image, chance)


class _Brush:
    """Draws in fractions of the picture, so that a scene is written once for all sizes."""

    def __init__(self, image: Bgr, chance: np.random.Generator) -> None:
        self.image = image
        self.chance = chance
        self.height, self.width = image.shape[:2]

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        cv2.rectangle(self.image, self._at(left, top), self._at(right, bottom), colour, cv2.FILLED)

    def area(self, corners: list[tuple[float, float]], colour: Colour) -> None:
        cv2.fillPoly(
            self.image, [np.array([self._at(*one) for one in corners], np.int32)], colour, cv2.LINE_AA
        )

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: Colour, thick: float = 0.003
    ) -> None:
        cv2.line(
            self.image,
            self._at(*start),
            self._at(*end),
            colour,
            max(1, int(thick * self.height)),
            cv2.LINE_AA,
        )

    def oval(self, x: float, y: float, rx: float, ry: float, colour: Colour, thick: float = -1.0) -> None:
        axes = (max(1, int(rx * self.width)), max(1, int(ry * self.height)))
        thickness = cv2.FILLED if thick < 0 else max(1, int(thick * self.height))
        cv2.ellipse(self.image, self._at(x, y), axes, 0, 0, 360, colour, thickness, cv2.LINE_AA)

    def sky(self, horizon: float) -> None:
        rows = max(1, int(horizon * self.height))
        ramp = np.linspace(0.0, 1.0, rows)[:, None, None]
        self.image[:rows] = (np.array(_SKY) * (1 - ramp) + np.array(_FAR_SKY) * ramp).astype(np.uint8)
        for _ in range(int(self.chance.integers(2, 6))):
            x, y = self.chance.uniform(0, 1), self.chance.uniform(0.03, horizon * 0.6)
            for _ in range(4):
                self.oval(x + self.chance.uniform(-0.06, 0.06), y, 0.05, 0.018, (240, 238, 234))

    def trees(self, ground: float, low: float, high: float, every: float = 0.045) -> None:
        for x in np.arange(-0.02, 1.04, every):
            tall = self.chance.uniform(low, high)
            self.box(x - 0.003, ground - tall * 0.5, x + 0.003, ground, (50, 66, 84))
            for _ in range(7):
                green = int(self.chance.integers(50, 120))
                self.oval(
                    x + self.chance.uniform(-0.022, 0.022),
                    ground - tall * self.chance.uniform(0.4, 1.0),
                    0.016,
                    tall * 0.22,
                    (green // 2, green, green // 2 + 10),
                )

    def building(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, floors: int, bays: int
    ) -> None:
        self.box(left, top, right, bottom, colour)
        high, wide = (bottom - top) / floors, (right - left) / bays
        for floor in range(floors):
            self.box(left, top + floor * high, right, top + floor * high + high * 0.08, _darker(colour, 30))
            for bay in range(bays):
                shade = int(self.chance.integers(-25, 40))
                x, y = left + bay * wide, top + floor * high
                self.box(
                    x + wide * 0.2, y + high * 0.25, x + wide * 0.8, y + high * 0.8, _darker(_GLASS, shade)
                )
                self.line(
                    (x + wide * 0.5, y + high * 0.25),
                    (x + wide * 0.5, y + high * 0.8),
                    (210, 210, 210),
                    0.002,
                )

    def car(self, x: float, y: float, size: float, colour: Colour) -> None:
        self.box(x, y - size * 0.45, x + size, y, colour)
        self.area(
            [
                (x + size * 0.18, y - size * 0.45),
                (x + size * 0.3, y - size * 0.8),
                (x + size * 0.72, y - size * 0.8),
                (x + size * 0.88, y - size * 0.45),
            ],
            _darker(colour, 50),
        )
        for wheel in (0.22, 0.78):
            self.oval(x + size * wheel, y, size * 0.09, size * 0.14, (30, 30, 30))

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return int(x * self.width), int(y * self.height)


def _gate(b: _Brush) -> None:
    b.sky(0.54)
    b.building(0.02, 0.14, 0.46, 0.52, (176, 190, 206), 5, 9)
    b.building(0.55, 0.2, 0.98, 0.52, (150, 160, 196), 4, 8)
    b.trees(0.54, 0.1, 0.18)
    b.area([(0, 0.53), (1, 0.53), (1, 1), (0, 1)], _PAVING)
    b.area([(0.36, 0.53), (0.64, 0.53), (0.9, 1), (0.1, 1)], _ASPHALT)
    for left in (0.3, 0.66):
        b.box(left, 0.24, left + 0.04, 0.62, _BRICK)
        b.box(left - 0.008, 0.22, left + 0.048, 0.25, (200, 200, 205))
    b.box(0.3, 0.2, 0.7, 0.26, (40, 40, 150))
    for x in np.arange(0.345, 0.66, 0.012):
        b.line((x, 0.5), (x, 0.6), (220, 220, 225), 0.003)
    b.box(0.72, 0.4, 0.84, 0.62, (200, 196, 180))
    b.box(0.74, 0.44, 0.82, 0.53, _GLASS)


def _field(b: _Brush) -> None:
    b.sky(0.38)
    b.building(0.06, 0.16, 0.4, 0.36, _PLASTER, 4, 10)
    b.trees(0.38, 0.07, 0.14)
    b.box(0, 0.36, 1, 1, _PAVING)
    b.oval(0.5, 0.72, 0.56, 0.34, _TRACK)
    for lane in range(1, 5):
        b.oval(0.5, 0.72, 0.56 - lane * 0.025, 0.34 - lane * 0.017, (210, 214, 220), 0.003)
    b.oval(0.5, 0.72, 0.42, 0.25, _GRASS)
    for x in np.arange(0.16, 0.84, 0.08):
        b.area([(x, 0.66), (x + 0.04, 0.66), (x + 0.03, 0.82), (x - 0.02, 0.82)], (66, 132, 78))
    b.oval(0.5, 0.72, 0.07, 0.05, (220, 224, 226), 0.004)
    b.line((0.5, 0.47), (0.5, 0.97), (220, 224, 226), 0.004)
    for x in (0.12, 0.85):
        b.line((x, 0.62), (x, 0.74), (235, 235, 235), 0.006)
        b.line((x + 0.03, 0.62), (x + 0.03, 0.74), (235, 235, 235), 0.006)
        b.line((x, 0.62), (x + 0.03, 0.62), (235, 235, 235), 0.006)


def _canteen(b: _Brush) -> None:
    b.box(0, 0, 1, 0.46, (206, 214, 218))
    b.box(0, 0.46, 1, 1, (150, 164, 176))
    for x in np.arange(0.04, 1, 0.16):
        b.box(x, 0.1, x + 0.12, 0.3, (214, 200, 176))
        b.line((x + 0.06, 0.1), (x + 0.06, 0.3), (150, 150, 150))
    b.box(0.1, 0.33, 0.9, 0.46, (90, 120, 190))
    for x in np.arange(0.12, 0.88, 0.1):
        b.box(x, 0.35, x + 0.08, 0.43, (70, 76, 90))
    for row, y in enumerate((0.54, 0.64, 0.77, 0.93)):
        size = 0.05 + row * 0.022
        for x in np.arange(0.02 + row * 0.01, 1, size * 2.6):
            b.box(x, y, x + size * 2, y + size * 0.5, (96 + row * 8, 150, 196))
            b.box(x + size * 0.1, y + size * 0.5, x + size * 0.2, y + size, (80, 80, 84))
            b.oval(x + size * 0.6, y + size * 0.2, size * 0.2, size * 0.12, (220, 222, 224))
    for x in np.arange(0.1, 1, 0.2):
        b.box(x, 0.02, x + 0.1, 0.04, (250, 250, 250))


def _dormitory(b: _Brush) -> None:
    b.sky(0.64)
    b.building(0.05, 0.08, 0.95, 0.62, (180, 200, 216), 6, 14)
    for floor in range(6):
        y = 0.08 + floor * 0.09 + 0.07
        b.line((0.05, y), (0.95, y), (110, 116, 124), 0.006)
        for x in b.chance.uniform(0.07, 0.92, 9):
            blue, green, red = (int(part) for part in b.chance.integers(90, 220, 3))
            b.box(x, y - 0.03, x + 0.014, y, (blue, green, red))
    b.box(0.46, 0.5, 0.54, 0.64, (60, 70, 90))
    b.trees(0.66, 0.06, 0.12, 0.08)
    b.box(0, 0.63, 1, 1, _PAVING)
    for y in (0.7, 0.79, 0.9):
        b.line((0, y), (1, y), (136, 140, 146), 0.003)


def _corridor(b: _Brush) -> None:
    b.area([(0, 0), (0.4, 0.3), (0.4, 0.62), (0, 1)], (206, 214, 216))
    b.area([(1, 0), (0.6, 0.3), (0.6, 0.62), (1, 1)], (196, 206, 210))
    b.area([(0, 0), (1, 0), (0.6, 0.3), (0.4, 0.3)], (226, 228, 228))
    b.area([(0, 1), (1, 1), (0.6, 0.62), (0.4, 0.62)], (140, 152, 160))
    b.box(0.4, 0.3, 0.6, 0.62, (210, 200, 180))
    b.box(0.46, 0.38, 0.54, 0.62, (120, 110, 96))
    for depth in (0.08, 0.3, 0.52, 0.7, 0.84):
        left, near = 0.4 * depth, 1 - depth
        top, bottom, wide = 0.3 - 0.18 * near, 0.62 + 0.3 * near, 0.07 * near + 0.012
        b.area(
            [
                (left, top),
                (left + wide, top + 0.03 * near),
                (left + wide, bottom - 0.05 * near),
                (left, bottom),
            ],
            _WOOD,
        )
        b.area(
            [
                (1 - left, top),
                (1 - left - wide, top + 0.03 * near),
                (1 - left - wide, bottom - 0.05 * near),
                (1 - left, bottom),
            ],
            _WOOD,
        )
        b.box(0.5 - 0.09 * near, 0.28 - 0.26 * near, 0.5 + 0.09 * near, 0.29 - 0.25 * near, (252, 252, 252))
    for x in np.arange(0.0, 1.01, 0.1):
        b.line((0.5 + (x - 0.5) * 0.2, 0.62), (x, 1), (124, 134, 142), 0.002)


def _classroom(b: _Brush) -> None:
    b.box(0, 0, 1, 0.5, (204, 214, 216))
    b.box(0, 0.5, 1, 1, (140, 150, 156))
    b.box(0.22, 0.1, 0.78, 0.36, (66, 86, 52))
    b.box(0.21, 0.36, 0.79, 0.38, _WOOD)
    for y in (0.16, 0.22, 0.28):
        for x in b.chance.uniform(0.25, 0.7, 5):
            b.line((x, y), (x + 0.05, y + 0.004), (196, 206, 200), 0.003)
    b.box(0.44, 0.4, 0.56, 0.5, _WOOD)
    b.box(0.02, 0.08, 0.14, 0.34, (224, 206, 176))
    b.box(0.86, 0.08, 0.98, 0.34, (224, 206, 176))
    for row, y in enumerate((0.52, 0.6, 0.7, 0.83)):
        size = 0.05 + row * 0.016
        for x in np.arange(0.04, 0.98, size * 1.9):
            b.box(x, y, x + size * 1.2, y + size * 0.45, (110, 160, 196))
            b.box(x + size * 0.3, y - size * 0.1, x + size * 0.6, y + size * 0.05, (230, 234, 236))
            b.oval(x + size * 0.6, y + size * 0.9, size * 0.25, size * 0.5, (34, 34, 40))
    for x in (0.2, 0.5, 0.8):
        b.box(x - 0.06, 0.02, x + 0.06, 0.035, (250, 250, 250))


def _parking(b: _Brush) -> None:
    b.sky(0.36)
    b.building(0.5, 0.08, 0.99, 0.34, _PLASTER, 3, 9)
    b.trees(0.36, 0.06, 0.13)
    b.box(0, 0.34, 1, 1, _ASPHALT)
    for x in np.arange(0.0, 1.05, 0.14):
        b.line((x, 0.42), (x - 0.03, 0.6), (214, 216, 218), 0.005)
        b.line((x, 0.8), (x - 0.05, 1.0), (214, 216, 218), 0.006)
        if b.chance.random() < 0.7:
            tint = int(b.chance.integers(40, 220))
            b.car(x + 0.015, 0.56, 0.1, (tint, tint, min(255, tint + int(b.chance.integers(0, 40)))))


def _wall(b: _Brush) -> None:
    b.sky(0.42)
    b.trees(0.42, 0.1, 0.2)
    b.box(0, 0.4, 1, 0.66, _BRICK)
    for row, y in enumerate(np.arange(0.4, 0.66, 0.02)):
        b.line((0, y), (1, y), (110, 120, 150), 0.002)
        for x in np.arange((row % 2) * 0.015, 1, 0.03):
            b.line((x, y), (x, y + 0.02), (110, 120, 150), 0.002)
    b.line((0, 0.38), (1, 0.38), (120, 120, 124), 0.004)
    b.box(0, 0.66, 1, 0.74, _GRASS)
    b.box(0, 0.74, 1, 1, _PAVING)
    for x in np.arange(0, 1, 0.09):
        b.line((x, 0.74), (x - 0.04, 1), (130, 136, 142), 0.003)


def _weather(image: Bgr, chance: np.random.Generator) -> Bgr:
    """Give the flat areas grain, and the corners of the lens their shade."""
    height, width = image.shape[:2]
    grain = np.zeros((height, width), np.float32)
    # As many spots whatever the size: the same asphalt is on a near and on a far picture.
    for spots, strength in ((270, 5.0), (68, 5.0), (12, 7.0)):
        coarse = chance.normal(0.0, strength, (spots, spots * 16 // 9)).astype(np.float32)
        grain += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :] ** 2
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] ** 2
    shaded: Any = cv2.merge([grain - 14.0 * (x + y)] * 3)
    weathered: Bgr = np.clip(image.astype(np.float32) + shaded, 0, 255).astype(np.uint8)
    return weathered


def _darker(colour: Colour, by: int) -> Colour:
    blue, green, red = (min(255, max(0, part - by)) for part in colour)
    return blue, green, red


_PAINTERS: Mapping[Scene, Callable[[_Brush], None]] = MappingProxyType(
    {
        "gate": _gate,
        "field": _field,
        "canteen": _canteen,
        "dormitory": _dormitory,
        "corridor": _corridor,
        "classroom": _classroom,
        "parking": _parking,
        "wall": _wall,
    }
)
