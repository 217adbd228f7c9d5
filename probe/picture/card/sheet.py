"""The chart card: a marker to find it by and a slanted square to read, in units of the square's side.

x runs right and y down from the card's top left corner. Light and dark are 4:1, so that neither is clipped
and the camera's gamma shifts the reading by less than 2 %.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]  # n x 2

WIDTH, HEIGHT = 3.0, 1.8
LIGHT, DARK, BLACK = 0.70, 0.17, 0.05  # linear reflectance
TILT_DEG = 7.0
DICTIONARY = cv2.aruco.DICT_4X4_50
MARKER_ID = 7
CELLS = 6  # of the marker each way, its black rim included

MARKER: Points = np.array([[0.3, 0.45], [1.2, 0.45], [1.2, 1.35], [0.3, 1.35]], np.float32)
SQUARE_CENTRE = (2.1, 0.9)


def square() -> Points:
    """Return the corners of the slanted square, clockwise from the top left."""
    turn = math.radians(TILT_DEG)
    cosine, sine = math.cos(turn), math.sin(turn)
    upright = ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))
    return np.array(
        [
            (SQUARE_CENTRE[0] + a * cosine - b * sine, SQUARE_CENTRE[1] + a * sine + b * cosine)
            for a, b in upright
        ],
        np.float32,
    )


def marker_cells(marker: int = MARKER_ID) -> NDArray[np.bool_]:
    """Return the marker's cells, CELLS x CELLS, True where white."""
    dictionary = cv2.aruco.getPredefinedDictionary(DICTIONARY)
    return np.asarray(cv2.aruco.generateImageMarker(dictionary, marker, CELLS)) > 127


def least_side(samples: float) -> float:
    """Return how many pixels wide the square must be for a sound reading, at `samples` per picture height.

    Below this the 95 % error passes 10 %: 34 px at 720p, 41 px at 1080p, 55 px at 4 MP.
    """
    return max(34.0, 0.038 * samples)


def draw(side: float, marker: int = MARKER_ID, finer: int = 8) -> NDArray[np.float32]:
    """Return the card in linear reflectance, each pixel its area's mean, the square's side in pixels."""
    wide, high = round(WIDTH * side), round(HEIGHT * side)
    scale = finer * side
    card = np.full((high * finer, wide * finer), LIGHT, np.float32)
    left, top, right, bottom = (round(float(v) * scale) for v in (*MARKER[0], *MARKER[2]))
    white = cv2.resize(
        marker_cells(marker).astype(np.float32), (right - left, bottom - top), interpolation=cv2.INTER_NEAREST
    )
    card[top:bottom, left:right] = BLACK + white * (LIGHT - BLACK)
    y, x = np.mgrid[0 : card.shape[0], 0 : card.shape[1]].astype(np.float32)
    across, down = (x + 0.5) / scale - SQUARE_CENTRE[0], (y + 0.5) / scale - SQUARE_CENTRE[1]
    turn = math.radians(TILT_DEG)
    a = across * math.cos(turn) + down * math.sin(turn)
    b = down * math.cos(turn) - across * math.sin(turn)
    card[(np.abs(a) < 0.5) & (np.abs(b) < 0.5)] = DARK
    return np.asarray(card.reshape(high, finer, wide, finer).mean((1, 3)), np.float32)
