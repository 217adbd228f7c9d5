"""After a light look, what waits to be sure is asked again, whole, and never beside other work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from inventory.lock import holding
from inventory.store import Store
from probe.model import ScanReport
from reports.commands import checking
from reports.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr("probe.transport.vault.system_keyring", lambda: None)
    place = open_workspace(tmp_path)
    with place.store() as store:
        store.record(ScanReport("scan", NOW, NOW, (), 0, 0, ()))
    return place


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Who was asked again, one entry for each look."""
    looks: list[tuple[str, ...]] = []

    def look(_: Workspace, __: Store, words: Any, kind: str, **___: object) -> None:  # noqa: ANN401
        assert kind == "check"
        looks.append(tuple(words.words))

    monkeypatch.setattr(checking, "look", look)
    return looks


def waits_for(monkeypatch: pytest.MonkeyPatch, addresses: Sequence[str]) -> None:
    monkeypatch.setattr(Store, "waiting", lambda _, __: tuple(addresses))


def test_what_waits_is_asked_again_in_one_look(
    place: Workspace, asked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_for(monkeypatch, ["127.0.0.5", "127.0.0.6:8080"])
    checking.look_again(place)
    assert asked == [("127.0.0.5", "127.0.0.6:8080")]


def test_nothing_is_asked_where_nothing_waits(
    place: Workspace, asked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_for(monkeypatch, [])
    checking.look_again(place)
    assert asked == []


def test_one_look_takes_no_more_than_its_share(
    place: Workspace, asked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_for(monkeypatch, [f"127.0.1.{n}" for n in range(1, 64)])
    checking.look_again(place)
    assert len(asked[0]) == 20


def test_other_work_is_not_disturbed(
    place: Workspace, asked: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_for(monkeypatch, ["127.0.0.5"])
    with holding(place.folder, "work", NOW):
        checking.look_again(place)
    assert asked == []
