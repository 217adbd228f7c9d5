"""The workspace: which logins a run may use, and that naming one comes before keeping it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import UsageError
from reports.workspace import open_workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "camcensus.toml").write_text('credentials = ["hik"]\n', "utf-8")
    return tmp_path


def test_a_login_that_is_named_but_not_kept_stops_a_run_with_the_command_that_mends_it(folder: Path) -> None:
    place = open_workspace(folder)
    with place.store() as store, pytest.raises(UsageError, match="camcensus credential set hik"):
        place.means(store, lambda *_: None)


def test_a_login_that_is_named_can_be_kept_afterwards(folder: Path) -> None:
    open_workspace(folder).vault.set("hik", "admin", "secret", "all")
    place = open_workspace(folder)
    with place.store() as store:
        assert tuple(place.means(store, lambda *_: None).only) == ("hik",)


def test_only_the_named_logins_are_tried(folder: Path) -> None:
    vault = open_workspace(folder).vault
    vault.set("hik", "admin", "secret", "all")
    vault.set("other", "admin", "another", "all")
    place = open_workspace(folder)
    with place.store() as store:
        assert "other" not in place.means(store, lambda *_: None).only
