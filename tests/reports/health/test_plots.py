"""Trends: only where there are two nights, and inside the box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from inventory.watch import Rate
from reports.health.dossier import Dossier
from reports.health.plots import HEIGHT, LEFT, TOP, WIDTH, plots

MakeDossier = Callable[..., Dossier]


def with_rates(dossier: Dossier, *percents: int) -> Dossier:
    days = {
        dossier.day - timedelta(days=ago): [
            Rate("online", "school", "", percent, 100, 0, "rate_formula.online")
        ]
        for ago, percent in enumerate(percents)
    }
    return replace(dossier, past_rates=days, results=())


def test_one_night_is_no_trend(dossier_of: MakeDossier) -> None:
    assert plots(with_rates(dossier_of(), 97)) == []


def test_a_trend_keeps_within_its_box(dossier_of: MakeDossier) -> None:
    (plot,) = plots(with_rates(dossier_of(), 100, 0, 50, 97))
    dots = [dot for curve in plot.curves for dot in curve.dots]
    assert all(LEFT <= x <= LEFT + WIDTH and TOP <= y <= TOP + HEIGHT for x, y in dots)


def test_a_higher_rate_lies_higher(dossier_of: MakeDossier) -> None:
    (plot,) = plots(with_rates(dossier_of(), 100, 60))
    earlier, later = plot.curves[0].dots
    assert later[1] < earlier[1]
