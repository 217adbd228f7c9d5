"""Rates and clauses: cut, never rounded up; a target is missed only where the unknown cannot save it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.words import say
from inventory.watch import Rate
from reports.health.dossier import Dossier
from reports.health.figures import clauses, figures, percent

MakeDossier = Callable[..., Dossier]


def intact(numerator: int, denominator: int, unknown: int = 0) -> Rate:
    return Rate("intact", "school", "", numerator, denominator, unknown, "rate_formula.intact")


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [(9796, 10000, "97.9%"), (9999, 10000, "99.9%"), (1, 1, "100.0%"), (0, 3, "0.0%"), (0, 0, "")],
)
def test_a_rate_is_cut_and_never_rounded_up(numerator: int, denominator: int, words: str) -> None:
    assert percent(intact(numerator, denominator)) == words


@pytest.mark.parametrize(
    ("numerator", "unknown", "key"),
    [(98, 0, "reached"), (97, 0, "not_reached"), (97, 1, "open_still"), (90, 7, "not_reached")],
)
def test_a_target_is_missed_only_where_the_unknown_ones_cannot_save_it(
    dossier_of: MakeDossier, numerator: int, unknown: int, key: str
) -> None:
    (figure,) = figures(dossier_of(rates=[intact(numerator, 100, unknown)]))
    assert figure.notes[0] == say(f"health.{key}", percent=98)


def test_every_rate_stands_with_its_formula_and_what_it_was_counted_from(dossier_of: MakeDossier) -> None:
    (figure,) = figures(dossier_of(rates=[intact(5, 8, 2)]))
    counted = (figure.numerator, figure.denominator, figure.unknown, figure.formula)
    assert counted == (5, 8, 2, say("rate_formula.intact"))


def test_a_clause_counts_every_channel_once(dossier_of: MakeDossier) -> None:
    dossier = dossier_of()
    channels = sum(len(device.channels) for device in dossier.document.devices)
    for clause in clauses(dossier):
        judged = clause.met + clause.not_met + clause.unknown + clause.not_due
        assert judged <= channels
