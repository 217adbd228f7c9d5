"""What discovery noticed reaches the reader with the report."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.load import load_catalogue
from probe.discover.find import Found
from probe.discover.targets import Asked
from probe.run import Means, scan
from probe.transport.vault import Vault


async def test_the_notes_of_discovery_are_in_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(*_: object, **__: object) -> Found:
        return Found((), notes=("the ARP table was too small",))

    monkeypatch.setattr("probe.run.find", find)
    means = Means(
        settings=load_catalogue().settings,
        vault=Vault.open(tmp_path, None),
        now=lambda: datetime(2026, 9, 1, tzinfo=UTC),
        refusals=lambda _: {},
        refused=lambda *_: None,
        progress=lambda *_: None,
    )
    assert (await scan(Asked(()), means)).notes == ("the ARP table was too small",)
