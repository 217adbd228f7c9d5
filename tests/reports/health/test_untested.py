"""What was not measured: by its reason, with the mend, and every place is named or counted."""

from __future__ import annotations

from collections.abc import Callable

from config.schema import Catalogue
from config.words import say
from reports import scan_json as out
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


def test_recordings_of_a_camera_that_no_recorder_shows_say_to_look_for_the_recorder(
    dossier_of: MakeDossier, catalogue: Catalogue
) -> None:
    whole = dossier_of()
    asked = {"continuous_days": "not-asked"}
    finding = out.Finding(
        rule="guannan-2018.4",
        clause="x",
        metric="continuous_days",
        value=None,
        limit=30,
        verdict="unknown",
        binding=True,
    )
    camera = next(one for one in whole.document.devices if one.id == "d11")
    shown = [
        one.model_copy(
            update={"gaps": asked, "findings": [finding], "picture": {**one.picture, "alive": True}}
        )
        for one in camera.channels
    ]
    document = whole.document.model_copy(update={"devices": [camera.model_copy(update={"channels": shown})]})
    groups = {one.why: one for one in untested(whole, shown_places(document, catalogue))}
    assert groups[say("recorder.none_found")].mend == say("recorder.none_found_mend")
    assert catalogue.gaps["not-asked"].name not in groups
