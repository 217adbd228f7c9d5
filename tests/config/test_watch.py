"""watch.toml fits the rest of the catalogue, and a mistake in it is told with its place."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.load import load_catalogue, load_site, with_site


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """Return a copy of the catalogue in which watch.toml reads otherwise."""
    folder = tmp_path / "config"
    shutil.copytree(str(files("config")), folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "watch.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return folder


def told(folder: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_catalogue(folder)
    return str(caught.value)


def test_every_fault_of_a_picture_is_a_kind_of_the_watch() -> None:
    catalogue = load_catalogue()
    assert set(catalogue.faults) <= set(catalogue.watch.kinds)


def test_a_picture_fault_that_the_watch_does_not_know_is_told(tmp_path: Path) -> None:
    assert "watch.toml" in told(changed(tmp_path, "[kinds.frozen]", "[kinds.stuck]"))


def test_a_kind_that_explains_what_is_not_declared_is_told(tmp_path: Path) -> None:
    folder = changed(tmp_path, 'explains = ["not-recording"]', 'explains = ["ghost"]')
    assert "ghost" in told(folder)


def test_a_field_that_is_not_declared_is_told(tmp_path: Path) -> None:
    assert "key_spot" in told(changed(tmp_path, 'field = "anti_terror_key"', 'field = "ghost"'))


def test_a_pause_that_ends_before_it_begins_is_told(tmp_path: Path) -> None:
    path = tmp_path / "camcensus.toml"
    path.write_text('[[pauses]]\nname = "寒假"\nfirst = 2027-02-21\nlast = 2027-01-23\n', "utf-8")
    with pytest.raises(ConfigError, match="last"):
        load_site(path)


def test_the_pauses_of_a_school_reach_the_watch(tmp_path: Path) -> None:
    path = tmp_path / "camcensus.toml"
    path.write_text('[[pauses]]\nname = "寒假"\nfirst = 2027-01-23\nlast = 2027-02-21\n', "utf-8")
    (pause,) = with_site(load_catalogue(), load_site(path)).watch.pauses
    assert (pause.name, pause.first.isoformat()) == ("寒假", "2027-01-23")


def test_the_watch_keeps_recordings_as_long_as_the_documents_say() -> None:
    catalogue = load_catalogue()
    limits, thresholds = catalogue.watch.limits, catalogue.campaigns["chuzhou-2019"].thresholds
    rules = {rule.id: rule.all[0].limit for rule in catalogue.standards["chuzhou-2019"].rules}
    watched = (limits.retention_days, limits.retention_key_days)
    assert watched == (rules["chuzhou-2019.storage"], rules["chuzhou-2019.storage-key"])
    assert watched == (thresholds.retention_days, thresholds.retention_days_key)


def test_the_watch_keeps_recordings_as_long_as_the_rubric_of_guannan_says() -> None:
    catalogue = load_catalogue()
    rule = catalogue.rule("guannan-2018.4")
    assert catalogue.watch.limits.retention_days == rule.all[0].limit


def test_the_cameras_that_are_kept_longer_are_the_same_for_the_watch_and_the_standard() -> None:
    catalogue = load_catalogue()
    (key,) = (one.applies_to for one in catalogue.standards["chuzhou-2019"].rules if one.applies_to)
    spot = catalogue.watch.limits.key_spot
    assert (key.field, key.value) == (spot.field, spot.value)
