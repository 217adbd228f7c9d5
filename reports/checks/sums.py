"""Whether the figures of a form agree, as they are printed on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.problems import Sum
from reports.checks.problem import Case, Problem
from reports.paper import Page


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as it stands on the form. It is not whole where some of what it counts is not known."""

    value: int | None
    is_whole: bool


def sums(case: Case) -> Iterator[Problem]:
    for wanted in case.form.sums:
        names = [case.form.figures[name].name for name in (wanted.whole, *wanted.parts)]
        for page in case.paper.pages:
            printed = figures(page, names)
            if printed:
                yield from _disagreement(case, wanted, page.name, printed)


def figures(page: Page, names: Sequence[str]) -> Mapping[str, Printed]:
    """Return those of a page's figures that have these names on the 依据 sheet."""
    values: dict[str, int | None] = {}
    open_ones: set[str] = set()
    for cell in page.cells:
        for missing in cell.filled.missing:
            if missing.name in names:
                values.setdefault(missing.name)
                open_ones.add(missing.name)
        for origin in cell.filled.origins:
            if origin.name in names and origin.value.isascii() and origin.value.isdecimal():
                values[origin.name] = int(origin.value)
    return {
        name: Printed(value, value is not None and name not in open_ones) for name, value in values.items()
    }


def _disagreement(case: Case, wanted: Sum, page: str, printed: Mapping[str, Printed]) -> Iterator[Problem]:
    nothing = Printed(None, is_whole=False)
    names = [case.form.figures[name].name for name in (wanted.whole, *wanted.parts)]
    total, *parts = (printed.get(name, nothing) for name in names)
    part_sum = sum(part.value or 0 for part in parts)
    values: dict[str, object] = {
        "whole": names[0],
        "parts": "、".join(names[1:]),
        "total": total.value,
        "sum": part_sum,
    }
    is_whole = all(one.is_whole for one in (total, *parts))
    if is_whole and wanted.rule == "equal" and part_sum != total.value:
        yield case.problem("sum-differs", page, **values)
    elif total.is_whole and total.value is not None and part_sum > total.value:
        yield case.problem("sum-exceeds", page, **values)
    elif not is_whole:
        yield case.problem("sum-unknown", page, **values)
