"""Stripes right across the picture, rolling or standing, and rows torn sideways. 条纹 撕裂

A stripe runs through all of the picture's width at one height: eight strips of columns must show the same
rise and fall. What the scene itself has of that stands in both keyframes, and in the baseline.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.model import Gap, Measured, NotMeasured, Reading, Readings
from probe.picture.check import Check, Look
from probe.picture.reference import Comparison
from probe.picture.tearing import torn_bands

Grey = NDArray[np.uint8]
Strips = NDArray[np.float64]  # rows x STRIPS
Profile = NDArray[np.float64]  # rows


def read(look: Look) -> Readings:
    """Rms levels of waves down the picture: of the change between keyframes, and of what stands still."""
    strips = _strips(look.last.grey)
    return {
        "stripes_rolling": _rolling(look),
        "stripes_standing": _standing(look, strips),
        "torn_bands": _torn(look),
    }


CHECK = Check(
    id="picture.stripes",
    metrics=("stripes_rolling", "stripes_standing", "torn_bands"),
    read=read,
)

STRIPS = 8
_LEAST_ROWS = 64
_AGREE, _AGREE_ALONE = 6, 7  # strips of eight
_ALIKE = 0.45  # correlation of a strip with all of them
_PURE, _PURE_ALONE = 0.70, 0.85  # energy in the strongest band: a scene's own rows are seldom so regular
_MOST_LEVELS = 40.0
_MOST_SHIFT = 14  # rows by which standing stripes of the scene may lie elsewhere than in the baseline


def _strips(grey: Grey) -> Strips:
    """Return the rise and fall down each strip of columns, less its course over an eighth of the height."""
    return _less_course(_column_means(grey), max(41, grey.shape[0] // 8))


def _column_means(grey: Grey) -> Strips:
    wide = grey.shape[1] // STRIPS
    if not wide:
        return np.zeros((grey.shape[0], STRIPS))
    used = grey[:, : wide * STRIPS].astype(np.float32)
    return np.asarray(cv2.resize(used, (STRIPS, grey.shape[0]), interpolation=cv2.INTER_AREA), np.float64)


def _less_course(means: Strips, rows: int) -> Strips:
    half = min(rows, means.shape[0] - 1) // 2
    padded = np.pad(means, ((half + 1, half), (0, 0)), mode="symmetric")
    sums = padded.cumsum(0)
    course = (sums[2 * half + 1 :] - sums[: -2 * half - 1]) / (2 * half + 1)
    return np.asarray(np.clip(means - course, -_MOST_LEVELS, _MOST_LEVELS), np.float64)


def _wave(strips: Strips, pure: float, agree: int) -> float:
    """Return the rms of what the strips share; 0 where it is no wave or not right across."""
    if strips.shape[0] < _LEAST_ROWS:
        return 0.0
    profile: Profile = np.median(strips, 1)
    level = math.sqrt(float(np.mean(profile**2)))
    return level if _purity(profile) > pure and _agreeing(strips, profile) >= agree else 0.0


def _purity(profile: Profile) -> float:
    """Return the share of the energy in the strongest narrow band, slower courses left out."""
    rows = len(profile)
    power = np.abs(np.fft.rfft((profile - profile.mean()) * np.hanning(rows))) ** 2
    power[:_SLOWEST] = 0
    strongest = int(power.argmax())
    return float(power[max(0, strongest - 2) : strongest + 3].sum() / max(power.sum(), 1e-6))


_SLOWEST = 4


def _agreeing(strips: Strips, profile: Profile) -> int:
    level = profile - profile.mean()
    own = strips - strips.mean(0)
    alike = (own * level[:, None]).sum(0) / (np.sqrt((own**2).sum(0) * (level**2).sum()) + 1e-6)
    return int((alike > _ALIKE).sum())


def _rolling(look: Look) -> Reading:
    if look.pair is None:
        return NotMeasured(Gap.TOO_SHORT, "two keyframes of one size are needed")
    before, after = (_column_means(sight.grey) for sight in look.pair)
    # The scene cancels out, so that even the wide bands of a flickering lamp may be looked for.
    rows = max(41, after.shape[0] // 2)
    change = _less_light(_less_course(before, rows), _less_course(after, rows))
    return Measured(round(_wave(change, _PURE, _AGREE), 2))


def _less_light(before: Strips, after: Strips) -> Strips:
    """Return the change, of which none that more or less light makes of the scene's own rows."""
    gain = float((before * after).sum() / ((before**2).sum() + 1e-6))
    return after - float(np.clip(gain, 0.5, 2.0)) * before


def _standing(look: Look, strips: Strips) -> Measured:
    """Return the wave that the baseline does not have; without one, only waves purer than a scene's own."""
    if isinstance(look.against, Comparison):
        usual = _strips(look.against.reference.view.grey)
        if usual.shape == strips.shape and strips.shape[0] >= _LEAST_ROWS:
            rest = _less_usual(strips, np.median(usual, 1))
            return Measured(round(_wave(rest, _PURE, _AGREE), 2), "against the baseline")
    return Measured(round(_wave(strips, _PURE_ALONE, _AGREE_ALONE), 2), "without a baseline")


def _less_usual(strips: Strips, usual: Profile) -> Strips:
    """Return the strips less the usual profile, moved and scaled as fits best, without the outer rows."""
    profile: Profile = np.median(strips, 1)
    inner = slice(_MOST_SHIFT, -_MOST_SHIFT)
    shifts = np.arange(-_MOST_SHIFT, _MOST_SHIFT + 1)
    moved = usual[(np.arange(len(usual)) - shifts[:, None]) % len(usual)]
    gains = np.clip(moved @ profile / (float((usual**2).sum()) + 1e-6), 0, 1.6)
    rest = ((profile - gains[:, None] * moved)[:, inner] ** 2).mean(1)
    best = int(rest.argmin())
    return np.asarray((strips - gains[best] * moved[best][:, None])[inner], np.float64)


def _torn(look: Look) -> Reading:
    if look.pair is None:
        return NotMeasured(Gap.TOO_SHORT, "two keyframes of one size are needed")
    before, after = look.pair
    return Measured(torn_bands(before.grey, after.grey))
