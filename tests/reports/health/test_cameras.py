"""Cards: a camera is good only where all was judged, and its nights stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from config.schema import Catalogue
from config.words import say
from inventory.record import Sight, View
from inventory.watch import Result, Subject
from reports import scan_json as out
from reports.health.album import Album
from reports.health.cameras import NIGHTS, cards, standing_of
from reports.health.dossier import Dossier
from reports.health.parts import Card
from reports.health.shown import shown_places

MakeDossier = Callable[..., Dossier]


def cards_of(dossier: Dossier) -> dict[str, Card]:
    places = shown_places(dossier.document, dossier.catalogue)
    return {card.camera: card for card in cards(dossier, places, Album(lambda name: b""))}


def with_fault(dossier: Dossier, kind: str) -> Dossier:
    """Return the dossier with a fault of the first camera in its newest look."""

    def spoiled(one: Result) -> Result:
        is_meant = one.subject == Subject("d11", 1) and one.day == dossier.day
        return replace(one, state="fault", faults=(kind,)) if is_meant else one

    return replace(dossier, results=[spoiled(one) for one in dossier.results])


def test_every_camera_on_record_has_a_card(dossier_of: MakeDossier, view: View) -> None:
    assert cards_of(dossier_of()).keys() == {camera.id for camera in view.cameras}


def test_a_camera_of_which_something_was_not_judged_is_unknown(dossier_of: MakeDossier) -> None:
    assert cards_of(dossier_of())["c-d11-1"].standing == "unknown"


def test_a_fault_of_the_last_look_is_named_on_the_card(dossier_of: MakeDossier, catalogue: Catalogue) -> None:
    card = cards_of(with_fault(dossier_of(), "covered"))["c-d11-1"]
    assert (card.standing, card.words) == ("fault", catalogue.watch.kinds["covered"].name)


def test_faulty_cameras_come_first(dossier_of: MakeDossier) -> None:
    standings = [card.standing for card in cards_of(with_fault(dossier_of(), "covered")).values()]
    assert standings == sorted(standings, key=["fault", "unknown", "ok"].index)


def test_one_night_makes_no_strip(dossier_of: MakeDossier) -> None:
    assert cards_of(dossier_of())["c-d11-1"].strip == ()


def test_a_strip_has_thirty_nights_and_says_where_nobody_looked(dossier_of: MakeDossier) -> None:
    strip = cards_of(dossier_of(nights=3))["c-d11-1"].strip
    assert [one.standing for one in strip] == ["none"] * (NIGHTS - 3) + ["unknown"] * 3


def test_a_camera_that_was_not_in_the_last_run_says_when_it_was_looked_at(dossier_of: MakeDossier) -> None:
    whole = dossier_of(nights=2)
    results = [one for one in whole.results if one.day < whole.day]
    day = max(one.day for one in results)
    card = cards_of(replace(whole, results=results))["c-d11-1"]
    assert say("health.last_look", day=day) in card.remark


def test_a_recorder_that_cannot_see_a_camera_that_answers_itself_is_no_fault_of_it(
    catalogue: Catalogue, view: View, dossier_of: MakeDossier
) -> None:
    camera = next(one for one in view.cameras if one.id == "c-d11-1")
    own = next(one for one in dossier_of().results if one.subject == Subject("d11"))
    at_recorder = replace(own, subject=Subject("r1", 1), state="fault", faults=("offline",), fine=())
    fine = replace(own, state="ok", faults=(), fine=("offline", "clock"))
    seen = replace(camera, sights=(Sight("d11", 1), Sight("r1", 1)))
    results = {Subject("d11"): fine, Subject("r1", 1): at_recorder}
    assert standing_of(seen, results, catalogue.watch)[1] == ()


def test_an_enlarged_picture_is_told_on_the_card_as_the_scan_tells_it(dossier_of: MakeDossier) -> None:
    whole = dossier_of()
    devices = [with_enlarged(one) if one.id == "d11" else one for one in whole.document.devices]
    document = whole.document.model_copy(update={"devices": devices})
    fine = [
        replace(one, faults=(), fine=tuple(whole.catalogue.watch.kinds))
        if one.subject.device_id == "d11"
        else one
        for one in whole.results
    ]
    card = cards_of(replace(whole, document=document, results=fine))["c-d11-1"]
    assert (card.standing, card.words) == ("fault", say("picture.enlarged", width=352, height=288))


def with_enlarged(device: out.Device) -> out.Device:
    shown = [
        one.model_copy(
            update={"picture": {**one.picture, "alive": True, "enlarged_from": [352, 288]}, "faults": []}
        )
        for one in device.channels
    ]
    return device.model_copy(update={"channels": shown})
