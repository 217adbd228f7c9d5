"""Chart cards of known TV lines in coded pictures, and what is read of them; blurred in linear light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.memory import ChartCard
from probe.picture.card.read import read_card
from probe.picture.card.sheet import HEIGHT, MARKER, MARKER_ID, WIDTH, draw
from probe.picture.frames import decode, frames_of, luma_8bit
from tests.bench.accuracy.coding import coded, grab_of
from tests.bench.accuracy.scenes import Pixels
from tests.bench.accuracy.variants import Codec

SIDES = (24, 34, 47, 67)  # px of the square
LINES = (240, 300, 340, 380, 420, 500, 600, 750)
RAW = "raw"


@dataclass(frozen=True, slots=True)
class CardFormat:
    """A delivered size, its samples per picture height, and usual bit rates in H.264 (H.265: 0.6 of it)."""

    name: str
    wide: int
    high: int
    samples: float
    mbit: tuple[float, float]


CARD_FORMATS: tuple[CardFormat, ...] = (
    CardFormat("704x576", 704, 576, 528, (0.5, 1)),
    CardFormat("1280x720", 1280, 720, 720, (1, 2)),
    CardFormat("1920x1080", 1920, 1080, 1080, (2, 4)),
    CardFormat("2560x1440", 2560, 1440, 1440, (3, 6)),
)


@dataclass(frozen=True, slots=True)
class CardLook:
    """One card in one picture; `read` is None where nothing could be read."""

    form: str
    coding: str
    side: int
    lines: int
    read: float | None


def card_looks(form: CardFormat, codecs: Sequence[Codec] = ("H264", "H265")) -> list[CardLook]:
    """Hang cards of every side into one scene, blur it to each number of lines, code it, and read them."""
    chance = np.random.default_rng(form.high)
    looks = []
    for lines in (one for one in LINES if one <= 0.8 * form.samples):
        scene, places = _wall(form, chance)
        sigma = sigma_of(lines / (2 * form.samples))
        blurred = np.asarray(cv2.GaussianBlur(scene, (0, 0), sigma), np.float32)
        gamma = np.where(blurred < 0.018, 4.5 * blurred, 1.099 * np.maximum(blurred, 0.018) ** 0.45 - 0.099)
        frames = [_sensed(gamma, chance) for _ in range(_FPS + 2)]
        grabs: list[tuple[str, Pixels]] = [(RAW, frames[-2])]
        for codec in codecs:
            for mbit in form.mbit:
                rate = mbit * (0.6 if codec == "H265" else 1.0)
                sets, packets = coded(frames, codec, fps=_FPS, gop=_FPS, bits_per_s=rate * 1e6)
                grab = grab_of(codec, sets, packets, fps=_FPS)
                grabs.append((codec, luma_8bit(frames_of(decode(grab, 1 << 25))[-1])))
        for coding, luma in grabs:
            for side, card in places:
                cycles = read_card(luma, card)
                read = 2 * float(np.median(cycles)) * form.samples if cycles else None
                looks.append(CardLook(form.name, coding, side, lines, read))
    return looks


def sigma_of(cycles: float) -> float:
    """Return the Gaussian that, with the pixel's box, leaves a tenth of contrast at `cycles` per pixel."""
    low, high = 0.05, 20.0
    for _ in range(50):
        sigma = (low + high) / 2
        left = exp(-2 * (pi * sigma * cycles) ** 2) * sin(pi * cycles) / (pi * cycles)
        low, high = (sigma, high) if left > 0.1 else (low, sigma)
    return (low + high) / 2


def card_table(looks: Sequence[CardLook]) -> str:
    """Bias, 95 % of the absolute error, and how many did not read, in percent, by the square's side."""
    rows = [
        "| format | coding | " + " | ".join(f"{side} px" for side in SIDES) + " |",
        "|---|---|" + "---|" * 4,
    ]
    for form in dict.fromkeys(one.form for one in looks):
        for coding in dict.fromkeys(one.coding for one in looks):
            here = [one for one in looks if one.form == form and one.coding == coding]
            cells = (_errors([one for one in here if one.side == side]) for side in SIDES)
            rows.append(f"| {form} | {coding} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def verdict_table(looks: Sequence[CardLook], need: float = 380.0) -> str:
    """Verdicts on cards whose square is wide enough, with a margin of 10 % (H.264) or 17 % (H.265)."""
    wide = [one for one in looks if one.coding != RAW and one.side >= 47 and one.read is not None]
    rows = ["| true lines | readings | PASS | FAIL | UNDETERMINED |", "|---|---|---|---|---|"]
    for lines in dict.fromkeys(one.lines for one in sorted(wide, key=lambda one: one.lines)):
        cell = [one for one in wide if one.lines == lines]
        passed = sum((one.read or 0) * (1 - _margin(one)) >= need for one in cell)
        failed = sum((one.read or 0) * (1 + _margin(one)) < need for one in cell)
        rows.append(f"| {lines} | {len(cell)} | {passed} | {failed} | {len(cell) - passed - failed} |")
    return "\n".join(rows)


_FPS = 25


def _margin(look: CardLook) -> float:
    return 0.17 if look.coding == "H265" else 0.10


def _wall(
    form: CardFormat, chance: np.random.Generator
) -> tuple[NDArray[np.float32], list[tuple[int, ChartCard]]]:
    """Return a textured wall in linear light with cards of every side, and where the cards hang."""
    coarse = chance.uniform(0.1, 0.6, (form.high // 8 + 1, form.wide // 8 + 1)).astype(np.float32)
    wall = np.asarray(cv2.resize(coarse, (form.wide, form.high), interpolation=cv2.INTER_CUBIC), np.float32)
    wall = np.clip(wall, 0.02, 0.9)
    hung: list[tuple[int, ChartCard]] = []
    top = 24
    for side in SIDES:
        wide, high = round(WIDTH * side), round(HEIGHT * side)
        step = wide + 12
        for left in range(20, min(form.wide - wide - 20, 20 + 4 * step), step):
            across, down = left + int(chance.integers(0, 8)), top + int(chance.integers(0, 4))
            wall[down : down + high, across : across + wide] = draw(side)
            corners = tuple((across + float(x) * side - 0.5, down + float(y) * side - 0.5) for x, y in MARKER)
            hung.append((side, ChartCard(MARKER_ID, corners, form.wide, form.high)))  # type: ignore[arg-type]
        top += high + 12
    return wall, hung


def _sensed(scene: NDArray[np.float64], chance: np.random.Generator) -> Pixels:
    noise = chance.standard_normal(scene.shape, np.float32) * 1.5
    return np.asarray(np.clip(16 + 219 * scene + noise, 0, 255), np.uint8)


def _errors(looks: Sequence[CardLook]) -> str:
    errors = [100 * (one.read / one.lines - 1) for one in looks if one.read is not None]
    if not errors:
        return "-"
    unread = 100 * (len(looks) - len(errors)) / len(looks)
    return f"{np.mean(errors):+.1f}/{np.quantile(np.abs(errors), 0.95):.1f}/{unread:.0f}"
