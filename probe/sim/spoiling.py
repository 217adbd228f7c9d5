"""What spoils a picture: things before the lens, wrong exposure, bad sensors and lines."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.picture.card import sheet
from probe.sim.scenery import Bgr, Colour

Luma = NDArray[np.uint8]


def card(scene: Bgr, colour: Colour) -> Bgr:
    """Return one colour all over, as recorders and encoders paint it where no signal comes in."""
    blank = np.empty_like(scene)
    blank[:] = colour
    return blank


def cloth(scene: Bgr, chance: np.random.Generator, *, dark: Colour, light: Colour) -> Bgr:
    """Return what a lens sees of cloth or paper that touches it: two colours that run into each other."""
    folds = _folds(scene, chance)
    return np.asarray(np.array(dark) * (1 - folds) + np.array(light) * folds, np.uint8)


def with_chart(scene: Bgr) -> Bgr:
    """Return the scene with a printed chart card hanging in it, its square a tenth of the height wide."""
    linear = sheet.draw(0.1 * scene.shape[0])
    coded = np.where(linear < 0.018, 4.5 * linear, 1.099 * linear**0.45 - 0.099)
    hung, (high, wide) = scene.copy(), linear.shape
    top, left = round(0.45 * scene.shape[0]), round(0.3 * scene.shape[1])
    hung[top : top + high, left : left + wide] = (255 * coded[..., None]).astype(np.uint8)
    return hung


def half_hidden(scene: Bgr, chance: np.random.Generator, *, share: float) -> Bgr:
    """Return the scene with a dark cloth over the right `share` of it, blurred at its edge."""
    width = scene.shape[1]
    ramp = (np.arange(width, dtype=np.float32) / width - (1 - share)) / 0.04 + 0.5
    veil = np.clip(ramp, 0, 1)[None, :, None]
    over = cloth(scene, chance, dark=(44, 48, 52), light=(70, 76, 82))
    return np.asarray(scene * (1 - veil) + over * veil, np.uint8)


def bagged(scene: Bgr, chance: np.random.Generator) -> Bgr:
    """Return the scene through a milky plastic bag: light and large shapes come through, nothing else."""
    blobs = blurred(scene, 0.09).astype(np.float32)
    return np.asarray(np.clip(blobs * 0.3 + 104 + 24 * _folds(scene, chance), 0, 255), np.uint8)


def blurred(scene: Bgr, radius: float) -> Bgr:
    """Return the scene out of focus. `radius` is a share of the height."""
    side = blur_side(scene.shape[0], radius)
    once = cv2.blur(scene, (side, side))
    return np.asarray(cv2.blur(once, (side, side)), np.uint8)


def blur_side(height: int, radius: float) -> int:
    """Return the side of the square, in pixels, that is averaged for a blur of this radius."""
    return 2 * round(radius * height) + 1


def gained(scene: Bgr, *, blue: float, green: float, red: float, lift: float = 0.0) -> Bgr:
    return np.asarray(np.clip(scene * np.array((blue, green, red), np.float32) + lift, 0, 255), np.uint8)


def infrared(scene: Bgr) -> Bgr:
    """Return the scene in grey, as a sensor without its infrared filter sees it: red and green count most."""
    blue, green, red = (scene[..., i].astype(np.float32) for i in range(3))
    grey = np.clip(0.1 * blue + 0.35 * green + 0.55 * red, 0, 255)
    return np.asarray(np.repeat(grey[..., None], 3, axis=2), np.uint8)


def lamp_lit(scene: Bgr) -> Bgr:
    """Return the scene by the light of the camera's own lamp: bright in the middle, dark at the corners."""
    height, width = scene.shape[:2]
    across = np.linspace(-1.3, 1.3, width, dtype=np.float32)[None, :] ** 2
    down = np.linspace(-1.2, 1.2, height, dtype=np.float32)[:, None] ** 2
    light = 0.22 + 0.72 * np.exp(-(across + down))
    return np.asarray(scene * light[..., None], np.uint8)


def striped(scene: Bgr, *, strength: float = 20.0) -> Bgr:
    """Return the scene with hum bars that stand still."""
    return np.asarray(np.clip(scene + _bars(scene.shape[0], strength, 0.0)[..., None], 0, 255), np.uint8)


def roll_stripes(luma: Luma, chance: np.random.Generator) -> None:
    """Put hum bars over an exposure, at another height each time."""
    bars = _bars(luma.shape[0], 20.0, float(chance.uniform(0, 1)))
    luma[:] = np.clip(luma + bars, 0, 255).astype(np.uint8)


def tear(luma: Luma, chance: np.random.Generator) -> None:
    """Shift some bands of rows sideways, as a loose plug or lost synchronisation does."""
    height, width = luma.shape
    for top in chance.uniform(0.08, 0.86, 4):
        rows = slice(int(top * height), int((top + chance.uniform(0.03, 0.08)) * height))
        shift = int(chance.choice((-1, 1)) * chance.uniform(0.03, 0.08) * width)
        luma[rows] = np.roll(luma[rows], shift, axis=1)


def drown_in_noise(luma: Luma, chance: np.random.Generator) -> None:
    """Add what a sensor gives with its gain far too high: sigma 26 grey levels."""
    noise = chance.standard_normal(luma.shape, np.float32) * 26
    luma[:] = np.clip(luma + noise, 0, 255).astype(np.uint8)


def snow(luma: Luma, chance: np.random.Generator) -> None:
    """Replace a fifth of all pixels by any grey, as a weak analogue line does."""
    hit = chance.random(luma.shape, np.float32) < 0.2
    luma[hit] = chance.integers(0, 256, int(hit.sum()), np.uint8)


def _bars(height: int, strength: float, phase: float) -> NDArray[np.float32]:
    rows = np.arange(height, dtype=np.float32)[:, None] * (36.0 / height)
    return np.asarray(strength * np.sin(2 * np.pi * (rows + phase)), np.float32)


def _folds(scene: Bgr, chance: np.random.Generator) -> NDArray[np.float32]:
    """Return soft shades, 0..1, of the scene's size with one plane."""
    height, width = scene.shape[:2]
    coarse = chance.random((5, 8), np.float32)
    soft = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray(np.clip(soft, 0, 1)[..., None], np.float32)
