"""Searches a picture for the chart card: once, when it is hung, for it costs as much as all other checks."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from probe.memory import ChartCard
from probe.picture.card.read import shows_square
from probe.picture.card.sheet import DICTIONARY


def find_card(luma: NDArray[np.uint8]) -> ChartCard | None:
    """Return the card whose marker, with a dark square beside it, is largest in the picture."""
    height, width = luma.shape
    found: list[tuple[float, ChartCard]] = []
    detector = _detector()
    for scale in (1.0, 0.5, 1 / 3):  # a dull marker is easier to read where it is small
        size = (round(width * scale), round(height * scale))
        if found or (scale < 1.0 and size[0] < _LEAST_WIDTH):
            break
        small = luma if scale == 1.0 else cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
        if min(size) < _LEAST_SIDE:
            break
        outlines, markers, _ = detector.detectMarkers(small)
        for outline, marker in zip(outlines, _numbers(markers), strict=True):
            corners = (np.asarray(outline, np.float64).reshape(4, 2) + 0.5) / scale - 0.5
            card = ChartCard(marker, _as_corners(corners), width, height)
            if shows_square(luma, card):
                found.append((float(cv2.contourArea(corners.astype(np.float32))), card))
    return max(found, key=lambda one: one[0])[1] if found else None


_LEAST_WIDTH = 400  # px; a smaller picture is not reduced further
_LEAST_SIDE = 32


def _detector() -> cv2.aruco.ArucoDetector:
    how = cv2.aruco.DetectorParameters()
    how.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    how.minMarkerPerimeterRate = 0.01
    how.adaptiveThreshWinSizeMax = 63
    how.adaptiveThreshWinSizeStep = 12
    how.polygonalApproxAccuracyRate = 0.05
    how.minOtsuStdDev = 3.0
    how.errorCorrectionRate = 0.8
    return cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(DICTIONARY), how)


def _as_corners(
    corners: NDArray[np.float64],
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]:
    a, b, c, d = ((round(float(x), 2), round(float(y), 2)) for x, y in corners)
    return a, b, c, d


def _numbers(markers: Any) -> list[int]:  # noqa: ANN401  None where there is none, whatever the stubs say
    return [] if markers is None else [int(number) for number in markers.ravel()]
