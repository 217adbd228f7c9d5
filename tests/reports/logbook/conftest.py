"""A dossier of the invented school."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.schema import Catalogue
from inventory.nights import look_of
from inventory.record import View
from reports.document import scan_document
from reports.health.dossier import Dossier

SHANGHAI = ZoneInfo("Asia/Shanghai")
MakeDossier = Callable[..., Dossier]


@pytest.fixture
def dossier_of(catalogue: Catalogue, view: View) -> MakeDossier:
    """Give a function that returns a dossier of one run of the school."""

    def make(**parts: Any) -> Dossier:  # noqa: ANN401
        run, look = view.run, look_of(view, catalogue, SHANGHAI)
        assert run is not None
        assert look is not None
        whole = Dossier(
            school="瑞安市示例第一小学",
            document=scan_document(view, catalogue, whole=True),
            catalogue=catalogue,
            now=run.finished + timedelta(hours=6),
            zone=SHANGHAI,
            records={camera.id: camera for camera in view.cameras},
            results=look.results,
        )
        return replace(whole, **parts)

    return make
