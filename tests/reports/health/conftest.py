"""Pictures for the pages of the health report."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest


@pytest.fixture
def jpeg_of() -> Callable[..., bytes]:
    """Give a function that returns a JPEG of noise, which no coder makes small."""

    def make(width: int = 1920, height: int = 1080) -> bytes:
        pixels = np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)
        is_made, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 90])
        assert is_made
        return bytes(coded)

    return make
