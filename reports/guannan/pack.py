"""The evidence that goes with the rubric: its pages, from the inventory and its past."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from config.evidence import Evidence, load_evidence
from config.schema import Catalogue
from inventory.course import Course, load_course
from inventory.database import reading
from inventory.ledger import Ledger
from inventory.store import Store
from reports.guannan import changes
from reports.guannan.book import evidence_bytes
from reports.guannan.coverage import coverage_page
from reports.guannan.log import log_page
from reports.guannan.moves import moves_page
from reports.guannan.page import EvidencePage
from reports.guannan.pictures import pictures_page
from reports.guannan.retention import retention_page
from reports.guannan.rubric import items_of
from reports.guannan.scene import Scene, lenses_of
from reports.guannan.troubles import fault_metrics
from reports.guannan.upkeep import upkeep_page

EVIDENCE = "guannan-2018"
FILE = "guannan-2018-evidence.xlsx"


def evidence_pages(scene: Scene) -> tuple[EvidencePage, ...]:
    return (
        coverage_page(scene),
        pictures_page(scene),
        retention_page(scene),
        log_page(scene),
        moves_page(scene),
        upkeep_page(scene),
    )


def scene_of(ledger: Ledger, catalogue: Catalogue, course: Course, snapshots: Path | None = None) -> Scene:
    """Return what the pages are written from."""
    return Scene(load_evidence(EVIDENCE), catalogue, ledger, course, lenses_of(ledger, catalogue), snapshots)


def course_of(store: Store, ledger: Ledger) -> Course:
    """Return the runs that the evidence looks back on."""
    newest = ledger.view.run.finished if ledger.view.run else ledger.made
    since = newest - timedelta(days=load_evidence(EVIDENCE).history_days)
    with reading(store.engine) as connection:
        return load_course(connection, since, fault_metrics(store.catalogue) | changes.METRICS)


def pack_bytes(scene: Scene) -> bytes:
    """Return the workbook of evidence."""
    items = {item.number: item for item in items_of(scene.catalogue.forms[scene.words.form])}
    return evidence_bytes(evidence_pages(scene), items, scene.words, _heading(scene), scene.ledger.made)


def _heading(scene: Scene) -> str:
    words: Evidence = scene.words
    said = scene.ledger.unit.get("school")
    run = scene.ledger.view.run
    return words.said(
        "made",
        school=said.value if said and said.value else words.said("no_school"),
        made=scene.time(scene.ledger.made),
        measured=scene.time(run.finished) if run else words.said("never_measured"),
    )
