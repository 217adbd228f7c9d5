"""What was not measured: by its reason, with the mend, and every place is named or counted."""

from __future__ import annotations

from collections.abc import Callable

from config.schema import Catalogue
from reports.health.dossier import Dossier
from reports.health.shown import shown_places
from reports.health.untested import untested

MakeDossier = Callable[..., Dossier]


def test_a_refused_login_stands_with_what_to_do(dossier_of: MakeDossier, catalogue: Catalogue) -> None:
    dossier = dossier_of()
    groups = {one.why: one for one in untested(dossier, shown_places(dossier.document, catalogue))}
    refused = groups[catalogue.gaps["auth-refused"].name]
    assert refused.mend == catalogue.gaps["auth-refused"].mend
    assert "10.20.1.25" in refused.rows[0][1]


def test_addresses_without_an_answer_are_told(dossier_of: MakeDossier, catalogue: Catalogue) -> None:
    dossier = dossier_of()
    groups = untested(dossier, shown_places(dossier.document, catalogue))
    assert "10.20.1.99" in groups[-1].rows[0][1]
