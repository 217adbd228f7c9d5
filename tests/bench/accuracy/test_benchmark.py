"""The benchmark keeps what thresholds are set on apart from what they are tested on."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import load_catalogue
from tests.bench.accuracy.score import Count
from tests.bench.accuracy.sources import BASES, CLIPS, STILLS, Base, Split, how_to_get
from tests.bench.accuracy.tables import AIMS, falls_short
from tests.bench.accuracy.variants import CLASSES, EVERY, VARIANTS

ALL: tuple[Base, ...] = tuple({*BASES, *STILLS, *CLIPS})


def pictures(split: Split) -> set[str]:
    """The files' names: a picture that two packages ship is one picture, in whatever size."""
    return {Path(one.file).name for one in ALL if one.split == split and "contents" not in one.file}


def themes(split: Split) -> set[str]:
    """The wallpapers whose file is only named by its size."""
    return {one.file.split("/contents/")[0] for one in ALL if one.split == split and "contents" in one.file}


def test_no_picture_is_on_both_sides() -> None:
    assert pictures("dev")
    assert pictures("dev").isdisjoint(pictures("test"))
    assert themes("dev").isdisjoint(themes("test"))


def test_no_base_is_on_both_sides() -> None:
    names = [one.name for one in ALL]
    assert len(names) == len(set(names))


def test_every_base_names_one_picture() -> None:
    files = [(one.package, one.file) for one in ALL]
    assert len(files) == len(set(files))


def test_every_variant_has_a_name_of_its_own() -> None:
    assert len(EVERY) == len(VARIANTS) + 2


def test_every_fault_that_is_made_is_one_that_can_be_found() -> None:
    assert set(CLASSES) <= set(load_catalogue().faults)


def test_every_fault_that_can_be_found_is_made() -> None:
    assert set(load_catalogue().faults) <= set(CLASSES)


def test_every_class_has_an_aim() -> None:
    assert set(AIMS) == set(CLASSES)


def test_what_is_missing_is_named_with_the_command_that_brings_it() -> None:
    said = how_to_get(BASES, Path("sources"))
    assert "apt-get install lomiri-wallpapers-16.04 mate-backgrounds opencv-doc palapeli-data" in said
    assert "pip download --no-deps -d sources scikit-image" in said


@pytest.mark.parametrize(
    ("count", "is_short"),
    [(Count(found=19, missed=1), False), (Count(found=18, missed=2), True), (Count(found=20, false=1), True)],
)
def test_a_class_below_its_aim_is_marked(count: Count, is_short: bool) -> None:
    assert falls_short(count, "1.0/.95") is is_short
