"""Two cameras on one form that may be one and the same: nobody has said so yet. 可能重复"""

from __future__ import annotations

from collections.abc import Iterator

from reports.checks.problem import Case, Problem


def doubles(case: Case) -> Iterator[Problem]:
    """Every suggestion that nobody has answered and whose two cameras both stand on the form."""
    by_sight = {sight: camera for camera in case.cameras for sight in camera.sights}
    for one in case.ledger.view.suggestions:
        own, shown = by_sight.get(one.camera), by_sight.get(one.channel)
        if own is None or shown is None or own.id == shown.id:
            continue
        alike = round(100 * one.scene)
        yield case.problem("double-camera", case.name(own), other=case.name(shown), alike=alike)
