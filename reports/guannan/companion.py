"""The file that is written beside a form: the evidence for Guannan's rubric."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from config.evidence import load_evidence
from config.form import Form
from inventory.ledger import Ledger
from reports.guannan.pack import EVIDENCE, FILE, course_of, pack_bytes, scene_of
from reports.workspace import Workspace
from reports.xlsx import write_file


def companions(place: Workspace, wanted: Form, ledger: Ledger, beside: Path) -> Sequence[Path]:
    """Write what goes with a form as a file of its own, and return the files.

    It is no part of the form's file: people edit that one and hand it on, and here are pictures of pupils.
    """
    if wanted.id != load_evidence(EVIDENCE).form:
        return ()
    with place.known() as store:
        course = course_of(store, ledger)
    scene = scene_of(ledger, place.catalogue, course, place.snapshots)
    path = beside.with_name(FILE)
    write_file(pack_bytes(scene), path, place.catalogue.sheet_words)
    return (path,)
