"""A dossier of the invented school, with nights, a case that took others down, and hostile names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest

from config.schema import Catalogue
from inventory.nights import look_of
from inventory.rates import rates
from inventory.record import View
from inventory.watch import Result
from reports.document import scan_document
from reports.health.dossier import Dossier, newest

SHANGHAI = ZoneInfo("Asia/Shanghai")
MakeDossier = Callable[..., Dossier]


@pytest.fixture
def dossier_of(catalogue: Catalogue, view: View) -> MakeDossier:
    """Give a function that returns a dossier of one run of the school, or of so many nights."""

    def make(nights: int = 1, **parts: Any) -> Dossier:  # noqa: ANN401
        run, look = view.run, look_of(view, catalogue, SHANGHAI)
        assert run is not None
        assert look is not None
        results: list[Result] = []
        for ago in reversed(range(nights)):
            back = timedelta(days=ago)
            results += [replace(one, day=one.day - back, at=one.at - back) for one in look.results]
        whole = Dossier(
            school="瑞安市示例第一小学",
            document=scan_document(view, catalogue, whole=True),
            catalogue=catalogue,
            now=run.finished + timedelta(hours=6),
            zone=SHANGHAI,
            records={camera.id: camera for camera in view.cameras},
            results=results,
            rates=rates(view, list(newest(results).values()), catalogue),
        )
        return replace(whole, **parts)

    return make


@pytest.fixture
def jpeg_of() -> Callable[..., bytes]:
    """Give a function that returns a JPEG of noise, which no coder makes small."""

    def make(width: int = 1920, height: int = 1080) -> bytes:
        pixels = np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)
        is_made, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 90])
        assert is_made
        return bytes(coded)

    return make
