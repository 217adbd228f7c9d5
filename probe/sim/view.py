"""What one lens sees at a given time: scene, people, sensor noise, and the name and clock on the picture."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.sim.effects import LIVE, Effect, effect_at
from probe.sim.lettering import Lettering
from probe.sim.model import Aim, Lens, Stream
from probe.sim.people import Box, Planes, Yuv, draw, movers, place, tinted
from probe.sim.scenery import Bgr, paint
from probe.sim.spoiling import blur_side, blurred

_BEIJING = timezone(timedelta(hours=8))
_WEEKDAYS = "一二三四五六日"
_NOISE_SIGMA = 1.3


class View:
    """One stream of one lens. Not for two threads at once: it keeps the picture that it works on."""

    def __init__(
        self, lens: Lens, stream: Stream, seed: str, grain: NDArray[np.int8], letters: Lettering
    ) -> None:
        self._lens = lens
        self._stream = stream
        self._seed = seed
        self._size = max(11, round(stream.height / 22))
        self._chance = _chance(seed)
        self._letters = letters
        self._grain = grain
        self._effect: Effect | None = None
        self._small: Planes | None = None  # what the sensor sees, where it is enlarged after
        self._touched: list[Box] = []
        self._stood_at: datetime | None = None

    def begin(self, planes: Planes, since_s: float = math.inf) -> None:
        """Fill the planes with a fresh exposure of the empty scene: no two have the same noise.

        `since_s` is how long the campus has been answering: some effects begin late, or grow.
        """
        effect = effect_at(self._lens, since_s)
        if self._effect is None or (effect != self._effect and not effect.stands):
            self._prepare(effect)
        if not (effect.stands and self._effect is not None):
            self._expose(effect)
        self._effect = effect
        exposed = (self._noisy, *self._empty[1:])
        self._small = None
        if effect.sensor:
            self._small = (exposed[0].copy(), exposed[1].copy(), exposed[2].copy())
        else:
            _copy(exposed, planes)
        self._touched = []

    def show(self, planes: Planes, at: datetime) -> None:
        """Move everybody and the clock to this time. `at` is the device's own clock, aware."""
        effect = self._effect or LIVE
        self._stood_at = (self._stood_at or at) if effect.stands else None
        sensed = self._small or planes
        for box in self._touched:
            self._wipe(sensed, box)
        seen_at = self._stood_at or at
        self._touched = draw(sensed, self._movers, seen_at.timestamp() % 100_000, self._aim)
        for box in self._touched:
            self._soften(sensed, box)
        if self._small:
            _copy(tuple(_scaled(*pair, effect) for pair in zip(sensed, planes, strict=True)), planes)
        written = self._write(planes, at if effect.clock_runs else seen_at) if effect.captions else []
        self._touched += [] if self._small else written

    def _prepare(self, effect: Effect) -> None:
        """Work out all that stays from exposure to exposure."""
        lens, stream = self._lens, self._stream
        width, height = effect.sensor or (stream.width, stream.height)
        self._aim = effect.aim or lens.aim
        scene = _seen(lens, width, height, self._seed, self._aim)
        if effect.tint:
            scene = effect.tint(scene)
        if effect.paint:
            scene = effect.paint(scene, _chance(self._seed))
        if effect.blur:
            scene = blurred(scene, effect.blur)
        self._empty = _planes_of(scene)
        if effect.text:
            size = height // 10
            left = (width - size * len(effect.text)) // 2
            self._letters.write(self._empty[0], effect.text, left, (height + size) // 2, size)
        self._blur_side = blur_side(height, effect.blur)
        moving = movers(lens.scene, self._seed) if effect.people else ()
        self._movers = tuple(tinted(one, lambda colour: _through(effect, colour)) for one in moving)

    def _expose(self, effect: Effect) -> None:
        height, width = self._empty[0].shape
        room_y, room_x = self._grain.shape[0] - height, self._grain.shape[1] - width
        top, left = int(self._chance.integers(0, room_y + 1)), int(self._chance.integers(0, room_x + 1))
        grain = self._grain[top : top + height, left : left + width]
        if effect.grain != 1:
            grain = (grain * np.float32(effect.grain)).astype(np.int8)
        self._noisy = np.asarray(cv2.add(self._empty[0], grain, dtype=cv2.CV_8U), np.uint8)
        if effect.expose:
            effect.expose(self._noisy, self._chance)

    def _wipe(self, planes: Planes, box: Box) -> None:
        left, top, right, bottom = box
        planes[0][top:bottom, left:right] = self._noisy[top:bottom, left:right]
        for plane, source in zip(planes[1:], self._empty[1:], strict=True):
            plane[top // 2 : bottom // 2, left // 2 : right // 2] = source[
                top // 2 : bottom // 2, left // 2 : right // 2
            ]

    def _soften(self, planes: Planes, box: Box) -> None:
        """Blur somebody as much as the place around them is."""
        if self._blur_side < 3:
            return
        left, top, right, bottom = box
        for plane, by in zip(planes, (1, 2, 2), strict=True):
            side = self._blur_side // by | 1
            part = plane[top // by : bottom // by, left // by : right // by]
            part[:] = cv2.blur(part, (side, side))

    def _write(self, planes: Planes, at: datetime) -> list[Box]:
        here = at.astimezone(_BEIJING)
        clock = f"{here:%Y-%m-%d} 星期{_WEEKDAYS[here.weekday()]} {here:%H:%M:%S}"
        luma, size, edge = planes[0], self._size, self._size // 2
        return [
            self._letters.write(luma, clock, edge, edge + size, size),
            self._letters.write(luma, self._lens.name, -edge, len(luma) - edge, size),
        ]


def sensor_grain(width: int, height: int) -> NDArray[np.int8]:
    """Return the noise that all sensors of a campus share; each exposure looks at another part of it."""
    chance = np.random.default_rng(0)
    return np.rint(chance.normal(0.0, _NOISE_SIGMA, (height + 128, width + 128))).astype(np.int8)


def _chance(seed: str) -> np.random.Generator:
    return np.random.default_rng(np.frombuffer(seed.encode().ljust(8), np.uint8))


def _seen(lens: Lens, width: int, height: int, seed: str, aim: Aim) -> Bgr:
    """Return the part of the painting that the lens is aimed at, in this size."""
    wide, high = round(width * aim.zoom), round(height * aim.zoom)
    painting = paint(lens.scene, wide, high, seed)
    if aim.turn_deg:
        corners = ((0.3, 0.3), (0.7, 0.3), (0.3, 0.7))
        there = np.array([(x * wide, y * high) for x, y in corners], np.float32)
        here = np.array([place(aim, x, y, width, height) for x, y in corners], np.float32)
        turn = cv2.getAffineTransform(there, here)
        return np.asarray(cv2.warpAffine(painting, turn, (width, height), flags=cv2.INTER_CUBIC), np.uint8)
    left, top = round(aim.x * wide - width / 2), round(aim.y * high - height / 2)
    left, top = min(max(left, 0), wide - width), min(max(top, 0), high - height)
    return painting[top : top + height, left : left + width]


def _planes_of(scene: Bgr) -> Planes:
    height, width = scene.shape[:2]
    flat: NDArray[np.uint8] = np.asarray(cv2.cvtColor(scene, cv2.COLOR_BGR2YUV_I420), np.uint8).reshape(-1)
    luma, quarter = height * width, height * width // 4
    return (
        flat[:luma].reshape(height, width).copy(),
        flat[luma : luma + quarter].reshape(height // 2, width // 2).copy(),
        flat[luma + quarter :].reshape(height // 2, width // 2).copy(),
    )


def _copy(sources: tuple[NDArray[np.uint8], ...], planes: Planes) -> None:
    for plane, source in zip(planes, sources, strict=True):
        np.copyto(plane, source)


def _scaled(plane: NDArray[np.uint8], like: NDArray[np.uint8], effect: Effect) -> NDArray[np.uint8]:
    """Return the plane enlarged to the size of another, as a cheap chip does it."""
    return np.asarray(cv2.resize(plane, like.shape[::-1], interpolation=effect.scaling), np.uint8)


def _through(effect: Effect, colour: Yuv) -> Yuv:
    """Return what an effect makes of one colour."""
    if effect.tint is None:
        return colour
    luma, blue, red = colour
    square = np.array([[luma, luma], [luma, luma], [blue, red]], np.uint8)
    tinted_square = effect.tint(np.asarray(cv2.cvtColor(square, cv2.COLOR_YUV2BGR_I420), np.uint8))
    back = np.asarray(cv2.cvtColor(tinted_square, cv2.COLOR_BGR2YUV_I420), np.uint8)
    return int(back[0, 0]), int(back[2, 0]), int(back[2, 1])
