"""What one lens sees at a given time: scene, people, sensor noise, and the name and clock on the picture."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.sim.lettering import Lettering
from probe.sim.model import Lens, Stream
from probe.sim.people import Box, Planes, draw, movers
from probe.sim.scenery import paint

_BEIJING = timezone(timedelta(hours=8))
_WEEKDAYS = "一二三四五六日"
_NOISE_SIGMA = 1.3


class View:
    """One stream of one lens. Not for two threads at once: it keeps the picture that it works on."""

    def __init__(
        self, lens: Lens, stream: Stream, seed: str, grain: NDArray[np.int8], letters: Lettering
    ) -> None:
        self._lens = lens
        self._size = max(11, round(stream.height / 22))
        self._chance = np.random.default_rng(np.frombuffer(seed.encode().ljust(8), np.uint8))
        self._letters = letters
        self._movers = movers(lens.scene, seed)
        self._empty = _planes_of(lens, stream, seed)
        self._noisy = self._empty[0].copy()
        self._touched: list[Box] = []
        self._frozen_at: datetime | None = None
        self._grain = grain
        self._exposed = False

    def begin(self, planes: Planes) -> None:
        """Fill the planes with a fresh exposure of the empty scene: no two have the same noise."""
        if self._lens.image in ("live", "black") or not self._exposed:
            self._expose()
        for plane, source in zip(planes, (self._noisy, *self._empty[1:]), strict=True):
            np.copyto(plane, source)
        self._touched = []

    def show(self, planes: Planes, at: datetime) -> None:
        """Move everybody and the clock to this time. `at` is the device's own clock, aware."""
        if self._frozen_at is None:
            self._frozen_at = at
        for box in self._touched:
            self._wipe(planes, box)
        self._touched = []
        if self._lens.image != "black":
            seen_at = at if self._lens.image == "live" else self._frozen_at
            self._touched = draw(planes, self._movers, seen_at.timestamp() % 100_000)
        clock = self._frozen_at if self._lens.image == "frozen" else at
        self._touched += self._write(planes, clock)

    def _expose(self) -> None:
        luma = self._empty[0]
        height, width = luma.shape
        room_y, room_x = self._grain.shape[0] - height, self._grain.shape[1] - width
        top, left = int(self._chance.integers(0, room_y + 1)), int(self._chance.integers(0, room_x + 1))
        grain = self._grain[top : top + height, left : left + width]
        if self._lens.image == "black":
            grain = grain // 3
        cv2.add(luma, grain, dst=self._noisy, dtype=cv2.CV_8U)
        self._exposed = True

    def _wipe(self, planes: Planes, box: Box) -> None:
        left, top, right, bottom = box
        planes[0][top:bottom, left:right] = self._noisy[top:bottom, left:right]
        for plane, source in zip(planes[1:], self._empty[1:], strict=True):
            plane[top // 2 : bottom // 2, left // 2 : right // 2] = source[
                top // 2 : bottom // 2, left // 2 : right // 2
            ]

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


def _planes_of(lens: Lens, stream: Stream, seed: str) -> Planes:
    height, width = stream.height, stream.width
    if lens.image == "black":
        grey = np.full((height // 2, width // 2), 128, np.uint8)
        return np.full((height, width), 17, np.uint8), grey, grey
    picture = paint(lens.scene, width, height, seed)
    flat: NDArray[np.uint8] = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8).reshape(-1)
    luma, quarter = height * width, height * width // 4
    return (
        flat[:luma].reshape(height, width).copy(),
        flat[luma : luma + quarter].reshape(height // 2, width // 2).copy(),
        flat[luma + quarter :].reshape(height // 2, width // 2).copy(),
    )
