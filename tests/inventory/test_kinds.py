"""The kinds of faults: those of the code and those of the configuration are the same."""

from __future__ import annotations

from config.load import load_catalogue
from inventory.watch import OWN_KINDS

CATALOGUE = load_catalogue()


def test_the_kinds_of_the_watch_are_its_own_and_the_faults_of_a_picture() -> None:
    assert OWN_KINDS | CATALOGUE.faults.keys() == CATALOGUE.watch.kinds.keys()


def test_no_fault_of_a_picture_is_judged_twice() -> None:
    assert OWN_KINDS & CATALOGUE.faults.keys() == set()


def test_a_fault_of_a_picture_has_one_name() -> None:
    names = {fault.id: fault.name for fault in CATALOGUE.faults.values()}
    assert names == {name: CATALOGUE.watch.kinds[name].name for name in names}
