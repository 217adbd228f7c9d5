"""Trends over the nights, drawn as lines: rates, days held, clocks. 趋势"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from statistics import median

from config.words import say
from inventory.watch import Result
from reports.health.dossier import Dossier
from reports.health.figures import rate_name
from reports.health.parts import Curve, Plot

WIDTH, HEIGHT = 420.0, 130.0
LEFT, TOP = 36.0, 8.0
_DASHES = ("", "5 3", "1.5 3", "8 3 2 3")
_LABELS = 5
Series = Mapping[date, float]


def plots(dossier: Dossier) -> list[Plot]:
    """Return the trends of which at least two nights are known."""
    made = [
        _plot(say("health.rates_trend"), _rates(dossier), _percents, say("health.rates_trend_note")),
        _plot(say("health.days_trend"), _held(dossier.results), _from_nought),
        _plot(say("health.clock_trend"), _clocks(dossier.results), _from_nought),
    ]
    return [plot for plot in made if plot is not None]


def _rates(dossier: Dossier) -> Mapping[str, Series]:
    found: dict[str, dict[date, float]] = {}
    for day, rates in sorted(dossier.past_rates.items()):
        for rate in rates:
            if not rate.member and rate.tenths is not None:
                found.setdefault(rate_name(rate), {})[day] = rate.tenths / 10
    return dict(list(found.items())[: len(_DASHES)])


def _held(results: Iterable[Result]) -> Mapping[str, Series]:
    """Return the proved days of the worst channel, and the middle one, of each night."""
    days = _values(results, "days_at_least")
    return {
        say("health.worst_channel"): {day: min(values) for day, values in days.items()},
        say("health.middle_channel"): {day: median(values) for day, values in days.items()},
    }


def _clocks(results: Iterable[Result]) -> Mapping[str, Series]:
    offsets = _values(results, "clock_offset_s")
    return {
        say("health.worst_clock"): {day: max(map(abs, values)) for day, values in offsets.items()},
        say("health.middle_clock"): {day: median(map(abs, values)) for day, values in offsets.items()},
    }


def _values(results: Iterable[Result], name: str) -> Mapping[date, list[float]]:
    found: dict[date, list[float]] = {}
    for one in sorted(results, key=lambda one: one.at):
        value = one.values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found.setdefault(one.day, []).append(float(value))
    return found


def _percents(values: Sequence[float]) -> tuple[float, float]:
    return (max(0.0, min(90.0, (min(values) - 1) // 10 * 10)), 100.0)


def _from_nought(values: Sequence[float]) -> tuple[float, float]:
    """Return a scale from 0 to a round number that holds all of them."""
    most, step = max(values), 1.0
    while step * 10 < most:
        step *= 10
    return (0.0, next(step * top for top in (1, 2, 4, 5, 10) if step * top >= most))


def _plot(
    title: str,
    series: Mapping[str, Series],
    scale: Callable[[Sequence[float]], tuple[float, float]],
    note: str = "",
) -> Plot | None:
    days = sorted({day for one in series.values() for day in one})
    if len(days) < 2:
        return None
    low, high = scale([value for one in series.values() for value in one.values()])
    span = max(1, (days[-1] - days[0]).days)

    def x(day: date) -> float:
        return round(LEFT + WIDTH * (day - days[0]).days / span, 1)

    def y(value: float) -> float:
        return round(TOP + HEIGHT * (1 - (value - low) / ((high - low) or 1)), 1)

    curves = []
    for dash, (name, one) in zip(_DASHES, series.items(), strict=False):
        dots = tuple((x(day), y(value)) for day, value in sorted(one.items()))
        path = "M" + "L".join(f"{across:g} {down:g}" for across, down in dots)
        curves.append(Curve(name, f"{one[max(one)]:.4g}", path, dots, dash))
    step = max(1, span // (_LABELS - 1))
    marked = [day for day in days if (day - days[0]).days % step == 0]
    return Plot(
        title=title,
        note=note,
        levels=tuple((y(level), f"{level:g}") for level in (low, (low + high) / 2, high)),
        days=tuple((x(day), f"{day:%m-%d}") for day in marked),
        curves=tuple(curves),
    )
