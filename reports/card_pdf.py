"""The chart card on paper, and a second page that says how to print, hang and read it. 测试卡

The card is drawn as vectors, exact to the millimetre. Words are pictures: Chinese shows on any viewer then.
"""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from config.words import say
from probe.picture.card.sheet import (
    BLACK,
    CELLS,
    DARK,
    HEIGHT,
    LIGHT,
    MARKER,
    WIDTH,
    least_side,
    marker_cells,
    square,
)

Paper = Literal["A4", "A3"]


def write_card(path: Path, paper: Paper) -> None:
    """Write the card and its instructions as a PDF of two pages."""
    size = landscape(_SIZES[paper])
    canvas = Canvas(str(path), pagesize=size, pageCompression=1, invariant=1)
    canvas.setTitle("camcensus")
    page = _Page(canvas, size[0] / mm, size[1] / mm)
    page.card(_SIDES_MM[paper], say("chart.title", paper=paper, side=_SIDES_MM[paper]))
    canvas.showPage()
    page.instructions()
    canvas.showPage()
    canvas.save()


def farthest_m(side_mm: float, width: int, height: int, angle_deg: float) -> float:
    """Return in metres how far a square may hang from a lens `angle_deg` wide, on square pixels."""
    sharp_mm = width * side_mm / least_side(height)
    return sharp_mm / (2.0 * math.tan(math.radians(angle_deg) / 2.0)) / 1000.0


_SIZES = {"A4": A4, "A3": A3}
_SIDES_MM = {"A4": 92, "A3": 131}
_PICTURES = (("1280×720", 1280, 720), ("1920×1080", 1920, 1080), ("2560×1440", 2560, 1440))
_ANGLES = (60, 80, 100)
_MARGIN_MM = 8.0  # what printers leave blank
_PAPER_REFLECTS = 0.85
_GAMMA = 2.2
_FONT_PX = 96  # height of a line of words as it is drawn
_STEPS = ("print", "grey", "flat", "hang", "read", "hold")


class _Page:
    """One page in millimetres from its top left corner, and the font: it takes 8 MB, so there is one."""

    def __init__(self, canvas: Canvas, width: float, height: float) -> None:
        self._canvas, self._width, self._height = canvas, width, height
        self._font = cv2.FontFace("uni")

    def card(self, side: int, title: str) -> None:
        left, top = (self._width - WIDTH * side) / 2.0, _MARGIN_MM
        self._grey(LIGHT)
        self._box(left, top, WIDTH * side, HEIGHT * side)
        corner, cell = MARKER[0] * side, float(MARKER[1][0] - MARKER[0][0]) * side / CELLS
        self._grey(BLACK)
        self._box(left + float(corner[0]), top + float(corner[1]), CELLS * cell, CELLS * cell)
        self._grey(LIGHT)
        for row, column in np.argwhere(marker_cells()).tolist():
            self._box(
                left + float(corner[0]) + column * cell, top + float(corner[1]) + row * cell, cell, cell
            )
        self._grey(DARK)
        self._polygon([(left + float(x) * side, top + float(y) * side) for x, y in square()])

        below = top + HEIGHT * side + 4.0
        self._canvas.setFillGray(0.0)
        self.words(title, left, below, 6.0)
        self.words(say("chart.ruler"), left + 104.0, below + 10.0, 5.0)
        self._box(left, below + 12.0, 100.0, 0.4)
        for end in (left, left + 99.6):
            self._box(end, below + 10.0, 0.4, 4.4)

    def instructions(self) -> None:
        scale = self._width / 297.0
        left, top, line = 15.0 * scale, 12.0 * scale, 5.0 * scale
        widest = self._width - 2.0 * left
        self._canvas.setFillGray(0.0)
        self.words(say("chart.how"), left, top, 1.5 * line)
        top += 2.6 * line
        for step in _STEPS:
            top += (0.3 + 1.35 * self.words(say(f"chart.{step}"), left, top, line, widest)) * line
        top += line
        self.words(say("chart.far"), left, top, 1.3 * line)
        top += 2.2 * line
        for row in _table():
            for number, cell in enumerate(row):
                self.words(cell, left + (0.0, 90.0, 140.0, 190.0)[number] * scale, top, line)
            top += 1.5 * line
        self.words(say("chart.why"), left, top + 0.5 * line, line, widest)

    def words(self, text: str, left: float, top: float, high: float, widest: float = math.inf) -> int:
        """Write text `high` mm to the line, broken where it gets wider than `widest`; return the lines."""
        lines = self._broken(text, widest / high * _FONT_PX)
        for number, one in enumerate(lines):
            self._write(one, left, top + 1.35 * high * number, high)
        return len(lines)

    def _broken(self, text: str, widest: float) -> list[str]:
        lines = [""]
        for part in text.split(" ") if text.isascii() else text:
            joined = f"{lines[-1]} {part}".strip() if text.isascii() else lines[-1] + part
            # A line does not begin with what ends a sentence.
            if self._wide(joined) > widest and lines[-1] and part not in "，。；：、）”%":
                lines.append(part.strip())
            else:
                lines[-1] = joined
        return lines

    def _wide(self, text: str) -> int:
        return int(cv2.getTextSize((0, 0), text, (0, 0), self._font, _FONT_PX)[2])

    def _write(self, text: str, left: float, top: float, high: float) -> None:
        wide = self._wide(text) + _FONT_PX
        drawn = np.full((_FONT_PX * 3 // 2, wide), 255, np.uint8)
        cv2.putText(drawn, text, (0, _FONT_PX), 0, self._font, _FONT_PX)
        _, png = cv2.imencode(".png", drawn)
        size = wide * high / _FONT_PX * mm, 1.5 * high * mm
        bottom = (self._height - top) * mm - size[1]
        self._canvas.drawImage(ImageReader(io.BytesIO(png.tobytes())), left * mm, bottom, *size, mask="auto")

    def _grey(self, reflectance: float) -> None:
        """Take the grey that prints as this share of the light; paper itself gives back 85 %."""
        is_black = reflectance <= BLACK
        self._canvas.setFillGray(0.0 if is_black else (reflectance / _PAPER_REFLECTS) ** (1.0 / _GAMMA))

    def _box(self, left: float, top: float, wide: float, high: float) -> None:
        self._canvas.rect(left * mm, (self._height - top - high) * mm, wide * mm, high * mm, stroke=0, fill=1)

    def _polygon(self, points: list[tuple[float, float]]) -> None:
        path = self._canvas.beginPath()
        for number, (x, y) in enumerate(points):
            (path.lineTo if number else path.moveTo)(x * mm, (self._height - y) * mm)
        path.close()
        self._canvas.drawPath(path, stroke=0, fill=1)


def _table() -> list[tuple[str, ...]]:
    """Return the rows of distances, the head first."""
    head = (say("chart.columns"), *(say("chart.angle", angle=angle) for angle in _ANGLES))
    return [
        head,
        *(
            (
                f"{paper}  {name}",
                *(f"{farthest_m(side, width, height, angle):.1f}" for angle in _ANGLES),
            )
            for paper, side in _SIDES_MM.items()
            for name, width, height in _PICTURES
        ),
    ]
